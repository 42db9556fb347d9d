"""The strict form of a message and a receipt on the wire, as pydantic models; ``schema`` makes values of them.

Unknown members are refused, nothing is coerced, and text holds no control and no direction characters.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from musnad.core.kernel import names, times
from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.ijson import INTEGER_LIMIT
from musnad.core.messages.bodies import (
    SPOKEN,
    Act,
    AtEnd,
    CallBackResult,
    Channel,
    CustodyEvent,
    Onward,
    Result,
    Use,
)
from musnad.core.messages.version import MUSNAD_1


def _by(parse: Callable[[str], object]) -> AfterValidator:
    """Check a string with one of the kernel's parsers, keeping it a string; its error becomes pydantic's."""

    def check(text: str) -> str:
        try:
            parse(text)
        except MusnadError as error:
            raise ValueError(str(error.facts().get("why", error.code))) from error
        return text

    return AfterValidator(check)


_UNSEEN = re.compile("[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]")
"""Controls, and the marks that would show a text in another order than it has."""


def _plain(text: str) -> str:
    if _UNSEEN.search(text):
        raise ValueError("a control or direction character")
    return text


def _all_plain(value: object) -> object:
    if isinstance(value, str):
        return _plain(value)
    if isinstance(value, dict):
        return {_plain(name): _all_plain(part) for name, part in value.items()}
    return [_all_plain(part) for part in value] if isinstance(value, list) else value


def _spoken(kind: str) -> str:
    if kind not in SPOKEN:
        raise ValueError("not a kind that is entered for another")
    return kind


Text = Annotated[str, Field(min_length=1, max_length=MUSNAD_1.text_limit), AfterValidator(_plain)]
Short = Annotated[str, Field(min_length=1, max_length=256), AfterValidator(_plain)]
Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35)]
Zone = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+){0,2}$", max_length=64)]
Hex64 = Annotated[str, _by(names.parse_digest)]
Seal = Annotated[str, _by(names.parse_seal_id)]
Name = Annotated[str, _by(names.parse_slug)]
PartyName = Annotated[str, _by(names.parse_party)]
Spoken = Annotated[str, AfterValidator(_spoken)]
Authority = Annotated[str, _by(names.parse_authority)]
Officer = Annotated[str, _by(names.parse_officer)]
At = Annotated[str, _by(times.parse_instant)]
OnDay = Annotated[str, _by(times.parse_day)]
Index = Annotated[int, Field(ge=0, le=INTEGER_LIMIT)]


class Edge(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


EdgeModel = TypeVar("EdgeModel", bound=BaseModel)


class UseLimitsEdge(Edge):
    confidential: bool
    onward: Onward
    purpose: Text | None = None
    until: OnDay | None = None
    at_end: AtEnd | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.until is None) != (self.at_end is None):
            raise ValueError("until and at_end stand together")
        return self


class RequestEdge(Edge):
    fields: Annotated[dict[Name, Any], AfterValidator(_all_plain)]
    follows: Hex64 | None = None
    limits: UseLimitsEdge | None = None


class AcknowledgementEdge(Edge):
    reference: Short | None = None


class TextEdge(Edge):
    text: Text


class AcceptanceEdge(Edge):
    conditions: list[Text] = Field(default_factory=list, max_length=64)
    limits: UseLimitsEdge | None = None


class RefusalEdge(Edge):
    grounds: list[Name] = Field(min_length=1, max_length=16)
    reasons: Text


class PostponementEdge(Edge):
    reasons: Text
    until: OnDay | None = None


class ConfirmationEdge(Edge):
    preserved_until: OnDay
    counted_from: OnDay
    zone: Zone


class ExtensionRequestEdge(Edge):
    until: OnDay
    reasons: Text


class WithdrawalEdge(Edge):
    reasons: Text


class OfferEdge(Edge):
    note: Text | None = None
    limits: UseLimitsEdge | None = None


class ExecutionEdge(Edge):
    result: Result
    text: Text
    done_on: OnDay | None = None


class ConsentRequestEdge(Edge):
    use: Use
    text: Text
    recipients: list[PartyName] = Field(default_factory=list, max_length=MUSNAD_1.recipients_limit)
    seal: Seal | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.use == "onward-transfer") != bool(self.recipients):
            raise ValueError("recipients stand where data are passed on, and only there")
        return self


class ConsentEdge(Edge):
    granted: bool
    text: Text | None = None
    limits: UseLimitsEdge | None = None


class AttemptsEdge(Edge):
    count: Annotated[int, Field(ge=1, le=INTEGER_LIMIT)]
    first_at: At
    last_at: At


class SilenceEdge(Edge):
    text: Text
    receipt: Hex64 | None = None
    attempts: AttemptsEdge | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.receipt is None) == (self.attempts is None):
            raise ValueError("either a receipt or the attempts to deliver")
        return self


class SaidEdge(Edge):
    kind: Spoken
    body: dict[str, Any]


class TranscriptEdge(Edge):
    speaker: Authority
    channel: Channel
    received_on: OnDay
    said: SaidEdge
    reference: Short | None = None
    document: Hex64 | None = None


class CallBackEdge(Edge):
    contact: Short
    reached_by: Short
    at: At
    result: CallBackResult
    note: Text | None = None


class TakeoverEdge(Edge):
    heads: list[Hex64] = Field(min_length=1, max_length=MUSNAD_1.previous_limit)
    contested: list[Hex64] = Field(default_factory=list, max_length=MUSNAD_1.previous_limit)


class CustodyEdge(Edge):
    event: CustodyEvent
    seal: Seal
    at: At
    place: Short | None = None
    note: Text | None = None
    sha256: Hex64 | None = None


class ClosingEdge(Edge):
    heads: list[Hex64] = Field(min_length=1, max_length=MUSNAD_1.previous_limit)
    summary: Text | None = None


class ExportedEdge(Edge):
    payload_manifest: Hex64
    heads: list[Hex64] = Field(min_length=1, max_length=MUSNAD_1.exported_heads_limit)


BODIES: dict[str, type[Edge]] = {
    "request": RequestEdge,
    "acknowledgement": AcknowledgementEdge,
    "question": TextEdge,
    "reply": TextEdge,
    "acceptance": AcceptanceEdge,
    "consultation": TextEdge,
    "refusal": RefusalEdge,
    "postponement": PostponementEdge,
    "confirmation": ConfirmationEdge,
    "extension-request": ExtensionRequestEdge,
    "withdrawal": WithdrawalEdge,
    "offer": OfferEdge,
    "execution": ExecutionEdge,
    "consent-request": ConsentRequestEdge,
    "consent": ConsentEdge,
    "silence": SilenceEdge,
    "transcript": TranscriptEdge,
    "call-back": CallBackEdge,
    "takeover": TakeoverEdge,
    "custody": CustodyEdge,
    "closing": ClosingEdge,
    "exported": ExportedEdge,
}
DAYS = frozenset({"until", "preserved_until", "counted_from", "done_on", "received_on"})
INSTANTS = frozenset({"at", "first_at", "last_at"})


class ApprovalEdge(Edge):
    officer: Officer
    act: Act


class WrapEdge(Edge):
    recipient: Authority
    key: Hex64
    wrap: str


class ExhibitEdge(Edge):
    seal: Seal
    manifest: Hex64
    wraps: list[WrapEdge] = Field(min_length=1, max_length=MUSNAD_1.recipients_limit)


class LegalBasisEdge(Edge):
    instrument: Name
    note: Annotated[str, Field(max_length=2048), AfterValidator(_plain)]


class MessageEdge(Edge):
    version: Literal["musnad/1"]
    case: Hex64 | None = None
    kind: str
    measure: Name | None = None
    legal_basis: LegalBasisEdge | None = None
    treaty: Hex64 | None = None
    exercise: bool
    language: Language
    author: Authority
    officer: Officer | None = None
    approvals: list[ApprovalEdge] = Field(max_length=MUSNAD_1.approvals_limit)
    to: list[Authority] = Field(min_length=1, max_length=MUSNAD_1.recipients_limit)
    at: At
    previous: list[Hex64] = Field(max_length=MUSNAD_1.previous_limit)
    answers: Hex64 | None = None
    body: dict[str, Any]
    exhibits: list[ExhibitEdge] = Field(max_length=MUSNAD_1.exhibits_limit)


class DirectoryRefEdge(Edge):
    snapshot: Hex64
    version: Index
    stale: bool


class ReceiptEdge(Edge):
    version: Literal["musnad/1"]
    message: Hex64
    recipient: Authority
    log: Short
    index: Index
    salt: Hex64
    own_index: Index
    own_salt: Hex64
    at: At
    day: OnDay
    zone: Zone
    directory: DirectoryRefEdge
    flags: list[Name] = Field(max_length=16)


class FrameEdge(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True, frozen=True)

    version: Short
    kind: Short
    author: Authority
    to: list[Authority] = Field(min_length=1, max_length=MUSNAD_1.recipients_limit)
    case: Hex64 | None = None
