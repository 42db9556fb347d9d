"""The report for the public: what of a year's figures may be told, published once, and afterwards always as it was.

1. A report is of one year that is over, never of all years: what two of them have in common is nothing. 2. The first
one published is *the* report: it is journalled as a record of the house, and read from there by every door and in every
form, so that no two reports of a year can be subtracted. Before that there is a preview, which is shown and not handed
out. 3. It crosses no two tables. Partners, measures and progress part the same total; how requests were answered parts
those that were, and is told only where their number is; grounds only where the number of refusals is. What of a table
may be told is decided by what is told before it, never by what is hidden.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal, cast, get_args

from musnad.core.crypto.dsse import parse_dsse
from musnad.core.kernel.ijson import JsonObject, parse_object, write_canonical
from musnad.core.kernel.names import CaseRef, Digest, digest_of
from musnad.core.kernel.times import Instant, write_day, write_instant
from musnad.core.messages.record import RECORD_TYPE, TEXT_LIMIT, parse_record
from musnad.exchange.audit import note
from musnad.exchange.disclosure import Protected, merge, protect
from musnad.exchange.errors import NotPublished, YearNotOver
from musnad.exchange.ports import Ports
from musnad.exchange.statistics import DIRECTIONS, TIMES, Direction, Figures, read_figures

Told = Literal["partner", "measure", "progress", "acknowledged", "answered", "outcome", "ground"]
TOLD: tuple[Told, ...] = get_args(Told)
COLUMNS = ("direction", "table", "value", "count")
ACT = "report-published"
_NOTHING = Protected(None, {}, ())

Report = Mapping[Direction, Mapping[Told, Protected]]


@dataclass(frozen=True, slots=True)
class Published:
    """The report of a year as it was published: ``members`` is all of it."""

    year: int
    by: str
    at: Instant
    members: JsonObject

    @property
    def report(self) -> Report:
        return _read(self.members)


def public_report(figures: Figures) -> Report:
    """What of a year's figures may be published.

    Raises:
        ValueError: of exercises, which are no figures of the State; of more or less than all of one year.
    """
    if figures.exercise or figures.year is None or figures.measure or figures.partner:
        raise ValueError("a report is of all real cases of one year")
    return {direction: _tables(figures, direction) for direction in DIRECTIONS}


def public_members(figures: Figures) -> JsonObject:
    """The report for programs: what is hidden is null."""
    found: JsonObject = {"year": figures.year, "as_of": write_day(figures.day)}
    for direction, tables in public_report(figures).items():
        found[direction] = {name: _written(one) for name, one in tables.items()}
    return found


def digest_of_members(members: JsonObject) -> Digest:
    """What tells two reports apart: whoever publishes names the one that they have read."""
    return digest_of(write_canonical(members))


def published_members(found: Published) -> JsonObject:
    """A published report for programs, with when it was published and by whom."""
    return {"published": {"at": write_instant(found.at), "by": found.by}, **found.members}


def public_rows(report: Report) -> list[tuple[str, str, str, int | None]]:
    """The report row by row (``COLUMNS``); a hidden number is None, and so is a total that is not told."""
    rows: list[tuple[str, str, str, int | None]] = []
    for direction, tables in report.items():
        for name, one in tables.items():
            rows += [(direction, name, value, number) for value, number in one.shown.items()]
            rows += [(direction, name, value, None) for value in one.hidden]
            rows.append((direction, name, "total", one.total))
    return rows


def publish(ports: Ports, year: int, by: str, members: JsonObject | None = None) -> Published:
    """Publish the report of a year; where that was done before, the one of then. Durable when this returns.

    ``members`` is what who publishes has read, of ``public_members``; without it the report of now.

    Raises:
        YearNotOver: requests of that year can still be made. The journal's errors.
    """
    found = _found(ports, year)
    if found is not None:
        return found
    if year >= ports.clock.now().year:
        raise YearNotOver(str(year))
    text = write_canonical(members or public_members(read_figures(ports, year))).decode("utf-8")
    pieces = [text[at : at + TEXT_LIMIT] for at in range(0, len(text), TEXT_LIMIT)]
    about = {"year": str(year)} | {f"part-{place:02}": piece for place, piece in enumerate(pieces)}
    note(ports, ACT, by=by, about=about, kept_under=_shelf(year))
    return published(ports, year)


def published(ports: Ports, year: int) -> Published:
    """The report of that year; ``NotPublished``."""
    found = _found(ports, year)
    if found is None:
        raise NotPublished(str(year))
    return found


def _found(ports: Ports, year: int) -> Published | None:
    """The first that was published: another process may have published at the same time."""
    for entry in ports.journal.records_of(_shelf(year)):
        record = parse_record(parse_dsse(entry.signed, payload_type=RECORD_TYPE, what="record").payload)
        if record.act == ACT:
            text = "".join(record.about[one] for one in sorted(record.about) if one.startswith("part-"))
            return Published(year, record.by, record.at, parse_object(text.encode("utf-8"), what="public report"))
    return None


def _shelf(year: int) -> CaseRef:
    """Under what the report of a year is kept; it is no case, and no list of cases names it."""
    return CaseRef(digest_of(f"musnad: the public report of the year {year:04}".encode()))


def _tables(figures: Figures, direction: Direction) -> dict[Told, Protected]:
    progress = protect(figures.count("progress", direction))
    answered = _number(progress, "answered")
    waiting = _number(progress, "waiting")
    acknowledged = None if waiting is None or progress.total is None else progress.total - waiting
    outcome = protect(figures.count("outcome", direction)) if answered else _NOTHING
    grounds = _NOTHING
    if _number(outcome, "refused"):  # a refusal may have several grounds, so their sum is nothing to tell
        grounds = replace(protect(figures.count("ground", direction)), total=None)
    return {
        "partner": protect(figures.count("partner", direction)),
        "measure": protect(figures.count("measure", direction)),
        "progress": progress,
        "acknowledged": merge(figures.count("acknowledged", direction), TIMES) if acknowledged else _NOTHING,
        "answered": merge(figures.count("answered", direction), TIMES) if answered else _NOTHING,
        "outcome": outcome,
        "ground": grounds,
    }


def _number(table: Protected, name: str) -> int | None:
    """What the table tells of one of its parts, and be it that there is none; None where it does not."""
    if not table.is_broken_down or name in table.hidden:
        return None
    return table.shown.get(name, 0)


def _written(one: Protected) -> JsonObject:
    return {"total": one.total, "numbers": {**one.shown, **dict.fromkeys(one.hidden)}}


def _read(members: JsonObject) -> Report:
    order = {step: place for place, step in enumerate(TIMES)}
    found: dict[Direction, dict[Told, Protected]] = {}
    for direction in DIRECTIONS:
        tables = cast("dict[str, dict[str, object]]", members[direction])
        found[direction] = {}
        for name in TOLD:
            numbers = cast("dict[str, int | None]", tables[name]["numbers"])
            ordered = sorted(numbers.items(), key=lambda one: (order.get(one[0], 0), one[0]))
            found[direction][name] = Protected(
                cast("int | None", tables[name]["total"]),
                {value: number for value, number in ordered if number is not None},
                tuple(value for value, number in ordered if number is None),
            )
    return found
