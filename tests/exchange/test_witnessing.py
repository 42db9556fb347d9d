"""Heads: signed over what is durable, cosigned by the peer, never two that no proof joins; a fork is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from musnad.adapters.memory.journal import MemoryJournal, Outcome
from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.names import PartyCode
from musnad.core.messages.bodies import Request
from musnad.core.transparency.checkpoint import checkpoint, sign_checkpoint
from musnad.core.transparency.tree import inclusion_proof, leaf_hash, verify_inclusion
from musnad.core.transparency.witness import Submission
from musnad.exchange.errors import DiskFull, NotWitnessed, PeerGarbage, PeerRefused, PeerUnreachable, UnknownLog
from musnad.exchange.journal import SeenFork
from musnad.exchange.witnessing import (
    answer_submission,
    is_cosigned_by,
    peer_head_covering,
    peer_reader,
    seek_cosignatures,
    sign_head,
)
from tests.core.treaty.data import FULL, PRESERVE
from tests.world import Node, World

CONTACT = "contact-24-7"
VN, QA = PartyCode("VN"), PartyCode("QA")


@pytest.fixture
def world() -> World:
    return World()


def _grow(world: World) -> None:
    """One message and its receipt in both logs; no head yet."""
    fields = FULL[PRESERVE] | {"facts": f"What is known at {world.clock.now()}"}  # the same words would be said once
    world["VN"].say(CONTACT, [world["QA"].authority(CONTACT)], Request(fields), measure=PRESERVE)
    world["VN"].deliver()
    world.clock.advance(minutes=1)


def _is_witnessed(node: Node, peer: PartyCode) -> bool:
    directory, head = node.ports.directories.current(), node.journal.head()
    assert head is not None
    return is_cosigned_by(head, directory.party(node.code), directory.party(peer))


def test_an_empty_log_has_no_head(world: World) -> None:
    assert sign_head(world["VN"].ports) is None
    assert seek_cosignatures(world["VN"].ports) is None


def test_a_head_is_signed_once_for_each_size(world: World) -> None:
    _grow(world)
    vn = world["VN"]
    head = sign_head(vn.ports)
    world.clock.advance(hours=1)
    assert sign_head(vn.ports) == head
    _grow(world)
    newer = sign_head(vn.ports)
    assert head is not None
    assert newer is not None
    assert (head.size, newer.size) == (2, 4)


def test_a_growing_log_is_cosigned_again_and_again(world: World) -> None:
    vn, qa = world["VN"], world["QA"]
    for size in (2, 4, 6):
        _grow(world)
        seek_cosignatures(vn.ports)
        assert _is_witnessed(vn, QA)
        held = qa.journal.peer_head(VN)
        assert held is not None
        assert held.size == size


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("step", ["head.signed", "head.cosigned", "peer-head.cosigned"])
def test_a_kill_while_witnessing_is_made_good(world: World, step: str, moment: str) -> None:
    from musnad.adapters.memory.steps import Killed

    _grow(world)
    vn = world["VN"]
    (world["QA"] if step.startswith("peer") else vn).steps.kill_at(step, moment)  # type: ignore[arg-type]
    with pytest.raises(Killed):
        seek_cosignatures(vn.ports)
    for node in world.nodes.values():
        node.restart()
    seek_cosignatures(vn.ports)
    assert _is_witnessed(vn, QA)


@pytest.mark.parametrize("outcome", ["not-landed", "landed"])
def test_a_cosignature_is_answered_only_when_it_is_durable(world: World, outcome: Outcome) -> None:
    _grow(world)
    vn, qa = world["VN"], world["QA"]
    assert isinstance(qa.journal, MemoryJournal)
    qa.journal.fail_next_commit(DiskFull("journal"), outcome)
    with pytest.raises(PeerRefused):
        seek_cosignatures(vn.ports, [QA])
    assert (qa.journal.peer_head(VN) is None) == (outcome == "not-landed")
    seek_cosignatures(vn.ports, [QA])
    assert _is_witnessed(vn, QA)


def test_a_peer_that_is_down_leaves_the_head_for_later(world: World) -> None:
    _grow(world)
    vn = world["VN"]
    vn.faults.down.add(QA)
    assert seek_cosignatures(vn.ports) is not None
    assert not _is_witnessed(vn, QA)
    with pytest.raises(PeerUnreachable):
        seek_cosignatures(vn.ports, [QA])
    vn.faults.down.clear()
    seek_cosignatures(vn.ports)
    assert _is_witnessed(vn, QA)


def test_a_peer_that_answers_garbage_is_named_and_nothing_of_it_kept(world: World) -> None:
    _grow(world)
    vn = world["VN"]
    vn.faults.garbage.add(QA)
    with pytest.raises(MusnadError):
        seek_cosignatures(vn.ports, [QA])
    assert not _is_witnessed(vn, QA)


def test_a_peer_claims_a_size_past_the_log(world: World) -> None:
    _grow(world)
    vn = world["VN"]
    vn.ports.wire.submit_checkpoint = lambda party, submission: (409, b"99\n")  # type: ignore[method-assign]
    with pytest.raises(PeerGarbage):
        seek_cosignatures(vn.ports, [QA])


def test_another_root_of_a_size_is_refused_and_kept_as_proof(world: World) -> None:
    """VN's key signs two trees of one size: QA cosigns neither the second nor forgets it."""
    _grow(world)
    vn, qa = world["VN"], world["QA"]
    seek_cosignatures(vn.ports)
    held = qa.journal.peer_head(VN)
    other = sign_checkpoint(checkpoint(vn.keys.party.log.name, 2, b"x" * 32), vn.ports.keys.log, world.clock.now())
    answer = answer_submission(qa.ports, Submission(2, (), other.raw).write())
    assert (answer.status, answer.body) == (409, b"2\n")
    assert qa.journal.peer_head(VN) == held
    assert held is not None
    assert qa.journal.forks() == (SeenFork(VN, held.note, other.raw, 1, (), world.clock.now()),)


