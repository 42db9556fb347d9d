"""The demo's stage: the Registrar and the Parties' nodes in one folder, separate processes, meeting over HTTPS only.

Which Parties, and with which authorities, is the scenario's to say; who they are stands in ``cast``.
"""

from __future__ import annotations

import json
import os
import selectors
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from musnad.adapters.treaty_files import load_treaties
from musnad.cli.demo import authority
from musnad.cli.demo.cast import PARTIES, STAMPS_TRUST, STATES, Cast, plan_of
from musnad.core.kernel.errors import Unavailable
from musnad.node.configuration import read_configuration
from musnad.node.running import is_listening

READY_SECONDS = 60.0
STEP_SECONDS = 60.0
PAUSE_SECONDS = 0.1
ARRIVING = frozenset({"case.unknown", "message.unknown", "log.not-witnessed", "directory.none"})
"""What a command says while the other side's message, or a new node's first directory, is still on its way."""

Entry = Callable[[Sequence[str]], int]
"""A command line's words to its exit code: ``musnad.cli.main.main``."""


@dataclass(eq=False)
class DemoStepFailed(Unavailable):
    """A step of the demo did not come to its end."""

    code = "demo.step-failed"
    remedy = "Look at the logs folder of the node; run again with --out DIR to keep everything."
    step: str
    said: str


@dataclass(frozen=True, slots=True)
class Done:
    """A command's exit code and what it wrote."""

    returncode: int
    stdout: bytes
    stderr: bytes


