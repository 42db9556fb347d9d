"""Both halves of a signature are required; a key never shows itself."""

from __future__ import annotations

import hashlib

import pytest

from musnad.core.crypto.errors import BadKey, BadSignature
from musnad.core.crypto.signing import (
    MLDSA44_SIGNATURE_OCTETS,
    MLDSA65_SIGNATURE_OCTETS,
    Signature,
    SigningKey,
    VerifyingKey,
    ed25519_public,
    key_id,
    ml_dsa_44_public,
    new_signing_key,
    parse_verifying_key,
    sign_ed25519,
    sign_ml_dsa_44,
    verify_ed25519,
    verify_ml_dsa_44,
    verify_ml_dsa_65,
)
from musnad.core.kernel.errors import BadForm

KEY = SigningKey(bytes(range(32)), bytes(range(32, 64)))
OTHER = SigningKey(bytes(32), bytes(range(32, 64)))


def test_ed25519_gives_the_answer_of_rfc_8032() -> None:
    seed = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    assert ed25519_public(seed).hex() == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    assert sign_ed25519(seed, b"").hex() == (
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
        "d25bf5f0595bbe24655141438e7a100b"
    )


def test_both_halves_verify() -> None:
    signatures = KEY.sign(b"data")
    KEY.public.verify(signatures, b"data", what="x")
    assert [one.key_id for one in signatures] == list(KEY.public.ids)
    assert len(signatures[1].value) == MLDSA65_SIGNATURE_OCTETS


@pytest.mark.parametrize("half", [0, 1], ids=["ed25519", "ml-dsa-65"])
def test_refuses_a_signature_with_one_half_left_out(half: int) -> None:
    with pytest.raises(BadSignature):
        KEY.public.verify((KEY.sign(b"data")[half],), b"data", what="x")


@pytest.mark.parametrize("half", [0, 1], ids=["ed25519", "ml-dsa-65"])
@pytest.mark.parametrize("forged", [b"", b"\0" * 64, b"\0" * MLDSA65_SIGNATURE_OCTETS], ids=["empty", "64", "3309"])
def test_refuses_a_forged_half_beside_a_true_one(half: int, forged: bytes) -> None:
    signatures = list(KEY.sign(b"data"))
    signatures[half] = Signature(signatures[half].key_id, forged)
    with pytest.raises(BadSignature):
        KEY.public.verify(tuple(signatures), b"data", what="x")


def test_refuses_a_signature_over_other_data_or_by_another_key() -> None:
    with pytest.raises(BadSignature):
        KEY.public.verify(KEY.sign(b"data"), b"date", what="x")
    with pytest.raises(BadSignature):
        KEY.public.verify(OTHER.sign(b"data"), b"data", what="x")


def test_a_key_id_is_the_digest_of_scheme_and_key() -> None:
    assert key_id("ed25519", b"k") == hashlib.sha256(b"ed25519\0k").hexdigest()
    assert len({*KEY.public.ids, *OTHER.public.ids}) == 3


def test_a_public_key_is_read_as_it_is_written() -> None:
    written = KEY.public.write()
    assert parse_verifying_key(written["ed25519"], written["ml-dsa-65"]) == KEY.public
    with pytest.raises(BadForm):
        parse_verifying_key(written["ml-dsa-65"], written["ed25519"])


def test_a_signer_never_shows_its_secret() -> None:
    assert repr(KEY) == "SigningKey()"


def test_a_new_key_is_made_of_the_entropy_it_is_given() -> None:
    assert new_signing_key(lambda size: b"e" * size) == SigningKey(b"e" * 32, b"e" * 32)


def test_ml_dsa_44_signs_for_logs() -> None:
    public = ml_dsa_44_public(bytes(32))
    signature = sign_ml_dsa_44(bytes(32), b"checkpoint")
    assert len(signature) == MLDSA44_SIGNATURE_OCTETS
    verify_ml_dsa_44(public, signature, b"checkpoint", what="x")
    for wrong in (signature[:-1], b"", bytes(MLDSA44_SIGNATURE_OCTETS)):
        with pytest.raises(BadSignature):
            verify_ml_dsa_44(public, wrong, b"checkpoint", what="x")


def test_refuses_a_public_key_of_another_size() -> None:
    with pytest.raises(BadKey):
        verify_ed25519(b"short", b"", b"", what="x")
    with pytest.raises(BadKey):
        verify_ml_dsa_65(b"short", b"", b"", what="x")
    with pytest.raises(BadKey):
        verify_ml_dsa_44(b"short", b"", b"", what="x")
    assert VerifyingKey(b"a", b"b") != VerifyingKey(b"b", b"a")
