"""What a terminal can do with cases, the desk can do: each command has its address, each of its options its field.

Where one of them is the terminal's alone, the reason stands here; a new command or option without either fails.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from django.test import Client

from musnad.cli.main import parser
from musnad.core.kernel.names import MessageId
from musnad.desk.answering import paper
from musnad.desk.answering.forms import FIELDS, Saying
from musnad.desk.answering.forms import fields_of as begin
from musnad.desk.evidence.holding import EVENTS
from musnad.people.powers import Role
from musnad.people.seat import Seat
from tests.doors.api.test_description import _choices, commands
from tests.doors.desk.every_answer import evidence, on_paper, received, told
from tests.doors.desk.seats import OFFICER, seat
from tests.doors.desk.server import desk_of
from tests.doors.desk.story import Story
from tests.doors.desk.test_administration import NODE
from tests.doors.desk.test_answering import KINDS
from tests.doors.desk.test_entering import wished
from tests.doors.desk.test_powers import ALL
from tests.exchange.test_takeover import show
from tests.world import Node


class Alone(str):
    """Why something is the terminal's alone."""

    __slots__ = ()


OPERATING = Alone("the operator's tool, on the machine where the node and its secrets are")
REGISTRAR = Alone("the Registrar's tool: directory and register are changed by its several keys, away from any desk")
ELSEWHERE = Alone("no act of this node: a reader's, a programmer's or a translator's, who has no seat at a desk")

DESK: Mapping[str, str | Alone] = {
    "ask": "composing:form",
    "answer": "answering:answer",
    "approve": "approving:approve",
    "inbox": "inbox",
    "due": "inbox",
    "show": "case",
    "print": "paper",
    "enter": "answering:answer",
    "hand-over": "answering:hand-over",
    "seal": "evidence:begin",
    "offer": "evidence:offer",
    "fetch": "evidence:fetch",
    "open": "evidence:open",
    "custody": "evidence:custody",
    "export": "export",
    "check": "composing:form",
    "can": "reference:can",
    "statistics": "statistics:figures",
    "law show": "reference:gap",
    "law gap": "reference:gap",
    "law matrix": "reference:matrix",
    "register show": "reference:state",
    "register force": "reference:register",
    "register checklist": "reference:state",
    "people": "people:index",
    "roster": "approving:passkeys",
    "law add": OPERATING,
    "register accept": OPERATING,
    "register load": OPERATING,
    "register export": OPERATING,
    "register correct": REGISTRAR,
    "directory": REGISTRAR,
    "node": OPERATING,
    "token": OPERATING,
    "demo": ELSEWHERE,
    "bench": ELSEWHERE,
    "language": ELSEWHERE,
    "verify": ELSEWHERE,
}
"""Each command with the address that does the same, or why there is none."""

