"""Working days: arithmetic over a Party's calendar, which is an argument. No calendar is kept here.

A calendar says of a day ``True`` (people work), ``False`` (weekend or public holiday) or ``None`` (not known). What
rests on a day that is not known is not known either: nothing is guessed. The Convention counts in calendar days;
working days tell an officer what he can still get done, and move no last day.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from musnad.core.kernel.times import Day

DayKind = Literal["working", "weekend", "holiday", "not-known"]
IsWorking = Callable[[Day], bool | None]

LONGEST_SPAN_DAYS = 731
"""The longest stretch that is counted: further ahead no State has fixed its holidays, and a peer's far day costs us
nothing."""

_LONGEST_REST_DAYS = 31
"""No State rests for longer; a calendar that says so is not believed."""


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A day as a Party's calendar has it; ``names`` are the holiday's, by language, as far as they are known."""

    kind: DayKind
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_working(self) -> bool | None:
        return None if self.kind == "not-known" else self.kind == "working"


def working_days_left(today: Day, last_day: Day, is_working: IsWorking) -> int | None:
    """The working days after ``today`` up to ``last_day``, included; 0 once that is today or past.

    Returns:
        None where a day among them is not known, or where they are more than ``LONGEST_SPAN_DAYS``.
    """
    span = (last_day - today).days
    if span > LONGEST_SPAN_DAYS:
        return None
    found = 0
    for number in range(1, span + 1):
        working = is_working(today + timedelta(days=number))
        if working is None:
            return None
        found += working
    return found


def last_working_day(not_after: Day, is_working: IsWorking) -> Day | None:
    """The last working day that is not after this one: by when a thing is done that is due on it.

    Returns:
        None where the first day that could be one is not known, or where a whole month has none.
    """
    for number in range(_LONGEST_REST_DAYS):
        if (not_after - Day.min).days < number:
            return None
        day = not_after - timedelta(days=number)
        working = is_working(day)
        if working is None:
            return None
        if working:
            return day
    return None
