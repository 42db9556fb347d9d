"""Our log, judged by code that nobody here wrote.

``aics-tlog`` (RFC 9162 verification, signed notes, checkpoints, Ed25519 cosignatures, tiles), ``pymerkle`` (RFC 6962
trees). Neither knows ML-DSA-44 lines: those are verified over a ``cosigned_message`` written here again from the
specification.
"""

from __future__ import annotations

import struct
from datetime import UTC, datetime

import pytest
from aics_tlog.checkpoint import WitnessPolicy, verify_checkpoint
from aics_tlog.checkpoint import parse_checkpoint as foreign_parse_checkpoint
from aics_tlog.hashing import leaf_hash as foreign_leaf_hash
from aics_tlog.note import VKey, format_vkey, parse_vkey
from aics_tlog.note import parse_note as foreign_parse_note
from aics_tlog.tiles import (
    MemoryTileReader,
    consistency_proof_from_tiles,
    inclusion_proof_from_tiles,
    materialise_tiles,
    parse_entry_bundle,
    parse_entry_bundle_path,
    parse_tile_path,
)
from aics_tlog.tree import MerkleTree
from aics_tlog.tree import verify_consistency as foreign_verify_consistency
from aics_tlog.tree import verify_inclusion as foreign_verify_inclusion
from aics_tlog.verified import audit_tiles
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey
from pymerkle import InmemoryTree
from pymerkle.core import _inclusion_path_layout
from pymerkle.proof import InclusionProof, InvalidProof
from pymerkle.proof import verify_consistency as pymerkle_verify_consistency
from pymerkle.proof import verify_inclusion as pymerkle_verify_inclusion

from musnad.core.kernel.names import MessageId, digest_of
from musnad.core.kernel.times import instant
from musnad.core.transparency.checkpoint import Checkpoint, sign_checkpoint
from musnad.core.transparency.cosignature import add_cosignatures, cosign
from musnad.core.transparency.entry import blind_entry
from musnad.core.transparency.keys import LogSigningKey, WitnessSigningKey
from musnad.core.transparency.tiles import Tile, build_tile, tile_reader, tiles_of, width_at, write_bundle
from musnad.core.transparency.tree import MemoryTree, inclusion_proof, leaf_hash, verify_consistency, verify_inclusion

pytestmark = pytest.mark.foreign

SIZE = 300
ENTRIES = [blind_entry(bytes([n % 256]) * 32, MessageId(digest_of(b"message %d" % n))) for n in range(SIZE)]
LEAVES = [leaf_hash(entry) for entry in ENTRIES]
TREE = MemoryTree(LEAVES)
AT = instant(datetime(2026, 11, 23, 3, 0, 0, tzinfo=UTC))
SEEN = instant(datetime(2026, 11, 23, 3, 0, 7, tzinfo=UTC))
LOG = LogSigningKey("musnad.example/VN", b"\1" * 32, b"\2" * 32)
WITNESS = WitnessSigningKey("witness.musnad.example/QA", b"\3" * 32, b"\4" * 32)
SIGNED = sign_checkpoint(Checkpoint(LOG.name, SIZE, TREE.root()), LOG, AT)
COSIGNED = add_cosignatures(SIGNED, cosign(SIGNED, WITNESS, SEEN), WITNESS.public)
PAIRS = [(0, 1), (0, 300), (1, 2), (3, 7), (4, 7), (6, 8), (8, 13), (127, 128), (128, 300), (255, 257), (299, 300)]


# --- the tree ---


def test_aics_tlog_has_our_leaf_hashes_and_roots() -> None:
    foreign = MerkleTree(ENTRIES)
    assert [foreign_leaf_hash(entry) for entry in ENTRIES] == LEAVES
    assert [foreign.root(size) for size in range(SIZE + 1)] == [TREE.root(size) for size in range(SIZE + 1)]


def test_pymerkle_has_our_roots() -> None:
    foreign = InmemoryTree.init_from_entries(ENTRIES)
    assert [foreign.get_root(size) for size in range(1, SIZE + 1)] == [TREE.root(n) for n in range(1, SIZE + 1)]


