"""Civil days: which day an instant is for a Party. The only place that asks the time zone database.

The database is the machine's; a Party's zone is a name that the Party wrote. What the two do not make a zone of is an
error of ours, so that no name anybody signs raises another's exception. ``core`` stays free of both.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from musnad.core.kernel.times import Day, Instant, instant
from musnad.exchange.errors import UnknownZone


def time_zone(name: str) -> ZoneInfo:
    """The IANA time zone of this name.

    Raises:
        UnknownZone: this machine's database has none: no such file, or one that is no zone (``leapseconds``, ``Asia``).
    """
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError) as error:
        raise UnknownZone(name) from error


@cache
def known_zones() -> frozenset[str] | None:
    """The names of the time zones that this machine's database holds; None where it has none at all."""
    found = frozenset(available_timezones())
    return found | {"UTC"} if found else None


def civil_day(at: Instant, zone: str) -> Day:
    """The civil day of an instant in an IANA time zone; ``UnknownZone``.

    Where a legal day begins is the recipient's to say.
    """
    return at.astimezone(time_zone(zone)).date()


def day_end(day: Day, zone: str) -> Instant | None:
    """The first instant after a civil day in an IANA time zone; ``UnknownZone``.

    Where clocks are changed at midnight it is the instant of the change. None on the calendar's last day.
    """
    try:
        after = day + timedelta(days=1)
        return instant(datetime(after.year, after.month, after.day, tzinfo=time_zone(zone)).astimezone(UTC))
    except OverflowError:
        return None


def local_time(at: Instant, zone: str) -> tuple[Day, str] | None:
    """The civil day and the time of day (``18:30``) of an instant in an IANA time zone; ``UnknownZone``.

    None where it is past the calendar's end there.
    """
    try:
        local = at.astimezone(time_zone(zone))
    except OverflowError:
        return None
    return local.date(), f"{local:%H:%M}"
