"""The duty board at the desk: the watch, its hand-over, its rings; each act noted."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.db import connections
from django.test import Client

from musnad.core.kernel.names import AuthorityId, CaseRef, MessageId
from musnad.core.messages import bodies
from musnad.exchange.audit import read_notes
from musnad.exchange.due import note_escalations
from musnad.language import speak
from musnad.people import watch
from musnad.people.models import Person
from musnad.records.at_rest import RestKey
from musnad.records.databases import sqlite
from musnad.worker.main import Rounds
from tests.doors.desk.seats import ADMINISTRATOR, OVERSEER
from tests.doors.desk.server import desk_of
from tests.doors.desk.story import ACCESS, ACCESS_FIELDS, Story, published, tell_story
from tests.records_settings import add_database
from tests.world import World

HERE = AuthorityId("VN/contact-24-7")
SETTINGS = SimpleNamespace(
    desk=SimpleNamespace(address="https://desk.example"), worker=SimpleNamespace(ring_again_minutes=30)
)
EMERGENCY = {**ACCESS_FIELDS, "urgency": "emergency", "person-at-risk": "A hostage; hours."}
KEY = RestKey(bytes(32), os.urandom)


@pytest.fixture(scope="module")
def told() -> Story:
    return tell_story()


@pytest.fixture(autouse=True)
def people(tmp_path: Path) -> Iterator[dict[str, Person]]:
    add_database("default", sqlite(tmp_path / "people.sqlite3"))
    call_command("migrate", database="default", verbosity=0)
    yield {
        name: Person.objects.create_user(
            name, shown=name.title(), roles=["duty-officer"], officers=[f"{HERE}/duty-{number}"]
        )
        for number, name in enumerate(("lan", "huong"), 1)
    }
    connections.close_all()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_board_names_who_is_on_call_what_rings_and_what_is_due(
    told: Story, tmp_path: Path, people: dict[str, Person], language: str
) -> None:
    vn = told.world["VN"].ports
    now = vn.clock.now()
    watch.plan(HERE, people["lan"], now, now + timedelta(hours=8))
    watch.begin_rings([(told.asked, "acknowledgement", 5, HERE)], now)
    with desk_of(vn, tmp_path, people["lan"].seat):
        answer = Client(SERVER_NAME="127.0.0.1", headers={"accept-language": language}).get("/duty/")
    said = answer.content.decode()
    assert answer.status_code == 200
    assert "Lan" in said
    assert told.asked[:12] in said
    assert said.count('action="/duty/rings/') == 1


def test_the_watch_goes_from_hand_to_hand_and_is_noted(told: Story, tmp_path: Path, people: dict[str, Person]) -> None:
    vn = told.world["VN"].ports
    now = vn.clock.now()
    client = Client(SERVER_NAME="127.0.0.1", headers={"accept-language": "en"})
    with desk_of(vn, tmp_path, people["lan"].seat):
        planned = {"authority": HERE, "person": "lan", "starts": "2026-01-01T00:00", "hours": "7"}
        assert client.post("/duty/shifts/", planned).status_code == 400
        starts = now.astimezone().strftime("%Y-%m-%dT%H:%M")
        assert client.post("/duty/shifts/", planned | {"starts": starts, "hours": "24"}).status_code == 302
        watch.Shift.objects.update(starts=now, ends=now + timedelta(hours=8))
        shift = watch.Shift.objects.get()
        offered = client.post(f"/duty/shifts/{shift.pk}/offer/", {"to": "huong", "note": "Watch case 7."})
        assert offered.status_code == 302
        assert client.post(f"/duty/shifts/{shift.pk}/take-over/").status_code == 400
    with desk_of(vn, tmp_path, people["huong"].seat):
        assert "Take the watch over" in client.get("/duty/").content.decode()
        assert client.post(f"/duty/shifts/{shift.pk}/take-over/").status_code == 302
        assert "Watch case 7." in client.get("/duty/").content.decode()
    noted = [one.record for one in reversed(read_notes(vn, 20))]
    assert [(one.act, one.by) for one in noted if one.act not in {"looked", "refused"}][-3:] == [
        ("shift-planned", "lan"), ("watch-offered", "lan"), ("watch-taken-over", "huong"),
    ]  # fmt: skip
    looks = [one.about for one in noted if (one.act, one.by) == ("looked", "huong")]
    assert looks == [{"what": "duty-board"}]  # twice in one instant


def test_the_board_says_for_whom_it_rings_and_that_nobody_is_on_call_there(
    told: Story, tmp_path: Path, people: dict[str, Person]
) -> None:
    vn = told.world["VN"].ports
    now = vn.clock.now()
    watch.plan(AuthorityId("VN/central-authority"), people["huong"], now, now + timedelta(hours=8))
    watch.begin_rings([(told.asked, "acknowledgement", 5, HERE)], now)
    client = Client(SERVER_NAME="127.0.0.1", headers={"accept-language": "en"})
    with desk_of(vn, tmp_path, people["lan"].seat):
        said = client.get("/duty/").content.decode()
        assert "Nobody is on call there: it rings for every duty officer." in said
        assert "24/7 point of contact" in said
        watch.plan(HERE, people["lan"], now, now + timedelta(hours=8))
        said = client.get("/duty/").content.decode()
        assert "It rings for who is on call there: Lan." in said
        assert "Nobody is on call there" not in said
        watch.begin_rings([(told.asked, "acknowledgement", 15, HERE)], now)
        said = client.get("/duty/").content.decode()
        assert "Nobody acknowledged it at the level before" in said


def test_a_ring_is_silenced_by_who_takes_it_and_not_by_an_overseer(
    told: Story, tmp_path: Path, people: dict[str, Person]
) -> None:
    vn = told.world["VN"].ports
    watch.begin_rings([(told.asked, "acknowledgement", 5, HERE)], vn.clock.now())
    (ring,) = watch.rings()
    client = Client(SERVER_NAME="127.0.0.1")
    with desk_of(vn, tmp_path, OVERSEER):
        assert client.post(f"/duty/rings/{ring.pk}/").status_code == 403
        assert 'action="/duty/rings/' not in client.get("/duty/").content.decode()
    with desk_of(vn, tmp_path, people["lan"].seat):
        answer = client.post(f"/duty/rings/{ring.pk}/")
        assert (answer.status_code, answer["Location"]) == (302, f"/case/{told.asked}/")
        assert client.post("/duty/rings/999/").status_code == 404
    assert watch.rings() == ()
    assert read_notes(vn, 1)[0].record.act == "ring-acknowledged"


def test_an_emergency_that_nobody_acknowledges_reaches_who_is_on_call_where_it_was_asked_and_then_everybody(
    people: dict[str, Person],
) -> None:
    """The whole way: a request comes in, the worker's round notes that minutes passed, and the mail server hears."""
    world = World(published=published())
    vn, qa = world["VN"], world["QA"]
    sent: list[str] = []
    mail = SimpleNamespace(send=lambda to, language, address: sent.append(to))
    rounds = Rounds(SimpleNamespace(ports=vn.ports, mail=mail, configuration=SETTINGS))  # type: ignore[arg-type]
    for name, at in (("lan", HERE), ("huong", "VN/central-authority")):
        Person.objects.filter(name=name).update(email=f"{name}@authority.example")
        watch.plan(AuthorityId(at), people[name], vn.ports.clock.now(), vn.ports.clock.now() + timedelta(hours=8))
    qa.say("central-authority", [vn.authority("central-authority")], bodies.Request(EMERGENCY), measure=ACCESS)
    world.settle()
    rounds._escalate()
    assert sent == []
    world.clock.advance(minutes=6)
    rounds._escalate()
    assert sent == ["huong@authority.example"]
    rounds._escalate()
    assert len(sent) == 1
    world.clock.advance(minutes=10)  # the next level, and nobody has said a word
    rounds._escalate()
    assert sorted(sent[1:]) == ["huong@authority.example", "lan@authority.example"]
    (ring,) = watch.rings()
    assert watch.acknowledge(ring.pk, people["huong"], vn.ports.clock.now())
    world.clock.advance(minutes=6)
    rounds._escalate()
    assert len(sent) == 3
    rounds._pool.shutdown()


