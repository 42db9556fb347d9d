"""A page of the inbox, as values: a row a case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from musnad.core.kernel.names import CaseRef
from musnad.core.kernel.times import Instant
from musnad.core.treaty.values import Label
from musnad.exchange.reading.values import CountdownView, DirectoryState, DutyView, PartyView

Section = Literal["now", "waiting", "open", "closed"]


@dataclass(frozen=True, slots=True)
class InboxRow:
    """A case in one line. ``fault`` is the code of what keeps it from being read: then nothing else is known."""

    case: CaseRef
    place: Literal["now", "open", "closed"]
    fault: str | None
    exercise: bool
    measure: Label | None
    status: str
    others: tuple[PartyView, ...]
    duties: tuple[DutyView, ...]
    """Of this node's authorities, the most urgent first."""
    next_duty: DutyView | None
    """The most urgent of all that has somebody doing something: whose turn it is."""
    undelivered: int
    void: int
    gaps: int
    last_at: Instant
    escalations: tuple[CountdownView, ...] = ()
    """What has to be said before data die or time runs out, whoever can prevent it; the nearest first."""
    minutes: CountdownView | None = None
    """What this node has to answer and is counted in minutes since it came, whether or not it escalates yet."""
    section: Section = "now"
    """As ``place``, but what is open and waits for another Party stands apart from what is only open."""


@dataclass(frozen=True, slots=True)
class InboxView:
    """A page of the inbox. ``after`` is what to ask for the next one with; ``tally`` counts every case by section."""

    party: PartyView
    rows: tuple[InboxRow, ...]
    directory: DirectoryState
    after: str | None = None
    tally: Mapping[Section, int] = field(default_factory=dict)

    @property
    def now(self) -> tuple[InboxRow, ...]:
        return tuple(row for row in self.rows if row.place == "now")

    @property
    def open(self) -> tuple[InboxRow, ...]:
        return tuple(row for row in self.rows if row.place == "open")

    @property
    def closed(self) -> tuple[InboxRow, ...]:
        return tuple(row for row in self.rows if row.place == "closed")

    @property
    def is_exercise(self) -> bool:
        """Every case here that can be read is an exercise (and there is one)."""
        readable = [row for row in self.rows if row.fault is None]
        return bool(readable) and all(row.exercise for row in readable)
