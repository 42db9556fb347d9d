"""The bodies of the kinds of message: one frozen value a kind. A new ability of the system is a new body here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from musnad.core.kernel.ijson import JsonObject
from musnad.core.kernel.names import Digest, MessageId, SealId, Slug
from musnad.core.kernel.times import Day, Instant

CustodyEvent = Literal["collected", "sealed", "received", "opened", "copied", "exported", "returned", "destroyed"]
Act = Literal["send", "release", "open", "export"]


@dataclass(frozen=True, slots=True)
class Request:
    """Ask for a measure; ``fields`` are the ones that the treaty data defines for it."""

    kind: ClassVar[str] = "request"
    fields: JsonObject
    follows: MessageId | None = None


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """A person has seen the request. ``reference`` is the asked authority's own file number."""

    kind: ClassVar[str] = "acknowledgement"
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """More is needed before the request can be judged."""

    kind: ClassVar[str] = "question"
    text: str


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to a question."""

    kind: ClassVar[str] = "reply"
    text: str


@dataclass(frozen=True, slots=True)
class Acceptance:
    """The request will be executed, under these conditions."""

    kind: ClassVar[str] = "acceptance"
    conditions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Consultation:
    """Said before a refusal or postponement: what stands in the way, and what would remove it."""

    kind: ClassVar[str] = "consultation"
    text: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """A lawful no, with every ground and the reasons."""

    kind: ClassVar[str] = "refusal"
    grounds: tuple[Slug, ...]
    reasons: str


@dataclass(frozen=True, slots=True)
class Postponement:
    """Not now: execution would disturb a matter of the asked State's own."""

    kind: ClassVar[str] = "postponement"
    reasons: str
    until: Day | None = None


@dataclass(frozen=True, slots=True)
class Confirmation:
    """The data are preserved up to and including ``preserved_until``, counted from a civil day in ``zone``."""

    kind: ClassVar[str] = "confirmation"
    preserved_until: Day
    counted_from: Day
    zone: str


@dataclass(frozen=True, slots=True)
class ExtensionRequest:
    """Ask to preserve for longer, before the period ends."""

    kind: ClassVar[str] = "extension-request"
    until: Day
    reasons: str


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """The asker no longer needs what it asked for."""

    kind: ClassVar[str] = "withdrawal"
    reasons: str


@dataclass(frozen=True, slots=True)
class Offer:
    """Sealed evidence is ready to be pulled; the message's ``exhibits`` name it and wrap its keys."""

    kind: ClassVar[str] = "offer"
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Custody:
    """Who holds an exhibit, and what was done with it."""

    kind: ClassVar[str] = "custody"
    event: CustodyEvent
    seal: SealId
    at: Instant
    place: str | None = None
    note: str | None = None
    sha256: Digest | None = None


@dataclass(frozen=True, slots=True)
class Closing:
    """The case is closed as far as the author knows it: up to these heads."""

    kind: ClassVar[str] = "closing"
    heads: tuple[MessageId, ...]
    summary: str | None = None


@dataclass(frozen=True, slots=True)
class Exported:
    """The exporter's statement over a dossier: the digest of its payload manifest and the heads it reaches."""

    kind: ClassVar[str] = "exported"
    payload_manifest: Digest
    heads: tuple[MessageId, ...]


Body = (
    Request
    | Acknowledgement
    | Question
    | Reply
    | Acceptance
    | Consultation
    | Refusal
    | Postponement
    | Confirmation
    | ExtensionRequest
    | Withdrawal
    | Offer
    | Custody
    | Closing
    | Exported
)

KINDS: dict[str, type[Body]] = {
    body.kind: body
    for body in (
        Request,
        Acknowledgement,
        Question,
        Reply,
        Acceptance,
        Consultation,
        Refusal,
        Postponement,
        Confirmation,
        ExtensionRequest,
        Withdrawal,
        Offer,
        Custody,
        Closing,
        Exported,
    )
}

OPENS_WITH_KIND = "request"
"""Only a request may open a case."""
ANSWERING = frozenset(KINDS) - {"request", "custody", "closing", "exported"}
"""Kinds that must say what they answer."""
EXHIBITING = frozenset({"offer"})
"""Kinds that may carry exhibits, and must."""
REQUIRED_ACT: dict[str, Act] = {"request": "send", "offer": "release", "exported": "export"}
"""Kinds that an officer must have approved by signature, and by which act; custody asks it for ``opened``."""
