"""The published vectors of approvals by passkey: read from the files alone, as another implementation would."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256

from musnad.core.crypto.dsse import parse_dsse
from musnad.core.crypto.errors import BadAssertion
from musnad.core.crypto.passkey import parse_passkey
from musnad.core.messages.message import MESSAGE_TYPE
from tools.make_passkey_vectors import TARGET, written

FILE = Path(__file__).parents[2] / "vectors" / "envelope" / "passkeys.json"
CASES: list[dict[str, Any]] = json.loads(FILE.read_text("utf-8"))
GOOD = [case for case in CASES if "id" in case["expect"]]
BAD = [case for case in CASES if "code" in case["expect"]]


def test_the_file_is_what_its_script_makes() -> None:
    assert TARGET == FILE
    assert FILE.read_text("utf-8") == written()
    assert (len(GOOD), len(BAD)) == (5, 15)


@pytest.mark.parametrize("case", CASES, ids=[case["note"] for case in CASES])
def test_this_reader(case: dict[str, Any]) -> None:
    told = case["input"]["passkey"]
    passkey = parse_passkey(told["credential"], told["public"], told["relying_party"], told["origins"])
    dsse = parse_dsse(case["input"]["dsse"].encode(), payload_type=MESSAGE_TYPE, what="vector")
    if "id" in case["expect"]:
        dsse.verify(passkey, what="vector")
        assert (dsse.id, passkey.ids[0]) == (case["expect"]["id"], case["expect"]["key_id"])
        return
    with pytest.raises(BadAssertion) as refused:
        dsse.verify(passkey, what="vector")
    assert {"code": refused.value.code, "why": refused.value.why} == case["expect"]


def octets(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


@pytest.mark.parametrize("case", CASES, ids=[case["note"] for case in CASES])
def test_a_reader_written_from_the_page_alone(case: dict[str, Any]) -> None:
    """docs/protocol.md, "A passkey", with primitives only: takes and refuses the same."""
    assert stranger(case["input"]["passkey"], json.loads(case["input"]["dsse"])) == ("id" in case["expect"])


def stranger(passkey: dict[str, Any], dsse: dict[str, Any]) -> bool:
    public = octets(passkey["public"])
    key_id = hashlib.sha256(b"webauthn\0" + public).hexdigest()
    entry = json.loads(octets(next(one["sig"] for one in dsse["signatures"] if one["keyid"] == key_id)))
    data, client_data, signature = (octets(entry[n]) for n in ("authenticator_data", "client_data", "signature"))
    payload, kind = octets(dsse["payload"]), dsse["payloadType"].encode()
    signed = b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)
    try:
        pairs = json.loads(client_data, object_pairs_hook=list)
    except ValueError:
        return False
    client = dict(pairs)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(signed).digest()).decode().rstrip("=")
    rules = (
        len(client) == len(pairs),
        client.get("type") == "webauthn.get",
        client.get("challenge") == challenge,
        client.get("origin") in passkey["origins"],
        client.get("crossOrigin", False) is False,
        "topOrigin" not in client,
        data[:32] == hashlib.sha256(passkey["relying_party"].encode()).digest(),
        len(data) > 36 and data[32] & 0b01011101 == 0b00000101,
        len(data) == 37 if not data[32:33] > b"\x7f" else len(data) > 37,
    )
    if not all(rules):
        return False
    message = data + hashlib.sha256(client_data).digest()
    try:
        if len(public) == 77:
            point = b"\x04" + public[10:42] + public[45:]
            key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
            key.verify(signature, message, ec.ECDSA(SHA256()))
        else:
            Ed25519PublicKey.from_public_bytes(public[10:]).verify(signature, message)
    except Exception:  # noqa: BLE001  # whatever a primitive says, it is a no
        return False
    return True
