"""``musnad roster``: the terminal's half of an enrolment, on real nodes and a real Registrar's folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from musnad.adapters.files.keys import read_officer
from musnad.cli.demo.cast import STATES
from musnad.cli.rehearsing import NoExercise, rehearse
from musnad.core.directory.enrolment import Enrolment
from musnad.core.kernel.names import AuthorityId, MessageId
from musnad.exchange.reading.drafts import passkeys_of
from tests.doors.cli.house import House, musnad
from tests.passkey_fixture import SoftAuthenticator

QA = AuthorityId("QA/contact-24-7")
ACTS = ("send", "release", "open", "export")
KEY = SoftAuthenticator(origin="http://localhost:9103", seed="pearl").passkey


def third(house: House) -> Path:
    return house.node("QA") / "officers" / f"contact-24-7.{STATES['QA'].third}.key"


def begun(house: House) -> MessageId:
    """What an officer's desk begins when the passkey is made."""
    officer = read_officer(house.officer(QA)).name
    with house.open("QA") as node:
        from musnad.people import enrolling

        wish = Enrolment(QA, officer, ACTS, node.ports.clock.now(), passkey=KEY)  # type: ignore[arg-type]
        return enrolling.begin(node.ports, wish, 1, by="pearl").id


def listed(house: House) -> bool:
    with house.open("QA") as node:
        return KEY in passkeys_of(node.ports, read_officer(house.officer(QA)).name)


def publish(house: House) -> None:
    assert musnad("directory", "add-party", house.registrar, house.node("QA") / "publish").code == 0
    assert musnad("directory", "publish", house.registrar).code == 0
    house.refresh()


def test_two_key_files_approve_and_the_registrar_takes_the_roster(house: House) -> None:
    name = begun(house)
    [waits] = house.json("QA", "roster", "list")["enrolments"]
    assert (waits["id"], waits["approved"], waits["asked"]) == (name, [], 2)
    assert house.run("QA", "roster", "publish", name[:8], "--json").error == "enrolment.not-approved"
    own = house.run("QA", "roster", "approve", name[:8], "--officer", house.officer(QA), "--json")
    assert own.error == "enrolment.own"
    house.json("QA", "roster", "approve", name[:8], "--officer", house.second(QA))
    assert house.run("QA", "roster", "publish", name[:8], "--json").error == "enrolment.not-approved"
    approved = house.json("QA", "roster", "approve", name[:8], "--officer", third(house))
    assert len(approved["approved"]) == 2
    signed = house.json("QA", "roster", "publish", name[:8])
    assert signed["progress"] == "signed"
    assert len(signed["roster"]) == 64
    assert not listed(house)
    publish(house)
    assert listed(house)

    ended = house.json("QA", "roster", "retire", waits["officer"], waits["key"][:10])
    for officer in (house.second(QA), third(house)):
        house.json("QA", "roster", "approve", ended["id"], "--officer", officer)
    house.json("QA", "roster", "publish", ended["id"])
    publish(house)
    with house.open("QA") as node:
        entries = node.ports.directories.current().authority(QA).officers
        assert [one.key.until is not None for one in entries if one.key.key == KEY] == [True]


def test_in_an_exercise_the_others_are_played(house: House) -> None:
    name = begun(house)
    with house.open("QA") as node:
        assert next(rehearse(node, house.node("QA") / "officers", house.registrar, 0)) == name
    house.refresh()
    assert listed(house)


def test_a_node_that_works_is_refused(house: House) -> None:
    place = house.node("QA") / "node.toml"
    place.write_text(place.read_text("utf-8").replace("exercise = true", "exercise = false"), "utf-8")
    with house.open("QA") as node, pytest.raises(NoExercise):
        next(rehearse(node, house.node("QA") / "officers", house.registrar, 0))


def test_what_is_not_there_is_said(house: House) -> None:
    assert (
        house.run("QA", "roster", "approve", "ab12", "--officer", third(house), "--json").error == "enrolment.unknown"
    )
    unknown = house.run("QA", "roster", "retire", f"{QA}/pearl", "ab12", "--json")
    assert unknown.error == "directory.unknown-key"
