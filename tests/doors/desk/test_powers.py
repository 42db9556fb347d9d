"""Who may do what: every page names a power; oversight changes nothing; administration sees no case; need to know."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from musnad.core.kernel.names import CaseRef, OfficerName
from musnad.desk.links import make_link
from musnad.exchange.audit import read_notes
from musnad.exchange.ports import Ports
from musnad.people import circles, codes, persons
from musnad.people.models import Circle, Proposal
from musnad.people.powers import Power, Role
from musnad.people.recovery import recovery_of
from tests.doors.desk.seats import ADMINISTRATOR, OVERSEER
from tests.doors.desk.server import desk_of
from tests.doors.desk.story import Story, tell_story
from tests.doors.desk.test_signing_in import PASSWORD, REST, code_of

OPEN = {"enter", "leave", "language", "sign-in", "sign-in-challenge", "sign-in-passkey"}
"""What stands open to whoever is outside, or closes the door behind oneself."""
READS = {"GET", "HEAD", "OPTIONS", "TRACE"}
CHANGING = {Power.COMPOSE, Power.ANSWER, Power.EVIDENCE, Power.APPROVE, Power.ADMINISTER, Power.PUBLISH}
OWN = {"new-passkey", "new-code", "remove-key"}
"""What changes only one's own ways in, and nothing of the house."""


def patterns(
    found: URLResolver | None = None, before: str = "", space: str = ""
) -> Iterator[tuple[str, str, URLPattern]]:
    """Every address with its whole route and name."""
    resolver = found or get_resolver("musnad.desk.urls")
    for one in resolver.url_patterns:
        route = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from patterns(one, route, f"{one.namespace}:" if one.namespace else space)
        else:
            yield route, f"{space}{one.name}", one


ALL = {name: (route, one) for route, name, one in patterns()}


def powers_of(name: str) -> frozenset[Power] | None:
    """The powers that the view asks one of; ``None`` where it names none."""
    found: frozenset[Power] | None = getattr(ALL[name][1].callback, "powers", None)
    return found


def address(route: str, story: Story) -> str:
    """An address of this route, of things that are there where the story has them."""
    parts = {"case": story.whole, "message": story.whole, "seal": story.seal, "slug": "lan", "int": "1", "uuid": ""}

    def filled(found: re.Match[str]) -> str:
        return str(parts.get(found[1] or "str", "x"))

    return "/" + re.sub(r"<(?:(\w+):)?\w+>", filled, route)


@pytest.mark.parametrize("name", sorted(ALL))
def test_every_page_names_the_power_that_it_asks_for(name: str) -> None:
    asked = powers_of(name)
    assert (asked is not None) != (name in OPEN)
    if asked is not None:
        assert asked
        assert all(isinstance(one, Power) for one in asked)


def test_there_are_many_pages() -> None:
    assert len(ALL) > 20
    assert set(ALL) >= OPEN | {"inbox", "case", "people:index", "people:circle"}


@pytest.fixture(scope="module")
def own_story() -> Story:
    """Apart from the others', since what is posted here might change it."""
    return tell_story()


def _said(ports: Ports) -> int:
    """How much stands in the log beside the house's own notes, of refusals among them."""
    return ports.journal.log_size() - len(ports.journal.records(1_000_000, None))


def test_an_overseer_changes_nothing(own_story: Story, tmp_path: Path) -> None:
    """Every address, by POST: nothing is journalled, drafted, and no answer but a refusal."""
    ports = own_story.world["VN"].ports
    with desk_of(ports, tmp_path, OVERSEER):
        client = Client(SERVER_NAME="127.0.0.1", headers={"accept-language": "en"}, raise_request_exception=False)
        before = (_said(ports), {one.id for one in ports.journal.drafts()})
        answers = {}
        for name, (route, _) in ALL.items():
            if name not in OPEN | OWN:
                answers[name] = client.post(address(route, own_story), {"act": "open", "who": "all"}).status_code
        after = (_said(ports), {one.id for one in ports.journal.drafts()})
    changed = {name for name, status in answers.items() if status not in {403, 404, 405}}
    assert {name for name in changed if (powers_of(name) or frozenset()) & CHANGING} == set()
    assert after == before


def test_an_administrator_sees_no_case(own_story: Story, tmp_path: Path) -> None:
    ports = own_story.world["VN"].ports
    with desk_of(ports, tmp_path, ADMINISTRATOR):
        client = Client(SERVER_NAME="127.0.0.1", headers={"accept-language": "en"}, raise_request_exception=False)
        for name, (route, _) in ALL.items():
            if name in OPEN or name.startswith(("people:", "new-", "keys", "remove-")):
                continue
            answer = client.get(address(route, own_story))
            said = b"".join(answer).decode("utf-8", "replace")
            if not (powers_of(name) or frozenset()) & ADMINISTRATOR.powers:
                assert answer.status_code in {403, 404, 405}, name
            for case in (own_story.whole, own_story.crossed, own_story.preserved):
                assert case not in said or case in answer.request["PATH_INFO"], name
            assert "صورة القرص" not in said, name


