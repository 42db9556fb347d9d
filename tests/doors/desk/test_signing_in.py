"""Coming in: by password and code together, how often, for whom, and how a session ends."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from unittest.mock import patch

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.db import connections
from django.test import Client

from musnad.adapters.files.sessions import sittings
from musnad.core.kernel.names import OfficerName
from musnad.desk.links import make_link
from musnad.exchange.audit import read_notes
from musnad.exchange.ports import Ports
from musnad.people import codes, entering, persons
from musnad.people.errors import HasWaysIn, OnOneself, SecondWayRefused
from musnad.people.models import Person
from musnad.people.powers import Role
from musnad.records.at_rest import RestKey
from tests.doors.desk.server import desk_of
from tests.world import World

PASSWORD = "quiet harbour at dawn"
REST = RestKey(bytes(32), os.urandom)


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def ports(world: World, tmp_path: Path) -> Iterator[Ports]:
    with desk_of(world["VN"].ports, tmp_path, None):
        yield world["VN"].ports


@pytest.fixture
def browser(ports: Ports) -> Client:
    return Client(SERVER_NAME="127.0.0.1", headers={"accept-language": "en"})


def code_of(ports: Ports, secret: str, after: int = 0) -> str:
    step = int(ports.clock.now().timestamp()) // codes.STEP_SECONDS
    return str(format_hotp_value(hotp_value(secret, step + after)))


@pytest.fixture
def secret(ports: Ports) -> str:
    """Of lan, a duty officer with a password and a code, whose code of now is used up."""
    officers = [OfficerName("VN/contact-24-7/lan")]
    persons.add(ports, "lan", "Lan", [Role.DUTY_OFFICER], officers, by=persons.TERMINAL)
    made = codes.new_secret()
    codes.set_up(ports, persons.find("lan"), PASSWORD, made, code_of(ports, made, -1), REST)
    return made


def sign_in(browser: Client, name: str, password: str, code: str) -> int:
    return browser.post("/sign-in/", {"name": name, "password": password, "code": code}).status_code


def test_password_and_code_together_open_the_desk(browser: Client, ports: Ports, secret: str, tmp_path: Path) -> None:
    assert sign_in(browser, "lan", PASSWORD, code_of(ports, secret)) == 302
    assert browser.get("/").status_code == 200
    (sitting,) = sittings(tmp_path, "lan")
    assert sitting.way == "code"
    assert read_notes(ports, 1)[0].record.about == {"person": "lan", "way": "code"}


def test_nothing_less_opens_it(browser: Client, ports: Ports, secret: str) -> None:
    assert sign_in(browser, "lan", PASSWORD, "") == 403
    assert sign_in(browser, "lan", PASSWORD, "000000") == 403
    assert sign_in(browser, "lan", "another password", code_of(ports, secret)) == 403
    assert browser.get("/").status_code == 403


def test_a_code_opens_once_and_none_before_it(browser: Client, ports: Ports, secret: str) -> None:
    assert sign_in(browser, "lan", PASSWORD, code_of(ports, secret)) == 302
    assert sign_in(browser, "lan", PASSWORD, code_of(ports, secret)) == 403
    assert sign_in(browser, "lan", PASSWORD, code_of(ports, secret, -1)) == 403
    assert sign_in(browser, "lan", PASSWORD, code_of(ports, secret, 1)) == 302
    assert sign_in(browser, "lan", PASSWORD, code_of(ports, secret, 2)) == 403


def test_a_person_without_a_second_factor_never_comes_in_by_password(browser: Client, ports: Ports) -> None:
    made = persons.add(ports, "minh", "Minh", [Role.LAWYER], by=persons.TERMINAL)
    made.set_password(PASSWORD)
    made.save()
    assert sign_in(browser, "minh", PASSWORD, "") == 403
    assert sign_in(browser, "minh", PASSWORD, "123456") == 403


def test_failures_lock_and_an_unknown_name_is_answered_alike(
    browser: Client, ports: Ports, secret: str, world: World
) -> None:
    answers = set()
    for name in ["lan"] * entering.TRIES + ["nobody"]:
        given = browser.post("/sign-in/", {"name": name, "password": "wrong", "code": "1"})
        text = given.content.decode()
        answers.add((given.status_code, text[text.index('id="failed"') : text.index("With your passkey")]))
    assert len({(status, said.split("csrf")[0]) for status, said in answers}) == 1
    assert sign_in(browser, "lan", PASSWORD, code_of(ports, secret)) == 403
    assert any(one.record.act == "locked-out" for one in read_notes(ports, 5))
    world.clock.advance(minutes=16)
    assert sign_in(browser, "lan", PASSWORD, code_of(ports, secret)) == 302
    assert Person.objects.get(name="lan").failed_times == 0


def test_many_tries_at_once_are_no_more_tries(ports: Ports, secret: str) -> None:
    def guess(_: int) -> bool:
        try:
            return entering._take_try(ports, persons.find("lan"), ports.clock.now())
        finally:
            connections["default"].close()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(guess, range(24))) == entering.TRIES


def test_an_address_may_not_try_without_end(browser: Client, ports: Ports, world: World) -> None:
    seen = [sign_in(browser, f"n{one}", "x", "1") for one in range(entering.TRIES_IN_WINDOW + 2)]
    assert seen == [403] * entering.TRIES_IN_WINDOW + [429, 429]
    other = Client(SERVER_NAME="127.0.0.1", REMOTE_ADDR="192.0.2.7")
    assert sign_in(other, "n", "x", "1") == 403
    world.clock.advance(minutes=2)
    assert sign_in(browser, "n", "x", "1") == 403


@pytest.mark.usefixtures("secret")
def test_who_fails_shuts_no_officer_with_a_passkey_out(browser: Client, ports: Ports) -> None:
    """Behind a proxy all browsers have one address: junk from outside takes no passkey's way in."""
    for one in range(entering.TRIES_IN_WINDOW + 2):
        sign_in(browser, f"n{one}", "x", "1")
    seen = [browser.post("/sign-in/passkey/", {"answer": "junk"}).status_code for _ in range(30)]
    assert set(seen[: entering.TRIES_IN_WINDOW]) == {403}
    assert set(seen[entering.TRIES_IN_WINDOW :]) == {429}
    noted = [one.record for one in read_notes(ports, 100) if one.record.act == "sign-in-refused"]
    assert 0 < sum(one.about["way"] == "passkey" for one in noted) <= entering.TRIES_IN_WINDOW, "a flood fills no log"
    assert browser.post("/sign-in/challenge/").status_code == 200
    with patch("musnad.desk.entrance.signing_in.passkeys.enter", lambda *_: persons.find("lan")):
        assert browser.post("/sign-in/passkey/", {"answer": "good"}).status_code == 302


