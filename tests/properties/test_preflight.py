"""Any JSON is a draft that is told what is wrong with it: nothing is raised, and a blocked draft is never a yes."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from musnad.core.kernel.errors import MusnadError
from musnad.core.law.reader import parse_profile
from musnad.core.law.values import Profile
from musnad.core.preflight.checking import preflight
from musnad.core.preflight.practice import Practice, parse_practice
from musnad.core.preflight.values import Answer, Weight
from musnad.exchange.reading.law import preflight_members
from musnad.language import speak
from musnad.language.preflight_words import read_told, told
from tests.core.law.data import FILE, FILES, KNOWN
from tests.core.preflight.data import KNOWN_NOW, TREATY, draft, known

WORDS = ["QA/central-authority", "VN/contact-24-7", "reciprocity", "2026-10-01", "UTC", "email", "internet-address"]
WORDS += ["serious-crime", "convention-offence", "illegal-access", "years", "life-or-heavier", "emergency"]
NAMES = ["type", "value", "from", "until", "zone", "class", "name", "provision", "maximum", "unit", "number", "port"]
NAMES += ["maximum-in-asked-state", "instrument", "note", "reach"]
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.sampled_from(WORDS),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=6), inner, max_size=6)
    ),
    max_leaves=10,
)
FIELDS = sorted({name for one in TREATY.measures.values() for name in one.fields})
MEMBERS = st.sampled_from(["author", "to", "measure", "legal_basis", "fields", "follows", "language", "exercise"])
MEASURES = st.sampled_from(sorted(TREATY.measures))


def is_told(value: dict[str, Any]) -> None:
    for within in (KNOWN_NOW, known(directory=None, profiles={}, register=None)):
        found = preflight(within, value)
        blocked = any(one.weight is Weight.BLOCKS for one in found.reasons)
        assert found.ready == (not blocked)
        if blocked:
            assert found.answer is Answer.NO
        for language in ("en", "ar"):
            speech = speak(language)
            for one in found.reasons:
                assert told(one, speech)
                assert all(read_told(read, speech) for read in one.read)
        assert preflight_members(found)["ready"] == found.ready


@given(st.dictionaries(MEMBERS | st.text(max_size=8), JSON, max_size=8))
@settings(max_examples=150, deadline=None)
def test_any_members_are_a_draft(value: dict[str, Any]) -> None:
    is_told(value)


@given(MEASURES, st.dictionaries(st.sampled_from(FIELDS) | st.text(max_size=8), JSON, max_size=6))
@settings(max_examples=150, deadline=None)
def test_any_fields_are_told(measure: str, fields: dict[str, Any]) -> None:
    is_told({**draft(), "measure": measure, "fields": fields})


@given(st.data(), JSON)
@settings(max_examples=100, deadline=None)
def test_any_one_field_of_a_whole_draft_may_be_anything(data: st.DataObject, value: Any) -> None:
    whole = draft()
    name = data.draw(st.sampled_from(sorted(whole["fields"])))
    is_told({**whole, "fields": {**whole["fields"], name: value}})


@given(st.sampled_from(sorted(FILES)), st.data())
@settings(max_examples=150, deadline=None)
def test_any_slip_of_the_pen_in_a_law_profile_is_read_or_an_error(name: str, data: st.DataObject) -> None:
    text = FILES[name]
    at = data.draw(st.integers(0, len(text) - 1))
    slip = data.draw(st.binary(max_size=3))
    changed = text[:at] + slip + text[at + data.draw(st.integers(0, 3)) :]
    with suppress(MusnadError):
        assert isinstance(parse_profile(FILE, changed, KNOWN), Profile)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_file_of_practice_or_an_error(data: bytes) -> None:
    with suppress(MusnadError):
        assert isinstance(parse_practice(FILE, data), Practice)
