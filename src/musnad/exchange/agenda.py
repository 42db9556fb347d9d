"""The agenda port: what is due over all cases, page by page, without opening a case again; and what escalated.

A read table. For each case it keeps the lines that its last fold gave (``core.case.duty``, ``core.case.countdown``),
and up to which place of the journal cases were folded. Lines can be dropped and made again; what escalated cannot: it
is a record of what this node noticed, and when.

In the clear stand the case, the rank, the days that lines are sorted by; all else is closed under the case's key.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Protocol

from musnad.core.kernel.names import CaseRef
from musnad.core.kernel.times import Day, Instant
from musnad.exchange.journal import CaseRow
from musnad.exchange.tallies import Counts


class Rank(IntEnum):
    """The order of the list: what cannot be read, what is counted in minutes, what ends by itself, duties to act on
    by their last day, and those that only have to be watched."""

    UNREADABLE = 0
    MINUTES = 1
    ENDING = 2
    ACTING = 3
    STANDING = 4


@dataclass(frozen=True, slots=True)
class Line:
    """One line. ``number`` tells apart the lines of a case; ``warned_from`` is the first day on which it escalates."""

    case: CaseRef
    number: int
    rank: Rank
    last_day: Day | None
    warned_from: Day | None
    content: bytes
    fault: str = ""
    """The code of what keeps the case from being read; then there is no content."""

    @property
    def place(self) -> Place:
        return Place(self.rank, self.last_day or Day.max, self.case, self.number)


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a line stands in the list; lines without a last day stand at the end of their rank."""

    rank: Rank
    last_day: Day
    case: CaseRef
    number: int


class Shelf(IntEnum):
    """The order of cases: what cannot be read, what is counted in minutes, what this node's authorities have to act
    in, what waits for others, what is only open, what is closed."""

    UNREADABLE = 0
    MINUTES = 1
    NOW = 2
    WAITING = 3
    OPEN = 4
    CLOSED = 5


@dataclass(frozen=True, slots=True)
class Filed:
    """A case as it stands on its shelf: by ``last_day``, then by ``turn``. ``content`` is all that a row shows.

    ``ends_on`` and ``warned_from``: when what this node can still save ends, and the first day on which it is warned.
    """

    case: CaseRef
    shelf: Shelf
    last_day: Day | None
    turn: int
    ends_on: Day | None
    warned_from: Day | None
    content: bytes
    fault: str = ""

    @property
    def spot(self) -> Spot:
        return Spot(self.last_day or Day.max, self.turn, self.case)

    @property
    def ending(self) -> Spot:
        """Its place among the cases in which something ends."""
        return Spot(self.ends_on or Day.max, self.turn, self.case)


@dataclass(frozen=True, slots=True, order=True)
class Spot:
    """Where a case stands on a shelf."""

    last_day: Day
    turn: int
    case: CaseRef


@dataclass(frozen=True, slots=True)
class CaseLines:
    """The lines of a case whose last entry stood at ``last_index`` when it was folded; how it is filed, and by which
    words (``exchange.words``) it is found, by the name of what they stand in."""

    case: CaseRef
    last_index: int
    lines: tuple[Line, ...]
    filed: Filed | None = None
    words: Mapping[str, frozenset[str]] = field(default_factory=dict)
    counts: Counts = field(default_factory=dict)
    """What it adds to the figures."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A case that was searched for; ``index`` is its last entry's place, ``fields`` what the words stand in."""

    case: CaseRef
    index: int
    fields: tuple[str, ...]


Wanted = Sequence[frozenset[str]]
"""Groups of forms: every group must be met, by any of its forms."""


@dataclass(frozen=True, slots=True)
class Escalated:
    """That something was told: what (``content``), in which case, and when this node noted it."""

    case: CaseRef
    content: bytes
    at: Instant


class Agenda(Protocol):
    """Durable storage of one node; the errors are the journal's."""

    def basis(self) -> str:
        """What the lines were made under, as ``begin_anew`` was told; empty at first."""

    def begin_anew(self, basis: str) -> None:
        """Drop every line; all cases are to be folded, under this basis."""

    def unfolded(self, limit: int) -> tuple[CaseRow, ...]:
        """The cases that grew since they were folded, the one that grew first first."""

    def put(self, basis: str, cases: Sequence[CaseLines]) -> bool:
        """Replace the lines of these cases, given as ``unfolded`` gave them; whether ``basis`` is still the one.

        A case that has grown again meanwhile is left as it stands: ``unfolded`` will name it.
        """

    def page(
        self, rank: Rank, limit: int, after: Place | None = None, warned_by: Day | None = None
    ) -> tuple[Line, ...]:
        """Up to ``limit`` lines of a rank in their order, ``after`` that place; only those warned of by that day.

        Raises:
            JournalCorrupt: a line's bytes or columns are others than were stored.
        """

    def cases(
        self, shelf: Shelf, limit: int, after: Spot | None = None, hidden: frozenset[CaseRef] = frozenset()
    ) -> tuple[Filed, ...]:
        """Up to ``limit`` cases of a shelf in their order, ``after`` that spot; the hidden ones are left out."""

    def ending(
        self,
        limit: int,
        warned_by: Day,
        last_by: Day,
        after: Spot | None = None,
        hidden: frozenset[CaseRef] = frozenset(),
    ) -> tuple[Filed, ...]:
        """Cases in which something of ours ends by ``last_by`` and is warned of by ``warned_by``, the nearest first."""

    def filed(self, cases: Sequence[CaseRef]) -> tuple[Filed, ...]:
        """These cases, as far as they are here."""

    def tally(self, hidden: frozenset[CaseRef] = frozenset()) -> Mapping[Shelf, int]:
        """How many cases stand on each shelf."""

    def undelivered(self, cases: Sequence[CaseRef]) -> Mapping[CaseRef, int]:
        """How many deliveries of each of these cases are not done yet; a case without any is left out."""

    def begins_with(self, prefix: str, limit: int, hidden: frozenset[CaseRef] = frozenset()) -> tuple[CaseRef, ...]:
        """Cases whose name begins so."""

    def find(
        self, wanted: Wanted, limit: int, before: int | None = None, hidden: frozenset[CaseRef] = frozenset()
    ) -> tuple[Hit, ...]:
        """Cases that meet every group, the last that grew first; those whose ``index`` is before that."""

    def index_anew(self, limit: int) -> int:
        """Index up to ``limit`` cases that stand under no search key that is still known; how many that were."""

    def forget(self, case: CaseRef) -> None:
        """Destroy the case's key and drop its rows; throw the search key away, so that no older copy of the index tells
        anything. ``index_anew`` then has every other case to do."""

    def figures(self, hidden: frozenset[CaseRef] = frozenset()) -> Counts:
        """The sums of what all folded cases but the hidden ones add to the figures; no case can be read from it."""

    def note(self, escalated: Escalated) -> bool:
        """Keep it, once: false where the same was noted in that case before. A case without a key notes nothing."""

    def escalated(self, case: CaseRef) -> tuple[Escalated, ...]:
        """What was noted in a case, in that order."""
