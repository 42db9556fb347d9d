"""``musnad ask --print``: the paper form and the signed file, of exactly what was said."""

from __future__ import annotations

import hashlib
from pathlib import Path
from subprocess import run

import pytest

from musnad.core.crypto.dsse import parse_dsse
from musnad.core.messages.message import MESSAGE_TYPE
from tests.core.treaty.data import PRESERVE
from tests.doors.cli.house import OFFICERS, House

VN, QA = "VN/contact-24-7", "QA/contact-24-7"
APPROVER = f"{VN}/{OFFICERS[VN]}"


@pytest.fixture
def asking(house: House, tmp_path: Path) -> tuple[object, ...]:
    return "--to", QA, "--measure", PRESERVE, "--fields", house.fields(PRESERVE)


def text_of(file: Path) -> str:
    return run(["pdftotext", str(file), "-"], capture_output=True, check=True, text=True).stdout


def test_ask_prints_what_was_sent(house: House, asking: tuple[object, ...], tmp_path: Path) -> None:
    target = tmp_path / "form.pdf"
    told = house.json("VN", "ask", *asking, "--officer", house.officer(VN), "--print", target)
    assert told["printed"] == {"pdf": str(target), "signed": str(tmp_path / "form.json")}
    signed = (tmp_path / "form.json").read_bytes()
    assert parse_dsse(signed, payload_type=MESSAGE_TYPE, what="message").id == told["message"]
    said = text_of(target)
    for value in (hashlib.sha256(signed).hexdigest(), told["message"], "form.json", "someone@example.org", "EXERCISE"):
        assert value in said
    assert "DRAFT" not in said
    again = house.json("VN", "print", told["case"], "--out", target, "--languages", "en,fr")
    assert again["message"] == told["message"]
    assert "Page 1 of" in text_of(target)


def test_a_state_that_no_directory_lists_is_asked_on_paper_by_its_name(house: House, tmp_path: Path) -> None:
    given = ("--to", "EG/central-authority", "--measure", PRESERVE, "--fields", house.fields(PRESERVE))
    told = house.json(
        "VN", "ask", *given, "--officer", house.officer(VN), "--print", tmp_path / "form.pdf", "--languages", "en,fr"
    )
    said = text_of(tmp_path / "form.pdf")
    for value in ("Egypt, ", "EG/central-authority", "Égypte", "Viet Nam, ", told["message"]):
        assert value in said


def test_a_draft_is_printed_as_a_draft_and_approved_as_sent(
    house: House, asking: tuple[object, ...], tmp_path: Path
) -> None:
    target = tmp_path / "form.pdf"
    drafted = house.json("VN", "ask", *asking, "--author", VN, "--approver", APPROVER, "--print", target)
    assert drafted["printed"] == {"pdf": str(target)}
    assert not (tmp_path / "form.json").exists()
    assert "DRAFT" in text_of(target)
    approved = house.json(
        "VN", "approve", drafted["draft"][:12], "--officer", house.officer(VN), "--print", target, "--languages", "en"
    )
    assert approved["printed"]["signed"] == str(tmp_path / "form.json")
    assert "DRAFT" not in text_of(target)


@pytest.mark.parametrize(
    ("changed", "value", "what"),
    [
        ("--print", "form.txt", "form.txt"),
        ("--print", "nowhere/form.pdf", "nowhere/form.pdf"),
        ("--languages", "ar,xx", "--languages"),
        ("--languages", ",", "--languages"),
    ],
)
def test_what_cannot_be_printed_is_refused_before_anything_is_said(
    house: House, asking: tuple[object, ...], tmp_path: Path, changed: str, value: str, what: str
) -> None:
    given = {"--print": "form.pdf", "--languages": "ar,en"} | {changed: value}
    options = ("--print", tmp_path / given["--print"], "--languages", given["--languages"])
    ran = house.run("VN", "ask", *asking, "--officer", house.officer(VN), *options, "--json")
    assert ran.error == "form.invalid"
    assert str(ran.json["facts"]["what"]).endswith(what)
    assert house.json("VN", "inbox")["cases"] == []


def test_a_machine_without_an_arabic_font_says_so_and_the_request_stands(
    house: House, asking: tuple[object, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("musnad.adapters.paper.fonts.PLACES", ())
    ran = house.run(
        "VN",
        "ask",
        *asking,
        "--officer",
        house.officer(VN),
        "--print",
        tmp_path / "form.pdf",
        "--languages",
        "ar",
        "--json",
    )
    assert ran.error == "paper.no-font"
    assert not (tmp_path / "form.pdf").exists()
    assert len(house.json("VN", "inbox")["cases"]) == 1
    monkeypatch.undo()
    (case,) = (one["case"] for one in house.json("VN", "inbox")["cases"])
    assert house.json("VN", "print", case, "--out", tmp_path / "form.pdf")["printed"]["signed"]


def test_print_names_what_is_not_there(house: House, asking: tuple[object, ...], tmp_path: Path) -> None:
    assert house.run("VN", "print", "ffff", "--out", tmp_path / "form.pdf", "--json").error == "case.unknown"
    case = house.json("VN", "ask", *asking, "--officer", house.officer(VN))["case"]
    ran = house.run("VN", "print", case, "--request", "ffff", "--out", tmp_path / "form.pdf", "--json")
    assert ran.error == "message.unknown"
