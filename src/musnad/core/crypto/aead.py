"""AES-256-GCM (NIST SP 800-38D) with a 96-bit nonce and a 128-bit tag."""

from __future__ import annotations

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from musnad.core.crypto.errors import CannotDecrypt

KEY_OCTETS = 32
NONCE_OCTETS = 12
TAG_OCTETS = 16


def encrypt(key: bytes, nonce: bytes, plaintext: bytes | memoryview, aad: bytes) -> bytes:
    """Ciphertext followed by its tag. The caller never uses a nonce twice under one key."""
    return AESGCM(key).encrypt(nonce, plaintext, aad)


def decrypt(key: bytes, nonce: bytes, ciphertext: bytes | memoryview, aad: bytes, *, what: str) -> bytes:
    """The plaintext; ``CannotDecrypt`` (nothing released) where key, nonce, text or ``aad`` differ."""
    if len(ciphertext) < TAG_OCTETS or len(nonce) != NONCE_OCTETS:
        raise CannotDecrypt(what)
    try:
        return AESGCM(key).decrypt(nonce, ciphertext, aad)
    except InvalidTag as error:
        raise CannotDecrypt(what) from error


def encrypt_into(key: bytes, nonce: bytes, plaintext: memoryview, aad: bytes, out: memoryview) -> None:
    """As ``encrypt``, written to ``out``, which is exactly ``TAG_OCTETS`` longer; no copy, and the GIL is let go."""
    AESGCM(key).encrypt_into(nonce, plaintext, aad, out)


def decrypt_into(key: bytes, nonce: bytes, ciphertext: memoryview, aad: bytes, out: memoryview, *, what: str) -> None:
    """As ``decrypt``, written to ``out``, exactly ``TAG_OCTETS`` shorter; ``out`` is void after ``CannotDecrypt``."""
    if len(ciphertext) < TAG_OCTETS or len(nonce) != NONCE_OCTETS:
        raise CannotDecrypt(what)
    try:
        AESGCM(key).decrypt_into(nonce, ciphertext, aad, out)
    except InvalidTag as error:
        raise CannotDecrypt(what) from error
