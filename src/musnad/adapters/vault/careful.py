"""Reading from a medium that fails: what it does not give is left as zeros, and which octets those are is kept.

A read that fails is repeated in steps of 4 KiB, each of which is tried on its own. The more places fail, the longer the
steps get (doubled after every 64, to 4 MiB), so that a dying disk is not asked a million times; what a failing step
holds is zeros as a whole. Only errors of a medium are forgiven: whatever else the system refuses is the caller's.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable

from musnad.adapters.vault.storage import errno_name
from musnad.core.sealing.layout import PART_OCTETS, Span
from musnad.core.sealing.manifest import UNREAD_LIMIT
from musnad.exchange.evidence.errors import SourceTooDamaged, SourceUnreadable

STEP_OCTETS = 4096
PLACES_PER_STEP = 64
MEDIUM_ERRORS = frozenset(
    {errno.EIO, errno.EREMOTEIO, errno.ENODATA, errno.EILSEQ, errno.EBADMSG, errno.EUCLEAN, errno.ETIMEDOUT}
)
"""What kernels answer for a sector, a file system's block or a checksum that does not hold."""

PositionedRead = Callable[[int, list[memoryview], int], int]


class CarefulReader:
    """Reads for one source, called ``name`` in errors.

    Args:
        read: as ``os.preadv``; a test's own may fail.
    """

    def __init__(self, name: str, read: PositionedRead | None = None) -> None:
        self._name = name
        self._read = read or os.preadv
        self._spans: list[Span] = []

    @property
    def unread(self) -> tuple[Span, ...]:
        """What is zeros for want of what stood there, by its octets in the exhibit; ascending, never adjoining."""
        return tuple(self._spans)

    @property
    def step_octets(self) -> int:
        return min(PART_OCTETS, STEP_OCTETS << len(self._spans) // PLACES_PER_STEP)

    def read(self, descriptor: int, buffer: memoryview, at: int, place: int, still_there: Callable[[], bool]) -> int:
        """Some octets from ``at`` on, none only at the end; never more than the source is known to have.

        Args:
            place: where in the exhibit the buffer's first octet will stand.
            still_there: whether the source is where it was opened; a disk that was pulled out fails like a bad one.
        Raises:
            OSError: not the medium's. SourceUnreadable: it is there no more. SourceTooDamaged.
        """
        try:
            return self._read(descriptor, [buffer], at)
        except OSError as error:
            if error.errno not in MEDIUM_ERRORS:
                raise
        done = 0
        while done < len(buffer):
            step = min(self.step_octets - (at + done) % self.step_octets, len(buffer) - done)
            try:
                got = self._read(descriptor, [buffer[done : done + step]], at + done)
            except OSError as error:
                if error.errno not in MEDIUM_ERRORS:
                    raise
                if not still_there():
                    raise SourceUnreadable(self._name, f"{errno_name(error)}, gone") from error
                buffer[done : done + step] = bytes(step)
                self._note(Span(place + done, step))
                got = step
            if got == 0:
                break
            done += got
        return done

    def _note(self, span: Span) -> None:
        if self._spans and self._spans[-1].end == span.first:
            span = Span(self._spans[-1].first, self._spans[-1].size_octets + span.size_octets)
            self._spans[-1] = span
            return
        if len(self._spans) == UNREAD_LIMIT:
            raise SourceTooDamaged(self._name, UNREAD_LIMIT)
        self._spans.append(span)


def is_still(path: str | bytes | os.PathLike[str], before: os.stat_result) -> bool:
    """Whether what lies at the path is what was opened there."""
    try:
        now = os.stat(path)  # noqa: PTH116 - octets too
    except OSError:
        return False
    return (now.st_dev, now.st_ino, now.st_rdev) == (before.st_dev, before.st_ino, before.st_rdev)
