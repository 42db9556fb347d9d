"""Instants in UTC to the second, and civil days. The core never asks a clock: a time is an argument."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import NewType

from musnad.core.kernel.errors import BadForm

Instant = NewType("Instant", datetime)
"""An aware time in UTC, whole seconds. On the wire: RFC 3339, ``2026-11-23T03:00:00Z``."""
Day = date
"""A civil day; a period's last day is inclusive. On the wire: ``2026-11-23``."""

_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def instant(value: datetime) -> Instant:
    """An aware ``datetime`` as an instant, its fraction of a second dropped."""
    if value.tzinfo is None:
        raise BadForm("time", "no time zone")
    return Instant(value.astimezone(UTC).replace(microsecond=0))


def parse_instant(text: str, *, what: str = "time") -> Instant:
    if not _INSTANT.fullmatch(text):
        raise BadForm(what, "not YYYY-MM-DDThh:mm:ssZ")
    try:
        return Instant(datetime.fromisoformat(text))
    except ValueError as error:
        raise BadForm(what, "no such time") from error


def write_instant(value: Instant) -> str:
    return value.replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def parse_day(text: str, *, what: str = "day") -> Day:
    if not _DAY.fullmatch(text):
        raise BadForm(what, "not YYYY-MM-DD")
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadForm(what, "no such day") from error


def write_day(value: Day) -> str:
    return value.isoformat()
