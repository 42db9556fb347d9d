"""Figures: the sums are those of counting from scratch, exercises stay apart, clocks in minutes are counted too."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from musnad.core.kernel.errors import BadForm
from musnad.core.kernel.names import CaseRef, MessageId
from musnad.core.messages import bodies
from musnad.exchange.composing import case_state
from musnad.exchange.due import refresh
from musnad.exchange.statistics import (
    TIMES,
    Figures,
    Times,
    figures_members,
    parse_year,
    read_figures,
    times_of,
    years,
)
from musnad.exchange.tallies import Tally, counts_of, read_counts, step_of, write_counts
from tests.doors.desk.story import ACCESS, ACCESS_FIELDS, CENTRAL, Story, published, tell_story
from tests.world import World

TALLIES = [
    Tally("2026-11", direction, "QA", "m", False, "status", status)
    for direction, status in product(("in", "out"), ("asked", "refused", "fulfilled"))
]


@pytest.fixture(scope="module")
def story() -> Story:
    return tell_story()


def test_the_sums_are_those_of_counting_every_case(story: Story) -> None:
    ports = story.world["VN"].ports
    refresh(ports)
    scratch: Counter[Tally] = Counter()
    for row in ports.journal.cases():
        scratch.update(counts_of(ports.party, case_state(ports, row.case)))
    assert dict(ports.agenda.figures()) == scratch
    assert scratch


def test_what_a_case_adds_is_read_as_it_was_written() -> None:
    counts = {TALLIES[0]: 3, TALLIES[1]: 1}
    assert read_counts(write_counts(counts)) == counts


def test_volumes_times_and_grounds(story: Story) -> None:
    figures = read_figures(story.world["VN"].ports, exercise=True)
    assert figures.asked("out") + figures.asked("in") == sum(figures.table("status", "out").values()) + sum(
        figures.table("status", "in").values()
    )
    assert figures.table("ground", "out") == {"essential-interests": 1}
    assert figures.table("status", "out")["refused"] == 1
    assert figures.unanswered("out") >= 1
    assert set(figures.table("partner", "out")) == {"QA"}
    assert set(figures.table("acknowledged", "out")) <= {"minutes-15", "hour"}
    assert figures_members(figures)["out"]["asked"] == figures.asked("out")  # type: ignore[index]


def test_exercises_are_never_counted_as_real() -> None:
    ports = World(published=published())["VN"].ports
    real, drill = TALLIES[0], replace(TALLIES[0], exercise=True)
    with patch.object(type(ports.agenda), "figures", lambda *_: {real: 2, drill: 3}):
        assert read_figures(ports).counts == {real: 2}
        assert read_figures(ports, exercise=True).counts == {drill: 3}


def test_a_day_that_passed_without_an_answer_is_missed_only_then(story: Story) -> None:
    world = tell_story().world
    ports = world["VN"].ports
    before = read_figures(ports, exercise=True).table("missed", "out")
    world.clock.advance(days=400)
    after = read_figures(ports, exercise=True).table("missed", "out")
    assert sum(after.values()) > sum(before.values())
    assert "preservation-lapsed" in after


def test_a_year_is_four_digits(story: Story) -> None:
    ports = story.world["VN"].ports
    found = years(ports)
    assert found == tuple(sorted(found, reverse=True))
    each = [read_figures(ports, year, exercise=True).asked("out") for year in found]
    assert all(each)
    assert sum(each) == read_figures(ports, exercise=True).asked("out")
    assert read_figures(ports, found[0] + 1, exercise=True).counts == {}
    assert parse_year("") is None
    with pytest.raises(BadForm):
        parse_year("20 26")


@pytest.mark.parametrize(
    ("passed", "step"),
    [(-5, "minutes-15"), (15 * 60, "minutes-15"), (15 * 60 + 1, "hour"), (90 * 86400 + 1, "longer")],
)
def test_a_time_falls_into_one_step(passed: int, step: str) -> None:
    assert step_of(timedelta(seconds=passed)) == step


# --- by measure and partner -------------------------------------------------------------------------------------------

Step = st.sampled_from(TIMES)


@given(st.dictionaries(Step, st.integers(1, 50)))
def test_half_and_nine_tenths_are_those_of_the_times_one_by_one(numbers: dict[str, int]) -> None:
    each = sorted(TIMES.index(step) for step, number in numbers.items() for _ in range(number))
    found = times_of(numbers)
    assert found.number == len(each)
    for tenths, told in ((5, found.median), (9, found.ninth)):
        nearest = -(-len(each) * tenths // 10)  # the smallest rank by which so many tenths are reached
        assert told == (TIMES[each[nearest - 1]] if each else None)


def test_partners_and_measures_cross_and_come_to_their_totals() -> None:
    found = Figures(2026, datetime(2026, 11, 23, tzinfo=UTC).date(), False, CROSSED)
    for side in ("partner", "measure"):
        rows = found.summaries(side, "in")
        total = found.summary("in")
        for name in ("asked", "refused", "unanswered", "missed"):
            assert sum(getattr(one, name) for one in rows.values()) == getattr(total, name)
        assert sum(one.answered.number for one in rows.values()) == total.answered.number
    both = found.only("access", "QA")
    assert both.summary("in").asked == 4
    assert both.summary("in").answered == Times(3, "hour", "week")
    assert found.only("access").summaries("partner", "in")["QA"] == both.summary("in")
    assert both.summary("out").asked == 0
    members = figures_members(both)
    assert (members["measure"], members["partner"]) == ("access", "QA")
    assert members["in"]["times"]["answered"] == {"number": 3, "median": "hour", "ninth_decile": "week"}  # type: ignore[index]


def test_volumes_have_every_month_between() -> None:
    found = Figures(None, datetime(2026, 11, 23, tzinfo=UTC).date(), False, CROSSED)
    assert found.table("month", "in") == {"2025-11": 2, "2025-12": 0, "2026-01": 5}
    assert found.table("month", "out") == {}


def _tally(partner: str, measure: str, what: str, value: str = "", month: str = "2026-01") -> Tally:
    return Tally(month, "in", partner, measure, False, what, value)


CROSSED = {
    _tally("QA", "access", "asked"): 4,
    _tally("EG", "access", "asked"): 1,
    _tally("EG", "preserve", "asked", month="2025-11"): 2,
    _tally("QA", "access", "status", "fulfilled"): 3,
    _tally("QA", "access", "status", "asked"): 1,
    _tally("EG", "access", "status", "refused"): 1,
    _tally("EG", "preserve", "status", "asked"): 2,
    _tally("QA", "access", "answered", "hour"): 2,
    _tally("QA", "access", "answered", "week"): 1,
    _tally("EG", "access", "answered", "day"): 1,
    _tally("EG", "preserve", "missed", "late-answer"): 2,
}


# --- the clock in minutes ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("urgency", "minutes"), [("emergency", 60), ("urgent", 24 * 60)])
def test_an_acknowledgement_that_is_awaited_in_minutes_is_missed_when_they_are_over(urgency: str, minutes: int) -> None:
    world = World(published=published())
    case = emergency(world, urgency)
    asker, asked = world["VN"].ports, world["QA"].ports
    world.clock.advance(minutes=minutes - 4)
    for ports, direction in ((asker, "out"), (asked, "in")):
        assert read_figures(ports, exercise=True).table("missed", direction) == {}  # type: ignore[arg-type]
    world.clock.advance(minutes=6)
    for ports, direction in ((asker, "out"), (asked, "in")):
        found = read_figures(ports, exercise=True).table("missed", direction)  # type: ignore[arg-type]
        assert found == {f"{urgency}-not-acknowledged": 1}
    acknowledge(world, case)
    for ports, direction in ((asker, "out"), (asked, "in")):
        found = read_figures(ports, exercise=True).table("missed", direction)  # type: ignore[arg-type]
        assert found == {f"{urgency}-acknowledged-late": 1}


def test_an_acknowledgement_in_time_misses_nothing() -> None:
    world = World(published=published())
    case = emergency(world, "emergency")
    world.clock.advance(minutes=50)
    acknowledge(world, case)
    world.clock.advance(days=1)
    assert read_figures(world["QA"].ports, exercise=True).table("missed", "in") == {}
    assert read_figures(world["QA"].ports, exercise=True).table("acknowledged", "in") == {"hour": 1}


def emergency(world: World, urgency: str) -> CaseRef:
    fields = {**ACCESS_FIELDS, "urgency": urgency, "person-at-risk": "A hostage; hours."}
    vn, qa = world["VN"], world["QA"]
    case = CaseRef(vn.say(CENTRAL, [qa.authority(CENTRAL)], bodies.Request(fields), measure=ACCESS))
    world.settle()
    return case


def acknowledge(world: World, case: CaseRef) -> None:
    vn, qa = world["VN"], world["QA"]
    qa.say(CENTRAL, [vn.authority(CENTRAL)], bodies.Acknowledgement(), case=case, answers=MessageId(case))
    world.settle()
