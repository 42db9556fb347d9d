"""One administrator alone gives nobody anything: neither openly nor by persons of their own making."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from musnad.core.kernel.names import OfficerName
from musnad.exchange.audit import read_notes
from musnad.exchange.ports import Ports
from musnad.people import codes, persons, proposals, recovery
from musnad.people.errors import NoProposal, NotApart, OnOneself, PseudonymTaken, TwoPseudonyms
from musnad.people.models import Person, Proposal
from musnad.people.powers import Role
from musnad.people.standing import are_apart, let_in
from tests.doors.desk.server import desk_of
from tests.doors.desk.story import CENTRAL, CONTACT, Story, tell_story
from tests.doors.desk.test_powers import again, comes_in, confirmed, text_of
from tests.doors.desk.test_signing_in import PASSWORD, REST, code_of

LINK = re.compile(r"http://localhost(/enter/[\w-]+)")
DUTY_1, DUTY_2 = (OfficerName(f"VN/{CONTACT}/duty-{one}") for one in (1, 2))


@pytest.fixture
def story() -> Story:
    return tell_story()


@pytest.fixture
def ports(story: Story, tmp_path: Path) -> Iterator[Ports]:
    with desk_of(story.world["VN"].ports, tmp_path, None):
        yield story.world["VN"].ports


def made(ports: Ports, name: str, *roles: Role, officers: tuple[OfficerName, ...] = ()) -> Person:
    return persons.add(ports, name, name.title(), roles, officers, by=persons.TERMINAL)


def added(ports: Ports, folder: Path, name: str, asks: Person, confirms: Person, *roles: Role) -> Person:
    """A person whom one asked for and another confirmed."""
    waits = proposals.ask_person(ports, name, name.title(), roles or [Role.ADMINISTRATOR], (), by=asks)
    assert proposals.confirm(ports, folder, waits.pk, by=confirms).startswith("/enter/")
    return persons.find(name)


# --- the attack -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("others", [(), ("second",)])
def test_one_administrator_lets_nobody_in_who_sees_cases_or_administers(
    ports: Ports, tmp_path: Path, others: tuple[str, ...]
) -> None:
    boss = comes_in(ports, tmp_path, "boss", Role.ADMINISTRATOR)
    for one in others:
        comes_in(ports, tmp_path, one, Role.ADMINISTRATOR)
    for name, role in (("puppet", "administrator"), ("reader", "overseer"), ("third", "lawyer")):
        answer = boss.post("/people/add/", {"name": name, "shown": name, "role": [role]}, follow=True)
        assert not LINK.search(answer.content.decode())
        assert "Waits for a second administrator" in answer.content.decode()
        assert not Person.objects.filter(name=name).exists()
        assert confirmed(boss).status_code == 403
        assert not Person.objects.filter(name=name).exists()


def test_one_administrator_widens_no_powers_and_narrows_them_at_once(ports: Ports, tmp_path: Path) -> None:
    boss = comes_in(ports, tmp_path, "boss", Role.ADMINISTRATOR)
    made(ports, "lan", Role.LAWYER, Role.EXAMINER, officers=(DUTY_1,))
    for role in ("administrator", "overseer", "approver"):
        boss.post("/people/lan/powers/", {"role": ["lawyer", role], "officer": [DUTY_1]})
        assert persons.find("lan").roles == ["examiner", "lawyer"]
    boss.post("/people/lan/powers/", {"role": ["lawyer"], "officer": [f"VN/{CENTRAL}/duty-1"]})
    assert persons.find("lan").officers == [DUTY_1]
    boss.post("/people/lan/powers/", {"role": ["lawyer"]})
    assert (persons.find("lan").roles, persons.find("lan").officers) == (["lawyer"], [])
    assert not Proposal.objects.exists()  # what was asked before would give back what was taken


def test_one_administrator_makes_no_link_for_a_colleague(ports: Ports, tmp_path: Path) -> None:
    boss = comes_in(ports, tmp_path, "boss", Role.ADMINISTRATOR)
    made(ports, "second", Role.ADMINISTRATOR)
    answer = boss.post("/people/second/link/", follow=True)
    assert not LINK.search(answer.content.decode())
    assert confirmed(boss).status_code == 403


def test_nobody_confirms_a_recovery_through_a_person_of_their_own_making(
    ports: Ports, story: Story, tmp_path: Path
) -> None:
    """Neither the puppet of who opened it, nor that puppet's puppet, nor who made the puppet, nor two of one maker."""
    boss, second = made(ports, "boss", Role.ADMINISTRATOR), made(ports, "second", Role.ADMINISTRATOR)
    made(ports, "victim", Role.LAWYER)
    puppet = added(ports, tmp_path, "puppet", boss, second)
    with pytest.raises(NotApart):
        added(ports, tmp_path, "another", puppet, boss)
    Proposal.objects.all().delete()
    let_in(another := made(ports, "another", Role.ADMINISTRATOR), puppet)
    let_in(twin := made(ports, "twin", Role.ADMINISTRATOR), boss)
    for opens, confirms in ((boss, puppet), (boss, another), (puppet, boss), (second, puppet), (puppet, twin)):
        recovery.open_recovery(ports, "victim", by=opens)
        with pytest.raises(NotApart):
            recovery.confirm_recovery(ports, tmp_path, "victim", by=confirms)
    recovery.open_recovery(ports, "victim", by=boss)
    page = again(tmp_path, "puppet").post("/people/victim/recovery/", {"act": "confirm"})
    assert (page.status_code, LINK.search(page.content.decode())) == (403, None)
    assert recovery.confirm_recovery(ports, tmp_path, "victim", by=second).startswith("/enter/")
    assert not are_apart(persons.find("victim"), boss)
    assert not are_apart(persons.find("victim"), second)


