"""Names of things, each its own type, though all are strings.

Parsing is strict and total: a string is the name or ``BadForm``.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from typing import NewType

from musnad.core.kernel.errors import BadForm

Digest = NewType("Digest", str)
"""SHA-256 (FIPS 180-4) as 64 lower-case hexadecimal digits."""
MessageId = NewType("MessageId", str)
"""The SHA-256 of a message's DSSE payload bytes."""
CaseRef = NewType("CaseRef", str)
"""The id of the message that opened the case."""
SealId = NewType("SealId", str)
"""A random 128-bit name of one sealed exhibit, 32 hexadecimal digits."""
KeyId = NewType("KeyId", str)
"""The SHA-256 of a public key's canonical form, as docs/protocol.md says for each kind of key."""
PartyCode = NewType("PartyCode", str)
"""A State by its ISO 3166-1 alpha-2 code, or an organisation by a code of 3 to 12 capital letters and digits."""
AuthorityId = NewType("AuthorityId", str)
"""``PARTY/name``: a body of a Party that acts, such as ``QA/central-authority``."""
OfficerName = NewType("OfficerName", str)
"""``PARTY/name/pseudonym``: a person of an authority, by a stable pseudonym."""
Slug = NewType("Slug", str)
"""A lower-case name with hyphens: a measure, a ground, a kind of message."""

Entropy = Callable[[int], bytes]
"""Gives so many random octets; an argument wherever the core needs fresh ones."""

_HEX64 = re.compile(r"[0-9a-f]{64}")
_HEX32 = re.compile(r"[0-9a-f]{32}")
_PARTY = re.compile(r"[A-Z]{2}|[A-Z][A-Z0-9]{2,11}")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_SLUG_LIMIT = 64


def digest_of(data: bytes) -> Digest:
    """SHA-256 of the bytes."""
    return Digest(hashlib.sha256(data).hexdigest())


def parse_digest(text: str, *, what: str = "digest") -> Digest:
    if not _HEX64.fullmatch(text):
        raise BadForm(what, "not 64 lower-case hexadecimal digits")
    return Digest(text)


def parse_message_id(text: str, *, what: str = "message id") -> MessageId:
    return MessageId(parse_digest(text, what=what))


def parse_seal_id(text: str) -> SealId:
    if not _HEX32.fullmatch(text):
        raise BadForm("seal id", "not 32 lower-case hexadecimal digits")
    return SealId(text)


def parse_party(text: str) -> PartyCode:
    if not _PARTY.fullmatch(text):
        raise BadForm("party", "not two capital letters, nor 3 to 12 capital letters and digits")
    return PartyCode(text)


def parse_slug(text: str, *, what: str = "name") -> Slug:
    if len(text) > _SLUG_LIMIT or not _SLUG.fullmatch(text):
        raise BadForm(what, "not lower-case letters, digits and single hyphens")
    return Slug(text)


def parse_authority(text: str) -> AuthorityId:
    party, _, name = text.partition("/")
    parse_party(party)
    parse_slug(name, what="authority")
    return AuthorityId(text)


def parse_officer(text: str) -> OfficerName:
    authority, _, name = text.rpartition("/")
    parse_authority(authority)
    parse_slug(name, what="officer")
    return OfficerName(text)


def party_of(name: AuthorityId | OfficerName) -> PartyCode:
    """The Party that an authority or officer belongs to."""
    return PartyCode(name.partition("/")[0])


def authority_of(officer: OfficerName) -> AuthorityId:
    """The authority that an officer belongs to."""
    return AuthorityId(officer.rpartition("/")[0])
