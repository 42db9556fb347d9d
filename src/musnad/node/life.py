"""Signs of life of a node's processes, and what its folder weighs: for who runs it, who may look from another process.

A process that accepts connections is alive; the worker says so itself, every few seconds, by a file in ``run/``. The
supervisor looks at the doors as often, so that the last sign of a door that is gone is known as well.
"""

from __future__ import annotations

import os
import shutil
import ssl
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from musnad.adapters.directory.store import DirectoryStore
from musnad.adapters.stamps.http import read_authority
from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.names import Digest
from musnad.core.kernel.times import Instant, instant
from musnad.node.configuration import Configuration, read_configuration
from musnad.node.running import is_listening
from musnad.node.signs import sign_of

SILENT_SECONDS = 60.0
"""Without a sign for so long it is taken for dead, or for stuck."""
WEIGHING_SECONDS = 1.5
"""The longest that the vault is measured for one page."""
FREE_SHARE = 10
"""Free space is little once it is less than one part in so many."""


@dataclass(frozen=True, slots=True)
class Life:
    """A process: what it is, whether it lives, and its last sign, where one is known, by this machine's clock."""

    name: str
    alive: bool
    last: Instant | None
    seconds: int | None
    """Since that sign."""
    address: str


@dataclass(frozen=True, slots=True)
class Weight:
    """What the folder weighs, in octets. ``vault_whole``: the vault was measured to its end, else it is at least that.

    ``database`` is None where it is on a server that does not tell.
    """

    database: int | None
    on_server: bool
    vault: int
    vault_whole: bool
    spool: int
    free: int
    total: int

    @property
    def is_low(self) -> bool:
        return self.free < self.total // FREE_SHARE


def signs(folder: Path) -> tuple[Life, ...]:
    """Every process that node.toml asks for, as it is now; none where there is no node.toml to ask."""
    try:
        configuration = read_configuration(folder)
    except MusnadError:
        return ()
    now = instant(datetime.now(UTC))
    found = [_door(folder, name, listen, now) for name, listen in doors(configuration)]
    last = _last(folder, "worker")
    seconds = None if last is None else max(0, int((now - last).total_seconds()))
    alive = seconds is not None and seconds < SILENT_SECONDS
    return (*found, Life("worker", alive, last, seconds, ""))


def doors(configuration: Configuration) -> Iterator[tuple[str, str]]:
    """The processes that accept connections, each with its address."""
    yield "gate", configuration.gate.listen
    yield "desk", configuration.desk.listen
    if configuration.api is not None:
        yield "api", configuration.api.listen


def weigh(folder: Path) -> Weight:
    """What lies in the node's folder now, measured within a moment."""
    disk = shutil.disk_usage(folder)
    database, on_server = _database(folder)
    vault, whole = _octets(folder / "vault")
    spool, _ = _octets(folder / "vault" / "spool")
    return Weight(database, on_server, max(0, vault - spool), whole, spool, disk.free, disk.total)


def directory_fetched(folder: Path) -> Instant | None:
    """When the set of the directory that is in use was last verified as it was fetched."""
    try:
        store = DirectoryStore(folder / "directory")
        current = store.read_state().current
        return None if current is None else store.read_bundle(current).verified_at
    except MusnadError:
        return None


def certificate_ends(folder: Path) -> Instant | None:
    """The last moment of the gate's certificate; None where there is none that can be read."""
    try:
        decoded = ssl._ssl._test_decode_cert(str(folder / "keys" / "tls.pem"))  # type: ignore[attr-defined]  # noqa: SLF001 - the interpreter's only reader of a PEM file
        return instant(datetime.fromtimestamp(ssl.cert_time_to_seconds(decoded["notAfter"]), UTC))
    except (OSError, ValueError, KeyError):
        return None


def stamp_authorities(folder: Path) -> dict[Digest, str]:
    """The stamp authorities that node.toml names, by the fingerprint that their stamps are kept under, with their URLs.

    One whose certificate cannot be read is left out: the worker says so.
    """
    found: dict[Digest, str] = {}
    with suppress(MusnadError):
        stamps = read_configuration(folder).stamps
        for one in () if stamps is None else stamps.authorities:
            with suppress(MusnadError):
                found[read_authority(one.url, folder / one.trust).anchor.fingerprint] = one.url
    return found


def _door(folder: Path, name: str, listen: str, now: Instant) -> Life:
    if is_listening(listen):
        return Life(name, True, now, 0, listen)
    last = _last(folder, name)
    return Life(name, False, last, None if last is None else max(0, int((now - last).total_seconds())), listen)


def _last(folder: Path, name: str) -> Instant | None:
    try:
        return instant(datetime.fromtimestamp(sign_of(folder, name).stat().st_mtime, UTC))
    except OSError:
        return None


def _database(folder: Path) -> tuple[int | None, bool]:
    try:
        place = read_configuration(folder).journal.database
    except MusnadError:
        return None, False
    if "://" in place:
        return _on_server(), True
    sizes = [_size(folder / f"{place}{more}") for more in ("", "-wal")]
    return sum(sizes), False


def _on_server() -> int | None:
    from django.db import DatabaseError, connection

    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_database_size(current_database())")
            return int(cursor.fetchone()[0])
    except DatabaseError:
        return None


def _size(place: Path) -> int:
    try:
        return place.stat().st_size
    except OSError:
        return 0


def _octets(folder: Path) -> tuple[int, bool]:
    """The octets of the files below, and whether all were counted in time."""
    until, total, rest = time.monotonic() + WEIGHING_SECONDS, 0, [folder]
    while rest:
        if time.monotonic() > until:
            return total, False
        with suppress(OSError), os.scandir(rest.pop()) as found:
            for one in found:
                if one.is_dir(follow_symlinks=False):
                    rest.append(Path(one.path))
                elif one.is_file(follow_symlinks=False):
                    total += one.stat(follow_symlinks=False).st_size
    return total, True
