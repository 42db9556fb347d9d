from __future__ import annotations

import hashlib

import pytest

from musnad.core.sealing.errors import BadLeafProof
from musnad.core.sealing.layout import LEAF_OCTETS, Span
from musnad.core.sealing.tree import (
    Tree,
    damaged_ranges,
    join_spans,
    leaf_hash,
    leaf_hashes,
    prove_leaf,
    root_of,
    split_hashes,
    verify_leaf,
)


def plain_root(leaves: list[bytes]) -> bytes:
    """RFC 6962 section 2.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + plain_root(leaves[:k]) + plain_root(leaves[k:])).digest()


CONTENTS = [str(number).encode() for number in range(40)]
LEAVES = [leaf_hash(content) for content in CONTENTS]


@pytest.mark.parametrize("size", range(41))
def test_root_is_that_of_rfc_6962_with_a_frontier_of_logarithmic_size(size: int) -> None:
    tree = Tree()
    for leaf in LEAVES[:size]:
        tree.add(leaf)
        assert len(tree._frontier) <= tree.size.bit_length()
    assert tree.root() == plain_root(LEAVES[:size]) == root_of(LEAVES[:size])


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 9, 33, 40])
def test_every_leaf_is_proven_and_no_other_content_or_place_is(size: int) -> None:
    root = root_of(LEAVES[:size])
    for leaf in range(size):
        path = prove_leaf(LEAVES[:size], leaf)
        verify_leaf(root, size, leaf, CONTENTS[leaf], path)
        attacks: list[tuple[bytes, int, bytes, tuple[bytes, ...]]] = [
            (root, leaf, b"other", path),
            (root, leaf, CONTENTS[leaf], (*path, bytes(32))),
            (root, leaf + size, CONTENTS[leaf], path),
            (bytes(32), leaf, CONTENTS[leaf], path),
        ]
        if size > 1:
            attacks.append((root, leaf, CONTENTS[leaf], path[:-1]))
            attacks.append((root, (leaf + 1) % size, CONTENTS[leaf], path))
        for wrong_root, place, content, steps in attacks:
            with pytest.raises(BadLeafProof):
                verify_leaf(wrong_root, size, place, content, steps)


def test_no_proof_of_a_leaf_that_is_not_there() -> None:
    with pytest.raises(IndexError):
        prove_leaf(LEAVES, 40)


def test_leaves_of_a_part_are_cut_at_their_border() -> None:
    content = bytes(LEAF_OCTETS) + b"rest"
    assert split_hashes(leaf_hashes(memoryview(content))) == [leaf_hash(bytes(LEAF_OCTETS)), leaf_hash(b"rest")]
    assert leaf_hashes(memoryview(b"")) == b""


def test_names_damaged_ranges_and_joins_neighbours() -> None:
    pieces = [bytes([number]) * LEAF_OCTETS for number in range(6)] + [b"tail"]
    due = [leaf_hash(piece) for piece in pieces]
    found = list(pieces)
    found[1] = b"x" + found[1][1:]
    found[2] = found[2][:-1] + b"x"
    found[6] = b"tale"
    assert list(damaged_ranges(due, found, first=LEAF_OCTETS)) == [
        Span(2 * LEAF_OCTETS, 2 * LEAF_OCTETS),
        Span(7 * LEAF_OCTETS, 4),
    ]
    assert list(damaged_ranges(due, pieces)) == []


def test_a_missing_end_is_damaged() -> None:
    pieces = [bytes(LEAF_OCTETS)] * 3
    assert list(damaged_ranges([leaf_hash(piece) for piece in pieces], pieces[:1])) == [
        Span(LEAF_OCTETS, 2 * LEAF_OCTETS)
    ]


def test_spans_are_joined_in_order() -> None:
    assert join_spans([Span(10, 5), Span(0, 4), Span(4, 6), Span(20, 1)]) == (Span(0, 15), Span(20, 1))
