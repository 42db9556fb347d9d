"""A file to open an exhibit to: written beside its place under another name, then linked there, over nothing."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
from pathlib import Path

from musnad.adapters.vault.storage import as_storage, sync_folder, write_all
from musnad.exchange.evidence.errors import TargetExists

_NO_LINKS = frozenset({errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK})


class FileTarget:
    """``path`` as a target, readable by its owner only; its folder must exist. ``TargetExists`` where it is taken."""

    def __init__(self, path: Path) -> None:
        if os.path.lexists(path):
            raise TargetExists(path.name)
        self._path = path
        self._draft = path.with_name(f".{path.name[:40]}.{secrets.token_hex(4)}.part")
        self._done = 0
        self._is_over = False
        with as_storage(path.name):
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
            self._descriptor = os.open(self._draft, flags, 0o600)

    def write(self, octets: memoryview) -> None:
        with as_storage(self._path.name):
            write_all(self._descriptor, octets, self._done)
        self._done += len(octets)

    def commit(self) -> None:
        with as_storage(self._path.name):
            os.fsync(self._descriptor)
            try:
                os.link(self._draft, self._path)
            except FileExistsError as error:
                raise TargetExists(self._path.name) from error
            except OSError as error:
                if error.errno not in _NO_LINKS:
                    raise
                self._rename()  # a medium without hard links, such as a memory stick
            else:
                self._draft.unlink()
            sync_folder(self._path.parent)
        self._end()

    def _rename(self) -> None:
        if os.path.lexists(self._path):
            raise TargetExists(self._path.name)
        self._draft.rename(self._path)

    def discard(self) -> None:
        if not self._is_over:
            with contextlib.suppress(OSError):
                self._draft.unlink()
            self._end()

    def _end(self) -> None:
        if not self._is_over:
            self._is_over = True
            os.close(self._descriptor)
