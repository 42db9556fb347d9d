"""The state of a case as values. Everything here is derived by ``fold``; nothing is ever stored or patched."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Literal

from musnad.core.kernel.ijson import write_canonical
from musnad.core.kernel.names import (
    AuthorityId,
    CaseRef,
    Digest,
    MessageId,
    OfficerName,
    PartyCode,
    SealId,
    Slug,
    digest_of,
    party_of,
)
from musnad.core.kernel.times import Day, Instant, write_day, write_instant
from musnad.core.messages.bodies import Result, Transcript, Use, UseLimits
from musnad.core.messages.message import Message
from musnad.core.messages.receipt import Receipt

Status = Literal["asked", "acknowledged", "questioned", "accepted", "postponed", "refused", "withdrawn", "fulfilled"]
UNDECIDED: frozenset[Status] = frozenset({"asked", "acknowledged", "questioned", "postponed"})
SETTLED: frozenset[Status] = frozenset({"refused", "withdrawn", "fulfilled"})


@dataclass(frozen=True, slots=True)
class Step:
    """A message and the id it goes by."""

    id: MessageId
    message: Message


@dataclass(frozen=True, slots=True)
class Void:
    """A step that the case forbids: kept, shown, without effect; ``ground`` is the first that stands against it."""

    id: MessageId
    ground: Slug


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message that cannot be folded yet: an ancestor is not at hand. ``missing`` are the parents to ask for."""

    id: MessageId
    missing: tuple[MessageId, ...]


@dataclass(frozen=True, slots=True)
class Remark:
    """What a rule of the treaty data, or the case itself, says against a step that may stand all the same.

    ``blocks`` is for the author before sending; in a folded case nothing is undone by it. ``rule`` and ``certainty``
    are None where the form or the case alone says it. ``field`` and ``about`` are facts for the sentence.
    """

    message: MessageId | None
    code: Slug
    blocks: bool
    rule: Slug | None = None
    certainty: Slug | None = None
    field: Slug | None = None
    about: str = ""


@dataclass(frozen=True, slots=True)
class Extension:
    """A longer period that was asked for and not answered yet."""

    id: MessageId
    until: Day


@dataclass(frozen=True, slots=True)
class ConsentState:
    """A wish to pass data on or use them otherwise; ``granted`` is None until it is answered (by ``answer``)."""

    id: MessageId
    use: Use
    seal: SealId | None
    recipients: tuple[PartyCode, ...]
    granted: bool | None = None
    answer: MessageId | None = None
    limits: UseLimits | None = None
    """The conditions of the new use, where it was granted under some."""


@dataclass(frozen=True, slots=True)
class RequestState:
    """One request: who asked whom for what, and what became of it. Ids name the steps that did it."""

    id: MessageId
    measure: Slug
    treaty: Digest
    outcome: str | None
    """As the treaty data has it (``treaty.values.Outcome``); None while that of this request is not at hand."""
    asker: AuthorityId
    asked: tuple[AuthorityId, ...]
    acknowledged: MessageId | None = None
    questions_open: tuple[MessageId, ...] = ()
    consultations: tuple[MessageId, ...] = ()
    accepted: MessageId | None = None
    conditions: tuple[str, ...] = ()
    postponed: MessageId | None = None
    postponed_until: Day | None = None
    refused: MessageId | None = None
    refusal_grounds: tuple[Slug, ...] = ()
    withdrawn: MessageId | None = None
    confirmed: MessageId | None = None
    preserved_until: Day | None = None
    counted_from: Day | None = None
    zone: str | None = None
    extensions_open: tuple[Extension, ...] = ()
    follows: MessageId | None = None
    followed_by: tuple[MessageId, ...] = ()
    offered: tuple[SealId, ...] = ()
    delivered: tuple[SealId, ...] = ()
    limits: tuple[UseLimits, ...] = ()
    """Conditions on everything that is given under this request."""
    executed: MessageId | None = None
    result: Result | None = None
    silences: tuple[MessageId, ...] = ()
    consents: tuple[ConsentState, ...] = ()
    urgency: str | None = None
    wanted_by: Day | None = None
    data_lost_on: Day | None = None
    """The day on which the holder deletes the data, where the request tells it."""

    @property
    def asker_party(self) -> PartyCode:
        return party_of(self.asker)

    @property
    def asked_party(self) -> PartyCode:
        return party_of(self.asked[0])

    @property
    def fulfilled(self) -> bool:
        """As ``is_fulfilled``."""
        return is_fulfilled(self, len(self.offered), len(self.delivered))

    @property
    def status(self) -> Status:
        """The last word on the request; an open question shows until it is decided."""
        said: tuple[tuple[bool, Status], ...] = (
            (self.withdrawn is not None, "withdrawn"),
            (self.refused is not None, "refused"),
            (self.fulfilled, "fulfilled"),
            (self.accepted is not None, "accepted"),
            (self.postponed is not None, "postponed"),
            (bool(self.questions_open), "questioned"),
            (self.acknowledged is not None, "acknowledged"),
        )
        return next((status for holds, status in said if holds), "asked")


