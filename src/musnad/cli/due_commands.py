"""``musnad due``: everything that is due over all cases, what escalates first."""

from __future__ import annotations

import argparse

from musnad.cli.due_wording import due_json, due_lines
from musnad.cli.here import open_node
from musnad.cli.terminal import Commands, Terminal, add_command
from musnad.exchange.reading.due import PAGE_LINES, show_due
from musnad.language import gettext as _


def register(commands: Commands) -> None:
    """Add the commands of this group."""
    due = add_command(
        commands,
        "due",
        run_due,
        about=_("list what is due over all cases, the most urgent first, by both States' clocks and calendars"),
        example="musnad due --node vn --limit 20",
    )
    due.add_argument("--limit", type=int, default=PAGE_LINES, help=_("at most so many lines"))
    due.add_argument("--after", help=_("go on after the place that an earlier page told"))


def run_due(options: argparse.Namespace, terminal: Terminal) -> int:
    """``musnad due``."""
    due = show_due(open_node(options).ports, options.limit, options.after)
    terminal.result(due_json(due), *due_lines(due))
    return 0
