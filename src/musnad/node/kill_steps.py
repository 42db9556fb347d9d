"""End this process with SIGKILL at a named durable step: how the tests show that nothing is lost there.

``MUSNAD_KILL_AT`` is ``step:before`` or ``step:after``, with ``:n`` for the n-th time it is reached (first: 1). It
works only with a marker file, which is removed first, so that a restarted process runs on.
"""

from __future__ import annotations

import os
import signal
from pathlib import Path

from musnad.exchange.steps import Moment


class KillSteps:
    """Counts down to one step, then ends the process as a power cut would."""

    def __init__(self, wanted: str) -> None:
        step, moment, *times = wanted.split(":")
        self._wanted = step, moment
        self._left = int(times[0]) if times else 1
        self._marker = Path(os.environ.get("MUSNAD_KILL_MARKER", os.devnull))

    def reached(self, step: str, moment: Moment) -> None:
        if (step, moment) != self._wanted:
            return
        self._left -= 1
        if self._left == 0 and self._marker.is_file():
            self._marker.unlink()
            os.kill(os.getpid(), signal.SIGKILL)
