"""Both calendars: the library's, and the one in memory that is told the same."""

from __future__ import annotations

from datetime import date

import pytest

from musnad.adapters.calendars import LibraryCalendars
from musnad.adapters.memory.calendars import MemoryCalendars
from musnad.core.kernel.names import PartyCode
from musnad.exchange.ports import Calendars

QA, VN, EG, LK = PartyCode("QA"), PartyCode("VN"), PartyCode("EG"), PartyCode("LK")
NATIONAL_DAY = date(2026, 12, 18)
NAMES = {"en": "Qatar National Day", "ar": "اليوم الوطني لقطر"}


@pytest.fixture(params=["library", "memory"])
def calendars(request: pytest.FixtureRequest) -> Calendars:
    if request.param == "library":
        return LibraryCalendars()
    weekends = {VN: frozenset({5, 6}), QA: frozenset({4, 5}), EG: frozenset({4, 5})}
    return MemoryCalendars(weekends, {(QA, NATIONAL_DAY): NAMES})


def test_a_weekend_is_the_states_own(calendars: Calendars) -> None:
    friday, saturday, sunday = (date(2026, 11, day) for day in (27, 28, 29))
    assert [calendars.day(QA, one).kind for one in (friday, saturday, sunday)] == ["weekend", "weekend", "working"]
    assert [calendars.day(VN, one).kind for one in (friday, saturday, sunday)] == ["working", "weekend", "weekend"]


def test_a_public_holiday_has_its_name_by_language_even_on_a_weekend(calendars: Calendars) -> None:
    found = calendars.day(QA, NATIONAL_DAY)
    assert NATIONAL_DAY.weekday() == 4
    assert found.kind == "holiday"
    assert {one: found.names[one] for one in NAMES} == NAMES
    assert calendars.day(VN, NATIONAL_DAY).kind == "working"


@pytest.mark.parametrize("party", ["ZZ", "UNODC", "EU1"])
def test_a_party_without_a_calendar_is_not_known(calendars: Calendars, party: str) -> None:
    found = calendars.day(PartyCode(party), NATIONAL_DAY)
    assert (found.kind, found.is_working, dict(found.names)) == ("not-known", None, {})


def test_a_year_that_the_library_does_not_reach_is_not_known() -> None:
    library = LibraryCalendars()
    assert library.day(QA, date(1950, 1, 2)).kind == "not-known"
    assert library.day(QA, date(9999, 12, 31)).kind == "not-known"
    assert library.day(QA, date(1, 1, 1)).kind == "not-known"


def test_a_holiday_without_a_translation_keeps_its_own_language() -> None:
    found = LibraryCalendars().day(VN, date(2026, 9, 2))
    assert found.kind == "holiday"
    assert "vi" in found.names
    assert "ar" not in found.names
