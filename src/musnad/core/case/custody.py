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
from musnad.core.case.state import CustodyEntry, ExhibitState, Gap
from musnad.core.kernel.names import MessageId, PartyCode, Slug, party_of
from musnad.core.messages import bodies
from musnad.core.messages.message import Message

_BEGINS = frozenset({"collected", "sealed"})
_ENDS = frozenset({"returned", "destroyed"})


def custody_grounds(board: Board, message: Message, body: bodies.Custody) -> Iterator[str]:
    """Why this custody step may not stand; the rules are numbered in the module's docstring."""
    exhibit, party = board.exhibits.get(body.seal), message.author_party
    if exhibit is None:
        if body.event not in _BEGINS:
            yield "exhibit-unknown"
        return
    offered_to = {party_of(one) for one in exhibit.offered_to}
    if party not in exhibit.holders and party not in offered_to and not _held_once(exhibit, party):
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


def _beginning(exhibit: ExhibitState, party: PartyCode, body: bodies.Custody) -> Iterator[str]:  # 1
    if party not in exhibit.holders:
        yield "not-the-holder"
    sealed = any(entry.event == "sealed" for entry in exhibit.custody)
    if exhibit.offer is not None or (body.event == "sealed" and sealed):
        yield "custody-begun-already"


def _opening(board: Board, exhibit: ExhibitState, party: PartyCode) -> Iterator[str]:  # 3
    if party not in exhibit.holders:
        yield "opened-before-received"
    request = board.requests.get(exhibit.request) if exhibit.request is not None else None
    if request is None or request.accepted is None or request.withdrawn is not None:
        yield "opened-before-accepted"


def with_custody(
    exhibit: ExhibitState | None, own_id: MessageId, message: Message, body: bodies.Custody
) -> ExhibitState:
    """The exhibit after one more standing entry, new where this one begins it."""
    party = message.author_party
    exhibit = exhibit or ExhibitState(body.seal, holders=(party,))
    entry = CustodyEntry(
        own_id, body.event, message.author, message.officer, body.at, body.place, body.note, body.sha256
    )
    holders = set(exhibit.holders)
    if body.event == "received":
        holders.add(party)
    elif body.event in _ENDS:
        holders.discard(party)
    return _entered(exhibit, entry, holders)


def with_offer(exhibit: ExhibitState | None, own_id: MessageId, message: Message, place: int) -> ExhibitState:
    """The exhibit after its offer: the ``place``-th that the message names."""
    named = message.exhibits[place]
    origin = exhibit or ExhibitState(named.seal, holders=(message.author_party,))
    entry = CustodyEntry(own_id, "offered", message.author, message.officer, message.at)
    offered = replace(
        origin,
        manifest=named.manifest,
        offer=own_id,
        request=message.answers,
        offered_by=message.author,
        offered_to=tuple(
            sorted(wrap.recipient for wrap in named.wraps if party_of(wrap.recipient) != message.author_party)
        ),
    )
    return _entered(offered, entry, set(origin.holders))


def _held_once(exhibit: ExhibitState, party: PartyCode) -> bool:
    return any(party_of(entry.authority) == party for entry in exhibit.custody)


def _entered(exhibit: ExhibitState, entry: CustodyEntry, holders: set[PartyCode]) -> ExhibitState:
    gaps = tuple(Gap(Slug(code), entry.id) for code in _gaps(exhibit, entry, holders))
    return replace(
        exhibit,
        holders=tuple(sorted(holders)),
        custody=(*exhibit.custody, entry),
        gaps=(*exhibit.gaps, *gaps),
    )


def _gaps(exhibit: ExhibitState, entry: CustodyEntry, holders: set[PartyCode]) -> Iterator[str]:
    """What this entry leaves open, compared with the ones before it."""
    if entry.event == "offered" and not exhibit.custody:
        yield "origin-not-recorded"
    if entry.sha256 is not None and any(before.sha256 not in {None, entry.sha256} for before in exhibit.custody):
        yield "digest-differs"
    own = [before.at for before in exhibit.custody if party_of(before.authority) == party_of(entry.authority)]
    if own and entry.at < max(own):
        yield "times-run-backwards"
    if not holders:
        yield "nobody-holds-it"
