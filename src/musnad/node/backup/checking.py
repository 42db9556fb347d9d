"""Read a backup back, and say of every octet whether it is what was written.

1. The manifest is whole, and the one that this node made last. 2. Each file has its size and its SHA-256; one that has
not is put aside, so that the next backup copies it anew. 3. The copied database opens and is sound. 4. Its log's newest
signed head is the tree over its nodes, under this node's key; every entry opens, is what its digest says and stands in
the tree at its place (of a PostgreSQL dump: there are as many as the log counts). 5. The exhibits that it says are held
are in the backup.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO

from django.db import DatabaseError, connections

from musnad.adapters.clock import system_entropy
from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.times import Instant
from musnad.core.transparency.checkpoint import open_checkpoint
from musnad.core.transparency.entry import blind_entry
from musnad.core.transparency.tree import leaf_hash, root
from musnad.exchange.audit import note
from musnad.exchange.evidence.ports import Progress, Report, no_report
from musnad.node.assemble import Node
from musnad.node.backup.database import PIECE_OCTETS, opened_copy, run_tool
from musnad.node.backup.errors import BackupDamaged
from musnad.node.backup.manifest import DATABASE, End, Facts, Item, read_end, read_facts, read_items
from musnad.node.backup.shelf import Shelf, open_shelf
from musnad.node.backup.standing import Checked, keep, read_kept
from musnad.records.journal import DjangoJournal
from musnad.records.models import ExhibitRow

FAULTS_SHOWN = 100
BATCH = 500
Rows = Iterator[dict[str, str]]


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is not as it was written: a file, or a part of the database, and why."""

    what: str
    why: str


@dataclass(frozen=True, slots=True)
class ReadBack:
    """A backup that was read back: the first of its ``count`` faults, in order."""

    facts: Facts | None
    end: End | None
    at: Instant
    faults: tuple[Fault, ...]
    count: int

    @property
    def holds(self) -> bool:
        return self.count == 0


class _Faults:
    def __init__(self) -> None:
        self.first: list[Fault] = []
        self.count = 0

    def add(self, what: str, why: str) -> None:
        self.count += 1
        if len(self.first) < FAULTS_SHOWN:
            self.first.append(Fault(what, why))


def check_backup(node: Node, target: Path, *, by: str, report: Report = no_report) -> ReadBack:
    """Read the newest backup in ``target`` back; that it was done is noted, whatever it said.

    Raises:
        NoBackup: there is none that is complete. BackupTarget, BackupBusy, StorageFailed; the journal's errors.
    """
    with open_shelf(target, node.folder, node.ports.party, node.ports.keys.log.name, make=False) as shelf:
        name, now, faults = shelf.newest(), node.ports.clock.now(), _Faults()
        facts, end = _manifest(node, shelf, name, faults)
        if facts is not None and end is not None:
            _files(shelf, name, end, faults, report)
            _database(node, shelf, name, facts, faults)
        found = ReadBack(facts, end, now, tuple(faults.first), faults.count)
        about = {
            "backup": name,
            "manifest": "" if end is None else end.sha256,
            "outcome": "holds" if found.holds else "damaged",
            "faults": str(faults.count),
        }
        note(node.ports, "backup-checked", by=by, about=about)
        keep(node.folder, checked=Checked(name, str(shelf.folder), now, faults.count), unread_since=None)
    return found


def _manifest(node: Node, shelf: Shelf, name: str, faults: _Faults) -> tuple[Facts | None, End | None]:
    """1: what the manifest says, where it is whole."""
    place = shelf.manifest(name)
    try:
        facts, end = read_facts(place), read_end(place)
    except BackupDamaged:
        faults.add(place.name, "manifest")
        return None, None
    made = read_kept(node.folder).made
    if made is not None and made.name == name and made.manifest != end.sha256:
        faults.add(place.name, "other-manifest")
    return facts, end


def _files(shelf: Shelf, name: str, end: End, faults: _Faults, report: Report) -> None:
    """2: every octet."""
    done = 0

    def count(octets: int) -> None:
        nonlocal done
        done += octets
        report(Progress(min(done, end.octets - 1), end.octets))

    for item in read_items(shelf.manifest(name)):
        why = _compare(shelf.place(item.sha256), item, count)
        if why:
            faults.add(item.path, why)
            if why != "lost":
                shelf.put_aside(item.sha256)
    for seal in end.missing:
        faults.add(f"vault/{seal}", "missing-at-node")
    report(Progress(end.octets, end.octets))


def _compare(place: Path, item: Item, count: Callable[[int], None]) -> str:
    digest, size = hashlib.sha256(), 0
    try:
        file = place.open("rb")
    except FileNotFoundError:
        return "lost"
    except OSError:
        return "unreadable"
    with file:
        try:
            while piece := file.read(PIECE_OCTETS):
                digest.update(piece)
                size += len(piece)
                count(len(piece))
        except OSError:
            return "unreadable"
    if size != item.size_octets:
        return "size"
    return "" if digest.hexdigest() == item.sha256 else "digest"


