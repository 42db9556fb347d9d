"""The Merkle tree of RFC 6962 section 2 with SHA-256: hashing, proofs, and their verification (RFC 9162 section 2.1).

A tree is kept as the hashes of its *complete* subtrees only: node ``(level, index)`` is the hash of the ``2**level``
leaves from ``index * 2**level``. Such a node never changes once it stands, so a store of nodes only grows, and every
root and proof of every size is made from it in O(log n) reads.

Left to the caller: storing what ``completed_nodes`` gives in one transaction with the leaf, and knowing the size.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence

from musnad.core.transparency.errors import BadProof, OutOfTree

HASH_OCTETS = 32
SIZE_LIMIT = 2**63 - 1
PROOF_LIMIT = 63
"""Most hashes in a proof of a tree that is no larger than ``SIZE_LIMIT``."""
EMPTY_ROOT = hashlib.sha256(b"").digest()

NodeReader = Callable[[int, int], bytes]
"""Gives the hash of the complete subtree ``(level, index)``; raises what its storage raises where there is none."""
Node = tuple[int, int, bytes]
"""Level, index and hash of one complete subtree."""
Proof = tuple[bytes, ...]


def leaf_hash(entry: bytes) -> bytes:
    """``SHA-256(0x00 || entry)``."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """``SHA-256(0x01 || left || right)``."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def completed_nodes(index: int, leaf: bytes, read: NodeReader) -> tuple[Node, ...]:
    """The nodes that stand once leaf ``index`` (a leaf hash) is appended: the leaf, and each subtree it completes."""
    level, at, here = 0, index, leaf
    nodes = [(level, at, here)]
    while at & 1:
        here = node_hash(read(level, at - 1), here)
        level, at = level + 1, at >> 1
        nodes.append((level, at, here))
    return tuple(nodes)


def completed_by_batch(index: int, leaves: Iterable[bytes], read: NodeReader) -> tuple[Node, ...]:
    """As ``completed_nodes`` for consecutive leaves from ``index``; what the batch itself completes is not read."""
    fresh: dict[tuple[int, int], bytes] = {}

    def look(level: int, at: int) -> bytes:
        return fresh[level, at] if (level, at) in fresh else read(level, at)

    for place, leaf in enumerate(leaves, index):
        fresh.update({(level, at): here for level, at, here in completed_nodes(place, leaf, look)})
    return tuple((level, at, here) for (level, at), here in fresh.items())


def root(size: int, read: NodeReader) -> bytes:
    """The root of the first ``size`` leaves (RFC 6962 section 2.1)."""
    _check_size(size)
    return _span(0, size, read) if size else EMPTY_ROOT


def inclusion_proof(index: int, size: int, read: NodeReader) -> Proof:
    """The audit path of leaf ``index`` in the tree of ``size``, leaf end first (RFC 6962 section 2.1.1).

    Raises:
        OutOfTree: the leaf is not in that tree.
    """
    _check_size(size)
    if not 0 <= index < size:
        raise OutOfTree("index", index, size)
    path: list[bytes] = []
    begin, end = 0, size
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if index < middle:
            path.append(_span(middle, end, read))
            end = middle
        else:
            path.append(_span(begin, middle, read))
            begin = middle
    return tuple(reversed(path))


