"""One part of an exhibit under AES-256-GCM (NIST SP 800-38D): sealed in its place, opened only there.

The associated data binds label, seal id, role, part number and last flag, so that a part that was moved, taken from
another exhibit, or left out at the end does not open.

The nonce is the role's octet and the part number, and is never drawn. That is safe because a key is drawn fresh for
each exhibit and seals each (role, number) once: a sealing that fails is begun again under a new seal id and a new key,
never resumed, and an exhibit that is passed on keeps its ciphertext. GCM does not commit to its key; the signed
manifest does, by the digest and the root of the plaintext.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, assert_never

from musnad.core.crypto import aead
from musnad.core.crypto.errors import CannotDecrypt
from musnad.core.kernel.ijson import write_canonical
from musnad.core.kernel.names import SealId
from musnad.core.sealing.errors import DamagedPart
from musnad.core.sealing.layout import PART_OCTETS

__all__ = [
    "KEY_OCTETS",
    "PART_OCTETS",
    "TAG_OCTETS",
    "Place",
    "Role",
    "open_part",
    "open_part_into",
    "seal_part",
    "seal_part_into",
]

KEY_OCTETS = aead.KEY_OCTETS
TAG_OCTETS = aead.TAG_OCTETS
LABEL = "musnad-seal/1 part"

Role = Literal["data", "index"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a part stands; what its associated data and nonce are made from."""

    seal: SealId
    role: Role
    number: int
    is_last: bool

    @property
    def nonce(self) -> bytes:
        """One octet of role, eleven of number, most significant first."""
        match self.role:
            case "data":
                role = b"\x00"
            case "index":
                role = b"\x01"
            case _:
                assert_never(self.role)
        return role + self.number.to_bytes(aead.NONCE_OCTETS - 1, "big")

    @property
    def aad(self) -> bytes:
        return write_canonical(
            {"label": LABEL, "seal": self.seal, "role": self.role, "number": self.number, "last": self.is_last}
        )


def seal_part(key: bytes, place: Place, plaintext: bytes | memoryview) -> bytes:
    """The part's ciphertext followed by its tag. The caller seals each place once under one key."""
    return aead.encrypt(key, place.nonce, plaintext, place.aad)


def open_part(key: bytes, place: Place, ciphertext: bytes | memoryview) -> bytes:
    """The plaintext of ciphertext and tag; ``DamagedPart``, with nothing released, where anything differs."""
    try:
        return aead.decrypt(key, place.nonce, ciphertext, place.aad, what="exhibit part")
    except CannotDecrypt as error:
        raise DamagedPart(place.seal, place.role, place.number) from error


def seal_part_into(key: bytes, place: Place, plaintext: memoryview, out: memoryview) -> None:
    """As ``seal_part``, into ``out``, ``TAG_OCTETS`` longer than the plaintext."""
    aead.encrypt_into(key, place.nonce, plaintext, place.aad, out)


def open_part_into(key: bytes, place: Place, ciphertext: memoryview, out: memoryview) -> None:
    """As ``open_part``, into ``out``, ``TAG_OCTETS`` shorter than the ciphertext; after an error it holds nothing."""
    try:
        aead.decrypt_into(key, place.nonce, ciphertext, place.aad, out, what="exhibit part")
    except CannotDecrypt as error:
        raise DamagedPart(place.seal, place.role, place.number) from error