@pytest.mark.parametrize("size", [1, 2, 7, 64, 257, 300])
def test_aics_tlog_accepts_every_inclusion_proof_and_no_forged_one(size: int) -> None:
    root = TREE.root(size)
    for index in range(size):
        proof = TREE.inclusion_proof(index, size)
        assert foreign_verify_inclusion(LEAVES[index], index, size, proof, root)
        assert not foreign_verify_inclusion(LEAVES[index - 1] if size > 1 else b"x" * 32, index, size, proof, root)
        assert not foreign_verify_inclusion(LEAVES[index], index, size, [*proof, b"\0" * 32], root)


@pytest.mark.parametrize("size", [2, 7, 64, 257])
def test_pymerkle_accepts_our_inclusion_proofs_and_refuses_a_forged_one(size: int) -> None:
    root = TREE.root(size)
    for index in range(size):
        rule, _ = _inclusion_path_layout(index + 1, size)
        path = [LEAVES[index], *TREE.inclusion_proof(index, size)]
        proof = InclusionProof("sha256", True, size, index + 1, rule, path)
        pymerkle_verify_inclusion(LEAVES[index], root, proof, index=index + 1, size=size)
        forged = InclusionProof("sha256", True, size, index + 1, rule, [*path[:-1], b"\0" * 32])
        with pytest.raises(InvalidProof):
            pymerkle_verify_inclusion(LEAVES[index], root, forged)


@pytest.mark.parametrize(("old", "new"), PAIRS)
def test_aics_tlog_accepts_our_consistency_proofs_and_no_forged_one(old: int, new: int) -> None:
    proof = TREE.consistency_proof(old, new)
    assert foreign_verify_consistency(old, new, TREE.root(old), TREE.root(new), proof)
    if old:
        assert not foreign_verify_consistency(old, new, TREE.root(old), TREE.root(new - 1), proof)
    for place in range(len(proof)):
        forged = [*proof[:place], b"\0" * 32, *proof[place + 1 :]]
        assert not foreign_verify_consistency(old, new, TREE.root(old), TREE.root(new), forged)


def test_pymerkle_proves_our_roots_consistent() -> None:
    foreign = InmemoryTree.init_from_entries(ENTRIES)
    for old, new in PAIRS:
        if old:
            pymerkle_verify_consistency(TREE.root(old), TREE.root(new), foreign.prove_consistency(old, new))


def test_we_accept_the_proofs_of_aics_tlog() -> None:
    foreign = MerkleTree(ENTRIES)
    for size in (1, 2, 7, 64, 257, 300):
        for index in range(size):
            verify_inclusion(LEAVES[index], index, size, foreign.inclusion_proof(index, size), foreign.root(size))
    for old, new in PAIRS:
        verify_consistency(old, new, foreign.consistency_proof(old, new), foreign.root(old), foreign.root(new))


# --- notes and checkpoints ---


def test_aics_tlog_reads_our_verifier_keys() -> None:
    for key in (LOG.public.classical, LOG.public.quantum, WITNESS.public.classical, WITNESS.public.quantum):
        read = parse_vkey(key.write())
        assert (read.name, read.key_id, read.key_type, read.public_key) == (key.name, key.key_id, key.kind, key.public)
        assert format_vkey(read) == key.write()


def test_aics_tlog_reads_our_note_and_writes_it_back() -> None:
    note = foreign_parse_note(COSIGNED.raw)
    assert note.to_bytes() == COSIGNED.raw
    assert [(line.name, line.key_id, line.signature) for line in note.signatures] == [
        (line.name, line.key_id, line.value) for line in COSIGNED.note.signatures
    ]
    read = foreign_parse_checkpoint(note.text)
    assert (read.origin, read.size, read.root) == (LOG.name, SIZE, TREE.root())


def log_vkey() -> VKey:
    return parse_vkey(LOG.public.classical.write())


def test_aics_tlog_verifies_our_checkpoint_and_its_cosignature_under_a_quorum() -> None:
    policy = WitnessPolicy(quorum=1, witnesses=(parse_vkey(WITNESS.public.classical.write()),))
    result = verify_checkpoint(
        foreign_parse_note(COSIGNED.raw), log_vkey(), policy=policy, expected_origin=LOG.name, now=int(SEEN.timestamp())
    )
    assert result.ok, result.error
    assert result.cosignature_count == 1
    assert result.timestamps == {WITNESS.name: int(SEEN.timestamp())}


