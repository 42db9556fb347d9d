from __future__ import annotations

import dataclasses
import hashlib
import hmac

import pytest

from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.ijson import write_canonical
from musnad.core.kernel.names import Digest, SealId, digest_of
from musnad.core.sealing.errors import BadRecordProof
from musnad.core.sealing.layout import Span
from musnad.core.sealing.manifest import Manifest, RecordsNote, SourceNote
from musnad.core.sealing.records import (
    FileRecord,
    MissingRecord,
    Record,
    RecordProof,
    RecordTree,
    parse_proof,
    parse_record,
    prove_record,
    salt_of,
    salt_secret,
    verify_record,
    write_proof,
    write_record,
)
from tests.core.sealing.test_manifest import GOOD

KEY = bytes(range(32))
RECORDS: list[Record] = [
    FileRecord(f"case/{name}".encode(), at, 100, digest_of(name.encode()))
    for at, name in enumerate(["a", "b", "نص", 'quote"\\\n', "\u202efdp"])
]
RECORDS += [FileRecord(b"case/\xff\xfe", 0, 0, digest_of(b"")), MissingRecord(b"case/locked", "EACCES")]


def sealed(records: list[Record] = RECORDS) -> tuple[Manifest, bytes, list[bytes]]:
    secret = salt_secret(KEY, GOOD.seal)
    tree = RecordTree(secret)
    leaves = [tree.add(write_record(one)) for one in records]
    note = RecordsNote(tree.count, tree.root(), 1, Span(0, 0))
    return dataclasses.replace(GOOD, source=SourceNote("folder", "folder"), records=note), secret, leaves


@pytest.mark.parametrize("record", RECORDS, ids=lambda one: ascii(one.name))
def test_a_line_is_canonical_json_and_says_the_record(record: Record) -> None:
    from musnad.core.kernel.ijson import parse_object

    line = write_record(record)
    assert write_canonical(parse_object(line, what="record")) == line
    assert parse_record(line) == record


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"{}",
        b"[]",
        b'{"missing":"EACCES"}',
        b'{"missing":"EACCES","name":""}',
        b'{"missing":"","name":"a"}',
        b'{"missing":"two\\nlines","name":"a"}',
        b'{"missing": "EACCES","name":"a"}',
        b'{"name":"a","missing":"EACCES"}',
        b'{"missing":"EACCES","name":"a","name_octets":"61"}',
        b'{"missing":"EACCES","name_octets":"61"}',
        b'{"missing":"EACCES","name_octets":"FF"}',
        b'{"missing":"EACCES","name":"a\\u0000"}',
        b'{"first":0,"name":"a","sha256":"00","size_octets":1}',
        b'{"first":-1,"name":"a","sha256":"%s","size_octets":1}' % (b"0" * 64),
        b'{"first":true,"name":"a","sha256":"%s","size_octets":1}' % (b"0" * 64),
        b'{"first":0,"missing":"x","name":"a","sha256":"%s","size_octets":1}' % (b"0" * 64),
        b"\xff",
    ],
)
def test_refuses_a_line_that_is_no_record_in_its_one_form(line: bytes) -> None:
    with pytest.raises(MusnadError):
        parse_record(line)


def test_salts_are_derived_as_the_protocol_says() -> None:
    info = b'{"label":"musnad/1 record salts","seal":"%s"}' % GOOD.seal.encode()
    secret = hmac.new(KEY, info + b"\x01", hashlib.sha256).digest()
    assert salt_secret(KEY, GOOD.seal) == secret
    assert salt_of(secret, 258) == hmac.new(secret, bytes(6) + b"\x01\x02", hashlib.sha256).digest()
    assert salt_secret(KEY, SealId("cd" * 16)) != secret


def test_each_record_is_proven_and_comes_back_from_its_written_proof() -> None:
    manifest, secret, leaves = sealed()
    for number, record in enumerate(RECORDS):
        proof = parse_proof(write_proof(prove_record(GOOD.seal, secret, leaves, number, record)))
        assert verify_record(manifest, proof) == record


def test_a_proof_says_nothing_of_the_other_records() -> None:
    manifest, secret, leaves = sealed()
    written = write_proof(prove_record(GOOD.seal, secret, leaves, 0, RECORDS[0]))
    for number, other in enumerate(RECORDS[1:], 1):
        line = write_record(other)
        guessed = {line, b"\0" + line, hashlib.sha256(line).digest(), hashlib.sha256(b"\0" + line).digest()}
        assert not any(one.hex().encode() in written or one in written for one in guessed)
        assert salt_of(secret, number).hex().encode() not in written
    assert manifest.records is not None


THIRD = FileRecord("case/نص".encode(), 2, 100, digest_of("نص".encode()))


def _proof() -> tuple[Manifest, RecordProof]:
    assert RECORDS[2] == THIRD
    manifest, secret, leaves = sealed()
    return manifest, prove_record(GOOD.seal, secret, leaves, 2, RECORDS[2])


@pytest.mark.parametrize(
    "change",
    [
        {"number": 1},
        {"number": 7},
        {"seal": SealId("cd" * 16)},
        {"record": RECORDS[1]},
        {"record": dataclasses.replace(THIRD, first=3)},
        {"record": dataclasses.replace(THIRD, sha256=Digest("0" * 64))},
        {"salt": bytes(32)},
        {"salt": b""},
        {"path": ()},
        {"path": (bytes(32),) * 3},
        {"path": (b"short",) * 3},
    ],
    ids=str,
)
def test_refuses_a_proof_of_which_one_thing_was_changed(change: dict[str, object]) -> None:
    manifest, proof = _proof()
    assert verify_record(manifest, proof) == RECORDS[2]
    with pytest.raises(BadRecordProof) as caught:
        verify_record(manifest, dataclasses.replace(proof, **change))  # type: ignore[arg-type]
    assert caught.value.code == "exhibit.record-proof-invalid"


def test_refuses_a_proof_against_a_manifest_without_records_or_of_another_root() -> None:
    manifest, proof = _proof()
    assert manifest.records is not None
    other = dataclasses.replace(manifest.records, root=Digest("0" * 64))
    for wrong in (None, other, dataclasses.replace(manifest.records, count=2)):
        with pytest.raises(BadRecordProof):
            verify_record(dataclasses.replace(manifest, records=wrong), proof)


def test_refuses_a_record_that_reaches_past_the_exhibit() -> None:
    far = FileRecord(b"case/a", GOOD.size_octets, 1, digest_of(b"a"))
    manifest, secret, leaves = sealed([far])
    with pytest.raises(BadRecordProof):
        verify_record(manifest, prove_record(GOOD.seal, secret, leaves, 0, far))