# --- and how it goes rightly ------------------------------------------------------------------------------------------


def test_a_second_administrator_confirms_and_is_shown_the_link(ports: Ports, story: Story, tmp_path: Path) -> None:
    boss = comes_in(ports, tmp_path, "boss", Role.ADMINISTRATOR)
    second = comes_in(ports, tmp_path, "second", Role.ADMINISTRATOR)
    boss.post("/people/add/", {"name": "reader", "shown": "Reader", "role": ["overseer"]})
    page = text_of(second, "/people/")
    assert re.search(r"Asked for by \W*Boss\W*, ", page)
    assert "Confirm for Reader" in page
    assert "Another administrator must confirm it" in text_of(boss, "/people/")
    link = LINK.search(confirmed(second).content.decode())
    assert link is not None
    reader = Client(SERVER_NAME="127.0.0.1", headers={"accept-language": "en"})
    assert reader.get(link[1]).status_code == 302
    assert reader.get(f"/case/{story.whole}/").status_code == 200
    notes = [one.record for one in reversed(read_notes(ports, 30)) if one.record.about.get("person") == "reader"]
    assert [(one.act, one.by) for one in notes[:4]] == [
        ("person-proposed", "boss"),
        ("proposal-confirmed", "second"),
        ("person-added", "second"),
        ("link-made", "second"),
    ]
    assert notes[1].about == {"person": "reader", "act": "person-added", "asked-by": "boss"}
    assert "Waits for a second administrator" not in text_of(boss, "/people/")


def test_a_second_administrator_confirms_powers_and_links(ports: Ports, tmp_path: Path) -> None:
    boss = comes_in(ports, tmp_path, "boss", Role.ADMINISTRATOR)
    second = comes_in(ports, tmp_path, "second", Role.ADMINISTRATOR)
    lan = made(ports, "lan", Role.LAWYER)
    boss.post("/people/lan/powers/", {"role": ["lawyer", "overseer"]})
    assert "Waits for a second administrator" in text_of(second, "/people/lan/")
    assert confirmed(second)["Location"] == "/people/lan/"
    assert persons.find("lan").roles == ["lawyer", "overseer"]
    boss.post("/people/lan/link/")
    assert LINK.search(confirmed(second).content.decode())
    secret = codes.new_secret()
    codes.set_up(ports, lan, PASSWORD, secret, code_of(ports, secret, -1), REST)
    assert boss.post("/people/lan/link/").status_code == 403


def test_what_is_declined_is_not_done(ports: Ports, tmp_path: Path) -> None:
    boss = comes_in(ports, tmp_path, "boss", Role.ADMINISTRATOR)
    second = comes_in(ports, tmp_path, "second", Role.ADMINISTRATOR)
    for who in (second, boss):  # declined by another, withdrawn by who asked
        boss.post("/people/add/", {"name": "mai", "shown": "Mai", "role": ["lawyer"]})
        number = Proposal.objects.get().pk
        assert who.post(f"/people/waiting/{number}/", {"act": "decline"})["Location"] == "/people/"
        assert second.post(f"/people/waiting/{number}/", {"act": "confirm"}).status_code == 409
    assert not Person.objects.filter(name="mai").exists()
    assert [one.record.by for one in read_notes(ports, 9) if one.record.act == "proposal-declined"] == [
        "boss",
        "second",
    ]


