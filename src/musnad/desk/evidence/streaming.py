"""An opened exhibit on its way to a browser: a part at a time, in memory that does not grow, never on a disk.

Every part is verified before it is sent. The last is held back until the whole was proven, so a browser that was sent
all octets was sent what was sealed; where something does not hold the answer ends short, and browsers say so.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from queue import Empty, Full, Queue
from threading import Event, Thread

from musnad.exchange.evidence.errors import Cancelled
from musnad.exchange.evidence.ports import Target

AHEAD = 2
"""How many parts wait for the browser."""
PATIENCE_SECONDS = 600
"""How long a browser may take to fetch nothing before its download is given up."""
_END, _BROKEN = object(), object()


class StreamTarget:
    """A target that an answer reads from."""

    def __init__(self) -> None:
        self._parts: Queue[object] = Queue(AHEAD)
        self._held: bytes | None = None
        self._gone = Event()

    def write(self, octets: memoryview) -> None:
        """Hold this part back and pass on the one before; ``Cancelled`` where nobody reads any more."""
        if self._held is not None:
            self._give(self._held)
        self._held = bytes(octets)

    def commit(self) -> None:
        """All of it was proven: the last part may go."""
        if self._held:
            self._give(self._held)
        self._give(_END)

    def discard(self) -> None:
        self._held = None
        with contextlib.suppress(Cancelled):
            self._give(_BROKEN)

    def parts(self) -> Iterator[bytes]:
        """The parts in their order; ends short by ``Cancelled`` where the work did."""
        try:
            while True:
                part = self._parts.get(timeout=PATIENCE_SECONDS)
                if part is _END:
                    return
                if not isinstance(part, bytes):
                    raise Cancelled("opening")
                yield part
        except Empty as error:
            raise Cancelled("opening") from error
        finally:
            self._gone.set()
            with contextlib.suppress(Empty):
                while True:
                    self._parts.get_nowait()

    def _give(self, part: object) -> None:
        waited = 0
        while not self._gone.is_set() and waited < PATIENCE_SECONDS:
            with contextlib.suppress(Full):
                self._parts.put(part, timeout=1)
                return
            waited += 1
        self._gone.set()
        raise Cancelled("opening")


def stream(work: Callable[[Target], object], done: Callable[[], None]) -> Iterator[bytes]:
    """What ``work`` writes to its target, in another thread, while it writes it; ``done`` ends that thread."""
    target = StreamTarget()
    failed: list[BaseException] = []

    def run() -> None:
        try:
            work(target)
        except BaseException as error:  # noqa: BLE001 - told below, to who reads
            failed.append(error)
            target.discard()
        finally:
            done()

    thread = Thread(target=run, daemon=True)
    thread.start()
    parts = target.parts()
    try:
        first = next(parts, b"")
    except Cancelled:  # what fails before the first part becomes a page, not a broken answer
        thread.join()
        if failed:
            raise failed[0] from None
        raise
    return _rest(first, parts)


def _rest(first: bytes, parts: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from parts
