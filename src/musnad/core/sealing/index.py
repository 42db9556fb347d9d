"""The index of an exhibit: each part's tag and leaf hashes, in blocks sealed like parts, in a role of their own.

A block's plaintext is, for each of its parts in order, the 16-octet tag and then the 32-octet leaf hashes; a block is
stored as its ciphertext and tag. Blocks make it possible to write and read an index of any size in constant memory.
"""

from __future__ import annotations

from dataclasses import dataclass

from musnad.core.kernel.names import SealId
from musnad.core.sealing.errors import DamagedPart
from musnad.core.sealing.layout import HASH_OCTETS, PARTS_PER_BLOCK, Layout
from musnad.core.sealing.part import TAG_OCTETS, Place, open_part, seal_part


@dataclass(frozen=True, slots=True)
class Entry:
    """What the index tells of one part: its tag, and its leaf hashes one after the other."""

    tag: bytes
    leaves: bytes


class IndexSealer:
    """Takes entries in order and gives sealed blocks back as they fill."""

    __slots__ = ("_blocks", "_held", "_key", "_parts", "_seal")

    def __init__(self, key: bytes, seal: SealId) -> None:
        self._key = key
        self._seal = seal
        self._held = bytearray()
        self._parts = 0
        self._blocks = 0

    def add(self, entry: Entry) -> bytes:
        """Take the next part's entry; the octets that are now to be appended to the index, often none."""
        done = self._close(is_last=False) if self._parts == PARTS_PER_BLOCK else b""
        self._held += entry.tag + entry.leaves
        self._parts += 1
        return done

    def finish(self) -> bytes:
        """The last block."""
        return self._close(is_last=True)

    def _close(self, *, is_last: bool) -> bytes:
        sealed = seal_part(self._key, Place(self._seal, "index", self._blocks, is_last), bytes(self._held))
        self._held.clear()
        self._parts = 0
        self._blocks += 1
        return sealed


def open_block(key: bytes, seal: SealId, layout: Layout, number: int, sealed: bytes) -> tuple[Entry, ...]:
    """The entries of one stored block; ``DamagedPart`` where it is not the block that was sealed here."""
    if len(sealed) != layout.block(number).size_octets:
        raise DamagedPart(seal, "index", number)
    plain = open_part(key, Place(seal, "index", number, number == layout.blocks - 1), sealed)
    entries: list[Entry] = []
    at = 0
    for part in layout.parts_of(number):
        tag_end = at + TAG_OCTETS
        end = tag_end + layout.leaves_of(part) * HASH_OCTETS
        entries.append(Entry(plain[at:tag_end], plain[tag_end:end]))
        at = end
    return tuple(entries)
