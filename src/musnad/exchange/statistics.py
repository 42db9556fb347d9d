"""Figures of this node: how many requests, how fast, with what outcome, of all or of one measure and one partner.

Everything is read from the agenda's sums, which name no case. Exercises are never counted among real cases: a caller
asks for the one or the other. What is late is judged by the moment of reading.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from musnad.core.case.state import UNDECIDED
from musnad.core.kernel.errors import BadForm
from musnad.core.kernel.ijson import JsonObject
from musnad.core.kernel.names import CaseRef
from musnad.core.kernel.times import Day, Instant, parse_day, parse_instant, write_day
from musnad.exchange.due import refresh
from musnad.exchange.ports import Ports
from musnad.exchange.tallies import LONGER, STEPS, Tally

Direction = Literal["in", "out"]
DIRECTIONS: tuple[Direction, ...] = ("in", "out")
TIMES = (*(name for name, _ in STEPS), LONGER)
MISSED = (
    "emergency-not-acknowledged",
    "emergency-acknowledged-late",
    "urgent-not-acknowledged",
    "urgent-acknowledged-late",
    "silence",
    "late-answer",
    "answer-overdue",
    "preservation-lapsed",
)
COLUMNS = ("direction", "table", "partner", "measure", "value", "count")

Table = Literal["month", "partner", "measure", "status", "ground", "acknowledged", "answered", "missed"]
TABLES: tuple[Table, ...] = ("month", "partner", "measure", "status", "ground", "acknowledged", "answered", "missed")
Side = Literal["partner", "measure"]
"""What a summary's rows are."""


@dataclass(frozen=True, slots=True)
class Times:
    """How long something took: within which step half of it was done, and nine tenths; None where nothing was."""

    number: int
    median: str | None
    ninth: str | None


