"""Our key wrapping against the published test vector of its KEM.

The vector (draft-ietf-hpke-pq, MLKEM768-X25519 with HKDF-SHA256) closes with ChaCha20-Poly1305, ours with AES-256-GCM.
So RFC 9180's key schedule stands here a second time, written from the RFC: it must give the vector's own key and nonce
for the vector's suite; the same schedule for our suite, from the same published encapsulation and shared secret, must
close what our code opens.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305

from musnad.core.crypto.errors import CannotDecrypt
from musnad.core.crypto.wrapping import UnwrappingKey

VECTOR = json.loads((Path(__file__).parents[2] / "vectors" / "crypto" / "hpke-mlkem768-x25519.json").read_text("utf-8"))


def hexed(name: str) -> bytes:
    return bytes.fromhex(VECTOR[name])


def suite_id(aead: int) -> bytes:
    return b"HPKE" + (0x647A).to_bytes(2, "big") + (1).to_bytes(2, "big") + aead.to_bytes(2, "big")


def extract(suite: bytes, salt: bytes, label: bytes, secret: bytes) -> bytes:
    return hmac.digest(salt or bytes(32), b"HPKE-v1" + suite + label + secret, "sha256")


def expand(suite: bytes, secret: bytes, label: bytes, info: bytes, length: int) -> bytes:
    labelled = length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info
    assert length <= 32  # one block is enough here
    return hmac.digest(secret, labelled + b"\x01", "sha256")[:length]


def schedule(aead: int, shared_secret: bytes, info: bytes) -> tuple[bytes, bytes]:
    """RFC 9180 section 5.1, base mode: the key and the first nonce."""
    suite = suite_id(aead)
    context = b"\0" + extract(suite, b"", b"psk_id_hash", b"") + extract(suite, b"", b"info_hash", info)
    secret = extract(suite, shared_secret, b"secret", b"")
    return expand(suite, secret, b"key", context, 32), expand(suite, secret, b"base_nonce", context, 12)


def recipient() -> UnwrappingKey:
    seeds = hashlib.shake_256(hexed("skRm")).digest(96)
    return UnwrappingKey(seeds[:64], seeds[64:])


def test_the_seed_gives_the_published_public_key() -> None:
    public = recipient().public
    assert public.ml_kem_768 + public.x25519 == hexed("pkRm")


def test_the_schedule_written_here_is_the_vectors_own() -> None:
    assert (VECTOR["kem_id"], VECTOR["kdf_id"], VECTOR["aead_id"]) == (0x647A, 1, 3)
    assert suite_id(3) == hexed("suite_id")
    key, nonce = schedule(3, hexed("shared_secret"), hexed("info"))
    assert (key, nonce) == (hexed("key"), hexed("base_nonce"))
    one = {name: bytes.fromhex(value) for name, value in VECTOR["encryption"].items() if name in {"aad", "ct", "pt"}}
    assert ChaCha20Poly1305(key).decrypt(nonce, one["ct"], one["aad"]) == one["pt"]


def test_our_code_opens_what_the_published_shared_secret_closed() -> None:
    key, nonce = schedule(2, hexed("shared_secret"), b"our info")
    wrapped = hexed("enc") + AESGCM(key).encrypt(nonce, b"k" * 32, b"")
    assert recipient().unwrap(wrapped, info=b"our info", what="vector") == b"k" * 32
    with pytest.raises(CannotDecrypt):
        recipient().unwrap(wrapped, info=b"other info", what="vector")
