"""Civil days: which day an instant is for a Party. The only place that asks the time zone database.

The database is the machine's; a Party's zone is a name that the Party wrote. What the two do not make a zone of is an
error of ours, so that no name anybody signs raises another's exception. ``core`` stays free of both.
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

from musnad.core.kernel.times import Day, Instant
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


def civil_day(at: Instant, zone: str) -> Day:
    """The civil day of an instant in an IANA time zone; ``UnknownZone``.

    Where a legal day begins is the recipient's to say.
    """
    return at.astimezone(time_zone(zone)).date()
