"""Working calendars from the ``holidays`` library: weekends and national public holidays, State by State.

The library is maintained and follows announcements late; a holiday that a State declares on short notice, or only for a
part of its territory or its civil service, is not in it. So what is said here helps to plan and decides nothing.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from musnad.core.case.calendar import CalendarDay
from musnad.core.kernel.names import PartyCode
from musnad.core.kernel.times import Day
from musnad.language.tongues import primary

if TYPE_CHECKING:
    from holidays import HolidayBase

_NOT_KNOWN = CalendarDay("not-known")
_WORKING = CalendarDay("working")
_WEEKEND = CalendarDay("weekend")
_STATE_CODE_LENGTH = 2


class LibraryCalendars:
    """``exchange.ports.Calendars``; a Party that the library does not hold has no days that are known."""

    def day(self, party: PartyCode, day: Day) -> CalendarDay:
        return _day(party, day)


@lru_cache(maxsize=65_536)
def _day(party: PartyCode, day: Day) -> CalendarDay:
    calendar = _year(party, day.year, None)
    if calendar is None or not calendar.start_year <= day.year <= calendar.end_year:
        return _NOT_KNOWN
    if day in calendar and not calendar.is_working_day(day):
        return CalendarDay("holiday", _names(party, day))
    return _WORKING if calendar.is_working_day(day) else _WEEKEND


def _names(party: PartyCode, day: Day) -> dict[str, str]:
    """The holiday's name in each language that the library holds for the State."""
    import holidays  # a quarter of a second, which most commands need not wait for

    found: dict[str, str] = {}
    for tag in holidays.list_localized_countries().get(party, ()):
        calendar = _year(party, day.year, tag)
        name = calendar.get(day) if calendar is not None else None
        if name:
            found.setdefault(primary(tag.replace("_", "-")), name)
    if not found and (calendar := _year(party, day.year, None)) is not None and (name := calendar.get(day)):
        found[primary((calendar.default_language or "en").replace("_", "-"))] = name
    return found


@lru_cache(maxsize=1024)
def _year(party: PartyCode, year: int, tag: str | None) -> HolidayBase | None:
    import holidays

    if len(party) != _STATE_CODE_LENGTH or party not in holidays.list_supported_countries(include_aliases=False):
        return None
    return holidays.country_holidays(party, years=year, language=tag, expand=False)
