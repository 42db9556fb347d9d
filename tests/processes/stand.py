"""Two whole nodes as processes, meeting over HTTPS only; the tests kill them, and look into their folders.

``Stand`` is the demo's stage with three differences: commands come from ``hands``, nodes are run by ``keeper``, and
nothing is played on it.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from musnad.adapters.calendars import LibraryCalendars
from musnad.adapters.clock import SystemClock, system_entropy
from musnad.adapters.directory.client import NodeDirectory
from musnad.adapters.files.keys import FileKeyRing
from musnad.adapters.http.wire import HttpWire
from musnad.adapters.law_files import LawFiles
from musnad.adapters.register_files import RegisterFolder
from musnad.adapters.treaty_files import load_treaties
from musnad.adapters.treaty_shelf import TreatyShelf
from musnad.adapters.vault.files import FilesVault
from musnad.cli.demo.stage import Done, Stage
from musnad.exchange.ports import Ports
from musnad.exchange.steps import NoSteps
from musnad.node.configuration import read_configuration
from musnad.node.running import is_listening
from musnad.records.agenda import DjangoAgenda
from musnad.records.databases import sqlite
from musnad.records.journal import DjangoJournal
from tests.processes.hands import ROOT, Hands
from tests.records_settings import add_database

DOORS = ("gate", "desk", "worker")
PATIENCE_SECONDS = 90.0


def wait_until(holds: Callable[[], object], what: str, seconds: float = PATIENCE_SECONDS) -> None:
    """Look again and again; fails saying what was waited for."""
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, f"waited in vain: {what}"
        time.sleep(0.05)


def attach(folder: Path) -> Ports:
    """The ports of a node's folder in the tests' own process, beside the node's own processes.

    ``node.assemble`` gives one node a process; a test looks into two.
    """
    configuration = read_configuration(folder)
    alias = f"live_{configuration.party.lower()}"
    add_database(alias, sqlite(folder / configuration.journal.database))
    keys, clock = FileKeyRing(folder / "keys", configuration.code), SystemClock()
    anchor = (folder / "trust" / "root.json").read_bytes()
    return Ports(
        party=configuration.code,
        clock=clock,
        entropy=system_entropy,
        journal=DjangoJournal(keys.storage, system_entropy, alias),
        keys=keys,
        directories=NodeDirectory(folder / "directory", anchor, clock),
        treaties=TreatyShelf(folder / "treaty"),
        laws=LawFiles(load_treaties().values(), folder / "law"),
        vault=FilesVault(folder / "vault"),
        wire=HttpWire(keys, clock),
        steps=NoSteps(),
        register=RegisterFolder(folder / "register"),
        calendars=LibraryCalendars(),
        agenda=DjangoAgenda(keys.storage, system_entropy, alias),
    )


@dataclass
class LiveNode:
    """One Party's node: its supervisor, and through it its processes."""

    code: str
    folder: Path
    doors: tuple[str, ...]
    keeper: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with (self.folder / "logs" / "keeper.log").open("ab") as log:
            self.keeper = subprocess.Popen(
                [sys.executable, "-m", "tests.processes.keeper", str(self.folder), *self.doors],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=ROOT,
                start_new_session=True,
            )

    def pid(self, door: str) -> int | None:
        """Of a process that runs; the gate's and the desk's have a child that does the work."""
        try:
            pid = int((self.folder / "run" / f"{door}.pid").read_text("ascii"))
        except (FileNotFoundError, ValueError):
            return None
        return pid if is_alive(pid) else None

    def is_up(self) -> bool:
        configuration = read_configuration(self.folder)
        return all(self.pid(door) for door in self.doors) and is_listening(configuration.gate.listen)

    def kill(self, door: str) -> None:
        """SIGKILL to a door's processes, all at once; the supervisor starts them again."""
        pid = self.pid(door)
        if pid is not None:
            kill_group(pid)

    def kill_all(self) -> None:
        """SIGKILL to the whole node, as when its machine loses power; nothing starts it again by itself."""
        assert self.keeper is not None
        kill_group(self.keeper.pid)
        self.keeper.wait()
        for door in self.doors:
            self.kill(door)
        wait_until(lambda: not any(self.pid(door) for door in self.doors), f"the end of {self.code}", 10)

    def stop(self) -> None:
        if self.keeper is not None and self.keeper.poll() is None:
            self.keeper.send_signal(signal.SIGTERM)
            self.keeper.wait(20)

    # --- armed to die at a step ---

    def arm(self, door: str, at: str) -> None:
        """Start a door's process again, so that it dies at ``step:moment``."""
        run, before = self.folder / "run", self.pid(door)
        (run / f"{door}.marker").touch()
        (run / f"{door}.kill-at").write_text(at, "ascii")
        self.kill(door)
        wait_until(lambda: self.pid(door) not in {None, before} and self.is_up(), f"{door} of {self.code} armed")

    def has_died(self, door: str) -> bool:
        """Whether the armed process came to its step: it removes the marker and kills itself."""
        return not (self.folder / "run" / f"{door}.marker").exists()

    def disarm(self, door: str) -> None:
        for name in ("kill-at", "marker"):
            (self.folder / "run" / f"{door}.{name}").unlink(missing_ok=True)

    def endings(self) -> list[tuple[str, int, int]]:
        """Process, id and return code of every process that ended and was started again."""
        place = self.folder / "run" / "ended.jsonl"
        return [tuple(json.loads(line)) for line in place.read_text().splitlines()] if place.exists() else []


def is_alive(pid: int) -> bool:
    """Whether a process runs: one that ended and was not waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[0] not in {"Z", "X"}
    except (FileNotFoundError, ProcessLookupError):
        return False


def kill_group(pid: int) -> None:
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


@dataclass
class Stand(Stage):
    """The Registrar and both nodes in ``folder``; ``close`` ends them."""

    doors: tuple[str, ...] = DOORS
    nodes: dict[str, LiveNode] = field(default_factory=dict)
    ports: dict[str, Ports] = field(default_factory=dict)
    hands: Hands = field(init=False)

    def __post_init__(self) -> None:
        self.hands = Hands(self.folder / "hands.log")

    def build(self) -> None:
        super().build()
        self.ports = {code: attach(self.node(code)) for code in self.parties}
        for node in self.nodes.values():
            wait_until(node.is_up, f"{node.code} up")

        def is_listed() -> bool:
            return all((self.node(code) / "directory" / "state.json").exists() for code in self.parties)

        wait_until(is_listed, "the directory at both nodes")

    def start_node(self, party: str) -> subprocess.Popen[bytes]:
        node = self.nodes[party] = LiveNode(party, self.node(party), self.doors)
        node.start()
        assert node.keeper is not None
        return node.keeper

    def close(self) -> None:
        for node in self.nodes.values():
            node.stop()
        super().close()
        self.hands.close()

    def _run(self, arguments: Sequence[str], *, shows_progress: bool) -> Done:
        return self.hands.run([*arguments, "--json"])

    def _wait(self, listen: str) -> None:
        if "desk" in self.doors or all(
            read_configuration(self.node(code)).desk.listen != listen for code in self.nodes
        ):
            super()._wait(listen)
