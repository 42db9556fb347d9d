"""The manifest of one backup: what it holds, file by file, each under its SHA-256; written last.

It is a file of lines, each one JSON object, so that a backup of any size is written and read in constant memory:

    {"version": 1, "name": ..., "party": ..., ...}                       the head, as ``Facts``
    {"path": ..., "size_octets": ..., "sha256": ..., "modified": ...}    one line a file, in the order of their paths
    {"files": n, "octets": n, "missing": [...], "sha256": ...}           the SHA-256 of every octet before this line

Without its last line it is no manifest. ``modified`` is the file's time in nanoseconds, as the node's disk had it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Literal

from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.ijson import JsonObject, parse_object, write_canonical
from musnad.core.kernel.names import Digest, parse_digest
from musnad.core.kernel.times import Instant, parse_instant, write_instant
from musnad.node.backup.errors import BackupDamaged

VERSION = 1
LINE_LIMIT_OCTETS = 64 * 1024
Database = Literal["sqlite", "postgresql"]
MISSING_LIMIT = 500
DATABASE = "database"
"""The path under which a manifest names the copied database; no file of a node's folder has it."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a backup is of, and how the log stood in the copied database.

    ``size`` and ``root`` are those of the newest signed head in it: 0 and empty where there is none.
    """

    name: str
    party: str
    log: str
    at: Instant
    program: str
    database: Database
    entries: int
    size: int
    root: str


@dataclass(frozen=True, slots=True)
class Item:
    """One file of a backup."""

    path: str
    size_octets: int
    sha256: Digest
    modified: int

    @property
    def order(self) -> tuple[str, ...]:
        """Files are in this order, so that two lists are compared by reading each once."""
        return PurePosixPath(self.path).parts

    def line(self) -> bytes:
        return write_canonical({**asdict(self), "modified": str(self.modified)}) + b"\n"


@dataclass(frozen=True, slots=True)
class End:
    """The last line: how much the backup holds, and the manifest's own digest.

    ``missing`` are exhibits that the node said it held and whose files were not in its vault.
    """

    files: int
    octets: int
    missing: tuple[str, ...]
    sha256: Digest


class Writer:
    """Writes a manifest line by line."""

    def __init__(self, file: IO[bytes], facts: Facts) -> None:
        self._file = file
        self._digest = hashlib.sha256()
        self._files = self._octets = 0
        self._write(write_canonical({"version": VERSION, **asdict(facts), "at": write_instant(facts.at)}) + b"\n")

    def add(self, item: Item) -> None:
        self._files += 1
        self._octets += item.size_octets
        self._write(item.line())

    def end(self, missing: tuple[str, ...] = ()) -> End:
        end = End(self._files, self._octets, missing[:MISSING_LIMIT], Digest(self._digest.hexdigest()))
        self._file.write(write_canonical(asdict(end)) + b"\n")
        return end

    def _write(self, line: bytes) -> None:
        self._digest.update(line)
        self._file.write(line)


def read_facts(place: Path) -> Facts:
    """The first line of a manifest; ``BackupDamaged``."""
    with _opened(place) as file:
        return _facts(place, file.readline(LINE_LIMIT_OCTETS))


def read_end(place: Path) -> End:
    """The whole manifest read through, and its last line, which says what the others are; ``BackupDamaged``."""
    end: list[End] = []
    for _ in read_items(place, end):
        pass
    return end[0]


def read_items(place: Path, end: list[End] | None = None) -> Iterator[Item]:
    """Every file of the manifest, in order; ``BackupDamaged`` where it ends before its last line or says otherwise.

    Args:
        end: takes the last line, once everything before it was read and is what that line says.
    """
    digest, files, octets = hashlib.sha256(), 0, 0
    with _opened(place) as file:
        first = file.readline(LINE_LIMIT_OCTETS)
        _facts(place, first)
        digest.update(first)
        while line := file.readline(LINE_LIMIT_OCTETS):
            found = _object(place, line)
            if "path" not in found:
                said = _end(place, found)
                if said != End(files, octets, said.missing, Digest(digest.hexdigest())) or file.read(1):
                    raise BackupDamaged(place.name)
                if end is not None:
                    end.append(said)
                return
            item = _item(place, found)
            digest.update(line)
            files, octets = files + 1, octets + item.size_octets
            yield item
    raise BackupDamaged(place.name)


def parse_item(line: bytes) -> Item | None:
    """A line of a list that an interruption may have cut; ``None`` where it is no whole line."""
    try:
        return _item(Path("-"), _object(Path("-"), line)) if line.endswith(b"\n") else None
    except BackupDamaged:
        return None


def _opened(place: Path) -> IO[bytes]:
    try:
        return place.open("rb")
    except OSError as error:
        raise BackupDamaged(place.name) from error


def _facts(place: Path, line: bytes) -> Facts:
    found = _object(place, line)
    try:
        if found.pop("version") != VERSION:
            raise BackupDamaged(place.name)
        at, database = parse_instant(str(found.pop("at"))), found.pop("database")
        entries, size = (_whole(place, found, one) for one in ("entries", "size"))
        name, party, log, program, root = (str(found[one]) for one in ("name", "party", "log", "program", "root"))
    except (KeyError, MusnadError) as error:
        raise BackupDamaged(place.name) from error
    if database not in {"sqlite", "postgresql"}:
        raise BackupDamaged(place.name)
    kind: Database = "sqlite" if database == "sqlite" else "postgresql"
    return Facts(name, party, log, at, program, kind, entries, size, root)


def _item(place: Path, found: JsonObject) -> Item:
    path, modified = found.get("path"), found.get("modified")
    if not isinstance(path, str) or not isinstance(modified, str) or not modified.lstrip("-").isdecimal():
        raise BackupDamaged(place.name)
    parts = PurePosixPath(path).parts
    if not parts or path.startswith("/") or ".." in parts:
        raise BackupDamaged(place.name)
    return Item(path, _whole(place, found, "size_octets"), _digest_of(place, found), int(modified))


def _end(place: Path, found: JsonObject) -> End:
    missing = found.get("missing")
    if not isinstance(missing, list) or not all(isinstance(one, str) for one in missing):
        raise BackupDamaged(place.name)
    names = tuple(str(one) for one in missing)
    return End(_whole(place, found, "files"), _whole(place, found, "octets"), names, _digest_of(place, found))


def _object(place: Path, line: bytes) -> JsonObject:
    try:
        return dict(parse_object(line, what="manifest"))
    except MusnadError as error:
        raise BackupDamaged(place.name) from error


def _whole(place: Path, found: JsonObject, member: str) -> int:
    value = found.get(member)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise BackupDamaged(place.name)
    return value


def _digest_of(place: Path, found: JsonObject) -> Digest:
    try:
        return parse_digest(str(found.get("sha256")))
    except MusnadError as error:
        raise BackupDamaged(place.name) from error