# --- with persons -----------------------------------------------------------------------------------------------------


@pytest.fixture
def ports(own_story: Story, tmp_path: Path) -> Iterator[Ports]:
    with desk_of(own_story.world["VN"].ports, tmp_path, None):
        yield own_story.world["VN"].ports


def comes_in(ports: Ports, folder: Path, name: str, *roles: Role) -> Client:
    """Somebody new, with a pseudonym of their own at each authority."""
    officers = [OfficerName(f"{authority}/{name}") for authority in sorted(ports.keys.hosted)]
    persons.add(ports, name, name.title(), roles, officers, by=persons.TERMINAL)
    return again(folder, name)


def again(folder: Path, name: str) -> Client:
    client = Client(SERVER_NAME="127.0.0.1", headers={"accept-language": "en"})
    assert client.get(make_link(folder, os.urandom, name)).status_code == 302
    return client


def text_of(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, path
    return answer.content.decode()


def confirmed(client: Client) -> HttpResponse:
    """What answers once the newest of what waits is confirmed."""
    answer = client.post(f"/people/waiting/{Proposal.objects.latest('pk').pk}/", {"act": "confirm"})
    assert isinstance(answer, HttpResponse)
    return answer


def test_outside_a_circle_a_case_is_not_there(ports: Ports, own_story: Story, tmp_path: Path) -> None:
    case = own_story.whole
    lan = comes_in(ports, tmp_path, "lan", Role.LAWYER)
    minh = comes_in(ports, tmp_path, "minh", Role.LAWYER)
    chief = comes_in(ports, tmp_path, "chief", Role.OVERSEER)
    assert case in text_of(minh, "/")
    assert lan.post(f"/people/circle/{case}/", {"who": "circle", "person": ["lan"]}).status_code == 302
    assert Circle.objects.count() == 1
    assert case in text_of(lan, "/")
    assert case in text_of(chief, "/")
    text_of(lan, f"/case/{case}/")
    text_of(chief, f"/case/{case}/")
    assert case not in text_of(minh, "/")
    unknown = "0" * 64
    for path in ("/case/{}/", "/case/{}/exhibit/" + str(own_story.seal) + "/", "/people/circle/{}/"):
        refused, never = text_of(minh, path.format(case), 404), text_of(minh, path.format(unknown), 404)
        tokens = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')
        assert tokens.sub("", refused).replace(case, unknown) == tokens.sub("", never), path
    assert minh.post(f"/people/circle/{case}/", {"who": "all"}).status_code == 404
    assert lan.post(f"/people/circle/{case}/", {"who": "circle", "person": ["minh"]}).status_code == 400
    assert circles.circle_of(case) == ("lan",)
    assert lan.post(f"/people/circle/{case}/", {"who": "all"}).status_code == 302
    assert case in text_of(minh, "/")


def test_an_administrator_sets_a_circle_by_the_number_alone(ports: Ports, own_story: Story, tmp_path: Path) -> None:
    case = own_story.crossed
    boss = comes_in(ports, tmp_path, "boss", Role.ADMINISTRATOR)
    both = comes_in(ports, tmp_path, "both", Role.ADMINISTRATOR, Role.LAWYER)
    comes_in(ports, tmp_path, "lan", Role.LAWYER)
    found = boss.get("/people/circle/", {"case": case})
    assert found["Location"] == f"/people/circle/{case}/"
    assert boss.get("/people/circle/", {"case": "0" * 64}).status_code == 404
    said = text_of(boss, f"/people/circle/{case}/")
    assert "Qatar" not in said
    assert boss.post(f"/people/circle/{case}/", {"who": "circle", "person": ["lan"]}).status_code == 302
    assert circles.circle_of(case) == ("lan",)
    note = read_notes(ports, 1)[0].record
    assert (note.act, note.by, note.case, note.about) == ("circle-set", "boss", case, {"persons": "lan"})
    assert both.get(f"/case/{case}/").status_code == 404
    assert both.post(f"/people/circle/{case}/", {"who": "circle", "person": ["both"]}).status_code == 403
    assert circles.circle_of(case) == ("lan",)
    assert boss.get(f"/case/{case}/").status_code == 403


def test_an_administrator_adds_changes_and_locks_and_every_act_is_noted(ports: Ports, tmp_path: Path) -> None:
    boss = comes_in(ports, tmp_path, "boss", Role.ADMINISTRATOR)
    second = comes_in(ports, tmp_path, "second", Role.ADMINISTRATOR)
    officer = "VN/contact-24-7/duty-1"
    given = {"name": "mai", "shown": "Mai Trần", "role": ["duty-officer"], "officer": [officer]}
    assert boss.post("/people/add/", given)["Location"] == "/people/"
    link = re.search(r"http://localhost(/enter/[\w-]+)", confirmed(second).content.decode())
    assert link is not None
    mai = Client(SERVER_NAME="127.0.0.1", headers={"accept-language": "en"})
    assert mai.get(link[1])["Location"] == "/keys/"
    assert "Mai Trần" in text_of(boss, "/people/")
    assert boss.post("/people/add/", given).status_code == 400
    assert not Proposal.objects.exists()
    assert persons.find("mai").officers == [officer]
    assert mai.get("/people/").status_code == 403
    boss.post("/people/mai/powers/", {"role": ["overseer"]})
    assert persons.find("mai").roles == ["duty-officer"]
    assert confirmed(second)["Location"] == "/people/mai/"
    assert (persons.find("mai").roles, persons.find("mai").officers) == (["overseer"], [])
    assert boss.post("/people/boss/powers/", {"role": ["lawyer"]}).status_code == 403
    session = re.search(r'name="session" value="([0-9a-f]{64})"', text_of(boss, "/people/mai/"))
    assert session is not None
    assert text_of(mai, "/")
    boss.post("/people/mai/sessions/", {"session": session[1]})
    assert text_of(mai, "/", 403)
    mai = again(tmp_path, "mai")
    boss.post("/people/mai/lock/")
    assert text_of(mai, "/", 403)
    boss.post("/people/mai/unlock/")
    acts = [(one.record.act, one.record.by) for one in read_notes(ports, 30) if one.record.about.get("person") == "mai"]
    told = ["person-proposed", "powers-proposed", "session-ended", "person-locked", "person-unlocked"]
    assert [one for one in reversed(acts) if one[1] == "boss"] == [(act, "boss") for act in told]
    told = ["proposal-confirmed", "person-added", "link-made", "proposal-confirmed", "powers-given"]
    assert [one for one in reversed(acts) if one[1] == "second"] == [(act, "second") for act in told]
    assert boss.get("/people/nobody/").status_code == 404


def test_two_administrators_recover_and_neither_alone(ports: Ports, own_story: Story, tmp_path: Path) -> None:
    first = comes_in(ports, tmp_path, "first", Role.ADMINISTRATOR)
    second = comes_in(ports, tmp_path, "second", Role.ADMINISTRATOR)
    lan = comes_in(ports, tmp_path, "lan", Role.LAWYER)
    secret = codes.new_secret()
    codes.set_up(ports, persons.find("lan"), PASSWORD, secret, code_of(ports, secret, -1), REST)
    path = "/people/lan/recovery/"
    assert first.post("/people/lan/link/").status_code == 403  # a link would go past the way in
    assert second.post(path, {"act": "confirm"}).status_code == 400
    assert first.post(path, {"act": "open"}).status_code == 302
    assert first.post(path, {"act": "confirm"}).status_code == 400
    assert lan.post(path, {"act": "confirm"}).status_code == 403
    assert persons.has_ways_in(persons.find("lan"))
    page = second.post(path, {"act": "confirm"}).content.decode()
    link = re.search(r"http://localhost(/enter/[\w-]+)", page)
    assert link is not None
    assert not persons.has_ways_in(persons.find("lan"))
    assert not persons.find("lan").has_usable_password()
    assert text_of(lan, "/", 403)
    given = {"name": "lan", "password": PASSWORD, "code": code_of(ports, secret)}
    assert lan.post("/sign-in/", given).status_code == 403
    assert lan.get(link[1])["Location"] == "/keys/"
    assert second.post(path, {"act": "confirm"}).status_code == 400
    note = next(one.record for one in read_notes(ports, 9) if one.record.act == "recovery-confirmed")
    assert (note.by, note.about) == ("second", {"person": "lan", "opened-by": "first"})


def test_a_recovery_ends_after_a_day_and_with_its_openers_powers(
    ports: Ports, own_story: Story, tmp_path: Path
) -> None:
    for name in ("first", "second"):
        persons.add(ports, name, name, [Role.ADMINISTRATOR], by=persons.TERMINAL)
    persons.add(ports, "lan", "Lan", [Role.LAWYER], by=persons.TERMINAL)
    second, path = again(tmp_path, "second"), "/people/lan/recovery/"
    assert second.post("/people/second/recovery/", {"act": "open"}).status_code == 403
    again(tmp_path, "first").post(path, {"act": "open"})
    persons.give(ports, "first", [], (), by=persons.TERMINAL)
    assert second.post(path, {"act": "confirm"}).status_code == 400
    persons.give(ports, "first", [Role.ADMINISTRATOR], (), by=persons.TERMINAL)
    own_story.world.clock.advance(hours=25)
    assert recovery_of(ports, persons.find("lan")) is None
    assert second.post(path, {"act": "confirm"}).status_code == 400


def test_what_a_lost_case_name_is_no_person_or_case(ports: Ports, tmp_path: Path) -> None:
    boss = comes_in(ports, tmp_path, "boss", Role.ADMINISTRATOR)
    assert boss.get("/people/circle/", {"case": "../../keys"}).status_code == 404
    assert circles.circle_of(CaseRef("0" * 64)) == ()
