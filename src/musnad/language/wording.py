"""Numbers, sizes, times and identifiers as a reader of either language expects them.

Digits are western in both languages, since what is shown must compare equal with a digest list, a court file or the
other State's screen. Sizes are binary and say so (MiB). Every function takes the speech, or uses the current one.
"""

from __future__ import annotations

from datetime import date, datetime

from musnad.language.speech import Speech, current

_LRI = "\u2066"  # LEFT-TO-RIGHT ISOLATE
_RLI = "\u2067"  # RIGHT-TO-LEFT ISOLATE
_PDI = "\u2069"  # POP DIRECTIONAL ISOLATE
_MARKS = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C))
_OPENINGS = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)))
_STEP = 1024


def isolate(text: object, speech: Speech | None = None) -> str:
    """An identifier (digest, reference, path, number with unit) that keeps its own direction inside an Arabic line.

    Direction marks already inside the text are dropped first: they could make it read as something else.
    """
    plain = str(text).translate(_MARKS)
    return f"{_LRI}{plain}{_PDI}" if (speech or current()).direction == "rtl" else plain


def embed(text: str, direction: str, speech: Speech | None = None) -> str:
    """Somebody's text inside a line of ours: it keeps its direction where that is the other one, line by line.

    Embeddings and isolates of its own are dropped, since one left open would carry the rest of our line with it.
    """
    plain = text.translate(_OPENINGS)
    if direction == (speech or current()).direction:
        return plain
    mark = _RLI if direction == "rtl" else _LRI
    return "\n".join(f"{mark}{row}{_PDI}" if row else row for row in plain.split("\n"))


def number(value: int) -> str:
    """Digits in groups of three, parted by a narrow no-break space (ISO 80000-1), the same in both languages."""
    return f"{value:,}".replace(",", "\u202f")


def size(octets: int, speech: Speech | None = None) -> str:
    """A size in words: octets below one KiB, otherwise the largest binary unit, to one decimal."""
    say = speech or current()
    if octets < _STEP:
        return say.ngettext("%(count)s octet", "%(count)s octets", octets) % {"count": octets}
    units = (
        say.gettext("%(number)s KiB"),
        say.gettext("%(number)s MiB"),
        say.gettext("%(number)s GiB"),
        say.gettext("%(number)s TiB"),
    )
    power = min((octets.bit_length() - 1) // 10, len(units))
    return units[power - 1] % {"number": f"{octets / _STEP**power:.1f}"}


def rate(octets: float, seconds: float, speech: Speech | None = None) -> str:
    """A speed: the size moved in one second."""
    say = speech or current()
    return say.gettext("%(size)s a second") % {"size": size(round(octets / seconds) if seconds > 0 else 0, say)}


def duration(seconds: float, speech: Speech | None = None) -> str:
    """A length of time by its largest unit; below a minute in seconds, below ten with one decimal."""
    say = speech or current()
    if seconds < 10 and round(seconds, 1) != int(seconds):
        return say.gettext("%(number)s s") % {"number": f"{seconds:.1f}"}
    whole = int(seconds)
    if whole < 60:
        return say.ngettext("%(count)s second", "%(count)s seconds", whole) % {"count": whole}
    if whole < 3600:
        minutes = whole // 60
        return say.ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes}
    if whole < 2 * 86400:
        hours = whole // 3600
        return say.ngettext("%(count)s hour", "%(count)s hours", hours) % {"count": hours}
    days = whole // 86400
    return say.ngettext("%(count)s day", "%(count)s days", days) % {"count": days}


def penalty(unit: str, length: int, speech: Speech | None = None) -> str:
    """A length of imprisonment in the unit that was stated: ``months``, ``years``, or ``life-or-heavier``."""
    say = speech or current()
    if unit == "life-or-heavier":
        return say.gettext("life or heavier")
    if unit == "months":
        return say.ngettext("%(count)s month", "%(count)s months", length) % {"count": length}
    return say.ngettext("%(count)s year", "%(count)s years", length) % {"count": length}


def write_date(day: date, speech: Speech | None = None) -> str:
    """A civil day in words: 23 November 2026."""
    say = speech or current()
    month = _month(day, say)
    return say.gettext("%(day)s %(month)s %(year)s") % {"day": day.day, "month": month, "year": day.year}


def write_month(day: date, speech: Speech | None = None) -> str:
    """The month of a day in words: November 2026."""
    say = speech or current()
    return say.gettext("%(month)s %(year)s") % {"month": _month(day, say), "year": day.year}


def _month(day: date, say: Speech) -> str:
    return (
        say.pgettext("month", "January"),
        say.pgettext("month", "February"),
        say.pgettext("month", "March"),
        say.pgettext("month", "April"),
        say.pgettext("month", "May"),
        say.pgettext("month", "June"),
        say.pgettext("month", "July"),
        say.pgettext("month", "August"),
        say.pgettext("month", "September"),
        say.pgettext("month", "October"),
        say.pgettext("month", "November"),
        say.pgettext("month", "December"),
    )[day.month - 1]


def write_time(at: datetime, speech: Speech | None = None) -> str:
    """A moment with its zone: 23 November 2026, 03:00:00 UTC. The zone is the aware time's own."""
    say = speech or current()
    clock = isolate(f"{at:%H:%M:%S} {at.tzname() or ''}".strip(), say)
    return say.gettext("%(date)s, %(clock)s") % {"date": write_date(at.date(), say), "clock": clock}
