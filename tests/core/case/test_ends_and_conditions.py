"""Answers in words, information given unasked, joint work, conditions of use, silence: what they change in a case."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from musnad.core.case import duties
from musnad.core.case.limits import against_use, strictest
from musnad.core.case.silence import rebuttals
from musnad.core.case.state import RequestState
from musnad.core.kernel.names import Digest, MessageId, PartyCode, Slug
from musnad.core.kernel.times import Instant
from musnad.core.messages import bodies
from musnad.core.messages.receipt import Place
from tests.case_story import (
    ACCESS,
    ADVICE,
    EXHIBIT,
    INFORMATION,
    QA,
    SEAL,
    TEAM,
    TREATIES,
    VN,
    VN_CENTRAL,
    Story,
    accepted,
    at,
    custody,
    offered,
    receipt_of,
)

DONE = bodies.Execution("executed", "The address belongs to a hosting firm in Doha.")
FOR_QATAR = replace(EXHIBIT, wraps=tuple(replace(one, recipient=QA) for one in EXHIBIT.wraps))
LIMITS = bodies.UseLimits(True, "with-consent", "the case named", date(2027, 1, 10), "destroy")


def asked(measure: Slug, body: bodies.Request | None = None) -> tuple[Story, MessageId]:
    story = Story()
    return story, story.say(VN, body or bodies.Request({}), measure_name=measure, to=(QA,))


def request_of(story: Story) -> RequestState:
    return next(iter(story.state().requests.values()))


def codes(story: Story) -> list[str]:
    return [duty.code for duty in duties(story.state(), TREATIES, {})]


def test_an_answer_is_settled_by_the_report_of_what_was_done() -> None:
    story, request = asked(ADVICE)
    story.say(QA, bodies.Acceptance(), answers=request)
    assert codes(story) == ["report-execution"]
    story.say(QA, replace(DONE, result="partly-executed"), answers=request)
    assert (request_of(story).status, codes(story)) == ("accepted", ["report-execution"])
    story.say(QA, DONE, answers=request)
    assert (request_of(story).status, codes(story)) == ("fulfilled", ["close", "close"])
    again = story.say(QA, DONE, answers=request)
    assert story.ground_of(again) == "already-decided"


def test_nothing_is_reported_before_it_was_accepted_nor_by_the_asker() -> None:
    story, request = asked(ADVICE)
    assert story.ground_of(story.say(QA, DONE, answers=request)) == "not-accepted"
    story.say(QA, bodies.Acceptance(), answers=request)
    assert story.ground_of(story.say(VN, DONE, answers=request)) == "wrong-side"


def test_evidence_that_was_not_found_is_settled_by_saying_so() -> None:
    story, request = accepted()
    story.say(QA, bodies.Execution("not-executed", "The holder deleted it in May."), answers=request)
    assert request_of(story).status == "fulfilled"
    assert request_of(story).result == "not-executed"


def test_information_given_unasked_is_acknowledged_and_nothing_more() -> None:
    story, request = asked(INFORMATION, bodies.Request({}, None, LIMITS))
    assert codes(story) == ["acknowledge"]
    assert story.ground_of(story.say(QA, bodies.Acceptance(), answers=request)) == "wrong-outcome"
    story.say(QA, bodies.Acknowledgement(), answers=request)
    assert request_of(story).status == "fulfilled"
    assert story.ground_of(story.say(QA, bodies.Offer(), answers=request)) == "wrong-side"


def test_who_informs_unasked_may_give_exhibits_with_it_and_the_other_opens_them() -> None:
    story, request = asked(INFORMATION, bodies.Request({}, None, LIMITS))
    story.say(VN, bodies.Offer(), answers=request, exhibits=(FOR_QATAR,))
    assert codes(story) == ["acknowledge"]
    story.say(QA, bodies.Acknowledgement(), answers=request)
    assert codes(story) == ["receive"]
    story.say(QA, custody("received", 30))
    opened = story.say(QA, custody("opened", 31))
    assert story.ground_of(opened) is None
    assert request_of(story).status == "fulfilled"
    assert story.state().exhibits[SEAL].limits == (LIMITS,)


def test_in_joint_work_each_side_gives_and_a_report_ends_it() -> None:
    story, request = asked(TEAM)
    story.say(QA, bodies.Acceptance(), answers=request)
    assert codes(story) == ["report-execution"]
    assert story.ground_of(story.say(VN, bodies.Offer(), answers=request, exhibits=(FOR_QATAR,))) is None
    story.say(QA, DONE, answers=request)
    assert request_of(story).status == "fulfilled"


def test_conditions_of_acceptance_and_offer_add_up_and_the_strictest_counts() -> None:
    looser = bodies.UseLimits(False, "free", "the trial", date(2028, 1, 1), "return")
    both = strictest((looser, LIMITS))
    assert both == bodies.UseLimits(True, "with-consent", "the trial\nthe case named", date(2027, 1, 10), "destroy")
    assert strictest(()) is None


def test_what_must_be_destroyed_is_a_duty_of_its_holder_until_it_says_so() -> None:
    story, request = under_limits()
    owed = [duty for duty in duties(story.state(), TREATIES, {}) if duty.code == "return-or-destroy"]
    assert [(duty.owner, duty.last_day, duty.seal) for duty in owed] == [(VN_CENTRAL, LIMITS.until, SEAL)]
    late = {PartyCode("VN"): date(2027, 1, 11)}
    assert [d.overdue for d in duties(story.state(), TREATIES, late) if d.code == "return-or-destroy"] == [True]
    story.say(VN_CENTRAL, custody("destroyed", 60))
    assert "return-or-destroy" not in codes(story)
    del request


def test_use_after_the_last_day_shows_as_a_gap_and_voids_nothing() -> None:
    story, _ = under_limits()
    late = bodies.Custody("opened", SEAL, Instant(at(0) + timedelta(days=90)))
    one = story.say(VN_CENTRAL, late)
    assert story.ground_of(one) is None
    assert [gap.code for gap in story.state().exhibits[SEAL].gaps][-1] == "used-past-limit"


def test_what_had_to_be_destroyed_and_is_returned_shows_as_a_gap() -> None:
    story, _ = under_limits()
    before = [gap.code for gap in story.state().exhibits[SEAL].gaps]
    one = story.say(VN_CENTRAL, custody("returned", 60))
    exhibit = story.state().exhibits[SEAL]
    assert story.ground_of(one) is None
    assert [(gap.code, gap.id) for gap in exhibit.gaps][len(before) :] == [("ended-otherwise", one)]


@pytest.mark.parametrize(("event", "gaps"), [("destroyed", ["ended-otherwise"]), ("returned", [])])
def test_what_had_to_be_returned_and_is_destroyed_shows_as_a_gap(event: bodies.CustodyEvent, gaps: list[str]) -> None:
    story, request = asked(INFORMATION, bodies.Request({}, None, replace(LIMITS, at_end="return")))
    story.say(VN, bodies.Offer(), answers=request, exhibits=(FOR_QATAR,))
    story.say(QA, bodies.Acknowledgement(), answers=request)
    story.say(QA, custody("received", 30))
    before = len(story.state().exhibits[SEAL].gaps)
    story.say(QA, custody(event, 60))
    assert [gap.code for gap in story.state().exhibits[SEAL].gaps][before:] == gaps


def test_its_own_copy_may_be_ended_as_its_owner_likes() -> None:
    story, request = asked(INFORMATION, bodies.Request({}, None, replace(LIMITS, at_end="return")))
    story.say(VN, bodies.Offer(), answers=request, exhibits=(FOR_QATAR,))
    story.say(VN, custody("destroyed", 40))
    assert "ended-otherwise" not in [gap.code for gap in story.state().exhibits[SEAL].gaps]


def test_passing_on_needs_consent_and_consent_names_to_whom() -> None:
    story, request = under_limits()
    today = date(2026, 12, 1)

    def verdict(recipient: str, day: date = today) -> str | None:
        state = story.state()
        return against_use(state.exhibits[SEAL], state.requests[request], "onward-transfer", PartyCode(recipient), day)

    assert verdict("EG") == "onward-needs-consent"
    wish = story.say(
        VN_CENTRAL, bodies.ConsentRequest("onward-transfer", "asks", (PartyCode("EG"),), SEAL), answers=request
    )
    assert ("answer-consent", QA) in [(d.code, d.owner) for d in duties(story.state(), TREATIES, {})]
    assert story.ground_of(story.say(VN_CENTRAL, bodies.Consent(True), answers=wish)) == "wrong-side"
    story.say(QA, bodies.Consent(True), answers=wish)
    assert story.ground_of(story.say(QA, bodies.Consent(False), answers=wish)) == "already-answered"
    assert verdict("EG") is None
    assert verdict("FR") == "onward-needs-consent"
    assert verdict("EG", date(2027, 1, 11)) == "limit-ended"


def test_consent_is_not_asked_for_what_was_never_received() -> None:
    story, request = offered()
    wish = bodies.ConsentRequest("other-use", "another case", (), SEAL)
    assert story.ground_of(story.say(VN_CENTRAL, wish, answers=request)) == "exhibit-not-received"


def test_silence_stands_until_somebody_decides_and_is_rebutted_by_the_askers_own_receipt() -> None:
    story, request = asked(ADVICE)
    said = bodies.Silence("Three weeks, no answer.", receipt=MessageId("ab" * 32))
    question = story.aside(QA, bodies.Question("Which?"), answers=request, previous=[request])
    refused = story.aside(QA, bodies.Postponement("later"), answers=request, previous=[request])
    silence = story.say(VN, said, answers=request, previous=[request])
    assert story.ground_of(silence) is None
    assert request_of(story).silences == (silence,)
    assert not list(rebuttals(story.state(), 8, silence))
    held = receipt_of(refused, VN)
    held = replace(held, place=Place(7, Digest("01" * 32)))
    state = replace(story.state(), receipts={refused: (held,)})
    assert [one.answer for one in rebuttals(state, 8, silence)] == [refused]
    assert not list(rebuttals(state, 7, silence))
    del question


@pytest.mark.parametrize(
    ("fields", "after", "early"),
    [
        ({}, timedelta(hours=23), True),
        ({}, timedelta(hours=25), False),
        ({"urgency": "emergency"}, timedelta(minutes=30), False),
        ({"urgency": "urgent"}, timedelta(minutes=30), True),
        ({"wanted-by": "2026-12-01"}, timedelta(days=7), True),
        ({"wanted-by": "2026-12-01"}, timedelta(days=8), True),
        ({"wanted-by": "2026-12-01"}, timedelta(days=9), False),
        ({"wanted-by": "2026-12-01", "urgency": "emergency"}, timedelta(days=1), True),
    ],
)
def test_a_silence_while_an_answer_is_still_in_time_is_noted_and_stands(
    fields: dict[str, object], after: timedelta, early: bool
) -> None:
    story, request = asked(ADVICE, bodies.Request(fields))
    said = bodies.Silence("No answer.", receipt=MessageId("ab" * 32))
    silence = story.say(VN, said, answers=request, at=Instant(at(1) + after))
    assert story.ground_of(silence) is None
    noted = [one for one in story.state().findings if one.message == silence]
    assert [(one.code, one.blocks, one.rule) for one in noted] == [("silence-early", False, None)] * early


def test_no_silence_after_an_acceptance_nor_while_a_question_is_open() -> None:
    story, request = accepted()
    silence = bodies.Silence("none", receipt=MessageId("ab" * 32))
    assert story.ground_of(story.say(VN, silence, answers=request)) == "already-decided"
    story, request = asked(ADVICE)
    story.say(QA, bodies.Question("Which?"), answers=request)
    assert story.ground_of(story.say(VN, silence, answers=request)) == "question-open"


@pytest.mark.parametrize("field", ["wanted-by", "data-lost-on"])
def test_days_that_a_request_tells_are_read_and_nonsense_is_nothing(field: str) -> None:
    for value, read in (("2026-12-24", date(2026, 12, 24)), ("soon", None), (7, None), ({}, None)):
        story, _ = asked(ADVICE, bodies.Request({field: value}))
        assert getattr(request_of(story), field.replace("-", "_")) == read


def under_limits() -> tuple[Story, MessageId]:
    """Evidence accepted under LIMITS, offered, received."""
    story = Story()
    request = story.say(VN_CENTRAL, bodies.Request({}), measure_name=ACCESS, to=(QA,))
    story.say(QA, bodies.Acceptance((), LIMITS), answers=request, to=(VN_CENTRAL,))
    story.say(QA, bodies.Offer(), answers=request, to=(VN_CENTRAL,))
    story.say(VN_CENTRAL, custody("received", 40), to=(QA,))
    return story, request


def on_paper(said: bodies.Spoken, answers: MessageId | None, story: Story, **members: object) -> MessageId:
    letter = bodies.Transcript(QA, "paper", date(2026, 12, 1), said, "QA/88")
    return story.say(VN, letter, answers=answers, to=(QA,), **members)


def test_what_came_on_paper_moves_the_case_as_its_speakers_word() -> None:
    story, request = asked(ADVICE)
    on_paper(bodies.Acknowledgement("88"), request, story)
    accepted_on_paper = on_paper(bodies.Acceptance(), request, story)
    assert (request_of(story).status, request_of(story).accepted) == ("accepted", accepted_on_paper)
    question = on_paper(bodies.Question("Which?"), request, story)
    story.say(VN, bodies.Reply("The second."), answers=question)
    on_paper(DONE, request, story)
    assert request_of(story).status == "fulfilled"
    on_paper(bodies.Closing((request,)), None, story)
    story.say(VN, bodies.Closing((request,)))
    assert story.state().closed
    assert [one.ground for one in story.state().void] == []


def test_what_is_entered_obeys_the_speakers_rules_and_says_who_entered_it() -> None:
    story, request = asked(ADVICE)
    assert story.ground_of(on_paper(bodies.Reply("?"), request, story)) == "answers-wrong-kind"
    assert story.ground_of(on_paper(DONE, request, story)) == "not-accepted"
    one = on_paper(bodies.Refusal((Slug("weather"),), "no"), request, story)
    assert story.ground_of(one) == "ground-not-lawful"
    two = on_paper(bodies.Acceptance(), request, story)
    assert story.state().messages[two].author == VN
    assert story.state().messages[two].approvals


def test_nobody_writes_for_a_party_that_speaks_for_itself() -> None:
    story, request = asked(ADVICE)
    story.say(QA, bodies.Acknowledgement(), answers=request)
    assert story.ground_of(on_paper(bodies.Acceptance(), request, story)) == "speaks-for-itself"


def test_a_call_back_is_told_of_a_paper_of_a_request_and_of_a_refusal() -> None:
    story, request = asked(ADVICE)
    called = bodies.CallBack("registry", "telephone", at(9), "denied")
    paper = on_paper(bodies.Refusal((Slug("essential-interests"),), "no"), request, story)
    for answered in (request, paper):
        assert story.ground_of(story.say(VN, called, answers=answered)) is None
    assert request_of(story).status == "refused"


def test_a_state_that_later_runs_a_node_takes_its_case_over_and_may_contest() -> None:
    story, request = asked(ADVICE)
    paper = on_paper(bodies.Acceptance(), request, story)
    assert story.ground_of(story.say(VN, bodies.Takeover((request,)))) == "nothing-entered"
    taken = story.say(QA, bodies.Takeover((request,), (paper,)))
    state = story.state()
    assert (state.takeovers, state.contested) == ({PartyCode("QA"): taken}, (paper,))
    assert story.ground_of(paper) is None
    assert story.ground_of(on_paper(DONE, request, story)) == "speaks-for-itself"
    assert story.ground_of(story.say(QA, DONE, answers=request)) is None
    assert story.ground_of(story.say(QA, bodies.Takeover((request,)))) == "already-taken-over"


def test_a_takeover_contests_only_what_was_entered_for_its_party() -> None:
    story, request = asked(ADVICE)
    on_paper(bodies.Acceptance(), request, story)
    stranger = story.say(QA, bodies.Takeover((request,), (request,)))
    assert story.ground_of(stranger) == "nothing-entered"


@pytest.mark.parametrize("hidden", [True, False])
def test_no_paper_undoes_what_its_speaker_signed_whatever_it_is_entered_on(hidden: bool) -> None:
    """A refusal entered for a State that has accepted itself; on the request alone, as if one had not known."""
    story, request = offered()
    refusal = bodies.Refusal((Slug("essential-interests"),), "no")
    false = on_paper(refusal, request, story, previous=[request] if hidden else None)
    assert story.ground_of(false) == "speaks-for-itself"
    assert request_of(story).status == "accepted"
    assert [one.id for one in story.state().void] == [false]


def test_any_word_of_its_own_voids_what_was_entered_until_a_takeover_builds_on_it() -> None:
    story, request = asked(ADVICE)
    entered = on_paper(bodies.Acceptance(), request, story)
    story.say(QA, bodies.Acknowledgement(), answers=request)
    assert story.ground_of(entered) == "speaks-for-itself"
    story.say(QA, bodies.Takeover((request,)))
    assert story.ground_of(entered) is None
    story.say(QA, bodies.Question("?"), answers=request, previous=[request])
    assert story.ground_of(entered) is None
