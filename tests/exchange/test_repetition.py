"""A command that died is given again, word for word: it says its message once."""

from __future__ import annotations

import pytest

from musnad.adapters.memory.steps import Killed
from musnad.core.kernel.names import CaseRef
from musnad.core.messages.bodies import Acknowledgement, Closing, Request
from musnad.exchange.composing import Intent, compose, drafts, say
from musnad.exchange.steps import Moment
from tests.core.treaty.data import FULL, PRESERVE
from tests.world import World

CONTACT = "contact-24-7"


@pytest.fixture
def world() -> World:
    return World()


def _ask(world: World, **changed: str) -> Intent:
    vn, qa = world["VN"], world["QA"]
    return vn.intent(CONTACT, [qa.authority(CONTACT)], Request(FULL[PRESERVE] | changed), measure=PRESERVE)


@pytest.mark.parametrize("moment", ["before", "after"])
def test_an_opening_whose_command_died_is_said_once(world: World, moment: Moment) -> None:
    vn = world["VN"]
    vn.steps.kill_at("message.admitted", moment)
    with pytest.raises(Killed):
        say(vn.ports, _ask(world), vn.officer(CONTACT))
    vn.restart()
    world.clock.advance(minutes=5)
    draft, sent = say(vn.ports, _ask(world), vn.officer(CONTACT))
    assert sent is not None
    assert (sent.id, sent.repeated) == (draft.id, moment == "after")
    assert drafts(vn.ports) == ()
    assert [entry.id for entry, _ in vn.messages()] == [sent.id]


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_closing_whose_command_died_is_said_once(world: World, moment: Moment) -> None:
    vn, qa = world["VN"], world["QA"]
    _, opened = say(vn.ports, _ask(world), vn.officer(CONTACT))
    assert opened is not None
    world.settle()
    case = CaseRef(opened.id)

    def close() -> Intent:
        return qa.intent(CONTACT, [vn.authority(CONTACT)], Closing(qa.state(case).heads), case=case)

    qa.steps.kill_at("message.admitted", moment)
    with pytest.raises(Killed):
        say(qa.ports, close())
    qa.restart()
    say(qa.ports, close())
    assert [message.kind for entry, message in qa.messages() if entry.own] == ["closing"]
    assert drafts(qa.ports) == ()


def test_a_complete_draft_on_older_heads_is_replaced(world: World) -> None:
    vn, qa = world["VN"], world["QA"]
    _, opened = say(vn.ports, _ask(world), vn.officer(CONTACT))
    assert opened is not None
    world.settle()
    case = CaseRef(opened.id)
    closing = vn.intent(CONTACT, [qa.authority(CONTACT)], Closing(vn.state(case).heads), case=case)
    compose(vn.ports, closing)
    qa.say(CONTACT, [vn.authority(CONTACT)], Acknowledgement("QA-17"), case=case, answers=opened.id)
    world.settle()
    again = vn.intent(CONTACT, [qa.authority(CONTACT)], Closing(vn.state(case).heads), case=case)
    _, sent = say(vn.ports, again)
    assert sent is not None
    assert drafts(vn.ports) == ()


def test_other_words_another_hour_or_an_answer_between_make_another_message(world: World) -> None:
    vn, qa = world["VN"], world["QA"]
    _, first = say(vn.ports, _ask(world), vn.officer(CONTACT))
    _, other = say(vn.ports, _ask(world, facts="Other facts."), vn.officer(CONTACT))
    world.clock.advance(minutes=61)
    _, later = say(vn.ports, _ask(world), vn.officer(CONTACT))
    world.settle()
    assert later is not None
    qa.say(CONTACT, [vn.authority(CONTACT)], Acknowledgement("QA-17"), case=CaseRef(later.id), answers=later.id)
    world.settle()
    _, last = say(vn.ports, _ask(world), vn.officer(CONTACT))
    assert len({sent.id for sent in (first, other, later, last) if sent is not None}) == 4


def test_a_draft_that_waits_for_another_officer_is_taken_up(world: World) -> None:
    vn = world["VN"]
    first = compose(vn.ports, _ask(world))
    world.clock.advance(minutes=1)
    assert compose(vn.ports, _ask(world)).id == first.id
    assert [draft.id for draft in drafts(vn.ports)] == [first.id]
