"""When a node says that it is ready: its doors are open and it has a directory to judge by."""

from __future__ import annotations

import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from musnad.adapters.directory.store import DirectoryStore, State
from musnad.core.kernel.names import Digest
from musnad.node import running
from musnad.node.configuration import Configuration, Desk, DirectorySource, Gate, write_configuration
from musnad.node.running import Supervisor, holds_directory


@pytest.fixture
def node(tmp_path: Path) -> Iterator[Path]:
    """A node's folder whose two doors somebody else holds open."""
    with ExitStack() as stack:
        doors = []
        for _ in range(2):
            door = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
            doors.append(f"127.0.0.1:{door.getsockname()[1]}")
        configuration = Configuration(
            party="VN",
            exercise=True,
            gate=Gate(url=f"https://{doors[0]}", listen=doors[0]),
            desk=Desk(listen=doors[1]),
            directory=DirectorySource(url="https://127.0.0.1:1"),
        )
        (tmp_path / "node.toml").write_text(write_configuration(configuration), "utf-8")
        for number in (signal.SIGTERM, signal.SIGINT):
            stack.callback(signal.signal, number, signal.getsignal(number))
        yield tmp_path


def run(node: Path) -> list[bool]:
    """What ``ready`` was told."""
    supervisor, told = Supervisor(node, []), []

    def ready(holds: bool) -> None:
        told.append(holds)
        supervisor.stopping = True

    supervisor.run(ready)
    return told


def test_a_node_is_ready_when_it_holds_the_directory(node: Path) -> None:
    written: list[float] = []

    def fetch() -> None:
        time.sleep(0.3)
        written.append(time.monotonic())
        DirectoryStore(node / "directory").write_state(State(current=Digest("d" * 64)))

    fetching = threading.Thread(target=fetch)
    fetching.start()
    assert run(node) == [True]
    assert written, "not before it was fetched"
    fetching.join()


def test_a_node_whose_registrar_is_silent_says_so_and_goes_on(node: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "DIRECTORY_SECONDS", 0.2)
    assert run(node) == [False]


def test_a_damaged_state_is_no_directory(node: Path) -> None:
    assert not holds_directory(node)
    DirectoryStore(node / "directory").write_state(State())
    assert not holds_directory(node)
    (node / "directory" / "state.json").write_bytes(b"{}")
    assert not holds_directory(node)
