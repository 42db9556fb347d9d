"""How much of the gate one Party may hold at a time, so that none, slow or hostile, keeps the others out.

A request holds a thread while its body comes in or its answer goes out. Each Party has a few places for each, fewer
together than the gate has threads for; who asks for one more is told to come back. Counts are of one process.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from musnad.core.kernel.names import AuthorityId, PartyCode, party_of
from musnad.gate.errors import TooManyAtOnce


class Turnstile:
    """``limit`` places for each Party, ``limit_all`` for all together."""

    def __init__(self, limit: int, limit_all: int) -> None:
        self._limit = limit
        self._limit_all = limit_all
        self._held: Counter[PartyCode] = Counter()
        self._lock = Lock()

    def enter(self, asker: AuthorityId) -> None:
        """Take a place; ``TooManyAtOnce`` where none is free."""
        party = party_of(asker)
        with self._lock:
            if self._held[party] >= self._limit or self._held.total() >= self._limit_all:
                raise TooManyAtOnce(asker)
            self._held[party] += 1

    def leave(self, asker: AuthorityId) -> None:
        """Give a place back."""
        party = party_of(asker)
        with self._lock:
            self._held[party] -= 1
            if self._held[party] <= 0:
                del self._held[party]

    @contextmanager
    def place(self, asker: AuthorityId) -> Iterator[None]:
        """Hold a place for a block."""
        self.enter(asker)
        try:
            yield
        finally:
            self.leave(asker)
