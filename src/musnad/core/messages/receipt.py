"""A receipt: "I hold this message at this place of my log". Journalled by both sides, never itself receipted."""

from __future__ import annotations

from dataclasses import dataclass

from musnad.core.kernel.ijson import write_canonical
from musnad.core.kernel.names import AuthorityId, Digest, MessageId, Slug
from musnad.core.kernel.times import Day, Instant, write_day, write_instant

RECEIPT_TYPE = "application/vnd.musnad.receipt+json"


@dataclass(frozen=True, slots=True)
class DirectoryRef:
    """The verified directory set that a message was judged under: SHA-256 of its snapshot metadata, and its version."""

    snapshot: Digest
    version: int
    stale: bool


@dataclass(frozen=True, slots=True)
class Place:
    """A leaf of a log: its index, and the salt (64 hexadecimal digits) that blinds it."""

    index: int
    salt: Digest


@dataclass(frozen=True, slots=True)
class Receipt:
    """The recipient's statement. ``place`` is the message's leaf, ``own_place`` the leaf of this receipt.

    ``at`` is when the recipient's node made the message durable, ``day`` the civil day then in ``zone`` (IANA name):
    legal days run from it.
    """

    version: str
    message: MessageId
    recipient: AuthorityId
    log: str
    place: Place
    own_place: Place
    at: Instant
    day: Day
    zone: str
    directory: DirectoryRef
    flags: tuple[Slug, ...] = ()


def write_receipt(receipt: Receipt) -> bytes:
    """The payload bytes of a new receipt, canonical."""
    return write_canonical(
        {
            "version": receipt.version,
            "message": receipt.message,
            "recipient": receipt.recipient,
            "log": receipt.log,
            "index": receipt.place.index,
            "salt": receipt.place.salt,
            "own_index": receipt.own_place.index,
            "own_salt": receipt.own_place.salt,
            "at": write_instant(receipt.at),
            "day": write_day(receipt.day),
            "zone": receipt.zone,
            "directory": {
                "snapshot": receipt.directory.snapshot,
                "version": receipt.directory.version,
                "stale": receipt.directory.stale,
            },
            "flags": list(receipt.flags),
        }
    )
