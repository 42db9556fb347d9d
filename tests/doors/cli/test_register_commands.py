"""The register at the terminal: readable without a node, every answer with source and status, every error named."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from musnad.core.kernel.ijson import parse_object
from musnad.node.configuration import read_configuration, write_configuration
from tests.core.register.data import row, table
from tests.doors.cli.house import House, Ran, musnad

OFFICER = "QA/central-authority"
SIGNED = row("US", "signature", "2026-12-01", as_of="2026-12-02", source="C.N.9.2026", status="reported")
LANGUAGES = row("QA", "notification", "2026-06-01", about="languages", value="ar en", as_of="2026-06-02")


@pytest.fixture(autouse=True)
def no_node(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MUSNAD_NODE", raising=False)


def register(*arguments: object) -> Ran:
    return musnad("register", *arguments)


def told(*arguments: object) -> dict[str, object]:
    ran = register(*arguments, "--json")
    assert ran.code == 0, ran.err
    return ran.json


def written(tmp_path: Path, *lines: str, name: str = "rows.csv") -> Path:
    place = tmp_path / name
    place.write_bytes(table(*lines))
    return place


def at(house: House, party: str, *arguments: object) -> Ran:
    """``musnad register TOOL ... --node``."""
    return house.run(party, "register", *arguments)


def plain(text: str) -> str:
    return text.replace("\u2066", "").replace("\u2069", "")


# --- reading, with no node at all ---------------------------------------------------------------------------------


def test_whether_it_is_in_force_is_told_with_what_is_missing_and_how_sure() -> None:
    ran = register("force", "--as-of", "2026-08-19")
    assert "On 19 August 2026 the Convention is not in force as far as known." in ran.out
    assert "3 of 40" in ran.out
    assert "not seen; the answer is a bound" in ran.out
    assert "entry-into-force-instruments (certain, T1)" in ran.out
    assert "[reported, not read in the text; T4 T8]" in ran.out
    assert re.search(r"^T8  .*Qatar", ran.out, re.MULTILINE)
    past = register("force", "--as-of", "2026-08-20")
    assert "Convention is not in force; whether it is on 20 August 2026 is not known" in past.out
    assert told("force", "--as-of", "9999-12-31")["verdict"] == "not-known"
    found = told("force", "--as-of", "2026-08-19")
    assert (found["verdict"], found["counted"], found["needed"], found["is_bound"]) == ("not-in-force", 3, 40, True)
    assert told("force", "--as-of", "2025-12-01")["counted"] == 0
    assert re.search(r"whether it is on \d+ \w+ \d{4} is not known", register("force").out)


def test_a_state_is_shown_with_every_fact_its_day_its_source_and_status() -> None:
    ran = register("show", "qa", "--as-of", "2026-11-23")
    lines = ran.out.splitlines()
    assert lines[0] == "Qatar (QA) on 23 November 2026: Instrument deposited"
    assert any(
        "Ratification: by 13 February 2026, the day itself not seen [reported, not read in the text; T4 T8]" in line
        for line in lines
    )
    assert any("Reservation" in line and "14 15 16" in line for line in lines)
    assert any("whether it is on 23 November 2026 is not known" in line for line in lines)
    found = told("show", "QA", "--as-of", "2026-11-23")
    assert {"records", "standing", "force", "sources", "party", "names", "kind"} == set(found)
    records = found["records"]
    assert isinstance(records, list)
    assert all(one["source"] and one["status"] for one in records)


def test_nothing_known_is_said_as_nothing_known() -> None:
    ran = register("show", "US", "--as-of", "2026-11-23")
    assert "Nothing known" in ran.out
    assert "nothing later is" in ran.out
    standing = told("show", "US", "--as-of", "2026-11-23")["standing"]
    assert isinstance(standing, dict)
    assert (standing["status"], standing["certainty"], standing["is_bound"]) == ("none", None, True)


def test_all_states_are_shown_at_once() -> None:
    ran = register("show", "--as-of", "2026-11-23")
    assert len([line for line in ran.out.splitlines() if re.match(r"[A-Z]{2}  ", line)]) == 198
    states = told("show", "--as-of", "2026-11-23")["states"]
    assert isinstance(states, list)
    assert sum(one["status"] != "none" for one in states) == 75
    assert sum(one["status"] == "deposited" for one in states) == 3


def test_the_checklist_says_what_is_done_what_is_not_known_and_until_when() -> None:
    ran = register("checklist", "US", "--as-of", "2026-11-23")
    assert "? Sign the Convention: not known" in ran.out
    assert "until the last day for signature (31 December 2026); article 64, certain, source T1" in ran.out
    assert "article 40(12), from memory, to be verified, source S10" in ran.out
    items = told("checklist", "QA", "--as-of", "2026-11-23")["items"]
    assert isinstance(items, list)
    done = {one["task"]: one["progress"] for one in items}
    assert (done["sign"], done["ratify"], done["languages"]) == ("done", "done", "not-known")
    assert all(one["article"] and one["status"] and one["source"] for one in items)


@pytest.mark.parametrize("tool", [["show", "QA"], ["show"], ["force"], ["checklist", "QA"]], ids=" ".join)
def test_json_is_the_same_in_both_languages(tool: list[str]) -> None:
    assert told(*tool, "--as-of", "2026-11-23", "--lang", "ar") == told(*tool, "--as-of", "2026-11-23")


def test_names_and_tasks_are_in_the_readers_language() -> None:
    assert plain(register("show", "QA", "--as-of", "2026-11-23", "--lang", "ar").out).startswith("قطر")
    assert "التوقيع على الاتفاقية" in register("checklist", "QA", "--lang", "ar").out


@pytest.mark.parametrize(
    ("given", "error"),
    [
        (["show", "XX"], "register.no-such-state"),
        (["checklist", "Qatar"], "register.no-such-state"),
        (["force", "--as-of", "yesterday"], "form.invalid"),
        (["force", "--as-of", "2026-02-30"], "form.invalid"),
        (["show", "QA", "--node", "/nowhere/at/all"], "node.missing"),
        (["load", "/nowhere/rows.csv", "--check"], "form.invalid"),
        (["accept", "/nowhere/update.json"], "node.missing"),
    ],
    ids=lambda one: " ".join(one) if isinstance(one, list) else one,
)
def test_what_cannot_be_answered_is_named(given: list[str], error: str) -> None:
    assert register(*given, "--json").error == error


def test_the_export_reads_back_and_names_each_fact(tmp_path: Path) -> None:
    out = tmp_path / "register.csv"
    assert told("export", "--out", out)["facts"] == 98
    assert told("load", out, "--check") == {"checked": "register.csv", "changes": 0}
    assert register("export").out.encode() == out.read_bytes()
    as_json = tmp_path / "register.json"
    assert told("export", "--format", "json", "--out", as_json)["facts"] == 98
    assert told("load", as_json, "--check")["changes"] == 0
    shown = told("export", "--format", "json")
    assert parse_object(str(shown["rows"]).encode(), what="rows") == json.loads(as_json.read_text("utf-8"))


# --- bad rows: file, line, field, rule and remedy; nothing loaded -------------------------------------------------

BAD = [
    (row("QA", "ratification", "2026-02-11"), "register.contradiction", {"field": "day", "rule": "one-instrument"}),
    (row("XX", "signature", "2025-10-25"), "register.unknown-state", {"field": "party", "party": "XX"}),
    (row("US", "signature", "2025-10-25", source=""), "register.no-source", {"field": "source"}),
    (row("US", "signature", "2025-10-25", status=""), "register.no-status", {"field": "status"}),
    (row("US", "signature", "25.10.2025"), "register.day", {"field": "day"}),
    (row("IN", "signature", "2027-01-01"), "register.contradiction", {"field": "day", "rule": "signature-period"}),
    (row("US", "withdrawal", "2027-01-01"), "register.nothing-to-withdraw", {"rule": "withdrawal-of-a-party"}),
    (row("US", "reservation", about="weather"), "register.unknown-subject", {"field": "about", "about": "weather"}),
    (SIGNED, "register.repeated", {"first": 2}),
    (row("FR", "signature", "2025-10-25", source="ZZ9"), "register.row", {"field": "source"}),
    (row("FR", "signature", "2025-10-25", source="T1 T99"), "register.row", {"field": "source"}),
]


@pytest.mark.parametrize(("line", "error", "facts"), BAD, ids=[one[1] + str(n) for n, one in enumerate(BAD)])
def test_a_bad_row_is_refused_naming_its_place(tmp_path: Path, line: str, error: str, facts: dict[str, object]) -> None:
    ran = register("load", written(tmp_path, SIGNED, line), "--check", "--json")
    assert ran.error == error
    found = ran.json["facts"]
    assert (found["file"], found["line"]) == ("rows.csv", 3)
    assert {name: found[name] for name in facts} == facts
    said, remedy = plain(ran.err).strip().splitlines()
    assert "rows.csv" in said
    assert "3" in said
    assert remedy.endswith(".")


def test_nothing_of_a_bad_file_is_loaded(house: House, tmp_path: Path) -> None:
    place = written(tmp_path, SIGNED, row("QA", "ratification", "2026-02-11"))
    assert at(house, "QA", "load", place, "--json").error == "register.contradiction"
    assert not (house.node("QA") / "register" / "changes").is_dir() or not list(
        (house.node("QA") / "register" / "changes").iterdir()
    )
    assert at(house, "QA", "show", "US", "--json").json["records"][0]["kind"] == "note"


def test_a_source_in_words_is_taken_and_what_contradicts_nothing_leaves_no_blank(tmp_path: Path) -> None:
    words = row("US", "signature", "2025-10-25", source="Depositary notification C.N.1.2026")
    assert register("load", written(tmp_path, words), "--check", "--json").code == 0
    said = plain(register("load", written(tmp_path, row("US", "withdrawal", "2027-01-01")), "--check").err)
    assert "US has no instrument from which it could withdraw (rule withdrawal-of-a-party)." in said


# --- changing a node's register -----------------------------------------------------------------------------------


def test_a_table_is_loaded_into_the_node_and_stays(house: House, tmp_path: Path) -> None:
    place = written(tmp_path, SIGNED)
    assert at(house, "QA", "load", place, "--json").json == {"loaded": "rows.csv", "changes": 1, "known": False}
    assert at(house, "QA", "load", place, "--json").json["known"] is True
    found = at(house, "QA", "show", "US", "--as-of", "2026-12-02", "--json").json
    assert found["standing"]["status"] == "signed"
    assert "said by rows.csv:2" in at(house, "QA", "show", "US").out
    assert at(house, "VN", "show", "US", "--json").json["standing"]["status"] == "none"


def correct(house: House, *more: object) -> Ran:
    return at(house, "QA", "correct", *more, "--officer", house.officer(OFFICER))


def test_a_correction_is_signed_applied_and_its_history_shown(house: House, tmp_path: Path) -> None:
    rows = at(house, "QA", "export").out
    [old] = [line for line in rows.splitlines() if ",QA,ratification," in line]
    edited = tmp_path / "edited.csv"
    edited.write_text("\n".join([rows.splitlines()[0], old.replace(",2026-02-13,reported", ",2026-02-12,reported")]))
    ran = correct(house, edited, "--reason", "The notification was seen", "--json")
    assert ran.json["changes"] == 1
    assert (ran.json["author"], ran.json["officer"]) == (OFFICER, f"{OFFICER}/falcon")
    shown = plain(at(house, "QA", "show", "QA").out)
    assert "was: Ratification: by 13 February 2026" in shown
    assert "Ratification: by 12 February 2026" in shown
    assert re.search(
        rf"replaced by [0-9a-f]{{12}}, said by {OFFICER} \({OFFICER}/falcon\), .*: The notification", shown
    )
    digest = old.partition(",")[0]
    again = correct(house, edited, "--reason", "Again", "--json")
    assert again.json == {"update": None, "changes": 0}
    assert correct(house, "--strike", digest, "--reason", "Stale", "--json").error == "register.replaced"


def test_an_update_goes_to_another_node_that_trusts_its_author(house: House, tmp_path: Path) -> None:
    update = tmp_path / "update.json"
    ran = correct(house, written(tmp_path, LANGUAGES), "--reason", "Notified", "--out", update)
    assert ran.code == 0, ran.err
    assert at(house, "VN", "accept", update, "--json").error == "register.author-not-trusted"
    settings = house.node("VN") / "node.toml"
    settings.write_text(settings.read_text("utf-8") + f'\n[register]\ntrusted = ["{OFFICER}"]\n', "utf-8")
    first = at(house, "VN", "accept", update, "--json").json
    assert (first["author"], first["changes"], first["known"]) == (OFFICER, 1, False)
    assert at(house, "VN", "accept", update, "--json").json["known"] is True
    items = at(house, "VN", "checklist", "QA", "--json").json["items"]
    assert {one["task"]: one["progress"] for one in items}["languages"] == "done"
    forged = tmp_path / "forged.json"
    forged.write_bytes(update.read_bytes().replace(b'"sig":"', b'"sig":"AAAA', 1))
    assert at(house, "VN", "accept", forged, "--json").error == "signature.invalid"


def test_a_checklist_is_worked_through_item_by_item(house: House, tmp_path: Path) -> None:
    hints = at(house, "QA", "checklist", "QA")
    assert "The directory lists, which is no notification: QA/contact-24-7" in hints.out
    step = row("QA", "step", "2026-06-01", about="devices-reservation", en="Decided: none", as_of="2026-06-02")
    assert correct(house, written(tmp_path, step), "--reason", "Cabinet decision").code == 0
    shown = at(house, "QA", "checklist", "QA").out
    assert "✓ Decide on a reservation about the misuse of devices: done" in shown
    assert "Decided: none" in shown


def test_a_fact_is_struck_out(house: House) -> None:
    digest = at(house, "QA", "show", "QA", "--json").json["records"][1]["digest"]
    assert correct(house, "--strike", digest, "--reason", "Not deposited").code == 0
    assert at(house, "QA", "show", "QA", "--json").json["standing"]["status"] == "signed"
    assert "struck out by" in at(house, "QA", "show", "QA").out
    assert correct(house, "--strike", "0" * 64, "--reason", "x", "--json").error == "register.unknown-fact"
    assert correct(house, "--strike", "short", "--reason", "x", "--json").error == "form.invalid"
    assert correct(house, "--strike", digest, "--reason", " ", "--json").error == "form.invalid"


def test_a_wrong_trust_setting_is_named(house: House) -> None:
    settings = house.node("QA") / "node.toml"
    settings.write_text(settings.read_text("utf-8") + '\n[register]\ntrusted = ["qa"]\n', "utf-8")
    ran = at(house, "QA", "show", "QA", "--json")
    assert ran.error == "node.configuration"
    assert ran.json["facts"]["setting"] == "register.trusted.0"


def test_the_trusted_authorities_are_read_and_written(house: House) -> None:
    settings = house.node("QA") / "node.toml"
    assert read_configuration(house.node("QA")).register_authorities == frozenset()
    before = settings.read_text("utf-8")
    settings.write_text(before + '\n[register]\ntrusted = ["UN/registry", "VN/central-authority"]\n', "utf-8")
    found = read_configuration(house.node("QA"))
    assert found.register_authorities == {"UN/registry", "VN/central-authority"}
    settings.write_text(write_configuration(found), "utf-8")
    assert read_configuration(house.node("QA")) == found
