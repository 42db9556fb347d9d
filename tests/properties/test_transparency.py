"""Any bytes give a value or a ``MusnadError``; proofs hold for a tree of any size and for nothing else."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.times import instant
from musnad.core.transparency.checkpoint import Checkpoint, open_checkpoint, parse_checkpoint, sign_checkpoint
from musnad.core.transparency.cosignature import add_cosignatures, cosign, cosignatures_of
from musnad.core.transparency.errors import BadProof
from musnad.core.transparency.keys import LogSigningKey, WitnessSigningKey
from musnad.core.transparency.note import SignatureLine, parse_lines, parse_note, parse_verifier_key
from musnad.core.transparency.tiles import (
    Tile,
    build_tile,
    parse_bundle,
    parse_tile,
    parse_tile_path,
    tile_reader,
    write_bundle,
)
from musnad.core.transparency.tree import (
    MemoryTree,
    inclusion_proof,
    leaf_hash,
    root,
    verify_consistency,
    verify_inclusion,
)
from musnad.core.transparency.witness import Submission, judge_submission, parse_conflict, parse_submission

AT = instant(datetime(2026, 11, 23, 3, 0, 0, tzinfo=UTC))
LOG = LogSigningKey("musnad.example/VN", b"\1" * 32, b"\2" * 32)
WITNESS = WitnessSigningKey("witness.musnad.example/QA", b"\3" * 32, b"\4" * 32)
LOG_PUBLIC, WITNESS_PUBLIC = LOG.public, WITNESS.public
TREE = MemoryTree([leaf_hash(place.to_bytes(4, "big")) for place in range(3000)])
_signed = sign_checkpoint(Checkpoint(LOG.name, 300, TREE.root(300)), LOG, AT)
SIGNED = add_cosignatures(_signed, cosign(_signed, WITNESS, AT), WITNESS_PUBLIC)
SUBMISSION = Submission(257, TREE.consistency_proof(257, 300), SIGNED.raw).write()

some_bytes = st.binary(max_size=400)
hashes = st.binary(min_size=32, max_size=32)
sizes = st.integers(1, 3000)


def value_or_error(call: Callable[..., object], *args: object) -> None:
    with contextlib.suppress(MusnadError):
        call(*args)


def near(good: bytes) -> st.SearchStrategy[bytes]:
    """Bytes that differ from good ones by a cut and an insertion."""
    place = st.integers(0, len(good))
    return st.builds(lambda a, b, new: good[:a] + new + good[b:], place, place, some_bytes)


@given(some_bytes | near(SIGNED.raw))
def test_any_bytes_are_a_note_or_an_error(data: bytes) -> None:
    value_or_error(lambda: parse_note(data).write() == data or pytest.fail("another note"))
    value_or_error(parse_lines, data)
    value_or_error(open_checkpoint, data, LOG_PUBLIC)


@given(st.text(max_size=200))
def test_any_text_is_a_checkpoint_a_key_a_path_or_an_error(text: str) -> None:
    value_or_error(lambda: parse_checkpoint(text).text == text or pytest.fail("another text"))
    value_or_error(lambda: parse_verifier_key(text).write() == text or pytest.fail("another key"))
    value_or_error(lambda: parse_tile_path(text).path == text or pytest.fail("another path"))


@given(some_bytes | near(SUBMISSION), st.none() | st.integers(0, 400))
def test_any_bytes_are_a_submission_or_an_error(data: bytes, held: int | None) -> None:
    before = None if held is None else Checkpoint(LOG.name, held, TREE.root(held))
    value_or_error(lambda: parse_submission(data).write() == data or pytest.fail("another submission"))
    value_or_error(lambda: judge_submission(parse_submission(data), before, LOG_PUBLIC))
    value_or_error(parse_conflict, data)


@given(st.lists(st.tuples(st.booleans(), st.binary(max_size=80)), max_size=3))
def test_any_lines_of_a_witness_count_or_are_an_error(values: list[tuple[bool, bytes]]) -> None:
    keys = [WITNESS_PUBLIC.quantum if quantum else WITNESS_PUBLIC.classical for quantum, _ in values]
    lines = [SignatureLine(key.name, key.key_id, value) for key, (_, value) in zip(keys, values, strict=True)]
    value_or_error(lambda: cosignatures_of(add_cosignatures(SIGNED, lines, WITNESS_PUBLIC), [WITNESS_PUBLIC]))


@given(some_bytes, st.integers(-1, 300))
def test_any_bytes_are_a_tile_a_bundle_or_an_error(data: bytes, width: int) -> None:
    value_or_error(lambda: b"".join(parse_tile(data, width)) == data or pytest.fail("another tile"))
    value_or_error(lambda: write_bundle(parse_bundle(data, width)) == data or pytest.fail("another bundle"))


@given(hashes, st.integers(-2, 2**64), st.integers(-2, 2**64), st.lists(st.binary(max_size=33), max_size=70), hashes)
def test_any_proof_is_judged(leaf: bytes, one: int, other: int, proof: list[bytes], top: bytes) -> None:
    value_or_error(verify_inclusion, leaf, one, other, proof, top)
    value_or_error(verify_consistency, one, other, proof, leaf, top)


@given(sizes, st.data())
def test_proofs_hold_at_any_size_and_only_there(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    leaf, proof = TREE.read(0, index), TREE.inclusion_proof(index, size)
    verify_inclusion(leaf, index, size, proof, TREE.root(size))
    other = data.draw(st.integers(1, 3000))
    if other != size:
        with pytest.raises(BadProof):
            verify_inclusion(leaf, index, size, proof, TREE.root(other))
    old, new = sorted((size, other))
    verify_consistency(old, new, TREE.consistency_proof(old, new), TREE.root(old), TREE.root(new))
    if old != new:
        with pytest.raises(BadProof):
            verify_consistency(old, new, TREE.consistency_proof(old, new), TREE.root(new), TREE.root(old))


@given(sizes, st.data())
def test_a_proof_with_any_bit_changed_is_refused(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    proof = list(TREE.inclusion_proof(index, size))
    if not proof:
        return
    place, bit = data.draw(st.integers(0, len(proof) - 1)), data.draw(st.integers(0, 255))
    proof[place] = (int.from_bytes(proof[place], "big") ^ (1 << bit)).to_bytes(32, "big")
    with pytest.raises(BadProof):
        verify_inclusion(TREE.read(0, index), index, size, proof, TREE.root(size))


@settings(max_examples=30)
@given(sizes, st.data())
def test_tiles_of_any_size_give_the_same_tree(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))

    def fetch(tile: Tile) -> bytes:
        return build_tile(tile, size, TREE.read)

    read = tile_reader(size, fetch)
    assert root(size, read) == TREE.root(size)
    assert inclusion_proof(index, size, read) == TREE.inclusion_proof(index, size)
