"""Figures at the terminal: how many requests, how fast, with what outcome; and what of it may be published."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from musnad.cli.here import open_node
from musnad.cli.terminal import Commands, Terminal, add_command
from musnad.core.kernel.errors import BadForm
from musnad.core.kernel.ijson import JsonObject
from musnad.core.kernel.names import parse_party, parse_slug
from musnad.exchange.errors import NotPublished
from musnad.exchange.ports import Ports
from musnad.exchange.publication import (
    Report,
    Told,
    public_members,
    public_report,
    publish,
    published,
    published_members,
)
from musnad.exchange.statistics import (
    DIRECTIONS,
    TABLES,
    Direction,
    Figures,
    Side,
    Summary,
    Table,
    figures_members,
    parse_year,
    read_figures,
)
from musnad.language import gettext as _
from musnad.language import isolate, number, write_time
from musnad.language.figure_words import (
    direction_word,
    missed_word,
    month_word,
    progress_word,
    table_title,
    time_word,
)
from musnad.language.outcome import OK
from musnad.language.words import word

TERMINAL = "terminal"
"""Who publishes from here: whoever runs the node's commands."""


def register(commands: Commands) -> None:
    """Add the command of this group."""
    figures = add_command(
        commands,
        "statistics",
        run,
        about=_("count requests, answers, refusals and missed clocks; or make the report for the public"),
        example="musnad statistics --public --year 2026 --json",
    )
    figures.add_argument("--year", default="", help=_("only requests of this year; all by default"))
    figures.add_argument("--measure", default="", help=_("only requests for this measure"))
    figures.add_argument("--partner", default="", help=_("only requests between us and this Party"))
    chosen = figures.add_mutually_exclusive_group()
    chosen.add_argument("--public", action="store_true", help=_("the report for the public, small numbers hidden"))
    chosen.add_argument(
        "--publish", action="store_true", help=_("publish the report of a year that is over, once and for good")
    )
    chosen.add_argument("--exercise", action="store_true", help=_("exercises in place of real cases"))


def run(options: argparse.Namespace, terminal: Terminal) -> int:
    """``musnad statistics``."""
    ports, year = open_node(options).ports, parse_year(options.year, "--year")
    if options.public or options.publish:
        if options.measure or options.partner:
            raise BadForm("--measure, --partner", "the report for the public is of all requests")
        members, report, said = _report(ports, year, publishing=options.publish)
        terminal.result(members, said, *_public_lines(report))
        return OK
    whole = read_figures(ports, year, exercise=options.exercise)
    found = whole.only(
        parse_slug(options.measure) if options.measure else "", parse_party(options.partner) if options.partner else ""
    )
    terminal.result(figures_members(found), *_lines(found))
    return OK


def _report(ports: Ports, year: int | None, *, publishing: bool) -> tuple[JsonObject, Report, str]:
    """The report as it was published, or published now, or what it would be; of this year where none is named."""
    year = ports.clock.now().year if year is None else year
    try:
        found = publish(ports, year, TERMINAL) if publishing else published(ports, year)
    except NotPublished:
        figures = read_figures(ports, year)
        members: JsonObject = {"published": None, **public_members(figures)}
        return members, public_report(figures), _("A preview, not published.")
    said = _("Published %(at)s by %(by)s.") % {"at": write_time(found.at), "by": isolate(found.by)}
    return published_members(found), found.report, said


def _lines(found: Figures) -> Iterator[str]:
    if found.exercise:
        yield _("Exercises only.")
    for direction in DIRECTIONS:
        yield f"{direction_word(direction)}: {number(found.asked(direction))}"
        for name in TABLES:
            numbers = found.table(name, direction)
            if numbers:
                yield f"  {table_title(name)}"
                yield from (f"    {_named(name, value)}: {number(count)}" for value, count in numbers.items())
        yield from _crossed(found, "partner", direction)
        yield from _crossed(found, "measure", direction)


def _crossed(found: Figures, side: Side, direction: Direction) -> Iterator[str]:
    """How fast, by partner or by measure: the step within which half was done, and nine tenths."""
    rows = found.summaries(side, direction)
    if rows:
        yield "  " + (_("Times by partner") if side == "partner" else _("Times by measure"))
        for name, one in rows.items():
            yield f"    {isolate(name)}: {_times(one)}"


def _times(one: Summary) -> str:
    """One row in words; a dash where nothing was done yet."""
    told = {
        "acknowledged": _step(one.acknowledged.median),
        "nine_acknowledged": _step(one.acknowledged.ninth),
        "answered": _step(one.answered.median),
        "nine_answered": _step(one.answered.ninth),
    }
    return (
        _(
            "acknowledged: half %(acknowledged)s, nine in ten %(nine_acknowledged)s; "
            "answered: half %(answered)s, nine in ten %(nine_answered)s"
        )
        % told
    )


def _step(step: str | None) -> str:
    return "—" if step is None else time_word(step)


def _public_lines(report: Report) -> Iterator[str]:
    for direction, tables in report.items():
        yield direction_word(direction)
        for name, one in tables.items():
            total = _("Too few to be told.") if one.total is None and not one.is_broken_down else ""
            total = total if one.total is None else _("In all") + f": {number(one.total)}"
            yield f"  {table_title(name)}. {total}".rstrip()
            yield from (f"    {_named(name, value)}: {number(count)}" for value, count in one.shown.items())
            yield from (f"    {_named(name, value)}: {_('hidden')}" for value in one.hidden)


def _named(name: Table | Told, value: str) -> str:
    match name:
        case "month":
            return month_word(value)
        case "status" | "outcome":
            return word("status", value)
        case "progress":
            return progress_word(value)
        case "missed":
            return missed_word(value)
        case "acknowledged" | "answered":
            return time_word(value)
        case _:
            return isolate(value)