def consistency_proof(old: int, new: int, read: NodeReader) -> Proof:
    """The proof that the tree of ``new`` begins with the tree of ``old`` (RFC 6962 section 2.1.2).

    Empty where ``old`` is 0 or ``new``, as tlog-witness asks.

    Raises:
        OutOfTree: ``old`` is past ``new``.
    """
    _check_size(new)
    if not 0 <= old <= new:
        raise OutOfTree("size", old, new)
    if old == 0:
        return ()
    proof: list[bytes] = []
    begin, end = 0, new
    while old != end:
        middle = begin + _split(end - begin)
        if old <= middle:
            proof.append(_span(middle, end, read))
            end = middle
        else:
            proof.append(_span(begin, middle, read))
            begin = middle
    if begin:
        proof.append(_span(begin, end, read))
    return tuple(reversed(proof))


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Raise ``BadProof`` unless ``proof`` leads from leaf hash ``leaf`` at ``index`` to ``root`` of ``size`` leaves.

    Spec: RFC 9162 section 2.1.3.2.
    """
    what = "inclusion"
    if not 0 <= index < size <= SIZE_LIMIT:
        raise BadProof(what, "the index is not below the size")
    _check_hashes(what, (leaf, root, *proof))
    at, last, here = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise BadProof(what, "the path is too long")
        if at & 1 or at == last:
            here = node_hash(sibling, here)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            here = node_hash(here, sibling)
        at, last = at >> 1, last >> 1
    if last:
        raise BadProof(what, "the path is too short")
    if here != root:
        raise BadProof(what, "the path leads to another root")


def verify_consistency(old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> None:
    """Raise ``BadProof`` unless ``proof`` shows that the tree of ``new`` leaves begins with that of ``old``.

    Spec: RFC 9162 section 2.1.4.2; an ``old`` of 0 takes no proof, and its root is that of the empty tree.
    """
    what = "consistency"
    if not 0 <= old <= new <= SIZE_LIMIT:
        raise BadProof(what, "the older size is past the newer")
    _check_hashes(what, (old_root, new_root, *proof))
    if old in (0, new):
        _verify_without_proof(old, new, proof, old_root, new_root)
        return
    steps = list(proof) if old & (old - 1) else [old_root, *proof]
    if climb(old, new, steps) != (old_root, new_root):
        raise BadProof(what, "the proof leads to other roots")


def climb(old: int, new: int, steps: Sequence[bytes]) -> tuple[bytes, bytes]:
    """The roots of ``old`` and ``new`` (RFC 9162 section 2.1.4.2), for ``0 < old < new``.

    ``steps`` are a consistency proof, and before it the root of ``old`` where that is a power of two, so that they
    alone determine both roots. ``BadProof`` where there are too many or too few.
    """
    what = "consistency"
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    older = newer = steps[0] if steps else EMPTY_ROOT
    for sibling in steps[1:]:
        if last == 0:
            raise BadProof(what, "the proof is too long")
        if at & 1 or at == last:
            older, newer = node_hash(sibling, older), node_hash(sibling, newer)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            newer = node_hash(newer, sibling)
        at, last = at >> 1, last >> 1
    if last:
        raise BadProof(what, "the proof is too short")
    return older, newer


def climbing_steps(old: int, new: int, read: NodeReader) -> Proof:
    """What ``climb`` takes, from the nodes of a tree that has ``new`` leaves or more."""
    proof = consistency_proof(old, new, read)
    return proof if old & (old - 1) else (root(old, read), *proof)


def _verify_without_proof(old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> None:
    """The two cases that take no hashes: one size twice, and an older tree that is empty."""
    what = "consistency"
    if proof:
        raise BadProof(what, "the proof is too long")
    if (old == 0 and old_root != EMPTY_ROOT) or (new == 0 and new_root != EMPTY_ROOT):
        raise BadProof(what, "the root of an empty tree is another")
    if old == new and old_root != new_root:
        raise BadProof(what, "two roots of one size")


class MemoryTree:
    """A tree held in memory: for tests, the memory adapter, and a verifier that has every leaf."""

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        self._levels: list[list[bytes]] = [[]]
        for leaf in leaves:
            self.append(leaf)

    @property
    def size(self) -> int:
        return len(self._levels[0])

    def append(self, leaf: bytes) -> int:
        """Append a leaf *hash*; its index."""
        index = self.size
        for level, _, here in completed_nodes(index, leaf, self.read):
            if level == len(self._levels):
                self._levels.append([])
            self._levels[level].append(here)
        return index

    def read(self, level: int, index: int) -> bytes:
        """A ``NodeReader``; ``OutOfTree`` where that subtree is not complete."""
        if not (0 <= level < len(self._levels) and 0 <= index < len(self._levels[level])):
            raise OutOfTree("node", index, self.size)
        return self._levels[level][index]

    def root(self, size: int | None = None) -> bytes:
        return root(self._known(size), self.read)

    def inclusion_proof(self, index: int, size: int | None = None) -> Proof:
        return inclusion_proof(index, self._known(size), self.read)

    def consistency_proof(self, old: int, new: int | None = None) -> Proof:
        return consistency_proof(old, self._known(new), self.read)

    def _known(self, size: int | None) -> int:
        if size is None:
            return self.size
        if not 0 <= size <= self.size:
            raise OutOfTree("size", size, self.size)
        return size


def _split(count: int) -> int:
    """The largest power of two below ``count``, which is 2 or more."""
    return 1 << (count - 1).bit_length() - 1


def _span(begin: int, end: int, read: NodeReader) -> bytes:
    """The hash of leaves ``begin`` to ``end``, a subtree of an RFC 6962 tree, from its complete subtrees."""
    parts: list[bytes] = []
    while begin < end:
        level = (end - begin).bit_length() - 1
        parts.append(read(level, begin >> level))
        begin += 1 << level
    here = parts.pop()
    while parts:
        here = node_hash(parts.pop(), here)
    return here


def _check_size(size: int) -> None:
    if not 0 <= size <= SIZE_LIMIT:
        raise OutOfTree("size", size, SIZE_LIMIT)


def _check_hashes(what: str, hashes: Sequence[bytes]) -> None:
    if len(hashes) > PROOF_LIMIT + 2 or any(len(one) != HASH_OCTETS for one in hashes):
        raise BadProof(what, "not hashes of 32 octets, or too many")
