"""Run a node: a process for the gate, one for the desk, one for the interface if there is one, one worker.

A dead one is started again. The supervisor holds no state and does no work. SIGTERM or SIGINT stops the others in
order. ``run/*.pid`` tell which processes are whose.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from musnad.adapters.directory.store import DirectoryStore
from musnad.core.kernel.errors import MusnadError
from musnad.node.configuration import Configuration, read_configuration
from musnad.node.errors import NodeRunning
from musnad.node.private import keep_private
from musnad.node.signs import SIGN_SECONDS, give_sign

RESTART_SECONDS = 0.3
STOP_SECONDS = 8.0
READY_SECONDS = 30.0
DIRECTORY_SECONDS = 15.0
_PR_SET_PDEATHSIG = 1
"""``prctl(2)``: the signal that a process gets when its parent ends."""
GATE_THREADS = 24
"""More than all places of the gate's turnstiles together, so that short requests always find one."""
DESK_THREADS = 2
API_THREADS = 8


@dataclass(slots=True)
class Process:
    """One process of the node."""

    name: str
    command: list[str]
    listen: str = ""
    child: subprocess.Popen[bytes] | None = None
    begun: float = 0.0


@dataclass(slots=True)
class Supervisor:
    """Starts the node's processes and keeps them running until told to stop."""

    folder: Path
    processes: list[Process]
    stopping: bool = field(default=False)
    seen: float = field(default=0.0)

    def run(self, ready: Callable[[bool], None] | None = None) -> int:
        """Until a signal; ``ready`` is called once, when every door accepts connections and the directory is held.

        It is told whether the directory is: after ``DIRECTORY_SECONDS`` without one it is called all the same.
        """
        keep_private()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, self._stop)
        try:
            for process in self.processes:
                self._start(process)
            if ready is not None and self._wait_until_listening():
                ready(self._wait_for_directory())
            while not self.stopping:
                self._look()
                self._see_doors()
                time.sleep(0.1)
        finally:
            self._end_all()
        return 0

    def _start(self, process: Process) -> None:
        log = (self.folder / "logs" / f"{process.name}.log").open("ab")
        environment = {**os.environ, "MUSNAD_NODE": str(self.folder)}
        process.child = subprocess.Popen(  # noqa: S603 - our own modules, no shell
            process.command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=environment,
            start_new_session=True,
            preexec_fn=_end_with_supervisor,  # noqa: PLW1509 - the supervisor has one thread
        )
        log.close()
        process.begun = time.monotonic()
        (self.folder / "run" / f"{process.name}.pid").write_text(str(process.child.pid), "ascii")

    def _look(self) -> None:
        for process in self.processes:
            ended = process.child is None or process.child.poll() is not None
            if ended and time.monotonic() - process.begun > RESTART_SECONDS:
                _end_orphans(process)
                self._start(process)

    def _see_doors(self) -> None:
        """Note now and then which doors accept connections: the last sign of one that later does not."""
        now = time.monotonic()
        if now - self.seen < SIGN_SECONDS:
            return
        self.seen = now
        for process in self.processes:
            if process.listen and is_listening(process.listen):
                give_sign(self.folder, process.name)

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stopping = True

    def _wait_until_listening(self) -> bool:
        configuration = read_configuration(self.folder)
        until = time.monotonic() + READY_SECONDS
        for listen in configuration.listens:
            while not is_listening(listen):
                if self.stopping or time.monotonic() > until:
                    return False
                self._look()
                time.sleep(0.05)
        return True

    def _wait_for_directory(self) -> bool:
        until = time.monotonic() + DIRECTORY_SECONDS
        while not holds_directory(self.folder):
            if self.stopping or time.monotonic() > until:
                return False
            self._look()
            time.sleep(0.05)
        return True

    def _end_all(self) -> None:
        for process in reversed(self.processes):
            _signal_group(process, signal.SIGTERM)
        until = time.monotonic() + STOP_SECONDS
        for process in self.processes:
            if process.child is not None:
                try:
                    process.child.wait(max(0.1, until - time.monotonic()))
                except subprocess.TimeoutExpired:
                    _signal_group(process, signal.SIGKILL)
                    process.child.wait()
            (self.folder / "run" / f"{process.name}.pid").unlink(missing_ok=True)


def supervisor(folder: Path) -> Supervisor:
    """The supervisor of the node in ``folder``; ``NodeRunning`` where one of its ports is taken."""
    configuration = read_configuration(folder)
    for listen in configuration.listens:
        if is_listening(listen):
            raise NodeRunning(listen)
    return Supervisor(folder, processes_of(folder, configuration))


def processes_of(folder: Path, configuration: Configuration) -> list[Process]:
    """The commands of a node's processes; gate and interface show the same certificate."""
    keys = folder / "keys"
    closed = ["--ssl-certificate", str(keys / "tls.pem"), "--ssl-keyfile", str(keys / "tls.key")]
    gate = _serve("musnad.gate.wsgi:application", configuration.gate.listen, GATE_THREADS, *closed)
    desk = _serve("musnad.desk.wsgi:application", configuration.desk.listen, DESK_THREADS)
    processes = [
        Process("gate", gate, configuration.gate.listen),
        Process("desk", desk, configuration.desk.listen),
    ]
    if configuration.api is not None:
        api = _serve("musnad.api.wsgi:application", configuration.api.listen, API_THREADS, *closed)
        processes.append(Process("api", api, configuration.api.listen))
    return [*processes, Process("worker", [sys.executable, "-m", "musnad.worker.main"])]


def holds_directory(folder: Path) -> bool:
    """Whether the node has a verified set of the directory to judge by."""
    try:
        return DirectoryStore(folder / "directory").read_state().current is not None
    except MusnadError:
        return False


def is_listening(listen: str) -> bool:
    """Whether something accepts connections there."""
    host, _, port = listen.rpartition(":")
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((host, int(port))) == 0


def _serve(application: str, listen: str, threads: int, *more: str) -> list[str]:
    host, _, port = listen.rpartition(":")
    server = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", port]
    return [
        *server,
        "--workers",
        "1",
        "--blocking-threads",
        str(threads),
        "--respawn-failed-workers",
        "--no-ws",
        *more,
        application,
    ]


def _end_with_supervisor() -> None:
    """In the child: be told to stop when the supervisor ends, however it ends, so that the node can be run again."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _end_orphans(process: Process) -> None:
    """What a server that died left behind: its own workers, which would hold the port."""
    if process.child is not None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.child.pid, signal.SIGKILL)


def _signal_group(process: Process, number: signal.Signals) -> None:
    if process.child is not None and process.child.poll() is None:
        os.killpg(process.child.pid, number)
