"""Calendars that are told which days nobody works."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from musnad.core.case.calendar import CalendarDay
from musnad.core.kernel.names import PartyCode
from musnad.core.kernel.times import Day


@dataclass(slots=True)
class MemoryCalendars:
    """``exchange.ports.Calendars`` of the Parties that are given, each with its weekend (Monday is 0) and holidays."""

    weekends: Mapping[PartyCode, frozenset[int]] = field(default_factory=dict)
    holidays: dict[tuple[PartyCode, Day], Mapping[str, str]] = field(default_factory=dict)

    def day(self, party: PartyCode, day: Day) -> CalendarDay:
        if party not in self.weekends:
            return CalendarDay("not-known")
        if (party, day) in self.holidays:
            return CalendarDay("holiday", self.holidays[party, day])
        return CalendarDay("weekend" if day.weekday() in self.weekends[party] else "working")