def test_nobody_confirms_what_is_about_themselves(ports: Ports, tmp_path: Path) -> None:
    boss, second = made(ports, "boss", Role.ADMINISTRATOR), made(ports, "second", Role.ADMINISTRATOR)
    waits = proposals.ask_powers(ports, "second", [Role.ADMINISTRATOR, Role.OVERSEER], (), by=boss)
    assert waits is not None
    with pytest.raises(OnOneself):
        proposals.confirm(ports, tmp_path, waits.pk, by=second)
    with pytest.raises(OnOneself):
        proposals.ask_powers(ports, "boss", [Role.OVERSEER], (), by=boss)
    with pytest.raises(OnOneself):
        proposals.ask_link(ports, "boss", by=boss)


def test_what_waits_ends_after_a_week_and_with_the_powers_of_who_asked(
    ports: Ports, story: Story, tmp_path: Path
) -> None:
    boss, second = made(ports, "boss", Role.ADMINISTRATOR), made(ports, "second", Role.ADMINISTRATOR)
    waits = proposals.ask_person(ports, "mai", "Mai", [Role.LAWYER], (), by=boss)
    persons.lock(ports, tmp_path, "boss", by="second")
    with pytest.raises(NoProposal):
        proposals.confirm(ports, tmp_path, waits.pk, by=second)
    persons.unlock(ports, "boss", by="second")
    story.world.clock.advance(hours=proposals.LASTS // timedelta(hours=1))
    with pytest.raises(NoProposal):
        proposals.confirm(ports, tmp_path, waits.pk, by=second)


def test_what_is_asked_again_takes_the_place_of_what_was_asked_before(ports: Ports, tmp_path: Path) -> None:
    """Nobody confirms, by what they read before, what was put into its place since."""
    boss, second = made(ports, "boss", Role.ADMINISTRATOR), made(ports, "second", Role.ADMINISTRATOR)
    read = proposals.ask_person(ports, "mai", "Mai", [Role.APPROVER], (), by=boss)
    now = proposals.ask_person(ports, "mai", "Mai", [Role.ADMINISTRATOR], (), by=boss)
    with pytest.raises(NoProposal):
        proposals.confirm(ports, tmp_path, read.pk, by=second)
    assert [one.pk for one in proposals.waiting(ports)] == [now.pk]


def test_a_single_administrator_is_told_that_the_terminal_adds_another(ports: Ports, tmp_path: Path) -> None:
    boss = comes_in(ports, tmp_path, "boss", Role.ADMINISTRATOR)
    boss.post("/people/add/", {"name": "mai", "shown": "Mai", "role": ["lawyer"]})
    assert "at the terminal of the node's machine" in text_of(boss, "/people/")
    made(ports, "second", Role.ADMINISTRATOR)
    assert "at the terminal of the node's machine" not in text_of(boss, "/people/")
    assert LINK.search(confirmed(again(tmp_path, "second")).content.decode())


# --- two officers are two persons -------------------------------------------------------------------------------------


def test_a_pseudonym_belongs_to_one_person_and_a_person_has_one_of_an_authority(ports: Ports, tmp_path: Path) -> None:
    made(ports, "lan", Role.DUTY_OFFICER, officers=(DUTY_1, OfficerName(f"VN/{CENTRAL}/duty-1")))
    mai = made(ports, "mai", Role.ADMINISTRATOR)
    with pytest.raises(PseudonymTaken) as taken:
        made(ports, "minh", Role.DUTY_OFFICER, officers=(DUTY_1,))
    assert (taken.value.officer, taken.value.holder) == (DUTY_1, "lan")
    with pytest.raises(TwoPseudonyms):
        made(ports, "minh", Role.DUTY_OFFICER, officers=(DUTY_2, OfficerName(f"VN/{CONTACT}/duty-3")))
    with pytest.raises(TwoPseudonyms):
        persons.give(ports, "lan", [Role.DUTY_OFFICER], (DUTY_1, DUTY_2), by=persons.TERMINAL)
    persons.lock(ports, tmp_path, "lan", by=persons.TERMINAL)
    with pytest.raises(PseudonymTaken):
        persons.give(ports, "mai", [Role.LAWYER], (DUTY_1,), by=persons.TERMINAL)
    with pytest.raises(PseudonymTaken):
        proposals.ask_person(ports, "minh", "Minh", [Role.LAWYER], (DUTY_1,), by=mai)
    persons.give(ports, "lan", [Role.DUTY_OFFICER], (), by=persons.TERMINAL)
    persons.give(ports, mai.name, [Role.LAWYER], (DUTY_1,), by=persons.TERMINAL)
    assert persons.find("mai").officers == [DUTY_1]


def test_the_first_person_is_no_officer_who_is_somebody_else(ports: Ports) -> None:
    made(ports, "lan", Role.DUTY_OFFICER, officers=(DUTY_1,))
    found = persons.seat_named(ports, persons.FIRST)
    assert found is not None
    assert found.officers
    assert DUTY_1 not in found.officers
