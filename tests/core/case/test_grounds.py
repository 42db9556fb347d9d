"""Each ground on which the case forbids a step; a void step changes nothing but the list of void ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from musnad.core.case import Refused, Step, fold, judge
from musnad.core.kernel.names import AuthorityId, Digest, MessageId, SealId, Slug
from musnad.core.messages import bodies
from musnad.core.messages.message import Message
from tests.case_story import (
    ACCESS,
    EXHIBIT,
    LAST_DAY,
    LATER,
    OTHER_SEAL,
    PRESERVATION,
    QA,
    QA_CENTRAL,
    TREATIES,
    UNTIL,
    VN,
    VN_CENTRAL,
    XX,
    Story,
    accepted,
    ask,
    custody,
    offered,
    preserved,
    whole,
)

START = date(2026, 11, 23)
STRANGE = MessageId("ee" * 32)
Telling = Callable[[], tuple[Story, Message]]


def _asked() -> tuple[Story, MessageId]:
    story = Story()
    return story, story.say(VN, ask())


def _after(tell: Callable[[], tuple[Story, MessageId]], author: str, body: bodies.Body, **members: object) -> Telling:
    """The story that ``tell`` tells, then a message; it answers the story's request if its kind answers one."""

    def telling() -> tuple[Story, Message]:
        story, request = tell()
        if body.kind not in {"request", "custody", "closing"}:
            members.setdefault("answers", request)
        return story, story.draft(author, body, **members)  # type: ignore[arg-type]

    return telling


def _whole() -> tuple[Story, MessageId]:
    story = whole()
    return story, story.steps[0].id


def _refused() -> tuple[Story, MessageId]:
    story, request = _asked()
    story.say(QA, bodies.Refusal((Slug("essential-interests"),), "no"), answers=request)
    return story, request


def _withdrawn() -> tuple[Story, MessageId]:
    story, request = _asked()
    story.say(VN, bodies.Withdrawal("solved"), answers=request)
    return story, request


def _withdrawn_after_offer() -> tuple[Story, MessageId]:
    story, request = offered()
    story.say(VN, bodies.Withdrawal("solved"), answers=request)
    story.say(VN_CENTRAL, custody("received", 30))
    return story, request


def _received() -> tuple[Story, MessageId]:
    story, request = offered()
    story.say(VN_CENTRAL, custody("received", 20))
    return story, request


def _acknowledged() -> tuple[Story, MessageId]:
    story, request = _asked()
    acknowledgement = story.say(QA, bodies.Acknowledgement(), answers=request)
    return story, acknowledgement


def _replied() -> tuple[Story, MessageId]:
    story, request = _asked()
    question = story.say(QA, bodies.Question("which?"), answers=request)
    story.say(VN, bodies.Reply("this"), answers=question)
    return story, question


def _extended() -> tuple[Story, MessageId]:
    story, request = preserved()
    return story, story.say(VN, bodies.ExtensionRequest(LATER, "not ready"), answers=request)


def _extension_answered() -> tuple[Story, MessageId]:
    story, extension = _extended()
    story.say(QA, bodies.Confirmation(LATER, START, "Asia/Qatar"), answers=extension)
    return story, extension


def _vn_closed() -> tuple[Story, MessageId]:
    story, request = accepted()
    story.say(VN, bodies.Closing((request,)))
    return story, request


def _void_question() -> tuple[Story, MessageId]:
    """A question by the wrong side, and void for it."""
    story, request = _asked()
    return story, story.say(VN, bodies.Question("which?"), answers=request)


def _three() -> tuple[Story, MessageId]:
    story = Story()
    request = story.say(VN, ask(ACCESS), to=(QA, VN_CENTRAL), measure_name=ACCESS)
    return story, request


def _unseen() -> tuple[Story, Message]:
    story, request = _asked()
    question = story.aside(QA, bodies.Question("which?"), answers=request)
    return story, story.draft(VN, bodies.Reply("this"), answers=question)


