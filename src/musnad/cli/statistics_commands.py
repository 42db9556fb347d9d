"""Figures at the terminal: how many requests, how fast, with what outcome; and what of it may be published."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from musnad.cli.here import open_node
from musnad.cli.terminal import Commands, Terminal, add_command
from musnad.exchange.statistics import (
    DIRECTIONS,
    PUBLIC,
    TABLES,
    Figures,
    Table,
    figures_members,
    parse_year,
    public_members,
    public_report,
    read_figures,
)
from musnad.language import gettext as _
from musnad.language import isolate, number
from musnad.language.figure_words import direction_word, missed_word, table_title, time_word
from musnad.language.outcome import OK
from musnad.language.words import word


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
    chosen = figures.add_mutually_exclusive_group()
    chosen.add_argument("--public", action="store_true", help=_("the report for the public, small numbers hidden"))
    chosen.add_argument("--exercise", action="store_true", help=_("exercises in place of real cases"))


def run(options: argparse.Namespace, terminal: Terminal) -> int:
    """``musnad statistics``."""
    ports, year = open_node(options).ports, parse_year(options.year, "--year")
    found = read_figures(ports, year, exercise=options.exercise)
    if options.public:
        terminal.result(public_members(found), *_public_lines(found))
    else:
        terminal.result(figures_members(found), *_lines(found))
    return OK


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


def _public_lines(found: Figures) -> Iterator[str]:
    for direction, tables in public_report(found).items():
        yield direction_word(direction)
        for name in PUBLIC:
            one = tables[name]
            total = _("Too few to be told.") if one.total is None and not one.is_broken_down else ""
            total = total if one.total is None else _("In all") + f": {number(one.total)}"
            yield f"  {table_title(name)}. {total}".rstrip()
            yield from (f"    {_named(name, value)}: {number(count)}" for value, count in one.shown.items())
            yield from (f"    {_named(name, value)}: {_('hidden')}" for value in one.hidden)


def _named(name: Table, value: str) -> str:
    match name:
        case "status":
            return word("status", value)
        case "missed":
            return missed_word(value)
        case "acknowledged" | "answered":
            return time_word(value)
        case _:
            return isolate(value)