def test_a_flood_of_challenges_ends(browser: Client) -> None:
    with patch("musnad.desk.entrance.signing_in.CHALLENGES_IN_WINDOW", 3):
        seen = [browser.post("/sign-in/challenge/").status_code for _ in range(5)]
    assert seen == [200, 200, 200, 429, 429]


@pytest.mark.parametrize("answer", ["", "{", "[]", "{}", "null", "[" * 9000, '{"id": 7, "response": {}}', "x" * 20_000])
def test_what_is_no_passkey_opens_nothing(browser: Client, ports: Ports, answer: str) -> None:
    assert browser.post("/sign-in/passkey/", {"answer": answer}).status_code == 403


def test_a_locked_person_is_out_at_once(browser: Client, ports: Ports, secret: str, tmp_path: Path) -> None:
    sign_in(browser, "lan", PASSWORD, code_of(ports, secret))
    Person.objects.filter(name="lan").update(is_active=False)  # as another process would
    assert browser.get("/").status_code == 403
    Person.objects.filter(name="lan").update(is_active=True)
    link = make_link(tmp_path, os.urandom, "lan")
    persons.lock(ports, tmp_path, "lan", by=persons.TERMINAL)
    assert sittings(tmp_path, "lan") == ()
    assert browser.get(link).status_code == 403
    assert sign_in(browser, "lan", PASSWORD, code_of(ports, secret, 1)) == 403
    persons.unlock(ports, "lan", by=persons.TERMINAL)
    assert browser.get("/").status_code == 403
    assert sign_in(browser, "lan", PASSWORD, code_of(ports, secret, 1)) == 302


def test_signing_in_again_ends_the_session_before(browser: Client, ports: Ports, secret: str, tmp_path: Path) -> None:
    sign_in(browser, "lan", PASSWORD, code_of(ports, secret))
    (before,) = sittings(tmp_path, "lan")
    sign_in(browser, "lan", PASSWORD, code_of(ports, secret, 1))
    (after,) = sittings(tmp_path, "lan")
    assert before.id != after.id


@pytest.mark.parametrize("back", ["//evil.example/", "https://evil.example", "/\\evil.example", "javascript:1"])
def test_signing_in_leads_nowhere_else(browser: Client, ports: Ports, secret: str, back: str) -> None:
    given = {"name": "lan", "password": PASSWORD, "code": code_of(ports, secret), "next": back}
    assert browser.post("/sign-in/", given)["Location"] == "/"


