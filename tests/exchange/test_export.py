"""Exporting a case from a node whose peer is hostile: what it says must not stop the export, nor spoil the dossier."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from musnad.adapters.memory.reference import MemoryDirectories
from musnad.adapters.vault.memory import MemorySource
from musnad.core.crypto.dsse import Dsse, sign
from musnad.core.directory.errors import RetiredKey
from musnad.core.dossier.errors import ExportIncomplete
from musnad.core.dossier.judge import Verdict
from musnad.core.envelope.envelope import close_envelope
from musnad.core.kernel.names import AuthorityId, CaseRef, Digest, MessageId, Slug, digest_of, party_of
from musnad.core.kernel.times import parse_instant
from musnad.core.messages import bodies
from musnad.core.messages.message import MESSAGE_TYPE, Approval, Message, write_message
from musnad.core.messages.receipt import Place
from musnad.core.sealing.manifest import PAYLOAD_TYPE as MANIFEST_TYPE
from musnad.core.sealing.manifest import Tool, write_manifest
from musnad.core.treaty.errors import UnknownTreaty
from musnad.exchange.admission import admit_envelope, admit_own
from musnad.exchange.evidence.sealing import SealingOrder
from musnad.exchange.exhibits import (
    ManifestDiffers,
    fetch,
    kept_exhibit,
    read_kept_manifest,
    seal_into_vault,
    wrap_for,
)
from musnad.exchange.export import Exported, export_case
from musnad.exchange.periods import confirmation
from musnad.exchange.witnessing import seek_cosignatures
from tests.core.treaty.data import ACCESS, FULL
from tests.directory_fixture import make_set, make_world
from tests.dossier_fixture import judge
from tests.scenarios.demo_case import CENTRAL, CONTACT, EVIDENCE, DemoCase
from tests.world import BASIS, Node, World

NOBODYS = MessageId(digest_of(b"nobody ever said this"))
GIVE_UP = 30


class GaveUp(Exception):
    """The export waits for what never comes."""


def begun(steps: int = 4, world: World | None = None) -> tuple[World, DemoCase]:
    """The demo's case up to a step."""
    world = world or World()
    demo = DemoCase(world)
    for _, act, _done in demo.script()[:steps]:
        act()
        world.settle()
    return world, demo


def said_by(world: World, author: str, body: bodies.Body, case: CaseRef, **members: object) -> Message:
    """What a hostile node signs without asking its own software: its central authority to the other's contact."""
    peer = "VN" if author == "QA" else "QA"
    told: dict[str, object] = {
        "version": "musnad/1",
        "exercise": True,
        "language": "en",
        "author": world[author].authority(CONTACT),
        "to": (world[peer].authority(CONTACT),),
        "at": world.clock.now(),
        "body": body,
        "case": case,
        "previous": (MessageId(case),),
        **members,
    }
    return Message(**told)  # type: ignore[arg-type]


def hand_over(
    world: World,
    author: str,
    payload: bytes,
    to: tuple[AuthorityId, ...],
    *,
    place: Callable[[Place], Place] = lambda true: true,
    approver: str | None = None,
    office: str = CONTACT,
) -> Dsse:
    """Sign, log in the author's own node, and give it to each recipient's node with a place of his choice."""
    node = world[author]
    keys = [node.keys.signing[office], *([node.officer(approver).key] if approver else [])]
    dsse = sign(payload, MESSAGE_TYPE, keys)
    directory, now = node.ports.directories.current(), world.clock.now()
    envelope = close_envelope(dsse.write(), {one: directory.wrapping_key(one, now) for one in to}, os.urandom)
    own = admit_own(node.ports, dsse).place
    for party in {party_of(one) for one in to}:
        admit_envelope(world.nodes[party].ports, envelope.write(), place(own))
    return dsse


def export(world: World, demo: DemoCase, folder: Path, party: str = "VN") -> tuple[Exported, Verdict]:
    node, sink, waited = world[party], folder / "dossier.zip", [0]

    def pause() -> None:
        waited[0] += 1
        if waited[0] > GIVE_UP:
            raise GaveUp
        world.clock.advance(seconds=1)
        for other in world.nodes.values():
            seek_cosignatures(other.ports)

    exported = export_case(
        node.ports, demo.case, node.authority(CONTACT), (node.officer(CONTACT),), sink, with_content=False, pause=pause
    )
    assert [path.name for path in folder.iterdir()] == ["dossier.zip"]
    assert stat.S_IMODE(sink.stat().st_mode) == 0o600
    return exported, judge(sink, digest_of(world.published.anchor))