def test_a_log_that_forks_again_and_again_fills_no_disk(world: World) -> None:
    _grow(world)
    vn, qa = world["VN"], world["QA"]
    seek_cosignatures(vn.ports)
    notes = [
        sign_checkpoint(checkpoint(vn.keys.party.log.name, 2, root * 32), vn.ports.keys.log, world.clock.now()).raw
        for root in (b"x", b"y", b"z")
    ]
    for note in notes:
        assert answer_submission(qa.ports, Submission(2, (), note).write()).status == 409
    (fork,) = qa.journal.forks()
    assert (fork.shown, fork.times) == (notes[0], 3)


def _rewritten(world: World) -> bytes:
    vn = world["VN"]
    other = sign_checkpoint(checkpoint(vn.keys.party.log.name, 3, b"x" * 32), vn.ports.keys.log, world.clock.now())
    return Submission(2, (b"y" * 32,), other.raw).write()


def _signed_by_another(world: World) -> bytes:
    vn, qa = world["VN"], world["QA"]
    key = replace(qa.ports.keys.log, name=vn.keys.party.log.name)
    other = sign_checkpoint(checkpoint(key.name, 4, b"x" * 32), key, world.clock.now())
    return Submission(2, (b"y" * 32,), other.raw).write()


def _unknown_log(world: World) -> bytes:
    key = replace(world["VN"].ports.keys.log, name="musnad.example/XX")
    other = sign_checkpoint(checkpoint(key.name, 4, b"x" * 32), key, world.clock.now())
    return Submission(0, (), other.raw).write()


def _own_log(world: World) -> bytes:
    head = world["QA"].journal.head()
    return Submission(0, (), head.note if head else b"").write()


def _garbage(world: World) -> bytes:
    return b"old x\n\n\xff"


@pytest.mark.parametrize("attack", [_rewritten, _signed_by_another, _unknown_log, _own_log, _garbage])
def test_refuses_to_cosign(world: World, attack: Callable[[World], bytes]) -> None:
    _grow(world)
    seek_cosignatures(world["VN"].ports)
    sign_head(world["QA"].ports)
    held = world["QA"].journal.peer_head(VN)
    with pytest.raises(MusnadError) as found:
        answer_submission(world["QA"].ports, attack(world))
    if attack in {_unknown_log, _own_log}:
        assert isinstance(found.value, UnknownLog)
    assert world["QA"].journal.peer_head(VN) == held


def test_a_peers_log_is_proven_from_its_tiles(world: World) -> None:
    for _ in range(2):
        _grow(world)
    vn, qa = world["VN"], world["QA"]
    seek_cosignatures(qa.ports)
    head = peer_head_covering(vn.ports, QA, 3)
    peer = vn.ports.directories.current().party(QA)
    read = peer_reader(vn.ports, peer, head.size)
    blind = qa.journal.leaf_entries(0, head.size)
    for index in range(head.size):
        proof = inclusion_proof(index, head.size, read)
        verify_inclusion(leaf_hash(blind[index]), index, head.size, proof, head.root)
    with pytest.raises(NotWitnessed):
        peer_head_covering(vn.ports, QA, head.size)
    with pytest.raises(NotWitnessed):
        peer_head_covering(qa.ports, VN, 0)
