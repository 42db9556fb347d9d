"""Records: the single files of a sealed folder, each provable to a court without showing any other.

A record is one line of canonical JSON. Its leaf is SHA-256(0x00 || salt || line), nodes as in ``tree``; the root stands
in the signed manifest. Salts are 32 octets, derived from the exhibit key and never kept: whoever has the key finds
every salt again, whoever was shown one record learns no other. So a proof's path tells nothing of its neighbours, even
to one who guesses what they say.

    secret  = HKDF-Expand-SHA256(exhibit key, canonical JSON of {"label": "musnad/1 record salts", "seal"}, 32)
    salt(n) = HMAC-SHA256(secret, n in 8 octets, most significant first)

A file's record says its name (the whole path, in octets where it is no UTF-8), where its content begins in the exhibit,
size and SHA-256. What of a folder could not be sealed has a record too: its name, and why it is missing. All files come
first, in the order in which the exhibit holds them, then what is missing.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field
from json.encoder import encode_basestring
from typing import Final

from musnad.core.kernel.errors import BadForm
from musnad.core.kernel.ijson import JsonObject, parse_object, write_canonical
from musnad.core.kernel.names import Digest, SealId, parse_digest, parse_seal_id
from musnad.core.sealing.errors import BadRecordProof
from musnad.core.sealing.layout import SIZE_LIMIT_OCTETS
from musnad.core.sealing.manifest import Manifest
from musnad.core.sealing.tree import Tree, path_holds, prove_leaf

LABEL: Final = "musnad/1 record salts"
PROOF_FORMAT: Final = "musnad-record-proof/1"
SALT_OCTETS: Final = 32
LINE_LIMIT_OCTETS: Final = 256 * 1024
"""Of one record: a path of many folders, written in hexadecimal, and its numbers."""
PROOF_LIMIT_OCTETS: Final = 2 * LINE_LIMIT_OCTETS
_WHY_LIMIT = 64


@dataclass(frozen=True, slots=True)
class FileRecord:
    """A file: its path as sealed, where its octets are in the exhibit's plaintext, and their SHA-256."""

    name: bytes
    first: int
    size_octets: int
    sha256: Digest


@dataclass(frozen=True, slots=True)
class MissingRecord:
    """What was in the folder and is not in the exhibit; ``why`` in the system's word, as ``EACCES``, or ``socket``."""

    name: bytes
    why: str


Record = FileRecord | MissingRecord


def write_record(record: Record) -> bytes:
    """The record's line, without its end: canonical JSON (written out here, since a folder may have millions)."""
    try:
        text = record.name.decode("utf-8")
        name = f'"name":{encode_basestring(text)}'
    except UnicodeDecodeError:
        name = f'"name_octets":"{record.name.hex()}"'
    if isinstance(record, FileRecord):
        line = f'{{"first":{record.first},{name},"sha256":"{record.sha256}","size_octets":{record.size_octets}}}'
    else:
        line = f'{{"missing":{encode_basestring(record.why)},{name}}}'
    return line.encode("utf-8")


def parse_record(line: bytes) -> Record:
    """The record that a line says; ``Malformed`` unless ``write_record`` makes these very octets of it."""
    record = _record(parse_object(line, what="record", limit_octets=LINE_LIMIT_OCTETS))
    if write_record(record) != line:
        raise BadForm("record", "not in its one form")
    return record


def _record(found: JsonObject) -> Record:
    members = set(found)
    given = members & {"name", "name_octets"}
    if len(given) != 1:
        raise BadForm("record", "one name is due")
    name = _name(found)
    match members - given:
        case rest if rest == {"missing"}:
            why = found["missing"]
            if not isinstance(why, str) or not 0 < len(why) <= _WHY_LIMIT or not why.isascii() or not why.isprintable():
                raise BadForm("record", "why it is missing")
            return MissingRecord(name, why)
        case rest if rest == {"first", "size_octets", "sha256"}:
            first, size = found["first"], found["size_octets"]
            if not _is_octets(first) or not _is_octets(size):
                raise BadForm("record", "its place")
            return FileRecord(name, int(str(first)), int(str(size)), parse_digest(str(found["sha256"])))
        case _:
            raise BadForm("record", "its members")


def _name(found: JsonObject) -> bytes:
    if "name" in found:
        text = found["name"]
        name = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else b""
    else:
        text = found["name_octets"]
        try:
            name = bytes.fromhex(text) if isinstance(text, str) else b""
        except ValueError:
            name = b""
    if not name or b"\0" in name:
        raise BadForm("record", "its name")
    return name


