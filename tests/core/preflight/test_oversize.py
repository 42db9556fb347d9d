"""The field that makes a draft too large is named from its bytes, quickly, and from as few of them as it takes."""

from __future__ import annotations

import json
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from musnad.core.preflight.oversize import crowded_field
from musnad.core.treaty.forms import ENTRIES_LIMIT, LONG_TEXT_LIMIT

ONE = {"type": "internet-address", "value": '192.0.2.7 "[{,', "from": "2026-10-01T00:00:00Z"}


def octets(fields: object, **members: object) -> bytes:
    return json.dumps({"author": "QA/central-authority", "to": ["VN/a", "VN/b"], "fields": fields, **members}).encode()


def test_a_million_identifiers_are_named_from_the_first_few_thousand() -> None:
    begin = octets({"facts": "[" * 500, "identifiers": [ONE] * ENTRIES_LIMIT})[:-3]
    more = begin + b", " + b", ".join([json.dumps(ONE).encode()] * 100_000)
    tracemalloc.start()
    try:
        assert crowded_field(more) == ("identifiers", ENTRIES_LIMIT)
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()
    assert crowded_field(begin) is None, "as many as the form takes"


def test_a_text_past_all_bounds_is_named() -> None:
    assert crowded_field(octets({"facts": "a" * 200_000})) == ("facts", LONG_TEXT_LIMIT)
    assert crowded_field(octets({"facts": "a" * 200_000})[:-40]) == ("facts", LONG_TEXT_LIMIT), "cut off"
    assert crowded_field(octets({"contact": {"name": "a" * 200_000}})) == ("contact", LONG_TEXT_LIMIT)


def test_fields_may_stand_at_the_top() -> None:
    fields = json.dumps({"identifiers": list(range(ENTRIES_LIMIT + 1))}).encode()
    assert crowded_field(fields, within=()) == ("identifiers", ENTRIES_LIMIT)
    assert crowded_field(fields) is None


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[[[[",
        b"]]]]",
        b'{"fields": [' + b"1," * 5000,
        b'{"other": {"identifiers": [' + b"1," * 5000,
        b'{"fields": {"identifiers": ' + b"[" * 5000,
        octets({}, notes=[1] * 5000),
        octets({"offence": {"name": [1] * 5000}}),
    ],
)
def test_what_is_no_crowded_field_is_left_to_others(data: bytes) -> None:
    assert crowded_field(data) is None


@given(st.binary(max_size=300), st.sampled_from([(), ("fields",)]))
def test_it_never_raises(data: bytes, within: tuple[str, ...]) -> None:
    assert crowded_field(data, within=within) is None