SAYS = Alone("who sits at the desk speaks for the authority of his own that the case is with")
SIGNS = Alone("the officer's key is a passkey: the draft waits for its signature, and names who is to give it")
IN_ADDRESS = Alone("it is what the page is about, and stands in its address")
IN_CASE = Alone("whoever is told in the case is told this, too, so that every Party has the same case")
AS_A_FILE = Alone("the browser asks where the file goes")
BY_HAND = Alone("a file that is carried by hand is written beside the vault, where a disk can be attached")
STANDING = Alone("a stamp is made by the node itself, hour by hour; the dossier is made again when it is there")
UNPACKED = Alone("a browser keeps one file: a folder comes as its archive, and the page says so")
READ_ONCE = Alone("what a browser sends is read from no failing medium; such a disk is sealed where it lies")
OWN_NAME = Alone("the file brings its name along")
LIMITS = {
    "--confidential": "confidential",
    "--onward": "onward",
    "--purpose": "purpose",
    "--hold-until": "hold_until",
    "--at-end": "at_end",
}
OFFICERS = {"--officer": SIGNS, "--approver": "approvers"}
SAYING = {
    "--text": "text",
    "--ground": "grounds",
    "--until": "until",
    "--on": "done_on",
    "--result": "result",
    "--write-in": "language",
    "--author": SAYS,
    "--answers": IN_ADDRESS,
    **LIMITS,
    **OFFICERS,
}
OPTIONS: Mapping[str, Mapping[str, str | Alone]] = {
    "ask": {
        "--author": "author",
        "--to": "to",
        "--measure": IN_ADDRESS,
        "--fields": "f.facts",
        "--case": "case",
        "--follows": "follows",
        "--basis": "basis",
        "--basis-note": "basis-note",
        "--confidential": "limit-confidential",
        "--onward": "limit-onward",
        "--purpose": "limit-purpose",
        "--hold-until": "limit-until",
        "--at-end": "limit-at-end",
        "--officer": SIGNS,
        "--approver": "approver",
        "--write-in": "language",
        "--print": Alone("the page of the draft, and that of the case, give it"),
        "--languages": Alone("as --print"),
    },
    "answer": {
        **SAYING,
        "--approver": Alone("no officer has to approve an answer by signature"),
        "--to": IN_CASE,
        "--kind": IN_ADDRESS,
        "--condition": "conditions",
        "--use": "use",
        "--seal": "seal",
        "--recipient": "recipients",
        "--granted": "granted",
        "--contact": "contact",
        "--reached-by": "reached_by",
        "--at": "at",
        "--contest": "contested",
    },
    "enter": {
        **SAYING,
        "--speaker": "speaker",
        "--channel": "channel",
        "--received-on": "received_on",
        "--reference": "reference",
        "--document": "scan",
        "--kind": "said",
        "--counted-from": "counted_from",
        "--zone": "zone",
        "--condition": Alone("what a paper says is one field; of an acceptance each line is a condition"),
        "--granted": "granted",
        **dict.fromkeys(
            ("--use", "--seal", "--recipient", "--contact", "--reached-by", "--at", "--contest"),
            Alone("of kinds that are never entered from paper"),
        ),
    },
    "offer": {"--author": SAYS, "--to": "to", "--answers": IN_ADDRESS, "--note": "note", **LIMITS, **OFFICERS},
    "seal": {
        "--author": SAYS,
        "--to": BY_HAND,
        "--out": BY_HAND,
        "--case": IN_ADDRESS,
        "--under": "under",
        "--note": "description",
        "--device": "device",
        "--name": OWN_NAME,
        "--officer": Alone("who sits at the desk is the officer who seals"),
        "--read-twice": READ_ONCE,
    },
    "open": {"--out": AS_A_FILE, "--unpack": UNPACKED, "--use": "use", **OFFICERS},
    "custody": {
        "--event": "event", "--author": SAYS, "--to": "to", "--place": "place", "--note": "note", "--officer": SIGNS,
    },
    "export": {
        "--out": AS_A_FILE,
        "--draft": Alone("each export that was approved stands on the page with its own button"),
        "--without-content": "content",
        "--use": "use",
        "--stamped": STANDING,
        "--wait": Alone("the desk waits beside the page, which shows how far it is"),
        **OFFICERS,
    },
    "approve": {
        "--officer": SIGNS,
        "--print": Alone("the page of the draft gives its paper form"),
        "--languages": Alone("as --print"),
    },
    "print": {
        "--request": IN_ADDRESS,
        "--out": AS_A_FILE,
        "--languages": "languages",
    },
}  # fmt: skip
"""Of each command that says or makes something in a case, its own options: the field of the page, or why none."""
OF_EVERY_COMMAND = {"--json", "--lang", "--node", "--help"}
NAMED = re.compile(r'<(?:input|select|textarea)\b[^>]*?\bname="([^"]+)"')


def options_of(command: str) -> set[str]:
    made = _choices(parser())[command]
    return {
        one.option_strings[-1]
        for one in made._actions
        if one.option_strings and not isinstance(one, argparse._HelpAction)
    } - OF_EVERY_COMMAND


def test_every_command_has_its_address_or_its_reason() -> None:
    assert commands() - set(DESK) == set()
    assert {one for one in DESK.values() if not isinstance(one, Alone)} - set(ALL) == set()
    assert all(str(one).strip() for one in DESK.values())


