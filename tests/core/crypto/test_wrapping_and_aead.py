"""A wrapped key opens for its holder and its context only; a changed ciphertext opens for nobody."""

from __future__ import annotations

import pytest

from musnad.core.crypto import aead
from musnad.core.crypto.errors import BadKey, CannotDecrypt
from musnad.core.crypto.wrapping import (
    WRAPPED_KEY_OCTETS,
    UnwrappingKey,
    WrappingKey,
    new_unwrapping_key,
    parse_wrapping_key,
)
from musnad.core.kernel.errors import BadForm

HOLDER = UnwrappingKey(bytes(range(64)), bytes(range(32)))
OTHER = UnwrappingKey(bytes(range(64)), bytes(range(1, 33)))
KEY = b"k" * 32


def test_a_wrapped_key_opens_for_its_holder() -> None:
    wrapped = HOLDER.public.wrap(KEY, info=b"context")
    assert len(wrapped) == WRAPPED_KEY_OCTETS
    assert HOLDER.unwrap(wrapped, info=b"context", what="x") == KEY
    assert HOLDER.public.wrap(KEY, info=b"context") != wrapped


@pytest.mark.parametrize("place", [0, 1087, 1088, 1119, 1120, 1151, 1152, 1167])
def test_refuses_a_wrap_with_any_part_changed(place: int) -> None:
    wrapped = bytearray(HOLDER.public.wrap(KEY, info=b"context"))
    wrapped[place] ^= 1
    with pytest.raises(CannotDecrypt):
        HOLDER.unwrap(bytes(wrapped), info=b"context", what="x")


def test_refuses_another_holder_another_context_and_other_sizes() -> None:
    wrapped = HOLDER.public.wrap(KEY, info=b"context")
    for key, data, info in (
        (OTHER, wrapped, b"context"),
        (HOLDER, wrapped, b"contexts"),
        (HOLDER, wrapped[:-1], b"context"),
        (HOLDER, b"", b"context"),
    ):
        with pytest.raises(CannotDecrypt):
            key.unwrap(data, info=info, what="x")


def test_a_public_key_is_read_as_it_is_written_and_nothing_else_is() -> None:
    written = HOLDER.public.write()
    assert parse_wrapping_key(written["ml-kem-768"], written["x25519"]) == HOLDER.public
    with pytest.raises(BadForm):
        parse_wrapping_key(written["x25519"], written["x25519"])
    with pytest.raises(BadKey):
        WrappingKey(b"short", b"short").wrap(KEY, info=b"")


def test_a_holders_secret_never_shows() -> None:
    assert repr(HOLDER) == "UnwrappingKey()"
    assert new_unwrapping_key(lambda size: b"e" * size) == UnwrappingKey(b"e" * 64, b"e" * 32)


def test_aes_256_gcm_gives_the_published_answer() -> None:
    """Test case 14 of the GCM specification (McGrew and Viega): a zero block under a zero key."""
    expected = bytes.fromhex("cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919")
    assert aead.encrypt(bytes(32), bytes(12), bytes(16), b"") == expected
    assert aead.decrypt(bytes(32), bytes(12), expected, b"", what="x") == bytes(16)


@pytest.mark.parametrize("change", ["key", "nonce", "text", "aad", "short", "short nonce"])
def test_refuses_a_ciphertext_when_anything_differs(change: str) -> None:
    closed = aead.encrypt(KEY, bytes(12), b"text", b"aad")
    key = b"j" * 32 if change == "key" else KEY
    nonce = {"nonce": b"\1" * 12, "short nonce": b"\0" * 11}.get(change, bytes(12))
    text = {"text": b"\0" + closed[1:], "short": closed[:15]}.get(change, closed)
    aad = b"bad" if change == "aad" else b"aad"
    with pytest.raises(CannotDecrypt):
        aead.decrypt(key, nonce, text, aad, what="x")
