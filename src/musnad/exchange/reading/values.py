"""The views: frozen, presentation-free. A code (``kind``, ``state``, ``status``, ``code``) is a word for a door to
turn into a sentence; a ``Label`` is text that the treaty data itself carries in several languages.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from musnad.core.case.calendar import CalendarDay
from musnad.core.case.countdown import Ending, Remedy
from musnad.core.kernel.names import (
    AuthorityId,
    CaseRef,
    Digest,
    KeyId,
    MessageId,
    OfficerName,
    PartyCode,
    SealId,
    Slug,
)
from musnad.core.kernel.times import Day, Instant
from musnad.core.messages.receipt import DirectoryRef
from musnad.core.sealing.manifest import Manifest
from musnad.core.treaty.values import InForce, Label
from musnad.exchange.journal import KeptState
from musnad.exchange.reading.pieces import FieldView, GroundView, Part, RuleView


@dataclass(frozen=True, slots=True)
class DirectoryState:
    """The set that this node judges by: ``expired`` means that there is none it may still use."""

    state: Literal["fresh", "stale", "expired"]
    version: int | None
    snapshot: Digest | None


@dataclass(frozen=True, slots=True)
class PartyView:
    """A Party; ``names`` are by language, and empty where the directory cannot say them now."""

    code: PartyCode
    names: Mapping[str, str]
    ours: bool


@dataclass(frozen=True, slots=True)
class AuthorityView:
    id: AuthorityId
    names: Mapping[str, str]
    party: PartyView


@dataclass(frozen=True, slots=True)
class Check:
    """Something verified while reading; ``code`` is the error's where it does not hold."""

    holds: bool
    code: str | None = None


@dataclass(frozen=True, slots=True)
class ClockView:
    """A last day by one Party's clock and calendar. ``day`` and ``hour`` are when it ends there: the first moment that
    is too late. None where its zone is not known."""

    party: PartyView
    zone: str | None
    day: Day | None
    hour: str | None
    last_day: CalendarDay
    """The last day itself, as people in that State have it: working, weekend, holiday, or not known."""


@dataclass(frozen=True, slots=True)
class DutyView:
    """What an authority has to do. ``standing`` duties need watching, not doing; ``days_left`` is by its own day."""

    code: Slug
    owner: AuthorityView
    ours: bool
    standing: bool
    last_day: Day | None
    days_left: int | None
    overdue: bool
    request: MessageId | None
    measure: Label | None
    rule: RuleView | None
    certainty: str | None
    """Of the rule, even where its data are not at hand."""
    set_by: Literal["rule", "parties"] | None
    """Who set the last day: a rule that is counted, or somebody in the case; None where no day is set."""
    suspended_by: Slug | None
    """The kind of step that it waits for: meanwhile it is not late."""
    seal: SealId | None
    working_days_left: int | None
    """Of the owner, after today; None where its calendar is not known."""
    last_working_day: Day | None
    """The owner's last working day that is not after the last day."""
    ends_at: Instant | None
    """The first instant after the last day, by the owner's zone."""
    clocks: tuple[ClockView, ...]
    """The owner's first, then those of the other Parties."""


@dataclass(frozen=True, slots=True)
class CountdownView:
    """Something that ends by itself (``core.case.countdown``). ``level`` is the last warning that has come.

    ``owner`` can do the ``remedy``; ``keeper`` is the Party by whose civil day the last day counts.
    """

    what: Ending
    owner: AuthorityView
    ours: bool
    keeper: PartyView
    remedy: Remedy
    last_day: Day | None
    days_left: int | None
    since: Instant | None
    minutes_passed: int | None
    level: int | None
    kept: bool
    lapsed: bool
    request: MessageId
    seal: SealId | None
    measure: Label | None
    rule: RuleView | None
    certainty: str | None
    working_days_left: int | None
    ends_at: Instant | None
    clocks: tuple[ClockView, ...]

    @property
    def escalates(self) -> bool:
        return self.level is not None


@dataclass(frozen=True, slots=True)
class RequestView:
    """One request of the case, what became of it, and the law it was judged under."""

    id: MessageId
    language: str
    """The one that its author wrote in, by its tag."""
    measure: Slug
    label: Label | None
    rule: RuleView | None
    status: str
    asker: AuthorityView
    asked: tuple[AuthorityView, ...]
    fields: tuple[FieldView, ...]
    basis: Slug | None
    basis_label: Label | None
    basis_note: str
    in_force: bool | None
    force: InForce | None
    """What the treaty's data says of its being in force; it is told beside the basis only where that is the treaty."""
    own_basis: bool
    """Whether the legal basis is the very treaty by whose data the request is made."""
    treaty: Digest
    treaty_label: Label | None
    treaty_known: bool
    conditions: tuple[str, ...]
    preserved_until: Day | None
    counted_from: Day | None
    zone: str | None
    postponed_until: Day | None
    grounds: tuple[GroundView, ...]
    follows: MessageId | None
    limits: tuple[Part, ...] = ()
    """The conditions on everything that is given under it, as their strictest comes to."""


