"""Makes the vectors of time stamps and of split logs: once, since libraries draw randomness of their own in them.

    python -m tests.stamp_vectors_once

``tests/vectors/crypto/stamps.json`` and ``tests/vectors/transparency/splits.json`` are what it made; the tests read
them, and nothing makes them again.
"""

from __future__ import annotations

import json
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.x509.oid import ExtendedKeyUsageOID

from musnad.core.crypto.stamp import StampAnchor, ask_stamp, verify_stamp
from musnad.core.kernel.b64 import write_b64
from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.names import PartyCode
from musnad.core.kernel.times import instant, write_instant
from musnad.core.transparency.checkpoint import SignedCheckpoint, checkpoint, sign_checkpoint
from musnad.core.transparency.keys import LogSigningKey
from musnad.core.transparency.split import SplitDocument, parse_document, path_between
from musnad.core.transparency.tree import MemoryTree, leaf_hash
from tests.stamp_fixture import new_authority, strange_authority

VECTORS = Path(__file__).parent / "vectors"
STAMPS, SPLITS = VECTORS / "crypto" / "stamps.json", VECTORS / "transparency" / "splits.json"
OCTETS = b"musnad.example/VN\n1\n...\n"
LOG = LogSigningKey("musnad.example/VN", b"\1" * 32, b"\2" * 32)
VN = PartyCode("VN")


def judged(octets: bytes, request: bytes, answer: bytes, *anchors: StampAnchor) -> dict[str, Any]:
    """What this implementation says of a stamp."""
    try:
        stamp = verify_stamp(request, answer, octets, anchors)
    except MusnadError as error:
        return {"code": error.code}
    return {"at": write_instant(stamp.at), "anchor": stamp.anchor}


def judged_split(document: bytes) -> dict[str, Any]:
    """What this implementation says of a proof."""
    try:
        split = parse_document(document).prove(LOG.public)
    except MusnadError as error:
        return {"code": error.code}
    return {"sizes": [split.older.checkpoint.size, split.newer.checkpoint.size]}


def _stamps(folder: Path) -> list[dict[str, Any]]:
    good, other = new_authority(folder / "good"), new_authority(folder / "other", "Other")
    request, answer = good.stamp(OCTETS)
    strange = {
        "its signer may serve the web, too": strange_authority(folder / "web", usage=ExtendedKeyUsageOID.SERVER_AUTH),
        "its signer's purpose is not critical": strange_authority(folder / "loose", critical=False),
        "its signer's certificate had ended": strange_authority(folder / "ended", ended=True),
    }
    made: list[tuple[str, bytes, bytes, bytes, StampAnchor]] = [
        ("a stamp", OCTETS, request, answer, good.anchor),
        ("over other octets", OCTETS + b".", request, answer, good.anchor),
        ("the answer to another request", OCTETS, ask_stamp(OCTETS), answer, good.anchor),
        ("under another authority's certificate", OCTETS, request, answer, other.anchor),
        ("declined", OCTETS, request, bytes.fromhex("30053003020102"), good.anchor),
        ("granted, and nothing in it", OCTETS, request, bytes.fromhex("30053003020100"), good.anchor),
        ("cut", OCTETS, request, answer[:-1], good.anchor),
        ("an octet more", OCTETS, request, answer + b"\0", good.anchor),
        ("its signature altered", OCTETS, request, answer[:-1] + bytes([answer[-1] ^ 1]), good.anchor),
        *((note, OCTETS, *one.stamp(OCTETS), one.anchor) for note, one in strange.items()),
    ]
    return [
        {
            "note": note,
            "input": {
                "octets": write_b64(octets),
                "request": write_b64(asked),
                "answer": write_b64(given),
                "anchor": write_b64(anchor.der),
            },
            "expect": judged(octets, asked, given, anchor),
        }
        for note, octets, asked, given, anchor in made
    ]


def _splits() -> list[dict[str, Any]]:
    at = instant(datetime(2026, 11, 23, 3, 0, tzinfo=UTC))
    honest = MemoryTree(leaf_hash(b"%d" % number) for number in range(12))
    forked = MemoryTree(leaf_hash(b"%d" % number if number < 2 else b"other") for number in range(12))

    def head(tree: MemoryTree, size: int) -> SignedCheckpoint:
        return sign_checkpoint(checkpoint(LOG.name, size, tree.root(size)), LOG, at)

    def told(one: SignedCheckpoint, other: SignedCheckpoint, tree: MemoryTree) -> SplitDocument:
        return SplitDocument(VN, (one.raw, other.raw), path_between(one.checkpoint, other.checkpoint, tree.read))

    grown = told(head(honest, 5), head(honest, 11), honest)
    made = [
        ("two roots of one size", told(head(honest, 5), head(forked, 5), forked)),
        ("two sizes", told(head(honest, 5), head(forked, 11), forked)),
        ("two sizes, the smaller a power of two", told(head(honest, 8), head(forked, 11), forked)),
        ("growth is no split", grown),
        ("the path is of another tree", told(head(honest, 5), head(honest, 11), forked)),
        ("no path", SplitDocument(VN, grown.heads, ())),
        ("one head twice", SplitDocument(VN, (grown.heads[0], grown.heads[0]), ())),
        ("a path where the sizes are one", SplitDocument(VN, (head(honest, 5).raw, head(forked, 5).raw), (b"x" * 32,))),
        ("before the fork both are true", told(head(honest, 2), head(forked, 11), forked)),
    ]
    return [
        {
            "note": note,
            "input": {
                "classical": LOG.public.classical.write(),
                "quantum": LOG.public.quantum.write(),
                "document": write_b64(document.write()),
            },
            "expect": judged_split(document.write()),
        }
        for note, document in made
    ]


def main() -> None:
    """Write both files."""
    with tempfile.TemporaryDirectory() as folder:
        STAMPS.write_text(json.dumps(_stamps(Path(folder)), indent=1) + "\n", "utf-8")
    SPLITS.write_text(json.dumps(_splits(), indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
