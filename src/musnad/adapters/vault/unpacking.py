"""A sealed folder opened back into a folder: a target that takes the archive and makes its files as they come.

Everything is made in a hidden folder beside the place, readable by its owner only, and gets its name by one rename when
all was proven; a kill leaves the hidden folder there, which says so by its name. Nothing is overwritten, and nothing is
reached by a path: each name is made in the folder that is open, never through a link (``core.sealing.archive`` refuses
names that lead out, come twice or go through a file).

Kept: names, content, times of change. Modes and owners stay in the archive: what is evidence is not run, and belongs to
who opens it. Made are files, folders, and links that go only down; another link, a pipe, a device is not made but told
(``not_made``): it would lead a tool elsewhere. One sync at the end makes all durable, however many files there are.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path

from musnad.adapters.vault.storage import as_storage, sync_folder
from musnad.core.sealing.archive import ArchiveReader, Entry, EntryKind
from musnad.exchange.evidence.errors import TargetExists

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
NAMED_LIMIT = 100
"""How many of those that were not made are kept by name."""


@dataclass(frozen=True, slots=True)
class NotMade:
    """An entry of the archive that stays in it."""

    name: bytes
    kind: EntryKind


class FolderTarget:
    """``path`` as the folder to be made; the one that holds it must exist. ``TargetExists`` where it is taken."""

    def __init__(self, path: Path) -> None:
        if os.path.lexists(path):
            raise TargetExists(path.name)
        self.not_made: list[NotMade] = []
        self.not_made_count = 0
        self.files = 0
        self._path = path
        self._reader = ArchiveReader(self)
        self._draft = path.with_name(f".{path.name[:40]}.{secrets.token_hex(4)}.part")
        self._at: list[tuple[bytes, int]] = [(b"", 0)]
        self._times: dict[bytes, int] = {}
        self._file = -1
        self._entry: Entry | None = None
        with as_storage(path.name):
            self._draft.mkdir(mode=0o700)
            self._here = os.open(self._draft, _FOLDER)

    def write(self, octets: memoryview) -> None:
        """``BadArchive`` where they are no archive of ours, beside what a target raises."""
        with as_storage(self._path.name):
            self._reader.take(octets)

    def begin(self, entry: Entry, first: int) -> None:
        """A listener's."""
        del first
        folder, _, name = entry.name.rpartition(b"/")
        self._go(folder)
        match entry.kind:
            case "file":
                self._file = os.open(name, _NEW, 0o600, dir_fd=self._here)
                self._entry = entry
            case "folder":
                os.mkdir(name, 0o700, dir_fd=self._here)
                self._times[entry.name] = entry.modified_ns
            case "link" if _goes_only_down(entry.target):
                os.symlink(entry.target, name, dir_fd=self._here)
            case _:
                self.not_made_count += 1
                if len(self.not_made) < NAMED_LIMIT:
                    self.not_made.append(NotMade(entry.name, entry.kind))

    def content(self, octets: memoryview) -> None:
        """A listener's."""
        done = 0
        while done < len(octets):
            done += os.write(self._file, octets[done:])

    def end(self) -> None:
        """A listener's."""
        assert self._entry is not None
        _set_time(self._file, self._entry.modified_ns)
        os.close(self._file)
        self._file = -1
        self.files += 1

    def _go(self, folder: bytes) -> None:
        """To an open folder, or one just made: that a walk comes in this order was seen by who reads the archive."""
        while self._at[-1][0] != folder:
            here = self._at[-1][0]
            is_below = folder.startswith(here + b"/") if here else bool(folder)
            if is_below:
                name = folder[len(here) + 1 if here else 0 :].split(b"/")[0]
                there = os.open(name, _FOLDER, dir_fd=self._here)
                path = here + b"/" + name if here else name
                self._at.append((path, self._times.pop(path, 0)))
            else:
                _set_time(self._here, self._at.pop()[1])
                there = os.open("..", _FOLDER, dir_fd=self._here)
            os.close(self._here)
            self._here = there

    def commit(self) -> None:
        with as_storage(self._path.name):
            self._reader.finish()
            self._go(b"")
            os.sync()
            try:
                self._path.mkdir(mode=0o700)  # the place is ours, or somebody else's: a rename alone would not say
            except FileExistsError as error:
                raise TargetExists(self._path.name) from error
            self._draft.rename(self._path)
            sync_folder(self._path.parent)
        self._end()

    def discard(self) -> None:
        if self._here >= 0:
            shutil.rmtree(self._draft, ignore_errors=True)
            self._end()

    def _end(self) -> None:
        for descriptor in (self._here, self._file):
            if descriptor >= 0:
                os.close(descriptor)
        self._here = self._file = -1


def _goes_only_down(target: bytes) -> bool:
    """Whether no way through the link leads up, whatever other links there are."""
    return bool(target) and not target.startswith(b"/") and b".." not in target.split(b"/")


def _set_time(descriptor: int, modified_ns: int) -> None:
    with contextlib.suppress(OSError, OverflowError):  # a time that this file system does not know
        os.utime(descriptor, ns=(modified_ns, modified_ns))