def newer_set(world: World, version: int) -> dict[str, bytes]:
    """The same directory, published again."""
    made = world.published
    keys = {code: one.role for code, one in made.parties.items()}
    targets = {f"parties/{code}/party.json": one.party_json for code, one in made.parties.items()}
    files = make_set(keys, made.roles, targets, made.holders, made.online, version=version)
    return {"1.root.json": made.anchor, **files}


def install(node: Node, files: dict[str, bytes]) -> None:
    directories = node.ports.directories
    assert isinstance(directories, MemoryDirectories)
    directories.files = files
    directories.current()


def question(world: World, demo: DemoCase, text: str = "x", **members: object) -> Message:
    return said_by(world, "QA", bodies.Question(text), demo.case, answers=MessageId(demo.case), **members)


@pytest.mark.parametrize("party", ["VN", "QA"])
def test_an_open_case_is_exported_by_either_side(tmp_path: Path, party: str) -> None:
    world, demo = begun()
    exported, verdict = export(world, demo, tmp_path, party)
    assert verdict.proven
    assert (exported.left_out, exported.unfetched, verdict.unshown) == ((), (), 0)


def test_a_message_that_follows_nothing(tmp_path: Path) -> None:
    world, demo = begun()
    message = question(world, demo, previous=(NOBODYS,))
    one = hand_over(world, "QA", write_message(message), message.to)
    world.settle()
    _, verdict = export(world, demo, tmp_path)
    assert verdict.proven
    assert verdict.facts is not None
    assert [(told.id, told.why, told.missing) for told in verdict.facts.aside] == [(one.id, "waiting", (NOBODYS,))]


def test_a_message_that_is_not_understood(tmp_path: Path) -> None:
    world, demo = begun()
    message = question(world, demo)
    payload = json.dumps({**json.loads(write_message(message)), "kind": "rumour"}).encode()
    dsse = sign(payload, MESSAGE_TYPE, [world["QA"].keys.signing[CONTACT]])
    directory, now = world["QA"].ports.directories.current(), world.clock.now()
    keys = {one: directory.wrapping_key(one, now) for one in message.to}
    admit_envelope(
        world["VN"].ports, close_envelope(dsse.write(), keys, os.urandom).write(), Place(0, Digest("ab" * 32))
    )
    _, verdict = export(world, demo, tmp_path)
    assert verdict.proven
    assert verdict.facts is not None
    assert [(told.id, told.why) for told in verdict.facts.aside] == [(dsse.id, "not-understood")]


@pytest.mark.parametrize("index", [0, 2**40])
def test_a_place_in_its_own_log_that_is_not_true(tmp_path: Path, index: int) -> None:
    world, demo = begun()
    message = question(world, demo)
    hand_over(world, "QA", write_message(message), message.to, place=lambda _: Place(index, Digest("ab" * 32)))
    _, verdict = export(world, demo, tmp_path)
    assert verdict.proven
    assert verdict.unshown == 1


def test_a_word_of_a_party_that_is_not_in_the_case(tmp_path: Path) -> None:
    """Left out, said, and built on by nobody: the other side, which never got it, goes on with the case."""
    world, demo = begun(world=World(published=make_world(("VN", "QA", "SA"))))
    message = said_by(world, "SA", bodies.Question("hi"), demo.case, to=(world["VN"].authority(CONTACT),))
    message = replace(message, answers=MessageId(demo.case))
    one = hand_over(world, "SA", write_message(message), message.to)
    vn, qa = world["VN"], world["QA"]
    vn.say(CONTACT, [qa.authority(CONTACT)], bodies.Closing(vn.state(demo.case).heads), case=demo.case)
    world.settle()
    assert not qa.state(demo.case).waiting
    exported, verdict = export(world, demo, tmp_path)
    assert verdict.proven
    assert exported.left_out == (one.id,)


def test_a_request_under_treaty_data_that_nobody_has(tmp_path: Path) -> None:
    world, demo = begun()
    officer = world["QA"].keys.officer(CONTACT)
    message = said_by(
        world,
        "QA",
        bodies.Request(dict(FULL[ACCESS])),
        demo.case,
        measure=Slug(ACCESS),
        legal_basis=BASIS,
        treaty=NOBODYS,
        approvals=(Approval(officer, "send"),),
    )
    one = hand_over(world, "QA", write_message(message), message.to, approver=CONTACT)
    with pytest.raises(UnknownTreaty):
        confirmation(world["VN"].ports, demo.case, MessageId(one.id), None)
    _, verdict = export(world, demo, tmp_path)
    assert verdict.proven
    assert verdict.facts is not None
    assert [(told.id, told.treaty) for told in verdict.facts.unjudged] == [(one.id, NOBODYS)]


