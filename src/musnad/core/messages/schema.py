"""Payload bytes to values: the one place where a message's or receipt's form is checked.

Any bytes give a value or a ``MusnadError``. Unknown members are refused: what a reader would not see, nobody signs.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from musnad.core.crypto.wrapping import WRAPPED_KEY_OCTETS
from musnad.core.kernel import names, times
from musnad.core.kernel.b64 import parse_b64
from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.ijson import INTEGER_LIMIT, JsonObject, parse_object
from musnad.core.messages import bodies
from musnad.core.messages.bodies import ANSWERING, EXHIBITING, KINDS, OPENS_WITH_KIND, Act, CustodyEvent
from musnad.core.messages.errors import BadMessage, UnknownVersion
from musnad.core.messages.message import Approval, ExhibitRef, Frame, LegalBasis, Message, Wrap
from musnad.core.messages.receipt import DirectoryRef, Place, Receipt
from musnad.core.messages.version import MUSNAD_1, VERSIONS, ProtocolVersion


def _by(parse: Callable[[str], object]) -> AfterValidator:
    """Check a string with one of the kernel's parsers, keeping it a string; its error becomes pydantic's."""

    def check(text: str) -> str:
        try:
            parse(text)
        except MusnadError as error:
            raise ValueError(str(error.facts().get("why", error.code))) from error
        return text

    return AfterValidator(check)


_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def _plain(text: str) -> str:
    if _CONTROL.search(text):
        raise ValueError("a control character")
    return text


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


class _Edge(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


_EdgeModel = TypeVar("_EdgeModel", bound=BaseModel)


class _Request(_Edge):
    fields: dict[Name, Any]
    follows: Hex64 | None = None


class _Acknowledgement(_Edge):
    reference: Short | None = None


class _Text(_Edge):
    text: Text


class _Acceptance(_Edge):
    conditions: list[Text] = Field(default_factory=list, max_length=64)


class _Refusal(_Edge):
    grounds: list[Name] = Field(min_length=1, max_length=16)
    reasons: Text


class _Postponement(_Edge):
    reasons: Text
    until: OnDay | None = None


class _Confirmation(_Edge):
    preserved_until: OnDay
    counted_from: OnDay
    zone: Zone


class _ExtensionRequest(_Edge):
    until: OnDay
    reasons: Text


class _Withdrawal(_Edge):
    reasons: Text


class _Offer(_Edge):
    note: Text | None = None


class _Custody(_Edge):
    event: CustodyEvent
    seal: Seal
    at: At
    place: Short | None = None
    note: Text | None = None
    sha256: Hex64 | None = None


class _Closing(_Edge):
    heads: list[Hex64] = Field(min_length=1, max_length=MUSNAD_1.previous_limit)
    summary: Text | None = None


class _Exported(_Edge):
    payload_manifest: Hex64
    heads: list[Hex64] = Field(min_length=1, max_length=MUSNAD_1.previous_limit)


_BODIES: dict[str, type[_Edge]] = {
    "request": _Request,
    "acknowledgement": _Acknowledgement,
    "question": _Text,
    "reply": _Text,
    "acceptance": _Acceptance,
    "consultation": _Text,
    "refusal": _Refusal,
    "postponement": _Postponement,
    "confirmation": _Confirmation,
    "extension-request": _ExtensionRequest,
    "withdrawal": _Withdrawal,
    "offer": _Offer,
    "custody": _Custody,
    "closing": _Closing,
    "exported": _Exported,
}
_DAYS = frozenset({"until", "preserved_until", "counted_from"})


class _Approval(_Edge):
    officer: Officer
    act: Act


class _Wrap(_Edge):
    recipient: Authority
    key: Hex64
    wrap: str


class _Exhibit(_Edge):
    seal: Seal
    manifest: Hex64
    wraps: list[_Wrap] = Field(min_length=1, max_length=MUSNAD_1.recipients_limit)


class _LegalBasis(_Edge):
    instrument: Name
    note: Annotated[str, Field(max_length=2048), AfterValidator(_plain)]


class _Message(_Edge):
    version: Literal["musnad/1"]
    case: Hex64 | None = None
    kind: str
    measure: Name | None = None
    legal_basis: _LegalBasis | None = None
    treaty: Hex64 | None = None
    exercise: bool
    language: Language
    author: Authority
    officer: Officer | None = None
    approvals: list[_Approval] = Field(max_length=MUSNAD_1.approvals_limit)
    to: list[Authority] = Field(min_length=1, max_length=MUSNAD_1.recipients_limit)
    at: At
    previous: list[Hex64] = Field(max_length=MUSNAD_1.previous_limit)
    answers: Hex64 | None = None
    body: dict[str, Any]
    exhibits: list[_Exhibit] = Field(max_length=MUSNAD_1.exhibits_limit)


class _DirectoryRef(_Edge):
    snapshot: Hex64
    version: Index
    stale: bool


class _Receipt(_Edge):
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
    directory: _DirectoryRef
    flags: list[Name] = Field(max_length=16)


def parse_message(payload: bytes) -> Message:
    """Read the payload bytes of a message.

    Raises:
        NotJson, TooLarge: not I-JSON, or past 1 MiB.
        UnknownVersion: another protocol version, or a kind that this version does not have.
        BadMessage: a member missing, unknown, of the wrong form, or not fitting the kind.
    """
    found = parse_object(payload, what="message")
    _known_version(found)
    kind = found.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        raise UnknownVersion(f"{found['version']} {kind}" if isinstance(kind, str) else str(found["version"]))
    edge = _validate(_Message, found, "")
    body = _body(kind, edge.body)
    message = Message(
        version=edge.version,
        case=None if edge.case is None else names.CaseRef(edge.case),
        exercise=edge.exercise,
        language=edge.language,
        author=names.AuthorityId(edge.author),
        officer=None if edge.officer is None else names.OfficerName(edge.officer),
        approvals=tuple(Approval(names.OfficerName(given.officer), given.act) for given in edge.approvals),
        to=tuple(names.AuthorityId(recipient) for recipient in edge.to),
        at=times.parse_instant(edge.at),
        previous=tuple(names.MessageId(parent) for parent in edge.previous),
        answers=None if edge.answers is None else names.MessageId(edge.answers),
        body=body,
        exhibits=tuple(_exhibit(exhibit) for exhibit in edge.exhibits),
        measure=None if edge.measure is None else names.Slug(edge.measure),
        legal_basis=None
        if edge.legal_basis is None
        else LegalBasis(names.Slug(edge.legal_basis.instrument), edge.legal_basis.note),
        treaty=None if edge.treaty is None else names.Digest(edge.treaty),
    )
    check_form(message)
    return message


def check_form(message: Message) -> None:
    """The rules between members; ``BadMessage`` names the first that is broken.

    1. nobody is named twice; 2. an opening is a request without previous, everything else has a case and previous;
    3. measure, basis and treaty stand on requests and nowhere else; 4. answering kinds say what they answer;
    5. exhibits stand where they are offered, each wrapped to recipients only; 6. officers are the author's own;
    7. what an officer must approve names an approval with that act; 8. the exporter speaks to itself, nobody else does.
    """
    kind = message.kind
    for member, values in (("to", message.to), ("previous", message.previous)):
        _must(len(set(values)) == len(values), member, "one stands twice")  # 1
    _must(
        len({given.officer for given in message.approvals}) == len(message.approvals), "approvals", "one stands twice"
    )
    if message.case is None:  # 2
        _must(kind == OPENS_WITH_KIND, "case", "only a request opens a case")
        _must(not message.previous, "previous", "an opening has none")
    else:
        _must(bool(message.previous), "previous", "missing")
    for member, value in (
        ("measure", message.measure),
        ("legal_basis", message.legal_basis),
        ("treaty", message.treaty),
    ):
        _must((value is not None) == (kind == "request"), member, "stands on requests, and only there")  # 3
    _must((message.answers is not None) == (kind in ANSWERING), "answers", "stands on answers, and only there")  # 4
    _must(bool(message.exhibits) == (kind in EXHIBITING), "exhibits", "stand on offers, and only there")  # 5
    for exhibit in message.exhibits:
        wrapped = [wrap.recipient for wrap in exhibit.wraps]
        _must(
            len(set(wrapped)) == len(wrapped) and set(wrapped) <= set(message.to), "exhibits", "wrapped to a stranger"
        )
    officers = [given.officer for given in message.approvals] + ([message.officer] if message.officer else [])
    _must(
        all(names.authority_of(one) == message.author for one in officers), "officer", "not the author's officer"
    )  # 6
    act = message.required_act
    if act is not None:  # 7
        _must(any(given.act == act for given in message.approvals), "approvals", f"no officer approved: {act}")
    _must((kind == "exported") == message.own_chain, "to", "only an export is said to oneself")  # 8


def parse_receipt(payload: bytes) -> Receipt:
    """Read the payload bytes of a receipt; errors as ``parse_message``."""
    found = parse_object(payload, what="receipt")
    _known_version(found)
    edge = _validate(_Receipt, found, "")
    return Receipt(
        version=edge.version,
        message=names.MessageId(edge.message),
        recipient=names.AuthorityId(edge.recipient),
        log=edge.log,
        place=Place(edge.index, names.Digest(edge.salt)),
        own_place=Place(edge.own_index, names.Digest(edge.own_salt)),
        at=times.parse_instant(edge.at),
        day=times.parse_day(edge.day),
        zone=edge.zone,
        directory=DirectoryRef(names.Digest(edge.directory.snapshot), edge.directory.version, edge.directory.stale),
        flags=tuple(names.Slug(flag) for flag in edge.flags),
    )


def _known_version(found: JsonObject) -> ProtocolVersion:
    name = found.get("version")
    if not isinstance(name, str) or name not in VERSIONS:
        raise UnknownVersion(name[:64] if isinstance(name, str) else "none")
    return VERSIONS[name]


def _body(kind: str, found: dict[str, Any]) -> bodies.Body:
    members = _validate(_BODIES[kind], found, "body.").model_dump(exclude_none=True)
    for member, value in members.items():
        if isinstance(value, list):
            members[member] = tuple(value)
        elif member in _DAYS:
            members[member] = times.parse_day(value)
        elif member == "at":
            members[member] = times.parse_instant(value)
    return KINDS[kind](**members)


def _exhibit(edge: _Exhibit) -> ExhibitRef:
    wraps = tuple(
        Wrap(
            names.AuthorityId(wrap.recipient),
            names.KeyId(wrap.key),
            parse_b64(wrap.wrap, what="wrap", size_octets=WRAPPED_KEY_OCTETS),
        )
        for wrap in edge.wraps
    )
    return ExhibitRef(names.SealId(edge.seal), names.Digest(edge.manifest), wraps)


def _validate(model: type[_EdgeModel], found: object, prefix: str) -> _EdgeModel:
    try:
        return model.model_validate(found)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        member = prefix + ".".join(str(part) for part in first["loc"])
        raise BadMessage(member[:200], str(first["msg"])[:200]) from None


def _must(holds: bool, member: str, why: str) -> None:
    if not holds:
        raise BadMessage(member, why)


class _Frame(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True, frozen=True)

    version: Short
    kind: Short
    author: Authority
    to: list[Authority] = Field(min_length=1, max_length=MUSNAD_1.recipients_limit)
    case: Hex64 | None = None


def parse_frame(payload: bytes) -> Frame:
    """The members that every version has, of a message that this one does not understand.

    Raises ``NotJson``, ``TooLarge`` or ``BadMessage``; nothing else of the message is checked.
    """
    edge = _validate(_Frame, parse_object(payload, what="message"), "")
    to = tuple(names.AuthorityId(recipient) for recipient in edge.to)
    case = None if edge.case is None else names.CaseRef(edge.case)
    return Frame(edge.version, edge.kind, names.AuthorityId(edge.author), to, case)
