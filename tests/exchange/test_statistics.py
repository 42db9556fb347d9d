"""Figures: the sums are those of counting from scratch, exercises stay apart, and nothing small can be told."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from datetime import timedelta
from itertools import product
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from musnad.core.kernel.errors import BadForm
from musnad.exchange.composing import case_state
from musnad.exchange.disclosure import SMALLEST, Protected, protect
from musnad.exchange.due import refresh
from musnad.exchange.statistics import (
    figures_members,
    parse_year,
    public_members,
    public_report,
    read_figures,
    years,
)
from musnad.exchange.tallies import Tally, counts_of, read_counts, step_of, write_counts
from tests.doors.desk.story import Story, published, tell_story
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
    with patch.object(type(ports.agenda), "figures", lambda _: {real: 2, drill: 3}):
        assert read_figures(ports).counts == {real: 2}
        assert read_figures(ports, exercise=True).counts == {drill: 3}
        with pytest.raises(ValueError, match="exercises"):
            public_report(read_figures(ports, exercise=True))


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


# --- small numbers ----------------------------------------------------------------------------------------------------

Numbers = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 40), max_size=8)


@given(Numbers)
def test_nothing_small_is_shown_and_no_hidden_number_stands_alone(numbers: dict[str, int]) -> None:
    told = protect(numbers)
    assert all(number >= SMALLEST and numbers[name] == number for name, number in told.shown.items())
    assert len(told.hidden) != 1
    assert told.total is None or told.total >= SMALLEST
    assert told.total is None or told.total == sum(numbers.values())


def _key(told: Protected) -> tuple[object, ...]:
    return told.total, tuple(told.shown.items()), told.hidden


@pytest.mark.parametrize("cells", [2, 3, 4])
def test_who_knows_the_method_cannot_tell_a_hidden_number_from_the_sums(cells: int) -> None:
    """Every table of these sizes is made; those that look the same when published differ in each hidden number."""
    highest = {2: 60, 3: 28, 4: 14}[cells]
    seen: dict[tuple[object, ...], list[dict[str, int]]] = defaultdict(list)
    for numbers in product(range(highest + 1), repeat=cells):
        table = dict(zip("abcd", numbers, strict=False))
        seen[_key(protect(table))].append(table)
    for (total, _, hidden), tables in seen.items():
        if total is None or int(total) > highest:  # type: ignore[call-overload]  # cut off by the largest number tried
            continue
        for name in hidden:  # type: ignore[attr-defined]
            assert len({one[name] for one in tables}) >= 3, (tables[0], name)


def test_without_a_total_only_what_is_small_is_hidden() -> None:
    told = protect({"a": 1, "b": 9}, summed=False)
    assert told == Protected(None, {"b": 9}, ("a",))


def test_a_report_of_few_requests_tells_no_number_of_them(story: Story) -> None:
    found = replace(read_figures(story.world["VN"].ports, exercise=True), exercise=False)
    members = public_members(found)
    assert found.asked("in") > 0
    assert members["in"]["partner"] == {"total": None, "numbers": {}}  # type: ignore[index]
