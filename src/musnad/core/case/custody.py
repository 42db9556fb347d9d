"""Custody of one exhibit: who may say what of it, what it changes, and which gaps show.

An exhibit enters the case when a Party says that it collected or sealed it, or offers it. Holders are Parties: what
moves inside one is told by the entries' authorities. Custody goes on after the case is closed.

1. ``collected`` and ``sealed`` begin it: by the Party that holds it, before it is offered, ``sealed`` once.
2. ``received``: by a Party that it was offered to, once, until it is returned or destroyed there.
3. ``opened``: by a Party that received it, under an offer whose request stands accepted; or by the Party it comes from.
4. everything else: by a Party that holds it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from musnad.core.case.board import Board
from musnad.core.case.limits import strictest
from musnad.core.case.open import OpenExhibit
from musnad.core.case.state import CustodyEntry, ExhibitState, Gap
from musnad.core.kernel.names import MessageId, PartyCode, Slug, party_of
from musnad.core.messages import bodies
from musnad.core.messages.message import Message

_BEGINS = frozenset({"collected", "sealed"})
_ENDS = frozenset({"returned", "destroyed"})
_AS_ASKED = {"return": "returned", "destroy": "destroyed"}
_USES = frozenset({"opened", "copied", "exported", "forwarded"})


def custody_grounds(board: Board, message: Message, body: bodies.Custody) -> Iterator[str]:
    """Why this custody step may not stand; the rules are numbered in the module's docstring."""
    exhibit, party = board.exhibits.get(body.seal), message.author_party
    if exhibit is None:
        if body.event not in _BEGINS:
            yield "exhibit-unknown"
        return
    offered_to = {party_of(one) for one in exhibit.facts.offered_to}
    if party not in exhibit.holders and party not in offered_to and party not in exhibit.told_by:
        yield "custody-by-stranger"
        return
    if body.event in _BEGINS:
        yield from _beginning(exhibit, party, body)
    elif body.event == "received":  # 2
        if party in exhibit.holders:
            yield "received-already"
        elif party not in offered_to:
            yield "custody-by-stranger"
    elif body.event == "opened" and party in offered_to:
        yield from _opening(board, exhibit, party)
    elif party not in exhibit.holders:  # 4
        yield "not-the-holder"


def _beginning(exhibit: OpenExhibit, party: PartyCode, body: bodies.Custody) -> Iterator[str]:  # 1
    if party not in exhibit.holders:
        yield "not-the-holder"
    if exhibit.facts.offer is not None or (body.event == "sealed" and exhibit.sealed):
        yield "custody-begun-already"


def _opening(board: Board, exhibit: OpenExhibit, party: PartyCode) -> Iterator[str]:  # 3
    if party not in exhibit.holders:
        yield "opened-before-received"
    request = board.requests.get(exhibit.facts.request) if exhibit.facts.request is not None else None
    stands = request is not None and request.facts.withdrawn is None
    if request is None or not stands or (request.facts.accepted is None and request.facts.outcome != "notice"):
        yield "opened-before-accepted"


def with_custody(exhibit: OpenExhibit | None, own_id: MessageId, message: Message, body: bodies.Custody) -> OpenExhibit:
    """The exhibit after one more standing entry, new where this one begins it."""
    party = message.author_party
    exhibit = exhibit or OpenExhibit.of(ExhibitState(body.seal, holders=(party,)))
    entry = CustodyEntry(
        own_id, body.event, message.author, message.officer, body.at, body.place, body.note, body.sha256
    )
    if body.event == "received":
        exhibit.holders.add(party)
    elif body.event in _ENDS:
        exhibit.holders.discard(party)
    _enter(exhibit, entry)
    return exhibit


def with_offer(
    exhibit: OpenExhibit | None, own_id: MessageId, message: Message, place: int, limits: tuple[bodies.UseLimits, ...]
) -> OpenExhibit:
    """The exhibit after its offer: the ``place``-th that the message names, under these conditions."""
    named = message.exhibits[place]
    exhibit = exhibit or OpenExhibit.of(ExhibitState(named.seal, holders=(message.author_party,)))
    exhibit.facts = replace(
        exhibit.facts,
        manifest=named.manifest,
        offer=own_id,
        request=message.answers,
        offered_by=message.author,
        offered_to=tuple(
            sorted(wrap.recipient for wrap in named.wraps if party_of(wrap.recipient) != message.author_party)
        ),
        limits=limits,
    )
    _enter(exhibit, CustodyEntry(own_id, "offered", message.author, message.officer, message.at))
    return exhibit


def _enter(exhibit: OpenExhibit, entry: CustodyEntry) -> None:
    exhibit.gaps.extend(Gap(Slug(code), entry.id) for code in _gaps(exhibit, entry))
    exhibit.enter(entry)


def _gaps(exhibit: OpenExhibit, entry: CustodyEntry) -> Iterator[str]:
    """What this entry leaves open, compared with the ones before it and with who holds the exhibit after it."""
    if entry.event == "offered" and not exhibit.custody:
        yield "origin-not-recorded"
    if entry.sha256 is not None and exhibit.digests - {entry.sha256}:
        yield "digest-differs"
    last = exhibit.told_by.get(party_of(entry.authority))
    if last is not None and entry.at < last:
        yield "times-run-backwards"
    if not exhibit.holders:
        yield "nobody-holds-it"
    limit = strictest(exhibit.facts.limits) if party_of(entry.authority) != exhibit.origin else None
    if limit is None or limit.until is None or limit.at_end is None:
        return
    if entry.event in _USES and entry.at.date() > limit.until:
        yield "used-past-limit"
    if entry.event in _ENDS and entry.event != _AS_ASKED[limit.at_end]:
        yield "ended-otherwise"
