"""SIGKILL at every durable step of the product, in the process where it happens: nothing is lost, nothing is repeated.

One pair of nodes lives through all of it; each kill has a case of its own. A gate or worker that died is started again
by its supervisor; a command that died is given again, word for word.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connections

import musnad
from tests.processes.judging import check_heads, check_node, sha256
from tests.processes.stand import Stand, wait_until
from tests.processes.story import Shape, Story, shape_of

pytestmark = [pytest.mark.processes, pytest.mark.timeout(300)]

BOTH = ("before", "after")
SERVED = [
    # whose process, which, and the step it dies at
    *((code, "gate", f"message.admitted:{moment}") for code, moment in zip(("QA", "VN"), BOTH, strict=True)),
    *(("QA", "gate", f"peer-head.cosigned:{moment}") for moment in BOTH),
    *(("VN", "worker", f"receipt.admitted:{moment}") for moment in BOTH),
    ("QA", "worker", "delivery.leased:after"),
    ("VN", "worker", "delivery.answered:after"),
    *(("QA", "worker", f"head.signed:{moment}") for moment in BOTH),
    *(("VN", "worker", f"head.cosigned:{moment}") for moment in BOTH),
]
ADMITTING = ("ask", "acknowledgement", "acceptance", "seal", "offer", "fetch", "open", "closing", "export")
COMMANDS = [
    *(dict.fromkeys(ADMITTING, f"message.admitted:{moment}") for moment in BOTH),
    *(
        {"seal": f"exhibit.sealed:{moment}", "fetch": f"{part}:{moment}", "open": f"exhibit.opened:{moment}"}
        for moment in BOTH
        for part in ("exhibit.part", "exhibit.received")
    ),
    *({"export": f"dossier.written:{moment}"} for moment in BOTH),
    {"seal": "message.admitted:after:2"},  # between the two custody messages that follow a sealing
]
EVIDENCE_OCTETS = 9 * 1024 * 1024  # three parts


@pytest.fixture(scope="module")
def stand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    built = Stand(tmp_path_factory.mktemp("stand"), "en")
    try:
        built.build()
        yield built
    finally:
        built.close()
        connections.close_all()


@pytest.fixture(scope="module")
def evidence(stand: Stand) -> Path:
    place = stand.folder / "evidence.img"
    place.write_bytes(bytes(range(256)) * (EVIDENCE_OCTETS // 256))
    return place


@pytest.fixture(scope="module")
def undisturbed(stand: Stand, evidence: Path) -> Shape:
    """How the case ends when nobody is killed."""
    story = Story(stand, "undisturbed", evidence)
    story.tell(export=True)
    return _judge(story)


def _judge(story: Story) -> Shape:
    """Everything that must hold of a told story and of both nodes; its shape."""
    ours, theirs = story.state("VN"), story.state("QA")
    assert ours.digest() == theirs.digest()
    assert ours.closed
    assert sha256(story.opened) == sha256(story.evidence)
    assert [name for name in story.stand.folder.iterdir() if name.name.startswith(".")] == []
    for ports in story.stand.ports.values():
        check_node(ports)
    vn, qa = story.stand.ports["VN"], story.stand.ports["QA"]
    check_heads(vn, qa)
    check_heads(qa, vn)
    # What QA holds is what it offered, and VN holds the same: nothing sealed twice, nothing fetched by half.
    assert set(vn.vault.seals()) == set(qa.vault.seals())
    for ports in (vn, qa):
        assert [one.seal for one in ports.journal.exhibits() if one.case == story.case] == [story.seal]
    return shape_of(ours)


@pytest.mark.parametrize(("code", "door", "at"), SERVED)
def test_a_node_killed_at_a_step(
    stand: Stand, evidence: Path, undisturbed: Shape, code: str, door: str, at: str
) -> None:
    node = stand.nodes[code]
    story = Story(stand, f"{door}-{at}".replace(":", "-"), evidence)
    node.arm(door, at)
    before = _working_pid(node.pid(door))
    try:
        story.tell()
        wait_until(lambda: node.has_died(door), f"{door} of {code} at {at}", 30)
    finally:
        node.disarm(door)
    wait_until(lambda: node.is_up() and _working_pid(node.pid(door)) not in {None, before}, f"{door} up again")
    if door == "worker":
        assert ("worker", before, -9) in [tuple(one) for one in node.endings()]
    story.settle()
    assert _judge(story) == undisturbed


@pytest.mark.parametrize("kills", COMMANDS, ids=lambda kills: "-".join(f"{one}-{at}" for one, at in kills.items())[:60])
def test_a_command_killed_at_a_step(stand: Stand, evidence: Path, undisturbed: Shape, kills: dict[str, str]) -> None:
    story = Story(stand, f"command-{COMMANDS.index(kills)}", evidence, kills)
    story.tell(export="export" in kills)
    assert story.died == set(kills)
    assert _judge(story) == undisturbed


def test_every_announced_step_is_tried_at_every_moment() -> None:
    """A new ``steps.reached(...)`` without a kill of its own fails here."""
    tried = {at for _, _, at in SERVED} | {at for kills in COMMANDS for at in kills.values()}
    assert _announced() == {":".join(at.split(":")[:2]) for at in tried}


def test_the_enumeration_finds_what_is_announced() -> None:
    assert len(_announced()) >= 20


def _announced() -> set[str]:
    """``step:moment`` of every call of ``.reached(step, moment)`` in the product."""
    found = set()
    for place in Path(musnad.__path__[0]).rglob("*.py"):
        for node in ast.walk(ast.parse(place.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "reached":
                said = [ast.literal_eval(argument) for argument in node.args]  # a step's name is a literal
                found.add(":".join(said))
    return found


def _working_pid(pid: int | None) -> int | None:
    """The process that does the work: granian's child, or the process itself."""
    if pid is None:
        return None
    children = Path(f"/proc/{pid}/task/{pid}/children")
    try:
        found = children.read_text("ascii").split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return int(found[0]) if found else pid
