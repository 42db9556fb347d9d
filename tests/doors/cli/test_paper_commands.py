"""A State without a node, at a terminal: asked on paper, its letters entered, called back, handed over."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from musnad.core.crypto.dsse import parse_dsse
from musnad.core.messages.bodies import Silence, Transcript
from musnad.core.messages.message import MESSAGE_TYPE, Message
from musnad.core.messages.schema import parse_message
from musnad.node.assemble import Node
from tests.core.treaty.data import PRESERVE
from tests.doors.cli.house import House

VN, EG = "VN/contact-24-7", "EG/contact-24-7"


def day(after: int = 0) -> str:
    """Today in Viet Nam, or so many days after it."""
    return (datetime.now(UTC).astimezone(ZoneInfo("Asia/Ho_Chi_Minh")).date() + timedelta(after)).isoformat()


@pytest.fixture
def asked(house: House, tmp_path: Path) -> tuple[House, str]:
    """Viet Nam has asked Egypt, on paper."""
    told = house.json(
        "VN", "ask", "--to", EG, "--measure", PRESERVE, "--fields", house.fields(PRESERVE),
        "--officer", house.officer(VN), "--print", tmp_path / "form.pdf",
    )  # fmt: skip
    return house, str(told["case"])


def enter(house: House, case: str, kind: str, *more: object) -> str:
    return str(
        house.json(
            "VN", "enter", case, "--speaker", EG, "--channel", "paper", "--received-on", day(), "--kind", kind,
            "--officer", house.officer(VN), *more,
        )["message"]
    )  # fmt: skip


def test_nobody_is_asked_on_paper_unless_it_is_printed(house: House) -> None:
    ran = house.run(
        "VN", "ask", "--to", EG, "--measure", PRESERVE, "--fields", house.fields(PRESERVE),
        "--officer", house.officer(VN), "--json",
    )  # fmt: skip
    assert ran.error == "directory.unknown-party"
    assert house.json("VN", "inbox")["cases"] == []


def test_nothing_is_said_to_be_on_its_way_to_who_has_no_node(house: House, tmp_path: Path) -> None:
    given = ("--measure", PRESERVE, "--fields", house.fields(PRESERVE), "--officer", house.officer(VN))
    asking = ("ask", *given, "--to", EG, "--print", tmp_path / "form.pdf")
    told = house.json("VN", *asking)
    assert told["on_paper"] == ["EG"]
    case = str(told["case"])
    paper, node, entered = (
        house.run("VN", *one)
        for one in (
            asking,
            ("ask", *given, "--to", "QA/contact-24-7"),
            (
                *("enter", case, "--speaker", EG, "--channel", "paper", "--received-on", day(), "--kind", "question"),
                *("--answers", case, "--text", "Which?", "--officer", house.officer(VN)),
            ),
        )
    )
    assert "on its way" in node.out
    assert "Nothing is sent" not in node.out
    assert "on its way" not in paper.out
    assert "Nothing is sent to EG" in re.sub("[\u2066-\u2069]", "", paper.out)
    assert "journalled" in entered.out
    assert "on its way" not in entered.out


def test_a_silence_that_comes_early_is_noted_in_words(asked: tuple[House, str]) -> None:
    house, case = asked
    said = ("answer", case, "--kind", "silence", "--answers", case, "--text", "By courier.", "--officer")
    ran = house.run("VN", *said, house.officer(VN))
    assert ran.code == 0, ran.err
    assert "Note: No answer is said to have come while one was still in time." in ran.out
    [step] = [one for one in house.json("VN", "show", case)["steps"] if one["kind"] == "silence"]
    assert step["says"]["count"] == "1"


def test_a_letter_is_entered_with_its_digest_and_moves_the_case(asked: tuple[House, str], tmp_path: Path) -> None:
    house, case = asked
    letter = tmp_path / "letter.pdf"
    letter.write_bytes(b"the scan of a letter")
    enter(house, case, "acknowledgement", "--answers", case, "--reference", "EG-7")
    accepted = enter(house, case, "acceptance", "--answers", case, "--document", letter, "--condition", "by post")
    days = ("--until", "2027-01-23", "--counted-from", "2026-11-24", "--zone", "Africa/Cairo")
    enter(house, case, "confirmation", "--answers", case, *days)
    called = ("--contact", "registry", "--reached-by", "+20 2 0000", "--result", "confirmed", "--text", "by name")
    house.json(
        "VN", "answer", case, "--kind", "call-back", "--answers", accepted, *called, "--officer", house.officer(VN)
    )
    shown = house.json("VN", "show", case)
    [request] = shown["requests"]
    assert (request["status"], request["preserved_until"]) == ("fulfilled", "2027-01-23")
    assert shown["steps"][2] | {"receipts": 0} == {
        "id": accepted,
        "kind": "transcript",
        "author": VN,
        "speaker": EG,
        "said": "acceptance",
        "channel": "paper",
        "entered_by": f"{VN}/lotus",
        "says": {
            "speaker": EG,
            "channel": "paper",
            "received-on": day(),
            "document": hashlib.sha256(b"the scan of a letter").hexdigest(),
            "said-kind": "acceptance",
        },
        "void": None,
        "receipts": 0,
        "rebutted_by": [],
    }
    assert [step["kind"] for step in shown["steps"]] == ["request", *["transcript"] * 3, "call-back"]
    with house.open("VN") as node:
        [body] = [
            step.body
            for step in node_messages(node)
            if isinstance(step.body, Transcript) and step.body.said.kind == "acceptance"
        ]
    assert body.document == hashlib.sha256(b"the scan of a letter").hexdigest()
    assert house.json("VN", "inbox")["waiting"] == []


def node_messages(node: Node) -> Iterator[Message]:
    for entry in node.ports.journal.entries():
        if entry.kind == "message":
            yield parse_message(parse_dsse(entry.signed, payload_type=MESSAGE_TYPE, what="message").payload)


@pytest.mark.parametrize(
    ("more", "error"),
    [
        (("--speaker", "QA/contact-24-7"), "paper.speaks-for-itself"),
        (("--received-on", "24.11.2026"), "form.invalid"),
        (("--received-on", day(-2)), "paper.day-impossible"),
        (("--received-on", day(2)), "paper.day-impossible"),
        (("--document", "no-such-scan.pdf"), "form.invalid"),
        (("--speaker", "nobody"), "form.invalid"),
    ],
)
def test_what_cannot_be_entered_is_refused_and_nothing_is_kept(
    asked: tuple[House, str], more: tuple[object, ...], error: str
) -> None:
    house, case = asked
    before = house.json("VN", "show", case)["steps"]
    ran = house.run(
        "VN", "enter", case, "--speaker", EG, "--channel", "paper", "--received-on", day(),
        "--kind", "acceptance", "--answers", case, "--officer", house.officer(VN), "--json", *more,
    )  # fmt: skip
    assert ran.error == error
    assert house.json("VN", "show", case)["steps"] == before


def test_nothing_is_handed_over_to_who_still_has_no_node(asked: tuple[House, str]) -> None:
    house, case = asked
    assert house.run("VN", "hand-over", case, "EG", "--json").error == "paper.nothing-to-hand-over"
    assert house.run("VN", "hand-over", case, "QA", "--json").error == "paper.nothing-to-hand-over"


def test_silence_needs_a_delivery_that_was_at_least_tried(asked: tuple[House, str], house: House) -> None:
    del asked
    told = house.ask("--officer", house.officer(VN))
    case = str(told.json["case"])
    said = ("answer", case, "--kind", "silence", "--answers", case, "--text", "none", "--officer", house.officer(VN))
    assert house.run("VN", *said, "--json").error == "silence.not-delivered"
    house.carry()
    assert house.json("VN", *said)["message"]
    with house.open("VN") as node:
        [silence] = [step.body for step in node_messages(node) if isinstance(step.body, Silence)]
        assert silence.receipt is not None
        kept = node.ports.journal.entry(silence.receipt)
        assert kept is not None
        assert kept.kind == "receipt"
