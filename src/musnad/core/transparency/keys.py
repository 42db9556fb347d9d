"""The keys of a log and of a witness: two types, so that neither signs in the other's place.

Each is a pair, Ed25519 and ML-DSA-44, under one name. A log's name is its origin; it signs a plain Ed25519 note line
(0x01) and an ML-DSA-44 cosignature line (0x06). A witness signs an Ed25519 cosignature/v1 line (0x04) and an
ML-DSA-44 one (0x06). An Ed25519 cosignature does not say the witness's name, so one key never serves two witnesses
(C2SP tlog-cosignature).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from musnad.core.crypto.signing import SEED_OCTETS, ed25519_public, ml_dsa_44_public
from musnad.core.kernel.b64 import parse_b64
from musnad.core.kernel.names import Entropy
from musnad.core.transparency.note import KeyKind, VerifierKey, check_name, verifier_key

ED25519_OCTETS = 32
ML_DSA_44_OCTETS = 1312


@dataclass(frozen=True, slots=True)
class LogVerifyingKey:
    """The public half of a log's key; ``name`` is the log's origin."""

    name: str
    ed25519: bytes
    ml_dsa_44: bytes

    @property
    def classical(self) -> VerifierKey:
        return verifier_key(self.name, KeyKind.ED25519, self.ed25519)

    @property
    def quantum(self) -> VerifierKey:
        return verifier_key(self.name, KeyKind.COSIGNATURE_ML_DSA_44, self.ml_dsa_44)


@dataclass(frozen=True, slots=True)
class WitnessVerifyingKey:
    """The public half of a witness's key."""

    name: str
    ed25519: bytes
    ml_dsa_44: bytes

    @property
    def classical(self) -> VerifierKey:
        return verifier_key(self.name, KeyKind.COSIGNATURE_ED25519, self.ed25519)

    @property
    def quantum(self) -> VerifierKey:
        return verifier_key(self.name, KeyKind.COSIGNATURE_ML_DSA_44, self.ml_dsa_44)


@dataclass(frozen=True, slots=True)
class LogSigningKey:
    """A log's secret, two seeds of 32 octets: never shown in a repr, an error or a log."""

    name: str
    ed25519_seed: bytes = field(repr=False)
    ml_dsa_44_seed: bytes = field(repr=False)

    @property
    def public(self) -> LogVerifyingKey:
        return LogVerifyingKey(self.name, ed25519_public(self.ed25519_seed), ml_dsa_44_public(self.ml_dsa_44_seed))


@dataclass(frozen=True, slots=True)
class WitnessSigningKey:
    """A witness's secret, two seeds of 32 octets: never shown in a repr, an error or a log."""

    name: str
    ed25519_seed: bytes = field(repr=False)
    ml_dsa_44_seed: bytes = field(repr=False)

    @property
    def public(self) -> WitnessVerifyingKey:
        return WitnessVerifyingKey(self.name, ed25519_public(self.ed25519_seed), ml_dsa_44_public(self.ml_dsa_44_seed))


def new_log_key(origin: str, entropy: Entropy) -> LogSigningKey:
    """A fresh key of the log ``origin``; ``BadNote`` where that cannot be a key's name."""
    check_name(origin)
    return LogSigningKey(origin, entropy(SEED_OCTETS), entropy(SEED_OCTETS))


def new_witness_key(name: str, entropy: Entropy) -> WitnessSigningKey:
    """A fresh key of the witness ``name``; ``BadNote`` where that cannot be a key's name."""
    check_name(name)
    return WitnessSigningKey(name, entropy(SEED_OCTETS), entropy(SEED_OCTETS))


def parse_log_key(origin: str, ed25519: str, ml_dsa_44: str) -> LogVerifyingKey:
    """A log's key from its members in the directory (base64); ``BadNote`` or ``BadForm``."""
    check_name(origin)
    return LogVerifyingKey(origin, *_pair(ed25519, ml_dsa_44))


def parse_witness_key(name: str, ed25519: str, ml_dsa_44: str) -> WitnessVerifyingKey:
    """A witness's key from its members in the directory (base64); ``BadNote`` or ``BadForm``."""
    check_name(name)
    return WitnessVerifyingKey(name, *_pair(ed25519, ml_dsa_44))


def _pair(ed25519: str, ml_dsa_44: str) -> tuple[bytes, bytes]:
    return (
        parse_b64(ed25519, what="ed25519", size_octets=ED25519_OCTETS),
        parse_b64(ml_dsa_44, what="ml_dsa_44", size_octets=ML_DSA_44_OCTETS),
    )
