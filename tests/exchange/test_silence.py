"""A statement that no answer came: made from a receipt or from the attempts, and contradicted by one's own log."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from musnad.core.kernel.names import AuthorityId, CaseRef, MessageId, Slug
from musnad.core.kernel.times import Instant
from musnad.core.messages import bodies
from musnad.exchange.composing import say as say_at
from musnad.exchange.errors import NotDelivered, UnknownMessage
from musnad.exchange.reading import show_case
from musnad.exchange.silence import rebutted, silence
from tests.doors.desk.story import FIELDS, PRESERVATION, published
from tests.world import World

CONTACT = "contact-24-7"


@pytest.fixture
def world() -> World:
    return World(published=published())


def ask(world: World) -> CaseRef:
    to = [world["QA"].authority(CONTACT)]
    return CaseRef(world["VN"].say(CONTACT, to, bodies.Request(FIELDS), measure=PRESERVATION))


def say(world: World, code: str, case: CaseRef, body: bodies.Body) -> MessageId:
    other = {"VN": "QA", "QA": "VN"}[code]
    return world[code].say(CONTACT, [world[other].authority(CONTACT)], body, case=case, answers=MessageId(case))


def test_it_rests_on_the_receipt_of_the_asked_party(world: World) -> None:
    case = ask(world)
    world.settle()
    vn = world["VN"].ports
    made = silence(vn, case, MessageId(case), "No answer came.")
    assert made.attempts is None
    assert made.receipt in {one.id for one in vn.journal.receipts_of(MessageId(case)) if not one.own}


def test_a_withheld_receipt_leaves_how_often_and_until_when_delivery_was_tried(world: World) -> None:
    world["VN"].faults.down.add("QA")  # type: ignore[arg-type]
    case = ask(world)
    vn = world["VN"].ports
    asked_at = vn.journal.entry(MessageId(case)).at  # type: ignore[union-attr]
    tried = []
    for _ in range(3):
        tried.append(world.clock.now())
        world["VN"].deliver()
        world.clock.advance(hours=1)
    world.clock.advance(days=2)
    made = silence(vn, case, MessageId(case), "No answer came.")
    assert made.receipt is None
    assert made.attempts == bodies.Attempts(3, asked_at, tried[-1]), "not the time at which it is said"


def test_before_any_attempt_nothing_can_be_stated(world: World) -> None:
    case = ask(world)
    with pytest.raises(NotDelivered):
        silence(world["VN"].ports, case, MessageId(case), "No answer came.")
    with pytest.raises(UnknownMessage):
        silence(world["VN"].ports, case, MessageId("0" * 64), "No answer came.")


def test_of_a_state_without_a_node_the_paper_counts_and_each_call_that_nobody_took(world: World) -> None:
    vn, egypt = world["VN"], AuthorityId("EG/contact-24-7")
    intent = vn.intent(CONTACT, [egypt], bodies.Request(FIELDS), measure=PRESERVATION)
    draft, _ = say_at(vn.ports, replace(intent, on_paper=True), vn.officer(CONTACT))
    case = CaseRef(draft.id)
    sent_at = vn.journal.entry(draft.id).at  # type: ignore[union-attr]
    world.clock.advance(days=3)
    made = silence(vn.ports, case, draft.id, "Sent by courier on the 23rd; nothing came.")
    assert (made.receipt, made.attempts) == (None, bodies.Attempts(1, sent_at, sent_at))

    def call(result: bodies.CallBackResult, at: Instant) -> None:
        vn.say(CONTACT, [egypt], bodies.CallBack("registry", "+20 2", at, result), case=case, answers=draft.id)

    called = world.clock.now()
    call("not-reached", called)
    call("denied", called)
    call("not-reached", Instant(sent_at - timedelta(days=1)))
    world.clock.advance(days=1)
    made = silence(vn.ports, case, draft.id, "Sent by courier on the 23rd; nothing came.")
    assert made.attempts == bodies.Attempts(2, sent_at, called)
    said = vn.say(CONTACT, [egypt], made, case=case, answers=draft.id)
    assert vn.state(case).requests[draft.id].silences == (said,)
    assert not vn.journal.waiting()


def test_an_attempt_of_which_no_time_was_kept_is_dated_by_the_admission(world: World) -> None:
    world["VN"].faults.down.add("QA")  # type: ignore[arg-type]
    case = ask(world)
    world["VN"].deliver()
    vn = world["VN"].ports

    class Older:
        def waiting(self) -> tuple[Any, ...]:
            return tuple(replace(one, last_at=None) for one in vn.journal.waiting())

        def __getattr__(self, name: str) -> object:
            return getattr(vn.journal, name)

    made = silence(replace(vn, journal=Older()), case, MessageId(case), "No answer came.")  # type: ignore[arg-type]
    assert made.attempts is not None
    assert made.attempts.last_at == made.attempts.first_at


def rebuttals_seen(world: World, code: str, case: CaseRef) -> dict[MessageId, tuple[MessageId, ...]]:
    ports = world[code].ports
    found = rebutted(world[code].state(case), ports.journal.case_entries(case))
    told = {step.id: step.rebutted_by for step in show_case(ports, case).timeline if step.rebutted_by}
    assert told == found
    return found


def test_an_honest_silence_is_not_rebutted_on_either_side(world: World) -> None:
    case = ask(world)
    world.settle()
    say(world, "VN", case, silence(world["VN"].ports, case, MessageId(case), "No answer came."))
    world.settle()
    say(world, "QA", case, bodies.Refusal((Slug("essential-interests"),), "Not possible."))
    world.settle()
    for code in ("VN", "QA"):
        assert rebuttals_seen(world, code, case) == {}


def test_both_sides_see_that_its_author_had_the_answer_before(world: World) -> None:
    case = ask(world)
    world.settle()
    made = silence(world["VN"].ports, case, MessageId(case), "No answer came.")
    postponed = say(world, "QA", case, bodies.Question("Which account?"))
    world.settle()
    reply = world["VN"].say(
        CONTACT, [world["QA"].authority(CONTACT)], bodies.Reply("The first."), case=case, answers=postponed
    )
    world.settle()
    false = say(world, "VN", case, made)
    world.settle()
    del reply
    expected = {false: (postponed,)}
    assert rebuttals_seen(world, "VN", case) == expected
    assert rebuttals_seen(world, "QA", case) == expected


def test_where_its_author_told_no_place_the_other_side_says_nothing(world: World) -> None:
    case = ask(world)
    world.settle()
    say(world, "VN", case, silence(world["VN"].ports, case, MessageId(case), "No answer came."))
    world.settle()
    qa = world["QA"]
    entries = [replace(one, author_place=None) for one in qa.journal.case_entries(case)]
    assert rebutted(qa.state(case), entries) == {}