def _unseen_follow() -> tuple[Story, Message]:
    story, _ = accepted(PRESERVATION)
    late = story.aside(VN, ask())
    return story, story.draft(VN, ask(ACCESS, late), measure_name=ACCESS)


def _follows_the_other_sides() -> tuple[Story, Message]:
    story, request = preserved()
    return story, story.draft(QA, ask(ACCESS, request), measure_name=ACCESS)


def _not_for_the_asker() -> tuple[Story, Message]:
    story, request = accepted()
    to_itself = replace(EXHIBIT, wraps=(replace(EXHIBIT.wraps[0], recipient=QA),))
    return story, story.draft(QA_CENTRAL, bodies.Offer(), answers=request, exhibits=(to_itself,), to=(VN, QA))


SHORT = bodies.Confirmation(date(2027, 1, 2), START, "Asia/Qatar")
BACKWARDS = bodies.Confirmation(date(2026, 11, 2), START, "Asia/Qatar")
UNLAWFUL = bodies.Refusal((Slug("essential-interests"), Slug("weather")), "no")
REFUSAL = bodies.Refusal((Slug("essential-interests"),), "no")

FORBIDDEN: list[tuple[str, Telling]] = [
    ("not-told-to-all", _after(_asked, QA, bodies.Question("between us?"), to=(QA_CENTRAL,))),
    ("not-a-participant", _after(_asked, QA, bodies.Question("for a third alone?"), to=(XX,))),
    ("not-a-participant", _after(_asked, XX, bodies.Question("who are you?"), to=(VN, QA))),
    ("not-a-participant", _after(_asked, QA, bodies.Question("for a third?"), to=(VN, XX))),
    ("exercise-mismatch", _after(_asked, QA, bodies.Acknowledgement(), exercise=False)),
    ("case-is-closed", _after(_whole, QA, bodies.Question("once more?"))),
    ("case-is-closed", _after(_whole, VN, ask())),
    ("answers-unknown", _after(_asked, QA, bodies.Acknowledgement(), answers=STRANGE)),
    ("answers-unknown", _unseen),
    ("answers-unknown", _after(_void_question, QA, bodies.Reply("this"))),
    ("answers-wrong-kind", _after(_acknowledged, QA, bodies.Acceptance())),
    ("answers-wrong-kind", _after(_asked, VN, bodies.Reply("this"))),
    ("answers-wrong-kind", _after(_replied, QA, UNTIL)),
    ("wrong-side", _after(_asked, VN, bodies.Acceptance())),
    ("wrong-side", _after(_asked, QA, bodies.Withdrawal("no"))),
    ("wrong-side", _after(_replied, QA, bodies.Reply("this"))),
    ("wrong-side", _after(preserved, QA, bodies.ExtensionRequest(LATER, "no"))),
    ("already-decided", _after(accepted, QA, bodies.Acceptance())),
    ("already-decided", _after(accepted, QA, REFUSAL)),
    ("already-decided", _after(accepted, QA, bodies.Postponement("later"))),
    ("already-decided", _after(_refused, QA, bodies.Acceptance())),
    ("already-decided", _after(_refused, VN, bodies.Withdrawal("so be it"))),
    ("already-decided", _after(preserved, QA, UNTIL)),
    ("already-decided", _after(_extension_answered, QA, bodies.Confirmation(LATER, START, "Asia/Qatar"))),
    ("already-decided", _after(_received, VN, bodies.Withdrawal("too late"))),
    ("already-acknowledged", _after(accepted, QA, bodies.Acknowledgement())),
    ("already-answered", _after(_replied, VN, bodies.Reply("again"))),
    ("withdrawn", _after(_withdrawn, QA, bodies.Acceptance())),
    ("withdrawn", _after(_withdrawn, VN, bodies.Withdrawal("again"))),
    ("not-accepted", _after(_asked, QA, UNTIL)),
    ("not-accepted", _after(_three, QA, bodies.Offer())),
    ("wrong-outcome", _after(preserved, QA, bodies.Offer())),
    ("wrong-outcome", _after(accepted, QA, UNTIL)),
    ("ground-not-lawful", _after(_asked, QA, UNLAWFUL)),
    ("follows-unknown", _after(_asked, VN, ask(ACCESS, STRANGE), measure_name=ACCESS)),
    ("follows-unknown", _unseen_follow),
    ("follows-other-side", _follows_the_other_sides),
    ("measure-unknown", _after(_asked, VN, ask(), measure_name=Slug("divination"))),
    ("shortens", _after(_extended, QA, SHORT)),
    ("shortens", _after(preserved, QA, SHORT)),
    ("shortens", _after(preserved, VN, bodies.ExtensionRequest(LAST_DAY, "the same day"))),
    ("period-backwards", _after(lambda: accepted(PRESERVATION), QA, BACKWARDS)),
    ("nothing-preserved", _after(lambda: accepted(PRESERVATION), VN, bodies.ExtensionRequest(LATER, "why not"))),
    ("seal-offered-already", _after(offered, QA, bodies.Offer("again"))),
    ("seal-offered-already", _after(accepted, QA, bodies.Offer(), exhibits=(EXHIBIT, EXHIBIT))),
    ("not-for-the-asker", _not_for_the_asker),
    ("exhibit-unknown", _after(offered, VN, custody("received", seal=OTHER_SEAL))),
    ("custody-begun-already", _after(offered, QA, custody("sealed"))),
    ("received-already", _after(_received, VN, custody("received"))),
    ("opened-before-received", _after(offered, VN, custody("opened"))),
    ("opened-before-accepted", _after(_withdrawn_after_offer, VN, custody("opened"))),
    ("not-the-holder", _after(offered, VN, custody("copied"))),
    ("not-the-holder", _after(offered, VN, custody("destroyed"))),
    ("heads-unknown", _after(accepted, VN, bodies.Closing((STRANGE,)))),
    ("already-closed", _after(_vn_closed, VN, bodies.Closing((STRANGE,)))),
]


