"""A Party that says something beside its own earlier steps undoes nothing that was built on them."""

from __future__ import annotations

from itertools import permutations

import pytest

from musnad.core.case import Accepted, Step, fold, judge
from musnad.core.kernel.names import MessageId, PartyCode, Slug
from musnad.core.messages import bodies
from tests.case_story import (
    ACCESS,
    QA,
    QA_CENTRAL,
    SEAL,
    TREATIES,
    VN,
    VN_CENTRAL,
    XX,
    Story,
    accepted,
    ask,
    custody,
    offered,
    whole,
)

REFUSAL = bodies.Refusal((Slug("essential-interests"),), "We think otherwise now.")
WITHDRAWAL = bodies.Withdrawal("We never asked.")
MEMBERS = ("requests", "exhibits", "closings", "parties", "closed")


@pytest.mark.parametrize(
    ("author", "body", "ground"),
    [
        (QA, REFUSAL, "already-decided"),
        (QA, bodies.Postponement("later"), "already-decided"),
        (QA, bodies.Acceptance(("in secret",)), "already-decided"),
        (QA, bodies.Offer("another"), "seal-offered-already"),
        (QA, bodies.Acknowledgement("QA-99"), "already-acknowledged"),
        (QA, custody("sealed", 1), "custody-begun-already"),
        (VN, WITHDRAWAL, "already-decided"),
        (VN, custody("received", 1), "received-already"),
    ],
    ids=lambda value: getattr(value, "kind", ""),
)
def test_a_step_dated_back_after_the_whole_case_changes_nothing(author: str, body: bodies.Body, ground: str) -> None:
    story = whole()
    before = story.state()
    second = story.steps[4].id
    answers = None if isinstance(body, bodies.Custody) else second
    late = story.say(author, body, answers=answers, previous=[second])  # type: ignore[arg-type]
    after = story.state()
    assert [(void.id, void.ground) for void in after.void] == [(late, ground)]
    for member in MEMBERS:
        assert getattr(after, member) == getattr(before, member)


def test_a_closing_dated_back_does_not_take_the_place_of_the_one_that_the_other_party_saw() -> None:
    story = whole()
    before = story.state()
    first = story.steps[0].id
    late = [story.say(VN, bodies.Closing((first,), f"{number}"), previous=[first]) for number in range(8)]
    after = story.state()
    assert after.closings == before.closings
    assert {void.id for void in after.void} == set(late)
    assert {void.ground for void in after.void} <= {"already-closed", "case-is-closed"}


@pytest.mark.parametrize("event", ["destroyed", "returned"])
def test_custody_dated_back_before_the_offer_comes_last_and_takes_nothing_out(event: bodies.CustodyEvent) -> None:
    story = whole()
    before = story.state().exhibits[SEAL]
    story.say(QA, custody(event, 1), previous=[story.steps[0].id])
    after = story.state().exhibits[SEAL]
    assert (after.offer, after.manifest) == (before.offer, before.manifest)
    assert after.custody[:-1] == before.custody
    assert after.custody[-1].event == event
    assert {"times-run-backwards"} <= {gap.code for gap in after.gaps}


def test_what_a_party_built_on_it_cannot_undo_even_if_nobody_built_on_that() -> None:
    """Viet Nam receives the evidence; Qatar says nothing more; Viet Nam withdraws as if it had never seen the offer."""
    story, request = offered()
    received = story.say(VN_CENTRAL, custody("received", 20))
    before = story.state()
    late = story.say(VN, WITHDRAWAL, answers=request, previous=[request])
    assert story.ground_of(late) in {None, "already-decided"}
    after = story.state()
    assert after.exhibits == before.exhibits
    assert after.requests[request].accepted == before.requests[request].accepted
    assert not after.void_ids & {received, *before.order}


def test_a_message_over_both_branches_makes_the_late_one_no_earlier() -> None:
    story = whole()
    before = story.state()
    second = story.steps[4].id
    late = story.aside(QA, REFUSAL, answers=second, previous=[second])
    story.say(QA, custody("copied", 50), previous=[late, *before.heads])
    story.say(VN, custody("copied", 51))
    after = story.state()
    assert [(void.id, void.ground) for void in after.void] == [(late, "already-decided")]
    assert after.closed


