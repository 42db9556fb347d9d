"""A file to open an exhibit to: written without a name, then linked to its place, over nothing.

So a process that is killed leaves nothing of the plaintext behind. A file system without nameless files (a memory
stick) gets a hidden file beside the place, which a kill leaves there.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
from pathlib import Path

from musnad.adapters.vault.storage import as_storage, sync_folder, write_all
from musnad.exchange.evidence.errors import TargetExists

_NO_LINKS = frozenset({errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK})
_NO_NAMELESS = frozenset({errno.ENOTSUP, errno.EISDIR, errno.EINVAL, errno.ENOSYS})
_FLAGS = os.O_WRONLY | os.O_CLOEXEC


class FileTarget:
    """``path`` as a target, readable by its owner only; its folder must exist. ``TargetExists`` where it is taken."""

    def __init__(self, path: Path) -> None:
        if os.path.lexists(path):
            raise TargetExists(path.name)
        self._path = path
        self._draft: Path | None = None
        self._done = 0
        self._is_over = False
        with as_storage(path.name):
            self._descriptor = self._open()

    def _open(self) -> int:
        if Path("/proc/self/fd").is_dir():  # by which alone a nameless file gets its name
            try:
                return os.open(self._path.parent, _FLAGS | os.O_TMPFILE, 0o600)
            except OSError as error:
                if error.errno not in _NO_NAMELESS:
                    raise
        self._draft = self._path.with_name(f".{self._path.name[:40]}.{secrets.token_hex(4)}.part")
        return os.open(self._draft, _FLAGS | os.O_CREAT | os.O_EXCL, 0o600)

    def write(self, octets: memoryview) -> None:
        with as_storage(self._path.name):
            write_all(self._descriptor, octets, self._done)
        self._done += len(octets)

    def commit(self) -> None:
        with as_storage(self._path.name):
            os.fsync(self._descriptor)
            try:
                if self._draft is None:
                    self._name()
                else:
                    self._rename(self._draft)
            except FileExistsError as error:
                raise TargetExists(self._path.name) from error
            sync_folder(self._path.parent)
        self._end()

    def _name(self) -> None:
        folder = os.open(self._path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:  # a folder is named so that the link of /proc is followed (linkat, AT_SYMLINK_FOLLOW)
            os.link(f"/proc/self/fd/{self._descriptor}", self._path, src_dir_fd=folder, follow_symlinks=True)
        finally:
            os.close(folder)

    def _rename(self, draft: Path) -> None:
        try:
            os.link(draft, self._path)
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            if os.path.lexists(self._path):
                raise FileExistsError from error
            draft.rename(self._path)  # a medium without hard links
        else:
            draft.unlink()

    def discard(self) -> None:
        if not self._is_over:
            if self._draft is not None:
                with contextlib.suppress(OSError):
                    self._draft.unlink()
            self._end()

    def _end(self) -> None:
        if not self._is_over:
            self._is_over = True
            os.close(self._descriptor)
