"""Make a backup of a node while it runs.

1. The database, as it stands at one moment. 2. Then the files that its journal needs: whatever that moment names was in
the vault before, so it is found there now, unless it was lawfully removed meanwhile. 3. The manifest, once everything
that it names is durable. 4. A record of the house, and what the administration page tells. What the folder holds
already, under the same name with the same size and time, is not read again where such a file never changes.

What is never in it: private keys and passwords, sessions, links and tokens, uploads that are not sealed yet, logs.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import IO

from musnad import __version__
from musnad.adapters.vault.storage import as_storage, errno_name, open_quietly
from musnad.core.kernel.names import SealId, parse_seal_id
from musnad.core.kernel.times import Instant
from musnad.exchange.audit import note
from musnad.exchange.evidence.errors import StorageFailed, StorageFull
from musnad.exchange.evidence.ports import Progress, Report, no_report
from musnad.exchange.evidence.vault import MEMBERS
from musnad.node.assemble import Node
from musnad.node.backup.database import Copied, copy_database, kind_of, size_of, without_password
from musnad.node.backup.manifest import DATABASE, Facts, Item, Writer
from musnad.node.backup.shelf import Shelf, open_shelf
from musnad.node.backup.standing import Made, keep, read_kept
from musnad.node.configuration import FILE

FOLDERS = ("directory", "law", "publish", "register", "treaty", "trust")
"""Of the node's folder, beside its settings and its vault."""
UNCHANGING = ("directory/bundles/", "treaty/", "vault/")
ROOM_OCTETS = 64 << 20
"""What is left free on the target's disk."""
_LEFT_OUT = frozenset({"lock"})


@dataclass(frozen=True, slots=True)
class Source:
    """A file of the node that belongs into a backup."""

    path: str
    place: Path

    @property
    def order(self) -> tuple[str, ...]:
        return PurePosixPath(self.path).parts


def make_backup(
    node: Node, target: Path, *, by: str, report: Report = no_report, keep_newest: int | None = None
) -> Made:
    """Make a backup in ``target``, or go on with the one that was interrupted there; durable when this returns.

    Args:
        keep_newest: how many complete backups stay; all of them where it is not said.
    Raises:
        BackupTarget, BackupBusy, StorageFull, StorageFailed, DatabaseNotCopied, NoBackupTool; the journal's errors.
        Nothing of an unfinished backup is taken for one.
    """
    log = node.ports.keys.log.name
    with open_shelf(target, node.folder, node.ports.party, log, make=True) as shelf:
        now = node.ports.clock.now()
        keep(node.folder, begun=now)
        try:
            made = _Making(node, shelf, now, report).run()
        finally:
            shelf.sweep()
        if keep_newest is not None:
            shelf.prune(keep_newest)
        about = {
            "backup": made.name,
            "manifest": made.manifest,
            "octets": str(made.octets),
            "files": str(made.files),
            "entries": str(made.entries),
            "head": str(made.size),
        }
        note(node.ports, "backup-made", by=by, about=about)
        unread = read_kept(node.folder).unread_since or made.at
        keep(node.folder, begun=None, made=made, unread_since=unread)
    return made


