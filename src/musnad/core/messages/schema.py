"""Payload bytes to values: the one place where a message's or receipt's form is checked.

Any bytes give a value or a ``MusnadError``. Unknown members are refused: what a reader would not see, nobody signs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic import ValidationError

from musnad.core.crypto.wrapping import WRAPPED_KEY_OCTETS
from musnad.core.kernel import names, times
from musnad.core.kernel.b64 import parse_b64
from musnad.core.kernel.ijson import JsonObject, parse_object
from musnad.core.messages import bodies
from musnad.core.messages.bodies import ANSWERING, EXHIBITING, KINDS, OPENS_WITH_KIND
from musnad.core.messages.edge import (
    BODIES,
    DAYS,
    INSTANTS,
    EdgeModel,
    ExhibitEdge,
    FrameEdge,
    MessageEdge,
    ReceiptEdge,
)
from musnad.core.messages.errors import BadMessage, UnknownVersion
from musnad.core.messages.message import Approval, ExhibitRef, Frame, LegalBasis, Message, Wrap
from musnad.core.messages.receipt import DirectoryRef, Place, Receipt
from musnad.core.messages.version import VERSIONS, ProtocolVersion


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
    edge = _validate(MessageEdge, found, "")
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
    5. exhibits stand where they are offered, each wrapped to recipients only; 6. officers are the author's own, and the
    one who speaks is among those who sign; 7. what an officer must approve names an approval with that act; 8. the
    exporter speaks to itself, nobody else does, and nobody speaks to his own Party; 9. who is quoted is a recipient.
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
    said = message.body.said.kind if isinstance(message.body, bodies.Transcript) else kind
    _must((message.answers is not None) == (said in ANSWERING), "answers", "stands on answers, and only there")  # 4
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
    approving = {given.officer for given in message.approvals}
    _must(message.officer is None or message.officer in approving, "officer", "did not sign")
    act = message.required_act
    if act is not None:  # 7
        _must(any(given.act == act for given in message.approvals), "approvals", f"no officer approved: {act}")
    _must((kind == "exported") == message.own_chain, "to", "only an export is said to oneself")  # 8
    if isinstance(message.body, bodies.Transcript):  # 9
        _must(message.body.speaker in message.to, "speaker", "not among those whom the case is shared with")
    strangers = all(names.party_of(recipient) != message.author_party for recipient in message.to)
    _must(message.own_chain or strangers, "to", "an authority of the author's own Party")


def parse_receipt(payload: bytes) -> Receipt:
    """Read the payload bytes of a receipt; errors as ``parse_message``."""
    found = parse_object(payload, what="receipt")
    _known_version(found)
    edge = _validate(ReceiptEdge, found, "")
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


def _body(kind: str, found: dict[str, Any], prefix: str = "body.") -> bodies.Body:
    members = _values(_validate(BODIES[kind], found, prefix).model_dump(exclude_none=True))
    if kind == "transcript":
        said = members["said"]
        members["said"] = _body(said["kind"], said["body"], f"{prefix}said.body.")
    for member, value in _NESTED.items():
        if member in members:
            members[member] = value(**_values(members[member]))
    return KINDS[kind](**members)


def _values(members: dict[str, Any]) -> dict[str, Any]:
    for member, value in members.items():
        if isinstance(value, list):
            members[member] = tuple(value)
        elif member in DAYS:
            members[member] = times.parse_day(value)
        elif member in INSTANTS:
            members[member] = times.parse_instant(value)
    return members


_NESTED: dict[str, Callable[..., object]] = {"limits": bodies.UseLimits, "attempts": bodies.Attempts}


def _exhibit(edge: ExhibitEdge) -> ExhibitRef:
    wraps = tuple(
        Wrap(
            names.AuthorityId(wrap.recipient),
            names.KeyId(wrap.key),
            parse_b64(wrap.wrap, what="wrap", size_octets=WRAPPED_KEY_OCTETS),
        )
        for wrap in edge.wraps
    )
    return ExhibitRef(names.SealId(edge.seal), names.Digest(edge.manifest), wraps)


def _validate(model: type[EdgeModel], found: object, prefix: str) -> EdgeModel:
    try:
        return model.model_validate(found)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        member = prefix + ".".join(str(part) for part in first["loc"])
        raise BadMessage(member[:200], str(first["msg"])[:200]) from None


def _must(holds: bool, member: str, why: str) -> None:
    if not holds:
        raise BadMessage(member, why)


def parse_frame(payload: bytes) -> Frame:
    """The members that every version has, of a message that this one does not understand.

    Raises ``NotJson``, ``TooLarge`` or ``BadMessage``; nothing else of the message is checked.
    """
    edge = _validate(FrameEdge, parse_object(payload, what="message"), "")
    to = tuple(names.AuthorityId(recipient) for recipient in edge.to)
    case = None if edge.case is None else names.CaseRef(edge.case)
    return Frame(edge.version, edge.kind, names.AuthorityId(edge.author), to, case)


def parse_body(kind: str, members: dict[str, Any]) -> bodies.Body:
    """A body of that kind from its members alone, for who composes; ``UnknownVersion`` or ``BadMessage``."""
    if kind not in KINDS:
        raise UnknownVersion(kind[:64])
    return _body(kind, members)
