"""An enrolment: the statement that a passkey is to stand in an authority's roster for an officer, or no longer.

Two other officers of the authority sign the statement (DSSE, its own payload type), so that what they sign can be
taken for nothing else; then the authority signs a roster that says so. A statement is good for one roster: a key stands
in a Party's entry once for ever, and what was retired is never listed anew.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import cast, get_args

from musnad.core.crypto.passkey import Passkey, parse_passkey
from musnad.core.directory.entry import PROTOCOL, DatedKey, Officer, OfficerAct
from musnad.core.directory.errors import BadEntry, UnknownKey
from musnad.core.kernel.errors import BadForm
from musnad.core.kernel.ijson import JsonObject, parse_object, write_canonical
from musnad.core.kernel.names import (
    AuthorityId,
    KeyId,
    OfficerName,
    authority_of,
    parse_authority,
    parse_digest,
    parse_officer,
)
from musnad.core.kernel.times import Instant, parse_instant, write_instant

ENROLMENT_TYPE = "application/vnd.musnad.enrolment+json"
APPROVERS = 2
"""How many other officers of the authority sign it; a rule of this system's own."""


@dataclass(frozen=True, slots=True)
class Enrolment:
    """``passkey`` is added with ``acts``, or the key ``retired`` ends; one of the two."""

    authority: AuthorityId
    officer: OfficerName
    acts: tuple[OfficerAct, ...]
    at: Instant
    passkey: Passkey | None = None
    retired: KeyId | None = None

    def __post_init__(self) -> None:
        if authority_of(self.officer) != self.authority:
            raise BadForm("enrolment", "the officer of another authority")
        if not self.acts or len(set(self.acts)) != len(self.acts) or set(self.acts) - set(get_args(OfficerAct)):
            raise BadForm("enrolment", "no act, or one that there is not, or one twice")
        if (self.passkey is None) == (self.retired is None):
            raise BadForm("enrolment", "not either a passkey or a key that ends")

    @property
    def key_id(self) -> KeyId:
        """The key that it is about."""
        if self.passkey is not None:
            return self.passkey.ids[0]
        assert self.retired is not None
        return self.retired


def write_enrolment(enrolment: Enrolment) -> bytes:
    """The payload bytes, canonical."""
    passkey: JsonObject | None = enrolment.passkey.write() if enrolment.passkey is not None else None
    return write_canonical(
        {
            "version": PROTOCOL,
            "authority": enrolment.authority,
            "officer": enrolment.officer,
            "acts": list(enrolment.acts),
            "at": write_instant(enrolment.at),
            "passkey": passkey,
            "retired": enrolment.retired,
        }
    )


def parse_enrolment(payload: bytes) -> Enrolment:
    """Read the payload bytes; ``NotJson``, ``TooLarge``, ``BadForm`` or ``BadKey``."""
    found = parse_object(payload, what="enrolment")
    if set(found) != {"version", "authority", "officer", "acts", "at", "passkey", "retired"}:
        raise BadForm("enrolment", "not exactly its members")
    acts, passkey, retired = found["acts"], found["passkey"], found["retired"]
    if found["version"] != PROTOCOL or not isinstance(acts, list):
        raise BadForm("enrolment", f"not {PROTOCOL}, or acts that are no list")
    return Enrolment(
        authority=parse_authority(_text(found, "authority")),
        officer=parse_officer(_text(found, "officer")),
        acts=tuple(_act(one) for one in acts),
        at=parse_instant(_text(found, "at")),
        passkey=None if passkey is None else _passkey(passkey),
        retired=None if retired is None else KeyId(parse_digest(_text(found, "retired"), what="retired")),
    )


def enrolled(officers: tuple[Officer, ...], enrolment: Enrolment, now: Instant) -> tuple[Officer, ...]:
    """The officers of the next roster; everybody else stays as he is listed. Said again, it changes nothing.

    Raises:
        BadEntry: the key stands in the roster for somebody else. UnknownKey: the officer has no key that could end.
    """
    holder = next((one for one in officers if enrolment.key_id in one.key.key.ids), None)
    if enrolment.passkey is not None:
        if holder is None:
            return (*officers, Officer(enrolment.officer, enrolment.acts, DatedKey(enrolment.passkey, now, None)))
        if holder.name != enrolment.officer:
            raise BadEntry("roster.officers", "a key stands twice")
        return officers
    if holder is None or holder.name != enrolment.officer:
        raise UnknownKey(enrolment.officer)
    if holder.key.until is not None:
        return officers
    until = max(now, Instant(holder.key.since + timedelta(seconds=1)))  # an end is after its beginning
    ended = replace(holder, key=replace(holder.key, until=until))
    return tuple(ended if one == holder else one for one in officers)


def _passkey(found: object) -> Passkey:
    if not isinstance(found, dict) or set(found) != {"credential", "public", "relying_party", "origins"}:
        raise BadForm("enrolment", "a passkey that is not exactly its members")
    origins = found["origins"]
    if not isinstance(origins, list) or not all(isinstance(one, str) for one in origins):
        raise BadForm("enrolment", "origins that are no list of texts")
    return parse_passkey(
        _text(found, "credential"), _text(found, "public"), _text(found, "relying_party"), tuple(map(str, origins))
    )


def _act(found: object) -> OfficerAct:
    for one in get_args(OfficerAct):
        if found == one:
            return cast("OfficerAct", one)
    raise BadForm("enrolment", "no act, or one that there is not, or one twice")


def _text(found: JsonObject, member: str) -> str:
    value = found[member]
    if not isinstance(value, str):
        raise BadForm("enrolment", f"{member} is no text")
    return value
