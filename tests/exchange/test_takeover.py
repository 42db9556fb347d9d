"""A State with no node: asked on paper, its answers entered, and its case taken over when it runs a node."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from musnad.core.directory.errors import UnknownParty
from musnad.core.kernel.names import AuthorityId, CaseRef, MessageId, PartyCode
from musnad.core.messages.bodies import (
    Acceptance,
    Acknowledgement,
    CallBack,
    Closing,
    Question,
    Reply,
    Request,
    Takeover,
    Transcript,
)
from musnad.exchange.composing import Intent, compose, say
from musnad.exchange.errors import DayImpossible, NothingToHandOver, SpeaksForItself, StepRefused
from musnad.exchange.takeover import hand_over
from tests.core.treaty.data import FULL, PRESERVE
from tests.directory_fixture import make_world
from tests.world import Node, World

CENTRAL = "contact-24-7"
EGYPT = AuthorityId(f"EG/{CENTRAL}")
EG = PartyCode("EG")


@pytest.fixture
def world() -> World:
    """Three States, of which the directory does not list Egypt yet."""
    world = World(published=make_world(("QA", "VN", "EG")))
    show(world, "QA", "VN")
    return world


def show(world: World, *codes: str) -> None:
    """From now on every node sees a directory of these Parties."""
    files = make_world(codes).files
    for node in world.nodes.values():
        node.ports = replace(node.ports, directories=replace(node.ports.directories, files=files))  # type: ignore[type-var]  # memory's own


def ask(node: Node, *, on_paper: bool) -> CaseRef:
    intent = node.intent(CENTRAL, [EGYPT], Request(FULL[PRESERVE]), measure=PRESERVE)
    draft, admitted = say(node.ports, replace(intent, on_paper=on_paper), node.officer(CENTRAL))
    assert admitted is not None
    return CaseRef(draft.id)


def enter(node: Node, case: CaseRef, said: Acceptance | Question | Closing, answers: MessageId | None) -> MessageId:
    letter = Transcript(EGYPT, "e-mail", date(2026, 11, 23), said, "EG-12")
    return node.say(CENTRAL, [EGYPT], letter, case=case, answers=answers)


def test_nobody_is_written_to_on_paper_by_a_slip(world: World) -> None:
    with pytest.raises(UnknownParty):
        ask(world["QA"], on_paper=False)
    assert not world["QA"].journal.cases()


def test_a_case_on_paper_goes_its_way_and_its_entries_say_who_made_them(world: World) -> None:
    qa = world["QA"]
    case = ask(qa, on_paper=True)
    assert qa.journal.waiting() == ()
    question = enter(qa, case, Question("Which account?"), MessageId(case))
    qa.say(CENTRAL, [EGYPT], Reply("The second."), case=case, answers=question)
    accepted = enter(qa, case, Acceptance(), MessageId(case))
    called = CallBack("registry", "telephone", world.clock.now(), "confirmed")
    qa.say(CENTRAL, [EGYPT], called, case=case, answers=accepted)
    state = qa.state(case)
    (request,) = state.requests.values()
    assert (request.status, request.accepted) == ("accepted", accepted)
    assert (state.messages[accepted].author, state.messages[accepted].officer) == (
        qa.authority(CENTRAL),
        qa.keys.officer(CENTRAL),
    )
    assert [one.code for one in state.findings if one.blocks] == []


def test_nothing_is_entered_for_an_authority_that_has_a_node(world: World) -> None:
    qa, vietnam = world["QA"], AuthorityId(f"VN/{CENTRAL}")
    case = CaseRef(qa.say(CENTRAL, [vietnam], Request(FULL[PRESERVE]), measure=PRESERVE))
    letter = Transcript(vietnam, "paper", date(2026, 11, 23), Acceptance())
    with pytest.raises(SpeaksForItself):
        qa.say(CENTRAL, [vietnam], letter, case=case, answers=MessageId(case))


@pytest.mark.parametrize(("came", "stands"), [(22, False), (23, True), (24, False)])
def test_a_letter_comes_between_its_request_and_today_by_the_days_of_who_enters_it(
    world: World, came: int, stands: bool
) -> None:
    qa = world["QA"]
    case = ask(qa, on_paper=True)
    world.clock.advance(hours=17)  # 20:00 in London, 23:00 in Doha, the day after in Ha Noi
    before = qa.journal.log_size()
    letter = Transcript(EGYPT, "e-mail", date(2026, 11, came), Acceptance())
    if stands:
        qa.say(CENTRAL, [EGYPT], letter, case=case, answers=MessageId(case))
    else:
        with pytest.raises(DayImpossible):
            qa.say(CENTRAL, [EGYPT], letter, case=case, answers=MessageId(case))
    assert qa.journal.log_size() == before + stands


def test_a_state_that_runs_a_node_receives_its_case_and_takes_it_over(world: World) -> None:
    qa, eg = world["QA"], world["EG"]
    case = ask(qa, on_paper=True)
    entered = enter(qa, case, Acceptance(), MessageId(case))
    with pytest.raises(NothingToHandOver):
        hand_over(qa.ports, case, EG)
    show(world, "QA", "VN", "EG")
    assert hand_over(qa.ports, case, EG) == 2
    assert hand_over(qa.ports, case, EG) == 0
    world.settle()
    assert hand_over(qa.ports, case, EG) == 0
    assert eg.state(case).digest() == qa.state(case).digest()
    assert all(qa.state(case).receipts[one] for one in qa.state(case).order)
    with pytest.raises(SpeaksForItself):
        enter(qa, case, Closing((entered,)), None)
    heads = eg.state(case).heads
    ack = eg.intent(CENTRAL, [qa.authority(CENTRAL)], Acknowledgement(), case=case, answers=MessageId(case))
    assert "takeover-first" in compose(eg.ports, ack).warnings
    eg.say(CENTRAL, [qa.authority(CENTRAL)], Takeover(heads, (entered,)), case=case)
    world.settle()
    assert qa.state(case).contested == (entered,)
    assert eg.state(case).digest() == qa.state(case).digest()
    with pytest.raises(StepRefused):
        eg.say(CENTRAL, [qa.authority(CENTRAL)], Takeover(heads), case=case)


def test_what_is_shared_with_a_third_state_on_paper_reaches_those_who_have_nodes(world: World) -> None:
    qa, vn = world["QA"], world["VN"]
    to = [AuthorityId(f"VN/{CENTRAL}"), EGYPT]
    intent: Intent = qa.intent(CENTRAL, to, Request(FULL[PRESERVE]), measure=PRESERVE)
    draft, _ = say(qa.ports, replace(intent, on_paper=True), qa.officer(CENTRAL))
    world.settle()
    assert vn.state(CaseRef(draft.id)).parties == ("EG", "QA", "VN")