class _Making:
    def __init__(self, node: Node, shelf: Shelf, now: Instant, report: Report) -> None:
        self._node, self._shelf, self._now = node, shelf, now
        self._done, self._total, self._report = 0, 0, report
        self._missing: list[str] = []

    def run(self) -> Made:
        ports, shelf = self._node.ports, self._shelf
        place = self._node.configuration.journal.database
        with shelf.begin() as under_way:
            held = size_of(place, self._node.folder)
            self._total = held + self._unread()
            self._check_room()
            seals = shelf.fresh()
            copied = copy_database(place, self._node.folder, shelf.fresh(), seals, self._count)
            self._total += copied.size_octets - held
            name = self._name()
            facts = Facts(
                name, ports.party, ports.keys.log.name, self._now, __version__, kind_of(place),
                copied.entries, copied.size, copied.root,
            )  # fmt: skip
            manifest = shelf.fresh()
            with as_storage("backup"), manifest.open("wb") as file:
                writer = Writer(file, facts)
                writer.add(self._database(copied))
                for item in self._items(seals):
                    under_way.write(item.line())
                    under_way.flush()
                    writer.add(item)
                end = writer.end(tuple(self._missing))
                file.flush()
                os.fsync(file.fileno())
        shelf.end(name, manifest)
        self._report(Progress(max(self._done, 1), max(self._done, 1)))
        return Made(
            name, str(shelf.folder), self._now, end.octets, end.files, copied.entries, copied.size, end.sha256,
            len(self._missing), shelf.folder.stat().st_dev == self._node.folder.stat().st_dev,
        )  # fmt: skip

    def _name(self) -> str:
        first = self._now.strftime("%Y%m%dT%H%M%SZ")
        taken, name, number = set(self._shelf.names()), first, 1
        while name in taken:
            number += 1
            name = f"{first}-{number}"
        return name

    def _database(self, copied: Copied) -> Item:
        self._shelf.keep(copied.place, copied.sha256)
        return Item(DATABASE, copied.size_octets, copied.sha256, 0)

    def _unread(self) -> int:
        """The octets that are read and copied beside the database, as it looks now."""
        vault = (SealId(one) for one in self._node.ports.vault.seals())
        matched = _matched(self._shelf, _sources(self._node.folder, vault))
        return sum(_size(source.place) for source, known in matched if known is None)

    def _check_room(self) -> None:
        with as_storage("backup"):
            if shutil.disk_usage(self._shelf.folder).free < self._total + ROOM_OCTETS:
                raise StorageFull("backup")

    def _items(self, seals: Path) -> Iterator[Item]:
        """Every file beside the database, once it is in its place under its digest."""
        with seals.open(encoding="ascii") as file:
            vault = (parse_seal_id(line.strip()) for line in file)
            for source, known in _matched(self._shelf, _sources(self._node.folder, vault)):
                found = known or self._take(source)
                if found is not None:
                    yield found

    def _take(self, source: Source) -> Item | None:
        try:
            descriptor = open_quietly(source.place, os.O_NOFOLLOW)
        except FileNotFoundError:
            self._miss(source)
            return None
        except OSError as error:
            raise StorageFailed(source.path, errno_name(error)) from error
        with os.fdopen(descriptor, "rb") as file:
            modified = os.fstat(file.fileno()).st_mtime_ns
            shown: IO[bytes] = file
            if source.path == FILE:
                shown = BytesIO(_without_passwords(file.read(), self._node.configuration.journal.database))
            digest, size = self._shelf.take(shown, self._count)
        return Item(source.path, size, digest, modified)

    def _miss(self, source: Source) -> None:
        """A file that was to be there: an exhibit that was removed meanwhile, as it may be, or one that is lost."""
        folder, _, rest = source.path.partition("/")
        if folder != "vault":
            return  # replaced by a newer one, which is another file
        seal = parse_seal_id(rest.partition("/")[0])
        kept = self._node.ports.journal.exhibit(seal)
        if kept is not None and kept.state != "removed" and seal not in self._missing[-1:]:
            self._missing.append(seal)

    def _count(self, octets: int) -> None:
        self._done += octets
        total = max(self._total, self._done + 1)  # whole only at the end
        self._report(Progress(self._done, total))


def _sources(folder: Path, vault: Iterator[SealId]) -> Iterator[Source]:
    """The files that belong into a backup, in the order of their paths."""
    tops: dict[str, Callable[[], Iterator[Source]]] = {
        name: lambda name=name: _walk(folder / name, name)  # type: ignore[misc]  # bound at once
        for name in FOLDERS
    }
    tops[FILE] = lambda: iter([Source(FILE, folder / FILE)])
    tops["vault"] = lambda: _exhibits(folder / "vault", vault)
    for name in sorted(tops):
        yield from tops[name]()


def _walk(folder: Path, path: str) -> Iterator[Source]:
    try:
        with os.scandir(folder) as found:
            here = sorted(found, key=lambda one: one.name)
    except FileNotFoundError:
        return
    for one in here:
        if one.is_dir(follow_symlinks=False):
            yield from _walk(Path(one.path), f"{path}/{one.name}")
        elif one.is_file(follow_symlinks=False) and one.name not in _LEFT_OUT and not one.name.startswith("."):
            yield Source(f"{path}/{one.name}", Path(one.path))


def _exhibits(folder: Path, seals: Iterator[SealId]) -> Iterator[Source]:
    for seal in seals:
        for member in sorted(MEMBERS):
            yield Source(f"vault/{seal}/{member}", folder / seal / member)


def _matched(shelf: Shelf, sources: Iterator[Source]) -> Iterator[tuple[Source, Item | None]]:
    """Each file with what the folder holds of it already; both lists are in one order, and read once."""
    known = shelf.known()
    item = next(known, None)
    for source in sources:
        while item is not None and item.order < source.order:
            item = next(known, None)
        found: Item | None = None
        while item is not None and item.order == source.order:
            if found is None and _is_the_same(shelf, source, item):
                found = item
            item = next(known, None)
        yield source, found


def _is_the_same(shelf: Shelf, source: Source, item: Item) -> bool:
    if not source.path.startswith(UNCHANGING):
        return False
    try:
        found = source.place.lstat()
    except OSError:
        return False
    same = (found.st_size, found.st_mtime_ns) == (item.size_octets, item.modified)
    return same and shelf.holds(item.sha256, item.size_octets)


def _size(place: Path) -> int:
    try:
        return place.lstat().st_size
    except OSError:
        return 0


def _without_passwords(text: bytes, database: str) -> bytes:
    """node.toml as it goes into a backup: the database's address without the password that may stand in it."""
    return text.replace(database.encode(), without_password(database)[0].encode())