@pytest.mark.parametrize(
    ("ground", "telling"), FORBIDDEN, ids=[f"{place}-{one[0]}" for place, one in enumerate(FORBIDDEN)]
)
def test_a_forbidden_step_is_void_and_changes_nothing_else(ground: str, telling: Telling) -> None:
    story, message = telling()
    before = story.state()
    one = MessageId("f" * 64)
    after = fold(story.case, [*story.steps, Step(one, message)], (), TREATIES)
    assert [void.ground for void in after.void if void.id == one] == [ground]
    for member in ("requests", "exhibits", "closings", "parties", "exercise", "findings", "unjudged", "closed"):
        assert getattr(after, member) == getattr(before, member)
    assert [void for void in after.void if void.id != one] == list(before.void)
    verdict = judge(before, message, TREATIES)
    assert isinstance(verdict, Refused)
    assert verdict.grounds[0] == ground


@pytest.mark.parametrize("author", [XX, QA])
def test_what_is_said_by_or_to_a_stranger_is_no_head_and_nothing_builds_on_it(author: AuthorityId) -> None:
    """One side has it and the other has not: a step that named it would wait there for ever."""
    story, _ = accepted()
    before = story.state()
    to = (VN,) if author == XX else (VN, XX)
    one = story.say(author, bodies.Question("who are you?"), to=to)
    state = story.state()
    assert story.ground_of(one) == "not-a-participant"
    assert (state.heads, state.order) == (before.heads, before.order)
    on_it = story.say(QA, bodies.Closing(before.heads), previous=(one,))
    assert [(waiting.id, waiting.missing) for waiting in story.state().waiting] == [(on_it, (one,))]