@contextmanager
def rounds_of(world: World, sent: list[str]) -> Iterator[Rounds]:
    """The worker of Viet Nam's node, before whom an emergency of Qatar's has stood for longer than any step."""
    vn, qa = world["VN"], world["QA"]
    mail = SimpleNamespace(send=lambda to, language, address: sent.append(to))
    Person.objects.update(email="watch@authority.example")
    qa.say("central-authority", [vn.authority("central-authority")], bodies.Request(EMERGENCY), measure=ACCESS)
    world.settle()
    rounds = Rounds(SimpleNamespace(ports=vn.ports, mail=mail, configuration=SETTINGS))  # type: ignore[arg-type]
    yield rounds
    rounds._pool.shutdown()


def test_a_request_acknowledged_in_its_case_stops_ringing_and_that_is_noted(people: dict[str, Person]) -> None:
    world, sent = World(published=published()), list[str]()
    vn = world["VN"]
    with rounds_of(world, sent) as rounds:
        world.clock.advance(minutes=6)
        rounds._escalate()
        assert len(sent) == 2
        (ring,) = watch.rings()
        request = CaseRef(ring.case)
        vn.say(
            "central-authority",
            [world["QA"].authority("central-authority")],
            bodies.Acknowledgement(None),
            case=request,
            answers=MessageId(request),
        )
        world.settle()
        for _ in range(20):
            world.clock.advance(minutes=6)
            rounds._escalate()
        assert len(sent) == 2
    assert watch.rings() == ()
    ended = [one.record for one in read_notes(vn.ports, 9) if one.record.act == "ring-ended"]
    assert [(one.by, one.case) for one in ended] == [("VN", request)]


