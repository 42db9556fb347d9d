"""DSSE envelopes (secure-systems-lab/dsse, protocol 1.0), signatures of both schemes, several signers.

The id of what is signed is the SHA-256 of the payload bytes: it does not change with who signs. Bytes are kept as
received. A hybrid signer leaves two signature entries, one a half (see ``signing``); a passkey leaves
one, an assertion.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from musnad.core.crypto.passkey import OfficerKey
from musnad.core.crypto.signing import Signature, SigningKey
from musnad.core.kernel.b64 import parse_b64, write_b64
from musnad.core.kernel.errors import BadForm, TooLarge
from musnad.core.kernel.ijson import PAYLOAD_LIMIT_OCTETS, parse_object, write_canonical
from musnad.core.kernel.names import Digest, KeyId, digest_of, parse_digest

SIGNATURES_LIMIT = 32
SIGNATURE_LIMIT_OCTETS = 8192
_OVERHEAD_OCTETS = 512 * 1024


@dataclass(frozen=True, slots=True)
class Dsse:
    """A parsed envelope; its signatures are not verified by being here."""

    payload: bytes
    payload_type: str
    signatures: tuple[Signature, ...]

    @property
    def id(self) -> Digest:
        """SHA-256 of the payload bytes."""
        return digest_of(self.payload)

    @property
    def key_ids(self) -> frozenset[KeyId]:
        return frozenset(signature.key_id for signature in self.signatures)

    def verify(self, key: OfficerKey, *, what: str) -> None:
        """Raise unless both halves of ``key``, or the passkey, signed this payload as this type.

        Raises:
            BadSignature: they did not. BadAssertion: the passkey did, but not this, not here, or not verified.
        """
        key.verify(self.signatures, pae(self.payload_type, self.payload), what=what)

    def signed_also_by(self, key: SigningKey) -> Dsse:
        """The same payload with one signer more; signing twice changes nothing."""
        if set(key.public.ids) <= self.key_ids:
            return self
        added = key.sign(pae(self.payload_type, self.payload))
        return Dsse(self.payload, self.payload_type, (*self.signatures, *added))

    def write(self) -> bytes:
        entries = [{"keyid": signature.key_id, "sig": write_b64(signature.value)} for signature in self.signatures]
        return write_canonical(
            {"payload": write_b64(self.payload), "payloadType": self.payload_type, "signatures": entries}
        )


def pae(payload_type: str, payload: bytes) -> bytes:
    """DSSE's pre-authentication encoding, what is really signed."""
    kind = payload_type.encode("utf-8")
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def sign(payload: bytes, payload_type: str, keys: Sequence[SigningKey]) -> Dsse:
    """Sign the payload with every key."""
    envelope = Dsse(payload, payload_type, ())
    for key in keys:
        envelope = envelope.signed_also_by(key)
    return envelope


def parse_dsse(data: bytes, *, payload_type: str, what: str) -> Dsse:
    """Parse an envelope of one payload type.

    Raises:
        NotJson, BadForm: the bytes are not an envelope, or of another type.
        TooLarge: the payload is past 1 MiB, or there are too many or too long signatures.
    """
    found = parse_object(data, what=what, limit_octets=PAYLOAD_LIMIT_OCTETS * 4 // 3 + _OVERHEAD_OCTETS)
    if set(found) != {"payload", "payloadType", "signatures"}:
        raise BadForm(what, "not exactly payload, payloadType and signatures")
    payload, kind, entries = found["payload"], found["payloadType"], found["signatures"]
    if not isinstance(payload, str) or not isinstance(entries, list):
        raise BadForm(what, "payload is not text or signatures is not a list")
    if kind != payload_type:
        raise BadForm(what, f"its type is not {payload_type}")
    if len(entries) > SIGNATURES_LIMIT:
        raise TooLarge(f"{what} signatures", len(entries), SIGNATURES_LIMIT)
    content = parse_b64(payload, what=f"{what} payload")
    if len(content) > PAYLOAD_LIMIT_OCTETS:
        raise TooLarge(f"{what} payload", len(content), PAYLOAD_LIMIT_OCTETS)
    signatures = tuple(_signature(entry, what) for entry in entries)
    if len({signature.key_id for signature in signatures}) != len(signatures):
        raise BadForm(what, "a key signed twice")
    return Dsse(content, payload_type, signatures)


def _signature(entry: object, what: str) -> Signature:
    if not isinstance(entry, dict) or set(entry) != {"keyid", "sig"}:
        raise BadForm(what, "a signature is not exactly keyid and sig")
    key, value = entry["keyid"], entry["sig"]
    if not isinstance(key, str) or not isinstance(value, str):
        raise BadForm(what, "a signature's keyid or sig is not text")
    signature = parse_b64(value, what=f"{what} signature")
    if len(signature) > SIGNATURE_LIMIT_OCTETS:
        raise TooLarge(f"{what} signature", len(signature), SIGNATURE_LIMIT_OCTETS)
    return Signature(KeyId(parse_digest(key, what=f"{what} keyid")), signature)
