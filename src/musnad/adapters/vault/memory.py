"""The vault in memory, with faults to switch on: for tests and for trying things out."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass

from musnad.core.kernel.names import SealId, parse_seal_id
from musnad.core.sealing.layout import Span
from musnad.core.sealing.manifest import SourceKind
from musnad.exchange.evidence.errors import ExhibitBusy, NoSuchExhibit, StorageFailed, StorageFull, TargetExists
from musnad.exchange.evidence.vault import MEMBERS, Member


@dataclass(slots=True)
class Faults:
    """What goes wrong: ``room_octets`` left before the storage is full, reads or commits that fail."""

    room_octets: int | None = None
    reads_fail: bool = False
    commits_fail: bool = False

    def take_room(self, octets: int) -> None:
        if self.room_octets is not None:
            if octets > self.room_octets:
                raise StorageFull("memory")
            self.room_octets -= octets


class _Kept:
    """A draft's octets, which outlive the object that writes them."""

    def __init__(self) -> None:
        self.members: dict[Member, bytearray] = {member: bytearray() for member in MEMBERS}
        self.parts = 0
        self.is_open = False


class MemoryDraft:
    """A draft in memory; made by ``MemoryVault.draft``."""

    def __init__(self, vault: MemoryVault, seal: SealId, kept: _Kept) -> None:
        self._vault = vault
        self._seal = seal
        self._kept = kept
        self._lock = threading.Lock()
        self._is_closed = False

    @property
    def seal(self) -> SealId:
        return self._seal

    @property
    def parts(self) -> int:
        return self._kept.parts

    def size(self, member: Member) -> int:
        return len(self._kept.members[member])

    def write_at(self, member: Member, first: int, octets: bytes | memoryview) -> None:
        with self._lock:
            kept = self._kept.members[member]
            self._vault.faults.take_room(max(0, first + len(octets) - len(kept)))
            if len(kept) < first:
                kept.extend(bytes(first - len(kept)))
            kept[first : first + len(octets)] = octets

    def read_into(self, member: Member, first: int, buffer: memoryview) -> int:
        with self._lock:
            found = self._kept.members[member][first : first + len(buffer)]
        buffer[: len(found)] = found
        return len(found)

    def mark(self, parts: int) -> None:
        self._kept.parts = parts

    def commit(self) -> None:
        if self._vault.faults.commits_fail:
            raise StorageFailed("exhibit", "EIO")
        self._vault.become(self._seal, {member: bytes(octets) for member, octets in self._kept.members.items()})
        self.close()

    def discard(self) -> None:
        if not self._is_closed:
            self._vault.forget(self._seal)
        self.close()

    def close(self) -> None:
        self._is_closed = True
        self._kept.is_open = False


class MemoryVault:
    """Committed exhibits and drafts in dictionaries; ``faults`` may be changed at any time."""

    def __init__(self) -> None:
        self.faults = Faults()
        self._exhibits: dict[SealId, dict[Member, bytes]] = {}
        self._drafts: dict[SealId, _Kept] = {}

    def draft(self, seal: SealId) -> MemoryDraft:
        kept = self._drafts.setdefault(parse_seal_id(seal), _Kept())
        if kept.is_open:
            raise ExhibitBusy(seal)
        kept.is_open = True
        return MemoryDraft(self, seal, kept)

    def become(self, seal: SealId, members: dict[Member, bytes]) -> None:
        """A draft becomes an exhibit; for ``MemoryDraft``."""
        if seal in self._exhibits:
            raise StorageFailed("exhibit", "ENOTEMPTY")
        self._exhibits[seal] = members
        self._drafts.pop(seal, None)

    def forget(self, seal: SealId) -> None:
        """Drop a draft; for ``MemoryDraft``."""
        self._drafts.pop(seal, None)

    def drafts(self) -> Iterator[SealId]:
        yield from sorted(self._drafts)

    def seals(self) -> Iterator[SealId]:
        yield from sorted(self._exhibits)

    def holds(self, seal: SealId) -> bool:
        return seal in self._exhibits

    def size(self, seal: SealId, member: Member) -> int:
        return len(self._member(seal, member))

    def read_into(self, seal: SealId, member: Member, first: int, buffer: memoryview) -> int:
        if self.faults.reads_fail:
            raise StorageFailed(member, "EIO")
        found = self._member(seal, member)[first : first + len(buffer)]
        buffer[: len(found)] = found
        return len(found)

    def remove(self, seal: SealId) -> None:
        self._exhibits.pop(seal, None)

    def change(self, seal: SealId, member: Member, octets: bytes) -> None:
        """What a failing disk or an intruder would do: other octets under a committed name."""
        self._exhibits[seal][member] = octets

    def _member(self, seal: SealId, member: Member) -> bytes:
        try:
            return self._exhibits[seal][member]
        except KeyError as error:
            raise NoSuchExhibit(seal) from error


class MemorySource:
    """Octets as a source."""

    media_type = "application/octet-stream"
    kind: SourceKind = "file"
    unread: tuple[Span, ...] = ()
    records: None = None

    def __init__(self, octets: bytes, name: str = "memory.bin") -> None:
        self.name = name
        self.total_octets = len(octets)
        self._octets = memoryview(octets)
        self._at = 0

    def fill(self, buffer: memoryview) -> int:
        found = self._octets[self._at : self._at + len(buffer)]
        buffer[: len(found)] = found
        self._at += len(found)
        return len(found)


class MemoryTarget:
    """A target that can be looked at; ``octets`` is None until it was committed."""

    def __init__(self, room_octets: int | None = None, *, is_taken: bool = False) -> None:
        self.octets: bytes | None = None
        self._written = bytearray()
        self._faults = Faults(room_octets)
        self._is_taken = is_taken

    def write(self, octets: memoryview) -> None:
        self._faults.take_room(len(octets))
        self._written += octets

    def commit(self) -> None:
        if self._is_taken:
            raise TargetExists("memory")
        self.octets = bytes(self._written)

    def discard(self) -> None:
        self._written.clear()
