"""The tree against the definition of RFC 6962 section 2.1, written again here as the RFC writes it."""

from __future__ import annotations

import hashlib
import time

import pytest

from musnad.core.kernel.errors import MusnadError
from musnad.core.transparency.errors import BadProof, OutOfTree
from musnad.core.transparency.tree import (
    EMPTY_ROOT,
    MemoryTree,
    completed_by_batch,
    completed_nodes,
    leaf_hash,
    verify_consistency,
    verify_inclusion,
)

SIZE = 70
ENTRIES = [b"entry %d" % place for place in range(SIZE)]
LEAVES = [leaf_hash(entry) for entry in ENTRIES]
TREE = MemoryTree(LEAVES)


def mth(entries: list[bytes]) -> bytes:
    """MTH of RFC 6962, by recursion over the entries."""
    if not entries:
        return hashlib.sha256(b"").digest()
    if len(entries) == 1:
        return hashlib.sha256(b"\0" + entries[0]).digest()
    split = 1
    while split * 2 < len(entries):
        split *= 2
    return hashlib.sha256(b"\1" + mth(entries[:split]) + mth(entries[split:])).digest()


ROOTS = [mth(ENTRIES[:size]) for size in range(SIZE + 1)]


def refused(call: object, *args: object) -> str:
    with pytest.raises(MusnadError) as caught:
        call(*args)  # type: ignore[operator]
    return caught.value.code


def test_roots_are_those_of_the_definition() -> None:
    assert [TREE.root(size) for size in range(SIZE + 1)] == ROOTS
    assert TREE.root(0) == EMPTY_ROOT


def test_every_inclusion_proof_verifies_and_is_as_short_as_can_be() -> None:
    for size in range(1, SIZE + 1):
        for index in range(size):
            proof = TREE.inclusion_proof(index, size)
            verify_inclusion(LEAVES[index], index, size, proof, ROOTS[size])
            assert len(proof) <= (size - 1).bit_length()


def test_every_consistency_proof_verifies() -> None:
    for new in range(SIZE + 1):
        for old in range(new + 1):
            proof = TREE.consistency_proof(old, new)
            assert bool(proof) == (0 < old < new)
            verify_consistency(old, new, proof, ROOTS[old], ROOTS[new])


def test_an_inclusion_proof_holds_for_no_other_index_size_leaf_or_root() -> None:
    for size in range(1, 26):
        for index in range(size):
            proof = TREE.inclusion_proof(index, size)
            for other in range(size):
                if other != index:
                    assert refused(verify_inclusion, LEAVES[index], other, size, proof, ROOTS[size])
                    assert refused(verify_inclusion, LEAVES[other], index, size, proof, ROOTS[size])
            assert refused(verify_inclusion, LEAVES[index], index, size, proof, ROOTS[size - 1]) == BadProof.code


def test_a_path_with_one_hash_changed_dropped_added_or_swapped_is_refused() -> None:
    for size in (2, 7, 8, 33, 70):
        for index in range(size):
            proof = TREE.inclusion_proof(index, size)
            for place in range(len(proof)):
                flipped = bytes([proof[place][0] ^ 1]) + proof[place][1:]
                for forged in (
                    (*proof[:place], flipped, *proof[place + 1 :]),
                    (*proof[:place], *proof[place + 1 :]),
                    (*proof[:place], proof[place], *proof[place:]),
                    (*proof[:place], proof[place][:31], *proof[place + 1 :]),
                ):
                    code = refused(verify_inclusion, LEAVES[index], index, size, forged, ROOTS[size])
                    assert code == BadProof.code
            if len(proof) > 1:
                swapped = (proof[1], proof[0], *proof[2:])
                assert refused(verify_inclusion, LEAVES[index], index, size, swapped, ROOTS[size]) == BadProof.code


