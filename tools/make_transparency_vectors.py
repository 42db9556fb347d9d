"""Make the test vectors of the log (tests/vectors/transparency).

    make_transparency_vectors.py           write them
    make_transparency_vectors.py --check   exit 1 unless what stands is what would be written

``tree.json``, ``entry.json``, ``tiles.json`` and ``messages.json`` come out to the same bytes. ML-DSA draws randomness,
so ``notes.json`` is made once: where it stands and every note in it still opens, it is kept.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.names import digest_of, parse_message_id
from musnad.core.kernel.times import instant, write_instant
from musnad.core.transparency.checkpoint import Checkpoint, cosigned_message, open_checkpoint, sign_checkpoint
from musnad.core.transparency.cosignature import (
    add_cosignatures,
    cosign,
    cosignature_v1_message,
    verify_cosigned,
)
from musnad.core.transparency.entry import blind_entry
from musnad.core.transparency.keys import LogSigningKey, WitnessSigningKey
from musnad.core.transparency.tiles import Tile, build_tile, write_bundle
from musnad.core.transparency.tree import MemoryTree, leaf_hash
from musnad.core.transparency.witness import Submission

FOLDER = Path(__file__).resolve().parent.parent / "tests" / "vectors" / "transparency"
AT = instant(datetime(2026, 11, 23, 3, 0, 0, tzinfo=UTC))
SEEN = instant(datetime(2026, 11, 23, 3, 0, 7, tzinfo=UTC))
LOG = LogSigningKey("musnad.example/VN", bytes(range(32)), bytes(range(32, 64)))
WITNESS = WitnessSigningKey("witness.musnad.example/QA", bytes(range(64, 96)), bytes(range(96, 128)))
SIZE = 300

Cases = list[dict[str, object]]


def entry(index: int) -> bytes:
    """Entry ``index`` of the vectors' log."""
    salt = hashlib.sha256(b"salt %d" % index).digest()
    return blind_entry(salt, parse_message_id(digest_of(b"message %d" % index)))


ENTRIES = [entry(index) for index in range(SIZE)]
TREE = MemoryTree(map(leaf_hash, ENTRIES))


def hexes(hashes: tuple[bytes, ...]) -> list[str]:
    return [one.hex() for one in hashes]


def entry_cases() -> Cases:
    return [
        {
            "note": "entry = SHA-256(salt || message id); leaf = SHA-256(0x00 || entry)",
            "input": {
                "salt": hashlib.sha256(b"salt %d" % index).hexdigest(),
                "message": digest_of(b"message %d" % index),
            },
            "expect": {"entry": ENTRIES[index].hex(), "leaf": leaf_hash(ENTRIES[index]).hex()},
        }
        for index in (0, 1, 299)
    ]


def tree_cases() -> Cases:
    """Roots, inclusion and consistency proofs of the log of 300 entries."""
    sizes = (0, 1, 2, 3, 7, 8, 13, 255, 256, 257, 300)
    cases: Cases = [
        {"note": "root", "input": {"size": size}, "expect": {"root": TREE.root(size).hex()}} for size in sizes
    ]
    for index, size in ((0, 1), (0, 2), (6, 7), (5, 13), (12, 13), (255, 256), (256, 257), (0, 300), (299, 300)):
        proof = hexes(TREE.inclusion_proof(index, size))
        cases.append({"note": "inclusion", "input": {"index": index, "size": size}, "expect": {"proof": proof}})
    for old, new in ((0, 7), (1, 2), (3, 7), (4, 7), (7, 7), (6, 8), (8, 13), (255, 300), (256, 300), (299, 300)):
        proof = hexes(TREE.consistency_proof(old, new))
        cases.append({"note": "consistency", "input": {"old": old, "new": new}, "expect": {"proof": proof}})
    return cases


