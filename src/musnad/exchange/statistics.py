"""Figures of this node: how many requests, how fast, with what outcome; and the report of them for the public.

Everything is read from the agenda's sums, which name no case. Exercises are never counted among real cases: a caller
asks for the one or the other. What is late is judged by the day of reading.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from musnad.core.case.state import UNDECIDED
from musnad.core.kernel.errors import BadForm
from musnad.core.kernel.ijson import JsonObject
from musnad.core.kernel.times import Day, parse_day, write_day
from musnad.exchange.disclosure import Protected, protect
from musnad.exchange.due import refresh
from musnad.exchange.ports import Ports
from musnad.exchange.tallies import LONGER, STEPS, Tally

Direction = Literal["in", "out"]
DIRECTIONS: tuple[Direction, ...] = ("in", "out")
TIMES = (*(name for name, _ in STEPS), LONGER)
MISSED = ("silence", "late-answer", "answer-overdue", "preservation-lapsed")
COLUMNS = ("direction", "table", "partner", "measure", "value", "count")

Table = Literal["partner", "measure", "status", "ground", "acknowledged", "answered", "missed"]
TABLES: tuple[Table, ...] = ("partner", "measure", "status", "ground", "acknowledged", "answered", "missed")
PUBLIC: tuple[Table, ...] = ("partner", "measure", "status", "ground", "acknowledged", "answered")
_SUMMED = frozenset({"partner", "measure", "status", "acknowledged", "answered"})
"""Tables in which each request stands once at most; a refusal may have several grounds."""


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of a year, or of all years. ``counts`` has what was late by the day judged already."""

    year: int | None
    day: Day
    exercise: bool
    counts: Mapping[Tally, int]

    def table(self, name: Table, direction: Direction) -> dict[str, int]:
        """The numbers of one table: times in the order of their steps, others by name."""
        found: Counter[str] = Counter()
        for one, number in self.counts.items():
            if one.direction == direction and (value := _READ[name](one)) is not None:
                found[value] += number
        order = {step: place for place, step in enumerate(TIMES)}
        return dict(sorted(found.items(), key=lambda one: (order.get(one[0], 0), one[0])))

    def asked(self, direction: Direction) -> int:
        return sum(self.table("partner", direction).values())

    def unanswered(self, direction: Direction) -> int:
        return sum(number for status, number in self.table("status", direction).items() if status in UNDECIDED)

    def rows(self) -> list[tuple[str, str, str, str, str, int]]:
        """Everything, row by row (``COLUMNS``): each number by partner and measure."""
        found: Counter[tuple[str, str, str, str, str]] = Counter()
        for one, number in self.counts.items():
            found[one.direction, one.what, one.partner, one.measure, one.value] += number
        return [(*facts, number) for facts, number in sorted(found.items())]


def read_figures(ports: Ports, year: int | None = None, *, exercise: bool = False) -> Figures:
    """The figures of requests made in that year, as of now; cases that grew are folded first."""
    refresh(ports)
    today = ports.clock.now().date()
    counts: Counter[Tally] = Counter()
    for one, number in ports.agenda.figures().items():
        if one.exercise == exercise and (year is None or one.month.startswith(f"{year:04}-")):
            judged = _judged(one, today)
            if judged is not None:
                counts[judged] += number
    return Figures(year, today, exercise, counts)


def years(ports: Ports) -> tuple[int, ...]:
    """The years in which anything was asked, newest first."""
    return tuple(sorted({int(one.month[:4]) for one in ports.agenda.figures()}, reverse=True))


def parse_year(text: str, what: str = "year") -> int | None:
    """Four digits, or nothing for all years; ``BadForm``."""
    if not text:
        return None
    if not (len(text) == 4 and text.isascii() and text.isdigit()):
        raise BadForm(what, "not a year of four digits")
    return int(text)


def public_report(figures: Figures) -> dict[Direction, dict[Table, Protected]]:
    """What of the figures may be published. ``ValueError`` of exercises, which are no figures of the State."""
    if figures.exercise:
        raise ValueError("exercises are not reported")
    return {
        direction: {name: protect(figures.table(name, direction), summed=name in _SUMMED) for name in PUBLIC}
        for direction in DIRECTIONS
    }


def figures_members(figures: Figures) -> JsonObject:
    """The figures for programs: every table of each direction."""
    found: JsonObject = {
        "year": figures.year,
        "as_of": write_day(figures.day),
        "exercise": figures.exercise,
        "rows": [dict(zip(COLUMNS, row, strict=True)) for row in figures.rows()],
    }
    for direction in DIRECTIONS:
        tables: JsonObject = {name: figures.table(name, direction) for name in TABLES}
        found[direction] = {
            "asked": figures.asked(direction),
            "unanswered": figures.unanswered(direction),
            **tables,
        }
    return found


def public_members(figures: Figures) -> JsonObject:
    """The public report for programs: what is hidden is null."""
    found: JsonObject = {"year": figures.year, "as_of": write_day(figures.day)}
    for direction, tables in public_report(figures).items():
        found[direction] = {name: _published(one) for name, one in tables.items()}
    return found


def _published(one: Protected) -> JsonObject:
    return {"total": one.total, "numbers": {**one.shown, **dict.fromkeys(one.hidden)}}


def _judged(one: Tally, today: Day) -> Tally | None:
    """A tally that waits for a day becomes one of what was missed once the day is over, and nothing before."""
    late = {"open-until": "answer-overdue", "lapses": "preservation-lapsed"}.get(one.what)
    if late is None:
        return one
    if parse_day(one.value) >= today:
        return None
    return Tally(one.month, one.direction, one.partner, one.measure, one.exercise, "missed", late)


def _value_of(what: str) -> Callable[[Tally], str | None]:
    return lambda one: one.value if one.what == what else None


_READ: Mapping[str, Callable[[Tally], str | None]] = {
    "partner": lambda one: one.partner if one.what == "asked" else None,
    "measure": lambda one: one.measure if one.what == "asked" else None,
    **{what: _value_of(what) for what in ("status", "ground", "acknowledged", "answered", "missed")},
}
