"""``python -m musnad.worker.main``: one worker process of the node that ``MUSNAD_NODE`` names. Any number may run.

Everything it does is durable elsewhere, so it may be killed at any moment and started again.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from musnad.core.kernel.errors import Corrupt, MusnadError
from musnad.exchange.delivery import deliver_due
from musnad.exchange.witnessing import seek_cosignatures
from musnad.node.assemble import Node, assemble

_log = logging.getLogger("musnad.worker")


class Rounds:
    """The worker's rounds: each piece of work at its own pace; a failure of one never stops another."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._next_head = 0.0
        self._next_directory = 0.0
        self.stopped = threading.Event()

    def run(self) -> None:
        """Go on until told to stop."""
        pause = self._node.configuration.worker.pause_seconds
        while not self.stopped.is_set():
            busy = self.once()
            if not busy:
                self.stopped.wait(pause)

    def once(self) -> bool:
        """One round; whether something was delivered, so that the next should follow at once."""
        worker = self._node.configuration.worker
        now = time.monotonic()
        if now >= self._next_directory:
            self._next_directory = now + worker.directory_seconds
            if not self._safely("directory", self._refresh):
                self._next_directory = now + min(worker.directory_seconds, 5.0)
        delivered = self._safely("delivery", self._deliver)
        if now >= self._next_head:
            self._next_head = now + worker.checkpoint_seconds
            self._safely("heads", self._heads)
        return bool(delivered)

    def _refresh(self) -> bool:
        self._node.refresh_directory()
        return True

    def _deliver(self) -> bool:
        attempts = deliver_due(self._node.ports, self._node.configuration.worker.back_off_limit_seconds)
        for attempt in attempts:
            _log.info("delivery %s to %s: %s", attempt.message[:12], attempt.party, attempt.error or "done")
        return any(attempt.error is None for attempt in attempts)

    def _heads(self) -> bool:
        return seek_cosignatures(self._node.ports) is not None

    def _safely(self, what: str, work: Callable[[], bool]) -> bool:
        try:
            return work()
        except Corrupt:
            raise
        except MusnadError as error:
            _log.warning("%s: %s", what, error.code)
        except Exception:  # noqa: BLE001 - a worker outlives any one piece of work
            _log.exception("%s: unforeseen", what)
        return False


def main() -> int:
    """Run until SIGTERM or SIGINT; exit code 1 where our own bytes are corrupt."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s", stream=sys.stderr)
    rounds = Rounds(assemble(Path(os.environ["MUSNAD_NODE"])))
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: rounds.stopped.set())
    try:
        rounds.run()
    except Corrupt as error:
        _log.critical("stopped: %s", error.code)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
