"""Words of the figures: directions, tables, steps of time, how far requests have come, and what was missed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from musnad.language.speech import current, mark
from musnad.language.wording import write_month

_DIRECTIONS: Mapping[str, str] = {
    "in": mark("Asked of us"),
    "out": mark("Asked by us"),
}
_TABLES: Mapping[str, str] = {
    "month": mark("Requests by month"),
    "partner": mark("Requests by partner"),
    "measure": mark("Requests by measure"),
    "status": mark("Where the requests stand"),
    "progress": mark("How far the requests have come"),
    "outcome": mark("What became of those that were answered"),
    "ground": mark("Refusals by ground"),
    "acknowledged": mark("Time to the acknowledgement"),
    "answered": mark("Time to the answer"),
    "missed": mark("Clocks missed"),
}
_TIMES: Mapping[str, str] = {
    "minutes-15": mark("within 15 minutes"),
    "hour": mark("within an hour"),
    "hours-4": mark("within 4 hours"),
    "day": mark("within a day"),
    "days-3": mark("within 3 days"),
    "week": mark("within a week"),
    "month": mark("within 30 days"),
    "quarter": mark("within 90 days"),
    "longer": mark("longer"),
}
_PROGRESS: Mapping[str, str] = {
    "answered": mark("answered"),
    "acknowledged": mark("acknowledged, not answered yet"),
    "waiting": mark("not even acknowledged"),
}
_MISSED: Mapping[str, str] = {
    "emergency-not-acknowledged": mark("emergency, and nobody acknowledged it within the hour"),
    "emergency-acknowledged-late": mark("emergency, acknowledged after more than an hour"),
    "urgent-not-acknowledged": mark("urgent, and nobody acknowledged it within a day"),
    "urgent-acknowledged-late": mark("urgent, acknowledged after more than a day"),
    "silence": mark("no answer came, as the asker stated"),
    "late-answer": mark("answered after the day it was wanted by"),
    "answer-overdue": mark("not answered, and the day it was wanted by is over"),
    "preservation-lapsed": mark("the preservation ended, and the data were not asked for"),
}


def direction_word(direction: str) -> str:
    return _say(_DIRECTIONS, direction)


def table_title(table: str) -> str:
    return _say(_TABLES, table)


def time_word(step: str) -> str:
    return _say(_TIMES, step)


def month_word(month: str) -> str:
    """A month, written as 2026-11, in words."""
    return write_month(date.fromisoformat(f"{month}-01"))


def progress_word(progress: str) -> str:
    return _say(_PROGRESS, progress)


def missed_word(missed: str) -> str:
    return _say(_MISSED, missed)


def _say(table: Mapping[str, str], code: str) -> str:
    return current().gettext(table[code]) if code in table else code
