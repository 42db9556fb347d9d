"""A file or a disk as a source, read once, leaving its access time alone where the system lets us."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Literal, Self

from musnad.adapters.vault.careful import CarefulReader, PositionedRead, is_still
from musnad.adapters.vault.folder import FolderSource
from musnad.adapters.vault.storage import errno_name, open_quietly
from musnad.core.sealing.layout import Span
from musnad.core.sealing.manifest import SourceKind
from musnad.exchange.evidence.errors import SourceChanged, SourceUnreadable, SourceUnsupported


def open_source(path: Path) -> FileSource | FolderSource:
    """The file, disk or folder at ``path``, as a context manager; ``SourceUnreadable``, ``SourceUnsupported``."""
    return FolderSource(path) if path.is_dir() else FileSource(path)


class FileSource:
    """One regular file or block device. A file whose size or time of change moves during the pass is refused.

    What the medium does not give is zeros, and told (``careful``); a medium that gives nothing at all is refused.
    """

    kind: SourceKind = "file"
    media_type: Literal["application/octet-stream"] = "application/octet-stream"
    records: None = None

    def __init__(self, path: Path, read: PositionedRead | None = None) -> None:
        self.name = path.resolve().name
        self._path = path
        self._at = 0
        self._reader = CarefulReader(self.name, read)
        try:
            self._descriptor = open_quietly(path)
            self._before = os.fstat(self._descriptor)
        except OSError as error:
            raise SourceUnreadable(path.name, errno_name(error)) from error
        if not (stat.S_ISREG(self._before.st_mode) or stat.S_ISBLK(self._before.st_mode)):
            self.close()
            raise SourceUnsupported(path.name)
        self.total_octets = os.lseek(self._descriptor, 0, os.SEEK_END)

    @property
    def unread(self) -> tuple[Span, ...]:
        return self._reader.unread

    def fill(self, buffer: memoryview) -> int:
        done = 0
        try:
            while done < len(buffer):
                room = buffer[done : done + max(0, self.total_octets - self._at)]
                got = self._reader.read(self._descriptor, room, self._at, self._at, self._is_still) if room else 0
                if got == 0:
                    self._check_whole()
                    break
                done += got
                self._at += got
        except OSError as error:
            raise SourceUnreadable(self.name, f"{errno_name(error)} at octet {self._at}") from error
        return done

    def _is_still(self) -> bool:
        return is_still(self._path, self._before)

    def _check_whole(self) -> None:
        after = os.fstat(self._descriptor)
        moved = (after.st_size, after.st_mtime_ns) != (self._before.st_size, self._before.st_mtime_ns)
        if self._at != self.total_octets or (stat.S_ISREG(after.st_mode) and moved):
            raise SourceChanged(self.name)
        if self.unread == (Span(0, self._at),):
            raise SourceUnreadable(self.name, "EIO throughout")

    def close(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
