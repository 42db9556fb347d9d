"""Our DSSE envelopes, both schemes, verified by securesystemslib: its envelope, its keys, its pre-authentication."""

from __future__ import annotations

import json

import pytest
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer import Key, SSlibKey

from musnad.core.crypto.dsse import pae, sign
from musnad.core.crypto.signing import SigningKey
from musnad.core.messages.message import MESSAGE_TYPE

pytestmark = pytest.mark.foreign

AUTHORITY = SigningKey(b"a" * 32, b"b" * 32)
OFFICER = SigningKey(b"c" * 32, b"d" * 32)


def foreign_keys(key: SigningKey) -> list[Key]:
    """The public halves as securesystemslib's keys, under our key ids."""
    classical, quantum = key.public.ids
    pem = MLDSA65PublicKey.from_public_bytes(key.public.ml_dsa_65).public_bytes(
        Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
    )
    made = SSlibKey.from_crypto(MLDSA65PublicKey.from_public_bytes(key.public.ml_dsa_65))
    return [
        SSlibKey(classical, "ed25519", "ed25519", {"public": key.public.ed25519.hex()}),
        SSlibKey(quantum, made.keytype, made.scheme, {"public": pem.decode()}),
    ]


def test_an_envelope_of_authority_and_officer_verifies_with_all_four_signatures() -> None:
    ours = sign(b'{"kind":"request"}', MESSAGE_TYPE, [AUTHORITY, OFFICER])
    theirs = Envelope.from_dict(json.loads(ours.write()))
    assert theirs.payload == ours.payload
    assert theirs.pae() == pae(ours.payload_type, ours.payload)
    keys = [*foreign_keys(AUTHORITY), *foreign_keys(OFFICER)]
    assert set(theirs.verify(keys, 4)) == set(ours.key_ids)


@pytest.mark.parametrize("half", [0, 1], ids=["ed25519", "ml-dsa-65"])
def test_each_scheme_verifies_by_itself_and_fails_on_another_payload(half: int) -> None:
    written = json.loads(sign(b"{}", MESSAGE_TYPE, [AUTHORITY]).write())
    key = foreign_keys(AUTHORITY)[half]
    assert set(Envelope.from_dict(json.loads(json.dumps(written))).verify([key], 1)) == {key.keyid}
    altered = Envelope.from_dict({**written, "payload": "e30g"})
    with pytest.raises(VerificationError):
        altered.verify([key], 1)
