"""Before sending: the fold's own grounds, what the treaty data is certain of, and what may come next."""

from __future__ import annotations

from dataclasses import replace

from musnad.core.case import Accepted, NextStep, Refused, fold, judge, next_steps
from musnad.core.kernel.names import CaseRef, MessageId, PartyCode, Slug
from musnad.core.messages import bodies
from musnad.core.treaty.values import Certainty, Preceding
from tests.case_story import (
    PRESERVATION,
    QA,
    TREATIES,
    TREATY,
    VN,
    VN_CENTRAL,
    Story,
    accepted,
    ask,
    custody,
    measure,
    offered,
    preserved,
    rule,
    whole,
)

REFUSAL = bodies.Refusal((Slug("essential-interests"),), "no")
NOTHING = fold(CaseRef("ab" * 32), (), (), {})
V, Q = PartyCode("VN"), PartyCode("QA")


def test_every_step_of_the_whole_case_is_accepted_before_it_is_said() -> None:
    story = whole()
    for count, step in enumerate(story.steps):
        state = fold(story.case, story.steps[:count], (), TREATIES) if count else NOTHING
        assert judge(state, step.message, TREATIES) == Accepted()


def test_a_refused_step_names_every_ground_not_only_the_first() -> None:
    story = Story()
    request = story.say(VN, ask())
    story.say(VN, bodies.Withdrawal("solved"), answers=request)
    unlawful = bodies.Refusal((Slug("weather"),), "no")
    message = story.draft(VN, unlawful, answers=request, exercise=False)
    verdict = judge(story.state(), message, TREATIES)
    assert isinstance(verdict, Refused)
    assert verdict.grounds == ("exercise-mismatch", "wrong-side", "withdrawn", "ground-not-lawful")


def test_a_step_that_names_what_is_not_folded_here_is_refused() -> None:
    story, request = accepted()
    message = story.draft(QA, bodies.Question("?"), answers=request, previous=[MessageId("ee" * 32)])
    verdict = judge(story.state(), message, TREATIES)
    assert isinstance(verdict, Refused)
    assert verdict.grounds[0] == "previous-unknown"


def test_a_second_opening_or_another_cases_step_is_refused() -> None:
    story, request = accepted()
    for strange in (
        Story().draft(VN, ask()),
        replace(story.draft(QA, bodies.Question("?"), answers=request), case=NOTHING.case),
    ):
        verdict = judge(story.state(), strange, TREATIES)
        assert isinstance(verdict, Refused)
        assert "other-case" in verdict.grounds


def test_what_the_treaty_data_only_remembers_warns_and_what_is_certain_blocks() -> None:
    story = Story()
    request = story.say(VN, ask())
    message = story.draft(QA, REFUSAL, answers=request)
    warned = judge(story.state(), message, TREATIES)
    assert isinstance(warned, Accepted)
    assert [one.rule for one in warned.warnings] == ["consult-first"]
    sure = Preceding(Slug("consultation"), Slug("refusal"), frozenset(), rule("consult-first", Certainty.CERTAIN))
    certain = replace(TREATY, measures={PRESERVATION: measure(PRESERVATION, "preservation", precedes=(sure,))})
    blocked = judge(story.state(), message, {TREATY.digest: certain})
    assert isinstance(blocked, Refused)
    assert blocked.grounds == ()
    assert [one.rule for one in blocked.blocking] == ["consult-first"]


def test_closing_over_an_open_request_warns() -> None:
    story = Story()
    request = story.say(VN, ask())
    verdict = judge(story.state(), story.draft(VN, bodies.Closing((request,))), TREATIES)
    assert isinstance(verdict, Accepted)
    assert [one.code for one in verdict.warnings] == ["requests-open"]


def test_judging_changes_no_state() -> None:
    story, request = offered()
    state = story.state()
    before = state.digest()
    judge(state, story.draft(VN, custody("received")), TREATIES)
    judge(state, story.draft(VN, bodies.Withdrawal("solved"), answers=request), TREATIES)
    assert state.digest() == before


def test_next_steps_are_those_that_the_fold_lets_stand() -> None:
    story = Story()
    request = story.say(VN, ask())
    kinds = {step.kind for step in next_steps(story.state(), Q)}
    assert kinds == {
        "acknowledgement", "question", "consultation", "acceptance", "refusal", "postponement", "request", "closing",
    }  # fmt: skip
    assert NextStep("withdrawal", request) in next_steps(story.state(), V)
    assert next_steps(story.state(), PartyCode("XX")) == ()


def test_next_steps_of_a_preservation_and_of_a_question() -> None:
    story, request = preserved()
    assert NextStep("extension-request", request) in next_steps(story.state(), V)
    question = story.say(QA, bodies.Question("?"), answers=request)
    assert NextStep("reply", question) in next_steps(story.state(), V)
    assert NextStep("offer", request) not in next_steps(story.state(), Q)


def test_next_steps_of_evidence_and_after_closing() -> None:
    story, request = accepted()
    assert NextStep("offer", request) in next_steps(story.state(), Q)
    assert NextStep("custody") not in next_steps(story.state(), V)
    assert NextStep("custody") in next_steps(offered()[0].state(), V)
    assert {one.kind for one in next_steps(whole().state(), V)} == {"consent-request", "custody"}


def test_no_next_step_is_refused_for_its_kind() -> None:
    """Each offered step, said plainly, stands; an extension or custody depends on what it says."""
    said: dict[str, bodies.Body] = {
        "acknowledgement": bodies.Acknowledgement(),
        "question": bodies.Question("?"),
        "reply": bodies.Reply("!"),
        "acceptance": bodies.Acceptance(),
        "consultation": bodies.Consultation("?"),
        "refusal": REFUSAL,
        "postponement": bodies.Postponement("later"),
        "withdrawal": bodies.Withdrawal("solved"),
        "offer": bodies.Offer(),
        "request": ask(),
    }
    story = whole()
    for count in range(1, len(story.steps)):
        state = fold(story.case, story.steps[:count], (), TREATIES)
        for party, who in ((V, VN_CENTRAL), (Q, QA)):
            for step in next_steps(state, party):
                if step.kind in said and not (step.kind == "offer" and state.exhibits):
                    part = Story(steps=story.steps[:count])
                    draft = part.draft(who, said[step.kind], answers=step.answers, previous=state.heads)
                    assert isinstance(judge(state, draft, TREATIES), Accepted), step