def _database(node: Node, shelf: Shelf, name: str, facts: Facts, faults: _Faults) -> None:
    """3 to 5."""
    item = next((one for one in read_items(shelf.manifest(name)) if one.path == DATABASE), None)
    if any(one.what == DATABASE for one in faults.first):  # the first file of all
        return
    if item is None or not shelf.holds(item.sha256, item.size_octets):
        faults.add(DATABASE, "lost")
        return
    place = shelf.place(item.sha256)
    try:
        if facts.database == "sqlite":
            with opened_copy(place) as alias:
                _sound(alias, faults)
                _log(node, alias, facts, faults)
                _exhibits(alias, shelf, name, faults)
        else:
            _dump(node, place, facts, faults)
    except DatabaseError as error:
        faults.add(DATABASE, type(error).__name__)
    except MusnadError as error:
        faults.add(DATABASE, error.code)


def _sound(alias: str, faults: _Faults) -> None:
    with connections[alias].cursor() as cursor:
        cursor.execute("PRAGMA integrity_check(1)")
        if cursor.fetchone() != ("ok",):
            faults.add(DATABASE, "unsound")


def _log(node: Node, alias: str, facts: Facts, faults: _Faults) -> None:
    """4, of a SQLite copy."""
    ports = node.ports
    journal = DjangoJournal(node.storage_key, system_entropy, alias)
    head = journal.head()
    if head is not None:
        tree = open_checkpoint(head.note, ports.keys.log.public).checkpoint
        held = (tree.size, tree.root.hex()) == (facts.size, facts.root) and tree.root == root(
            tree.size, journal.tree_node
        )
        if not held:
            faults.add("log", "head")
    elif facts.size:
        faults.add("log", "head")
    entries, count = journal.entries(), 0
    while batch := list(islice(entries, BATCH)):
        leaves = tuple(leaf_hash(blind_entry(bytes.fromhex(one.place.salt), one.id)) for one in batch)
        if leaves != journal.tree_nodes(0, count, count + len(batch)):
            faults.add(f"log {count}-{count + len(batch) - 1}", "tree")
        count += len(batch)
    if count != facts.entries or count != journal.log_size():
        faults.add("log", "entries")


def _exhibits(alias: str, shelf: Shelf, name: str, faults: _Faults) -> None:
    """5: both lists are in one order."""
    said = ExhibitRow.objects.using(alias).filter(state__in=("sealed", "offered", "received")).order_by("seal")
    here = (one.path.split("/") for one in read_items(shelf.manifest(name)) if one.path.startswith("vault/"))
    held = (parts[1] for parts in here if parts[2:] == ["manifest"])
    known = {one.what for one in faults.first}
    present = next(held, None)
    for seal in said.values_list("seal", flat=True).iterator(chunk_size=BATCH):
        while present is not None and present < seal:
            present = next(held, None)
        if present != seal and f"vault/{seal}" not in known:
            faults.add(f"vault/{seal}", "not-in-backup")


def _dump(node: Node, place: Path, facts: Facts, faults: _Faults) -> None:
    """3 and 4, of a PostgreSQL dump: read through whole by PostgreSQL's own program, without a server."""
    newest: dict[str, str] = {}
    for row in _rows(place, "records_loghead", ("size", "root", "note")):
        if not newest or int(row["size"]) > int(newest["size"]):
            newest = row
    if newest:
        tree = open_checkpoint(_octets(newest["note"]), node.ports.keys.log.public).checkpoint
        wanted: dict[tuple[int, int], bytes] = {}
        root(tree.size, lambda level, index: wanted.setdefault((level, index), b"\0" * 32))
        for row in _rows(place, "records_treenode", ("level", "index", "hash")):
            spot = int(row["level"]), int(row["index"])
            if spot in wanted:
                wanted[spot] = _octets(row["hash"])
        held = (tree.size, tree.root.hex()) == (facts.size, facts.root)
        if not held or tree.root != root(tree.size, lambda level, index: wanted[level, index]):
            faults.add("log", "head")
    elif facts.size:
        faults.add("log", "head")
    if sum(1 for _ in _rows(place, "records_journalentry", ("index",))) != facts.entries:
        faults.add("log", "entries")
    with run_tool("pg_restore", ["--file=-", str(place)]) as process:
        assert process.stdout is not None
        while process.stdout.read(PIECE_OCTETS):
            pass


def _rows(place: Path, table: str, columns: tuple[str, ...]) -> Rows:
    """Rows of one table of a dump, as ``COPY`` writes them; only these columns are kept."""
    options = ["--data-only", f"--table={table}", "--file=-", str(place)]
    with run_tool("pg_restore", options) as process:
        assert process.stdout is not None
        yield from _copied(process.stdout, table, columns)
        while process.stdout.read(PIECE_OCTETS):
            pass


def _copied(lines: IO[bytes], table: str, columns: tuple[str, ...]) -> Rows:
    names: list[str] | None = None
    for line in lines:
        text = line.decode("utf-8").rstrip("\n")
        if names is None:
            if text.startswith("COPY ") and text.split(" ")[1].endswith(table):
                names = [one.strip('" ') for one in text[text.index("(") + 1 : text.index(")")].split(",")]
        elif text == "\\.":
            return
        else:
            values = dict(zip(names, text.split("\t"), strict=True))
            yield {one: values[one] for one in columns}


def _octets(value: str) -> bytes:
    """What ``COPY`` writes for octets: two backslashes' escape of ``\\x`` and hexadecimal digits."""
    return bytes.fromhex(value.removeprefix("\\\\x"))
