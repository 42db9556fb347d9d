"""The codes of States are those of the list that the time zone database carries."""

from __future__ import annotations

from importlib import resources

import pytest

from musnad.core.kernel.states import STATES, UnknownState, parse_state


def test_the_codes_are_those_of_the_time_zone_database() -> None:
    text = resources.files("tzdata").joinpath("zoneinfo", "iso3166.tab").read_text("utf-8")
    assert {line[:2] for line in text.splitlines() if not line.startswith("#")} == STATES


@pytest.mark.parametrize("text", ["XX", "qa", "QAT", "", "Q", "EU", "UK"])
def test_refuses_a_code_that_no_state_has(text: str) -> None:
    with pytest.raises(UnknownState) as caught:
        parse_state(text)
    assert caught.value.state == text


def test_reads_a_state() -> None:
    assert parse_state("QA") == "QA"
