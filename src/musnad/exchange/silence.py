"""A statement of silence: this node's word, logged and witnessed, that no answer to its request came.

It rests on the recipient's own receipt of the request; where a receipt is withheld, on how often and how long delivery
was tried: the first time when it was admitted, the last time as the outbox has it. A State without a node gives no
receipt and is in no outbox: there the request itself counts, which went on paper, and each call-back about it that
reached nobody. The text of such a statement has to say how the request was sent.
"""

from __future__ import annotations

from collections.abc import Iterable

from musnad.core.case.silence import rebuttals
from musnad.core.case.state import CaseState, standing
from musnad.core.kernel.names import CaseRef, MessageId, party_of
from musnad.core.kernel.times import Instant
from musnad.core.messages.bodies import Attempts, CallBack, Silence
from musnad.exchange.composing import case_state
from musnad.exchange.errors import NotDelivered, UnknownMessage
from musnad.exchange.journal import Entry
from musnad.exchange.ports import Ports
from musnad.exchange.signed import receipt_in


def silence(ports: Ports, case: CaseRef, request: MessageId, text: str) -> Silence:
    """The statement that the asked Party has not answered a request of this node.

    Raises:
        UnknownMessage: it is no request of the case. NotDelivered: no receipt came, and no delivery was tried yet.
    """
    state = case_state(ports, case)
    asked = state.requests.get(request)
    if asked is None:
        raise UnknownMessage(request)
    for entry in ports.journal.receipts_of(request):
        receipt = receipt_in(entry.signed)
        if party_of(receipt.recipient) == asked.asked_party:
            return Silence(text, receipt=entry.id)
    sent = ports.journal.entry(request)
    if sent is not None and sent.own and not ports.directories.current().lists(asked.asked_party):
        return Silence(text, attempts=_on_paper(state, request, sent.at, ports.clock.now()))
    tried = next(
        (one for one in ports.journal.waiting() if one.message == request and one.party == asked.asked_party), None
    )
    if sent is None or tried is None or not tried.attempts:
        raise NotDelivered(request)
    return Silence(text, attempts=Attempts(tried.attempts, sent.at, tried.last_at or sent.at))


def _on_paper(state: CaseState, request: MessageId, sent_at: Instant, now: Instant) -> Attempts:
    """The request, once sent, and the calls of its author about it that nobody took; no call from before it counts."""
    asker = state.requests[request].asker_party
    called = [
        message.body.at
        for _, message in standing(state)
        if message.answers == request
        and message.author_party == asker
        and isinstance(message.body, CallBack)
        and message.body.result == "not-reached"
        and sent_at <= message.body.at <= now
    ]
    return Attempts(1 + len(called), sent_at, max(called, default=sent_at))


def rebutted(state: CaseState, entries: Iterable[Entry]) -> dict[MessageId, tuple[MessageId, ...]]:
    """The standing statements of silence that their authors' own receipts rebut, each with the answers from before.

    The place of another Party's statement is the one that its node told; where it told none, nothing is said of it. A
    dossier proves it by the author's log.
    """
    by_id = {one.id: one for one in entries}
    found: dict[MessageId, tuple[MessageId, ...]] = {}
    for request in state.requests.values():
        for silent in request.silences:
            entry = by_id.get(silent)
            place = None if entry is None else entry.place if entry.own else entry.author_place
            answers = () if place is None else tuple(one.answer for one in rebuttals(state, place.index, silent))
            if answers:
                found[silent] = answers
    return found
