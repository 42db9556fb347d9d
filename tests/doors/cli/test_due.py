"""``musnad due``, ``musnad inbox`` and ``musnad node rebuild`` on nodes with a disk."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.core.treaty.data import ACCESS, FULL
from tests.doors.cli.house import House, database, musnad

URGENT = {**FULL[ACCESS], "urgency": "emergency", "person-at-risk": "A hostage.", "urgency-reasons": "Hours are left."}


@pytest.fixture
def asked(house: House, tmp_path: Path) -> tuple[House, str]:
    """Both sides know an emergency that nobody has acknowledged."""
    fields = tmp_path / "request.json"
    fields.write_text(json.dumps(URGENT), "utf-8")
    case = house.json(
        "VN", "ask", "--to", "QA/central-authority", "--measure", ACCESS, "--fields", fields,
        "--officer", house.officer("VN/central-authority"),
    )["case"]  # fmt: skip
    house.carry()
    return house, case


def test_what_is_due_is_listed_for_programs(asked: tuple[House, str]) -> None:
    house, case = asked
    told = house.json("QA", "due")
    first, second, line = [one for one in told["lines"] if one["case"] == case]
    assert told["lines"][0] == first
    assert first["escalation"]["what"] == "acknowledgement"
    assert (first["escalation"]["level"], first["escalation"]["remedy"]) == (None, "acknowledge")
    assert (told["party"], told["directory"], told["after"]) == ("QA", "fresh", None)
    assert (second["escalation"]["what"], second["escalation"]["remedy"]) == ("holder-deletes", "ask-preservation")
    assert [one["party"] for one in second["escalation"]["clocks"]] == ["QA", "VN"]
    assert line["fault"] is None
    assert line["others"] == ["VN"]
    assert line["duty"]["duty"] == "acknowledge"
    assert line["duty"]["owner"] == "QA/central-authority"
    assert (line["duty"]["last_day"], line["duty"]["set_by"], line["duty"]["clocks"]) == (None, None, [])


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "No day is set by the Convention."), ("ar", "Asia/Ho_Chi_Minh")],
)
def test_what_is_due_is_told_to_people(asked: tuple[House, str], language: str, said: str) -> None:
    house, case = asked
    ran = house.run("QA", "due", "--lang", language)
    assert ran.code == 0, ran.err
    assert case[:12] in ran.out
    assert said in ran.out


def test_the_list_is_the_same_after_a_rebuild(asked: tuple[House, str]) -> None:
    house, _ = asked
    before = house.json("QA", "due")
    assert before["lines"]
    with database(house.node("QA")):
        ran = musnad("node", "rebuild", house.node("QA"), "--json")
    assert ran.json == {"cases": len(house.json("QA", "inbox")["cases"])}
    assert house.json("QA", "due") == before


@pytest.mark.parametrize("given", [("--limit", "0"), ("--limit", "100000"), ("--after", "here")])
def test_refuses_what_is_no_page(house: House, given: tuple[str, str]) -> None:
    assert house.run("QA", "due", *given, "--json").error == "form.invalid"
