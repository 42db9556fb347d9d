"""The exact ZIP of a dossier: one way to write a set of members, and a reader that takes no other.

Members are stored (not compressed), in the order of their names' octets, with no extra field (but ZIP64's where a
number needs it), comment, flag, gap or data descriptor; times are 1 January 1980, modes 0644. So a list of
(name, size, CRC-32) makes every octet of the file outside the members' own, and ``open_archive`` compares each.
That leaves no room for a prefix, a suffix, a second directory, two members of one name, or links.
Spec: PKWARE APPNOTE 6.3.10; docs/protocol.md, "The dossier".
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

from musnad.core.dossier.errors import MemberMissing, NotADossier
from musnad.core.kernel.errors import TooLarge

CHUNK_OCTETS = 1024 * 1024
NAME_LIMIT_OCTETS = 200
MEMBERS_LIMIT = 1_000_000
DIRECTORY_LIMIT_OCTETS = 256 * 1024 * 1024

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(?:/[A-Za-z0-9][A-Za-z0-9._-]*){0,6}", re.ASCII)
_FULL16, _FULL32 = 0xFFFF, 0xFFFFFFFF
_TIME, _DATE, _MADE_BY, _MODE = 0, 0x0021, 3 << 8, 0o100644 << 16
_LOCAL = struct.Struct("<IHHHHHIIIHH")
_CENTRAL = struct.Struct("<IHHHHHHIIIHHHHHII")
_END = struct.Struct("<IHHHHIIH")
_END64 = struct.Struct("<IQHHIIQQQQ")
_LOCATOR = struct.Struct("<IIQI")
_LOCAL_SIGN, _CENTRAL_SIGN, _END_SIGN = 0x04034B50, 0x02014B50, 0x06054B50
_END64_SIGN, _LOCATOR_SIGN = 0x06064B50, 0x07064B50


class Reader(Protocol):
    """The file, opened by the caller."""

    @property
    def size(self) -> int:
        """Octets in the file."""

    def read_at(self, offset: int, size: int) -> bytes:
        """Those octets; fewer only where the file ends. Errors of the system are the caller's to turn."""


class Source(Protocol):
    """Named members, however they are kept."""

    def names(self) -> tuple[str, ...]:
        """Every member, in the archive's order."""

    def size(self, name: str) -> int:
        """Octets of a member; ``MemberMissing``."""

    def read(self, name: str, limit_octets: int) -> bytes:
        """A whole small member; ``MemberMissing`` or ``TooLarge``."""

    def chunks(self, name: str) -> Iterator[bytes]:
        """A member's octets in order, at most 1 MiB at a time; ``MemberMissing``."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A member as the archive's directory names it."""

    name: str
    size: int
    crc: int


@dataclass(frozen=True, slots=True)
class Placed:
    """An entry with the offset of its local header and of its content."""

    entry: Entry
    header: int
    content: int

    @property
    def end(self) -> int:
        return self.content + self.entry.size


def is_safe_name(name: str) -> bool:
    """ASCII letters, digits, dot, hyphen and underscore in at most seven parts, none beginning with a dot or hyphen."""
    return len(name) <= NAME_LIMIT_OCTETS and _NAME.fullmatch(name) is not None


def local_header(entry: Entry) -> bytes:
    """The record before a member's content."""
    name = entry.name.encode("ascii")
    large = entry.size >= _FULL32
    extra = struct.pack("<HHQQ", 1, 16, entry.size, entry.size) if large else b""
    size = _FULL32 if large else entry.size
    version = 45 if large else 20
    return (
        _LOCAL.pack(_LOCAL_SIGN, version, 0, 0, _TIME, _DATE, entry.crc, size, size, len(name), len(extra))
        + name
        + extra
    )


def place(entries: Iterable[Entry]) -> tuple[Placed, ...]:
    """Where every member lies when these are written one after the other."""
    placed, offset = [], 0
    for entry in entries:
        content = offset + len(local_header(entry))
        placed.append(Placed(entry, offset, content))
        offset = content + entry.size
    return tuple(placed)


def closing_records(placed: Sequence[Placed]) -> bytes:
    """The central directory and the end records: all that follows the last member."""
    start = placed[-1].end if placed else 0
    directory = b"".join(_central(one) for one in placed)
    count, size = len(placed), len(directory)
    records = [directory]
    if count >= _FULL16 or start >= _FULL32 or size >= _FULL32:
        records.append(_END64.pack(_END64_SIGN, 44, _MADE_BY | 45, 45, 0, 0, count, count, size, start))
        records.append(_LOCATOR.pack(_LOCATOR_SIGN, 0, start + size, 1))
    few = min(count, _FULL16)
    records.append(_END.pack(_END_SIGN, 0, 0, few, few, min(size, _FULL32), min(start, _FULL32), 0))
    return b"".join(records)


def _central(one: Placed) -> bytes:
    name = one.entry.name.encode("ascii")
    large, far = one.entry.size >= _FULL32, one.header >= _FULL32
    numbers = [one.entry.size, one.entry.size] if large else []
    numbers += [one.header] if far else []
    extra = struct.pack(f"<HH{len(numbers)}Q", 1, 8 * len(numbers), *numbers) if numbers else b""
    version = 45 if numbers else 20
    size = _FULL32 if large else one.entry.size
    offset = _FULL32 if far else one.header
    head = _CENTRAL.pack(
        *(_CENTRAL_SIGN, _MADE_BY | version, version, 0, 0, _TIME, _DATE, one.entry.crc, size, size),
        *(len(name), len(extra), 0, 0, 0, _MODE, offset),
    )
    return head + name + extra


