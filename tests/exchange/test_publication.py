"""The report for the public: published once, and nothing small can be computed from all of it together.

The proof by worlds: for every number that a report hides, other requests are made that give the very same report and
another number. Whoever reads the report, and knows the method, cannot tell these worlds apart.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import combinations, product
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from musnad.core.kernel.ijson import write_canonical
from musnad.exchange.audit import read_notes
from musnad.exchange.disclosure import LEFT_OPEN, SMALLEST, Protected, merge, protect
from musnad.exchange.errors import NotPublished, YearNotOver
from musnad.exchange.publication import (
    ACT,
    TOLD,
    public_members,
    public_report,
    public_rows,
    publish,
    published,
    published_members,
)
from musnad.exchange.statistics import TIMES, Figures, read_figures
from musnad.exchange.tallies import Tally
from tests.world import World

YEAR = 2025
DAY = date(2026, 11, 23)


# --- one table --------------------------------------------------------------------------------------------------------

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
            assert len({one[name] for one in tables}) >= LEFT_OPEN, (tables[0], name)


@given(st.dictionaries(st.sampled_from(TIMES), st.integers(0, 30)))
def test_neighbours_are_put_together_until_no_group_is_small(numbers: dict[str, int]) -> None:
    told = merge(numbers, TIMES)
    assert not told.hidden
    assert all(number >= SMALLEST for number in told.shown.values())
    assert sum(told.shown.values()) == (told.total or 0)
    assert (told.total is None) == (sum(numbers.values()) < SMALLEST)
    assert list(told.shown) == sorted(told.shown, key=TIMES.index)


# --- the whole report -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    """A request, as far as it is counted: steps of times, what became of it, and why it was refused."""

    partner: str
    measure: str
    acknowledged: str | None = None
    answered: str | None = None
    outcome: str | None = None
    grounds: frozenset[str] = frozenset()

    @property
    def progress(self) -> str:
        return "answered" if self.answered else "acknowledged" if self.acknowledged else "waiting"


def figures_of(requests: Sequence[Asked]) -> Figures:
    counts: Counter[Tally] = Counter()
    for one in requests:
        facts = [("asked", ""), ("progress", one.progress), ("acknowledged", one.acknowledged)]
        facts += [("answered", one.answered), ("outcome", one.outcome), *(("ground", name) for name in one.grounds)]
        for what, value in facts:
            if value is not None:
                counts[Tally(f"{YEAR}-03", "in", one.partner, one.measure, False, what, value)] += 1
    return Figures(YEAR, DAY, False, counts)


def told_of(requests: Sequence[Asked]) -> bytes:
    return write_canonical(public_members(figures_of(requests)))


@st.composite
def some_requests(draw: st.DrawFn) -> list[Asked]:
    """Groups of alike requests, so that large and small numbers stand beside each other."""
    found: list[Asked] = []
    for _ in range(draw(st.integers(1, 6))):
        steps = sorted(draw(st.tuples(st.integers(0, 8), st.integers(0, 8))))
        progress = draw(st.sampled_from(("answered", "answered", "acknowledged", "waiting")))
        outcome = draw(st.sampled_from(("refused", "fulfilled", "accepted"))) if progress == "answered" else None
        grounds = draw(st.sets(st.sampled_from(("g1", "g2", "g3")), min_size=1)) if outcome == "refused" else set()
        one = Asked(
            draw(st.sampled_from(("QA", "EG", "AE", "JO"))),
            draw(st.sampled_from(("access", "preserve", "intercept"))),
            TIMES[steps[0]] if progress != "waiting" else None,
            TIMES[steps[1]] if progress == "answered" else None,
            outcome,
            frozenset(grounds),
        )
        found += [one] * draw(st.integers(1, 14))
    return found


@settings(max_examples=25, deadline=None)
@given(some_requests())
def test_no_hidden_number_can_be_computed_from_the_whole_report(requests: list[Asked]) -> None:
    figures = figures_of(requests)
    said = told_of(requests)
    for name, table in public_report(figures)["in"].items():
        numbers = figures.count(name, "in")
        if name in ("acknowledged", "answered"):
            for step, group in parts_of(table, numbers):
                found = {numbers.get(step, 0)}
                reach(found, worlds_in_time(requests, name, step, group, found), name, step, said)
                assert len(found) >= LEFT_OPEN, (name, step, said)
            continue
        for hidden in table.hidden:
            found = {numbers[hidden]}
            reach(found, worlds(requests, name, hidden, table.hidden, found), name, hidden, said)
            assert len(found) >= LEFT_OPEN, (name, hidden, said)


def reach(found: set[int], others: Iterator[list[Asked]], name: str, value: str, said: bytes) -> None:
    """Add the numbers that stand in other worlds in which the same report is told, until there are enough."""
    for requests in others:
        if told_of(requests) == said:
            found.add(figures_of(requests).count(name, "in").get(value, 0))
            if len(found) >= LEFT_OPEN:
                return


def worlds(
    requests: list[Asked], name: str, chosen: str, hidden: Sequence[str], known: set[int]
) -> Iterator[list[Asked]]:
    """Worlds in which the hidden numbers of this table are others, with the same sum."""
    numbers = figures_of(requests).count(name, "in")
    for others in (*combinations([one for one in hidden if one != chosen], 1), *combinations(hidden, 2)):
        if chosen in others:
            continue
        whole = numbers[chosen] + sum(numbers[one] for one in others)
        for value in range(1, whole):
            if value in known:
                continue
            for first in range(1, whole - value + 1) if len(others) == 2 else (whole - value,):
                rest = (first,) if len(others) == 1 else (first, whole - value - first)
                if min(rest) > 0:
                    wanted = {one: numbers[one] for one in hidden} | {chosen: value}
                    wanted |= dict(zip(others, rest, strict=True))
                    if name == "ground" or protect({**numbers, **wanted}).hidden == tuple(hidden):
                        yield from (
                            regrounded(requests, wanted) if name == "ground" else [relabelled(requests, name, wanted)]
                        )


def relabelled(requests: list[Asked], name: str, wanted: dict[str, int]) -> list[Asked]:
    """Each request that has a hidden label gets one of those wanted, and what goes with it."""
    labels = [label for label, number in wanted.items() for _ in range(number)]
    return [changed(one, name, labels.pop()) if getattr(one, name) in wanted else one for one in requests]


def changed(one: Asked, name: str, label: str) -> Asked:
    if name == "partner":
        return replace(one, partner=label)
    if name == "measure":
        return replace(one, measure=label)
    if name == "outcome":
        return replace(
            one, outcome=label, grounds=(one.grounds or frozenset({"g1"})) if label == "refused" else frozenset()
        )
    step = one.acknowledged or "hour"
    match label:
        case "waiting":
            return Asked(one.partner, one.measure)
        case "acknowledged":
            return Asked(one.partner, one.measure, step)
        case _:
            return replace(one, acknowledged=step, answered=one.answered or step, outcome=one.outcome or "fulfilled")


def regrounded(requests: list[Asked], wanted: dict[str, int]) -> Iterator[list[Asked]]:
    """The grounds dealt out in turn: each refusal has one at least, none the same twice."""
    refused = [one for one in requests if one.outcome == "refused"]
    numbers = {**figures_of(requests).count("ground", "in"), **wanted}
    if max(numbers.values()) > len(refused) or sum(numbers.values()) < len(refused):
        return
    dealt: list[set[str]] = [set() for _ in refused]
    for place, name in enumerate(name for name, number in numbers.items() for _ in range(number)):
        dealt[place % len(refused)].add(name)
    grounds = iter(dealt)
    yield [replace(one, grounds=frozenset(next(grounds))) if one.outcome == "refused" else one for one in requests]


def parts_of(table: Protected, numbers: dict[str, int]) -> Iterator[tuple[str, list[str]]]:
    """Each small number that is told only as part of a group, with the steps of its group."""
    before = 0
    for name in table.shown:
        group = list(TIMES[before : TIMES.index(name) + 1])
        before = TIMES.index(name) + 1
        if len(group) > 1:
            yield from ((one, group) for one in group if 0 < numbers.get(one, 0) < SMALLEST)


def worlds_in_time(
    requests: list[Asked], name: str, chosen: str, group: list[str], known: set[int]
) -> Iterator[list[Asked]]:
    """Worlds in which a group of times is made up otherwise, and still nobody answers before acknowledging."""
    numbers = figures_of(requests).count(name, "in")
    whole = sum(numbers.get(one, 0) for one in group)
    said = merge(numbers, TIMES)
    others = [one for one in group if one != chosen]
    for value in range(whole + 1):
        if value in known:
            continue
        for one, two in product(others, others):
            for part in range(whole - value + 1) if one != two else (0,):
                made = {**numbers, **dict.fromkeys(group, 0), chosen: value}
                made[one] += whole - value - part
                made[two] += part
                if merge(made, TIMES) == said:
                    yield from retimed(requests, name, made)


def retimed(requests: list[Asked], name: str, numbers: dict[str, int]) -> Iterator[list[Asked]]:
    """These times given to the requests, the quickest to the quickest; to the other table any that look the same."""
    other = "acknowledged" if name == "answered" else "answered"
    for beside in alike(figures_of(requests).count(other, "in")):
        both = {name: numbers, other: beside}
        acknowledged, answered = (
            sorted(TIMES.index(step) for step, number in both[one].items() for _ in range(number))
            for one in ("acknowledged", "answered")
        )
        if any(one > two for one, two in zip(acknowledged, answered, strict=False)):
            continue
        first, second = iter(acknowledged), iter(answered)
        yield [
            replace(
                one,
                acknowledged=TIMES[next(first)] if one.acknowledged else None,
                answered=TIMES[next(second)] if one.answered else None,
            )
            for one in sorted(requests, key=lambda one: one.answered is None)
        ]


def alike(numbers: dict[str, int]) -> Iterator[dict[str, int]]:
    """These numbers, and such as are told in the same words: some of one step moved to another."""
    yield numbers
    said = merge(numbers, TIMES)
    for step, to in product([one for one in TIMES if numbers.get(one)], TIMES):
        for moved in range(1, min(numbers[step], SMALLEST) + 1):
            made = {**numbers, step: numbers[step] - moved, to: numbers.get(to, 0) + moved}
            if step != to and merge(made, TIMES) == said:
                yield made


def test_a_number_that_another_table_would_tell_is_left_out() -> None:
    """Forty of forty-one were acknowledged: how fast is not told, since the sum would tell the one that was not."""
    many = [Asked("QA", "access", "hour", "day", "fulfilled")] * 40
    told = public_report(figures_of([*many, Asked("QA", "access")]))["in"]
    assert told["progress"] == Protected(41, {}, ("answered", "waiting"))
    assert told["acknowledged"] == told["answered"] == told["outcome"] == Protected(None, {}, ())
    whole = public_report(figures_of(many))["in"]
    assert whole["progress"].shown == {"answered": 40}
    assert whole["outcome"].shown == {"fulfilled": 40}


def test_the_report_crosses_no_two_tables() -> None:
    found = public_report(figures_of([Asked("QA", "access")] * 9))
    assert tuple(found["in"]) == TOLD
    for direction, name, value, _ in public_rows(found):
        assert direction in ("in", "out")
        assert name in TOLD
        assert value in {"QA", "access", "waiting", "total"}


def test_a_report_is_of_all_real_cases_of_one_year_only() -> None:
    figures = figures_of([Asked("QA", "access")] * 9)
    for other in (replace(figures, year=None), replace(figures, exercise=True), figures.only("access")):
        with pytest.raises(ValueError, match="one year"):
            public_report(other)


# --- once -------------------------------------------------------------------------------------------------------------


def figures_for(number: int) -> dict[Tally, int]:
    requests = [Asked("QA", "access", "hour", "day", "fulfilled")] * number + [Asked("EG", "preserve")] * 9
    return dict(figures_of(requests).counts)


def test_a_report_stands_as_it_was_published_whatever_happens_after() -> None:
    ports = World()["VN"].ports
    agenda = type(ports.agenda)
    with pytest.raises(NotPublished):
        published(ports, YEAR)
    with patch.object(agenda, "figures", lambda *_: figures_for(20)):
        first = publish(ports, YEAR, "lan")
    with patch.object(agenda, "figures", lambda *_: figures_for(21)):
        assert publish(ports, YEAR, "thu") == published(ports, YEAR) == first
        assert public_members(read_figures(ports, YEAR)) != first.members
        other = publish(ports, YEAR - 1, "lan")
    assert first.members["in"]["partner"] == {"total": 29, "numbers": {"QA": 20, "EG": 9}}  # type: ignore[index]
    assert first.report == public_report(replace(read_figures_of(figures_for(20)), day=ports.clock.now().date()))
    assert published_members(first)["published"]["by"] == "lan"  # type: ignore[index]
    assert other.members["in"]["partner"] == {"total": None, "numbers": {}}  # type: ignore[index]
    assert [one.record.act for one in read_notes(ports, 10)] == [ACT, ACT]
    assert ports.journal.cases() == ()


def read_figures_of(counts: dict[Tally, int]) -> Figures:
    return Figures(YEAR, DAY, False, counts)


def test_no_report_of_a_year_that_goes_on() -> None:
    world = World()
    ports = world["VN"].ports
    with pytest.raises(YearNotOver):
        publish(ports, ports.clock.now().year, "lan")
    year = ports.clock.now().year
    world.clock.advance(seconds=int(timedelta(days=60).total_seconds()))
    assert publish(ports, year, "lan").year == year


def test_the_longest_report_fits_into_its_record() -> None:
    ports = World()["VN"].ports
    treaty = ports.treaties.current()
    codes = sorted(ports.register.current().entries)
    grounds, measures = sorted(treaty.grounds), sorted(treaty.measures)
    counts: Counter[Tally] = Counter()
    for direction, place in product(("in", "out"), range(max(len(codes), len(measures)) * 7)):
        facts = [("asked", ""), ("progress", "answered"), ("outcome", "refused"), ("answered", "hour")]
        for what, value in [*facts, *(("ground", one) for one in grounds)]:
            partner, measure = codes[place % len(codes)], measures[place % len(measures)]
            counts[Tally(f"{YEAR}-01", direction, partner, measure, False, what, value)] += 1
    with patch.object(type(ports.agenda), "figures", lambda *_: counts):
        found = publish(ports, YEAR, "lan")
    assert len(found.report["in"]["partner"].shown) == len(codes)
    assert len(found.report["out"]["ground"].shown) == len(grounds)
