"""A folder as one run of octets: a pax tar (POSIX.1-2008) in one form only, written and read as values.

Any tar reads it. It has one root folder; what a folder holds follows it, sorted by the octets of the names; so no name
stands twice, none leads out, and none goes through a link. After the last of the root a single file tells of all the
others (``index_name``, lines as in ``records``); then zeros to the end of the record.

A reader makes each header again from what it read and compares the octets: what another tool would read otherwise is
refused as ``BadArchive``. Names are octets: any but NUL and slash, and not ``.`` and ``..``.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from typing import Final, Literal, Protocol

from musnad.core.sealing.errors import BadArchive

BLOCK_OCTETS: Final = 512
RECORD_OCTETS: Final = 20 * BLOCK_OCTETS
ENDING_OCTETS: Final = 2 * BLOCK_OCTETS
HEADER_LIMIT_OCTETS: Final = 1024 * 1024
"""Of one entry's headers: far over the longest path that a system takes."""

EntryKind = Literal["file", "folder", "link", "pipe", "character", "block"]

_FLAGS: dict[EntryKind, bytes] = {
    "file": b"0", "link": b"2", "character": b"3", "block": b"4", "folder": b"5", "pipe": b"6"
}  # fmt: skip
_KINDS: dict[bytes, EntryKind] = {flag: kind for kind, flag in _FLAGS.items()}
_NAME_OCTETS = 100
_PAX_NAME = b"././@PaxHeader"
_DIGITS: Final = {"id": 7, "size": 11}


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. ``name`` is its path from the root folder's name on; ``target`` a link's, ``device`` a device's."""

    name: bytes
    kind: EntryKind
    mode: int
    uid: int
    gid: int
    modified_ns: int
    size_octets: int = 0
    target: bytes = b""
    device: tuple[int, int] = (0, 0)


def index_name(root: bytes) -> bytes:
    """What the file that tells of all the others is called: beside the root folder, and never like it."""
    return root + b".files.jsonl" if len(root) <= 200 else b"musnad.files.jsonl"


def index_entry(root: bytes, size_octets: int) -> Entry:
    """The entry of that file."""
    return Entry(index_name(root), "file", 0o644, 0, 0, 0, size_octets)


def padding(size_octets: int, unit: int = BLOCK_OCTETS) -> int:
    """How many zeros follow, so that the next entry begins where it must."""
    return -size_octets % unit


def ending(done_octets: int) -> int:
    """How many zeros end an archive of which so many octets are written."""
    return ENDING_OCTETS + padding(done_octets + ENDING_OCTETS, RECORD_OCTETS)


def write_header(entry: Entry) -> bytes:
    """The entry's header blocks; its content and ``padding`` follow."""
    name = entry.name + b"/" if entry.kind == "folder" else entry.name
    pax: list[tuple[bytes, bytes]] = []
    plain_name, plain_target = _fit(name), _fit(entry.target)
    if plain_name != name:
        pax.append((b"path", name))
    if plain_target != entry.target:
        pax.append((b"linkpath", entry.target))
    if pax and not all(_is_utf8(value) for _, value in pax):
        pax.insert(0, (b"hdrcharset", b"BINARY"))
    seconds, fraction = divmod(entry.modified_ns, 10**9)
    if fraction or not 0 <= seconds < 8**11:
        pax.append((b"mtime", _write_time(entry.modified_ns)))
    numbers = (("id", b"uid", entry.uid), ("id", b"gid", entry.gid), ("size", b"size", entry.size_octets))
    pax += [(keyword, b"%d" % value) for kind, keyword, value in numbers if value >= 8 ** _DIGITS[kind]]
    block = _block(
        plain_name, entry.mode, entry.uid, entry.gid, entry.size_octets, seconds, _FLAGS[entry.kind], plain_target,
        entry.device,
    )  # fmt: skip
    return _pax(pax) + block if pax else block


def _fit(name: bytes) -> bytes:
    """The name as an old header holds it; a poorer one where it does not."""
    if len(name) <= _NAME_OCTETS and name.isascii():
        return name
    return bytes(sign if sign < 128 else 0x3F for sign in name[:_NAME_OCTETS])


def _is_utf8(name: bytes) -> bool:
    try:
        name.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _write_time(moment_ns: int) -> bytes:
    seconds, fraction = divmod(abs(moment_ns), 10**9)
    text = f"{seconds}.{fraction:09d}" if fraction else str(seconds)
    return (text if moment_ns >= 0 else "-" + text).encode("ascii")