@pytest.mark.parametrize("command", sorted(OPTIONS))
def test_every_option_has_its_field_or_its_reason(command: str) -> None:
    assert options_of(command) == set(OPTIONS[command])


def test_no_command_that_says_something_is_left_out() -> None:
    """Whatever names an officer or an author says something in a case."""
    saying = {
        name
        for name, made in _choices(parser()).items()
        if {"--author", "--officer"} & {text for one in made._actions for text in one.option_strings}
    }
    assert saying <= set(OPTIONS)


def fields_of(node: Node, path: str, folder: Path, who: Seat) -> set[str]:
    """The names of all fields of a page."""
    (folder / "node.toml").write_text(NODE.format(1, 2))
    with desk_of(node.ports, folder, who):
        answer = Client(SERVER_NAME="127.0.0.1", headers={"accept-language": "en"}).get(path)
    assert answer.status_code == 200, path
    return set(NAMED.findall(answer.content.decode()))


def pages(command: str, story: Story) -> Iterator[tuple[Node, str]]:
    """The pages at which the command's work is done, each in a case where it can be."""
    vn = story.world["VN"]
    if command == "ask":
        yield vn, "/ask/access-to-stored-data/?to=QA/central-authority"
        yield vn, "/ask/spontaneous-information/"
        yield vn, f"/ask/access-to-stored-data/?case={story.preserved}&follows={story.preserved}"
    elif command == "answer":
        yield from (told(kind) for kind in KINDS)
    elif command == "enter":
        world, case = on_paper()
        show(world, "QA", "VN")
        yield world["QA"], f"/case/{case}/answer/transcript/{case}/"
        yield wished()
    elif command in {"offer", "seal"}:
        world, case, seal = evidence()
        yield world["QA"], f"/case/{case}/evidence/" + (f"offer/{case}/?seal={seal}" if command == "offer" else "")
    elif command in {"open", "custody"}:
        world, case, seal = received()
        yield world["VN"], f"/case/{case}/evidence/{seal}/{command}/"
    elif command == "export":
        yield vn, f"/case/{story.whole}/export/"
    elif command == "print":
        yield vn, f"/case/{story.whole}/"


@pytest.mark.parametrize("command", sorted(set(OPTIONS) - {"approve"}))
def test_each_field_stands_on_the_page(command: str, story: Story, tmp_path: Path) -> None:
    roles = (Role.DUTY_OFFICER, Role.LAWYER, Role.EXAMINER)
    found: set[str] = set()
    for node, path in pages(command, story):
        found |= fields_of(node, path, tmp_path, seat(*roles, party=node.code, name="noor"))
    if command == "answer":  # two that stand there only where somebody can be chosen
        vn = story.world["VN"]
        state = vn.state(story.whole)
        saying = Saying(vn.ports, story.whole, state, None, state.requests[MessageId(story.whole)], None, OFFICER)
        found |= {one.name for kind in ("consent-request", "takeover") for one in begin(kind, saying)}
    wanted = {one for one in OPTIONS[command].values() if not isinstance(one, Alone)}
    assert wanted - found == set()


def test_what_may_be_chosen_at_a_terminal_may_be_chosen_at_the_desk() -> None:
    def offered(command: str, option: str) -> set[str]:
        made = _choices(parser())[command]
        (found,) = (one for one in made._actions if option in one.option_strings)
        return set(found.choices or ())

    assert offered("answer", "--kind") <= set(FIELDS)
    assert offered("enter", "--channel") == set(paper.CHANNELS)
    assert offered("enter", "--kind") - set(paper.SAID) == set(NEVER_ENTERED)
    assert offered("custody", "--event") == set(EVENTS)


NEVER_ENTERED = {
    kind: Alone("an asking Party says it, and a Party without a node asks nothing")
    for kind in ("reply", "withdrawal", "extension-request")
}
"""What a terminal lets one enter, and no case ever takes from a Party without a node."""