# --- one's own ways in ------------------------------------------------------------------------------------------------


def test_a_link_leads_who_has_no_way_in_to_make_one(browser: Client, ports: Ports, tmp_path: Path) -> None:
    persons.add(ports, "minh", "Minh", [Role.LAWYER], by=persons.TERMINAL)
    answer = browser.get(make_link(tmp_path, os.urandom, "minh"))
    assert answer["Location"] == "/keys/"
    assert "Add a passkey now" in browser.get("/keys/").content.decode()
    page = browser.get("/keys/code/").content.decode()
    secret = browser.session["new-code"]
    assert " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)) in page
    short = browser.post("/keys/code/", {"password": "short", "code": code_of(ports, secret)})
    assert short.status_code == 400
    assert not persons.has_ways_in(persons.find("minh"))
    given = {"password": PASSWORD, "code": code_of(ports, secret)}
    assert browser.post("/keys/code/", given)["Location"] == "/keys/"
    assert persons.has_ways_in(persons.find("minh"))
    stored = Authenticator.objects.get().data
    assert secret not in str(stored)
    assert browser.get(make_link(tmp_path, os.urandom, "minh"))["Location"] == "/"


@pytest.mark.parametrize("password", ["", "x" * 13, "my name is minh ok", "telechargement"])
def test_a_password_that_somebody_would_guess_is_refused(ports: Ports, password: str) -> None:
    made = persons.add(ports, "minh", "Minh", [Role.LAWYER], by=persons.TERMINAL)
    secret = codes.new_secret()
    with pytest.raises(SecondWayRefused):
        codes.set_up(ports, made, password, secret, code_of(ports, secret), REST)
    assert not persons.has_ways_in(made)


def test_ways_in_are_changed_only_soon_after_coming_in(
    browser: Client, ports: Ports, secret: str, tmp_path: Path
) -> None:
    sign_in(browser, "lan", PASSWORD, code_of(ports, secret))
    way = Authenticator.objects.get().pk
    assert browser.post(f"/keys/{way}/remove/").status_code == 403  # the last one stays
    (sitting,) = sittings(tmp_path, "lan")
    os.utime(tmp_path / "run" / "sessions" / sitting.id, (time.time() - 16 * 60,) * 2)
    for path in ("/keys/code/", "/keys/passkey/"):
        assert browser.get(path)["Location"] == "/keys/"
    assert browser.post(f"/keys/{way}/remove/")["Location"] == "/keys/"
    assert Authenticator.objects.count() == 1
    assert "Sign in again" in browser.get("/keys/").content.decode()


def test_nobody_removes_the_way_in_of_another(browser: Client, ports: Ports, secret: str, tmp_path: Path) -> None:
    persons.add(ports, "minh", "Minh", [Role.LAWYER], by=persons.TERMINAL)
    browser.get(make_link(tmp_path, os.urandom, "minh"))
    browser.post(f"/keys/{Authenticator.objects.get().pk}/remove/")
    assert Authenticator.objects.count() == 1


# --- the first person, and links --------------------------------------------------------------------------------------


def test_the_first_person_is_made_at_need_and_noted_once(browser: Client, ports: Ports, tmp_path: Path) -> None:
    for _ in range(2):
        assert browser.get(make_link(tmp_path, os.urandom))["Location"] == "/"
        assert browser.get("/").status_code == 200
    made = persons.find(persons.FIRST)
    assert made.seat.authorities == tuple(sorted(ports.keys.hosted))
    assert Role.ADMINISTRATOR not in made.seat.roles
    assert [one.record.act for one in read_notes(ports, 9) if one.record.act == "person-added"] == ["person-added"]
    persons.lock(ports, tmp_path, persons.FIRST, by=persons.TERMINAL)
    assert browser.get("/").status_code == 403
    browser.get(make_link(tmp_path, os.urandom))
    assert browser.get("/").status_code == 403


def test_a_desk_makes_no_link_past_the_ways_in_of_a_person(ports: Ports, secret: str, tmp_path: Path) -> None:
    with pytest.raises(HasWaysIn):
        persons.invite(ports, tmp_path, "lan", by="boss")
    assert persons.invite(ports, tmp_path, "lan", by=persons.TERMINAL).startswith("/enter/")


def test_nobody_decides_about_themselves(ports: Ports, secret: str, tmp_path: Path) -> None:
    with pytest.raises(OnOneself):
        persons.give(ports, "lan", [Role.OVERSEER], (), by="lan")
    with pytest.raises(OnOneself):
        persons.lock(ports, tmp_path, "lan", by="lan")
