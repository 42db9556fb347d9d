"""A split view: proven by two signed heads and a path, and never of a log that only grew."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.names import PartyCode
from musnad.core.kernel.times import instant
from musnad.core.transparency.checkpoint import SignedCheckpoint, checkpoint, sign_checkpoint
from musnad.core.transparency.cosignature import add_cosignatures, cosign
from musnad.core.transparency.errors import NotASplit
from musnad.core.transparency.keys import LogSigningKey, WitnessSigningKey
from musnad.core.transparency.split import (
    SplitDocument,
    parse_document,
    path_between,
    prove_split,
    write_document,
)
from musnad.core.transparency.tree import MemoryTree, leaf_hash

LOG = LogSigningKey("musnad.example/VN", b"\1" * 32, b"\2" * 32)
OTHER = LogSigningKey("musnad.example/VN", b"\3" * 32, b"\4" * 32)
WITNESS = WitnessSigningKey("musnad.example/QA/witness", b"\5" * 32, b"\6" * 32)
AT = instant(datetime(2026, 11, 23, 3, 0, tzinfo=UTC))
VN = PartyCode("VN")


def tree(size: int, fork_at: int | None = None) -> MemoryTree:
    """A log's tree; from ``fork_at`` on its leaves are others."""
    return MemoryTree(
        leaf_hash(b"%d %s" % (number, b"forked" if fork_at is not None and number >= fork_at else b""))
        for number in range(size)
    )


def head(of: MemoryTree, size: int | None = None, key: LogSigningKey = LOG) -> SignedCheckpoint:
    size = of.size if size is None else size
    return sign_checkpoint(checkpoint(LOG.name, size, of.root(size)), key, AT)


@pytest.mark.parametrize("size", [1, 2, 3, 64, 100])
def test_two_roots_of_one_size_prove_it(size: int) -> None:
    split = prove_split(head(tree(size)), head(tree(size, fork_at=size - 1)), ())
    assert (split.older.checkpoint.size, split.newer.checkpoint.size) == (size, size)


@pytest.mark.parametrize(("old", "new"), [(1, 2), (2, 3), (3, 4), (4, 5), (4, 8), (5, 8), (7, 9), (64, 65), (63, 200)])
def test_two_sizes_are_proven_by_the_path_that_opens_the_larger(old: int, new: int) -> None:
    honest, forked = tree(old), tree(new, fork_at=old - 1)
    one, other = head(honest), head(forked)
    path = path_between(one.checkpoint, other.checkpoint, forked.read)
    split = prove_split(one, other, path)
    assert (split.older, split.newer) == (one, other)
    assert prove_split(other, one, path) == split
    document = write_document(VN, split, LOG.public)
    again = parse_document(document.write())
    assert again == document
    assert again.prove(LOG.public).path == path


@pytest.mark.parametrize(("old", "new"), [(1, 2), (2, 3), (4, 4), (4, 5), (0, 5), (63, 200)])
def test_growth_is_no_split(old: int, new: int) -> None:
    grown = tree(new)
    one, other = head(grown, old), head(grown, new)
    with pytest.raises(NotASplit):
        prove_split(one, other, path_between(one.checkpoint, other.checkpoint, grown.read))


def test_no_path_opens_a_tree_that_was_not_signed() -> None:
    """Who would accuse an honest log has to open the tree that it signed, and that one begins with the smaller."""
    honest, forked = tree(9), tree(9, fork_at=3)
    one, other = head(honest, 5), head(honest, 9)
    with pytest.raises(NotASplit):
        prove_split(one, other, path_between(one.checkpoint, other.checkpoint, forked.read))
    with pytest.raises(NotASplit):
        prove_split(one, other, ())
    with pytest.raises(NotASplit):
        prove_split(one, other, (b"x" * 32,) * 64)
    with pytest.raises(NotASplit):
        prove_split(one, other, (b"short",))
    with pytest.raises(NotASplit):
        prove_split(head(honest, 5), head(forked, 5), (b"x" * 32,))


def test_a_head_by_another_key_accuses_nobody() -> None:
    one, other = head(tree(5)), head(tree(5, fork_at=2), key=OTHER)
    with pytest.raises(MusnadError) as found:
        SplitDocument(VN, (one.raw, other.raw), ()).prove(LOG.public)
    assert found.value.code == "log.checkpoint-not-signed"


def test_what_travels_bears_the_logs_lines_alone() -> None:
    one = head(tree(5))
    cosigned = add_cosignatures(one, cosign(one, WITNESS, AT), WITNESS.public)
    split = prove_split(cosigned, head(tree(5, fork_at=2)), ())
    assert one.raw in write_document(VN, split, LOG.public).heads
    assert cosigned.raw not in write_document(VN, split, LOG.public).heads


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"{}",
        b'{"format":"musnad-split/2","heads":["",""],"party":"VN","path":[]}',
        b'{"format":"musnad-split/1","heads":[""],"party":"VN","path":[]}',
        b'{"format":"musnad-split/1","heads":["",""],"party":"vn","path":[]}',
        b'{"format":"musnad-split/1","heads":["",""],"party":"VN","path":["AAAA"]}',
        b'{"format":"musnad-split/1","heads":["","?"],"party":"VN","path":[]}',
        b'{"format":"musnad-split/1","heads":["",""],"party":"VN","path":[],"more":1}',
        b" " * 70_000,
    ],
)
def test_refuses_what_is_no_such_document(data: bytes) -> None:
    with pytest.raises(MusnadError):
        parse_document(data)
