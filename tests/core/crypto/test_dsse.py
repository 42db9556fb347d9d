"""DSSE: what is signed is type and payload; the id is the payload's; nothing is written again to be verified."""

from __future__ import annotations

import hashlib
import json
from base64 import b64encode

import pytest

from musnad.core.crypto.dsse import SIGNATURES_LIMIT, pae, parse_dsse, sign
from musnad.core.crypto.errors import BadSignature
from musnad.core.crypto.signing import SigningKey
from musnad.core.kernel.errors import BadForm, MusnadError, NotJson, TooLarge
from musnad.core.kernel.ijson import PAYLOAD_LIMIT_OCTETS

TYPE = "application/vnd.musnad.message+json"
AUTHORITY = SigningKey(b"a" * 32, b"b" * 32)
OFFICER = SigningKey(b"c" * 32, b"d" * 32)


def test_the_encoding_that_is_signed_is_that_of_the_specification() -> None:
    assert pae("http://example.com/HelloWorld", b"hello world") == (
        b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    )
    assert pae("é", b"") == b"DSSEv1 2 \xc3\xa9 0 "


def test_an_envelope_is_read_as_written_and_verifies_for_each_signer() -> None:
    signed = sign(b"{}", TYPE, [AUTHORITY, OFFICER])
    read = parse_dsse(signed.write(), payload_type=TYPE, what="message")
    assert read == signed
    assert read.id == hashlib.sha256(b"{}").hexdigest()
    assert len(read.signatures) == 4
    read.verify(AUTHORITY.public, what="message")
    read.verify(OFFICER.public, what="message")


def test_signing_again_changes_nothing_and_another_signer_leaves_the_id() -> None:
    signed = sign(b"{}", TYPE, [AUTHORITY])
    assert signed.signed_also_by(AUTHORITY) is signed
    assert signed.signed_also_by(OFFICER).id == signed.id


def test_refuses_a_signature_taken_to_another_type_or_payload() -> None:
    signed = sign(b"{}", TYPE, [AUTHORITY])
    for payload, kind in ((b"{ }", TYPE), (b"{}", "application/vnd.musnad.receipt+json")):
        with pytest.raises(BadSignature):
            type(signed)(payload, kind, signed.signatures).verify(AUTHORITY.public, what="x")


def _written(**changes: object) -> bytes:
    found = json.loads(sign(b"{}", TYPE, [AUTHORITY]).write())
    found.update(changes)
    return json.dumps({name: value for name, value in found.items() if value is not None}).encode()


ENTRY = {"keyid": "0" * 64, "sig": "AA=="}


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"payloadType": "application/json"}, BadForm),
        ({"payloadType": None}, BadForm),
        ({"more": 1}, BadForm),
        ({"payload": 1}, BadForm),
        ({"payload": "e30"}, BadForm),
        ({"payload": "e31="}, BadForm),
        ({"signatures": {}}, BadForm),
        ({"signatures": [1]}, BadForm),
        ({"signatures": [{"keyid": "0" * 64}]}, BadForm),
        ({"signatures": [{"keyid": "0" * 63, "sig": ""}]}, BadForm),
        ({"signatures": [{"keyid": 0, "sig": ""}]}, BadForm),
        ({"signatures": [ENTRY, ENTRY]}, BadForm),
        ({"signatures": [{**ENTRY, "keyid": f"{n:064x}"} for n in range(SIGNATURES_LIMIT + 1)]}, TooLarge),
        ({"signatures": [{**ENTRY, "sig": b64encode(bytes(8193)).decode()}]}, TooLarge),
        ({"payload": b64encode(bytes(PAYLOAD_LIMIT_OCTETS + 1)).decode()}, TooLarge),
        ({"payload": b64encode(bytes(2 * PAYLOAD_LIMIT_OCTETS)).decode()}, TooLarge),
    ],
)
def test_refuses_what_is_not_an_envelope(changes: dict[str, object], error: type[MusnadError]) -> None:
    with pytest.raises(error):
        parse_dsse(_written(**changes), payload_type=TYPE, what="message")


def test_refuses_bytes_that_are_not_json() -> None:
    with pytest.raises(NotJson):
        parse_dsse(b"\xff", payload_type=TYPE, what="message")
