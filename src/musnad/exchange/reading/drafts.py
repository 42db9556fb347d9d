"""What waits for an officer's signature: exactly what will be said, for its reader, and who has yet to approve it.

The view is read from the payload that is signed, and from nothing else; labels come from the treaty data that the
payload names. What a passkey may sign it with is read from the roster of today.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from musnad.core.case.fold import fold
from musnad.core.crypto.passkey import Passkey
from musnad.core.directory.entry import Officer
from musnad.core.directory.errors import DirectoryExpired
from musnad.core.kernel.names import CaseRef, MessageId, OfficerName, SealId, authority_of
from musnad.core.kernel.times import Instant
from musnad.core.messages import bodies
from musnad.core.messages.message import Approval
from musnad.core.treaty.values import Label, Measure
from musnad.exchange.composing import Draft, case_state, drafts, read_draft
from musnad.exchange.ports import Ports
from musnad.exchange.reading.form import Form, request_form
from musnad.exchange.reading.house import House, open_house, rule_view
from musnad.exchange.reading.parts import body_parts, grounds_of
from musnad.exchange.reading.pieces import GroundView, Part, RuleView
from musnad.exchange.reading.spoken import request_of
from musnad.exchange.reading.values import AuthorityView


@dataclass(frozen=True, slots=True)
class ApproverView:
    """An officer whom a draft names, the act, and whether the signature is there."""

    officer: OfficerName
    act: str
    signed: bool


@dataclass(frozen=True, slots=True)
class DraftLine:
    """A draft in a list. ``measure`` is told for a request only."""

    id: MessageId
    case: CaseRef | None
    kind: str
    event: str | None
    author: AuthorityView
    to: tuple[AuthorityView, ...]
    at: Instant
    exercise: bool
    measure: Label | None
    approvers: tuple[ApproverView, ...]

    @property
    def missing(self) -> tuple[OfficerName, ...]:
        return tuple(one.officer for one in self.approvers if not one.signed)


@dataclass(frozen=True, slots=True)
class DraftView:
    """A draft to be signed: what it says, and the very octets."""

    line: DraftLine
    language: str
    rule: RuleView | None
    form: Form | None
    """Of a request; its lines stand as the reader of the other side has them."""
    parts: tuple[Part, ...]
    grounds: tuple[GroundView, ...]
    seals: tuple[SealId, ...]
    asked: Label | None
    """The measure of the request that this is said to, where it is none itself."""
    octets: str
    """The payload as it is signed: canonical JSON."""
    sends_itself: bool
    """Whether it is on its way once everybody approved; an opening or an export goes on where it was begun."""


def list_drafts(ports: Ports) -> tuple[DraftLine, ...]:
    """Every draft of this node, the newest first."""
    house = open_house(ports)
    return tuple(sorted((_line(house, one) for one in drafts(ports)), key=lambda one: one.at, reverse=True))


def show_draft(ports: Ports, draft: MessageId) -> DraftView:
    """The draft as its reader sees it; ``UnknownDraft`` where there is none (any more)."""
    found = read_draft(ports, draft)
    message, house = found.message, open_house(ports)
    if isinstance(message.body, bodies.Request):
        treaty = house.treaties.get(message.treaty) if message.treaty is not None else None
        measure = house.measure(message.treaty, message.measure)
        form, asked = request_form(message, treaty), None
    else:
        measure, form = _measure_asked(house, found), None
        asked = measure.label if measure is not None else None
    body = message.body
    seals = (body.seal,) if isinstance(body, bodies.Custody) else tuple(one.seal for one in message.exhibits)
    return DraftView(
        line=_line(house, found),
        language=message.language,
        rule=rule_view(measure.rule) if measure is not None and form is not None else None,
        form=form,
        parts=tuple(one for one in body_parts(message, measure) if one.name != "ground"),
        grounds=grounds_of(body.grounds, measure) if isinstance(body, bodies.Refusal) else (),
        seals=seals,
        asked=asked,
        octets=found.dsse.payload.decode("utf-8"),
        sends_itself=not message.own_chain and not (isinstance(body, bodies.Custody) and body.event == "opened"),
    )


def passkeys_of(ports: Ports, officer: OfficerName, act: str | None = None) -> tuple[Passkey, ...]:
    """The passkeys with which today's roster lets the officer approve (``act``, or anything); none without a roster."""
    return tuple(one.key.key for one in entries_of(ports, officer, act) if isinstance(one.key.key, Passkey))


def entries_of(ports: Ports, officer: OfficerName, act: str | None = None) -> tuple[Officer, ...]:
    """The officer's entries in today's roster that are valid now and allow the act."""
    now = ports.clock.now()
    try:
        listed: Iterable[Officer] = ports.directories.current().authority(authority_of(officer)).officers
    except DirectoryExpired:
        return ()
    return tuple(
        one for one in listed if one.name == officer and one.key.is_valid(now) and (act is None or act in one.acts)
    )


def _line(house: House, draft: Draft) -> DraftLine:
    message = draft.message
    measure = house.measure(message.treaty, message.measure) if message.kind == "request" else None
    return DraftLine(
        id=draft.id,
        case=message.case,
        kind=message.kind,
        event=message.body.event if isinstance(message.body, bodies.Custody) else None,
        author=house.authority(message.author),
        to=tuple(house.authority(one) for one in message.to),
        at=message.at,
        exercise=message.exercise,
        measure=measure.label if measure is not None else None,
        approvers=tuple(_approver(one, draft) for one in message.approvals),
    )


def _approver(approval: Approval, draft: Draft) -> ApproverView:
    return ApproverView(approval.officer, approval.act, approval.officer not in draft.missing)


def _measure_asked(house: House, draft: Draft) -> Measure | None:
    """The measure of the request that the draft belongs to, by the case as it is now."""
    case = draft.message.case
    state = case_state(house.ports, case) if case is not None else fold(CaseRef(""), (), (), {})
    request = request_of(state, draft.id, draft.message)
    return house.measure(request.treaty, request.measure) if request is not None else None
