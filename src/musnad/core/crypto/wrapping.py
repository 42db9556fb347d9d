"""Wrapping a content key to a recipient: HPKE base mode (RFC 9180), single shot.

Suite: KEM MLKEM768_X25519 (the hybrid that draft-ietf-hpke-pq registers as 0x647a, the X-Wing construction), KDF
HKDF-SHA256, AEAD AES-256-GCM. ``info`` binds the protocol label, the recipient and its key. The output is ``enc``
(1120 octets) followed by the sealed key. HPKE draws its encapsulation randomness itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)

from musnad.core.crypto.errors import BadKey, CannotDecrypt
from musnad.core.crypto.signing import key_id
from musnad.core.kernel.b64 import parse_b64, write_b64
from musnad.core.kernel.names import Entropy, KeyId

ML_KEM_PUBLIC_OCTETS = 1184
X25519_OCTETS = 32
ML_KEM_SEED_OCTETS = 64
WRAPPED_KEY_OCTETS = 1120 + 32 + 16

_SUITE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


@dataclass(frozen=True, slots=True)
class WrappingKey:
    """A recipient's public key: raw ML-KEM-768 encapsulation key (1184 octets) and X25519 key (32)."""

    ml_kem_768: bytes
    x25519: bytes

    @property
    def id(self) -> KeyId:
        return key_id("mlkem768-x25519", self.ml_kem_768 + self.x25519)

    def wrap(self, key: bytes, *, info: bytes) -> bytes:
        """``key`` closed for the holder of the secret, bound to ``info``; ``BadKey`` where the key is not one."""
        try:
            public = MLKEM768X25519PublicKey(
                MLKEM768PublicKey.from_public_bytes(self.ml_kem_768), X25519PublicKey.from_public_bytes(self.x25519)
            )
            return _SUITE.encrypt(key, public, info=info)
        except ValueError as error:
            raise BadKey("mlkem768-x25519") from error

    def write(self) -> dict[str, str]:
        return {"ml-kem-768": write_b64(self.ml_kem_768), "x25519": write_b64(self.x25519)}


def parse_wrapping_key(ml_kem_768: str, x25519: str) -> WrappingKey:
    """A public key from its two base64 members; ``BadForm`` or ``BadKey``."""
    key = WrappingKey(
        parse_b64(ml_kem_768, what="ml-kem-768", size_octets=ML_KEM_PUBLIC_OCTETS),
        parse_b64(x25519, what="x25519", size_octets=X25519_OCTETS),
    )
    try:
        MLKEM768PublicKey.from_public_bytes(key.ml_kem_768)
    except ValueError as error:
        raise BadKey("ml-kem-768") from error
    return key


@dataclass(frozen=True, slots=True)
class UnwrappingKey:
    """A recipient's secret: the ML-KEM-768 seed (64 octets) and the X25519 secret (32).

    What they expand to is kept after its first use: it costs as much as an unwrapping.
    """

    ml_kem_768_seed: bytes = field(repr=False)
    x25519_secret: bytes = field(repr=False)
    _expanded: _Expanded | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def public(self) -> WrappingKey:
        return self._keys().public

    def unwrap(self, wrapped: bytes, *, info: bytes, what: str) -> bytes:
        """The key that ``wrap`` closed; ``CannotDecrypt`` for another key, another ``info`` or changed bytes."""
        private = self._keys().private
        try:
            return _SUITE.decrypt(wrapped, private, info=info)
        except (InvalidTag, ValueError) as error:
            raise CannotDecrypt(what) from error

    def _keys(self) -> _Expanded:
        found = self._expanded
        if found is None:
            kem = MLKEM768PrivateKey.from_seed_bytes(self.ml_kem_768_seed)
            classical = X25519PrivateKey.from_private_bytes(self.x25519_secret)
            public = WrappingKey(kem.public_key().public_bytes_raw(), classical.public_key().public_bytes_raw())
            found = _Expanded(MLKEM768X25519PrivateKey(kem, classical), public)
            object.__setattr__(self, "_expanded", found)
        return found


@dataclass(frozen=True, slots=True)
class _Expanded:
    """A recipient's key as the library holds it, and its public half."""

    private: MLKEM768X25519PrivateKey = field(repr=False)
    public: WrappingKey


def new_unwrapping_key(entropy: Entropy) -> UnwrappingKey:
    return UnwrappingKey(entropy(ML_KEM_SEED_OCTETS), entropy(X25519_OCTETS))
