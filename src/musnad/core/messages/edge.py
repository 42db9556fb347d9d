"""The strict form of a message and a receipt on the wire, as pydantic models; ``schema`` makes values of them.

Unknown members are refused, nothing is coerced, and text holds no control and no direction characters.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from musnad.core.kernel import names, times
from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.ijson import INTEGER_LIMIT
from musnad.core.messages.bodies import Act, CustodyEvent
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


Text = Annotated[str, Field(min_length=1, max_length=MUSNAD_1.text_limit), AfterValidator(_plain)]
Short = Annotated[str, Field(min_length=1, max_length=256), AfterValidator(_plain)]
Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35)]
Zone = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+){0,2}$", max_length=64)]
Hex64 = Annotated[str, _by(names.parse_digest)]
Seal = Annotated[str, _by(names.parse_seal_id)]
Name = Annotated[str, _by(names.parse_slug)]
Authority = Annotated[str, _by(names.parse_authority)]
Officer = Annotated[str, _by(names.parse_officer)]
At = Annotated[str, _by(times.parse_instant)]
OnDay = Annotated[str, _by(times.parse_day)]
Index = Annotated[int, Field(ge=0, le=INTEGER_LIMIT)]


class Edge(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


EdgeModel = TypeVar("EdgeModel", bound=BaseModel)


class RequestEdge(Edge):
    fields: Annotated[dict[Name, Any], AfterValidator(_all_plain)]
    follows: Hex64 | None = None


class AcknowledgementEdge(Edge):
    reference: Short | None = None


class TextEdge(Edge):
    text: Text


class AcceptanceEdge(Edge):
    conditions: list[Text] = Field(default_factory=list, max_length=64)


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
    "custody": CustodyEdge,
    "closing": ClosingEdge,
    "exported": ExportedEdge,
}
DAYS = frozenset({"until", "preserved_until", "counted_from"})


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