def _is_octets(value: object) -> bool:
    return type(value) is int and 0 <= value <= SIZE_LIMIT_OCTETS


def salt_secret(exhibit_key: bytes, seal: SealId) -> bytes:
    """What the salts of one exhibit's records are derived from; as secret as its key."""
    info = write_canonical({"label": LABEL, "seal": seal})
    return hmac.digest(exhibit_key, info + b"\x01", "sha256")


def salt_of(secret: bytes, number: int) -> bytes:
    """The salt of record ``number``, from 0."""
    return hmac.digest(secret, number.to_bytes(8, "big"), "sha256")


def record_leaf(salt: bytes, line: bytes) -> bytes:
    """The leaf of a record's line under its salt."""
    return hashlib.sha256(b"\x00" + salt + line).digest()


class RecordTree:
    """A growing tree of records, each salted by its number; it remembers its frontier only."""

    __slots__ = ("_secret", "_tree")

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self._tree = Tree()

    @property
    def count(self) -> int:
        return self._tree.size

    def add(self, line: bytes) -> bytes:
        """Append the next record by its line; gives its leaf, for who will prove something."""
        leaf = record_leaf(salt_of(self._secret, self._tree.size), line)
        self._tree.add(leaf)
        return leaf

    def root(self) -> Digest:
        return Digest(self._tree.root().hex())


@dataclass(frozen=True, slots=True)
class RecordProof:
    """That a record stands at ``number`` among the records of a seal. ``path`` is lowest first."""

    seal: SealId
    number: int
    record: Record
    salt: bytes = field(repr=False)
    path: tuple[bytes, ...] = field(repr=False)


def prove_record(seal: SealId, secret: bytes, leaves: Sequence[bytes], number: int, record: Record) -> RecordProof:
    """The proof of one record, given the leaves of all; ``IndexError`` where there is no such number."""
    return RecordProof(seal, number, record, salt_of(secret, number), prove_leaf(leaves, number))


def write_proof(proof: RecordProof) -> bytes:
    """The proof as canonical JSON, to be handed over beside the manifest and the file."""
    line: JsonObject = parse_object(write_record(proof.record), what="record", limit_octets=LINE_LIMIT_OCTETS)
    return write_canonical(
        {
            "format": PROOF_FORMAT,
            "seal": proof.seal,
            "number": proof.number,
            "record": line,
            "salt": proof.salt.hex(),
            "path": [step.hex() for step in proof.path],
        }
    )


def parse_proof(data: bytes) -> RecordProof:
    """Any octets give a proof (of which nothing is verified yet) or a ``MusnadError``."""
    found = parse_object(data, what="record proof", limit_octets=PROOF_LIMIT_OCTETS)
    if set(found) != {"format", "seal", "number", "record", "salt", "path"} or found["format"] != PROOF_FORMAT:
        raise BadForm("record proof", "its members")
    number, path, line = found["number"], found["path"], found["record"]
    if not _is_octets(number) or not isinstance(line, dict) or not isinstance(path, list) or len(path) > 64:
        raise BadForm("record proof", "its number, record or path")
    return RecordProof(
        parse_seal_id(str(found["seal"])),
        int(str(number)),
        parse_record(write_canonical(line)),
        bytes.fromhex(parse_digest(str(found["salt"]))),
        tuple(bytes.fromhex(parse_digest(str(step))) for step in path),
    )


def verify_record(manifest: Manifest, proof: RecordProof) -> Record:
    """The record, proven to be that of the sealed exhibit; ``BadRecordProof`` otherwise.

    Left to the caller: that the manifest's signature holds, and that the file shown has the record's size and SHA-256.
    """
    note = manifest.records
    if note is None or proof.seal != manifest.seal or len(proof.salt) != SALT_OCTETS:
        raise BadRecordProof(proof.seal, proof.number)
    leaf = record_leaf(proof.salt, write_record(proof.record))
    if not path_holds(bytes.fromhex(note.root), note.count, proof.number, leaf, proof.path):
        raise BadRecordProof(proof.seal, proof.number)
    if isinstance(proof.record, FileRecord) and proof.record.first + proof.record.size_octets > manifest.size_octets:
        raise BadRecordProof(proof.seal, proof.number)
    return proof.record
