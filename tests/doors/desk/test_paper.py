"""A request on paper, from the desk: real pages, in the languages that are asked for, for whoever may see the case."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import pytest
from django.test import Client

from musnad.adapters.paper.errors import NoFont
from musnad.core.kernel.names import CaseRef, MessageId
from musnad.core.messages import bodies
from musnad.desk.cases.trust import trust_in
from musnad.exchange.audit import read_notes
from musnad.exchange.composing import compose
from musnad.exchange.reading import show_case
from musnad.people import circles, persons
from musnad.people.powers import Role
from musnad.people.seat import Seat
from tests.adapters.paper.test_typeset import text_of
from tests.core.treaty.data import FULL, PRESERVE
from tests.directory_fixture import make_world
from tests.doors.desk.seats import ADMINISTRATOR, OFFICER, OVERSEER, pseudonyms, seat
from tests.doors.desk.server import desk_of
from tests.doors.desk.story import ACCESS_FIELDS, Story
from tests.doors.desk.test_powers import again
from tests.exchange.test_takeover import CENTRAL, EGYPT, ask, enter, show
from tests.world import Node, World

CLERK = seat(Role.DUTY_OFFICER, Role.APPROVER, party="QA", name="noor")


@pytest.fixture(scope="module")
def asked() -> tuple[Node, CaseRef]:
    """Qatar asks Egypt, which runs no node."""
    world = World(published=make_world(("QA", "VN", "EG")))
    show(world, "QA", "VN")
    return world["QA"], ask(world["QA"], on_paper=True)


@contextmanager
def desk(node: Node, folder: Path, who: Seat = CLERK) -> Iterator[Client]:
    with desk_of(node.ports, folder, who):
        yield Client(SERVER_NAME="127.0.0.1", headers={"accept-language": "en"})


def address(case: str, more: str = "") -> str:
    return f"/case/{case}/paper/{case}/{more}"


def test_a_request_is_given_as_pages_with_its_signed_file(asked: tuple[Node, CaseRef], tmp_path: Path) -> None:
    qa, case = asked
    with desk(qa, tmp_path) as client:
        pages, signed = client.get(address(case)), client.get(address(case, "signed/"))
    assert (pages.status_code, pages["Content-Type"]) == (200, "application/pdf")
    assert pages["Content-Disposition"] == f'attachment; filename="musnad-{case[:12]}.pdf"'
    assert (pages["Cache-Control"], pages["X-Content-Type-Options"]) == ("no-store", "nosniff")
    told = text_of(pages.content, tmp_path)
    assert case in "".join(told.split())
    assert f"musnad-{case[:12]}.json" in told
    assert "طلب" in told
    assert "Request" in told
    entry = qa.ports.journal.entry(MessageId(case))
    assert entry is not None
    assert signed.content == entry.signed
    assert signed["Content-Disposition"] == f'attachment; filename="musnad-{case[:12]}.json"'
    assert signed["Cache-Control"] == "no-store"


@pytest.mark.parametrize("asking", ["languages=fr,es", "languages=fr&languages=es", "languages=+fr+,es,fr"])
def test_the_languages_are_those_that_are_asked_for(asked: tuple[Node, CaseRef], tmp_path: Path, asking: str) -> None:
    qa, case = asked
    with desk(qa, tmp_path) as client:
        answer = client.get(f"{address(case)}?{asking}")
    assert answer.status_code == 200
    told = text_of(answer.content, tmp_path)
    assert "Solicitud" in told
    assert "Demande" in told
    assert "طلب" not in told


def test_no_language_of_ours_and_no_font_are_said_in_words(asked: tuple[Node, CaseRef], tmp_path: Path) -> None:
    qa, case = asked

    def undrawn(*_: object) -> bytes:
        raise NoFont("Hans")

    with desk(qa, tmp_path) as client:
        unknown = client.get(f"{address(case)}?languages=ar,xx")
        with patch("musnad.desk.cases.paper.set_in_type", undrawn):
            missing = client.get(f"{address(case)}?languages=zh")
    assert unknown.status_code == 400
    assert "form.invalid" in unknown.content.decode()
    assert missing.status_code == 406
    assert "paper.no-font" in missing.content.decode()


def test_it_is_noted_with_who_looked(asked: tuple[Node, CaseRef], tmp_path: Path) -> None:
    qa, case = asked
    for path in (address(case), address(case, "signed/")):
        qa.ports.clock.advance(seconds=1)  # type: ignore[attr-defined]  # the tests' clock
        with desk(qa, tmp_path) as client:
            assert client.get(path).status_code == 200
        found = read_notes(qa.ports, 1)[0].record
        assert (found.act, found.by, found.case) == ("looked", "noor", case)
        assert found.about == {"what": "paper", "message": case}


def test_only_a_request_of_the_case_is_printed(story: Story, tmp_path: Path) -> None:
    vn = story.world["VN"]
    state = vn.state(story.whole)
    spoken = next(name for name, message in state.messages.items() if message.kind == "acceptance")
    with desk(vn, tmp_path, OFFICER) as client:
        for name in (story.refused, "0" * 64):  # of another case, and of none
            for more in ("", "signed/"):
                assert client.get(f"/case/{story.whole}/paper/{name}/{more}").status_code == 404
        assert client.get(f"/case/{story.whole}/paper/{spoken}/").status_code == 400
        assert client.get(f"/case/{'0' * 64}/paper/{story.whole}/").status_code == 404
        assert client.post(f"/case/{story.whole}/paper/{story.whole}/").status_code == 405


def test_who_sees_no_case_prints_none(asked: tuple[Node, CaseRef], tmp_path: Path) -> None:
    qa, case = asked
    for who, status in ((ADMINISTRATOR, 403), (OVERSEER, 200)):
        with desk(qa, tmp_path, who) as client:
            assert client.get(address(case)).status_code == status


def test_outside_its_circle_a_request_is_not_there(asked: tuple[Node, CaseRef], tmp_path: Path) -> None:
    qa, case = asked
    with desk_of(qa.ports, tmp_path, None):
        for name in ("inside", "outside"):
            persons.add(qa.ports, name, name, [Role.LAWYER], pseudonyms(name, "QA"), by=persons.TERMINAL)
        circles.set_circle(qa.ports, case, ["inside"], by=persons.TERMINAL)
        inside, outside = (again(tmp_path, one) for one in ("inside", "outside"))
        for more in ("", "signed/"):
            assert inside.get(address(case, more)).status_code == 200
            assert outside.get(address(case, more)).status_code == 404


def test_the_case_says_that_nothing_is_sent_until_an_answer_is_entered(tmp_path: Path) -> None:
    world = World(published=make_world(("QA", "VN", "EG")))
    show(world, "QA", "VN")
    qa = world["QA"]
    case = ask(qa, on_paper=True)
    told = "has no node, so nothing is sent to it from here"
    with desk(qa, tmp_path) as client:
        before = client.get(f"/case/{case}/").content.decode()
    assert "Bring it to Egypt on paper" in before
    assert f"Egypt {told}" in before
    assert before.count(f'href="{address(case)}"') == 2  # at the top, and beside the request
    assert before.count(f'href="{address(case, "signed/")}"') == 2
    assert {f'name="languages" value="{one}"' in before for one in ("ar", "en", "es", "fr", "ru", "zh")} == {True}
    enter(qa, case, bodies.Acceptance(), MessageId(case))
    with desk(qa, tmp_path) as client:
        after = client.get(f"/case/{case}/").content.decode()
    assert told not in after
    assert f'href="{address(case)}"' in after


def test_what_went_on_paper_alone_is_not_said_to_be_held_by_both(asked: tuple[Node, CaseRef]) -> None:
    node, case = asked
    trust = trust_in(show_case(node.ports, case))
    assert (trust.said, trust.held) == (1, 0)


def test_where_both_have_nodes_paper_is_offered_and_not_urged(story: Story, tmp_path: Path) -> None:
    with desk(story.world["VN"], tmp_path, OFFICER) as client:
        page = client.get(f"/case/{story.asked}/").content.decode()
        assert "has no node" not in page
        assert f'href="{address(story.asked)}"' in page
        assert client.get(address(story.asked)).status_code == 200  # what another State asks is printed, too


def test_a_draft_is_printed_as_one_for_who_may_read_it(tmp_path: Path) -> None:
    world = World(published=make_world(("QA", "VN", "EG")))
    show(world, "QA", "VN")
    qa = world["QA"]
    intent = qa.intent(CENTRAL, [EGYPT], bodies.Request(FULL[PRESERVE]), measure=PRESERVE)
    draft = compose(qa.ports, replace(intent, on_paper=True, approvers=(qa.officer(CENTRAL).name,)))
    path = f"/drafts/{draft.id}/paper/"
    with desk(qa, tmp_path) as client:
        page, pages = client.get(f"/drafts/{draft.id}/").content.decode(), client.get(path)
        assert f'href="{path}"' in page
        assert "Egypt has no node: once it is approved, it is brought there on paper." in page
        assert "signed/" not in page
        assert client.get(f"/drafts/{'0' * 64}/paper/").status_code == 404
        assert client.get(f"{path}?languages=xx").status_code == 400
    assert (pages.status_code, pages["Content-Type"]) == (200, "application/pdf")
    assert "DRAFT" in text_of(pages.content, tmp_path)
    assert read_notes(qa.ports, 1)[0].record.about == {"what": "paper", "draft": draft.id}
    with desk(qa, tmp_path, ADMINISTRATOR) as client:
        assert client.get(path).status_code == 403


def test_a_draft_in_a_case_is_not_there_outside_its_circle(tmp_path: Path, story: Story) -> None:
    vn = story.world["VN"]
    there = [story.world["QA"].authority("central-authority")]
    officer = vn.officer("central-authority").name
    intent = vn.intent("central-authority", there, bodies.Request(ACCESS_FIELDS), measure="access-to-stored-data")
    draft = compose(vn.ports, replace(intent, case=story.preserved, approvers=(officer,)))
    path = f"/drafts/{draft.id}/paper/"
    with desk_of(vn.ports, tmp_path, None):
        for name in ("inside", "outside"):
            persons.add(vn.ports, name, name, [Role.APPROVER], pseudonyms(name), by=persons.TERMINAL)
        circles.set_circle(vn.ports, story.preserved, ["inside"], by=persons.TERMINAL)
        assert again(tmp_path, "inside").get(path).status_code == 200
        assert again(tmp_path, "outside").get(path).status_code == 404
    with vn.ports.journal.begin() as transaction:
        transaction.drop_draft(draft.id)
