"""What is due, from whom, until when; by the owner's own civil day."""

from __future__ import annotations

from datetime import date, timedelta

from musnad.core.case import Duty, duties, fold
from musnad.core.kernel.names import PartyCode, Slug
from musnad.core.messages import bodies
from tests.case_story import (
    ACCESS,
    LAST_DAY,
    LATER,
    QA,
    QA_CENTRAL,
    TREATIES,
    VN,
    VN_CENTRAL,
    Story,
    accepted,
    ask,
    custody,
    offered,
    preserved,
    whole,
)

START = date(2026, 11, 23)


def due(story: Story, day: date = START) -> tuple[Duty, ...]:
    return duties(story.state(), TREATIES, {PartyCode("VN"): day, PartyCode("QA"): day})


def told(story: Story, day: date = START) -> list[tuple[str, str]]:
    return [(duty.code, duty.owner) for duty in due(story, day)]


def test_each_step_hands_the_duty_to_the_other_side() -> None:
    story = Story()
    request = story.say(VN, ask(), to=(QA,))
    assert told(story) == [("acknowledge", QA)]
    story.say(QA, bodies.Acknowledgement(), answers=request)
    assert told(story) == [("decide", QA)]
    question = story.say(QA, bodies.Question("?"), answers=request)
    assert told(story) == [("answer-question", VN), ("decide", QA)]
    assert [duty.suspended for duty in duties(story.state(), TREATIES, {})] == [False, True]
    story.say(VN, bodies.Reply("!"), answers=question)
    story.say(QA, bodies.Acceptance(), answers=request)
    assert told(story) == [("confirm-preservation", QA)]


def test_a_postponed_request_is_to_be_decided_by_the_day_that_was_named() -> None:
    story = Story()
    request = story.say(VN, ask())
    story.say(QA, bodies.Postponement("later", date(2026, 12, 1)), answers=request)
    (duty,) = due(story, date(2026, 12, 2))
    assert (duty.code, duty.last_day, duty.overdue) == ("decide", date(2026, 12, 1), True)


def test_a_preservation_is_kept_to_its_last_day_inclusive_and_the_request_must_follow_before() -> None:
    story, request = preserved()
    keep, follow = due(story, LAST_DAY)
    assert (keep.code, keep.owner, keep.last_day, keep.overdue) == ("keep-preserved", QA_CENTRAL, LAST_DAY, False)
    assert (follow.code, follow.owner, follow.last_day, follow.overdue) == ("submit-follow-up", VN, LAST_DAY, False)
    assert (keep.rule, follow.rule, follow.request) == ("sixty-days", "request-follows", request)
    (late,) = due(story, LAST_DAY + timedelta(days=1))
    assert (late.code, late.overdue) == ("submit-follow-up", True)


def test_a_request_that_follows_keeps_the_data_until_it_is_decided() -> None:
    story, first = preserved()
    second = story.say(VN_CENTRAL, ask(ACCESS, first), measure_name=ACCESS)
    kept = [duty for duty in due(story, LATER) if duty.code == "keep-preserved"]
    assert [(duty.last_day, duty.rule, duty.overdue) for duty in kept] == [(None, "until-decided", False)]
    story.say(QA_CENTRAL, bodies.Refusal((Slug("essential-interests"),), "no"), answers=second)
    assert not [duty for duty in due(story, LATER) if duty.code == "keep-preserved"]
    assert [duty.last_day for duty in due(story) if duty.code == "keep-preserved"] == [LAST_DAY]


def test_a_wish_for_longer_is_to_be_answered_before_the_period_ends() -> None:
    story, request = preserved()
    story.say(VN, bodies.ExtensionRequest(LATER, "not ready"), answers=request)
    duty = next(one for one in due(story) if one.code == "answer-extension")
    assert (duty.owner, duty.last_day, duty.rule) == (QA_CENTRAL, LAST_DAY, "extending")


def test_a_withdrawn_preservation_need_not_be_kept() -> None:
    story, request = preserved()
    story.say(VN, bodies.Withdrawal("solved"), answers=request)
    assert {code for code, _ in told(story)} == {"close"}


def test_evidence_is_offered_then_received_then_both_close() -> None:
    story, _ = accepted()
    assert told(story) == [("offer-evidence", QA_CENTRAL)]
    story, _ = offered()
    assert told(story) == [("receive", VN)]
    story.say(VN_CENTRAL, custody("received", 20))
    assert told(story) == [("close", QA_CENTRAL), ("close", VN_CENTRAL)]
    head = story.last
    assert head is not None
    story.say(VN_CENTRAL, bodies.Closing((head,)))
    assert told(story) == [("close", QA_CENTRAL)]


def test_a_closed_case_leaves_only_the_keeping_of_what_was_promised() -> None:
    story = whole()
    assert told(story) == [("keep-preserved", QA_CENTRAL)]
    assert told(story, LAST_DAY + timedelta(days=1)) == []


def test_each_party_is_measured_by_its_own_day() -> None:
    story, _ = preserved()
    days = {PartyCode("VN"): LAST_DAY + timedelta(days=1), PartyCode("QA"): LAST_DAY}
    found = {duty.code: duty.overdue for duty in duties(story.state(), TREATIES, days)}
    assert found == {"keep-preserved": False, "submit-follow-up": True}
    assert not any(duty.overdue for duty in duties(story.state(), TREATIES, {}))


def test_no_duty_is_without_an_owner_and_duties_come_by_their_last_day() -> None:
    story = whole()
    for count in range(len(story.steps) + 1):
        found = duties(fold(story.case, story.steps[:count], (), TREATIES), TREATIES, {})
        assert all(duty.owner for duty in found)
        dated = [duty.last_day for duty in found if duty.last_day is not None]
        assert dated == sorted(dated)
