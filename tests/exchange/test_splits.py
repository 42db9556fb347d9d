"""A log with two faces: seen by whoever compares heads, proven to everybody, told to the accused as well."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from musnad.adapters.memory.journal import MemoryJournal
from musnad.adapters.memory.wire import MemoryWire
from musnad.core.dossier.split_file import judge_split_file
from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.names import Digest, PartyCode, Slug, digest_of
from musnad.core.messages.bodies import Request
from musnad.core.transparency.checkpoint import checkpoint, open_checkpoint, sign_checkpoint
from musnad.core.transparency.errors import NotASplit
from musnad.core.transparency.split import parse_document
from musnad.core.transparency.tree import consistency_proof
from musnad.core.transparency.witness import Submission
from musnad.exchange.audit import read_notes
from musnad.exchange.errors import PeerGarbage, UnknownSplit
from musnad.exchange.reading.state_of_house import show_house
from musnad.exchange.splits import (
    export_split,
    hear_of_split,
    known_splits,
    look_at_head,
    tell_splits,
    watch_logs,
)
from musnad.exchange.witnessing import answer_submission, seek_cosignatures, sign_head
from tests.core.treaty.data import FULL, PRESERVE
from tests.directory_fixture import make_party, make_world
from tests.world import Node, World

CONTACT = "contact-24-7"
VN, QA, EG = PartyCode("VN"), PartyCode("QA"), PartyCode("EG")


@pytest.fixture
def world() -> World:
    return World(published=make_world(parties={code: make_party(code) for code in ("VN", "QA", "EG")}))


def _ask(world: World, author: Node, to: str, facts: str) -> None:
    fields = FULL[PRESERVE] | {"facts": facts}
    author.say(CONTACT, [world[to].authority(CONTACT)], Request(fields), measure=PRESERVE)
    author.deliver()
    world.clock.advance(minutes=1)


def _two_faces(world: World, shown_to_qa: int, shown_to_eg: int) -> Node:
    """VN shows one log to QA and another to EG, of so many messages each; the face that EG sees."""
    honest = world["VN"]
    shadow = world.new_node("VN", MemoryJournal())
    shadow.ports = replace(shadow.ports, entropy=lambda octets: random.Random(7).randbytes(octets))
    eg = world["EG"]
    faces = {VN: shadow.ports}
    eg.ports = replace(eg.ports, wire=MemoryWire(lambda party: faces.get(party) or world.nodes[party].ports, eg.faults))
    for number in range(shown_to_qa):
        _ask(world, honest, "QA", f"To QA {number}.")
    for number in range(shown_to_eg):
        _ask(world, shadow, "EG", f"To EG {number}.")
    seek_cosignatures(honest.ports, [QA])
    seek_cosignatures(shadow.ports, [EG])
    return shadow


def _parties(node: Node) -> list[str]:
    return [one.party for one in node.journal.forks()]


@pytest.mark.parametrize(("to_qa", "to_eg"), [(1, 1), (2, 2), (3, 1), (1, 3), (4, 2), (2, 4), (5, 3)])
def test_two_faces_are_seen_and_told_to_all_with_the_proof(world: World, to_qa: int, to_eg: int) -> None:
    _two_faces(world, to_qa, to_eg)
    assert [_parties(world[code]) for code in ("VN", "QA", "EG")] == [[], [], []]
    for code in ("QA", "EG", "QA"):  # who is told tells the others: EG reaches VN's other face alone
        watch_logs(world[code].ports)
        tell_splits(world[code].ports, set())
    for code in ("VN", "QA", "EG"):
        node = world[code]
        assert _parties(node) == ["VN"]
        (known,) = known_splits(node.ports)
        assert known.own == (code == "VN")
        roots = {one.checkpoint.root for one in (known.split.older, known.split.newer)}
        assert len(roots) == 2
        log = world["VN"].ports.keys.log.public
        assert {open_checkpoint(one, log).checkpoint.root for one in known.document.heads} == roots
        acts = [one.record.act for one in read_notes(node.ports, 10)]
        assert acts.count(Slug("log-split")) == 1, "a record of the house"
        (row,) = show_house(node.ports).log.splits
        assert (row.own, row.party.code) == (code == "VN", "VN")
        assert parse_document(row.proof).prove(log).path == known.split.path


def test_the_file_proves_it_to_anybody_offline(world: World) -> None:
    _two_faces(world, 3, 2)
    for code in ("QA", "EG"):
        watch_logs(world[code].ports)
    anchor = digest_of(world.published.anchor)
    (holder,) = [world[code] for code in ("QA", "EG") if world[code].journal.forks()][:1]
    data = export_split(holder.ports, VN)
    found = judge_split_file(data, anchor)
    assert (found.party, found.anchor) == ("VN", anchor)
    assert judge_split_file(data, None).root
    with pytest.raises(MusnadError):
        judge_split_file(data, Digest("0" * 64))
    with pytest.raises(MusnadError):
        judge_split_file(data.replace(b'"party":"VN"', b'"party":"QA"'), anchor)
    with pytest.raises(UnknownSplit):
        export_split(holder.ports, QA)


def test_a_node_that_was_set_back_sees_that_its_own_log_has_split(world: World) -> None:
    """Restored from an old backup, it signed another tree over places that a witness had cosigned."""
    vn = world["VN"]
    _ask(world, vn, "QA", "Before the backup.")
    assert isinstance(vn.journal, MemoryJournal)
    backup = vn.journal._state.copied()
    _ask(world, vn, "QA", "Lost with the disk.")
    seek_cosignatures(vn.ports, [QA])
    vn.journal._state = backup
    for number in range(2):
        _ask(world, vn, "EG", f"After the restore {number}.")
    sign_head(vn.ports)
    watch_logs(vn.ports)
    assert [one.own for one in known_splits(vn.ports)] == [True]
    assert show_house(vn.ports).log.splits[0].own
    tell_splits(vn.ports, set())
    assert [_parties(world[code]) for code in ("QA", "EG")] == [["VN"], ["VN"]]


def test_a_witness_keeps_the_split_that_a_submission_proves(world: World) -> None:
    """A proof that opens the forked tree, from a size that is no power of two."""
    vn, qa = world["VN"], world["QA"]
    shadow = _two_faces(world, 3, 4)
    held = qa.journal.peer_head(VN)
    assert held is not None
    assert held.size == 6
    head = sign_head(shadow.ports)
    assert head is not None
    proof = consistency_proof(6, head.size, shadow.journal.tree_node)
    with pytest.raises(MusnadError) as found:
        answer_submission(qa.ports, Submission(6, proof, head.note).write())
    assert found.value.code == "log.proof-invalid"
    assert _parties(qa) == ["VN"]
    assert qa.journal.peer_head(VN) == held, "and never cosigns it"
    tell_splits(qa.ports, set())
    assert _parties(vn) == ["VN"]


def test_a_false_proof_accuses_nobody(world: World) -> None:
    vn, qa = world["VN"], world["QA"]
    for number in range(3):
        _ask(world, vn, "QA", f"Number {number}.")
        seek_cosignatures(vn.ports, [QA]) if number == 1 else None
    head = sign_head(vn.ports)
    assert head is not None
    with pytest.raises(MusnadError):
        answer_submission(qa.ports, Submission(4, (b"x" * 32,), head.note).write())
    assert _parties(qa) == []


def test_is_told_once_and_again_only_to_who_was_down(world: World) -> None:
    _two_faces(world, 2, 2)
    qa = world["QA"]
    watch_logs(qa.ports)
    qa.faults.down.add(EG)
    told: set[tuple[PartyCode, Digest]] = set()
    tell_splits(qa.ports, told)
    assert [_parties(world[code]) for code in ("VN", "EG")] == [["VN"], []]
    qa.faults.down.clear()
    qa.faults.down.add(VN)  # who was told is not asked for again
    tell_splits(qa.ports, told)
    assert _parties(world["EG"]) == ["VN"]
    assert {party for party, _ in told} == {"VN", "EG"}


def test_hearing_of_it_again_changes_nothing(world: World) -> None:
    _two_faces(world, 2, 2)
    watch_logs(world["QA"].ports)
    (known,) = known_splits(world["QA"].ports)
    assert hear_of_split(world["EG"].ports, known.document.write())
    before = world["EG"].journal.forks()
    assert not hear_of_split(world["EG"].ports, known.document.write())
    assert world["EG"].journal.forks() == before


def test_an_accusation_that_proves_nothing_is_refused_and_not_kept(world: World) -> None:
    vn, qa = world["VN"], world["QA"]
    _ask(world, vn, "QA", "One.")
    first = sign_head(vn.ports)
    _ask(world, vn, "QA", "Two.")
    second = sign_head(vn.ports)
    assert first is not None
    assert second is not None
    from musnad.core.transparency.split import SplitDocument

    key = replace(world["EG"].ports.keys.log, name=vn.keys.party.log.name)
    forged = sign_checkpoint(checkpoint(key.name, 2, b"x" * 32), key, world.clock.now())
    for heads, path in (
        ((first.note, second.note), ()),
        ((first.note, second.note), (first.root, b"x" * 32)),
        ((first.note, first.note), ()),
        ((first.note, forged.raw), ()),
    ):
        with pytest.raises(MusnadError):
            hear_of_split(qa.ports, SplitDocument(VN, heads, path).write())
    with pytest.raises(MusnadError):
        hear_of_split(qa.ports, b"garbage")
    assert _parties(qa) == []


def test_tiles_that_do_not_make_the_signed_tree_are_garbage_and_no_proof(world: World) -> None:
    vn, qa = world["VN"], world["QA"]
    _ask(world, vn, "QA", "One.")
    seek_cosignatures(vn.ports, [QA])
    _ask(world, vn, "QA", "Two.")
    head = sign_head(vn.ports)
    assert head is not None
    false = sign_checkpoint(checkpoint(vn.keys.party.log.name, 4, b"x" * 32), vn.ports.keys.log, world.clock.now())
    with pytest.raises(PeerGarbage):
        look_at_head(qa.ports, VN, false.raw)
    assert _parties(qa) == []
    assert look_at_head(qa.ports, VN, head.note) is None


@pytest.mark.parametrize("seed", range(12))
def test_honest_logs_are_never_said_to_have_split(world: World, seed: int) -> None:
    """Three nodes that speak, sign, cosign, watch, fall silent and come back, in any order."""
    chance = random.Random(seed)
    codes = ("VN", "QA", "EG")
    for number in range(25):
        node = world[chance.choice(codes)]
        others = [one for one in codes if one != node.code]
        match chance.randrange(6):
            case 0 | 1:
                _ask(world, node, chance.choice(others), f"Number {number}.")
            case 2:
                sign_head(node.ports)
            case 3:
                seek_cosignatures(node.ports)
            case 4:
                watch_logs(node.ports)
                tell_splits(node.ports, set())
            case _:
                down = PartyCode(chance.choice(others))
                node.faults.down ^= {down}
    for code in codes:
        world[code].faults.down.clear()
        watch_logs(world[code].ports)
    assert [_parties(world[code]) for code in codes] == [[], [], []]


def test_a_forged_head_by_nobody_is_no_matter(world: World) -> None:
    vn, qa = world["VN"], world["QA"]
    _ask(world, vn, "QA", "One.")
    seek_cosignatures(vn.ports, [QA])
    with pytest.raises(MusnadError):
        look_at_head(qa.ports, VN, b"garbage")
    assert NotASplit.code == "log.not-a-split"
    assert _parties(qa) == []
