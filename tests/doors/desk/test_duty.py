"""The duty board at the desk: the watch, its hand-over, its rings; each act noted."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.db import connections
from django.test import Client

from musnad.core.kernel.names import AuthorityId
from musnad.core.messages import bodies
from musnad.exchange.audit import read_notes
from musnad.people import watch
from musnad.people.models import Person
from musnad.records.at_rest import RestKey
from musnad.records.databases import sqlite
from musnad.worker.main import Rounds
from tests.doors.desk.seats import OVERSEER
from tests.doors.desk.server import desk_of
from tests.doors.desk.story import ACCESS, ACCESS_FIELDS, Story, published, tell_story
from tests.records_settings import add_database
from tests.world import World

HERE = AuthorityId("VN/contact-24-7")
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
    assert [(one.by, one.about) for one in noted if one.act == "looked"] == [("huong", {"what": "duty-board"})] * 2


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
    desk = SimpleNamespace(desk=SimpleNamespace(address="https://desk.example"))
    rounds = Rounds(SimpleNamespace(ports=vn.ports, mail=mail, configuration=desk))  # type: ignore[arg-type]
    for name, at in (("lan", HERE), ("huong", "VN/central-authority")):
        Person.objects.filter(name=name).update(email=f"{name}@authority.example")
        watch.plan(AuthorityId(at), people[name], vn.ports.clock.now(), vn.ports.clock.now() + timedelta(hours=8))
    fields = {**ACCESS_FIELDS, "urgency": "emergency", "person-at-risk": "A hostage; hours."}
    qa.say("central-authority", [vn.authority("central-authority")], bodies.Request(fields), measure=ACCESS)
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