def test_aics_tlog_refuses_our_checkpoint_altered_or_without_its_witness() -> None:
    policy = WitnessPolicy(quorum=1, witnesses=(parse_vkey(WITNESS.public.classical.write()),))
    altered = foreign_parse_note(COSIGNED.raw.replace(b"\n300\n", b"\n301\n"))
    assert not verify_checkpoint(altered, log_vkey()).ok
    assert not verify_checkpoint(foreign_parse_note(SIGNED.raw), log_vkey(), policy=policy).ok


@pytest.mark.parametrize("place", [1, 3])
def test_the_ml_dsa_44_lines_verify_over_the_message_as_the_specification_lays_it_out(place: int) -> None:
    line = COSIGNED.note.signatures[place]
    key = (LOG if place == 1 else WITNESS).public
    seconds = struct.unpack(">Q", line.value[:8])[0]
    name, origin = key.name.encode(), LOG.name.encode()
    message = struct.pack(
        f">12sB{len(name)}sQB{len(origin)}sQQ32s",
        b"subtree/v1\n\0",
        len(name),
        name,
        seconds,
        len(origin),
        origin,
        0,
        SIZE,
        TREE.root(),
    )
    assert seconds == int((AT if place == 1 else SEEN).timestamp())
    MLDSA44PublicKey.from_public_bytes(key.ml_dsa_44).verify(line.value[8:], message)


def test_the_ed25519_lines_verify_over_the_texts_of_the_specification() -> None:
    text = COSIGNED.note.text.encode()
    log, _, witness, _ = COSIGNED.note.signatures
    Ed25519PublicKey.from_public_bytes(LOG.public.ed25519).verify(log.value, text)
    seen = b"cosignature/v1\ntime %d\n" % int(SEEN.timestamp())
    Ed25519PublicKey.from_public_bytes(WITNESS.public.ed25519).verify(witness.value[8:], seen + text)


# --- tiles ---


def our_files(size: int) -> dict[str, bytes]:
    """Every tile and bundle of the log at one size, by path."""
    files = {tile.path: build_tile(tile, size, TREE.read) for tile in tiles_of(size)}
    for index in range(-(-size // 256)):
        bundle = Tile(None, index, width_at(None, index, size))
        files[bundle.path] = write_bundle(ENTRIES[index * 256 : index * 256 + bundle.width])
    return files


@pytest.mark.parametrize("size", [1, 255, 256, 257, 300])
def test_aics_tlog_makes_the_same_files_and_audits_ours_against_the_root(size: int) -> None:
    files = our_files(size)
    made = materialise_tiles(ENTRIES[:size])
    assert {path: files[path] for path in made} == made
    reader = MemoryTileReader(files)
    report = audit_tiles(reader, size, TREE.root(size))
    assert (report.tiles, report.bundles) == (len(list(tiles_of(size))), -(-size // 256))
    for index in {0, size // 2, size - 1}:
        assert tuple(inclusion_proof_from_tiles(reader, index, size)) == TREE.inclusion_proof(index, size)
        assert tuple(consistency_proof_from_tiles(reader, index, size)) == TREE.consistency_proof(index, size)


def test_we_read_the_tiles_of_aics_tlog() -> None:
    made = materialise_tiles(ENTRIES)
    read = tile_reader(SIZE, lambda tile: made[tile.path])
    for index in range(SIZE):
        assert inclusion_proof(index, SIZE, read) == TREE.inclusion_proof(index, SIZE)


def test_aics_tlog_reads_our_paths_and_bundles() -> None:
    for tile in (Tile(0, 0), Tile(1, 1234067, 17), Tile(63, 999), Tile(2, 1000)):
        level, index, width = parse_tile_path(tile.path)
        assert (level, index, width or 256) == (tile.level, tile.index, tile.width)
    index, width = parse_entry_bundle_path(Tile(None, 1000, 5).path)
    assert (index, width) == (1000, 5)
    assert parse_entry_bundle(write_bundle(ENTRIES[:256])) == ENTRIES[:256]
