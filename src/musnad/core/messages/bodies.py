"""The bodies of the kinds of message: one frozen value a kind. A new ability of the system is a new body here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal, get_args

from musnad.core.kernel.ijson import JsonObject
from musnad.core.kernel.names import AuthorityId, Digest, MessageId, PartyCode, SealId, Slug
from musnad.core.kernel.times import Day, Instant

CustodyEvent = Literal[
    "collected", "sealed", "received", "opened", "copied", "exported", "forwarded", "returned", "destroyed"
]
Act = Literal["send", "release", "open", "export"]
Onward = Literal["free", "with-consent", "forbidden"]
AtEnd = Literal["return", "destroy"]
Result = Literal["executed", "partly-executed", "not-executed"]
Use = Literal["onward-transfer", "other-use", "defence-disclosure"]
Channel = Literal["paper", "e-mail", "telephone", "in-person", "interpol"]
CallBackResult = Literal["confirmed", "denied", "not-reached"]


@dataclass(frozen=True, slots=True)
class UseLimits:
    """Conditions that travel with data: what they may be used for, by whom, and until when.

    ``purpose`` is the only use that is allowed (speciality); ``until`` is the last day, included, on which they may be
    held, and ``at_end`` what is then done with them. Both stand, or neither.
    """

    confidential: bool
    onward: Onward
    purpose: str | None = None
    until: Day | None = None
    at_end: AtEnd | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """Ask for a measure; ``fields`` are the ones that the treaty data defines for it."""

    kind: ClassVar[str] = "request"
    fields: JsonObject
    follows: MessageId | None = None
    limits: UseLimits | None = None
    """Where nothing is asked and information is given: the conditions under which it is."""


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
    limits: UseLimits | None = None


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
    limits: UseLimits | None = None


@dataclass(frozen=True, slots=True)
class Execution:
    """What became of a request that was accepted: what was done, or that nothing was found."""

    kind: ClassVar[str] = "execution"
    result: Result
    text: str
    done_on: Day | None = None


@dataclass(frozen=True, slots=True)
class ConsentRequest:
    """May what was received be passed on, used otherwise, or disclosed to the defence? All of it, or one exhibit."""

    kind: ClassVar[str] = "consent-request"
    use: Use
    text: str
    recipients: tuple[PartyCode, ...] = ()
    seal: SealId | None = None


@dataclass(frozen=True, slots=True)
class Consent:
    """The answer of whoever gave the data; ``limits`` are those of the new use."""

    kind: ClassVar[str] = "consent"
    granted: bool
    text: str | None = None
    limits: UseLimits | None = None


@dataclass(frozen=True, slots=True)
class Attempts:
    """Deliveries that were tried in vain, by the author's own account."""

    count: int
    first_at: Instant
    last_at: Instant


@dataclass(frozen=True, slots=True)
class Silence:
    """The asker's statement that no answer came: ``receipt`` is the recipient's, ``attempts`` where it gave none.

    It says what its author holds when it is logged. The author's own receipt of an answer from before rebuts it.
    """

    kind: ClassVar[str] = "silence"
    text: str
    receipt: MessageId | None = None
    attempts: Attempts | None = None


@dataclass(frozen=True, slots=True)
class CallBack:
    """A second contact of the other side was asked whether a paper is genuine."""

    kind: ClassVar[str] = "call-back"
    contact: str
    reached_by: str
    at: Instant
    result: CallBackResult
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Takeover:
    """A Party that others wrote for until now speaks for itself: from these heads on, and contesting these entries."""

    kind: ClassVar[str] = "takeover"
    heads: tuple[MessageId, ...]
    contested: tuple[MessageId, ...] = ()


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


Spoken = (
    Acknowledgement
    | Question
    | Reply
    | Acceptance
    | Consultation
    | Refusal
    | Postponement
    | Confirmation
    | Execution
    | ExtensionRequest
    | Withdrawal
    | Consent
    | Closing
)
"""What may be entered for a Party that has no node."""


@dataclass(frozen=True, slots=True)
class Transcript:
    """What an authority without a node said on paper or otherwise, entered by an officer of the author.

    ``document`` is the SHA-256 of the paper's scan or of the message as it came. Who entered it is the message's
    officer; the case takes ``said`` as the speaker's word until the speaker's own node says otherwise.
    """

    kind: ClassVar[str] = "transcript"
    speaker: AuthorityId
    channel: Channel
    received_on: Day
    said: Spoken
    reference: str | None = None
    document: Digest | None = None


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
    | Execution
    | ConsentRequest
    | Consent
    | Silence
    | Transcript
    | CallBack
    | Takeover
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
        Execution,
        ConsentRequest,
        Consent,
        Silence,
        Transcript,
        CallBack,
        Takeover,
        Custody,
        Closing,
        Exported,
    )
}

OPENS_WITH_KIND = "request"
"""Only a request may open a case."""
SPOKEN: frozenset[str] = frozenset(body.kind for body in get_args(Spoken))
"""Kinds that may be entered for a Party without a node."""
ANSWERING = frozenset(KINDS) - {"request", "transcript", "takeover", "custody", "closing", "exported"}
"""Kinds that must say what they answer; a transcript must where what it enters must."""
EXHIBITING = frozenset({"offer"})
"""Kinds that may carry exhibits, and must."""
REQUIRED_ACT: dict[str, Act] = {"request": "send", "offer": "release", "transcript": "send", "exported": "export"}
"""Kinds that an officer must have approved by signature, and by which act."""
CUSTODY_ACT: dict[CustodyEvent, Act] = {
    "opened": "open",
    "forwarded": "release",
    "returned": "release",
    "destroyed": "release",
}
"""What an officer must have approved before it is done with an exhibit."""
