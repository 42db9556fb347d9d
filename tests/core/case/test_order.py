"""Of two contradictory steps said at the same time the less intrusive stands; the other is void."""

from __future__ import annotations

from datetime import date

import pytest

from musnad.core.case import Step, fold
from musnad.core.case.order import PRECEDENCE
from musnad.core.kernel.names import MessageId, Slug
from musnad.core.messages import bodies
from musnad.core.messages.bodies import KINDS
from tests.case_story import (
    ACCESS,
    LATER,
    PRESERVATION,
    QA,
    QA_CENTRAL,
    TREATIES,
    UNTIL,
    VN,
    Story,
    accepted,
    ask,
    preserved,
)

REFUSAL = bodies.Refusal((Slug("essential-interests"),), "It touches an inquiry of our own.")


def test_every_kind_that_is_shared_has_its_place_in_the_order() -> None:
    assert set(PRECEDENCE) == set(KINDS) - {"exported", "transcript"}


@pytest.mark.parametrize(
    ("first", "first_author", "second", "second_author", "ground"),
    [
        (bodies.Withdrawal("solved"), VN, REFUSAL, QA, "withdrawn"),
        (bodies.Withdrawal("solved"), VN, bodies.Postponement("later"), QA, "withdrawn"),
        (bodies.Withdrawal("solved"), VN, bodies.Consultation("a word"), QA, "withdrawn"),
        (bodies.Withdrawal("solved"), VN, bodies.Question("which?"), QA, "withdrawn"),
        (bodies.Withdrawal("solved"), VN, bodies.Acknowledgement(), QA, "withdrawn"),
        (bodies.Withdrawal("solved"), VN, bodies.Acceptance(), QA, "withdrawn"),
        (REFUSAL, QA, bodies.Postponement("later"), QA_CENTRAL, "already-decided"),
        (REFUSAL, QA, bodies.Consultation("a word"), QA_CENTRAL, "already-decided"),
        (REFUSAL, QA, bodies.Question("which?"), QA_CENTRAL, "already-decided"),
        (REFUSAL, QA, bodies.Acceptance(), QA_CENTRAL, "already-decided"),
        (REFUSAL, QA, REFUSAL, QA_CENTRAL, "already-decided"),
        (bodies.Acceptance(), QA, bodies.Acceptance(), QA_CENTRAL, "already-decided"),
        (bodies.Acknowledgement(), QA, bodies.Acknowledgement(), QA_CENTRAL, "already-acknowledged"),
    ],
    ids=lambda value: value.kind if hasattr(value, "kind") else "",
)
def test_the_less_intrusive_of_two_concurrent_answers_wins(
    first: bodies.Body, first_author: str, second: bodies.Body, second_author: str, ground: str
) -> None:
    for turned in (False, True):
        story = Story()
        request = story.say(VN, ask())
        said = [(first, first_author), (second, second_author)]
        ids = {
            id(body): story.aside(author, body, answers=request)  # type: ignore[arg-type]
            for body, author in (reversed(said) if turned else said)
        }
        voids = {void.id: void.ground for void in story.state().void}
        assert list(voids.values()) == [ground]
        if first.kind != second.kind:
            assert voids == {ids[id(second)]: ground}


@pytest.mark.parametrize("body", [bodies.Offer(), UNTIL], ids=["offer", "confirmation"])
def test_a_withdrawal_stops_a_concurrent_offer_or_confirmation(body: bodies.Body) -> None:
    story, request = accepted(ACCESS if isinstance(body, bodies.Offer) else PRESERVATION)
    late = story.aside(QA, body, answers=request)
    story.aside(VN, bodies.Withdrawal("solved"), answers=request)
    assert story.ground_of(late) == "withdrawn"
    assert not story.state().exhibits


def test_a_withdrawal_stops_a_concurrent_wish_for_longer_and_a_reply() -> None:
    story, request = preserved()
    late = story.aside(VN, bodies.ExtensionRequest(LATER, "not ready"), answers=request)
    story.aside(VN, bodies.Withdrawal("solved"), answers=request)
    assert story.ground_of(late) == "withdrawn"
    story = Story()
    request = story.say(VN, ask())
    question = story.say(QA, bodies.Question("which?"), answers=request)
    late = story.aside(VN, bodies.Reply("this"), answers=question)
    story.aside(VN, bodies.Withdrawal("solved"), answers=request)
    assert story.ground_of(late) == "withdrawn"


def test_of_two_concurrent_replies_one_stands() -> None:
    story = Story()
    request = story.say(VN, ask())
    question = story.say(QA, bodies.Question("which?"), answers=request)
    story.aside(VN, bodies.Reply("this"), answers=question)
    story.aside(VN, bodies.Reply("that"), answers=question)
    assert [void.ground for void in story.state().void] == ["already-answered"]


def test_of_two_concurrent_confirmations_the_longer_period_is_never_shortened() -> None:
    story, request = accepted(PRESERVATION)
    story.aside(QA, UNTIL, answers=request)
    story.aside(QA, bodies.Confirmation(LATER, date(2026, 11, 23), "Asia/Qatar"), answers=request)
    assert story.state().requests[request].preserved_until == LATER


def test_of_two_concurrent_offers_of_one_exhibit_one_stands() -> None:
    story, request = accepted()
    story.aside(QA, bodies.Offer("one"), answers=request)
    story.aside(QA, bodies.Offer("two"), answers=request)
    assert [void.ground for void in story.state().void] == ["seal-offered-already"]


def test_a_step_said_beside_the_last_closing_applies_before_it() -> None:
    story, request = accepted()
    head = story.last
    assert head is not None
    story.say(VN, bodies.Closing((head,)))
    story.aside(QA, bodies.Closing((head,)))
    story.aside(QA, bodies.Question("one more thing?"), answers=request)
    state = story.state()
    assert state.closed
    assert not state.void


def test_a_message_without_its_parent_waits_and_is_folded_when_the_parent_comes() -> None:
    story, request = accepted()
    missing = story.steps[1]
    partial = fold(story.case, [step for step in story.steps if step is not missing], (), TREATIES)
    assert partial.order == (request,)
    assert [(one.id, one.missing) for one in partial.waiting] == [(story.steps[2].id, (missing.id,))]
    assert story.state().waiting == ()


def test_a_message_that_waits_for_one_that_waits_names_what_is_missing_to_itself() -> None:
    story, _ = preserved()
    state = fold(story.case, [story.steps[0], story.steps[2], story.steps[3]], (), TREATIES)
    assert {one.id: one.missing for one in state.waiting} == {
        story.steps[2].id: (story.steps[1].id,),
        story.steps[3].id: (),
    }


def test_messages_that_name_each_other_in_a_circle_wait_for_ever() -> None:
    story = Story()
    story.say(VN, ask())
    one, two = MessageId("a" * 64), MessageId("b" * 64)
    first = story.draft(QA, bodies.Question("?"), answers=two, previous=[two])
    second = story.draft(QA, bodies.Question("?"), answers=one, previous=[one])
    state = fold(story.case, [*story.steps, Step(one, first), Step(two, second)], (), TREATIES)
    assert [waiting.id for waiting in state.waiting] == [one, two]


def test_heads_are_what_nobody_builds_on() -> None:
    story = Story()
    request = story.say(VN, ask())
    one = story.aside(QA, bodies.Acknowledgement(), answers=request)
    two = story.aside(QA, bodies.Question("which?"), answers=request)
    assert set(story.state().heads) == {one, two}
    three = story.say(QA, bodies.Acceptance(), answers=request, previous=[one, two])
    assert story.state().heads == (three,)