def test_the_branch_that_the_other_party_built_on_first_stays_the_first_one() -> None:
    """Viet Nam withdraws, Qatar goes by it; then Viet Nam says that it had already taken up what Qatar said before."""
    story, request = accepted()
    accepting = story.last
    assert accepting is not None
    withdrawal = story.aside(VN, WITHDRAWAL, answers=request, previous=[request])
    closing = story.say(QA, bodies.Closing((accepting, withdrawal)), previous=[accepting, withdrawal])
    before = story.state()
    assert before.requests[request].status == "withdrawn"
    story.say(VN, bodies.Closing((accepting,)), previous=[accepting])
    after = story.state()
    assert after.requests == before.requests
    assert after.closings[PartyCode("QA")] == closing


def test_a_draft_that_was_left_lying_stands_where_it_contradicts_nothing() -> None:
    story, request = accepted()
    story.say(VN, bodies.Closing((request,)))
    left = story.aside(QA, bodies.Question("which account?"), answers=request, previous=[request])
    assert story.ground_of(left) is None


def test_steps_of_one_party_on_which_nobody_built_still_go_by_their_kinds() -> None:
    story, request = accepted()
    story.say(QA, REFUSAL, answers=request, previous=[request])
    assert story.state().requests[request].status == "refused"


def test_a_stranger_that_builds_on_a_step_dated_back_does_not_help_it() -> None:
    story = whole()
    second = story.steps[4].id
    late = story.aside(QA, REFUSAL, answers=second, previous=[second])
    story.aside(XX, bodies.Question("and I?"), answers=second, previous=[late], to=(VN, QA))
    assert story.ground_of(late) == "already-decided"
    assert story.state().closed


def test_two_parties_that_both_contradict_themselves_still_get_one_order() -> None:
    """Each holds the other's steps back; what holds back is then left aside, and nothing is lost."""
    story = Story()
    story.say(VN, ask(ACCESS), measure_name=ACCESS)
    top = story.last
    assert top is not None

    def question(author: str, previous: list[MessageId]) -> MessageId:
        return story.aside(author, bodies.Question("?"), answers=top, previous=previous)  # type: ignore[arg-type]

    one = question(QA, [top])
    other = question(VN, [top])
    question(VN_CENTRAL, [one])
    question(QA_CENTRAL, [other])
    whole_order = story.state().order
    assert sorted(whole_order) == sorted(step.id for step in story.steps)
    for steps in permutations(story.steps):
        assert fold(story.case, steps, (), TREATIES).order == whole_order


def test_ten_thousand_steps_dated_back_are_folded_in_seconds() -> None:
    story, request = offered()
    story.say(VN_CENTRAL, custody("received", 20))
    before = story.state()
    story.last = request
    draft = story.draft(VN, WITHDRAWAL, answers=request)
    flood = [Step(MessageId(f"{number:064x}"), draft) for number in range(10_000)]
    after = fold(story.case, [*story.steps, *flood], (), TREATIES)
    assert after.exhibits == before.exhibits
    assert len(after.void) == len(flood) - 1 + (after.requests[request].withdrawn is None)


def test_of_more_heads_than_a_step_can_name_its_own_come_first() -> None:
    """Or a flood would push its own last step out of its line."""
    story, request = accepted()
    own = story.aside(VN, bodies.Closing((request,)))
    for number in range(40):
        story.aside(QA, bodies.Question(f"{number}"), answers=request)
    state = story.state()
    for limit in (1, 5, 40):
        named = state.heads_for(PartyCode("VN"), limit)
        assert len(named) == limit
        assert own in named
        assert named == tuple(sorted(named))
    assert state.heads_for(PartyCode("VN"), 1024) == state.heads


def test_a_closing_over_some_of_the_heads_stands_and_the_next_step_names_the_rest() -> None:
    story, request = accepted()
    for number in range(200):
        story.aside(QA, bodies.Question(f"{number}"), answers=request)
    some = story.state().heads_for(PartyCode("VN"), 64)
    assert isinstance(judge(story.state(), story.draft(VN, bodies.Closing(some), previous=some), TREATIES), Accepted)
    closing = story.say(VN, bodies.Closing(some), previous=some)
    state = story.state()
    assert state.closings[PartyCode("VN")] == closing
    assert len(state.heads) == 200 - 64 + 1
    assert not state.void
