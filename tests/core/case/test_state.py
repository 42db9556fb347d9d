"""What the fold derives: requests, exhibits with custody and gaps, receipts, notes, a digest to compare."""

from __future__ import annotations

import time
from dataclasses import FrozenInstanceError, replace
from datetime import date

import pytest

from musnad.core.case import Step, fold
from musnad.core.kernel.names import AuthorityId, CaseRef, Digest, MessageId, Slug, digest_of
from musnad.core.messages import bodies
from musnad.core.messages.message import write_message
from musnad.core.messages.schema import parse_message
from tests.case_story import (
    ACCESS,
    LAST_DAY,
    LATER,
    QA,
    QA_CENTRAL,
    SEAL,
    TREATIES,
    TREATY,
    VN,
    VN_CENTRAL,
    Story,
    accepted,
    ask,
    custody,
    offered,
    preserved,
    receipt_of,
    whole,
)


def test_the_whole_case_folds_to_two_fulfilled_requests_and_is_closed() -> None:
    state = whole().state()
    first, second = state.requests.values()
    assert (first.status, second.status) == ("fulfilled", "fulfilled")
    assert first.followed_by == (second.id,)
    assert first.preserved_until == LAST_DAY
    assert state.closed
    assert state.void == state.waiting == state.unjudged == state.findings == ()
    assert [entry.event for entry in state.exhibits[SEAL].custody] == ["sealed", "offered", "received", "opened"]
    assert state.exhibits[SEAL].holders == ("QA", "VN")
    assert state.exhibits[SEAL].gaps == ()


def test_the_stories_told_here_are_messages_that_a_node_would_take() -> None:
    for step in whole().steps:
        assert parse_message(write_message(step.message)) == step.message
        assert digest_of(write_message(step.message)) == step.id


def test_the_status_of_a_request_follows_its_steps() -> None:
    story = Story()
    request = story.say(VN, ask())
    seen = [story.state().requests[request].status]

    def then(author: str, body: bodies.Body, answers: MessageId = request) -> MessageId:
        one = story.say(author, body, answers=answers)  # type: ignore[arg-type]
        seen.append(story.state().requests[request].status)
        return one

    then(QA, bodies.Acknowledgement())
    question = then(QA, bodies.Question("which?"))
    then(VN, bodies.Reply("this"), question)
    then(QA, bodies.Postponement("later", date(2026, 12, 24)))
    then(QA, bodies.Acceptance())
    then(VN, bodies.Withdrawal("solved"))
    assert seen == ["asked", "acknowledged", "questioned", "acknowledged", "postponed", "accepted", "withdrawn"]


def test_evidence_is_fulfilled_when_everything_offered_was_received() -> None:
    story, request = offered()
    assert story.state().requests[request].status == "accepted"
    story.say(VN_CENTRAL, custody("received", 20))
    assert story.state().requests[request].status == "fulfilled"


def test_an_extension_lengthens_and_may_be_answered_with_the_day_that_stands() -> None:
    story, request = preserved()
    wish = story.say(VN, bodies.ExtensionRequest(LATER, "not ready"), answers=request)
    assert [one.until for one in story.state().requests[request].extensions_open] == [LATER]
    story.say(QA, bodies.Confirmation(LAST_DAY, date(2026, 11, 23), "Asia/Qatar"), answers=wish)
    after = story.state().requests[request]
    assert (after.preserved_until, after.extensions_open) == (LAST_DAY, ())


@pytest.mark.parametrize(
    ("gap", "events"),
    [
        ("origin-not-recorded", []),
        ("digest-differs", [("received", 20, "aa"), ("opened", 21, "bb")]),
        ("times-run-backwards", [("received", 20, "aa"), ("opened", 19, "aa")]),
        ("nobody-holds-it", [("destroyed", 30, "aa")]),
    ],
)
def test_a_gap_in_custody_is_shown_at_the_entry_where_it_opens(gap: str, events: list[tuple[str, int, str]]) -> None:
    if events:
        story, _ = offered()
        for event, minute, sha in events:
            who = QA_CENTRAL if event == "destroyed" else VN_CENTRAL
            story.say(who, custody(event, minute, sha256=sha * 32))  # type: ignore[arg-type]
    else:
        story, request = accepted()
        story.say(QA, bodies.Offer(), answers=request)
    assert [(one.code, one.id) for one in story.state().exhibits[SEAL].gaps] == [(gap, story.last)]


