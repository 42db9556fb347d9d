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
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from musnad.core.kernel.errors import Corrupt, MusnadError
from musnad.exchange.delivery import LEASE, Delivered, attempt, hold, lease_due
from musnad.exchange.due import escalations
from musnad.exchange.exhibits import discard_orphans
from musnad.exchange.journal import Delivery
from musnad.exchange.splits import Told, tell_splits, watch_logs
from musnad.exchange.stamping import StampAuthority, stamp_newest
from musnad.exchange.witnessing import seek_cosignatures, sign_head
from musnad.node.assemble import Node, assemble
from musnad.node.resting import sweep_resting
from musnad.node.signs import SIGN_SECONDS, give_sign

if TYPE_CHECKING:
    from musnad.people.ringing import Known

PEERS_AT_ONCE = 8
STAMPS_AT_ONCE = 8
"""As many authorities as node.toml may name: each may keep one thread waiting, and no more."""
RETRY_SECONDS = 5.0
ESCALATION_SECONDS = 30.0
"""How often it is looked whether something escalates: twice within the shortest step of an emergency's minutes."""
SWEEP_SECONDS = 600.0
"""How often it is looked whether something has rested for too long."""
FIRST_PAUSE_SECONDS = 0.002
"""The pause after a delivery; it doubles, look after look that finds nothing, up to ``pause_seconds``."""
_log = logging.getLogger("musnad.worker")


