"""A message: one signed step of a case. ``write_message`` makes payload bytes; ``schema.parse_message`` reads them."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import get_args

from musnad.core.kernel.b64 import write_b64
from musnad.core.kernel.ijson import JsonObject, write_canonical
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
from musnad.core.kernel.names import party_of as _party_of
from musnad.core.kernel.times import Day, Instant, write_day, write_instant
from musnad.core.messages.bodies import (
    CUSTODY_ACT,
    REQUIRED_ACT,
    Act,
    Attempts,
    Body,
    Custody,
    Spoken,
    UseLimits,
)

MESSAGE_TYPE = "application/vnd.musnad.message+json"


@dataclass(frozen=True, slots=True)
class Approval:
    """The officer who approves by also signing the payload, and the act that is approved."""

    officer: OfficerName
    act: Act


@dataclass(frozen=True, slots=True)
class Wrap:
    """An exhibit's key, closed for one authority under one of its keys."""

    recipient: AuthorityId
    key: KeyId
    wrapped: bytes


@dataclass(frozen=True, slots=True)
class ExhibitRef:
    """A sealed exhibit by its seal id and the SHA-256 of its manifest's payload, with its key for each holder."""

    seal: SealId
    manifest: Digest
    wraps: tuple[Wrap, ...]


@dataclass(frozen=True, slots=True)
class LegalBasis:
    """The instrument under which help is asked, by its name in the treaty data, and a note."""

    instrument: Slug
    note: str


@dataclass(frozen=True, slots=True)
class Message:
    """The signed content. Its id is never a member: it is the SHA-256 of the payload bytes."""

    version: str
    exercise: bool
    language: str
    author: AuthorityId
    to: tuple[AuthorityId, ...]
    at: Instant
    body: Body
    case: CaseRef | None = None
    officer: OfficerName | None = None
    approvals: tuple[Approval, ...] = ()
    previous: tuple[MessageId, ...] = ()
    answers: MessageId | None = None
    exhibits: tuple[ExhibitRef, ...] = ()
    measure: Slug | None = None
    legal_basis: LegalBasis | None = None
    treaty: Digest | None = None

    @property
    def kind(self) -> str:
        return self.body.kind

    @property
    def author_party(self) -> PartyCode:
        return _party_of(self.author)

    @property
    def parties(self) -> frozenset[PartyCode]:
        """The author's Party and the recipients' Parties."""
        return frozenset({self.author_party, *(_party_of(recipient) for recipient in self.to)})

    @property
    def own_chain(self) -> bool:
        """Said to oneself: kept and logged, not part of what the case's Parties share."""
        return set(self.to) == {self.author}

    @property
    def required_act(self) -> Act | None:
        """The act that an officer of the author must have approved, if any."""
        if isinstance(self.body, Custody):
            return CUSTODY_ACT.get(self.body.event)
        return REQUIRED_ACT.get(self.kind)

    def case_under(self, own_id: MessageId) -> CaseRef:
        """The case this belongs to, given its own id: an opening message is its own case."""
        return self.case if self.case is not None else CaseRef(own_id)


@dataclass(frozen=True, slots=True)
class Frame:
    """What is read of a message of a newer version or an unknown kind: enough to verify, keep and show it."""

    version: str
    kind: str
    author: AuthorityId
    to: tuple[AuthorityId, ...]
    case: CaseRef | None

    @property
    def author_party(self) -> PartyCode:
        return _party_of(self.author)

    @property
    def parties(self) -> frozenset[PartyCode]:
        """The author's Party and the recipients' Parties."""
        return frozenset({self.author_party, *(_party_of(recipient) for recipient in self.to)})

    def case_under(self, own_id: MessageId) -> CaseRef:
        """The case this belongs to, given its own id."""
        return self.case if self.case is not None else CaseRef(own_id)


def write_message(message: Message) -> bytes:
    """The payload bytes of a new message, canonical; absent members are left out."""
    return write_canonical(
        _present(
            {
                "version": message.version,
                "case": message.case,
                "kind": message.kind,
                "measure": message.measure,
                "legal_basis": message.legal_basis
                and {"instrument": message.legal_basis.instrument, "note": message.legal_basis.note},
                "treaty": message.treaty,
                "exercise": message.exercise,
                "language": message.language,
                "author": message.author,
                "officer": message.officer,
                "approvals": [{"officer": given.officer, "act": given.act} for given in message.approvals],
                "to": list(message.to),
                "at": write_instant(message.at),
                "previous": list(message.previous),
                "answers": message.answers,
                "body": _write_body(message.body),
                "exhibits": [_write_exhibit(exhibit) for exhibit in message.exhibits],
            }
        )
    )


def _present(members: JsonObject) -> JsonObject:
    return {name: value for name, value in members.items() if value is not None}


def _write_body(body: Body | UseLimits | Attempts) -> JsonObject:
    return _present({member.name: _write_value(getattr(body, member.name)) for member in fields(body)})


def _write_value(value: object) -> object:
    if isinstance(value, UseLimits | Attempts):
        return _write_body(value)
    if isinstance(value, get_args(Spoken)):
        return {"kind": value.kind, "body": _write_body(value)}
    if isinstance(value, tuple):
        return [_write_value(part) for part in value]
    # An instant is a datetime, and a datetime is a date: the order matters.
    if hasattr(value, "tzinfo"):
        return write_instant(value)  # type: ignore[arg-type]  # only instants carry a zone in a body
    if isinstance(value, Day):
        return write_day(value)
    return value


def _write_exhibit(exhibit: ExhibitRef) -> JsonObject:
    wraps = [{"recipient": wrap.recipient, "key": wrap.key, "wrap": write_b64(wrap.wrapped)} for wrap in exhibit.wraps]
    return {"seal": exhibit.seal, "manifest": exhibit.manifest, "wraps": wraps}
