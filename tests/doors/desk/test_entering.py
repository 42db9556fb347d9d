"""What a State without a node says later in a case: that another use is agreed to, and that the case is over."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from django.test import Client

from musnad.core.kernel.names import CaseRef, MessageId
from musnad.core.messages import bodies
from musnad.exchange.composing import approve, drafts, say, send
from musnad.people.powers import Role
from tests.core.treaty.data import ACCESS, FULL
from tests.directory_fixture import make_world
from tests.doors.desk.seats import seat
from tests.doors.desk.server import desk_of
from tests.doors.desk.test_answering import last, seen_in
from tests.exchange.test_takeover import CENTRAL, EGYPT, enter, show
from tests.world import Node, World

CLERK = seat(Role.DUTY_OFFICER, Role.LAWYER, party="QA", name="noor")
TYPED = {
    "speaker": EGYPT,
    "channel": "paper",
    "received_on": "2026-11-23",
    "approvers": f"QA/{CENTRAL}/duty-1",
}


def executed() -> tuple[Node, CaseRef]:
    """Qatar asked Egypt on paper for data, and Egypt gave them."""
    world = World(published=make_world(("QA", "VN", "EG")))
    show(world, "QA", "VN")
    qa = world["QA"]
    intent = qa.intent(CENTRAL, [EGYPT], bodies.Request(FULL[ACCESS]), measure=ACCESS)
    case = CaseRef(say(qa.ports, replace(intent, on_paper=True), qa.officer(CENTRAL))[0].id)
    enter(qa, case, bodies.Acceptance(), MessageId(case))
    enter(qa, case, bodies.Execution("executed", "All of it."), MessageId(case))  # type: ignore[arg-type]
    return qa, case


def wished() -> tuple[Node, str]:
    """The same, and Qatar wishes to use them in another case; the address where the answer is entered."""
    qa, case = executed()
    wish = bodies.ConsentRequest("other-use", "In another investigation.")
    name = qa.say(CENTRAL, [EGYPT], wish, case=case, answers=MessageId(case))
    return qa, f"/case/{case}/answer/transcript/{name}/"


@pytest.fixture
def client() -> Client:
    return Client(SERVER_NAME="127.0.0.1", headers={"accept-language": "en"})


def enters(client: Client, node: Node, path: str, typed: dict[str, str]) -> None:
    answer = client.post(path, typed)
    if answer.status_code == 200:
        answer = client.post(path, typed | {"seen": seen_in(answer.content.decode())})
    assert answer.status_code == 302, answer.content.decode()
    (draft,) = drafts(node.ports)
    approve(node.ports, draft.id, node.officer(CENTRAL))
    send(node.ports, draft.id)


def test_a_consent_is_entered_with_its_conditions(client: Client, tmp_path: Path) -> None:
    qa, path = wished()
    case = path.split("/")[2]
    with desk_of(qa.ports, tmp_path, CLERK):
        assert path in client.get(f"/case/{case}/answer/").content.decode()
        assert 'value="acceptance"' not in client.get(path).content.decode()
        typed = TYPED | {"said": "consent", "text": "In that case alone.", "confidential": "yes"}
        assert client.post(path, typed).status_code == 422  # neither agreed nor not
        enters(client, qa, path, typed | {"granted": "yes"})
        assert path not in client.get(f"/case/{case}/answer/").content.decode()
    body = last(qa, case)
    assert isinstance(body, bodies.Transcript)
    assert body.said == bodies.Consent(True, "In that case alone.", bodies.UseLimits(True, "with-consent"))
    (asked,) = qa.state(CaseRef(case)).requests.values()
    assert [one.granted for one in asked.consents] == [True]


def test_a_closing_is_entered_and_answers_nothing(client: Client, tmp_path: Path) -> None:
    qa, case = executed()
    path = f"/case/{case}/answer/transcript/{case}/"
    heads = qa.state(case).heads
    with desk_of(qa.ports, tmp_path, CLERK):
        assert 'value="consent"' not in client.get(path).content.decode()
        enters(client, qa, path, TYPED | {"said": "closing", "text": "Over."})
    body = last(qa, case)
    assert isinstance(body, bodies.Transcript)
    assert body.said == bodies.Closing(tuple(heads), "Over.")
    assert EGYPT.partition("/")[0] in qa.state(case).closings


def test_what_was_done_is_entered_with_its_day_and_conditions(client: Client, tmp_path: Path) -> None:
    world = World(published=make_world(("QA", "VN", "EG")))
    show(world, "QA", "VN")
    qa = world["QA"]
    intent = qa.intent(CENTRAL, [EGYPT], bodies.Request(FULL[ACCESS]), measure=ACCESS)
    case = CaseRef(say(qa.ports, replace(intent, on_paper=True), qa.officer(CENTRAL))[0].id)
    path = f"/case/{case}/answer/transcript/{case}/"
    with desk_of(qa.ports, tmp_path, CLERK):
        terms = {"said": "acceptance", "text": "Not in public.", "onward": "forbidden"}
        enters(client, qa, path, TYPED | terms)
        accepted = last(qa, case)
        report = {"said": "execution", "result": "executed", "text": "All.", "done_on": "2026-11-20"}
        enters(client, qa, path, TYPED | report)
    assert isinstance(accepted, bodies.Transcript)
    assert accepted.said == bodies.Acceptance(("Not in public.",), bodies.UseLimits(False, "forbidden"))
    body = last(qa, case)
    assert isinstance(body, bodies.Transcript)
    assert body.said == bodies.Execution("executed", "All.", date(2026, 11, 20))