@dataclass(frozen=True, slots=True)
class LogPlace:
    """A leaf of this node's log. ``included`` is None while no signed head covers it."""

    log: str
    index: int
    head: int | None
    included: Check | None
    cosigned_by: tuple[PartyView, ...]


@dataclass(frozen=True, slots=True)
class ReceiptView:
    """A recipient's word that it holds the message; ``day`` is its civil day in ``zone``, from which days count."""

    id: MessageId
    recipient: AuthorityView
    at: Instant
    day: Day
    zone: str
    log: str
    index: int
    witnessed: bool
    """Whether a head of that log that covers the place is known and cosigned here; for an own receipt, by a peer."""
    directory: DirectoryRef
    flags: tuple[Slug, ...]
    check: Check


@dataclass(frozen=True, slots=True)
class ApprovalView:
    officer: OfficerName
    act: str
    check: Check


@dataclass(frozen=True, slots=True)
class TrustView:
    """Why a step may be believed: the author's two signatures, the approvals, and this node's log."""

    signature: Check
    keys: tuple[KeyId, ...]
    approvals: tuple[ApprovalView, ...]
    directory: DirectoryRef
    log: LogPlace


@dataclass(frozen=True, slots=True)
class NoteView:
    """What a rule of the treaty data, or the case itself, says against a step that stands all the same."""

    code: Slug
    rule: RuleView | None
    certainty: str | None
    field: Label | None
    about: str


@dataclass(frozen=True, slots=True)
class StepView:
    """One message of the case. ``state`` says what the fold made of it; ``ground`` why it is void."""

    id: MessageId
    kind: str
    state: Literal["stands", "void", "waiting", "own-chain", "not-understood"]
    ground: Slug | None
    missing: tuple[MessageId, ...]
    ours: bool
    author: AuthorityView
    officer: OfficerName | None
    to: tuple[AuthorityView, ...]
    language: str
    """The one that its author wrote in, by its tag; empty where the message is not understood."""
    at: Instant | None
    """By the author's clock; None where the message is not understood."""
    admitted_at: Instant
    """By this node's clock, when it made the message durable."""
    exercise: bool
    answers: MessageId | None
    measure: Label | None
    parts: tuple[Part, ...]
    seals: tuple[SealId, ...]
    receipts: tuple[ReceiptView, ...]
    undelivered_to: tuple[PartyView, ...]
    notes: tuple[NoteView, ...]
    unjudged: bool
    trust: TrustView
    rebutted_by: tuple[MessageId, ...] = ()
    """Of a statement of silence: the answers that its author had receipted before it."""

    @property
    def event(self) -> str | None:
        """What happened to the exhibit, where the step is one of custody."""
        return next((part.text for part in self.parts if part.kind == "event"), None)

    @property
    def is_sound(self) -> bool:
        """Nothing that was checked fails; what is not proven yet does not count against it."""
        place = self.trust.log.included
        checks = [
            self.trust.signature,
            *(one.check for one in self.trust.approvals),
            *(one.check for one in self.receipts),
        ]
        return all(one.holds for one in checks) and (place is None or place.holds)


@dataclass(frozen=True, slots=True)
class GapView:
    code: Slug
    id: MessageId


@dataclass(frozen=True, slots=True)
class CustodyView:
    """One line of custody, and the gaps that show at it."""

    id: MessageId
    event: str
    authority: AuthorityView
    officer: OfficerName | None
    at: Instant
    place: str | None
    note: str | None
    sha256: Digest | None
    receipts: tuple[ReceiptView, ...]
    gaps: tuple[GapView, ...]


@dataclass(frozen=True, slots=True)
class ExhibitView:
    """An exhibit of a case. ``manifest`` is None until this node holds it; ``kept`` is its state in the vault."""

    case: CaseRef
    seal: SealId
    exercise: bool
    manifest: Manifest | None
    manifest_digest: Digest | None
    manifest_check: Check | None
    sealed_by: AuthorityView | None
    kept: KeptState | None
    offer: MessageId | None
    request: MessageId | None
    measure: Label | None
    offered_by: AuthorityView | None
    offered_to: tuple[AuthorityView, ...]
    holders: tuple[PartyView, ...]
    custody: tuple[CustodyView, ...]
    gaps: tuple[GapView, ...]
    limits: tuple[Part, ...] = ()
    """The conditions under which it was given, as their strictest comes to."""
    conditions: tuple[str, ...] = ()
    """Those of its request's acceptance, in its author's words."""


@dataclass(frozen=True, slots=True)
class CaseView:
    """A whole case as this node has it, the timeline in the order of the fold."""

    case: CaseRef
    opened: bool
    closed: bool
    exercise: bool
    status: str
    measure: Label | None
    parties: tuple[PartyView, ...]
    duties: tuple[DutyView, ...]
    countdowns: tuple[CountdownView, ...]
    requests: tuple[RequestView, ...]
    timeline: tuple[StepView, ...]
    exhibits: tuple[ExhibitView, ...]
    undelivered: int
    heads: tuple[MessageId, ...]
    directory: DirectoryState

    @property
    def escalations(self) -> tuple[CountdownView, ...]:
        """What has to be said before data die or time runs out."""
        return tuple(one for one in self.countdowns if one.escalates)