def _block(
    name: bytes,
    mode: int,
    uid: int,
    gid: int,
    size: int,
    seconds: int,
    flag: bytes,
    target: bytes = b"",
    device: tuple[int, int] = (0, 0),
) -> bytes:
    before = name.ljust(_NAME_OCTETS, b"\0") + b"%07o\0%07o\0%07o\0%011o\0%011o\0" % (
        mode & 0o7777,
        uid if uid < 8**7 else 0,
        gid if gid < 8**7 else 0,
        size if size < 8**11 else 0,
        seconds if 0 <= seconds < 8**11 else 0,
    )
    after = flag + target.ljust(_NAME_OCTETS, b"\0") + b"ustar\x0000" + bytes(64)
    after += b"%07o\0%07o\0" % device + bytes(167)
    # All is ASCII, so that the octets' sum is under Adler-32's modulus: its low half is one more than the sum.
    total = (zlib.adler32(after, zlib.adler32(before)) & 0xFFFF) - 1 + 8 * 0x20
    return b"%b%06o\0 %b" % (before, total, after)


def _pax(records: list[tuple[bytes, bytes]]) -> bytes:
    body = b"".join(_pax_record(keyword, value) for keyword, value in records)
    return _block(_PAX_NAME, 0, 0, 0, len(body), 0, b"x") + body + bytes(padding(len(body)))


def _pax_record(keyword: bytes, value: bytes) -> bytes:
    rest = b" %b=%b\n" % (keyword, value)
    size = len(rest) + 1
    while len(str(size)) + len(rest) != size:
        size = len(str(size)) + len(rest)
    return b"%d" % size + rest


class Listener(Protocol):
    """Who hears of the entries of an archive, in their order."""

    def begin(self, entry: Entry, first: int) -> None:
        """An entry whose content begins at octet ``first``."""

    def content(self, octets: memoryview) -> None:
        """The next octets of a file's content."""

    def end(self) -> None:
        """The file is whole; never called for another kind."""


class ArchiveReader:
    """Takes an archive's octets as they come and tells a listener; ``BadArchive`` where it is not in its one form.

    What was heard before an error is void. Memory: one entry's headers, and the open folders.
    """

    def __init__(self, hear: Listener) -> None:
        self._hear = hear
        self._order = _Order()
        self._at = 0
        self._held = bytearray()
        self._due = BLOCK_OCTETS
        self._left = 0
        self._zeros = 0
        self._end_at = -1

    @property
    def _is_over(self) -> bool:
        return self._end_at >= 0

    def take(self, octets: memoryview) -> None:
        """The next octets, as many as there are."""
        at = 0
        while at < len(octets):
            if self._left:
                got = min(self._left, len(octets) - at)
                self._hear.content(octets[at : at + got])
                self._left -= got
                if not self._left:
                    self._hear.end()
            elif self._zeros:
                got = min(self._zeros, len(octets) - at)
                if any(octets[at : at + got]):
                    raise BadArchive("no zeros after an entry", self._at)
                self._zeros -= got
            elif self._is_over:
                got = len(octets) - at
                if any(octets[at:]):
                    raise BadArchive("something after the end", self._at)
            else:
                got = min(self._due - len(self._held), len(octets) - at)
                self._held += octets[at : at + got]
            at += got
            self._at += got
            if len(self._held) == self._due:
                self._look()

    def finish(self) -> None:
        """There are no more octets."""
        if not self._is_over or self._at != self._end_at or not self._order.is_complete:
            raise BadArchive("cut, or too long", self._at)

    def _look(self) -> None:
        """A block, or the headers of an entry, is whole."""
        held = bytes(self._held)
        if not any(held):
            self._end_at = self._at - BLOCK_OCTETS + ending(self._at - BLOCK_OCTETS)
            self._held.clear()
            return
        if held[156:157] == b"x" and len(held) == BLOCK_OCTETS:
            size = _octal(held[124:136], self._at)
            if size + BLOCK_OCTETS > HEADER_LIMIT_OCTETS:
                raise BadArchive("too long a header", self._at)
            self._due = 2 * BLOCK_OCTETS + size + padding(size)
            return
        self._held.clear()
        self._due = BLOCK_OCTETS
        entry = _parse(held, self._at)
        if write_header(entry) != held:
            raise BadArchive("a header not in its one form", self._at)
        self._order.check(entry, self._at)
        self._hear.begin(entry, self._at)
        if entry.kind == "file":
            self._left, self._zeros = entry.size_octets, padding(entry.size_octets)
            if not self._left:
                self._hear.end()


