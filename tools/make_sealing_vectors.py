"""Make the test vectors of the seal (tests/vectors/sealing).

    make_sealing_vectors.py           write them
    make_sealing_vectors.py --check   exit 1 unless what stands is what would be written

All come out to the same bytes: keys and seal ids are fixed here, and AES-GCM draws nothing. Key wraps do draw: they
are HPKE as in tests/vectors/crypto, with the info of ``wraps.json``.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import sys
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from musnad.adapters.vault.memory import MemorySource, MemoryVault
from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.ijson import JsonObject, parse_object, write_canonical
from musnad.core.kernel.names import AuthorityId, KeyId, MessageId, OfficerName, SealId, digest_of
from musnad.core.kernel.times import parse_instant
from musnad.core.sealing.archive import ArchiveReader, Entry, ending, index_entry, index_name, padding, write_header
from musnad.core.sealing.layout import LEAF_OCTETS, PART_OCTETS, Layout
from musnad.core.sealing.manifest import Manifest, SourceNote, Tool, write_manifest
from musnad.core.sealing.name import parse_safe_name
from musnad.core.sealing.part import Place, Role, open_part, seal_part
from musnad.core.sealing.records import (
    FileRecord,
    MissingRecord,
    Record,
    RecordTree,
    prove_record,
    salt_of,
    salt_secret,
    write_proof,
    write_record,
)
from musnad.core.sealing.schema import parse_manifest
from musnad.core.sealing.tree import leaf_hash, prove_leaf, root_of
from musnad.core.sealing.wraps import wrap_info
from musnad.exchange.evidence.sealing import SealingOrder, seal
from musnad.exchange.evidence.vault import read_range

FOLDER = Path(__file__).resolve().parent.parent / "tests" / "vectors" / "sealing"
KEY = bytes(range(32))
SEAL = SealId(bytes(range(16)).hex())
OTHER = SealId(bytes(range(16, 32)).hex())
AT = parse_instant("2026-11-23T03:00:00Z")

Case = dict[str, object]

MANIFEST = Manifest(
    seal=SEAL,
    name="قرص الخادم.img",
    media_type="application/octet-stream",
    size_octets=PART_OCTETS + 100,
    sha256=digest_of(b"content"),
    root=digest_of(b"root"),
    sealed_at=AT,
    sealed_by=AuthorityId("QA/central-authority"),
    officer=OfficerName("QA/central-authority/falcon"),
    tool=Tool("musnad", "0.1.0"),
    source=SourceNote("Disk of the mail server", "file", "SN 12345"),
    under=MessageId(digest_of(b"request")),
    exercise=True,
)


def content(size: int) -> bytes:
    """Octets by a rule that any language can follow: SHA-256 of "block 0", "block 1", ... one after the other."""
    blocks = (hashlib.sha256(b"block %d" % number).digest() for number in range(-(-size // 32)))
    return b"".join(blocks)[:size]


def parts() -> Iterator[Case]:
    sealed = seal_part(KEY, Place(SEAL, "data", 1, is_last=True), b"evidence")

    def case(note: str, place: Place, octets: bytes, key: bytes = KEY) -> Case:
        try:
            expect: Case = {"plaintext": open_part(key, place, octets).hex()}
        except MusnadError as error:
            expect = {"code": error.code}
        return {
            "note": note,
            "key": key.hex(),
            "seal": place.seal,
            "role": place.role,
            "number": place.number,
            "last": place.is_last,
            "nonce": place.nonce.hex(),
            "aad": place.aad.decode("ascii"),
            "sealed": octets.hex(),
            "expect": expect,
        }

    here = Place(SEAL, "data", 1, is_last=True)
    roles: tuple[Role, ...] = ("data", "index")
    for role in roles:
        place = Place(SEAL, role, 0, is_last=False)
        yield case(f"first part of {role}, not the last", place, seal_part(KEY, place, bytes(40)))
    yield case("last part", here, sealed)
    yield case(
        "the one part of an empty exhibit",
        Place(SEAL, "data", 0, True),
        seal_part(KEY, Place(SEAL, "data", 0, True), b""),
    )
    yield case("moved to another number", Place(SEAL, "data", 2, is_last=True), sealed)
    yield case("last flag removed", Place(SEAL, "data", 1, is_last=False), sealed)
    yield case("moved to another exhibit", Place(OTHER, "data", 1, is_last=True), sealed)
    yield case("moved to another role", Place(SEAL, "index", 1, is_last=True), sealed)
    yield case("another key", here, sealed, bytes(32))
    yield case("a bit flipped", here, bytes([sealed[0] ^ 1]) + sealed[1:])
    yield case("cut", here, sealed[:-1])


def trees() -> Iterator[Case]:
    for size in (0, 1, 2, 3, 7, 8, 70):
        contents = [b"leaf %d" % number for number in range(size)]
        leaves = [leaf_hash(one) for one in contents]
        shown = sorted({0, size // 2, size - 1} - {-1}) if size else []
        yield {
            "note": 'leaf n is the text "leaf n"',
            "size": size,
            "root": root_of(leaves).hex(),
            "proofs": [{"leaf": leaf, "path": [step.hex() for step in prove_leaf(leaves, leaf)]} for leaf in shown],
        }


def layouts() -> Iterator[Case]:
    for size in (0, 1, LEAF_OCTETS, LEAF_OCTETS + 1, PART_OCTETS, PART_OCTETS + 1, 2**30, 2**30 + 1, 2**40):
        layout = Layout(size)
        yield {
            "size_octets": size,
            "parts": layout.parts,
            "leaves": layout.leaves,
            "blocks": layout.blocks,
            "index_octets": layout.index_octets,
        }


def exhibits() -> Iterator[Case]:
    for size in (0, 100, PART_OCTETS + LEAF_OCTETS + 1):
        drawn = iter([bytes.fromhex(SEAL), KEY])
        vault = MemoryVault()
        order = SealingOrder(
            sealed_by=AuthorityId("QA/central-authority"),
            tool=Tool("musnad", "vectors"),
            description="A vector",
            exercise=True,
        )
        sealed = seal(
            MemorySource(content(size), "vector.bin"),
            order,
            vault=vault,
            sign=lambda payload: payload,
            now=lambda: AT,
            entropy=lambda _, drawn=drawn: next(drawn),  # type: ignore[misc]
        )
        layout = sealed.manifest.layout
        yield {
            "note": 'content is SHA-256("block 0") || SHA-256("block 1") || ..., cut to size_octets',
            "size_octets": size,
            "key": KEY.hex(),
            "manifest": sealed.signed_manifest.decode("utf-8"),
            "data_sha256": digest_of(read_range(vault, SEAL, "data", 0, size)),
            "index": read_range(vault, SEAL, "index", 0, layout.index_octets).hex(),
        }


def manifests() -> Iterator[Case]:
    def case(note: str, payload: bytes) -> Case:
        try:
            parse_manifest(payload)
            code = "ok"
        except MusnadError as error:
            code = error.code
        return {"note": note, "payload": payload.decode("utf-8"), "expect": code}

    def changed(**members: object) -> bytes:
        whole: JsonObject = parse_object(write_manifest(MANIFEST), what="manifest")
        for name, value in members.items():
            if value is ...:
                del whole[name]
            else:
                whole[name] = value
        return write_canonical(whole)

    yield case("a good manifest", write_manifest(MANIFEST))
    yield case("without officer and request", changed(officer=..., under=...))
    yield case("a later format", changed(format="musnad-seal/3"))
    yield case("the second format without a note", changed(format="musnad-seal/2"))
    noted = {"format": "musnad-seal/2", "source": {"description": "A folder", "kind": "folder"}}
    place = {"first": 1024, "size_octets": 9}
    records = {"kind": "files", "count": 2, "root": digest_of(b"records"), "missing": 1, "index": place}
    yield case("octets that were not read", changed(**noted, unread=[[0, 4096], [8192, 1]]))
    yield case("read twice", changed(**noted, reads=2))
    yield case("a folder's records", changed(**noted, records=records))
    yield case("a note in the first format", changed(reads=2))
    yield case("ranges that adjoin", changed(**noted, unread=[[0, 4096], [4096, 1]]))
    yield case("a range past the end", changed(**noted, unread=[[PART_OCTETS + 99, 2]]))
    yield case("no range", changed(**noted, unread=[]))
    yield case("read once, said", changed(**noted, reads=1))
    yield case("a file's records", changed(format="musnad-seal/2", records=records))
    yield case("more missing than recorded", changed(**noted, records={**records, "missing": 3}))
    yield case("an unknown member", changed(more=1))
    yield case("no digest", changed(sha256=...))
    yield case("parts that contradict the size", changed(parts=3))
    yield case("another part size", changed(part_octets=1024))
    yield case("a name that leads out", changed(name="../x"))
    yield case("a name that deceives", changed(name="fdp\u202eexe"))
    yield case("an officer of another authority", changed(officer="VN/contact-24-7/lotus"))
    yield case("a null where the member should be absent", changed(under=None))
    yield case("a number as text", changed(size_octets="1"))
    yield case("no JSON", b"{")


def record_cases() -> Iterator[Case]:
    """Lines under their salts, the root of them all, and the proof of each."""
    lines: list[Record] = [
        FileRecord("قضية/a".encode(), 1024, 3, digest_of(b"abc")),
        FileRecord(b"case/" + bytes([0xFF]), 2048, 0, digest_of(b"")),
        FileRecord(b'case/quote"', 2560, 1, digest_of(b"x")),
        MissingRecord(b"case/locked", "EACCES"),
    ]
    secret = salt_secret(KEY, SEAL)
    for count in range(1, len(lines) + 1):
        tree = RecordTree(secret)
        leaves = [tree.add(write_record(one)) for one in lines[:count]]
        proofs = [write_proof(prove_record(SEAL, secret, leaves, at, lines[at])) for at in range(count)]
        yield {
            "key": KEY.hex(),
            "seal": SEAL,
            "secret": secret.hex(),
            "lines": [write_record(one).decode("utf-8") for one in lines[:count]],
            "salts": [salt_of(secret, at).hex() for at in range(count)],
            "root": tree.root(),
            "proofs": [proof.decode("utf-8") for proof in proofs],
        }


def archives() -> Iterator[Case]:
    """A folder's archive, whole, and what a reader refuses: ``entries`` are the names heard, or ``code`` why not."""
    root = Entry(b"case", "folder", 0o755, 0, 0, 10**9)
    file = Entry(b"case/a", "file", 0o644, 0, 0, 1_500_000_000, 3)
    deep = Entry("case/مجلد".encode(), "folder", 0o755, 0, 0, 0)
    raw = Entry("case/مجلد/".encode() + bytes([0xFF]), "file", 0o600, 0, 0, 0, 0)
    index = b'{"first":0,"name":"case/a","sha256":"00","size_octets":3}'

    def whole(*entries: Entry) -> bytes:
        made = b""
        for entry in (*entries, index_entry(b"case", len(index))):
            content = index if entry.name == index_name(b"case") else b"abc"[: entry.size_octets]
            made += write_header(entry) + content + bytes(padding(len(content)))
        return made + bytes(ending(len(made)))

    def case(note: str, octets: bytes) -> Case:
        heard = _Names()
        reader = ArchiveReader(heard)
        try:
            reader.take(memoryview(octets))
            reader.finish()
            expect: Case = {"entries": heard.names}
        except MusnadError as error:
            expect = {"code": error.code}
        return {"note": note, "archive": base64.b64encode(zlib.compress(octets)).decode("ascii"), "expect": expect}

    good = whole(root, file, deep, raw)
    yield case("a folder of two files", good)
    yield case("cut", good[:-512])
    yield case("something after the end", good + b"x")
    yield case("a name twice", whole(root, file, file))
    yield case("out of order", whole(root, deep, file))
    yield case("a name that leads out", whole(root, replace(file, name=b"case/../x")))
    yield case("an absolute name", whole(root, replace(file, name=b"/x")))
    link = Entry(b"case/a", "link", 0o777, 0, 0, 0, 0, b"/")
    yield case("a file behind a link", whole(root, link, replace(file, name=b"case/a/x")))
    yield case("another checksum", good.replace(good[148:154], b"000000", 1))


