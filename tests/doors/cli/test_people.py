"""``musnad people``: who may sit at the desk, said at the terminal; noted, and spoken in both languages."""

from __future__ import annotations

from urllib.parse import urlsplit

from musnad.adapters.files.links import take_link
from musnad.exchange.audit import read_notes
from tests.doors.cli.house import House, musnad


def acts(house: House) -> list[tuple[str, str]]:
    with house.open("VN") as node:
        notes = read_notes(node.ports, 20)
    return [(str(one.record.act), one.record.by) for one in reversed(notes)]


def test_the_first_administrator_is_made_here_and_let_in_by_a_link(house: House) -> None:
    ran = house.run("VN", "people", "add", "boss", "--shown", "Boss", "--role", "administrator", "--json")
    assert ran.code == 0, ran.err
    link = urlsplit(ran.json["desk"])
    assert (link.scheme, link.hostname) == ("http", "localhost")
    assert take_link(house.node("VN"), link.path.removeprefix("/enter/")) == "boss"
    assert acts(house)[-2:] == [("person-added", "terminal"), ("link-made", "terminal")]
    (found,) = house.run("VN", "people", "list", "--json").json["people"]
    assert (found["roles"], found["locked"], found["ways_in"]) == (["administrator"], False, False)


def test_powers_are_given_and_taken_and_a_name_stays_taken(house: House) -> None:
    officer = "VN/contact-24-7/lotus"
    house.run("VN", "people", "add", "lan", "--role", "duty-officer", "--officer", officer, "--json")
    assert house.run("VN", "people", "add", "lan", "--json").error == "person.taken"
    assert house.run("VN", "people", "add", "terminal", "--json").code == 1
    assert house.run("VN", "people", "add", "Lan Nguyen", "--json").code == 1
    ran = house.run("VN", "people", "roles", "lan", "--role", "overseer", "--json")
    assert (ran.json["roles"], ran.json["officers"]) == (["overseer"], [])
    wrong = house.run("VN", "people", "roles", "lan", "--officer", "QA/contact-24-7/pearl", "--json")
    assert wrong.error == "authority.not-hosted"
    assert house.run("VN", "people", "roles", "nobody", "--json").error == "person.unknown"


def test_who_is_locked_gets_no_link(house: House) -> None:
    house.run("VN", "people", "add", "lan", "--json")
    assert house.run("VN", "people", "lock", "lan", "--json").code == 0
    assert house.run("VN", "people", "link", "lan", "--json").error == "person.unknown"
    assert house.run("VN", "people", "unlock", "lan", "--json").code == 0
    path = urlsplit(house.run("VN", "people", "link", "lan", "--json").json["desk"]).path
    assert take_link(house.node("VN"), path.removeprefix("/enter/")) == "lan"


def test_a_case_that_is_not_there_has_no_circle(house: House) -> None:
    assert house.run("VN", "people", "circle", "0" * 64, "--json").error == "case.unknown"


def test_a_case_is_closed_to_a_circle_and_opened_again(house: House) -> None:
    case = str(house.ask("--officer", house.officer("VN/contact-24-7")).json["case"])
    house.run("VN", "people", "add", "lan", "--role", "lawyer", "--json")
    ran = house.run("VN", "people", "circle", case[:10], "--person", "lan", "--json")
    assert (ran.json["case"], ran.json["persons"]) == (case, ["lan"])
    assert house.run("VN", "people", "circle", case, "--json").json["persons"] == []
    assert acts(house)[-2:] == [("circle-set", "terminal")] * 2


def test_the_operators_link_is_for_one_person_or_the_first(house: House) -> None:
    house.run("VN", "people", "add", "lan", "--json")

    def whose(*more: str) -> str | None:
        link = musnad("node", "link", house.node("VN"), *more, "--json").json["desk"]
        return take_link(house.node("VN"), urlsplit(link).path.removeprefix("/enter/"))

    assert whose() == ""
    with house.open("VN"):
        assert whose("--person", "lan") == "lan"
