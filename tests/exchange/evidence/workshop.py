"""What the tests of evidence share: an order, a sealing into memory, a peer that can misbehave."""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Callable
from typing import Literal

from musnad.core.kernel.names import AuthorityId, SealId
from musnad.core.kernel.times import Instant, parse_instant
from musnad.core.sealing.manifest import Tool
from musnad.exchange.evidence.ports import RangeStream, Source
from musnad.exchange.evidence.receiving import Offered
from musnad.exchange.evidence.sealing import Sealed, SealingOrder, seal
from musnad.exchange.evidence.vault import Vault, read_range
from musnad.exchange.steps import Moment, Steps

ORDER = SealingOrder(
    sealed_by=AuthorityId("QA/central-authority"), tool=Tool("musnad", "test"), description="test", exercise=True
)
AT: Instant = parse_instant("2026-11-23T03:00:00Z")


def content_of(size: int, seed: bytes = b"") -> bytes:
    """Octets that differ everywhere, quickly."""
    return hashlib.shake_128(seed + size.to_bytes(8, "big")).digest(size)


def sign(payload: bytes) -> bytes:
    return b"signed:" + payload


def seal_into(vault: Vault, source: Source, steps: Steps | None = None, helpers: int | None = None) -> Sealed:
    return seal(source, ORDER, vault=vault, sign=sign, now=lambda: AT, entropy=os.urandom, steps=steps, helpers=helpers)


def offered(sealed: Sealed) -> Offered:
    return Offered(sealed.manifest, sealed.signed_manifest, sealed.key)


class Killed(BaseException):
    """Stands for SIGKILL: no handler of ordinary errors answers it."""


class KillAt:
    """Ends the work at the n-th time that a step is reached at a moment."""

    def __init__(self, step: str, moment: Moment, times: int = 1) -> None:
        self._place = (step, moment)
        self._left = times

    def reached(self, step: str, moment: Moment) -> None:
        if (step, moment) == self._place:
            self._left -= 1
            if self._left == 0:
                raise Killed(f"{step} {moment}")


class Peer:
    """Another node's vault behind ranges. ``spoil`` changes an answer's octets; ``cut_after`` ends the line."""

    def __init__(self, vault: Vault, seal_id: SealId) -> None:
        self.vault = vault
        self.seal = seal_id
        self.asked: list[tuple[str, int, int]] = []
        self.sent_octets = 0
        self.cut_after: int | None = None
        self.spoil: Callable[[str, int, bytes], bytes] | None = None

    def open(self, member: Literal["data", "index"], first: int, length: int) -> RangeStream:
        self.asked.append((member, first, length))
        octets = read_range(self.vault, self.seal, member, first, length)
        if self.spoil is not None:
            octets = self.spoil(member, first, octets)
        if self.cut_after is not None and member == "data":
            octets = octets[: self.cut_after]
        return _Counted(self, octets)


class _Counted(io.BytesIO):
    def __init__(self, peer: Peer, octets: bytes) -> None:
        super().__init__(octets)
        self._peer = peer

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]
        got = super().readinto(buffer[:100_000])
        self._peer.sent_octets += got
        return got
