"""A software authenticator, with the page and the browser around it: registrations and assertions for any test.

    key = SoftAuthenticator()               # localhost, http://localhost:8000, ES256
    made = key.register(challenge)          # what a browser gives: .client_data, .attestation_object
    passkey = key.passkey                   # what the core reads from a registration
    given = key.sign(challenge)             # an Assertion; key.sign(challenge, flags=UP) is hostile

Every part may be given otherwise, so that each attack is one argument. Deterministic: the secret comes from ``seed``
and ES256 signs as RFC 6979 says. It is written from the W3C specification and from no library.
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from functools import cached_property

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256

from musnad.core.crypto.passkey import EDDSA, ES256, Assertion, Passkey, parse_registration

UP, UV, BE, BS, AT, ED = 1, 4, 8, 16, 64, 128
"""Flags: user present, user verified, backup eligible, backed up, credential follows, extensions follow."""
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def cbor_octets(data: bytes) -> bytes:
    """A CBOR byte string."""
    size = len(data)
    head = (
        bytes([0x40 | size]) if size < 24 else bytes([0x58, size]) if size < 256 else b"\x59" + size.to_bytes(2, "big")
    )
    return head + data


@dataclass(frozen=True, slots=True)
class Registration:
    """What ``navigator.credentials.create`` gives; ``credential`` is its ``rawId``."""

    credential: bytes
    client_data: bytes
    attestation_object: bytes


@dataclass(frozen=True)
class SoftAuthenticator:
    """One credential on one authenticator, used at one origin."""

    relying_party: str = "localhost"
    origin: str = "http://localhost:8000"
    algorithm: int = ES256
    seed: str = "authenticator"

    @cached_property
    def credential(self) -> bytes:
        return hashlib.sha256(f"credential {self.seed}".encode()).digest()

    @cached_property
    def passkey(self) -> Passkey:
        made = self.register(bytes(32))
        return parse_registration(
            made.client_data, made.attestation_object, bytes(32), self.relying_party, (self.origin,)
        )

    @property
    def cose_key(self) -> bytes:
        if self.algorithm == EDDSA:
            return bytes.fromhex("a4010103272006215820") + self._edwards.public_key().public_bytes_raw()
        numbers = self._p256.public_key().public_numbers()
        x, y = numbers.x.to_bytes(32, "big"), numbers.y.to_bytes(32, "big")
        return bytes.fromhex("a5010203262001215820") + x + bytes.fromhex("225820") + y

    def register(
        self,
        challenge: bytes,
        *,
        flags: int = UP | UV | AT,
        attestation_object: bytes | None = None,
        cose_key: bytes | None = None,
        extra: bytes = b"",
        **client: object,
    ) -> Registration:
        """Make the credential known; ``client`` are members of the client data, to be set or (None) left out."""
        attested = bytes(16) + len(self.credential).to_bytes(2, "big") + self.credential + (cose_key or self.cose_key)
        data = self._authenticator_data(flags, 0) + (attested if flags & AT else b"") + extra
        fmt = b"\x63fmt\x64none\x67attStmt\xa0\x68authData" + cbor_octets(data)
        return Registration(
            self.credential,
            self._client_data("webauthn.create", challenge, client),
            attestation_object or b"\xa3" + fmt,
        )

    def sign(
        self,
        challenge: bytes,
        *,
        flags: int = UP | UV,
        count: int = 1,
        relying_party: str | None = None,
        extra: bytes = b"",
        high_s: bool = False,
        **client: object,
    ) -> Assertion:
        """An assertion over the challenge, as this authenticator would sign it under these circumstances."""
        data = self._authenticator_data(flags, count, relying_party) + extra
        client_data = self._client_data("webauthn.get", challenge, client)
        signature = self.sign_octets(data + hashlib.sha256(client_data).digest())
        return Assertion(data, client_data, other_s(signature) if high_s else signature)

    def sign_octets(self, data: bytes) -> bytes:
        if self.algorithm == EDDSA:
            return self._edwards.sign(data)
        return self._p256.sign(data, ec.ECDSA(SHA256(), deterministic_signing=True))

    def _authenticator_data(self, flags: int, count: int, relying_party: str | None = None) -> bytes:
        place = hashlib.sha256((relying_party or self.relying_party).encode("ascii")).digest()
        return place + bytes([flags]) + count.to_bytes(4, "big")

    def _client_data(self, kind: str, challenge: bytes, changes: dict[str, object]) -> bytes:
        members: dict[str, object] = {
            "type": kind,
            "challenge": base64url(challenge),
            "origin": self.origin,
            "crossOrigin": False,
            **changes,
        }
        told = {name: value for name, value in members.items() if value is not None}
        return json.dumps(told, separators=(",", ":")).encode()

    @cached_property
    def _p256(self) -> ec.EllipticCurvePrivateKey:
        secret = int.from_bytes(hashlib.sha256(f"p256 {self.seed}".encode()).digest(), "big") % (P256_ORDER - 1) + 1
        return ec.derive_private_key(secret, ec.SECP256R1())

    @cached_property
    def _edwards(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(f"ed25519 {self.seed}".encode()).digest())


def other_s(signature: bytes) -> bytes:
    """The other ECDSA signature that says the same: n - s for s."""
    size = signature[3]
    r, s = signature[4 : 4 + size], int.from_bytes(signature[6 + size :], "big")
    other = P256_ORDER - s
    value = other.to_bytes(other.bit_length() // 8 + 1, "big")
    body = b"\x02" + bytes([len(r)]) + r + b"\x02" + bytes([len(value)]) + value
    return b"\x30" + bytes([len(body)]) + body
