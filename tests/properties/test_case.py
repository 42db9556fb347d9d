"""The fold is a function of sets: any order, any repetition, any detour over a subset ends in the same state."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, cast

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from musnad.core.case import Step, duties, fold, judge, next_steps
from musnad.core.kernel.names import AuthorityId, MessageId, PartyCode, Slug
from musnad.core.messages import bodies
from tests.case_story import (
    ACCESS,
    OTHER_SEAL,
    PRESERVATION,
    QA,
    QA_CENTRAL,
    SEAL,
    TREATIES,
    UNTIL,
    VN,
    VN_CENTRAL,
    XX,
    Story,
    at,
    receipt_of,
)

AUTHORITIES = [VN, VN_CENTRAL, QA, QA_CENTRAL]
EVENTS = ["collected", "sealed", "received", "opened", "copied", "exported", "returned", "destroyed"]
DAY = date(2026, 11, 23)


@st.composite
def body_of(draw: Any, ids: list[MessageId]) -> bodies.Body:
    return cast(
        "bodies.Body",
        draw(
            st.sampled_from(
                [
                    bodies.Request({}, draw(st.sampled_from([None, *ids]))),
                    bodies.Acknowledgement(),
                    bodies.Question("?"),
                    bodies.Reply("!"),
                    bodies.Acceptance(),
                    bodies.Consultation("?"),
                    bodies.Refusal((Slug("essential-interests"),), "no"),
                    bodies.Refusal((Slug("weather"),), "no"),
                    bodies.Postponement("later"),
                    UNTIL,
                    bodies.Confirmation(DAY + timedelta(days=draw(st.integers(0, 200))), DAY, "Asia/Qatar"),
                    bodies.ExtensionRequest(DAY + timedelta(days=draw(st.integers(0, 200))), "more"),
                    bodies.Withdrawal("solved"),
                    bodies.Offer(),
                    bodies.Custody(
                        draw(st.sampled_from(EVENTS)),
                        draw(st.sampled_from([SEAL, OTHER_SEAL])),
                        at(draw(st.integers(0, 99))),
                    ),
                    bodies.Closing((draw(st.sampled_from(ids)),)),
                ]
            )
        ),
    )


@st.composite
def stories(draw: Any) -> Story:
    """A random DAG of messages, most of them forbidden by something."""
    story = Story()
    story.say(VN, bodies.Request({}), measure_name=draw(st.sampled_from([PRESERVATION, ACCESS])), to=(QA,))
    for _ in range(draw(st.integers(0, 14))):
        ids = [step.id for step in story.steps]
        body = draw(body_of(ids))
        author: AuthorityId = draw(
            st.sampled_from([*AUTHORITIES, XX]) if draw(st.booleans()) else st.sampled_from([VN, QA])
        )
        answering = body.kind not in {"request", "custody", "closing"}
        story.say(
            author,
            body,
            previous=sorted(draw(st.sets(st.sampled_from(ids[-4:]), min_size=1, max_size=3))),
            answers=draw(st.sampled_from(ids[:3] + ids[-3:])) if answering else None,
            measure_name=draw(st.sampled_from([PRESERVATION, ACCESS])),
            exercise=draw(st.integers(0, 9)) > 0,
        )
    return story


UNHURRIED = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@UNHURRIED
@given(stories(), st.randoms(use_true_random=False), st.integers(0, 15))
def test_any_order_repetition_and_subset_on_the_way_ends_in_the_same_state(story: Story, chance: Any, cut: int) -> None:
    whole = story.state()
    arrived = [*story.steps, *story.steps[: chance.randint(0, len(story.steps))]]
    chance.shuffle(arrived)
    receipts = [receipt_of(step.id, index=place) for place, step in enumerate(story.steps)]
    fold(story.case, arrived[:cut], receipts[:cut], TREATIES)  # what a node saw half-way leaves no trace
    mixed = fold(story.case, arrived, (), TREATIES)
    assert mixed == whole
    assert mixed.digest() == whole.digest()
    turned = fold(story.case, reversed(arrived), reversed(receipts), TREATIES)
    assert turned == fold(story.case, arrived, [*receipts, *receipts], TREATIES)
    assert turned.digest() == whole.digest()


@UNHURRIED
@given(stories())
def test_every_message_is_accounted_for_once(story: Story) -> None:
    state = story.state()
    ids = {step.id for step in story.steps}
    assert {*state.order, *(one.id for one in state.waiting)} == ids
    assert len(state.order) == len(set(state.order))
    assert state.void_ids <= ids
    place = {one: index for index, one in enumerate(state.order)}
    assert all(place[parent] < place[one] for one in state.order for parent in state.messages[one].previous)


@UNHURRIED
@given(stories())
def test_a_void_step_that_nobody_builds_on_could_as_well_be_missing(story: Story) -> None:
    state = story.state()
    for one in sorted(state.void_ids & set(state.heads)):
        without = fold(story.case, [step for step in story.steps if step.id != one], (), TREATIES)
        if not without.opened:
            continue
        for member in ("requests", "exhibits", "closings", "parties", "findings", "unjudged"):
            assert getattr(without, member) == getattr(state, member)
        assert [void for void in state.void if void.id != one] == list(without.void)


@UNHURRIED
@given(stories(), st.dates(date(2026, 11, 1), date(2028, 1, 1)))
def test_no_duty_is_without_an_owner_of_the_case(story: Story, today: date) -> None:
    state = story.state()
    for duty in duties(state, TREATIES, {PartyCode("VN"): today, PartyCode("QA"): today}):
        assert duty.owner.partition("/")[0] in state.parties
        assert duty.overdue == (duty.last_day is not None and today > duty.last_day)


@UNHURRIED
@given(stories(), stories())
def test_the_judge_and_the_fold_agree_on_a_next_step(story: Story, other: Story) -> None:
    """A step built on every head: what the judge says before is what the fold says after."""
    state = story.state()
    last = other.steps[-1].message
    draft = story.draft(
        last.author,
        last.body,
        answers=state.order[0] if last.answers is not None else None,
        previous=state.heads,
        exercise=last.exercise,
    )
    one = MessageId("ff" * 32)
    after = fold(story.case, [*story.steps, Step(one, draft)], (), TREATIES)
    found = [void.ground for void in after.void if void.id == one]
    verdict = judge(state, draft, TREATIES)
    assert list(getattr(verdict, "grounds", ()))[:1] == found


@UNHURRIED
@given(stories())
def test_what_may_come_next_is_never_empty_for_a_party_of_an_open_case(story: Story) -> None:
    state = story.state()
    for party in state.parties:
        assert next_steps(state, party) or state.closed
