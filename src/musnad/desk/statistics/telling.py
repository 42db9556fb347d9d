"""Tables of the figures in words, each with its chart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from musnad.core.kernel.names import PartyCode, Slug
from musnad.core.treaty.values import Treaty
from musnad.desk import house
from musnad.desk.statistics.charts import Chart, bars, columns
from musnad.exchange.disclosure import Protected
from musnad.exchange.publication import Told
from musnad.exchange.statistics import Direction, Figures, Side, Summary, Table
from musnad.language import current, mark
from musnad.language import gettext as _
from musnad.language.figure_words import missed_word, month_word, progress_word, table_title, time_word
from musnad.language.register_words import state_name
from musnad.language.words import word

MOST_COLUMNS = 36
"""More months than that are told by years in the chart; the table has them all."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One table with its chart. A number that is hidden is None; ``told`` is the chart as one text."""

    name: str
    direction: str
    title: str
    head: str
    rows: tuple[tuple[str, int | None], ...]
    chart: Chart
    total: int | None = None

    @property
    def id(self) -> str:
        return f"{self.name}-{self.direction}"

    @property
    def told(self) -> str:
        return _(", ").join(f"{label}: {number}" for label, number in self.rows if number is not None)


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """One row of the table of partners or of measures; times in words, a dash where there is none."""

    code: str
    label: str
    summary: Summary
    times: tuple[str, ...]


def shown(name: Table | Told, direction: str, numbers: Mapping[str, int], hidden: Iterable[str] = ()) -> Shown:
    """A table in words; ``hidden`` stand in it without their numbers, and not in the chart."""
    treaty = house.ports().treaties.current()
    told = [(named(name, value, treaty), number) for value, number in numbers.items()]
    rows: list[tuple[str, int | None]] = [*told, *((named(name, value, treaty), None) for value in hidden)]
    way = current().direction
    chart = columns(_steps(numbers), way) if name == "month" else bars(told, way)
    return Shown(name, direction, table_title(name), _(_HEADS[name]), tuple(rows), chart)


def shown_protected(name: Told, direction: str, one: Protected) -> Shown:
    """A table of the public report."""
    return replace(shown(name, direction, one.shown, one.hidden), total=one.total)


def summary_rows(figures: Figures, side: Side, direction: Direction) -> tuple[SummaryRow, ...]:
    """A row for each partner or measure of that direction."""
    treaty = house.ports().treaties.current()
    found = figures.summaries(side, direction)
    return tuple(SummaryRow(code, named(side, code, treaty), one, _times(one)) for code, one in found.items())


def total_row(figures: Figures, direction: Direction) -> SummaryRow:
    """What all of them come to."""
    summary = figures.summary(direction)
    return SummaryRow("", _("In all"), summary, _times(summary))


def choices(figures: Figures, side: Side) -> list[tuple[str, str]]:
    """The partners or measures that anything is counted of, by name."""
    treaty = house.ports().treaties.current()
    codes = {one.partner if side == "partner" else one.measure for one in figures.counts}
    return sorted(((one, named(side, one, treaty)) for one in codes), key=lambda one: one[1].casefold())


def named(name: Table | Told, value: str, treaty: Treaty) -> str:
    """A code of a table in words."""
    language = current().language
    match name:
        case "month":
            return month_word(value)
        case "partner":
            entry = house.ports().register.current().entries.get(PartyCode(value))
            return state_name(entry.state) if entry is not None else value
        case "measure":
            measure = treaty.measures.get(Slug(value))
            return measure.label.for_language(language) if measure is not None else value
        case "ground":
            ground = treaty.grounds.get(Slug(value))
            return ground.label.for_language(language) if ground is not None else word("ground", value)
        case "status" | "outcome":
            return word("status", value)
        case "progress":
            return progress_word(value)
        case "missed":
            return missed_word(value)
        case _:
            return time_word(value)


def _times(summary: Summary) -> tuple[str, ...]:
    steps = (one for times in (summary.acknowledged, summary.answered) for one in (times.median, times.ninth))
    return tuple("—" if one is None else time_word(one) for one in steps)


def _steps(numbers: Mapping[str, int]) -> list[tuple[str, str, int]]:
    """Months by their numbers under their year; years alone where there are too many."""
    if len(numbers) <= MOST_COLUMNS:
        return [(str(int(month[5:])), month[:4], number) for month, number in numbers.items()]
    years: dict[str, int] = {}
    for month, number in numbers.items():
        years[month[:4]] = years.get(month[:4], 0) + number
    return [(year, "", number) for year, number in years.items()]


_HEADS: Mapping[str, str] = {
    "month": mark("Month"),
    "partner": mark("Partner"),
    "measure": mark("Measure"),
    "status": mark("Where they stand"),
    "progress": mark("How far"),
    "outcome": mark("What became of them"),
    "ground": mark("Ground"),
    "acknowledged": mark("How long it took"),
    "answered": mark("How long it took"),
    "missed": mark("What was missed"),
}
