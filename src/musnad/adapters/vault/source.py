"""A file or a disk as a source, read once, leaving its access time alone where the system lets us."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Literal, Self

from musnad.adapters.vault.folder import FolderSource
from musnad.adapters.vault.storage import errno_name, open_quietly
from musnad.core.sealing.manifest import SourceKind
from musnad.exchange.evidence.errors import SourceChanged, SourceUnreadable, SourceUnsupported


def open_source(path: Path) -> FileSource | FolderSource:
    """The file, disk or folder at ``path``, as a context manager; ``SourceUnreadable``, ``SourceUnsupported``."""
    return FolderSource(path) if path.is_dir() else FileSource(path)


class FileSource:
    """One regular file or block device. A file whose size or time of change moves during the pass is refused."""

    kind: SourceKind = "file"
    media_type: Literal["application/octet-stream"] = "application/octet-stream"

    def __init__(self, path: Path) -> None:
        self.name = path.resolve().name
        self._at = 0
        try:
            self._descriptor = open_quietly(path)
            self._before = os.fstat(self._descriptor)
        except OSError as error:
            raise SourceUnreadable(path.name, errno_name(error)) from error
        if not (stat.S_ISREG(self._before.st_mode) or stat.S_ISBLK(self._before.st_mode)):
            self.close()
            raise SourceUnsupported(path.name)
        self.total_octets = os.lseek(self._descriptor, 0, os.SEEK_END)

    def fill(self, buffer: memoryview) -> int:
        done = 0
        try:
            while done < len(buffer):
                got = os.preadv(self._descriptor, [buffer[done:]], self._at)
                if got == 0:
                    self._check_unchanged()
                    break
                done += got
                self._at += got
        except OSError as error:
            raise SourceUnreadable(self.name, f"{errno_name(error)} at octet {self._at}") from error
        return done

    def _check_unchanged(self) -> None:
        after = os.fstat(self._descriptor)
        moved = (after.st_size, after.st_mtime_ns) != (self._before.st_size, self._before.st_mtime_ns)
        if stat.S_ISREG(after.st_mode) and (moved or self._at != after.st_size):
            raise SourceChanged(self.name)

    def close(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
