"""Two whole nodes for a measurement: made as the demo makes them, one's processes stopped so that we may be the node.

The sender, Viet Nam's, is driven by the benchmark's own processes (or its worker, where asked); the receiver, Qatar's,
runs as ever: gate, desk and worker. They meet over HTTPS only. Journals lie on the disk that ``place`` is on.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from musnad.cli.demo.stage import READY_SECONDS, Stage
from musnad.cli.main import main
from musnad.core.crypto.dsse import Dsse, sign
from musnad.core.kernel.names import AuthorityId, CaseRef, MessageId
from musnad.core.messages.bodies import Reply
from musnad.core.messages.message import MESSAGE_TYPE, Message, write_message
from musnad.core.messages.version import MUSNAD_1
from musnad.exchange.ports import Ports

SENDER, RECEIVER = "VN", "QA"
AUTHOR, RECIPIENT = AuthorityId("VN/central-authority"), AuthorityId("QA/central-authority")
TEXT_OCTETS = 500
MESSAGES_A_CASE = 10


class _BenchStage(Stage):
    """A stage that remembers its nodes' supervisors."""

    supervisors: dict[str, subprocess.Popen[bytes]]

    def start_node(self, party: str) -> subprocess.Popen[bytes]:
        found = super().start_node(party)
        self.__dict__.setdefault("supervisors", {})[party] = found
        return found


@contextmanager
def two_nodes(place: str | None = None) -> Iterator[tuple[Path, Path]]:
    """The folders of the stopped sender and of the running receiver."""
    with tempfile.TemporaryDirectory(prefix="musnad-bench-", dir=place) as name:
        stage = _BenchStage(Path(name), "en", main)
        try:
            stage.build()
            _await_directories(stage)
            sender = stage.supervisors[SENDER]
            sender.send_signal(signal.SIGTERM)
            sender.wait(30)
            yield stage.node(SENDER), stage.node(RECEIVER)
        finally:
            stage.close()


def _await_directories(stage: Stage) -> None:
    """Until both nodes have fetched the directory."""
    until = time.monotonic() + READY_SECONDS
    while not all((stage.node(party) / "directory" / "state.json").exists() for party in (SENDER, RECEIVER)):
        if time.monotonic() > until:
            raise TimeoutError("a node of the benchmark fetched no directory; look at its logs")
        time.sleep(0.05)


@contextmanager
def worker_of(folder: Path) -> Iterator[None]:
    """The node's worker, running."""
    with (folder / "logs" / "bench-worker.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "musnad.worker.main"],
            env={**os.environ, "MUSNAD_NODE": str(folder)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    try:
        yield
    finally:
        process.terminate()
        process.wait(30)


def new_case() -> CaseRef:
    return CaseRef(os.urandom(32).hex())


def new_message(ports: Ports, case: CaseRef, number: int) -> Dsse:
    """A signed message of a case: admission asks form, signatures, keys, recipients, not what the case allows."""
    text = f"{number} {os.urandom(8).hex()} ".ljust(TEXT_OCTETS, "x")
    message = Message(
        version=MUSNAD_1.name,
        exercise=True,
        language="en",
        author=AUTHOR,
        to=(RECIPIENT,),
        at=ports.clock.now(),
        body=Reply(text),
        case=case,
        previous=(MessageId(case),),
        answers=MessageId(case),
    )
    return sign(write_message(message), MESSAGE_TYPE, [ports.keys.signing(AUTHOR)])