def tile_cases() -> Cases:
    """Paths and digests of tiles and bundles."""
    cases: Cases = []
    for tile in (Tile(0, 0), Tile(0, 1, 44), Tile(1, 0, 1)):
        data = build_tile(tile, SIZE, TREE.read)
        cases.append({"note": "tile", "input": {"path": tile.path}, "expect": {"sha256": digest_of(data)}})
    for tile in (Tile(None, 0), Tile(None, 1, 44)):
        data = write_bundle(ENTRIES[tile.index * 256 : tile.index * 256 + tile.width])
        cases.append({"note": "bundle", "input": {"path": tile.path}, "expect": {"sha256": digest_of(data)}})
    for path, place in (("tile/0/x001/x234/067", 1234067), ("tile/63/999", 999), ("tile/entries/x001/000.p/9", 1000)):
        cases.append({"note": "path", "input": {"path": path}, "expect": {"index": place}})
    for path in ("tile/0/1", "tile/64/000", "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/x000/001", "tile/00/000"):
        cases.append({"note": "path", "input": {"path": path}, "expect": {"code": "log.tile-malformed"}})
    return cases


def message_cases() -> Cases:
    """Keys, checkpoint texts and the exact octets that are signed."""
    cases: Cases = []
    for key, seeds in ((LOG.public, LOG), (WITNESS.public, WITNESS)):
        shown = {"ed25519_seed": seeds.ed25519_seed.hex(), "ml_dsa_44_seed": seeds.ml_dsa_44_seed.hex()}
        expect = {"classical": key.classical.write(), "quantum": key.quantum.write()}
        cases.append({"note": "verifier keys", "input": {"name": key.name, **shown}, "expect": expect})
    for size in (0, 300):
        tree, seconds = Checkpoint(LOG.name, size, TREE.root(size)), int(AT.timestamp())
        signed = {
            "text": tree.text,
            "cosignature/v1": cosignature_v1_message(tree, seconds).decode(),
            "cosigned_message": cosigned_message(tree, WITNESS.name, seconds).hex(),
        }
        given = {"origin": LOG.name, "size": size, "root": tree.root.hex(), "at": write_instant(AT)}
        cases.append({"note": "signed octets", "input": {**given, "cosigner": WITNESS.name}, "expect": signed})
    return cases


def note_cases() -> Cases:
    """A signed and a cosigned checkpoint, and a submission; random, so made once."""
    signed = sign_checkpoint(Checkpoint(LOG.name, SIZE, TREE.root()), LOG, AT)
    cosigned = add_cosignatures(signed, cosign(signed, WITNESS, SEEN), WITNESS.public)
    submission = Submission(257, TREE.consistency_proof(257, SIZE), signed.raw).write()
    expect = {"size": SIZE, "at": write_instant(AT)}
    return [
        {"note": "checkpoint", "input": {"note": signed.raw.decode()}, "expect": {**expect, "cosigned": None}},
        {
            "note": "checkpoint",
            "input": {"note": cosigned.raw.decode()},
            "expect": {**expect, "cosigned": write_instant(SEEN)},
        },
        {"note": "submission", "input": {"body": submission.decode()}, "expect": {"old": 257, "size": SIZE}},
    ]


def still_open(path: Path) -> bool:
    """Whether the notes that stand are of these keys and this tree."""
    if not path.exists():
        return False
    for case in json.loads(path.read_text("utf-8")):
        try:
            if case["note"] == "checkpoint":
                signed = open_checkpoint(case["input"]["note"].encode(), LOG.public)
                if signed.checkpoint.root != TREE.root() or signed.at != AT:
                    return False
                if case["expect"]["cosigned"] and verify_cosigned(signed, WITNESS.public).at != SEEN:
                    return False
        except MusnadError:
            return False
    return True


def written(cases: Cases) -> str:
    return json.dumps(cases, ensure_ascii=False, indent=1) + "\n"


def main() -> int:
    """Write or check."""
    parser = argparse.ArgumentParser(description="Make the test vectors of the log.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 where something differs")
    check = parser.parse_args().check
    wanted = {
        "entry.json": written(entry_cases()),
        "tree.json": written(tree_cases()),
        "tiles.json": written(tile_cases()),
        "messages.json": written(message_cases()),
    }
    notes = FOLDER / "notes.json"
    if not still_open(notes):
        wanted["notes.json"] = written(note_cases())
    FOLDER.mkdir(parents=True, exist_ok=True)
    differing = [
        name
        for name, text in wanted.items()
        if not (FOLDER / name).exists() or (FOLDER / name).read_text("utf-8") != text
    ]
    for name in differing:
        print(f"{name}: {'differs' if check else 'written'}", file=sys.stderr)
        if not check:
            (FOLDER / name).write_text(wanted[name], "utf-8")
    return 1 if check and differing else 0


if __name__ == "__main__":
    sys.exit(main())
