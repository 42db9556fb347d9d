"""The machine's clock and entropy, made ports."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

from musnad.core.kernel.times import Instant, instant


class SystemClock:
    """``now`` is the machine's time in UTC, to the second."""

    def now(self) -> Instant:
        return instant(datetime.now(UTC))


def system_entropy(size_octets: int) -> bytes:
    """Fresh octets from the operating system."""
    return secrets.token_bytes(size_octets)