def test_a_request_that_nobody_acknowledges_rings_again_after_it_was_silenced(people: dict[str, Person]) -> None:
    world, sent = World(published=published()), list[str]()
    with rounds_of(world, sent) as rounds:
        world.clock.advance(minutes=61)
        rounds._escalate()
        for _ in range(3):
            (ring,) = watch.rings()
            assert watch.acknowledge(ring.pk, people["lan"], world.clock.now())
            sent.clear()
            world.clock.advance(minutes=29)
            rounds._escalate()
            assert (sent, watch.rings()) == ([], ())
            world.clock.advance(minutes=2)
            rounds._escalate()
            assert len(sent) == 2
        assert watch.rung(watch.rings()[0], world.clock.now()).why == "again"


def test_a_second_urgent_request_in_a_case_rings_too_and_a_ring_lost_with_its_process_begins(
    people: dict[str, Person],
) -> None:
    world, sent = World(published=published()), list[str]()
    vn, qa = world["VN"], world["QA"]
    with rounds_of(world, sent) as rounds:
        world.clock.advance(minutes=6)
        note_escalations(vn.ports)  # noted by a process that died before anything rang
        rounds._escalate()
        (first,) = watch.rings()
        assert watch.acknowledge(first.pk, people["lan"], world.clock.now())
        more = bodies.Request({**EMERGENCY, "subject": "Another mailbox"})
        qa.say("central-authority", [vn.authority("central-authority")], more, measure=ACCESS, case=CaseRef(first.case))
        world.settle()
        world.clock.advance(minutes=6)
        rounds._escalate()
        (second,) = watch.rings()
        assert (second.case, second.what) == (first.case, first.what)
        assert second.subject != first.subject