@dataclass(frozen=True, slots=True)
class Summary:
    """One row: what was asked of or by one partner, or for one measure."""

    asked: int
    acknowledged: Times
    answered: Times
    refused: int
    unanswered: int
    missed: int


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of a year, or of all years. ``counts`` has what was late by the moment of reading already.

    ``measure`` and ``partner``: of what alone they are, empty for all.
    """

    year: int | None
    day: Day
    exercise: bool
    counts: Mapping[Tally, int]
    measure: str = ""
    partner: str = ""

    def only(self, measure: str = "", partner: str = "") -> Figures:
        """The figures of one measure, of one partner, or of both."""
        counts = {
            one: number
            for one, number in self.counts.items()
            if measure in ("", one.measure) and partner in ("", one.partner)
        }
        return replace(self, counts=counts, measure=measure, partner=partner)

    def table(self, name: Table, direction: Direction) -> dict[str, int]:
        """The numbers of one table: times and months in their order, with every month between; others by name."""
        if name == "month":
            return self._months(direction)
        return self.count(name, direction)

    def count(self, what: str, direction: Direction) -> dict[str, int]:
        """How often each value of what is counted stands there."""
        read, found = _READ.get(what) or _value_of(what), Counter[str]()
        for one, number in self.counts.items():
            if one.direction == direction and (value := read(one)) is not None:
                found[value] += number
        order = {step: place for place, step in enumerate((*TIMES, *MISSED))}
        return dict(sorted(found.items(), key=lambda one: (order.get(one[0], 0), one[0])))

    def asked(self, direction: Direction) -> int:
        return sum(self.count("partner", direction).values())

    def unanswered(self, direction: Direction) -> int:
        return sum(number for status, number in self.count("status", direction).items() if status in UNDECIDED)

    def summary(self, direction: Direction) -> Summary:
        """All of it in one row."""
        return Summary(
            self.asked(direction),
            times_of(self.count("acknowledged", direction)),
            times_of(self.count("answered", direction)),
            self.count("status", direction).get("refused", 0),
            self.unanswered(direction),
            sum(self.count("missed", direction).values()),
        )

    def summaries(self, side: Side, direction: Direction) -> dict[str, Summary]:
        """A row for each partner, or for each measure; their total is ``summary``."""
        parts: defaultdict[str, dict[Tally, int]] = defaultdict(dict)
        for one, number in self.counts.items():
            if one.direction == direction:
                parts[one.partner if side == "partner" else one.measure][one] = number
        return {name: replace(self, counts=counts).summary(direction) for name, counts in sorted(parts.items())}

    def rows(self) -> list[tuple[str, str, str, str, str, int]]:
        """Everything, row by row (``COLUMNS``): each number by partner and measure, requests by month."""
        found: Counter[tuple[str, str, str, str, str]] = Counter()
        for one, number in self.counts.items():
            value = one.month if one.what == "asked" else one.value
            found[one.direction, one.what, one.partner, one.measure, value] += number
        return [(*facts, number) for facts, number in sorted(found.items())]

    def _months(self, direction: Direction) -> dict[str, int]:
        found = self.count("month", direction)
        return {one: found.get(one, 0) for one in _between(min(found), max(found))} if found else {}


def times_of(numbers: Mapping[str, int]) -> Times:
    """What a histogram of times tells of the half and the nine tenths."""
    total = sum(numbers.values())
    return Times(total, _within(numbers, total, 5), _within(numbers, total, 9))


def read_figures(
    ports: Ports, year: int | None = None, *, exercise: bool = False, hidden: frozenset[CaseRef] = frozenset()
) -> Figures:
    """The figures of requests made in that year, as of now; cases that grew are folded first.

    Args:
        hidden: cases that the reader may not know of; they are not counted.
    """
    refresh(ports)
    now = ports.clock.now()
    counts: Counter[Tally] = Counter()
    for one, number in ports.agenda.figures(hidden).items():
        if one.exercise == exercise and (year is None or one.month.startswith(f"{year:04}-")):
            judged = _judged(one, now)
            if judged is not None:
                counts[judged] += number
    return Figures(year, now.date(), exercise, counts)


def years(ports: Ports, hidden: frozenset[CaseRef] = frozenset()) -> tuple[int, ...]:
    """The years in which anything was asked, newest first."""
    return tuple(sorted({int(one.month[:4]) for one in ports.agenda.figures(hidden)}, reverse=True))


def parse_year(text: str, what: str = "year") -> int | None:
    """Four digits, or nothing for all years; ``BadForm``."""
    if not text:
        return None
    if not (len(text) == 4 and text.isascii() and text.isdigit() and text != "0000"):
        raise BadForm(what, "not a year of four digits")
    return int(text)


def about_members(figures: Figures) -> JsonObject:
    """Of what the figures are."""
    return {
        "year": figures.year,
        "as_of": write_day(figures.day),
        "exercise": figures.exercise,
        "measure": figures.measure or None,
        "partner": figures.partner or None,
    }


def figures_members(figures: Figures) -> JsonObject:
    """The figures for programs: every table of each direction, and every number by partner and measure."""
    found = about_members(figures)
    found["rows"] = [dict(zip(COLUMNS, row, strict=True)) for row in figures.rows()]
    for direction in DIRECTIONS:
        tables: JsonObject = {name: figures.table(name, direction) for name in TABLES}
        found[direction] = {
            "asked": figures.asked(direction),
            "unanswered": figures.unanswered(direction),
            "times": {name: _times_members(times_of(figures.count(name, direction))) for name in _TIMED},
            "by_partner": _summaries_members(figures, "partner", direction),
            "by_measure": _summaries_members(figures, "measure", direction),
            **tables,
        }
    return found


_TIMED = ("acknowledged", "answered")


def _summaries_members(figures: Figures, side: Side, direction: Direction) -> list[JsonObject]:
    return [
        {
            "name": name,
            "asked": one.asked,
            "acknowledged": _times_members(one.acknowledged),
            "answered": _times_members(one.answered),
            "refused": one.refused,
            "unanswered": one.unanswered,
            "missed": one.missed,
        }
        for name, one in figures.summaries(side, direction).items()
    ]


def _times_members(times: Times) -> JsonObject:
    return {"number": times.number, "median": times.median, "ninth_decile": times.ninth}


def _within(numbers: Mapping[str, int], total: int, tenths: int) -> str | None:
    """The first step by which so many tenths of all were done."""
    done = 0
    for step in TIMES:
        done += numbers.get(step, 0)
        if total and done * 10 >= total * tenths:
            return step
    return None


def _between(first: str, last: str) -> Iterator[str]:
    year, month = int(first[:4]), int(first[5:])
    while (one := f"{year:04}-{month:02}") <= last:
        yield one
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)


def _judged(one: Tally, now: Instant) -> Tally | None:
    """A tally that waits for a time becomes one of what was missed once that is over, and nothing before."""
    match one.what:
        case "open-until":
            late, over = "answer-overdue", parse_day(one.value) < now.date()
        case "lapses":
            late, over = "preservation-lapsed", parse_day(one.value) < now.date()
        case "unacknowledged":
            urgency, until = one.value.split(" ")
            late, over = f"{urgency}-not-acknowledged", parse_instant(until) < now
        case _:
            return one
    return replace(one, what="missed", value=late) if over else None


def _value_of(what: str) -> Callable[[Tally], str | None]:
    return lambda one: one.value if one.what == what else None


_READ: Mapping[str, Callable[[Tally], str | None]] = {
    "month": lambda one: one.month if one.what == "asked" else None,
    "partner": lambda one: one.partner if one.what == "asked" else None,
    "measure": lambda one: one.measure if one.what == "asked" else None,
}
