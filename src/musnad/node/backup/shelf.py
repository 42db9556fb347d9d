"""The folder that a node's backups are kept in.

    musnad-backups.json      whose backups these are: the Party and its log
    backups/<name>.jsonl     one complete backup: its manifest, which is written last
    content/<xx>/<sha256>    what the backups hold, each once, under its SHA-256
    under-way, under-way.before   what an interrupted backup has copied already, so that it is gone on with
    new/                     what is being written; none of it is taken for anything

A file gets its name in ``content`` only when it is whole and durable, and a manifest only when all that it names is. So
a backup that was interrupted has no manifest, and nothing half-written is taken for whole.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import heapq
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from musnad.adapters.files.durable import sync_folder, write_durably
from musnad.adapters.vault.storage import as_storage
from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.ijson import parse_object, write_canonical
from musnad.core.kernel.names import Digest
from musnad.node.backup.errors import BackupBusy, BackupDamaged, BackupTarget, NoBackup
from musnad.node.backup.manifest import Item, parse_item, read_facts, read_items

MARK = "musnad-backups.json"
LINES = ".jsonl"
PIECE_OCTETS = 1 << 20
_UNDER_WAY, _BEFORE = "under-way", "under-way.before"
Count = Callable[[int], None]
"""Hears of octets that were read or written since it heard last."""


class Shelf:
    """A folder of backups of one node's; made by ``open_shelf``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.content = folder / "content"
        self.backups = folder / "backups"
        self._new = folder / "new"
        self._touched: set[Path] = set()

    def names(self) -> tuple[str, ...]:
        """The complete backups, the oldest first."""
        with as_storage("backups"):
            return tuple(sorted(one.stem for one in self.backups.glob(f"*{LINES}")))

    def newest(self) -> str:
        """The newest complete backup; ``NoBackup``."""
        found = self.names()
        if not found:
            raise NoBackup(str(self.folder))
        return found[-1]

    def manifest(self, name: str) -> Path:
        return self.backups / f"{name}{LINES}"

    @property
    def is_interrupted(self) -> bool:
        """Whether a backup was begun here and has not come to its end."""
        return any((self.folder / one).exists() for one in (_UNDER_WAY, _BEFORE))

    def place(self, digest: Digest) -> Path:
        return self.content / digest[:2] / digest

    def holds(self, digest: Digest, size_octets: int) -> bool:
        """Whether a file of this name and size is there; what it holds is ``check``'s to say."""
        try:
            return self.place(digest).stat().st_size == size_octets
        except OSError:
            return False

    def known(self) -> Iterator[Item]:
        """What the newest backup and the interrupted one hold, in order: what need not be read again."""
        lists = [self._lines(_BEFORE)]
        if found := self.names():
            lists.append(_whole_items(self.manifest(found[-1])))
        return heapq.merge(*lists, key=lambda item: item.order)

    def begin(self) -> IO[bytes]:
        """Sweep what an interruption left, keep what it had copied, and open the list of what is copied now."""
        with as_storage("backup"):
            self.sweep()
            self._new.mkdir(mode=0o700)
            if (self.folder / _UNDER_WAY).exists():
                with (self._new / "list").open("wb") as merged:
                    both = (self._lines(_BEFORE), self._lines(_UNDER_WAY))
                    for item in heapq.merge(*both, key=lambda item: item.order):
                        merged.write(item.line())
                (self._new / "list").rename(self.folder / _BEFORE)
            return (self.folder / _UNDER_WAY).open("wb")

    def sweep(self) -> None:
        """Remove what was being written and got no name."""
        shutil.rmtree(self._new, ignore_errors=True)

    def fresh(self) -> Path:
        """A name for a file that is being written."""
        with as_storage("backup"):
            handle, path = tempfile.mkstemp(dir=self._new)
            os.close(handle)
        return Path(path)

    def keep(self, written: Path, digest: Digest) -> None:
        """Give a file that was written its place, durably; one that is there already is left as it is."""
        with as_storage("backup"):
            size = written.stat().st_size
            if self.holds(digest, size):
                written.unlink()
                return
            place = self.place(digest)
            place.parent.mkdir(mode=0o700, exist_ok=True)
            handle = os.open(written, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
            written.rename(place)
            self._touched |= {place.parent, self.content}

    def take(self, source: IO[bytes], count: Count) -> tuple[Digest, int]:
        """Copy an open file to its place under its digest, one piece in memory; its digest and size."""
        digest, size, fresh = hashlib.sha256(), 0, self.fresh()
        with as_storage("backup"):
            with fresh.open("wb") as copy:
                while piece := source.read(PIECE_OCTETS):
                    copy.write(piece)
                    digest.update(piece)
                    size += len(piece)
                    count(len(piece))
            found = Digest(digest.hexdigest())
        self.keep(fresh, found)
        return found, size

    def end(self, name: str, manifest: Path) -> None:
        """Make everything durable, and then give the manifest its name: from here on the backup is one."""
        with as_storage("backup"):
            for folder in self._touched:
                sync_folder(folder)
            self._touched.clear()
            manifest.rename(self.manifest(name))
            sync_folder(self.backups)
            for one in (_UNDER_WAY, _BEFORE):
                (self.folder / one).unlink(missing_ok=True)

    def prune(self, keep: int) -> tuple[str, ...]:
        """Drop all but the newest ``keep`` backups, and what none of those that stay holds; those that went."""
        gone = self.names()[:-keep]
        with as_storage("backup"):
            for name in gone:
                self.manifest(name).unlink()
            sync_folder(self.backups)
            held = {bytes.fromhex(item.sha256) for name in self.names() for item in read_items(self.manifest(name))}
            for place in self.content.glob("??/*"):
                with contextlib.suppress(ValueError):  # no name of ours: left alone
                    if bytes.fromhex(place.name) not in held:
                        place.unlink()
        return gone

    def put_aside(self, digest: Digest) -> None:
        """A damaged file loses its name, so that the next backup copies it anew; where the disk lets us."""
        with contextlib.suppress(OSError):
            place = self.place(digest)
            place.rename(place.with_name(f"{digest}.damaged"))

    def _lines(self, name: str) -> Iterator[Item]:
        """A list of what was copied; a line that was cut, and all that follows it, is left out."""
        with contextlib.suppress(FileNotFoundError), (self.folder / name).open("rb") as file:
            for line in file:
                item = parse_item(line)
                if item is None:
                    return
                yield item


@contextmanager
def open_shelf(folder: Path, node: Path, party: str, log: str, *, make: bool) -> Iterator[Shelf]:
    """The folder of this node's backups, held against every other process until the block ends.

    Args:
        make: make it where it is not there yet; without, ``NoBackup``.
    Raises:
        BackupTarget: it lies within the node, holds other things, or another node's backups. BackupBusy: another
        process is at work there. StorageFailed, StorageFull.
    """
    folder = folder.absolute()
    if folder.resolve().is_relative_to(node.resolve()):
        raise BackupTarget(str(folder), "within the node's own folder")
    if not (folder / MARK).exists():
        if not make:
            raise NoBackup(str(folder))
        _make(folder, party, log)
    found = _read_mark(folder)
    if found != (party, log):
        raise BackupTarget(str(folder), f"backups of another node: {found[1]}")
    handle = os.open(folder / MARK, os.O_RDONLY | os.O_CLOEXEC)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BackupBusy(str(folder)) from error
        yield Shelf(folder)
    finally:
        os.close(handle)


def _make(folder: Path, party: str, log: str) -> None:
    with as_storage("backup"):
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise BackupTarget(str(folder), "not a folder, or it holds other things")
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        for name in ("content", "backups"):
            (folder / name).mkdir(mode=0o700)
        write_durably(folder / MARK, write_canonical({"version": 1, "party": party, "log": log}) + b"\n")
        sync_folder(folder.parent)


def _read_mark(folder: Path) -> tuple[str, str]:
    try:
        found = parse_object((folder / MARK).read_bytes(), what="mark")
        return str(found["party"]), str(found["log"])
    except (OSError, KeyError, MusnadError) as error:
        raise BackupTarget(str(folder), f"{MARK} cannot be read") from error


def _whole_items(manifest: Path) -> Iterator[Item]:
    """The files of a manifest, as far as it can be read: a damaged one is no reason to make no new backup."""
    with contextlib.suppress(BackupDamaged):
        read_facts(manifest)
        yield from read_items(manifest)
