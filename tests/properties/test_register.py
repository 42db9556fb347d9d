"""Entry into force and standing, over random facts, against a naive computation that goes through the days.

The naive one knows nothing of spans: it takes a world in which every fact has its day, and counts from day to day. The
register's answer must hold in every such world that its spans allow, and be met by some.
"""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from musnad.core.kernel.names import PartyCode
from musnad.core.register.force import entry_into_force
from musnad.core.register.standing import standing
from musnad.core.register.values import Register
from tests.core.register.data import STATES, numbers, register_of, row

BEGIN = date(2026, 1, 1)
NAMES = [*STATES[:7], "EU"]
RANK = {"none": 0, "signed": 1, "deposited": 2, "party": 3, "withdrawn": 4}

Window = tuple[int, int]
"""A deposit's earliest and latest day, counted from BEGIN."""

windows = st.tuples(st.integers(0, 60), st.sampled_from([0, 0, 0, 3, 20])).map(lambda one: (one[0], one[0] + one[1]))
deposits = st.dictionaries(st.sampled_from(NAMES), windows, max_size=len(NAMES))


def at(place: int) -> date:
    return BEGIN + timedelta(days=place)


def made(told: dict[str, Window]) -> Register:
    lines = [row("", "list", "2039-12-31", about="deposits")]
    for code, (first, last) in told.items():
        if first == last:
            lines.append(row(code, "accession", str(at(first))))
        else:
            lines.append(row(code, "accession", not_before=str(at(first)), by=str(at(last))))
    return register_of(lines)


def naive_force(days: dict[str, int], needed: int, delay: int, until: int) -> int | None:
    """Go through the days up to ``until``, count what was deposited, and add the delay to the one that completes it."""
    counted = 0
    for place in range(until + 1):
        for code, deposited in days.items():
            if deposited == place and code != "EU":
                counted += 1
                if counted == needed:
                    return place + delay
    return None


def naive_status(days: dict[str, int], code: str, needed: int, delay: int, later: int, asked: int) -> str:
    if code not in days or days[code] > asked:
        return "none"
    general = naive_force(days, needed, delay, asked)
    if general is None:
        return "deposited"
    completed = general - delay
    own = general if days[code] <= completed else max(general, days[code] + later)
    return "party" if asked >= own else "deposited"


@settings(max_examples=300, deadline=None)
@given(
    deposits.map(lambda told: {code: (first, first) for code, (first, _) in told.items()}),
    st.integers(1, 6), st.integers(1, 40), st.integers(1, 40), st.integers(0, 140),
)  # fmt: skip
def test_with_known_days_the_answer_is_the_naive_one(
    told: dict[str, Window], needed: int, delay: int, later: int, asked: int
) -> None:
    days = {code: first for code, (first, _) in told.items()}
    register, life = made(told), numbers(needed, delay, later)
    found = entry_into_force(register, at(asked), life)
    expected = naive_force(days, needed, delay, asked)
    assert found.counted == found.possible == sum(day <= asked for code, day in days.items() if code != "EU")
    assert found.inexact == ()
    if expected is None:
        assert (found.verdict, found.enters) == ("not-in-force", None)
    else:
        assert found.enters is not None
        assert found.enters.earliest == found.enters.latest == at(expected)
        assert found.verdict == ("in-force" if asked >= expected else "not-in-force")
    for code in NAMES:
        where = standing(register, PartyCode(code), at(asked), life)
        assert where.is_known
        assert where.status == naive_status(days, code, needed, delay, later, asked)


@settings(max_examples=300, deadline=None)
@given(deposits, st.integers(1, 5), st.integers(1, 40), st.integers(0, 140), st.data())
def test_with_bounded_days_the_answer_holds_in_every_world(
    told: dict[str, Window], needed: int, delay: int, asked: int, data: st.DataObject
) -> None:
    """A world: each deposit on some day of its window. Later Parties wait no longer than the general delay."""
    later = data.draw(st.integers(1, delay))
    days = {code: data.draw(st.integers(*window)) for code, window in told.items()}
    register, life = made(told), numbers(needed, delay, later)
    found = entry_into_force(register, at(asked), life)
    truth = naive_force(days, needed, delay, 10_000)
    counted = sum(day <= asked for code, day in days.items() if code != "EU")
    assert found.counted <= counted <= found.possible
    in_force = truth is not None and truth <= asked
    if found.verdict != "not-known":
        assert (found.verdict == "in-force") == in_force
    if found.enters is not None and truth is not None and all(told[code][0] <= asked for code in told):
        assert found.enters.earliest <= at(truth) <= found.enters.latest
    for code in NAMES:
        where = standing(register, PartyCode(code), at(asked), life)
        status = naive_status(days, code, needed, delay, later, asked)
        assert RANK[where.status] <= RANK[status] <= RANK[where.at_most]


@settings(max_examples=150, deadline=None)
@given(deposits, st.integers(1, 5), st.integers(1, 40), st.integers(0, 140), st.booleans())
def test_the_bounds_are_met(told: dict[str, Window], needed: int, delay: int, asked: int, early: bool) -> None:
    """The worlds in which all happened as early, or as late, as it can have give the two ends of the answer."""
    days = {code: window[0 if early else 1] for code, window in told.items()}
    register, life = made(told), numbers(needed, delay, 1)
    known = {code: window for code, window in told.items() if window[0] <= asked}
    truth = naive_force({code: days[code] for code in known}, needed, delay, 10_000)
    found = entry_into_force(register, at(asked), life)
    if truth is None:
        assert found.enters is None
    else:
        assert found.enters is not None
        assert (found.enters.earliest if early else found.enters.latest) == at(truth)
