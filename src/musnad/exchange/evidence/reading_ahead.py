"""A source read on a thread of its own, a few buffers ahead of who uses them.

So a slow medium is read while the rest is hashed and encrypted; and what a source does itself (a folder hashes each of
its files) has a core of its own where there is one.
"""

from __future__ import annotations

import threading
from queue import SimpleQueue
from types import TracebackType
from typing import Self

from musnad.exchange.evidence.crew import Buffers
from musnad.exchange.evidence.ports import Source

_Filled = tuple[memoryview, int] | BaseException


class ReadingAhead:
    """Begins to read on entering the context, and stops on leaving it, whatever was taken by then.

    Buffers come from a stock; whoever takes a filled one gives it back there.
    """

    def __init__(self, source: Source, buffers: Buffers) -> None:
        self._source = source
        self._buffers = buffers
        self._filled: SimpleQueue[_Filled] = SimpleQueue()
        self._is_stopped = False
        self._thread = threading.Thread(target=self._run, name="evidence-reading", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._is_stopped = True
        self._buffers.give_back(memoryview(b""))  # wakes the thread, should it wait for one
        self._thread.join()

    @property
    def has_none(self) -> bool:
        """Whether ``take`` would wait."""
        return self._filled.empty()

    def take(self) -> tuple[memoryview, int]:
        """The next buffer and how many octets it holds, fewer than it has room for only at the end; raises what
        reading raised. Not to be called again after the end."""
        found = self._filled.get()
        if isinstance(found, BaseException):
            raise found
        return found

    def _run(self) -> None:
        try:
            is_over = False
            while not is_over:
                buffer = self._buffers.take()
                if self._is_stopped:
                    return
                size = self._source.fill(buffer)
                is_over = size < len(buffer)
                self._filled.put((buffer, size))
        except BaseException as error:  # noqa: BLE001 - it is raised again where the buffer is taken
            self._filled.put(error)
