"""Work done by whoever is free, collected in the order it was given.

Hashing and encrypting let go of the interpreter's lock, so a helper thread works beside the caller. The caller keeps
the stage that must be in order (the whole-file digest) and, where it would have to wait, takes over a task that nobody
has begun: so two cores stay busy whatever the stages cost. Buffers are made once and used again.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue
from types import TracebackType
from typing import Generic, Self, TypeVar

T = TypeVar("T")


def default_helpers() -> int:
    """One helper thread for each core beside the caller's, from one to three."""
    return max(1, min(3, len(os.sched_getaffinity(0)) - 1))


class _Task(Generic[T]):
    __slots__ = ("future", "work")

    def __init__(self, work: Callable[[], T], future: Future[T]) -> None:
        self.work = work
        self.future = future

    def take_over(self) -> bool:
        """Do it here if nobody has begun it; what it raises waits for whoever collects it."""
        if not self.future.cancel():
            return False
        outcome: Future[T] = Future()
        try:
            outcome.set_result(self.work())
        except BaseException as error:  # noqa: BLE001 - it is raised again where the task is collected
            outcome.set_exception(error)
        self.future = outcome
        return True


class Crew(Generic[T]):
    """Helper threads; leaving the context drops what nobody has begun and waits for the rest."""

    def __init__(self, helpers: int) -> None:
        self._threads = ThreadPoolExecutor(helpers, thread_name_prefix="evidence")
        self._tasks: deque[_Task[T]] = deque()

    def __enter__(self) -> Crew[T]:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._threads.shutdown(wait=True, cancel_futures=True)

    def __len__(self) -> int:
        """How many tasks were given and not yet collected."""
        return len(self._tasks)

    @property
    def oldest_is_done(self) -> bool:
        return bool(self._tasks) and self._tasks[0].future.done()

    def give(self, work: Callable[[], T]) -> None:
        self._tasks.append(_Task(work, self._threads.submit(work)))

    def collect(self) -> T:
        """The oldest task's result, or what it raised; meanwhile this thread helps."""
        oldest = self._tasks[0]
        while not oldest.future.done():
            if not any(task.take_over() for task in self._tasks):
                break
        result = oldest.future.result()
        self._tasks.popleft()
        return result


class Lane:
    """One thread that does what it is given, in that order; leaving the context waits for all of it.

    What a piece of work raised is raised again at the end, the first of them; those after it are done all the same.
    """

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(1, thread_name_prefix="evidence")
        self._error: BaseException | None = None

    def give(self, work: Callable[[], None]) -> None:
        self._threads.submit(self._do, work)

    def _do(self, work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - it is raised again when the lane ends
            self._error = self._error or error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._threads.shutdown(wait=True)
        if error is None and self._error is not None:
            raise self._error


class Buffers:
    """A fixed stock of equal buffers, taken and given back by any thread; ``take`` waits for one."""

    def __init__(self, count: int, size_octets: int) -> None:
        self._free: SimpleQueue[memoryview] = SimpleQueue()
        for _ in range(count):
            self._free.put(memoryview(bytearray(size_octets)))

    @property
    def are_out(self) -> bool:
        return self._free.empty()

    def take(self) -> memoryview:
        return self._free.get()

    def give_back(self, buffer: memoryview) -> None:
        self._free.put(buffer)