def test_a_consistency_proof_with_one_hash_changed_dropped_or_added_is_refused() -> None:
    for old, new in ((1, 2), (3, 7), (4, 7), (6, 8), (8, 33), (32, 64), (33, 70), (69, 70)):
        proof = TREE.consistency_proof(old, new)
        for place in range(len(proof)):
            flipped = bytes([proof[place][0] ^ 1]) + proof[place][1:]
            for forged in (
                (*proof[:place], flipped, *proof[place + 1 :]),
                (*proof[:place], *proof[place + 1 :]),
                (*proof, proof[place]),
                (),
            ):
                assert refused(verify_consistency, old, new, forged, ROOTS[old], ROOTS[new]) == BadProof.code


def test_a_log_that_rewrote_one_leaf_proves_no_consistency() -> None:
    for changed in range(20):
        forked = MemoryTree([*LEAVES[:changed], leaf_hash(b"forged"), *LEAVES[changed + 1 : 40]])
        for proof in (forked.consistency_proof(20, 40), TREE.consistency_proof(20, 40)):
            code = refused(verify_consistency, 20, 40, proof, ROOTS[20], forked.root(40))
            assert code == BadProof.code


def test_a_rollback_and_a_second_root_of_one_size_are_refused() -> None:
    assert refused(verify_consistency, 9, 8, (), ROOTS[9], ROOTS[8]) == BadProof.code
    assert refused(verify_consistency, 9, 9, (), ROOTS[9], ROOTS[8]) == BadProof.code
    assert refused(verify_consistency, 0, 5, (), ROOTS[1], ROOTS[5]) == BadProof.code
    assert refused(verify_consistency, 0, 5, (ROOTS[5],), ROOTS[0], ROOTS[5]) == BadProof.code


def test_an_inner_node_does_not_pass_for_a_leaf() -> None:
    inner = TREE.read(1, 0)
    assert refused(verify_inclusion, leaf_hash(inner), 0, 2, TREE.inclusion_proof(0, 4)[1:], ROOTS[4]) == BadProof.code


def test_what_is_out_of_the_tree_is_said_to_be() -> None:
    assert refused(TREE.inclusion_proof, SIZE) == OutOfTree.code
    assert refused(TREE.inclusion_proof, -1, 3) == OutOfTree.code
    assert refused(TREE.inclusion_proof, 0, SIZE + 1) == OutOfTree.code
    assert refused(TREE.consistency_proof, 5, 4) == OutOfTree.code
    assert refused(TREE.consistency_proof, -1, 4) == OutOfTree.code
    assert refused(TREE.root, SIZE + 1) == OutOfTree.code
    assert refused(TREE.read, 6, 1) == OutOfTree.code
    assert refused(verify_inclusion, LEAVES[0], 0, 2**63, (), ROOTS[1]) == BadProof.code


def in_batches(step: int) -> dict[tuple[int, int], bytes]:
    stored: dict[tuple[int, int], bytes] = {}

    def read(level: int, at: int) -> bytes:
        return stored[level, at]

    for index in range(0, SIZE, step):
        fresh = completed_by_batch(index, LEAVES[index : index + step], read)
        stored |= {(level, at): here for level, at, here in fresh}
    return stored


def test_appends_one_by_one_and_in_batches_store_the_same_nodes() -> None:
    one_by_one: dict[tuple[int, int], bytes] = {}
    for index, leaf in enumerate(LEAVES):
        for level, at, here in completed_nodes(index, leaf, lambda level, at: one_by_one[level, at]):
            assert (level, at) not in one_by_one
            one_by_one[level, at] = here
    for step in (1, 2, 3, 8, 70):
        assert in_batches(step) == one_by_one


def test_proofs_take_few_reads_and_are_quick() -> None:
    tree = MemoryTree([leaf_hash(place.to_bytes(4, "big")) for place in range(20_000)])
    reads = 0

    def read(level: int, index: int) -> bytes:
        nonlocal reads
        reads += 1
        return tree.read(level, index)

    from musnad.core.transparency.tree import inclusion_proof

    started = time.perf_counter()
    for index in range(0, 20_000, 20):
        inclusion_proof(index, 19_999, read)
    assert reads / 1000 < 30
    assert time.perf_counter() - started < 1