class Rounds:
    """The worker's rounds. Each Party has a thread of its own while it is spoken with, so that one which is down or
    slow delays no other; the rounds themselves wait for nobody and keep the leases of what is under way.
    """

    def __init__(self, node: Node) -> None:
        self._node = node
        self._pool = ThreadPoolExecutor(PEERS_AT_ONCE * 2 + 1 + STAMPS_AT_ONCE, thread_name_prefix="peer")
        self._delivering: dict[Delivery, Future[Delivered]] = {}
        self._asking: dict[str, Future[object]] = {}
        self._next: dict[str, float] = {}
        self._noted: set[bytes] = set()
        self._quiet: Known = set()
        self._told: Told = set()
        self._raised: set[str] = set()
        self._ended = threading.Event()
        self.stopped = threading.Event()
        self.corrupt: Corrupt | None = None

    def run(self) -> None:
        """Go on until told to stop; what is under way then is finished or given up by its lease."""
        self._safely("drafts", lambda: discard_orphans(self._node.ports))
        try:
            pause = FIRST_PAUSE_SECONDS
            while not self.stopped.is_set():
                self._ended.clear()
                if self.once():
                    pause = FIRST_PAUSE_SECONDS
                else:
                    self._ended.wait(pause)
                    pause = min(2 * pause, self._node.configuration.worker.pause_seconds)
        finally:
            self._pool.shutdown(wait=True, cancel_futures=True)

    def stop(self) -> None:
        """Have ``run`` come to its end."""
        self.stopped.set()
        self._ended.set()

    def once(self) -> bool:
        """One round; whether a delivery came to its end, so that the next round should follow at once.

        A delivery that ends while the rounds pause ends the pause: a Party's next message waits for no look.
        """
        worker = self._node.configuration.worker
        if self._is_time("sign", SIGN_SECONDS):
            give_sign(self._node.folder, "worker")
        ended = self._safely("delivery", self._collect)
        self._safely("delivery", self._lease)
        if self._is_time("hold", LEASE.total_seconds() / 4):
            for delivery in list(self._delivering):
                self._safely("delivery", partial(hold, self._node.ports, delivery))
        if self._is_time("directory", worker.directory_seconds):
            self._ask("directory", self._refresh)
        if self._is_time("heads", worker.checkpoint_seconds):
            self._safely("heads", self._seek)
        if self._is_time("stamps", worker.checkpoint_seconds):
            self._safely("stamps", self._stamp)
        if self._is_time("logs", worker.directory_seconds):
            self._ask("logs", self._watch)
        if self._is_time("escalations", ESCALATION_SECONDS):
            self._ask("escalations", self._escalate)
        if self._is_time("resting", SWEEP_SECONDS):
            self._ask("resting", self._sweep)
        return bool(ended)

    def _collect(self) -> bool:
        done = [(delivery, future) for delivery, future in self._delivering.items() if future.done()]
        for delivery, future in done:
            del self._delivering[delivery]
            outcome = future.result()
            _log.info("delivery %s to %s: %s", delivery.message[:12], delivery.party, outcome.error or "done")
        return bool(done)

    def _lease(self) -> None:
        free = PEERS_AT_ONCE - len(self._delivering)
        if free > 0:
            limit = self._node.configuration.worker.back_off_limit_seconds
            for delivery in lease_due(self._node.ports, free, limit):
                self._delivering[delivery] = self._pool.submit(attempt, self._node.ports, delivery, limit)
                self._delivering[delivery].add_done_callback(lambda _: self._ended.set())

    def _escalate(self) -> None:
        """Note what has come to a new level, and let it ring while it stands; the log says which case, and the code of
        what ends, never more."""
        from musnad.people.ringing import keep_rings  # its tables exist only once the node is open
        from musnad.people.watch import ring

        ports, settings = self._node.ports, self._node.configuration
        now = ports.clock.now()
        found = escalations(ports, self._noted)
        for one in found.noted:
            _log.warning("escalation in case %s: %s, level %d", one.case[:12], one.what, one.level)
        keep_rings(ports, found, now, timedelta(minutes=settings.worker.ring_again_minutes), self._quiet)
        mail = self._node.mail
        if mail is not None:
            ring(partial(mail.send, address=settings.desk.address), now)

    def _sweep(self) -> None:
        """Drop the uploads that nobody went on with, and the dossiers that nobody removed."""
        hours = self._node.configuration.worker.abandoned_hours
        swept = sweep_resting(self._node.folder, hours * 3600)
        if swept:
            _log.info("swept %d that rested for more than %g hours", swept, hours)

    def _seek(self) -> None:
        """Sign the head of a log that grew, and ask every peer that has not cosigned it."""
        ports = self._node.ports
        if sign_head(ports) is not None:
            for party in ports.directories.current().parties:
                if party.code != ports.party:
                    self._ask(party.code, partial(seek_cosignatures, ports, [party.code]))

    def _watch(self) -> None:
        """Compare the heads of every log that can be seen, and tell every Party of a log that has split."""
        ports = self._node.ports
        for code in watch_logs(ports):
            _log.info("a head was not looked at: %s", code)
        tell_splits(ports, self._told)
        for one in ports.journal.forks():
            if one.party not in self._raised:
                self._raised.add(one.party)
                _log.critical("the log of %s has signed two heads that cannot both be true", one.party)

    def _stamp(self) -> None:
        """Ask every stamp authority that is due; each beside the rounds, so that one which hangs stops nothing."""
        stamps = self._node.configuration.stamps
        if stamps is None:
            return
        for authority in self._node.stamp_authorities:
            self._ask(f"stamps {authority.anchor.fingerprint[:12]}", partial(self._stamp_by, authority))

    def _stamp_by(self, authority: StampAuthority) -> None:
        stamps, worker = self._node.configuration.stamps, self._node.configuration.worker
        assert stamps is not None
        kept = stamp_newest(
            self._node.ports,
            authority,
            every_seconds=stamps.every_seconds,
            back_off_limit_seconds=worker.back_off_limit_seconds,
        )
        if kept is not None:
            _log.info("stamp over the log's first %d entries", kept.size)

    def _refresh(self) -> object:
        try:
            return self._node.refresh_directory()
        except MusnadError:
            again = time.monotonic() + RETRY_SECONDS
            self._next["directory"] = min(self._next.get("directory", again), again)
            raise

    def _ask(self, whom: str, work: Callable[[], object]) -> None:
        """Do it beside the rounds, unless the last such piece of work is still under way."""
        before = self._asking.get(whom)
        if before is None or before.done():
            self._asking[whom] = self._pool.submit(self._safely, whom, work)

    def _is_time(self, what: str, every_seconds: float) -> bool:
        now = time.monotonic()
        if now < self._next.get(what, 0.0):
            return False
        self._next[what] = now + every_seconds
        return True

    def _safely(self, what: str, work: Callable[[], object]) -> object:
        """One piece of work; its failure stops no other, unless our own bytes are corrupt."""
        try:
            return work()
        except Corrupt as error:
            _log.critical("%s: %s", what, error.code)
            self.corrupt = error
            self.stop()
        except MusnadError as error:
            _log.warning("%s: %s", what, error.code)
        except Exception:  # noqa: BLE001 - a worker outlives any one piece of work
            _log.exception("%s: unforeseen", what)
        return None


def main() -> int:
    """Run until SIGTERM or SIGINT; exit code 1 where our own bytes are corrupt."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s", stream=sys.stderr)
    rounds = Rounds(assemble(Path(os.environ["MUSNAD_NODE"])))
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: rounds.stop())
    rounds.run()
    return 0 if rounds.corrupt is None else 1


if __name__ == "__main__":
    sys.exit(main())