def test_a_receipt_under_a_set_that_this_node_never_fetched(tmp_path: Path) -> None:
    """The other side refreshed in between: asked when its receipt comes, it serves the set; the dossier holds it."""
    world, demo = begun(2)
    vn, qa = world["VN"], world["QA"]
    first, second, third = (newer_set(world, version) for version in (1, 2, 3))
    install(qa, second)
    qa_sees = qa.ports.directories.current().ref.snapshot
    assert not vn.ports.directories.holds(qa_sees)
    vn.say(CONTACT, [qa.authority(CONTACT)], bodies.Withdrawal("done"), case=demo.case, answers=MessageId(demo.case))
    world.settle()
    assert vn.ports.directories.holds(qa_sees)
    assert vn.journal.waiting() == ()
    install(vn, third)
    install(qa, third)
    assert first["1.root.json"] == third["1.root.json"]
    _, verdict = export(world, demo, tmp_path)
    assert verdict.proven


@pytest.mark.parametrize("what", ["another mode", "a key not valid then", "a second signature"])
def test_an_exhibit_under_a_manifest_that_no_judge_would_take(tmp_path: Path, what: str) -> None:
    """The receiver refuses it before it fetches; the offer alone is in the dossier, and says so."""
    world, demo = begun(8)
    vn, qa = world["VN"], world["QA"]
    central = qa.authority(CENTRAL)
    order = SealingOrder(central, Tool("musnad", "test"), "a mailbox", exercise=what != "another mode")
    sealed = seal_into_vault(qa.ports, MemorySource(EVIDENCE), order)
    kept = kept_exhibit(qa.ports, sealed.seal)
    keys = [qa.keys.signing[CENTRAL]]
    manifest = read_kept_manifest(kept)
    if what == "a key not valid then":
        manifest = replace(manifest, sealed_at=parse_instant("1999-01-01T00:00:00Z"))
    if what == "a second signature":
        keys.append(qa.keys.signing[CONTACT])
    with qa.journal.begin() as transaction:
        resigned = sign(write_manifest(manifest), MANIFEST_TYPE, keys)
        transaction.put_exhibit(replace(kept, manifest=resigned.write()))
    wraps = wrap_for(qa.ports, sealed.seal, (vn.authority(CENTRAL),))
    [request] = [one.id for one in qa.state(demo.case).requests.values() if one.measure == ACCESS]
    offer = bodies.Offer("the image")
    qa.say(CENTRAL, [vn.authority(CENTRAL)], offer, case=demo.case, answers=request, exhibits=(wraps,))
    world.settle()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vn.ports.wire, "manifest", lambda *_: resigned.write())
        with pytest.raises((ManifestDiffers, RetiredKey)):
            fetch(vn.ports, demo.case, sealed.seal)
    exported, verdict = export(world, demo, tmp_path)
    assert verdict.proven
    assert exported.unfetched == (sealed.seal,)


def test_more_heads_than_a_message_may_name(tmp_path: Path) -> None:
    world, demo = begun()
    for number in range(66):
        message = question(world, demo, str(number))
        hand_over(world, "QA", write_message(message), message.to)
    _, verdict = export(world, demo, tmp_path)
    assert verdict.proven
    assert verdict.facts is not None
    assert len(verdict.facts.state.heads) > 64


def test_a_receipt_that_lies_is_said_and_nothing_is_written(tmp_path: Path) -> None:
    """The journal is damaged in a way that only the finished file shows: no file, no leftover, the defect's name."""
    world, demo = begun()
    entries = world["VN"].journal.entries
    lost = next(entry for entry in entries() if entry.kind == "receipt" and not entry.own)
    journal = world["VN"].journal
    kept = tuple(entry for entry in journal.case_entries(demo.case) if entry.id != lost.id)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(journal), "case_entries", lambda _self, _case: kept)
        with pytest.raises(ExportIncomplete) as caught:
            export(world, demo, tmp_path)
    assert caught.value.defect == "dossier.receipt-missing"
    assert list(tmp_path.iterdir()) == []
