"""What the use cases need beside a vault: a source to read, a target to write, ranges from another node, a listener."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

from musnad.core.sealing.layout import Span
from musnad.core.sealing.manifest import SourceKind


class Records(Protocol):
    """The files in a source, which tells of each in a line (``core.sealing.records``) and seals the list of them last.

    ``missing`` and ``index`` hold once the source has given its last octet.
    """

    @property
    def missing(self) -> int:
        """How many of the lines tell of what could not be sealed."""

    @property
    def index(self) -> Span:
        """Where in the source's octets the list stands."""

    def listen(self, hear: Callable[[bytes], object]) -> None:
        """Who is to hear of each line, in order, while the source is read; said before it is."""


class Source(Protocol):
    """What is to be sealed, as one run of octets read once from the first to the last."""

    @property
    def name(self) -> str:
        """A file name for the exhibit."""

    @property
    def kind(self) -> SourceKind: ...

    @property
    def media_type(self) -> str: ...

    @property
    def total_octets(self) -> int:
        """How many octets are expected, for progress; the truth is what ``fill`` gives."""

    @property
    def unread(self) -> tuple[Span, ...]:
        """What of the octets given are zeros because the medium did not give them; ascending, never adjoining."""

    @property
    def records(self) -> Records | None:
        """The files that the source is made of; None for a file or a disk."""

    def fill(self, buffer: memoryview) -> int:
        """Fill the buffer; fewer octets only at the end, 0 after it. ``SourceUnreadable``, ``SourceChanged``."""


class Target(Protocol):
    """Where an opened exhibit's plaintext goes; it appears whole, by ``commit``, or not at all."""

    def write(self, octets: memoryview) -> None:
        """Take the next octets; ``StorageFull``, ``StorageFailed``."""

    def commit(self) -> None:
        """Make what was written durable and visible; ``TargetExists`` where something stands there by now."""

    def discard(self) -> None:
        """Forget what was written; nothing after ``commit``."""


class NoTarget:
    """Opens to nowhere: an exhibit is proven and its plaintext dropped."""

    def write(self, octets: memoryview) -> None:
        """Drop it."""

    def commit(self) -> None:
        """Nothing to keep."""

    def discard(self) -> None:
        """Nothing to forget."""


class RangeStream(Protocol):
    """The body of one answer; an ``http.client.HTTPResponse`` is one."""

    def readinto(self, buffer: memoryview, /) -> int:
        """Some octets, at least one unless the body has ended; ``Unavailable`` where the line is cut."""

    def close(self) -> None: ...


class RangeReader(Protocol):
    """Another node's exhibit, read by ranges."""

    def open(self, member: Literal["data", "index"], first: int, length: int) -> RangeStream:
        """Begin to read these octets; any ``MusnadError`` of the wire passes through."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a piece of work has come. Rate and remaining time are the door's to compute: it has a clock."""

    done_octets: int
    total_octets: int


Report = Callable[[Progress], None]
IsCancelled = Callable[[], bool]


def no_report(_: Progress) -> None:
    """Tell nobody."""


def never() -> bool:
    """Not cancelled."""
    return False
