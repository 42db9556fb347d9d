"""The form of a message and a receipt: read as written, and refused with the member named."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from musnad.core.kernel.errors import BadForm, NotJson, TooLarge
from musnad.core.kernel.ijson import parse_object, write_canonical
from musnad.core.messages.bodies import ANSWERING, KINDS
from musnad.core.messages.errors import BadMessage, UnknownVersion
from musnad.core.messages.message import write_message
from musnad.core.messages.receipt import write_receipt
from musnad.core.messages.schema import parse_message, parse_receipt
from tests.case_story import receipt_of
from tests.messages_of_each_kind import MESSAGES, STRANGE

Change = Callable[[dict[str, Any]], object]


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_each_kind_is_read_as_it_is_written(kind: str) -> None:
    assert parse_message(write_message(MESSAGES[kind])) == MESSAGES[kind]


def test_a_receipt_is_read_as_it_is_written() -> None:
    receipt = receipt_of(STRANGE)
    assert parse_receipt(write_receipt(receipt)) == receipt


def altered(kind: str, change: Change) -> bytes:
    found: dict[str, Any] = parse_object(write_message(MESSAGES[kind]), what="message")
    change(found)
    return write_canonical(found)


def put(member: str, value: object) -> Change:
    def change(found: dict[str, Any]) -> None:
        *path, last = member.split(".")
        for step in path:
            found = found[int(step)] if isinstance(found, list) else found[step]
        found[last] = value

    return change


def drop(member: str) -> Change:
    def change(found: dict[str, Any]) -> None:
        *path, last = member.split(".")
        for step in path:
            found = found[step]
        del found[last]

    return change


@pytest.mark.parametrize(
    ("kind", "change", "member"),
    [
        ("question", put("more", 1), "more"),
        ("question", drop("author"), "author"),
        ("question", put("exercise", 1), "exercise"),
        ("question", put("exercise", "true"), "exercise"),
        ("question", put("language", "English"), "language"),
        ("question", put("author", "VN"), "author"),
        ("question", put("at", "yesterday"), "at"),
        ("question", put("to", []), "to"),
        ("question", put("to", ["VN/central-authority"] * 2), "to"),
        ("question", put("to", [f"VN/a{n}" for n in range(17)]), "to"),
        ("question", put("previous", []), "previous"),
        ("question", put("previous", [STRANGE, STRANGE]), "previous"),
        ("question", put("previous", [f"{n:064x}" for n in range(1025)]), "previous"),
        ("question", drop("case"), "case"),
        ("question", drop("answers"), "answers"),
        ("question", put("measure", "access"), "measure"),
        ("question", put("treaty", "0" * 64), "treaty"),
        ("question", put("body.text", ""), "body.text"),
        ("question", put("body.text", "a\x07b"), "body.text"),
        ("question", put("body.text", "a" * 32_769), "body.text"),
        ("question", put("body.more", 1), "body.more"),
        ("question", put("officer", "VN/central-authority/falcon"), "officer"),
        ("request", put("previous", [STRANGE]), "previous"),
        ("request", put("answers", STRANGE), "answers"),
        ("request", drop("measure"), "measure"),
        ("request", drop("legal_basis"), "legal_basis"),
        ("request", drop("treaty"), "treaty"),
        ("request", put("approvals", []), "approvals"),
        ("request", put("approvals.0.act", "release"), "approvals"),
        ("request", put("approvals.0.act", "bless"), "approvals.0.act"),
        ("request", put("approvals.0.officer", "QA/central-authority/oryx"), "officer"),
        ("request", put("body.follows", "x"), "body.follows"),
        ("request", put("body.fields", {"Not A Name": 1}), "body.fields.Not A Name.[key]"),
        ("refusal", put("body.grounds", []), "body.grounds"),
        ("confirmation", put("body.zone", "Asia Qatar"), "body.zone"),
        ("confirmation", put("body.preserved_until", "2027-02-29"), "body.preserved_until"),
        ("offer", put("exhibits", []), "exhibits"),
        ("offer", put("exhibits.0.wraps.0.recipient", "XX/central-authority"), "exhibits"),
        ("offer", put("exhibits.0.seal", "x"), "exhibits.0.seal"),
        ("offer", put("approvals", []), "approvals"),
        ("custody", put("answers", STRANGE), "answers"),
        ("custody", put("body.event", "lost"), "body.event"),
        ("custody", put("approvals", []), "approvals"),
        ("closing", put("body.heads", []), "body.heads"),
        ("exported", put("to", ["VN/central-authority"]), "to"),
        ("question", put("to", ["QA/contact-24-7"]), "to"),
    ],
)  # fmt: skip
def test_refuses_a_message_and_names_the_member(kind: str, change: Change, member: str) -> None:
    with pytest.raises(BadMessage) as caught:
        parse_message(altered(kind, change))
    assert caught.value.member == member


def test_a_wrap_is_of_one_size() -> None:
    with pytest.raises(BadForm):
        parse_message(altered("offer", put("exhibits.0.wraps.0.wrap", "AAAA")))


@pytest.mark.parametrize("change", [put("version", "musnad/2"), drop("version"), put("version", 1)])
def test_another_version_is_told_from_a_bad_message(change: Change) -> None:
    with pytest.raises(UnknownVersion):
        parse_message(altered("question", change))


@pytest.mark.parametrize("change", [put("kind", "verdict"), drop("kind"), put("kind", ["question"])])
def test_an_unknown_kind_is_told_from_a_bad_message(change: Change) -> None:
    with pytest.raises(UnknownVersion):
        parse_message(altered("question", change))


def test_custody_asks_an_approval_only_for_opening() -> None:
    def copied(found: dict[str, Any]) -> None:
        found["approvals"], found["body"]["event"] = [], "copied"

    parse_message(altered("custody", copied))


def test_refuses_a_message_past_a_mebibyte() -> None:
    with pytest.raises(TooLarge):
        parse_message(b" " * (1024 * 1024 + 1))


def test_refuses_a_member_that_stands_twice() -> None:
    with pytest.raises(NotJson):
        parse_message(b'{"version":"musnad/1","version":"musnad/1"}')


@pytest.mark.parametrize(
    ("change", "member"),
    [
        (put("index", -1), "index"),
        (put("index", "1"), "index"),
        (put("day", "tomorrow"), "day"),
        (put("salt", ""), "salt"),
        (drop("own_index"), "own_index"),
        (put("directory.stale", 0), "directory.stale"),
        (put("flags", ["Late"]), "flags.0"),
        (put("more", 1), "more"),
    ],
)
def test_refuses_a_receipt_and_names_the_member(change: Change, member: str) -> None:
    found: dict[str, Any] = parse_object(write_receipt(receipt_of(STRANGE)), what="receipt")
    change(found)
    with pytest.raises(BadMessage) as caught:
        parse_receipt(write_canonical(found))
    assert caught.value.member == member


def test_every_kind_that_answers_says_so() -> None:
    assert {kind for kind, message in MESSAGES.items() if message.answers} == ANSWERING | {"transcript"}
