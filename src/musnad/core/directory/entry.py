"""A Party's entry in the directory, as values: who its authorities are, with which keys, valid from when until when.

Times are half-open: a key is valid from ``since`` (inclusive) until ``until`` (exclusive); ``None`` is no end yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from musnad.core.crypto.passkey import OfficerKey, Passkey
from musnad.core.crypto.signing import VerifyingKey
from musnad.core.crypto.wrapping import WrappingKey
from musnad.core.kernel.names import AuthorityId, OfficerName, PartyCode, Slug
from musnad.core.kernel.times import Instant

PROTOCOL = "musnad/1"

OfficerAct = Literal["send", "release", "open", "export"]
"""What an officer may approve."""

Key_co = TypeVar("Key_co", bound=VerifyingKey | WrappingKey | Passkey, covariant=True)


@dataclass(frozen=True, slots=True)
class DatedKey(Generic[Key_co]):
    """A public key with the dates of its validity. Past keys stay listed."""

    key: Key_co
    since: Instant
    until: Instant | None

    def is_valid(self, at: Instant) -> bool:
        return self.since <= at and (self.until is None or at < self.until)


@dataclass(frozen=True, slots=True)
class Officer:
    """A person of an authority, by pseudonym: the acts the authority allows, and the key that approves them.

    An officer with several keys (a renewed one, a key file and a passkey) stands in the roster once for each.
    """

    name: OfficerName
    acts: tuple[OfficerAct, ...]
    key: DatedKey[OfficerKey]


@dataclass(frozen=True, slots=True)
class NodeAddress:
    """Where the Party's node answers: an https address, and the exact certificate it shows (PEM)."""

    url: str
    certificate: str


@dataclass(frozen=True, slots=True)
class LogKeys:
    """The name and raw public keys of a log (its origin) or of a witness, as C2SP signed notes know them."""

    name: str
    ed25519: bytes
    ml_dsa_44: bytes


@dataclass(frozen=True, slots=True)
class Authority:
    """A body of a Party that acts. ``roster`` is the DSSE as published, ``roster_key`` the key that signed it."""

    id: AuthorityId
    roles: tuple[Slug, ...]
    names: Mapping[str, str]
    languages: tuple[str, ...]
    measures: tuple[Slug, ...]
    signing_keys: tuple[DatedKey[VerifyingKey], ...]
    wrapping_keys: tuple[DatedKey[WrappingKey], ...]
    roster: bytes
    roster_key: DatedKey[VerifyingKey]
    officers: tuple[Officer, ...]


@dataclass(frozen=True, slots=True)
class Party:
    """One Party's entry: its names by language, its civil time zone (IANA), its node, its log, its authorities."""

    code: PartyCode
    names: Mapping[str, str]
    time_zone: str
    protocols: tuple[str, ...]
    node: NodeAddress
    log: LogKeys
    witness: LogKeys
    authorities: tuple[Authority, ...]

    def authority(self, name: AuthorityId) -> Authority | None:
        return next((one for one in self.authorities if one.id == name), None)