@dataclass
class Stage:
    """Where the demo plays. ``close`` ends every process that was started here."""

    folder: Path
    language: str
    entry: Entry | None = None
    """``musnad`` itself, which imports the demo and so is handed to it; a stage whose ``_run`` needs none has none."""
    parties: Cast = field(default_factory=lambda: PARTIES)
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)
    stamps: Path | None = None
    """The root's certificate of the rehearsal's stamp authority; None before ``build``, or without its tool."""

    stamp_server: subprocess.Popen[bytes] | None = None

    def node(self, party: str) -> Path:
        return self.folder / party.lower()

    def officer(self, authority: str) -> Path:
        """The key file of the authority's officer."""
        party, _, name = authority.partition("/")
        return self.node(party) / "officers" / f"{name}.{STATES[party].officers[name]}.key"

    def second_officer(self, authority: str) -> Path:
        """The key file of another officer of the authority."""
        party, _, name = authority.partition("/")
        return self.node(party) / "officers" / f"{name}.{STATES[party].second}.key"

    def build(self) -> None:
        """Make the Registrar and every node, list them, publish, and start everything."""
        load_treaties()  # once, for every command that is forked from here
        registrar = self.folder / "registrar"
        self.command("directory", "create", str(registrar))
        (self.folder / "trust").mkdir(exist_ok=True)
        (self.folder / "trust" / "root.json").write_bytes((registrar / "root.json").read_bytes())
        directory_port, stamp_port, *ports = free_ports(2 + 2 * len(self.parties))
        stamp_address = self._start_stamps(stamp_port)
        for place, (party, offices) in enumerate(self.parties.items()):
            plan = self.folder / f"{party.lower()}.toml"
            two = ports[2 * place : 2 * place + 2]
            plan.write_text(plan_of(party, directory_port, *two, offices=offices, stamps=stamp_address), "utf-8")
            self.command(
                *("node", "create", str(self.node(party)), "--plan", str(plan)),
                *("--root", str(registrar / "root.json")),
                *("--registrar-certificate", str(registrar / "registrar.pem")),
            )
            if self.stamps is not None:
                kept = self.node(party) / STAMPS_TRUST
                shutil.copyfile(self.stamps, kept)
                kept.chmod(0o600)
            self.command("directory", "add-party", str(registrar), str(self.node(party) / "publish"))
        self.command("directory", "publish", str(registrar))
        self.start("directory", "serve", str(registrar), "--listen", f"127.0.0.1:{directory_port}")
        self._wait(f"127.0.0.1:{directory_port}")
        for party in self.parties:
            self.start_node(party)
        for party in self.parties:
            configuration = read_configuration(self.node(party))
            self._wait(configuration.gate.listen)
            self._wait(configuration.desk.listen)

    def _start_stamps(self, port: int) -> str | None:
        """A stamp authority for the rehearsal (``openssl ts``); its address, or None where there is no such tool."""
        if not authority.has_tool():
            return None
        authority.make_authority(self.folder / "stamps")
        self.stamps = self.folder / "trust" / "stamps.pem"
        shutil.copyfile(self.folder / "stamps" / f"{authority.ROOT}.pem", self.stamps)
        address = f"127.0.0.1:{port}"
        self.stamp_server = self.start_stamps(address)
        return address

    def start_stamps(self, address: str) -> subprocess.Popen[bytes]:
        """The stamp authority's server, at this address."""
        return self._begin(authority.__name__, str(self.folder / "stamps"), address)

    def start_node(self, party: str) -> subprocess.Popen[bytes]:
        return self.start("node", "run", str(self.node(party)))

    def rehearse_passkeys(self) -> None:
        """Play the other officers and the Registrar for every passkey that is made at a desk, until ``close``."""
        for party in self.parties:
            node = self.node(party)
            others = ("--officers", str(node / "officers"), "--registrar", str(self.folder / "registrar"))
            self.start("roster", "rehearse", "--node", str(node), *others)

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """A process that runs until ``close``."""
        return self._begin("musnad.cli.main", *arguments)

    def _begin(self, module: str, *arguments: str) -> subprocess.Popen[bytes]:
        with (self.folder / "processes.log").open("ab") as log:
            process = subprocess.Popen(  # noqa: S603 - our own commands, no shell
                [sys.executable, "-m", module, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,  # a node says there the link into its desk, which belongs in no log
                stderr=log,
                env={**os.environ, **self.environment},
                start_new_session=True,
            )
        self.running.append(process)
        return process

    def command(self, *arguments: str, shows_progress: bool = False) -> dict[str, object]:
        """Run one ``musnad`` command to its end, as an officer at a terminal would; its JSON result.

        What is still on its way is waited for: the same command is given again, which is harmless.
        """
        until = time.monotonic() + STEP_SECONDS
        while True:
            done = self._run(arguments, shows_progress=shows_progress)
            if done.returncode == 0:
                found = json.loads(done.stdout or b"{}")
                return found if isinstance(found, dict) else {}
            code = _error_code(done.stdout)
            if code not in ARRIVING or time.monotonic() > until:
                said = code or (done.stderr or b"").decode("utf-8", "replace")[-400:]
                raise DemoStepFailed(" ".join(arguments[:3]), said)
            time.sleep(PAUSE_SECONDS)

    def await_message(self, party: str, case: str, message: str) -> None:
        """Until the message stands in the party's journal."""
        self.await_case(party, case, lambda found: any(step["id"] == message for step in found["steps"]))

    def await_case(self, party: str, case: str, holds: object) -> dict[str, object]:
        """Until the party's view of the case is as ``holds`` says."""
        until = time.monotonic() + STEP_SECONDS
        while True:
            found = self.command("show", case, "--node", str(self.node(party)), "--json")
            if callable(holds) and holds(found):
                return found
            if time.monotonic() > until:
                raise DemoStepFailed(f"show {case[:12]}", party)
            time.sleep(PAUSE_SECONDS)

    def close(self) -> None:
        """End the processes, newest first."""
        for process in reversed(self.running):
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in reversed(self.running):
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self.running.clear()

    def _run(self, arguments: Sequence[str], *, shows_progress: bool) -> Done:
        given = _in_language(arguments, self.language)
        assert self.entry is not None
        return run_command(self.entry, given, self.environment, shows_progress=shows_progress and sys.stderr.isatty())

    def _wait(self, listen: str) -> None:
        until = time.monotonic() + READY_SECONDS
        while not is_listening(listen):
            if time.monotonic() > until:
                raise DemoStepFailed("start", listen)
            time.sleep(0.05)


def run_command(
    entry: Entry, arguments: Sequence[str], environment: Mapping[str, str], *, shows_progress: bool = False
) -> Done:
    """Run ``musnad`` in a process of its own, forked from this one, which has all of it loaded.

    A command takes a tenth of the time that a fresh interpreter would; this process itself opens no node.
    """
    out_read, out_write = os.pipe()
    err_read, err_write = os.pipe()
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.dup2(out_write, 1)
            if not shows_progress:
                os.dup2(err_write, 2)
            os.closerange(3, 256)
            sys.stdout, sys.stderr = open(1, "w", closefd=False), open(2, "w", closefd=False)  # noqa: SIM115 - descriptors, not paths; UTF-8 mode is the interpreter's
            os.environ.update(environment)
            code = entry(arguments)
            sys.stdout.flush()
            sys.stderr.flush()
        finally:
            os._exit(code)
    os.close(out_write)
    os.close(err_write)
    with open(out_read, "rb") as out, open(err_read, "rb") as err:  # noqa: PTH123 - descriptors, not paths
        stdout, stderr = _read_both(out, err)
    _pid, status = os.waitpid(child, 0)
    return Done(os.waitstatus_to_exitcode(status), stdout, stderr)


def _read_both(out: BinaryIO, err: BinaryIO) -> tuple[bytes, bytes]:
    found: dict[BinaryIO, bytes] = {out: b"", err: b""}
    with selectors.DefaultSelector() as waiting:
        for pipe in found:
            waiting.register(pipe, selectors.EVENT_READ)
        while waiting.get_map():
            for key, _mask in waiting.select():
                pipe = out if key.fileobj is out else err
                piece = os.read(pipe.fileno(), 65536)
                found[pipe] += piece
                if not piece:
                    waiting.unregister(pipe)
    return found[out], found[err]


def free_ports(count: int) -> list[int]:
    """Ports of loopback that nobody listens on now."""
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]
    finally:
        for probe in probes:
            probe.close()


def _in_language(arguments: Sequence[str], language: str) -> list[str]:
    told = [*arguments, "--lang", language]
    return told if "--json" in told else [*told, "--json"]


def _error_code(output: bytes) -> str:
    try:
        found = json.loads(output)
    except ValueError:
        return ""
    return str(found.get("error", "")) if isinstance(found, dict) else ""