class _Names:
    def __init__(self) -> None:
        self.names: list[str] = []

    def begin(self, entry: Entry, first: int) -> None:
        del first
        self.names.append(entry.name.hex())

    def content(self, octets: memoryview) -> None:
        """Not looked at."""

    def end(self) -> None:
        """Nor this."""


def names() -> Iterator[Case]:
    for name in (
        "disk.img",
        "تقرير نهائي.pdf",
        "Biên bản.docx",
        "",
        "..",
        "a/b",
        "a\\b",
        "a\u0000b",
        "\u202efdp.exe",
        "end.",
    ):
        try:
            parse_safe_name(name)
            code = "ok"
        except MusnadError as error:
            code = error.code
        yield {"name": name, "expect": code}


def wraps() -> Iterator[Case]:
    recipient, key = AuthorityId("VN/central-authority"), KeyId(digest_of(b"key"))
    yield {
        "note": "the HPKE info that binds an exhibit key's wrap",
        "seal": SEAL,
        "recipient": recipient,
        "key": key,
        "info": wrap_info(SEAL, recipient, key).decode("ascii"),
    }


FILES = {
    "parts.json": parts,
    "tree.json": trees,
    "layout.json": layouts,
    "exhibits.json": exhibits,
    "manifests.json": manifests,
    "names.json": names,
    "records.json": record_cases,
    "archives.json": archives,
    "wraps.json": wraps,
}


def written(name: str) -> str:
    """The text of one vector file."""
    return json.dumps({"cases": list(FILES[name]())}, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def main(arguments: list[str] | None = None) -> int:
    """Write, or compare and name what differs."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true")
    wants_check = parser.parse_args(arguments).check
    stale = 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        path, text = FOLDER / name, written(name)
        if wants_check:
            if not path.is_file() or path.read_text("utf-8") != text:
                print(f"{name}: not what would be written")
                stale = 1
        else:
            path.write_text(text, "utf-8")
    return stale


if __name__ == "__main__":
    sys.exit(main())
