"""A node's database, copied while it is written to, as it stood at one moment.

SQLite by its online backup, in one reading transaction: writers go on, and the copy is of the moment at which it began.
PostgreSQL by ``pg_dump`` under an exported snapshot, under which this process reads how the log stood as well.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from django.db import DatabaseError, connections, transaction

from musnad.adapters.vault.storage import as_storage
from musnad.core.kernel.names import Digest
from musnad.exchange.evidence.errors import StorageFull
from musnad.node.backup.errors import DatabaseNotCopied, NoBackupTool
from musnad.node.backup.manifest import Database
from musnad.records.databases import attached
from musnad.records.models import ExhibitRow, LogHead
from musnad.records.models import LogState as LogRow

PAGES = 1024
PIECE_OCTETS = 1 << 20
Count = Callable[[int], None]
_HELD = ("sealed", "offered", "received")
"""The states of exhibits whose files lie whole in the vault."""
_COPY = "musnad-backup"


@dataclass(frozen=True, slots=True)
class Copied:
    """A copied database: where it lies, its digest, and how the log stood in it."""

    place: Path
    sha256: Digest
    size_octets: int
    entries: int
    size: int
    root: str


def kind_of(place: str) -> Database:
    """Which database node.toml names."""
    return "postgresql" if "://" in place else "sqlite"


def size_of(place: str, folder: Path) -> int:
    """The octets that the database has now, for progress and to know whether there is room."""
    if kind_of(place) == "postgresql":
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT pg_database_size(current_database())")
            return int(cursor.fetchone()[0])
    with as_storage("database"):
        return (folder / place).stat().st_size


def copy_database(place: str, folder: Path, to: Path, seals: Path, count: Count) -> Copied:
    """Copy the database into the file ``to``, which then is durable only once somebody synced it.

    Args:
        place: what node.toml says. seals: takes the exhibits that the copy says lie in the vault, a line each.
    Raises:
        DatabaseNotCopied, NoBackupTool, StorageFull, StorageFailed.
    """
    if kind_of(place) == "postgresql":
        with _snapshot() as name:
            facts = _facts("default", seals)
            _dump(place, name, to, count)
    else:
        _copy_sqlite(folder / place, to, count)
        with opened_copy(to) as alias:
            facts = _facts(alias, seals)
    with as_storage("backup"), to.open("rb") as file:
        digest = Digest(hashlib.file_digest(file, "sha256").hexdigest())
        return Copied(to, digest, to.stat().st_size, *facts)


@contextmanager
def opened_copy(place: Path) -> Iterator[str]:
    """A copied SQLite file as a database of this process, which nobody can write to: its alias."""
    name = f"file:{quote(str(place))}?mode=ro&immutable=1"
    with attached(_COPY, {"ENGINE": "django.db.backends.sqlite3", "NAME": name}):
        yield _COPY


def _copy_sqlite(place: Path, to: Path, count: Count) -> None:
    source = _connect(f"file:{quote(str(place))}?mode=ro")
    target = _connect(f"file:{quote(str(to))}")
    try:
        # What was begun by the first read ends with the copy: no writer makes it begin again.
        source.execute("BEGIN")
        source.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()
        (octets,) = source.execute("PRAGMA page_size").fetchone()
        done = 0

        def report(_status: int, remaining: int, total: int) -> None:
            nonlocal done
            count((total - remaining - done) * octets)
            done = total - remaining

        target.execute("PRAGMA synchronous=OFF")
        source.backup(target, pages=PAGES, progress=report, sleep=0)
        target.execute("PRAGMA journal_mode=DELETE")  # one file, whole in itself
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code == sqlite3.SQLITE_FULL:
            raise StorageFull("backup") from error
        raise DatabaseNotCopied(str(getattr(error, "sqlite_errorname", "SQLITE_ERROR"))) from error
    finally:
        target.close()
        source.close()


def _connect(name: str) -> sqlite3.Connection:
    try:
        return sqlite3.connect(name, uri=True, isolation_level=None, timeout=20)
    except sqlite3.Error as error:
        raise DatabaseNotCopied(str(getattr(error, "sqlite_errorname", "SQLITE_ERROR"))) from error


@contextmanager
def _snapshot() -> Iterator[str]:
    """One moment of the PostgreSQL database, which others can read under as long as the block lasts: its name."""
    try:
        with transaction.atomic(durable=True), connections["default"].cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            yield str(cursor.fetchone()[0])
    except DatabaseError as error:
        raise DatabaseNotCopied(type(error).__name__) from error


def _facts(alias: str, seals: Path) -> tuple[int, int, str]:
    """How many entries the log has, and its newest signed head; the exhibits' names go into a file."""
    row = LogRow.objects.using(alias).filter(name="log").first()
    head = LogHead.objects.using(alias).order_by("-size").first()
    held = ExhibitRow.objects.using(alias).filter(state__in=_HELD).order_by("seal")
    with as_storage("backup"), seals.open("w", encoding="ascii") as file:
        for seal in held.values_list("seal", flat=True).iterator(chunk_size=500):
            file.write(f"{seal}\n")
    entries = 0 if row is None else row.size
    return (entries, 0, "") if head is None else (entries, head.size, bytes(head.root).hex())


def _dump(place: str, snapshot: str, to: Path, count: Count) -> None:
    address, password = without_password(place)
    more = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", f"--dbname={address}"]
    with as_storage("backup"), to.open("wb") as file, run_tool("pg_dump", more, password) as process:
        assert process.stdout is not None
        while piece := process.stdout.read(PIECE_OCTETS):
            file.write(piece)
            count(len(piece))


@contextmanager
def run_tool(name: str, more: list[str], password: str = "") -> Iterator[subprocess.Popen[bytes]]:
    """One of PostgreSQL's programs, whose output is read until the block ends.

    It is ended with the block whatever happens; the password stands in its environment, not among its arguments.

    Raises:
        NoBackupTool: it is not installed. DatabaseNotCopied: it failed; the first line that it said.
    """
    program = shutil.which(name)
    if program is None:
        raise NoBackupTool(name)
    environment: dict[str, Any] = dict(os.environ)
    if password:
        environment["PGPASSWORD"] = password
    process = subprocess.Popen(  # noqa: S603 - PostgreSQL's own program, no shell
        [program, *more], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
    )
    try:
        yield process
        process.stdout.close()  # type: ignore[union-attr]  # it was asked for
        said = process.stderr.read(PIECE_OCTETS).decode("utf-8", "replace").strip()  # type: ignore[union-attr]
        if process.wait() != 0:
            raise DatabaseNotCopied((said.splitlines() or [name])[0][:200])
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        for stream in (process.stdout, process.stderr):
            if stream is not None:
                stream.close()


def without_password(place: str) -> tuple[str, str]:
    """A database's address without the password in it, and the password; others are as they were."""
    parts = urlsplit(place)
    query = dict(parse_qsl(parts.query))
    password = unquote(parts.password or "") or query.pop("password", "")
    if not password:
        return place, ""
    user, host = parts.username or "", parts.netloc.rpartition("@")[2]
    netloc = f"{user}@{host}" if user else host
    asked = f"?{urlencode(query)}" if query else ""
    return f"{parts.scheme}://{netloc}{parts.path}{asked}", password