@dataclass(frozen=True, slots=True)
class CustodyEntry:
    """One line of an exhibit's custody: the event, by whom, and when by that authority's clock."""

    id: MessageId
    event: str
    authority: AuthorityId
    officer: OfficerName | None
    at: Instant
    place: str | None = None
    note: str | None = None
    sha256: Digest | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that the custody does not account for, and the entry at which it shows."""

    code: Slug
    id: MessageId


@dataclass(frozen=True, slots=True)
class ExhibitState:
    """One exhibit. ``manifest`` and what follows it are None until a step offers it."""

    seal: SealId
    manifest: Digest | None = None
    offer: MessageId | None = None
    request: MessageId | None = None
    offered_by: AuthorityId | None = None
    offered_to: tuple[AuthorityId, ...] = ()
    limits: tuple[UseLimits, ...] = ()
    """The conditions under which it was offered, those of its request among them."""
    holders: tuple[PartyCode, ...] = ()
    custody: tuple[CustodyEntry, ...] = ()
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseState:
    """A case, from the messages at hand. Two that are made from equal sets are equal."""

    case: CaseRef
    opened: bool
    """The opening message is at hand; without it everything waits."""
    exercise: bool
    parties: tuple[PartyCode, ...]
    requests: Mapping[MessageId, RequestState]
    exhibits: Mapping[SealId, ExhibitState]
    closings: Mapping[PartyCode, MessageId]
    takeovers: Mapping[PartyCode, MessageId]
    """Parties that others wrote for and that now speak for themselves, and the step that says so."""
    contested: tuple[MessageId, ...]
    """What was entered for such a Party and it does not acknowledge."""
    heads: tuple[MessageId, ...]
    """Folded messages that no folded message names as previous: what the next step should name."""
    order: tuple[MessageId, ...]
    void: tuple[Void, ...]
    waiting: tuple[Waiting, ...]
    unjudged: tuple[MessageId, ...]
    """Steps that could not be held against treaty data, because it is not at hand."""
    findings: tuple[Remark, ...]
    messages: Mapping[MessageId, Message]
    """The folded messages, void ones included, in the order of ``order``."""
    receipts: Mapping[MessageId, tuple[Receipt, ...]]

    @property
    def closed(self) -> bool:
        """Every Party has said a closing that stands."""
        return bool(self.parties) and set(self.closings) == set(self.parties)

    @property
    def void_ids(self) -> frozenset[MessageId]:
        return frozenset(one.id for one in self.void)

    def heads_for(self, party: PartyCode, limit: int) -> tuple[MessageId, ...]:
        """The heads that a step of ``party`` names, at most ``limit``: its own first, so that it stays one line."""
        return tuple(sorted(sorted(self.heads, key=lambda one: self.messages[one].author_party != party)[:limit]))

    def digest(self) -> Digest:
        """A digest by which two nodes compare their states.

        Receipts are left out (each node may hold some that are still on their way to the other), and the messages
        themselves, whose ids stand in ``order``; so is what the fold left out, which some Party was never told.
        """
        told = {
            member.name: _plain(getattr(self, member.name))
            for member in fields(self)
            if member.name not in {"messages", "receipts"}
        }
        told["void"] = [_plain(one) for one in self.void if one.id in self.messages]
        return digest_of(write_canonical(told))


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return {member.name: _plain(getattr(value, member.name)) for member in fields(value)}
    if isinstance(value, Mapping):
        return {str(name): _plain(part) for name, part in value.items()}
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    if hasattr(value, "tzinfo"):
        return write_instant(value)  # type: ignore[arg-type]  # only instants carry a zone here
    if isinstance(value, Day):
        return write_day(value)
    return value


def is_fulfilled(request: RequestState, offered: int, delivered: int) -> bool:
    """Preservation is confirmed; information is acknowledged; joint work has its report; what was asked for was
    received (evidence) or reported on (an answer), with every exhibit offered so far received."""
    if request.confirmed is not None:
        return True
    if request.outcome == "notice":
        return request.acknowledged is not None and offered == delivered
    done = request.result in {"executed", "not-executed"}
    if request.outcome in {"answer", "joint"}:
        return done and (offered == delivered or request.outcome == "joint")
    return (done or offered > 0) and offered == delivered and request.result != "partly-executed"


def providers(request: RequestState) -> frozenset[PartyCode]:
    """Who may give exhibits under a request: who is asked; who informs unasked; in joint work both."""
    match request.outcome:
        case "notice":
            return frozenset({request.asker_party})
        case "joint":
            return frozenset({request.asker_party, request.asked_party})
        case _:
            return frozenset({request.asked_party})


def receivers(request: RequestState) -> frozenset[PartyCode]:
    """Whom a request's exhibits are for: the other side of ``providers``."""
    if request.outcome == "joint":
        return providers(request)
    return frozenset({request.asker_party, request.asked_party}) - providers(request)


def as_said(message: Message) -> Message:
    """What the case hears: of a transcript what its speaker said, to everybody else; any other message as it is."""
    body = message.body
    if not isinstance(body, Transcript):
        return message
    to = tuple(dict.fromkeys((message.author, *(one for one in message.to if one != body.speaker))))
    return replace(message, author=body.speaker, to=to, body=body.said, officer=None, approvals=())


def asked_of(message: Message) -> tuple[AuthorityId, ...]:
    """Whom a request asks: the authorities among its recipients of the first Party named there that is not its own.

    Recipients of other Parties are told of the request and are not asked; a request asks one Party.
    """
    others = [one for one in message.to if party_of(one) != message.author_party]
    return tuple(sorted(one for one in others if party_of(one) == party_of(others[0])))


def standing(state: CaseState) -> Iterator[tuple[MessageId, Message]]:
    """The steps that are not void, in order."""
    void = state.void_ids
    return ((one, message) for one, message in state.messages.items() if one not in void)
