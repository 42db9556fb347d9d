"""A judged directory: who is who, with which keys, when. A value: judged at one time, it never changes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from musnad.core.crypto.passkey import OfficerKey
from musnad.core.crypto.signing import VerifyingKey
from musnad.core.crypto.wrapping import WrappingKey
from musnad.core.directory.entry import Authority, DatedKey, OfficerAct, Party
from musnad.core.directory.errors import (
    DirectoryExpired,
    OfficerMayNot,
    RetiredKey,
    UnknownAuthority,
    UnknownKey,
    UnknownOfficer,
    UnknownParty,
)
from musnad.core.kernel.names import AuthorityId, Digest, KeyId, OfficerName, PartyCode, party_of
from musnad.core.kernel.times import Instant, write_instant

Signer = TypeVar("Signer", bound=OfficerKey)


@dataclass(frozen=True, slots=True)
class SetRef:
    """Names one verified set: SHA-256 of its snapshot's bytes, the snapshot's version, and whether it was stale."""

    snapshot: Digest
    version: int
    stale: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """A Party in a judged directory: its entry, the set it comes from, and its role's file.

    ``expired`` tells that the Party's own role is past its expiry and its grace: the entry is shown, not used.
    """

    party: Party
    ref: SetRef
    file: str
    expired: bool


@dataclass(frozen=True, slots=True)
class Directory:
    """Lookups over the entries. ``root_fingerprint`` is the SHA-256 of the anchor's bytes."""

    ref: SetRef
    root_fingerprint: Digest
    entries: Mapping[PartyCode, Entry]

    @property
    def parties(self) -> tuple[Party, ...]:
        return tuple(entry.party for _, entry in sorted(self.entries.items()))

    def ref_of(self, name: PartyCode) -> SetRef:
        """The set that the Party's entry comes from, and its staleness; what a receipt names.

        Another than ``ref`` where the Party's newer entry is not accepted and an older one is held.
        """
        return self._entry(name).ref

    def party(self, name: PartyCode) -> Party:
        """The Party's entry; ``UnknownParty``, or ``DirectoryExpired`` where its role is past its grace."""
        return self._entry(name).party

    def lists(self, name: PartyCode) -> bool:
        """Whether the Party has an entry: where it has none, it has no node, and is spoken with on paper."""
        return name in self.entries

    def authority(self, name: AuthorityId) -> Authority:
        """The authority; errors as ``party``, and ``UnknownAuthority``."""
        found = self.party(party_of(name)).authority(name)
        if found is None:
            raise UnknownAuthority(name)
        return found

    def signing_key(self, name: AuthorityId, key_ids: Collection[KeyId], at: Instant) -> VerifyingKey:
        """The authority's key, both halves of which are among ``key_ids``, valid ``at`` that time.

        Raises:
            UnknownParty, UnknownAuthority, DirectoryExpired: as ``authority``.
            UnknownKey: none of the authority's keys is among ``key_ids``.
            RetiredKey: one is, but was not valid at that time.
        """
        keys = [dated for dated in self.authority(name).signing_keys if set(dated.key.ids) <= set(key_ids)]
        return _valid_of(keys, name, at).key

    def officer_key(self, name: OfficerName, act: OfficerAct, key_ids: Collection[KeyId], at: Instant) -> OfficerKey:
        """The officer's key or passkey among ``key_ids``, valid ``at`` that time, of an officer who may do ``act``.

        Raises:
            UnknownParty, UnknownAuthority, DirectoryExpired: as ``authority``.
            UnknownOfficer: the roster does not name the officer.
            UnknownKey, RetiredKey: as ``signing_key``; also RetiredKey where the key that signed the roster was not
                valid at that time: nobody vouches for the roster any more.
            OfficerMayNot: the roster does not allow the act.
        """
        authority = self.authority(AuthorityId(name.rpartition("/")[0]))
        listed = [officer for officer in authority.officers if officer.name == name]
        if not listed:
            raise UnknownOfficer(name)
        _valid_of([authority.roster_key], authority.id, at)
        signed = [officer for officer in listed if set(officer.key.key.ids) <= set(key_ids)]
        valid = _valid_of([officer.key for officer in signed], name, at)
        if not any(act in officer.acts for officer in signed if officer.key == valid):
            raise OfficerMayNot(name, act)
        return valid.key

    def wrapping_key(self, name: AuthorityId, at: Instant) -> WrappingKey:
        """The authority's newest wrapping key that is valid ``at`` that time; ``RetiredKey`` where none is."""
        valid = [dated for dated in self.authority(name).wrapping_keys if dated.is_valid(at)]
        if not valid:
            raise RetiredKey(name, write_instant(at))
        return max(valid, key=lambda dated: dated.since).key

    def _entry(self, name: PartyCode) -> Entry:
        entry = self.entries.get(name)
        if entry is None:
            raise UnknownParty(name)
        if entry.expired:
            raise DirectoryExpired(entry.file)
        return entry


def hold(offered: Directory, held: Directory, parties: Iterable[PartyCode]) -> Directory:
    """``offered``, with the entries of ``parties`` as ``held`` has them; those it does not have are left out."""
    entries = dict(offered.entries)
    for code in parties:
        entries.pop(code, None)
        if code in held.entries:
            entries[code] = held.entries[code]
    return replace(offered, entries=entries)


def _valid_of(keys: Sequence[DatedKey[Signer]], owner: str, at: Instant) -> DatedKey[Signer]:
    if not keys:
        raise UnknownKey(owner)
    for dated in keys:
        if dated.is_valid(at):
            return dated
    raise RetiredKey(owner, write_instant(at))