_end_of_name = re.compile(rb"\0.*\Z", re.DOTALL)
_pax_line = re.compile(rb"(\d{1,7}) ([a-z]+)=")
_time = re.compile(rb"(-?)(\d{1,20})(?:\.(\d{9}))?\Z")


def _parse(held: bytes, at: int) -> Entry:
    """What headers say, by the same few rules as they are written; that they are written so is compared afterwards."""
    block = held[-BLOCK_OCTETS:]
    pax = _parse_pax(held[BLOCK_OCTETS:-BLOCK_OCTETS], held, at) if len(held) > BLOCK_OCTETS else {}
    kind = _KINDS.get(block[156:157])
    if kind is None:
        raise BadArchive("an entry of an unknown kind", at)
    name = pax.get(b"path", _end_of_name.sub(b"", block[:_NAME_OCTETS]))
    if kind == "folder":
        if not name.endswith(b"/"):
            raise BadArchive("a folder's name without its slash", at)
        name = name[:-1]
    return Entry(
        name=name,
        kind=kind,
        mode=_octal(block[100:108], at),
        uid=_number(pax, b"uid", block[108:116], at),
        gid=_number(pax, b"gid", block[116:124], at),
        modified_ns=_parse_time(pax[b"mtime"], at) if b"mtime" in pax else _octal(block[136:148], at) * 10**9,
        size_octets=_number(pax, b"size", block[124:136], at),
        target=pax.get(b"linkpath", _end_of_name.sub(b"", block[157:257])),
        device=(_octal(block[329:337], at), _octal(block[337:345], at)),
    )


def _parse_pax(body: bytes, held: bytes, at: int) -> dict[bytes, bytes]:
    body = body[: _octal(held[124:136], at)]
    found: dict[bytes, bytes] = {}
    place = 0
    while place < len(body):
        match = _pax_line.match(body, place)
        size = int(match[1]) if match else 0
        if match is None or size <= match.end() - place or place + size > len(body):
            raise BadArchive("a header's line", at)
        found[match[2]] = body[match.end() : place + size - 1]
        place += size
    return found


def _octal(field: bytes, at: int) -> int:
    text = field.rstrip(b"\0 ")
    if not text or not all(0x30 <= sign < 0x38 for sign in text):
        raise BadArchive("a header's number", at)
    return int(text, 8)


def _number(pax: dict[bytes, bytes], keyword: bytes, field: bytes, at: int) -> int:
    if keyword not in pax:
        return _octal(field, at)
    if not pax[keyword].isdigit() or len(pax[keyword]) > 20:
        raise BadArchive("a header's number", at)
    return int(pax[keyword])


def _parse_time(text: bytes, at: int) -> int:
    match = _time.match(text)
    if match is None:
        raise BadArchive("a header's time", at)
    moment = int(match[2]) * 10**9 + int(match[3] or b"0")
    return -moment if match[1] else moment


class _Order:
    """That entries come as a walk of one folder finds them. Memory: the open folders' paths."""

    def __init__(self) -> None:
        self._open: list[bytes] = []
        self._last: list[bytes] = []
        self._root: bytes | None = None
        self.is_complete = False

    def check(self, entry: Entry, at: int) -> None:
        folder, _, name = entry.name.rpartition(b"/")
        if self.is_complete or not name or name in {b".", b".."} or b"\0" in name or b"\0" in entry.target:
            raise BadArchive("a name that cannot be", at)
        if self._root is None:
            if folder or entry.kind != "folder":
                raise BadArchive("no root folder", at)
            self._root = name
        elif not folder:
            if name != index_name(self._root) or entry != index_entry(self._root, entry.size_octets):
                raise BadArchive("a name beside the root folder", at)
            self.is_complete = True
            return
        else:
            while self._open and self._open[-1] != folder:
                self._open.pop()
                self._last.pop()
            if not self._open or name <= self._last[-1]:
                raise BadArchive("a name out of its order", at)
            self._last[-1] = name
        if entry.kind == "folder":
            self._open.append(entry.name)
            self._last.append(b"")
