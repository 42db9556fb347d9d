"""A Party with no node: its case is kept here, what it says comes on paper and is entered, and it may take over.

Nothing that was said to it is lost: when it runs a node, every message of the case by this node's authorities is queued
for it in the order of the log, as if it had been away. What others said to it is theirs to hand over.
"""

from __future__ import annotations

from musnad.core.kernel.names import CaseRef, PartyCode, party_of
from musnad.exchange.composing import case_state
from musnad.exchange.errors import NothingToHandOver
from musnad.exchange.ports import Ports
from musnad.exchange.signed import message_in, receipt_in


def parties_on_paper(ports: Ports, case: CaseRef) -> tuple[PartyCode, ...]:
    """The case's Parties that the directory does not list."""
    directory = ports.directories.current()
    return tuple(party for party in case_state(ports, case).parties if not directory.lists(party))


def hand_over(ports: Ports, case: CaseRef, party: PartyCode) -> int:
    """Queue this node's messages of a case for a Party that has a node now; how many. Doing it again adds nothing.

    Raises:
        NothingToHandOver: the directory does not list the Party, or nothing of ours was said to it.
        UnknownCase: the case is not in the journal.
    """
    state = case_state(ports, case)
    if party not in state.parties or not ports.directories.current().lists(party):
        raise NothingToHandOver(party)
    queued = 0
    with ports.journal.begin() as transaction:
        for entry in ports.journal.case_entries(case):
            if not entry.own or entry.kind != "message":
                continue
            to = message_in(entry.signed).to
            if party not in {party_of(one) for one in to} or ports.journal.is_waiting(entry.id, party):
                continue
            if party in {
                party_of(receipt_in(receipt.signed).recipient) for receipt in transaction.receipts_of(entry.id)
            }:
                continue  # delivered before
            transaction.enqueue(entry.id, party, ports.clock.now())
            queued += 1
    return queued
