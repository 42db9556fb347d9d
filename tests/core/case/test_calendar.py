"""Working days over calendars that the test makes up."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from musnad.core.case.calendar import LONGEST_SPAN_DAYS, CalendarDay, last_working_day, working_days_left
from musnad.core.kernel.times import Day

MONDAY = date(2026, 11, 23)
FRIDAY_AND_SATURDAY, SATURDAY_AND_SUNDAY = frozenset({4, 5}), frozenset({5, 6})


def resting(weekend: frozenset[int], *holidays: Day):  # type: ignore[no-untyped-def]
    return lambda day: day.weekday() not in weekend and day not in holidays


@pytest.mark.parametrize(
    ("weekend", "days", "expected"),
    [
        (SATURDAY_AND_SUNDAY, 0, 0),
        (SATURDAY_AND_SUNDAY, -3, 0),
        (SATURDAY_AND_SUNDAY, 4, 4),
        (SATURDAY_AND_SUNDAY, 5, 4),
        (SATURDAY_AND_SUNDAY, 7, 5),
        (FRIDAY_AND_SATURDAY, 4, 3),
        (FRIDAY_AND_SATURDAY, 6, 4),
    ],
)
def test_counts_what_is_left_after_today_with_the_last_day(weekend: frozenset[int], days: int, expected: int) -> None:
    assert working_days_left(MONDAY, MONDAY + timedelta(days), resting(weekend)) == expected


def test_a_holiday_is_no_working_day() -> None:
    calendar = resting(SATURDAY_AND_SUNDAY, MONDAY + timedelta(1))
    assert working_days_left(MONDAY, MONDAY + timedelta(4), calendar) == 3


def test_one_day_that_is_not_known_makes_the_count_not_known() -> None:
    unknown = MONDAY + timedelta(3)
    assert working_days_left(MONDAY, unknown, lambda day: None if day == unknown else True) is None
    assert working_days_left(MONDAY, unknown - timedelta(1), lambda day: None if day == unknown else True) == 2


def test_a_far_last_day_is_not_counted() -> None:
    asked: list[Day] = []

    def calendar(day: Day) -> bool:
        asked.append(day)
        return True

    assert working_days_left(MONDAY, MONDAY + timedelta(LONGEST_SPAN_DAYS), calendar) == LONGEST_SPAN_DAYS
    asked.clear()
    assert working_days_left(MONDAY, Day.max, calendar) is None
    assert not asked


def test_the_last_working_day_comes_before_a_weekend() -> None:
    sunday = MONDAY + timedelta(6)
    assert last_working_day(sunday, resting(SATURDAY_AND_SUNDAY)) == MONDAY + timedelta(4)
    assert last_working_day(sunday, resting(FRIDAY_AND_SATURDAY)) == sunday
    assert last_working_day(sunday, resting(SATURDAY_AND_SUNDAY, MONDAY + timedelta(4))) == MONDAY + timedelta(3)


def test_the_last_working_day_is_not_guessed() -> None:
    assert last_working_day(MONDAY, lambda _: None) is None
    assert last_working_day(MONDAY, lambda _: False) is None
    assert last_working_day(Day.min, lambda _: False) is None


def test_only_a_working_day_works() -> None:
    assert [CalendarDay(kind).is_working for kind in ("working", "weekend", "holiday", "not-known")] == [
        True,
        False,
        False,
        None,
    ]
