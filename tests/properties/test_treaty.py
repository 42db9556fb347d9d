"""Any bytes given to the treaty's readers, and any values to its engine, give a value or a ``MusnadError``."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.ijson import write_canonical
from musnad.core.treaty import engine
from musnad.core.treaty.findings import Finding, Severity
from musnad.core.treaty.reader import bundle, parse_bundle, parse_treaty
from musnad.core.treaty.values import Certainty, Treaty
from tests.core.treaty.answers import full
from tests.core.treaty.data import FILES, FULL, PRESERVE, TREATY, ask

JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.sampled_from(["2026-10-01", "UTC", "email"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["type", "value", "from", "until", "zone", "class", "unit", "x"]), inner)
    ),
    max_leaves=8,
)
MEASURES = st.sampled_from(sorted(TREATY.measures))


def value_or_error(data: bytes) -> None:
    with suppress(MusnadError):
        assert isinstance(parse_bundle(data), Treaty)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_bundle_or_an_error(data: bytes) -> None:
    value_or_error(data)


@given(st.sampled_from(sorted(FILES)), st.binary(max_size=300))
@settings(max_examples=50, deadline=None)
def test_any_file_is_read_or_an_error(name: str, data: bytes) -> None:
    with suppress(MusnadError):
        parse_treaty({**FILES, name: data})


@given(st.dictionaries(st.text(max_size=12) | st.just("treaty.toml"), st.text(max_size=100), max_size=4))
def test_any_texts_are_a_bundle_or_an_error(files: dict[str, str]) -> None:
    value_or_error(write_canonical(files))


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_any_slip_of_the_pen_is_read_or_an_error(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(FILES)))
    text = FILES[name]
    at = data.draw(st.integers(0, len(text) - 1))
    slip = data.draw(st.binary(max_size=3))
    files = {**FILES, name: text[:at] + slip + text[at + data.draw(st.integers(0, 3)) :]}
    try:
        treaty = parse_treaty(files)
    except MusnadError:
        return
    assert parse_bundle(bundle(files)) == treaty
    assert (treaty.digest == TREATY.digest) == (files == FILES)


@given(MEASURES, st.data())
def test_any_value_in_any_field_gives_findings(measure: str, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(TREATY.measure(measure).fields)))
    asked = TREATY.measure(measure)
    filled = {**full(TREATY, asked), name: data.draw(JSON), data.draw(st.text(max_size=5)): 1}
    roles = {"asker_roles": asked.askers.roles, "addressee_roles": asked.addressees.roles}
    found = engine.check_request(TREATY, measure, filled, **roles)
    assert all(isinstance(one, Finding) for one in found)
    for one in found:
        blocks = one.rule is None or one.certainty is Certainty.CERTAIN
        assert (one.severity is Severity.BLOCKS) == blocks


@given(st.dates(), st.integers(0, 400))
def test_a_period_is_too_short_exactly_below_the_least_last_day(start: Any, days: int) -> None:
    try:
        until, least = start + timedelta(days=days), engine.least_last_day(TREATY, PRESERVE, start)
    except (OverflowError, MusnadError):
        return
    found = engine.check_confirmation(TREATY, PRESERVE, counted_from=start, until=until)
    assert (until < least) == bool(found)


@given(MEASURES, st.lists(st.sampled_from(sorted(TREATY.grounds)) | st.text(max_size=8), max_size=5))
def test_every_refusal_without_findings_cites_a_ground_that_the_data_allows(measure: str, grounds: list[str]) -> None:
    found = engine.check_refusal(TREATY, measure, grounds, consulted=True)
    if not found:
        assert grounds
        assert set(grounds) <= set(TREATY.measure(measure).grounds)


@pytest.mark.parametrize("depth", [10, 5_000])
def test_a_deep_value_is_a_finding(depth: int) -> None:
    value: Any = "x"
    for _ in range(depth):
        value = [value]
    assert ask(TREATY, PRESERVE, {**FULL[PRESERVE], "identifiers": value})
