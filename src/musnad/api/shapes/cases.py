"""The shapes of an inbox and of a case: who, what is asked, what is due, what was said, and why it may be believed."""

from __future__ import annotations

from typing import Literal

from musnad.api.shapes.due import CountdownShape, DutyShape
from musnad.api.shapes.forms import Hex64, Moment, Name, OfficerId, OnDay, PageShape, PartyName, Said, Seal, Shape
from musnad.api.shapes.people import AuthorityShape, CheckShape, DirectoryShape, PartyShape, RuleShape


class CaseRowShape(Shape):
    """A case in one line. ``fault`` is the code of what keeps it from being read: then nothing else is known."""

    case: Hex64
    place: Literal["now", "open", "closed"]
    fault: str | None
    exercise: bool
    measure: Said | None
    status: str
    others: list[PartyShape]
    duties: list[DutyShape]
    escalations: list[CountdownShape]
    undelivered: int
    void: int
    gaps: int
    last_at: Moment


class CasePage(PageShape):
    items: list[CaseRowShape]


class WaitingShape(Shape):
    """A delivery that is not done yet; ``last_error`` is a code."""

    message: Hex64
    party: PartyName
    attempts: int
    next_at: Moment
    last_error: str


class InboxShape(Shape):
    """What needs this node now; the other cases are counted."""

    party: PartyShape
    directory: DirectoryShape
    now: list[CaseRowShape]
    open_cases: int
    closed_cases: int
    drafts: list[Hex64]
    waiting: list[WaitingShape]


class PartShape(Shape):
    """A piece of what was said, by the name of its member; ``kind`` says how it is to be shown."""

    name: str | None
    kind: str
    text: str
    label: Said | None
    day: OnDay | None
    moment: Moment | None


class FieldShape(Shape):
    """A filled field; free text stays as its author wrote it, coded values carry a label."""

    name: str
    label: Said | None
    parts: list[PartShape]
    required: bool
    rule: RuleShape | None


class GroundShape(Shape):
    name: Name
    label: Said | None
    rule: RuleShape | None


class RequestShape(Shape):
    """One request of the case, what became of it, and the law it was judged under. Free text is in ``language``."""

    id: Hex64
    language: str
    measure: Name
    label: Said | None
    rule: RuleShape | None
    status: str
    asker: AuthorityShape
    asked: list[AuthorityShape]
    fields: list[FieldShape]
    basis: Name | None
    basis_label: Said | None
    basis_note: str
    in_force: bool | None
    treaty: Hex64
    treaty_known: bool
    conditions: list[str]
    preserved_until: OnDay | None
    counted_from: OnDay | None
    zone: str | None
    postponed_until: OnDay | None
    grounds: list[GroundShape]
    follows: Hex64 | None


class ReceiptShape(Shape):
    """A recipient's word that it holds the message; its civil day is the one from which days count."""

    id: Hex64
    recipient: AuthorityShape
    at: Moment
    day: OnDay
    zone: str
    log: str
    index: int
    witnessed: bool
    flags: list[str]
    check: CheckShape


class LogPlaceShape(Shape):
    """A leaf of this node's log; ``included`` is null while no signed head covers it."""

    log: str
    index: int
    head: int | None
    included: CheckShape | None
    cosigned_by: list[PartyShape]


class ApprovalShape(Shape):
    officer: OfficerId
    act: str
    check: CheckShape


class TrustShape(Shape):
    """The author's signatures, the approvals and the place in the log, each verified for this answer."""

    signature: CheckShape
    keys: list[Hex64]
    approvals: list[ApprovalShape]
    log: LogPlaceShape


class NoteShape(Shape):
    """What a rule, or the case itself, says against a step that stands all the same."""

    code: str
    rule: RuleShape | None
    certainty: str | None
    field: Said | None
    about: str


class StepShape(Shape):
    """One message of the case; ``state`` says what the fold made of it, ``ground`` why it is void."""

    id: Hex64
    kind: str
    language: str | None
    state: Literal["stands", "void", "waiting", "own-chain", "not-understood"]
    ground: str | None
    missing: list[Hex64]
    ours: bool
    author: AuthorityShape
    officer: OfficerId | None
    to: list[AuthorityShape]
    at: Moment | None
    admitted_at: Moment
    exercise: bool
    answers: Hex64 | None
    measure: Said | None
    parts: list[PartShape]
    seals: list[Seal]
    receipts: list[ReceiptShape]
    undelivered_to: list[PartyShape]
    notes: list[NoteShape]
    unjudged: bool
    trust: TrustShape


class StepPage(PageShape):
    items: list[StepShape]


class ExhibitRefShape(Shape):
    seal: Seal
    kept: Literal["sealed", "offered", "receiving", "received"] | None
    offer: Hex64 | None


class CaseShape(Shape):
    """A whole case without its steps, which have a page of their own."""

    case: Hex64
    opened: bool
    closed: bool
    exercise: bool
    status: str
    measure: Said | None
    parties: list[PartyShape]
    duties: list[DutyShape]
    countdowns: list[CountdownShape]
    requests: list[RequestShape]
    exhibits: list[ExhibitRefShape]
    undelivered: int
    heads: list[Hex64]
    directory: DirectoryShape
