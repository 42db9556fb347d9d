"""How many octets stand where: parts, leaves and index blocks of an exhibit, all told by its size alone.

A part is 4 MiB of plaintext and just as much ciphertext; its tag is kept aside. A leaf of the tree is 64 KiB of
plaintext. An index block holds the tags and leaves of 256 parts. An empty exhibit has one empty part, so that its
emptiness is authenticated, and no leaf. Offsets and sizes are octets.
"""

from __future__ import annotations

from dataclasses import dataclass

from musnad.core.crypto.aead import TAG_OCTETS

PART_OCTETS = 4 * 1024 * 1024
LEAF_OCTETS = 64 * 1024
LEAVES_PER_PART = PART_OCTETS // LEAF_OCTETS
HASH_OCTETS = 32
PARTS_PER_BLOCK = 256
SIZE_LIMIT_OCTETS = 2**50
"""A pebibyte: far under the limits of AES-GCM with one key, and of I-JSON's integers."""


@dataclass(frozen=True, slots=True)
class Span:
    """A run of octets: the first, and how many."""

    first: int
    size_octets: int

    @property
    def end(self) -> int:
        """The first octet after it."""
        return self.first + self.size_octets


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything of an exhibit of ``size_octets`` stands."""

    size_octets: int

    @property
    def parts(self) -> int:
        return max(1, -(-self.size_octets // PART_OCTETS))

    @property
    def leaves(self) -> int:
        return -(-self.size_octets // LEAF_OCTETS)

    @property
    def blocks(self) -> int:
        return -(-self.parts // PARTS_PER_BLOCK)

    @property
    def index_octets(self) -> int:
        """The size of the whole index as stored."""
        return self.parts * TAG_OCTETS + self.leaves * HASH_OCTETS + self.blocks * TAG_OCTETS

    def part(self, number: int) -> Span:
        """A part's octets: the same in the plaintext and in the ciphertext."""
        first = number * PART_OCTETS
        return Span(first, min(PART_OCTETS, self.size_octets - first))

    def is_last(self, number: int) -> bool:
        return number == self.parts - 1

    def leaves_of(self, number: int) -> int:
        """How many leaves a part has."""
        return -(-self.part(number).size_octets // LEAF_OCTETS)

    def parts_of(self, block: int) -> range:
        """The numbers of the parts that an index block tells of."""
        first = block * PARTS_PER_BLOCK
        return range(first, min(first + PARTS_PER_BLOCK, self.parts))

    def block(self, number: int) -> Span:
        """An index block's octets in the stored index, its own tag among them."""
        full = PARTS_PER_BLOCK * (TAG_OCTETS + LEAVES_PER_PART * HASH_OCTETS) + TAG_OCTETS
        first = number * full
        return Span(first, min(full, self.index_octets - first))
