"""A folder as a source: a pax tar (POSIX.1-2008) of it, made as it is read, the same for the same folder.

Entries come sorted by the octets of their names, a folder before what it holds, all under the folder's own name.
Kept: names in any language or none, mode, numeric owner, time of change to the nanosecond, symbolic links as links,
pipes and devices as what they are. Not kept: owners' names, access times, extended attributes. Hard links are files of
their own, holes are zeros. A socket cannot be put in a tar: the folder is refused, since leaving it out in silence
would lie. Memory grows with the largest single folder's list of names only.
"""

from __future__ import annotations

import os
import stat
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self

from musnad.adapters.vault.storage import errno_name, open_quietly
from musnad.core.sealing.manifest import SourceKind
from musnad.exchange.evidence.errors import SourceChanged, SourceUnreadable, SourceUnsupported

_TYPES = {
    stat.S_IFREG: tarfile.REGTYPE,
    stat.S_IFDIR: tarfile.DIRTYPE,
    stat.S_IFLNK: tarfile.SYMTYPE,
    stat.S_IFIFO: tarfile.FIFOTYPE,
    stat.S_IFCHR: tarfile.CHRTYPE,
    stat.S_IFBLK: tarfile.BLKTYPE,
}


@dataclass(frozen=True, slots=True)
class _Found:
    path: Path
    entry: str
    status: os.stat_result


def _walk(root: Path, name: str) -> Iterator[_Found]:
    waiting = [(root, name)]
    while waiting:
        path, entry = waiting.pop()
        status = path.stat() if path == root else path.lstat()
        yield _Found(path, entry, status)
        if stat.S_ISDIR(status.st_mode):
            names = sorted(os.listdir(path), key=os.fsencode, reverse=True)  # noqa: PTH208 - names, not paths
            waiting.extend((path / child, f"{entry}/{child}") for child in names)


def _header(found: _Found, status: os.stat_result) -> bytes:
    kind = _TYPES.get(stat.S_IFMT(status.st_mode))
    if kind is None:
        raise SourceUnsupported(_shown(found.entry))
    info = tarfile.TarInfo(found.entry)
    info.type = kind
    info.mode = stat.S_IMODE(status.st_mode)
    info.uid, info.gid = status.st_uid, status.st_gid
    seconds, fraction = divmod(status.st_mtime_ns, 10**9)
    info.mtime = seconds
    if fraction and seconds >= 0:
        info.pax_headers = {"mtime": f"{seconds}.{fraction:09d}"}
    if kind == tarfile.REGTYPE:
        info.size = status.st_size
    elif kind == tarfile.SYMTYPE:
        info.linkname = str(found.path.readlink())
    elif kind in {tarfile.CHRTYPE, tarfile.BLKTYPE}:
        info.devmajor, info.devminor = os.major(status.st_rdev), os.minor(status.st_rdev)
    return info.tobuf(tarfile.PAX_FORMAT, "utf-8", "surrogateescape")


def _shown(entry: str) -> str:
    return entry.encode("utf-8", "replace").decode("utf-8")


def _padding(size_octets: int, unit: int = tarfile.BLOCKSIZE) -> int:
    return -size_octets % unit


class FolderSource:
    """One folder. A file that changes, goes or shrinks while it is read is refused as ``SourceChanged``."""

    kind: SourceKind = "folder"
    media_type: Literal["application/x-tar"] = "application/x-tar"

    def __init__(self, path: Path) -> None:
        folder = path.resolve().name or "root"
        self.name = f"{folder}.tar"
        self._walk = _walk(path, folder)
        self._pending = memoryview(b"")
        self._descriptor = -1
        self._left = 0
        self._reading: _Found | None = None
        self._made = 0
        self._is_over = False
        self.total_octets = self._measure(path, folder)

    def _measure(self, path: Path, folder: str) -> int:
        total = 2 * tarfile.BLOCKSIZE
        try:
            for found in _walk(path, folder):
                total += len(_header(found, found.status))
                if stat.S_ISREG(found.status.st_mode):
                    total += found.status.st_size + _padding(found.status.st_size)
        except OSError as error:
            raise SourceUnreadable(self.name, errno_name(error)) from error
        return total + _padding(total, tarfile.RECORDSIZE)

    def fill(self, buffer: memoryview) -> int:
        done = 0
        try:
            while done < len(buffer):
                if self._pending:
                    got = min(len(self._pending), len(buffer) - done)
                    buffer[done : done + got] = self._pending[:got]
                    self._pending = self._pending[got:]
                elif self._left:
                    got = os.readv(self._descriptor, [buffer[done : done + min(self._left, len(buffer) - done)]])
                    self._took(got)
                elif self._is_over:
                    break
                else:
                    self._next()
                    continue
                done += got
                self._made += got
        except FileNotFoundError as error:
            raise SourceChanged(self.name) from error
        except OSError as error:
            raise SourceUnreadable(self.name, errno_name(error)) from error
        return done

    def _next(self) -> None:
        found = next(self._walk, None)
        if found is None:
            ending = 2 * tarfile.BLOCKSIZE
            self._pending = memoryview(bytes(ending + _padding(self._made + ending, tarfile.RECORDSIZE)))
            self._is_over = True
        elif stat.S_ISREG(found.status.st_mode):
            self._begin(found)
        else:
            self._pending = memoryview(_header(found, found.status))

    def _begin(self, found: _Found) -> None:
        self._descriptor = open_quietly(found.path, os.O_NOFOLLOW)
        status = os.fstat(self._descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise SourceChanged(_shown(found.entry))
        self._reading = _Found(found.path, found.entry, status)
        self._pending = memoryview(_header(found, status))
        self._left = status.st_size
        if not self._left:
            self._end_file()

    def _took(self, got: int) -> None:
        if self._reading is None or got == 0:
            raise SourceChanged(_shown(self._reading.entry) if self._reading else self.name)
        self._left -= got
        if not self._left:
            status, after = self._reading.status, os.fstat(self._descriptor)
            if (after.st_size, after.st_mtime_ns) != (status.st_size, status.st_mtime_ns):
                raise SourceChanged(_shown(self._reading.entry))
            self._pending = memoryview(bytes(_padding(status.st_size)))
            self._end_file()

    def _end_file(self) -> None:
        os.close(self._descriptor)
        self._descriptor = -1
        self._reading = None

    def close(self) -> None:
        if self._descriptor >= 0:
            self._end_file()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
