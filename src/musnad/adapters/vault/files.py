"""The vault as folders of files.

``<vault>/<seal>/`` holds ``data``, ``index`` and ``manifest`` of a committed exhibit; ``<vault>/<seal>.part/`` the same
of a draft, with the count of its marked parts in ``parts``. Commit: each file is fsynced, then the draft's folder, then
one rename, then the vault's folder; so an exhibit is there whole or not at all, also after a power cut. A draft is held
by a lock that ends with its process.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from musnad.adapters.vault.storage import as_storage, read_all, sync_folder, write_all
from musnad.core.kernel.errors import BadForm
from musnad.core.kernel.names import SealId, parse_seal_id
from musnad.exchange.evidence.errors import ExhibitBusy, NoSuchExhibit
from musnad.exchange.evidence.vault import MEMBERS, Member

_DRAFT = ".part"
_COUNT = "parts"
_LOCK = "lock"


class FilesDraft:
    """A draft in its folder; made by ``FilesVault.draft``."""

    def __init__(self, seal: SealId, folder: Path, final: Path) -> None:
        self._seal = seal
        self._folder = folder
        self._final = final
        self._open: dict[str, int] = {}
        self._is_closed = False
        with as_storage("exhibit"):
            folder.mkdir(mode=0o700, exist_ok=True)
            self._lock()
            for member in MEMBERS:
                flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
                self._open[member] = os.open(folder / member, flags, 0o600)
            self._parts = self._read_count()

    def _lock(self) -> None:
        descriptor = os.open(self._folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(descriptor)
            raise ExhibitBusy(self._seal) from error
        self._open[_LOCK] = descriptor

    def _read_count(self) -> int:
        try:
            text = (self._folder / _COUNT).read_text("ascii")
        except FileNotFoundError:
            return 0
        return int(text) if text.isascii() and text.isdigit() else 0

    @property
    def seal(self) -> SealId:
        return self._seal

    @property
    def parts(self) -> int:
        return self._parts

    def size(self, member: Member) -> int:
        with as_storage(member):
            return os.fstat(self._open[member]).st_size

    def write_at(self, member: Member, first: int, octets: bytes | memoryview) -> None:
        with as_storage(member):
            write_all(self._open[member], octets, first)

    def read_into(self, member: Member, first: int, buffer: memoryview) -> int:
        with as_storage(member):
            return read_all(self._open[member], buffer, first)

    def mark(self, parts: int) -> None:
        with as_storage(_COUNT):
            self._sync_members()
            fresh = self._folder / (_COUNT + ".new")
            descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
            try:
                write_all(descriptor, str(parts).encode("ascii"), 0)
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
            fresh.rename(self._folder / _COUNT)
            sync_folder(self._folder)
        self._parts = parts

    def commit(self) -> None:
        with as_storage("exhibit"):
            self._sync_members()
            for name in (_COUNT, _COUNT + ".new"):
                (self._folder / name).unlink(missing_ok=True)
            sync_folder(self._folder)
            self._folder.rename(self._final)
            sync_folder(self._final.parent)
            # Last: while the folder is a draft's, nobody else may take it for one that was left behind.
            (self._final / _LOCK).unlink(missing_ok=True)
        self.close()

    def discard(self) -> None:
        if not self._is_closed:
            # What cannot be removed now stays a draft, which is never taken for an exhibit.
            shutil.rmtree(self._folder, ignore_errors=True)
        self.close()

    def close(self) -> None:
        self._is_closed = True
        while self._open:
            _, descriptor = self._open.popitem()
            os.close(descriptor)

    def _sync_members(self) -> None:
        for member in MEMBERS:
            os.fsync(self._open[member])


class FilesVault:
    """The vault under one folder, which it makes if need be; readable by its owner only."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with as_storage("vault"):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def _path(self, seal: SealId) -> Path:
        return self._folder / parse_seal_id(seal)

    def _draft_path(self, seal: SealId) -> Path:
        return self._folder / (parse_seal_id(seal) + _DRAFT)

    def draft(self, seal: SealId) -> FilesDraft:
        return FilesDraft(seal, self._draft_path(seal), self._path(seal))

    def drafts(self) -> Iterator[SealId]:
        yield from self._named(_DRAFT)

    def seals(self) -> Iterator[SealId]:
        yield from self._named("")

    def _named(self, suffix: str) -> Iterator[SealId]:
        with as_storage("vault"):
            names = sorted(os.listdir(self._folder))  # noqa: PTH208 - names, not paths
        for name in names:
            if name.endswith(suffix):
                with contextlib.suppress(BadForm):
                    yield parse_seal_id(name.removesuffix(suffix))

    def holds(self, seal: SealId) -> bool:
        return (self._path(seal) / "manifest").is_file()

    def size(self, seal: SealId, member: Member) -> int:
        with as_storage(member):
            try:
                return (self._path(seal) / member).stat().st_size
            except FileNotFoundError as error:
                raise NoSuchExhibit(seal) from error

    def read_into(self, seal: SealId, member: Member, first: int, buffer: memoryview) -> int:
        with as_storage(member):
            try:
                descriptor = os.open(self._path(seal) / member, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
            except FileNotFoundError as error:
                raise NoSuchExhibit(seal) from error
            try:
                return read_all(descriptor, buffer, first)
            finally:
                os.close(descriptor)

    def remove(self, seal: SealId) -> None:
        """As the port says: the exhibit stops being one by a rename, then its files go."""
        with as_storage("exhibit"):
            leaving = self._folder / (parse_seal_id(seal) + ".removed")
            with contextlib.suppress(FileNotFoundError):
                self._path(seal).rename(leaving)
                sync_folder(self._folder)
            shutil.rmtree(leaving, ignore_errors=True)
