"""A folder as a source: one archive (``core.sealing.archive``), made as it is read, the same for the same folder.

Kept: names in any language or none, mode, numeric owner, time of change to the nanosecond, symbolic links as links,
pipes and devices as what they are. Not kept: owners' names, access times, extended attributes. Hard links are files of
their own, holes are zeros. What cannot be read or put in an archive (a file without permission, a socket) is told by a
record of its own, with why; what a medium does not give of a file is zeros, told by its octets (``careful``).

Nothing is reached by a path: each folder is opened from the one that holds it, never through a link, and the way back
up is compared with the way down. One folder is open at a time. Memory grows with the largest single folder's list of
names only.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self

from musnad.adapters.vault.careful import CarefulReader, PositionedRead, is_still
from musnad.adapters.vault.slate import Slate
from musnad.adapters.vault.storage import errno_name
from musnad.core.kernel.names import Digest
from musnad.core.sealing.archive import Entry, EntryKind, ending, index_entry, padding, write_header
from musnad.core.sealing.layout import Span
from musnad.core.sealing.manifest import SourceKind
from musnad.core.sealing.records import FileRecord, MissingRecord, write_record
from musnad.exchange.evidence.errors import SourceChanged, SourceUnreadable

_KINDS: dict[int, EntryKind] = {
    stat.S_IFREG: "file",
    stat.S_IFDIR: "folder",
    stat.S_IFLNK: "link",
    stat.S_IFIFO: "pipe",
    stat.S_IFCHR: "character",
    stat.S_IFBLK: "block",
}
_GONE = frozenset({errno.ENOENT, errno.ELOOP, errno.ENOTDIR, errno.ESTALE})
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_ENTRY_OCTETS = 4 * 512 + 160
"""What an entry costs beside its content, about: headers, padding, its line in the index."""


@dataclass(frozen=True, slots=True)
class _Found:
    """Something in the folder that is open as ``within``, or why it could not be looked at."""

    within: int
    name: str
    path: bytes
    status: os.stat_result | None
    why: str = ""


class _Walk:
    """A folder and all in it, each folder before what it holds, sorted by octets."""

    def __init__(self, root: Path, name: bytes) -> None:
        self._name = name
        self._here = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        self.status = os.fstat(self._here)

    def __iter__(self) -> Iterator[_Found]:
        yield _Found(self._here, ".", self._name, self.status)
        waiting = [self._names()]
        paths, marks = [self._name], [_mark(self.status)]
        while waiting:
            if not waiting[-1]:
                waiting.pop()
                paths.pop()
                marks.pop()
                if waiting:
                    self._go("..", marks[-1], paths[-1])
                continue
            name = waiting[-1].pop()
            path = paths[-1] + b"/" + os.fsencode(name)
            try:
                status = os.stat(name, dir_fd=self._here, follow_symlinks=False)
            except OSError as error:
                yield _Found(self._here, name, path, None, _why(error, path))
                continue
            yield _Found(self._here, name, path, status)
            if not stat.S_ISDIR(status.st_mode):
                continue
            try:
                self._go(name, _mark(status), path)
                names = self._names()
            except OSError as error:
                yield _Found(self._here, name, path, None, _why(error, path))
                if self._is_at(marks[-1]):
                    continue
                names = []
            waiting.append(names)
            paths.append(path)
            marks.append(_mark(status))

    def _go(self, name: str, due: tuple[int, int], path: bytes) -> None:
        there = os.open(name, _FOLDER, dir_fd=self._here)
        os.close(self._here)
        self._here = there
        if not self._is_at(due):
            raise SourceChanged(shown(path))

    def _is_at(self, due: tuple[int, int]) -> bool:
        return _mark(os.fstat(self._here)) == due

    def _names(self) -> list[str]:
        return sorted(os.listdir(self._here), key=os.fsencode, reverse=True)  # noqa: PTH208 - names, not paths

    def close(self) -> None:
        os.close(self._here)


def _mark(status: os.stat_result) -> tuple[int, int]:
    return status.st_dev, status.st_ino


def _why(error: OSError, path: bytes) -> str:
    """Why something is missing; what was there a moment ago and is gone makes the whole untrue."""
    if error.errno in _GONE:
        raise SourceChanged(shown(path)) from error
    return errno_name(error)


def shown(path: bytes) -> str:
    """A path for people, who may see other signs where it is no UTF-8."""
    return path.decode("utf-8", "replace")


class FolderSource:
    """One folder. A file that changes, goes or shrinks while it is read is refused as ``SourceChanged``."""

    kind: SourceKind = "folder"
    media_type: Literal["application/x-tar"] = "application/x-tar"

    def __init__(self, path: Path, read: PositionedRead | None = None) -> None:
        folder = path.resolve().name or "root"
        self.name = f"{folder}.tar"
        self.records = FolderRecords()
        self._path = path
        self._root = os.fsencode(folder)
        self._total = 0
        self._reader = CarefulReader(self.name, read)
        try:
            self._walk = _Walk(path, self._root)
            self._names = iter(self._walk)
        except OSError as error:
            raise SourceUnreadable(self.name, errno_name(error)) from error
        self._pending = memoryview(b"")
        self._tail: Iterator[bytes] | None = None
        self._file: _File | None = None
        self._made = 0
        self._is_closed = False

    @property
    def total_octets(self) -> int:
        """About how many there will be; looks at the whole folder the first time."""
        if not self._total:
            self._total = _estimate(self._path)
        return self._total

    @property
    def unread(self) -> tuple[Span, ...]:
        return self._reader.unread

    def fill(self, buffer: memoryview) -> int:
        done = 0
        try:
            while done < len(buffer):
                if self._pending:
                    got = min(len(self._pending), len(buffer) - done)
                    buffer[done : done + got] = self._pending[:got]
                    self._pending = self._pending[got:]
                elif self._file is not None:
                    got = self._read(self._file, buffer[done:])
                else:
                    following = self._next()
                    if following is None:
                        break
                    self._pending = memoryview(following)
                    continue
                done += got
                self._made += got
        except OSError as error:
            raise SourceUnreadable(self.name, errno_name(error)) from error
        return done

    def _next(self) -> bytes | None:
        """The octets between one file's content and the next's; None at the very end."""
        if self._tail is not None:
            return next(self._tail, None)
        found = next(self._names, None)
        if found is None:
            self._tail = self._ending()
            return b""
        if found.status is None:
            self.records.miss(MissingRecord(found.path, found.why))
            return b""
        kind = _KINDS.get(stat.S_IFMT(found.status.st_mode))
        if kind == "file":
            return self._begin(found)
        if kind is None:
            is_socket = stat.S_ISSOCK(found.status.st_mode)
            self.records.miss(MissingRecord(found.path, "socket" if is_socket else "unsupported"))
            return b""
        target = b""
        if kind == "link":
            try:
                target = os.fsencode(os.readlink(found.name, dir_fd=found.within))
            except OSError as error:
                self.records.miss(MissingRecord(found.path, _why(error, found.path)))
                return b""
        return write_header(_entry(found.path, kind, found.status, target))

    def _begin(self, found: _Found) -> bytes:
        try:
            descriptor = _open(found.name, found.within)
        except OSError as error:
            self.records.miss(MissingRecord(found.path, _why(error, found.path)))
            return b""
        status = os.fstat(descriptor)
        self._file = _File(found.path, descriptor, status)
        if not stat.S_ISREG(status.st_mode):
            raise SourceChanged(shown(found.path))
        header = write_header(_entry(found.path, "file", status))
        self._file.first = self._made + len(header)
        if not status.st_size:
            self._end_file(self._file)
        return header

    def _read(self, file: _File, room: memoryview) -> int:
        left = file.status.st_size - file.at
        window = room[:left] if left < len(room) else room
        got = self._reader.read(file.descriptor, window, file.at, file.first + file.at, self._is_still)
        if not got:
            raise SourceChanged(shown(file.path))
        file.digest.update(window[:got])
        file.at += got
        if file.at == file.status.st_size:
            self._end_file(file)
            self._pending = memoryview(bytes(padding(file.at)))
        return got

    def _end_file(self, file: _File) -> None:
        after = os.fstat(file.descriptor)
        if (after.st_size, after.st_mtime_ns) != (file.status.st_size, file.status.st_mtime_ns):
            raise SourceChanged(shown(file.path))
        os.close(file.descriptor)
        self._file = None
        self.records.add(FileRecord(file.path, file.first, file.at, Digest(file.digest.hexdigest())))

    def _ending(self) -> Iterator[bytes]:
        """The list of all the files, and the zeros at the end."""
        self.records.finish()
        size = self.records.size_octets
        header = write_header(index_entry(self._root, size))
        first = self._made + len(header)
        self.records.index = Span(first, size)
        yield header
        yield from self.records.chunks()
        yield bytes(padding(size))
        yield bytes(ending(first + size + padding(size)))

    def _is_still(self) -> bool:
        return is_still(self._path, self._walk.status)

    def close(self) -> None:
        if self._is_closed:
            return
        self._is_closed = True
        if self._file is not None:
            os.close(self._file.descriptor)
            self._file = None
        self._walk.close()
        self.records.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _File:
    """The file that is being read."""

    __slots__ = ("at", "descriptor", "digest", "first", "path", "status")

    def __init__(self, path: bytes, descriptor: int, status: os.stat_result) -> None:
        self.path = path
        self.descriptor = descriptor
        self.status = status
        self.digest = hashlib.sha256()
        self.first = 0
        self.at = 0


class FolderRecords:
    """The records of a folder as they come, and the list of them all (port ``Records``)."""

    def __init__(self) -> None:
        self.missing = 0
        self.index = Span(0, 0)
        self._hear: Callable[[bytes], object] = len
        self._lines = Slate()
        self._missing = Slate()

    def listen(self, hear: Callable[[bytes], object]) -> None:
        self._hear = hear

    def add(self, record: FileRecord) -> None:
        line = write_record(record)
        self._hear(line)
        self._lines.add(line + b"\n")

    def miss(self, record: MissingRecord) -> None:
        self.missing += 1
        self._missing.add(write_record(record) + b"\n")

    def finish(self) -> None:
        """What is missing comes last."""
        rest = b""
        for chunk in self._missing.chunks():
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                self._hear(line)
                self._lines.add(line + b"\n")

    @property
    def size_octets(self) -> int:
        return self._lines.size_octets

    def chunks(self) -> Iterator[bytes]:
        return self._lines.chunks()

    def close(self) -> None:
        self._lines.close()
        self._missing.close()


def _entry(path: bytes, kind: EntryKind, status: os.stat_result, target: bytes = b"") -> Entry:
    is_device = kind in {"character", "block"}
    return Entry(
        path,
        kind,
        status.st_mode & 0o7777,
        status.st_uid,
        status.st_gid,
        status.st_mtime_ns,
        status.st_size if kind == "file" else 0,
        target,
        (os.major(status.st_rdev), os.minor(status.st_rdev)) if is_device else (0, 0),
    )


def _open(name: str, within: int) -> int:
    """For reading, without touching the access time where the file is ours."""
    try:
        return os.open(name, _FILE | os.O_NOATIME, dir_fd=within)
    except PermissionError:
        return os.open(name, _FILE, dir_fd=within)


def _estimate(path: Path) -> int:
    total = 0
    waiting = [str(path)]
    while waiting:
        try:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    total += _ENTRY_OCTETS
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
                    elif entry.is_file(follow_symlinks=False):
                        total += entry.stat(follow_symlinks=False).st_size
        except OSError:
            continue
    return total + _ENTRY_OCTETS
