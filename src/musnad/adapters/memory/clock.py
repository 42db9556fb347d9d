"""A clock that only moves when told, and entropy that is the same for the same seed."""

from __future__ import annotations

import hashlib
import threading
from datetime import timedelta

from musnad.core.kernel.names import Entropy
from musnad.core.kernel.times import Instant, instant


class ManualClock:
    """``exchange.ports.Clock``, moved by hand."""

    def __init__(self, now: Instant) -> None:
        self._now = now

    def now(self) -> Instant:
        return self._now

    def advance(self, **parts: float) -> Instant:
        """Move on (or, with a negative part, back) by a ``timedelta`` of these parts."""
        self._now = instant(self._now + timedelta(**parts))
        return self._now


def seeded_entropy(seed: str) -> Entropy:
    """A stream of octets, SHA-256 in counter mode over the seed. Never for a key that protects anything."""
    lock = threading.Lock()
    drawn = 0

    def draw(size_octets: int) -> bytes:
        nonlocal drawn
        blocks = -(-size_octets // 32)
        with lock:
            start, drawn = drawn, drawn + blocks
        octets = b"".join(hashlib.sha256(f"{seed}/{start + at}".encode()).digest() for at in range(blocks))
        return octets[:size_octets]

    return draw
