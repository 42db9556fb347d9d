"""The Merkle tree over an exhibit's plaintext (RFC 6962 section 2.1), leaves of fixed size.

A leaf is SHA-256(0x00 || up to 64 KiB of plaintext), a node SHA-256(0x01 || left || right), the root of nothing SHA-256
of the empty string. The tree lets a holder prove one byte range and lets a verifier name which ranges are damaged.
Leaves are not salted: a proof shows hashes of neighbouring leaves, so one who can guess a leaf can confirm the guess.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence

from musnad.core.sealing.errors import BadLeafProof
from musnad.core.sealing.layout import HASH_OCTETS, LEAF_OCTETS, Span


def leaf_hash(content: bytes | memoryview) -> bytes:
    """The hash of one leaf's plaintext, at most ``LEAF_OCTETS``."""
    digest = hashlib.sha256(b"\x00")
    digest.update(content)
    return digest.digest()


def leaf_hashes(content: memoryview) -> bytes:
    """The hashes of a run of leaves, one after the other; the run starts at a leaf's border."""
    return b"".join(leaf_hash(content[at : at + LEAF_OCTETS]) for at in range(0, len(content), LEAF_OCTETS))


def split_hashes(packed: bytes) -> list[bytes]:
    """The single hashes of a packed run."""
    return [packed[at : at + HASH_OCTETS] for at in range(0, len(packed), HASH_OCTETS)]


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """A growing tree that remembers only its frontier: as many hashes as its size has binary digits."""

    __slots__ = ("_frontier", "size")

    def __init__(self) -> None:
        self.size = 0
        self._frontier: list[bytes] = []

    def add(self, leaf: bytes) -> None:
        """Append one leaf by its hash."""
        node, size = leaf, self.size
        while size & 1:
            node = _node(self._frontier.pop(), node)
            size >>= 1
        self._frontier.append(node)
        self.size += 1

    def add_packed(self, packed: bytes) -> None:
        """Append a packed run of leaf hashes."""
        for leaf in split_hashes(packed):
            self.add(leaf)

    def root(self) -> bytes:
        if not self._frontier:
            return hashlib.sha256().digest()
        node = self._frontier[-1]
        for left in reversed(self._frontier[:-1]):
            node = _node(left, node)
        return node


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root over leaf hashes."""
    tree = Tree()
    for leaf in leaves:
        tree.add(leaf)
    return tree.root()


def prove_leaf(leaves: Sequence[bytes], leaf: int) -> tuple[bytes, ...]:
    """The audit path of a leaf, lowest first (RFC 6962 section 2.1.1); ``IndexError`` where there is no such leaf."""
    if not 0 <= leaf < len(leaves):
        raise IndexError(leaf)
    path: list[bytes] = []
    first, end = 0, len(leaves)
    while end - first > 1:
        middle = first + (1 << ((end - first - 1).bit_length() - 1))
        if leaf < middle:
            path.append(root_of(leaves[middle:end]))
            end = middle
        else:
            path.append(root_of(leaves[first:middle]))
            first = middle
    return tuple(reversed(path))


def verify_leaf(root: bytes, size: int, leaf: int, content: bytes, path: Sequence[bytes]) -> None:
    """Raise ``BadLeafProof`` unless ``content`` is leaf number ``leaf`` of the tree of ``size`` leaves under ``root``.

    Spec: RFC 9162 section 2.1.3.2. Left to the caller: that ``content`` has the size due to its place.
    """
    if not path_holds(root, size, leaf, leaf_hash(content), path):
        raise BadLeafProof(leaf)


def path_holds(root: bytes, size: int, leaf: int, node: bytes, path: Sequence[bytes]) -> bool:
    """Whether the audit path leads from the hash ``node``, as leaf number ``leaf`` of ``size``, to the root."""
    if not 0 <= leaf < size:
        return False
    place, last = leaf, size - 1
    for step in path:
        if last == 0 or len(step) != HASH_OCTETS:
            return False
        if place & 1 or place == last:
            node = _node(step, node)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            node = _node(node, step)
        place, last = place >> 1, last >> 1
    return not last and node == root


def damaged_ranges(leaves: Iterable[bytes], content: Iterable[bytes | memoryview], *, first: int = 0) -> Iterator[Span]:
    """Where ``content``, cut at leaf borders, differs from what ``leaves`` promise; neighbours are joined.

    Args:
        leaves: the hashes that are due.
        content: the octets found, one piece a leaf; a missing piece is damaged for as long as a leaf is.
        first: the octet at which the first leaf stands.
    """
    pieces = iter(content)
    run: Span | None = None
    for number, due in enumerate(leaves):
        piece = next(pieces, None)
        if piece is not None and leaf_hash(piece) == due:
            continue
        here = Span(first + number * LEAF_OCTETS, LEAF_OCTETS if piece is None else len(piece))
        if run is not None and run.end == here.first:
            run = Span(run.first, run.size_octets + here.size_octets)
            continue
        if run is not None:
            yield run
        run = here
    if run is not None:
        yield run


def join_spans(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The same octets in ascending order, in as few spans as will do."""
    joined: list[Span] = []
    for span in sorted(spans, key=lambda span: span.first):
        if joined and joined[-1].end >= span.first:
            joined[-1] = Span(joined[-1].first, max(joined[-1].end, span.end) - joined[-1].first)
        else:
            joined.append(span)
    return tuple(joined)