class Archive:
    """A ``Source`` over an opened archive whose every record was compared."""

    def __init__(self, reader: Reader, placed: Sequence[Placed]) -> None:
        self._reader = reader
        self._placed = {one.entry.name: one for one in placed}

    def names(self) -> tuple[str, ...]:
        return tuple(self._placed)

    def entry(self, name: str) -> Entry:
        return self._find(name).entry

    def size(self, name: str) -> int:
        return self._find(name).entry.size

    def offset(self, name: str) -> int:
        """Where a member's content begins in the file."""
        return self._find(name).content

    def read(self, name: str, limit_octets: int) -> bytes:
        size = self.size(name)
        if size > limit_octets:
            raise TooLarge(name, size, limit_octets)
        return b"".join(self.chunks(name))

    def chunks(self, name: str) -> Iterator[bytes]:
        one = self._find(name)
        at = one.content
        while at < one.end:
            wanted = min(CHUNK_OCTETS, one.end - at)
            chunk = self._reader.read_at(at, wanted)
            if len(chunk) != wanted:
                raise NotADossier("the file ends early")
            yield chunk
            at += wanted

    def _find(self, name: str) -> Placed:
        try:
            return self._placed[name]
        except KeyError:
            raise MemberMissing(name) from None


def open_archive(reader: Reader) -> Archive:
    """Read the directory of a dossier and compare every record of the file with the only one that may stand there.

    Contents are not read: their CRC-32 and SHA-256 are the bag's matter.

    Raises:
        NotADossier: the file is another ZIP than these members make, or none.
    """
    entries = _read_directory(reader)
    for before, after in pairwise(entries):
        if not before.name < after.name:
            raise NotADossier("two members of one name, or members out of order")
    placed = place(entries)
    records = closing_records(placed)
    start = placed[-1].end if placed else 0
    if start + len(records) != reader.size:
        raise NotADossier("the file is longer or shorter than its members")
    for at in range(0, len(records), CHUNK_OCTETS):
        part = records[at : at + CHUNK_OCTETS]
        if reader.read_at(start + at, len(part)) != part:
            raise NotADossier("its directory is not the one that its members make")
    for one in placed:
        expected = local_header(one.entry)
        if reader.read_at(one.header, len(expected)) != expected:
            raise NotADossier(f"the record before {one.entry.name}")
    return Archive(reader, placed)


def _read_directory(reader: Reader) -> list[Entry]:
    """The entries that the directory names; lenient about what ``open_archive`` compares afterwards."""
    tail = _LOCATOR.size + _END.size
    if reader.size < _END.size:
        raise NotADossier("too short to be a ZIP")
    found = reader.read_at(max(0, reader.size - tail), tail)
    end = found[-_END.size :]
    sign, _, _, _, count, size, start, comment = _END.unpack(end)
    if sign != _END_SIGN or comment:
        raise NotADossier("it does not end as a ZIP without a comment")
    if _FULL32 in (size, start) or count == _FULL16:
        count, size, start = _read_end64(reader, found)
    if count > MEMBERS_LIMIT or size > DIRECTORY_LIMIT_OCTETS or start + size > reader.size:
        raise NotADossier("its directory is past the limits, or past the file")
    directory = reader.read_at(start, size)
    entries, at = [], 0
    for _ in range(count):
        entry, at = _read_central(directory, at)
        entries.append(entry)
    if at != len(directory) or len(directory) != size:
        raise NotADossier("its directory holds more than its members")
    return entries


def _read_end64(reader: Reader, found: bytes) -> tuple[int, int, int]:
    if len(found) != _LOCATOR.size + _END.size or reader.size < _LOCATOR.size + _END.size + _END64.size:
        raise NotADossier("no ZIP64 end record")
    sign, _, at, _ = _LOCATOR.unpack(found[: _LOCATOR.size])
    if sign != _LOCATOR_SIGN or at != reader.size - _END.size - _LOCATOR.size - _END64.size:
        raise NotADossier("no ZIP64 end record")
    record = _END64.unpack(reader.read_at(at, _END64.size))
    if record[0] != _END64_SIGN:
        raise NotADossier("no ZIP64 end record")
    return record[7], record[8], record[9]


def _read_central(directory: bytes, at: int) -> tuple[Entry, int]:
    if at + _CENTRAL.size > len(directory):
        raise NotADossier("its directory is cut")
    sign, *_, crc, _, size, name_size, extra_size, _, _, _, _, _ = _CENTRAL.unpack_from(directory, at)
    begin = at + _CENTRAL.size
    extra = directory[begin + name_size : begin + name_size + extra_size]
    end = begin + name_size + extra_size
    if sign != _CENTRAL_SIGN or end > len(directory):
        raise NotADossier("its directory is cut")
    try:
        name = directory[begin : begin + name_size].decode("ascii")
    except UnicodeDecodeError as error:
        raise NotADossier("a member's name is not ASCII") from error
    if not is_safe_name(name):
        raise NotADossier("a member's name is not a safe one")
    if size == _FULL32:
        if len(extra) < 12:
            raise NotADossier("a size is missing")
        size = int.from_bytes(extra[4:12], "little")
    return Entry(name, size, crc), end


def crc_of(chunks: Iterable[bytes]) -> int:
    """CRC-32 of the chunks together."""
    crc = 0
    for chunk in chunks:
        crc = zlib.crc32(chunk, crc)
    return crc
