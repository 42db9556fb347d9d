"""Whatever a request's fields hold, both nodes can read the case: every value that a message may carry renders."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest
from django.template.loader import get_template
from hypothesis import HealthCheck, example, given, reject, settings
from hypothesis import strategies as st

from musnad.adapters.treaty_files import load_treaty
from musnad.core.kernel.ijson import INTEGER_LIMIT
from musnad.core.messages import bodies
from musnad.core.messages.errors import BadMessage
from musnad.core.messages.message import write_message
from musnad.core.messages.schema import parse_message
from musnad.core.treaty.values import Measure
from musnad.desk.cases.trust import trust_in
from musnad.exchange import composing
from musnad.exchange.reading import show_case
from musnad.exchange.reading.parts import request_fields
from musnad.exchange.reading.values import CaseView
from musnad.language import use
from tests.doors.desk.settings import desk_settings
from tests.doors.desk.story import CONTACT, FIELDS, OFFENCE, PRESERVATION, Story, tell_story
from tests.messages_of_each_kind import MESSAGES
from tests.world import World

TREATY = load_treaty()
MEASURE: Measure = next(one for name, one in TREATY.measures.items() if name == PRESERVATION)

texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cf", "Cs"]), max_size=30)
words = st.sampled_from(
    ("class", "provision", "maximum", "unit", "number", "months", "years", "life-or-heavier", "type", "value", "from")
) | st.sampled_from(
    ("until", "zone", "port", "name", "function", "reach", "serious-crime", "email", "2026-11-01", "Asia/Qatar")
)
scalars = st.none() | st.booleans() | st.integers(-INTEGER_LIMIT, INTEGER_LIMIT) | texts | words
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words | texts, inner, max_size=5),
    max_leaves=12,
)
units = st.sampled_from(["months", "years", "life-or-heavier"]) | scalars
penalties = st.fixed_dictionaries({"unit": units}, optional={"number": values})
near = st.fixed_dictionaries(
    {
        "offence": st.fixed_dictionaries({**{name: st.just(OFFENCE[name]) for name in OFFENCE}, "maximum": penalties}),
        "period-of-data": st.fixed_dictionaries({"from": scalars, "until": scalars, "zone": scalars}),
        "identifiers": st.lists(st.dictionaries(words, scalars, max_size=4), max_size=3),
    }
)


@pytest.fixture(scope="module")
def story() -> Story:
    return tell_story()


@pytest.fixture(scope="module")
def view(story: Story) -> Iterator[CaseView]:
    with desk_settings():
        yield show_case(story.world["VN"].ports, story.asked)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(fields=st.dictionaries(st.sampled_from(sorted(MEASURE.fields)), values, max_size=4) | near)
@example(fields={"offence": {**OFFENCE, "maximum": {"unit": "months"}}})
@example(fields={"offence": {**OFFENCE, "maximum": {"unit": "years", "number": "abc"}}})
@example(fields={"offence": {**OFFENCE, "maximum": {"unit": "months", "number": True}}})
@example(fields={"offence": {**OFFENCE, "maximum": {"unit": "months", "number": INTEGER_LIMIT}}})
@example(fields={"offence": {**OFFENCE, "maximum": {"unit": "life-or-heavier", "number": [[]]}}})
def test_any_value_that_a_message_may_carry_is_shown(view: CaseView, fields: Mapping[str, Any]) -> None:
    asked = replace(MESSAGES["request"], body=bodies.Request(fields))  # type: ignore[arg-type]
    try:
        body = parse_message(write_message(asked)).body
    except BadMessage:
        reject()
    assert isinstance(body, bodies.Request)
    shown = request_fields(body.fields, MEASURE, TREATY)
    assert {one.name for one in shown} == fields.keys()
    request = replace(view.requests[0], fields=shown)
    for language in ("en", "ar"):
        use(language)
        case = replace(view, requests=(request,))
        page = get_template("desk/case.html").render({"case": case, "trust": trust_in(case), "inside": False})
        assert "</html>" in page


@pytest.mark.parametrize("maximum", [{"unit": "months"}, {"unit": "years", "number": "abc"}, {"unit": "x"}, 7])
def test_a_strange_penalty_from_a_hostile_node_is_read_by_both(
    maximum: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An honest node does not send what the treaty engine would not have; a hostile one asks no engine."""
    monkeypatch.setattr(composing, "_judge", lambda *_: ())
    world = World()
    vn, qa = world["VN"], world["QA"]
    fields = {**FIELDS, "offence": {**OFFENCE, "maximum": maximum}}
    vn.say(CONTACT, [qa.authority(CONTACT)], bodies.Request(fields), measure=PRESERVATION)
    world.settle()
    for node in (vn, qa):
        (row,) = node.ports.journal.cases()
        (request,) = show_case(node.ports, row.case).requests
        offence = next(one for one in request.fields if one.name == "offence")
        assert all(part.kind == "text" for part in offence.parts)