def test_a_stranger_to_an_exhibit_says_nothing_of_its_custody() -> None:
    """QA says it sealed something; VN, to whom it was not offered, may not say that it received it."""
    story, _ = accepted()
    story.say(QA, custody("sealed"))
    assert story.ground_of(story.say(VN, custody("received"))) == "custody-by-stranger"


def test_who_does_not_hold_an_exhibit_may_not_offer_it() -> None:
    story, request = accepted()
    story.say(QA, custody("sealed"))
    story.say(QA, custody("destroyed"))
    assert story.ground_of(story.say(QA, bodies.Offer(), answers=request)) == "not-the-holder"


def test_a_request_to_ones_own_party_is_void_and_opens_nothing() -> None:
    story = Story()
    request = story.say(VN, ask(), to=(VN_CENTRAL,))
    assert story.ground_of(request) == "asks-itself"
    assert not story.state().opened
    assert story.ground_of(story.say(VN, ask(), to=(QA,))) == "case-not-opened"


def test_a_request_to_several_parties_asks_the_first_and_tells_the_others() -> None:
    story = Story()
    request = story.say(VN, ask(), to=(QA, XX))
    story.say(XX, bodies.Acceptance(), answers=request, to=(VN, QA))
    state = story.state()
    assert state.parties == ("QA", "VN", "XX")
    assert state.requests[request].asked == (QA,)
    assert [void.ground for void in state.void] == ["wrong-side"]


def test_another_cases_message_is_void_here_and_moves_nothing() -> None:
    story, _ = accepted()
    other = Story(minute=40)
    other.say(QA, ask())
    state = fold(story.case, [*story.steps, *other.steps], (), TREATIES)
    assert [(void.id, void.ground) for void in state.void] == [(other.steps[0].id, "other-case")]
    assert state.order == story.state().order


def test_what_one_party_is_not_told_leaves_the_states_of_all_equal() -> None:
    """Qatar answers Viet Nam behind a third Party's back: the third never gets it, and no state may depend on it."""
    story = Story()
    request = story.say(VN, ask(), to=(QA, XX))
    secret = story.aside(QA, bodies.Acceptance(), answers=request, to=(VN,))
    child = story.aside(VN, bodies.Question("?"), answers=request, to=(QA, XX), previous=[request, secret])
    story.say(QA, bodies.Acknowledgement(), answers=request, to=(VN, XX))
    told = story.state()
    untold = fold(story.case, [step for step in story.steps if step.id != secret], (), TREATIES)
    assert [(void.id, void.ground) for void in told.void] == [(secret, "not-told-to-all")]
    assert [(one.id, one.missing) for one in told.waiting] == [(child, (secret,))]
    assert secret not in {*told.heads, *told.order}
    assert told.requests[request].status == "acknowledged"
    assert replace(told, void=()) == replace(untold, void=())
    assert told.digest() == untold.digest()
    draft = story.draft(QA, bodies.Acceptance(), answers=request, to=(VN,), previous=told.heads)
    verdict = judge(told, draft, TREATIES)
    assert isinstance(verdict, Refused)
    assert verdict.grounds == ("not-told-to-all",)


def test_what_an_authority_says_to_itself_is_no_part_of_the_case() -> None:
    story, _ = accepted()
    before = story.state()
    exported = bodies.Exported(Digest("aa" * 32), before.heads)
    story.say(VN, exported, to=(VN,))
    assert story.state() == before


def test_treaty_data_that_is_not_at_hand_leaves_steps_unjudged_but_standing() -> None:
    story, request = _asked()
    refusal = story.say(QA, UNLAWFUL, answers=request)
    state = story.state({})
    assert state.unjudged == (request, refusal)
    assert not state.void
    assert state.requests[request].status == "refused"
    assert state.requests[request].outcome is None


def test_custody_goes_on_after_the_case_is_closed() -> None:
    story = whole()
    story.say(VN_CENTRAL, custody("returned", 50))
    state = story.state()
    assert state.closed
    assert not state.void
    assert state.exhibits[SealId("5e" * 16)].holders == ("QA",)