def test_receipts_stand_by_message_once_and_only_for_the_case() -> None:
    story, request = accepted()
    own, stranger = receipt_of(request), receipt_of(MessageId("dd" * 32))
    state = fold(story.case, story.steps, [own, stranger, own], TREATIES)
    assert dict(state.receipts) == {request: (own,)}
    assert state.digest() == story.state().digest()


def test_what_the_treaty_data_says_is_noted_with_its_rule_and_how_sure_it_is() -> None:
    story = Story()
    request = story.say(VN, ask())
    refusal = story.say(QA, bodies.Refusal((Slug("essential-interests"),), "no"), answers=request)
    notes = story.state().findings
    assert [(note.message, note.rule, note.certainty) for note in notes] == [
        (refusal, "consult-first", "from-memory-verify")
    ]


def test_a_confirmation_that_is_too_short_stands_and_is_noted() -> None:
    story, request = accepted(Slug("preservation"))
    short = story.say(QA, bodies.Confirmation(date(2026, 12, 1), date(2026, 11, 23), "Asia/Qatar"), answers=request)
    assert [(note.message, note.rule) for note in story.state().findings] == [(short, "sixty-days")]


def test_the_digest_tells_states_apart_and_is_the_same_for_equal_ones() -> None:
    story = whole()
    assert story.state().digest() == story.state().digest()
    digests = {fold(story.case, story.steps[:count], (), TREATIES).digest() for count in range(len(story.steps) + 1)}
    assert len(digests) == len(story.steps) + 1


def test_a_state_cannot_be_patched() -> None:
    state = whole().state()
    with pytest.raises(FrozenInstanceError):
        state.void = ()  # type: ignore[misc]
    with pytest.raises(TypeError):
        state.requests[state.order[0]] = state.requests[state.order[0]]  # type: ignore[index]


def test_the_fold_of_nothing_is_a_case_not_opened() -> None:
    state = fold(CaseRef("ab" * 32), (), (), {})
    assert not state.opened
    assert not state.closed


def test_a_thousand_messages_fold_in_well_under_a_second() -> None:
    story, request = accepted()
    for count in range(1000):
        story.say(QA, bodies.Question(f"question {count}"), answers=request)
    started = time.perf_counter()
    state = story.state()
    assert len(state.requests[request].questions_open) == 1000
    assert time.perf_counter() - started < 1.0


def test_a_real_case_is_folded_without_treaty_data_of_another_digest() -> None:
    story, _ = accepted(ACCESS)
    other = replace(TREATY, digest=Digest("00" * 32))
    assert story.state({other.digest: other}).unjudged == (story.steps[0].id,)


def test_a_step_given_twice_counts_once() -> None:
    story = whole()
    again = [Step(step.id, step.message) for step in story.steps]
    assert fold(story.case, [*story.steps, *again], (), TREATIES) == story.state()


@pytest.mark.parametrize("author", [QA, VN])
def test_ten_thousand_open_steps_cost_no_more_each_than_a_hundred(author: AuthorityId) -> None:
    """Questions, consultations, wishes for longer, custody: none makes the next one dearer."""
    said: list[tuple[bodies.Body, str]] = (
        [(bodies.Question("?"), "questions_open"), (bodies.Consultation("?"), "consultations")]
        if author == QA
        else [(bodies.ExtensionRequest(LATER, "more"), "extensions_open")]
    )
    for body, member in said:
        story, request = preserved()
        draft = story.draft(author, body, answers=request)
        flood = [Step(MessageId(f"{number:064x}"), draft) for number in range(10_000)]
        begun = time.perf_counter()
        state = fold(story.case, [*story.steps, *flood], (), TREATIES)
        assert time.perf_counter() - begun < 15  # one second here; half a minute and more when it was quadratic
        assert len(getattr(state.requests[request], member)) == len(flood)


def test_ten_thousand_entries_of_custody_are_folded_in_seconds() -> None:
    story, _ = offered()
    draft = story.draft(QA_CENTRAL, custody("copied", 30, sha256="ab" * 32))
    flood = [Step(MessageId(f"{number:064x}"), draft) for number in range(10_000)]
    begun = time.perf_counter()
    state = fold(story.case, [*story.steps, *flood], (), TREATIES)
    assert time.perf_counter() - begun < 15
    assert len(state.exhibits[SEAL].custody) == 3 + len(flood)
    assert not state.exhibits[SEAL].gaps
