"""Honest growth never proves a split; a fork that shows both its trees always does; nothing else can be proven."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.times import instant
from musnad.core.transparency.checkpoint import SignedCheckpoint, checkpoint
from musnad.core.transparency.errors import NotASplit
from musnad.core.transparency.note import Note
from musnad.core.transparency.split import parse_document, path_between, prove_split
from musnad.core.transparency.tree import MemoryTree, leaf_hash

AT = instant(datetime(2026, 11, 23, 3, 0, tzinfo=UTC))
SIZES = some.integers(1, 300)
LEAVES = [leaf_hash(b"%d" % number) for number in range(300)]
HASH = some.binary(min_size=32, max_size=32)


def _head(tree: MemoryTree, size: int) -> SignedCheckpoint:
    """As if signed: what is judged here is what the heads say."""
    made = checkpoint("musnad.example/VN", size, tree.root(size))
    return SignedCheckpoint(made, AT, Note(made.text, ()))


@settings(max_examples=300, deadline=None)
@given(SIZES, SIZES)
def test_a_log_that_only_grew_is_never_accused_by_its_own_nodes(one: int, other: int) -> None:
    tree = MemoryTree(LEAVES[: max(one, other)])
    first, second = _head(tree, one), _head(tree, other)
    with pytest.raises(NotASplit):
        prove_split(first, second, path_between(first.checkpoint, second.checkpoint, tree.read))


@settings(max_examples=300, deadline=None)
@given(SIZES, SIZES, some.lists(HASH, max_size=12))
def test_a_log_that_only_grew_is_never_accused_by_any_path(one: int, other: int, path: list[bytes]) -> None:
    tree = MemoryTree(LEAVES[: max(one, other)])
    with pytest.raises(NotASplit):
        prove_split(_head(tree, one), _head(tree, other), path)


@settings(max_examples=200, deadline=None)
@given(SIZES, SIZES, some.data())
def test_a_log_that_only_grew_is_never_accused_by_a_mangled_path(one: int, other: int, data: some.DataObject) -> None:
    tree = MemoryTree(LEAVES[: max(one, other)])
    first, second = _head(tree, one), _head(tree, other)
    path = list(path_between(first.checkpoint, second.checkpoint, tree.read))
    for _ in range(data.draw(some.integers(1, 3))):
        place = data.draw(some.integers(0, len(path)))
        path[place : place + data.draw(some.integers(0, 2))] = data.draw(some.lists(HASH, max_size=2))
    with pytest.raises(NotASplit):
        prove_split(first, second, path)


@settings(max_examples=300, deadline=None)
@given(SIZES, SIZES, some.data())
def test_a_log_that_forked_before_the_smaller_size_is_always_proven_to(
    one: int, other: int, data: some.DataObject
) -> None:
    older, newer = sorted((one, other))
    at = data.draw(some.integers(0, older - 1))
    honest = MemoryTree(LEAVES[:older])
    forked = MemoryTree([*LEAVES[:at], leaf_hash(b"forked"), *LEAVES[at + 1 : newer]])
    first, second = _head(honest, older), _head(forked, newer)
    split = prove_split(first, second, path_between(first.checkpoint, second.checkpoint, forked.read))
    assert (split.older, split.newer) == (first, second)


@settings(max_examples=200, deadline=None)
@given(some.binary(max_size=400))
def test_any_octets_are_a_document_or_an_error(data: bytes) -> None:
    with pytest.raises(MusnadError):
        parse_document(data)
