"""The vault: where exhibits are kept, named by their seal id.

An exhibit is three objects: ``data`` (ciphertext, as long as the plaintext), ``index`` (tags and leaves, sealed) and
``manifest`` (the signed DSSE). It is written as a draft that nobody else sees; ``commit`` makes all three durable and
visible at once. A draft survives a crash with a durable count of its verified parts, and is taken up again by name.

Every method raises ``StorageFull`` or ``StorageFailed`` where the storage does not let it. Offsets are octets.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, Protocol

from musnad.core.kernel.names import SealId
from musnad.exchange.evidence.errors import RangePastEnd

Member = Literal["data", "index", "manifest"]
MEMBERS: tuple[Member, ...] = ("data", "index", "manifest")


class Draft(Protocol):
    """One exhibit being written. ``write_at`` and ``read_into`` may be called from several threads at once."""

    @property
    def seal(self) -> SealId: ...

    @property
    def parts(self) -> int:
        """How many parts from the first are durable and were verified, as ``mark`` last said; 0 for a new draft."""

    def size(self, member: Member) -> int:
        """The octets written so far, up to the furthest."""

    def write_at(self, member: Member, first: int, octets: bytes | memoryview) -> None:
        """Write all the octets, from ``first`` on."""

    def read_into(self, member: Member, first: int, buffer: memoryview) -> int:
        """Fill the buffer with what was written; fewer octets only at the end."""

    def mark(self, parts: int) -> None:
        """Make everything written durable, and then the count."""

    def commit(self) -> None:
        """Make everything durable and then visible under its final name, at once; the draft is closed."""

    def discard(self) -> None:
        """Remove the draft; nothing after ``commit``."""

    def close(self) -> None:
        """Let go of the draft, keeping it for another day; nothing after ``commit`` or ``discard``."""


class Vault(Protocol):
    """Committed exhibits, which never change, and drafts."""

    def draft(self, seal: SealId) -> Draft:
        """A new draft, or the one that was kept; ``ExhibitBusy`` while another process has it open."""

    def drafts(self) -> Iterator[SealId]:
        """The drafts that were kept; those of a sealing that was killed hold nothing that can ever be opened."""

    def seals(self) -> Iterator[SealId]:
        """The committed exhibits."""

    def holds(self, seal: SealId) -> bool:
        """Whether the exhibit is committed here."""

    def size(self, seal: SealId, member: Member) -> int:
        """An object's octets; ``NoSuchExhibit``."""

    def read_into(self, seal: SealId, member: Member, first: int, buffer: memoryview) -> int:
        """Fill the buffer; fewer octets only at the end. ``NoSuchExhibit``."""

    def remove(self, seal: SealId) -> None:
        """Destroy a committed exhibit; nothing where there is none."""


def read_range(vault: Vault, seal: SealId, member: Member, first: int, length: int) -> bytes:
    """Exactly the octets asked for, to be held in memory; ``RangePastEnd``, ``NoSuchExhibit``."""
    size = vault.size(seal, member)
    if first < 0 or length < 0 or first + length > size:
        raise RangePastEnd(member, first, length, size)
    buffer = bytearray(length)
    got = vault.read_into(seal, member, first, memoryview(buffer))
    if got != length:
        raise RangePastEnd(member, first, length, first + got)
    return bytes(buffer)


def read_manifest(vault: Vault, seal: SealId) -> bytes:
    """The exhibit's signed manifest, as it was stored; ``NoSuchExhibit``."""
    return read_range(vault, seal, "manifest", 0, vault.size(seal, "manifest"))