def test_a_shift_is_planned_for_who_may_answer_there_and_mended_where_it_is_wrong(
    told: Story, tmp_path: Path, people: dict[str, Person]
) -> None:
    vn = told.world["VN"].ports
    now = vn.clock.now()
    Person.objects.create_user("boss", shown="Boss", roles=["administrator"], officers=[f"{HERE}/duty-1"])
    client = Client(SERVER_NAME="127.0.0.1", headers={"accept-language": "en"})
    with desk_of(vn, tmp_path, people["lan"].seat):
        page = client.get("/duty/").content.decode()
        assert '<option value="huong"' in page
        assert '<option value="boss"' not in page
        starts = (now + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
        wanted = {"authority": HERE, "person": "boss", "starts": starts, "hours": "8"}
        for refused in ({}, {"person": "lan", "authority": "VN/central-authority"}):
            answer = client.post("/duty/shifts/", wanted | refused)
            assert answer.status_code == 400
            assert "Nobody of that name may answer for this authority." in answer.content.decode()
        assert watch.Shift.objects.count() == 0
        assert client.post("/duty/shifts/", wanted | {"person": "lan"}).status_code == 302
        shift = watch.Shift.objects.get()
        assert client.post(f"/duty/shifts/{shift.pk}/give/", {"to": "boss"}).status_code == 400
        assert client.post(f"/duty/shifts/{shift.pk}/give/", {"to": "huong"}).status_code == 302
        assert watch.Shift.objects.get().person == people["huong"]
        assert client.post(f"/duty/shifts/{shift.pk}/cancel/").status_code == 302
        assert client.post(f"/duty/shifts/{shift.pk}/cancel/").status_code == 404
        assert client.post("/duty/shifts/", wanted | {"person": "lan"}).status_code == 302
    with desk_of(vn, tmp_path, OVERSEER):
        assert client.post(f"/duty/shifts/{shift.pk}/give/", {"to": "lan"}).status_code == 403
        assert client.post(f"/duty/shifts/{shift.pk}/cancel/").status_code == 403
    noted = [one.record for one in reversed(read_notes(vn, 20))]
    assert [(one.act, dict(one.about)) for one in noted if one.act.startswith("shift-")][-3:] == [
        ("shift-planned", {"authority": HERE, "person": "lan"}),
        ("shift-given", {"authority": HERE, "person": "lan", "to": "huong"}),
        ("shift-cancelled", {"authority": HERE, "person": "huong"}),
    ]


def test_who_only_administers_plans_no_shift(told: Story, tmp_path: Path) -> None:
    with desk_of(told.world["VN"].ports, tmp_path, ADMINISTRATOR):
        client = Client(SERVER_NAME="127.0.0.1")
        assert client.get("/duty/").status_code == 403
        assert client.post("/duty/shifts/", {"authority": HERE, "person": "lan"}).status_code == 403


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_refused_shift_says_why_beside_its_form_and_keeps_what_was_typed(
    told: Story, tmp_path: Path, people: dict[str, Person], language: str
) -> None:
    vn = told.world["VN"].ports
    now = vn.clock.now()
    watch.plan(HERE, people["lan"], now, now + timedelta(hours=8))
    with desk_of(vn, tmp_path, people["lan"].seat):
        client = Client(SERVER_NAME="127.0.0.1", headers={"accept-language": language})
        starts = now.astimezone(ZoneInfo("Asia/Ho_Chi_Minh")).strftime("%Y-%m-%dT%H:%M")
        answer = client.post("/duty/shifts/", {"authority": HERE, "person": "huong", "starts": starts, "hours": "24"})
        page = answer.content.decode()
        assert answer.status_code == 400
        why = speak(language).gettext("Another shift of this authority meets it.")
        assert page.count(why) == 2
        assert f'value="{starts}" required aria-invalid="true" aria-describedby="wrong"' in page
        assert '<option value="24" selected>' in page
        assert '<option value="huong" selected>' in page
        typed = client.post("/duty/shifts/", {"authority": HERE, "person": "lan", "starts": "<soon>", "hours": "8"})
        assert 'value="&lt;soon&gt;"' in typed.content.decode()
