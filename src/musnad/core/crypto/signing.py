"""Hybrid signatures: Ed25519 (RFC 8032) and ML-DSA-65 (FIPS 204), both required.

A signer's secret is two 32-octet seeds. Its public form is the two public keys; each half has a ``KeyId``, the SHA-256
of the scheme's name, a zero octet and the raw public key. ML-DSA is used with an empty context. The other half signs
``"tuf" || 0x01 || SHA-512(data)``, the scheme that TUF's TAP 21 calls ``ml-dsa-65/1``: so securesystemslib verifies our
envelopes and our directory, both halves.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import (
    MLDSA44PrivateKey,
    MLDSA44PublicKey,
    MLDSA65PrivateKey,
    MLDSA65PublicKey,
)

from musnad.core.crypto.errors import BadKey, BadSignature
from musnad.core.kernel.b64 import parse_b64, write_b64
from musnad.core.kernel.names import Entropy, KeyId, digest_of

SEED_OCTETS = 32
ED25519_SIGNATURE_OCTETS = 64
MLDSA65_SIGNATURE_OCTETS = 3309
MLDSA44_SIGNATURE_OCTETS = 2420


def key_id(scheme: str, public: bytes) -> KeyId:
    """SHA-256 of ``scheme || 0x00 || raw public key``."""
    return KeyId(digest_of(scheme.encode("ascii") + b"\0" + public))


@dataclass(frozen=True, slots=True)
class Signature:
    """One half of a hybrid signature."""

    key_id: KeyId
    value: bytes


@dataclass(frozen=True, slots=True)
class VerifyingKey:
    """The public half of a signer: raw Ed25519 (32 octets) and ML-DSA-65 (1952 octets) keys."""

    ed25519: bytes
    ml_dsa_65: bytes

    @property
    def ids(self) -> tuple[KeyId, KeyId]:
        """The key ids, Ed25519 first; the pair names the signer's key."""
        return key_id("ed25519", self.ed25519), key_id("ml-dsa-65", self.ml_dsa_65)

    def verify(self, signatures: tuple[Signature, ...], data: bytes, *, what: str) -> None:
        """Raise ``BadSignature`` unless both halves stand among ``signatures`` and verify over ``data``."""
        by_id = {signature.key_id: signature.value for signature in signatures}
        classical, quantum = self.ids
        if classical not in by_id or quantum not in by_id:
            raise BadSignature(what)
        verify_ed25519(self.ed25519, by_id[classical], data, what=what)
        verify_ml_dsa_65(self.ml_dsa_65, by_id[quantum], data, what=what)

    def write(self) -> dict[str, str]:
        return {"ed25519": write_b64(self.ed25519), "ml-dsa-65": write_b64(self.ml_dsa_65)}


def parse_verifying_key(ed25519: str, ml_dsa_65: str) -> VerifyingKey:
    """A public key from its two base64 members; ``BadForm`` or ``BadKey``."""
    key = VerifyingKey(
        parse_b64(ed25519, what="ed25519", size_octets=32),
        parse_b64(ml_dsa_65, what="ml-dsa-65", size_octets=1952),
    )
    _ml_dsa_65(key.ml_dsa_65)
    _ed25519(key.ed25519)
    return key


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A signer's secret: it never shows itself in a repr, an error or a log.

    What the seeds expand to is kept after its first use: ML-DSA's expansion costs a fifth of a signature.
    """

    ed25519_seed: bytes = field(repr=False)
    ml_dsa_65_seed: bytes = field(repr=False)
    _expanded: _Expanded | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def public(self) -> VerifyingKey:
        return self._keys().public

    def sign(self, data: bytes) -> tuple[Signature, Signature]:
        """Both halves over ``data``; ML-DSA draws its own hedging randomness."""
        keys = self._keys()
        classical, quantum = keys.public.ids
        return (
            Signature(classical, keys.ed25519.sign(data)),
            Signature(quantum, keys.ml_dsa_65.sign(_ml_dsa_65_payload(data))),
        )

    def _keys(self) -> _Expanded:
        found = self._expanded
        if found is None:
            classical = Ed25519PrivateKey.from_private_bytes(self.ed25519_seed)
            quantum = MLDSA65PrivateKey.from_seed_bytes(self.ml_dsa_65_seed)
            public = VerifyingKey(classical.public_key().public_bytes_raw(), quantum.public_key().public_bytes_raw())
            found = _Expanded(classical, quantum, public)
            object.__setattr__(self, "_expanded", found)
        return found


@dataclass(frozen=True, slots=True)
class _Expanded:
    """A signer's keys as the library holds them, and their public halves."""

    ed25519: Ed25519PrivateKey = field(repr=False)
    ml_dsa_65: MLDSA65PrivateKey = field(repr=False)
    public: VerifyingKey


def new_signing_key(entropy: Entropy) -> SigningKey:
    return SigningKey(entropy(SEED_OCTETS), entropy(SEED_OCTETS))


def sign_ed25519(seed: bytes, data: bytes) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(seed).sign(data)


def ed25519_public(seed: bytes) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def verify_ed25519(public: bytes, signature: bytes, data: bytes, *, what: str) -> None:
    key = _ed25519(public)
    try:
        key.verify(signature, data)
    except InvalidSignature as error:
        raise BadSignature(what) from error


def verify_ml_dsa_65(public: bytes, signature: bytes, data: bytes, *, what: str) -> None:
    key = _ml_dsa_65(public)
    try:
        key.verify(signature, _ml_dsa_65_payload(data))
    except (InvalidSignature, ValueError) as error:
        raise BadSignature(what) from error


def _ml_dsa_65_payload(data: bytes) -> bytes:
    return b"tuf\x01" + hashlib.sha512(data).digest()


def sign_ml_dsa_44(seed: bytes, data: bytes) -> bytes:
    """ML-DSA-44, empty context: the second line of a log's checkpoint (C2SP tlog-cosignature)."""
    return MLDSA44PrivateKey.from_seed_bytes(seed).sign(data)


def ml_dsa_44_public(seed: bytes) -> bytes:
    return MLDSA44PrivateKey.from_seed_bytes(seed).public_key().public_bytes_raw()


def verify_ml_dsa_44(public: bytes, signature: bytes, data: bytes, *, what: str) -> None:
    try:
        key = MLDSA44PublicKey.from_public_bytes(public)
    except ValueError as error:
        raise BadKey(what) from error
    try:
        key.verify(signature, data)
    except (InvalidSignature, ValueError) as error:
        raise BadSignature(what) from error


def _ed25519(public: bytes) -> Ed25519PublicKey:
    try:
        return Ed25519PublicKey.from_public_bytes(public)
    except ValueError as error:
        raise BadKey("ed25519") from error


def _ml_dsa_65(public: bytes) -> MLDSA65PublicKey:
    try:
        return MLDSA65PublicKey.from_public_bytes(public)
    except ValueError as error:
        raise BadKey("ml-dsa-65") from error
