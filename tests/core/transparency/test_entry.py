from __future__ import annotations

import hashlib

import pytest

from musnad.core.kernel.errors import BadForm
from musnad.core.kernel.names import MessageId, digest_of
from musnad.core.transparency.entry import blind_entry

MESSAGE = MessageId(digest_of(b"a message"))


def test_an_entry_is_the_hash_of_salt_and_id() -> None:
    salt = bytes(range(32))
    assert blind_entry(salt, MESSAGE) == hashlib.sha256(salt + bytes.fromhex(MESSAGE)).digest()


def test_two_salts_hide_that_two_entries_are_of_one_message() -> None:
    assert blind_entry(b"\0" * 32, MESSAGE) != blind_entry(b"\1" * 32, MESSAGE)


@pytest.mark.parametrize("salt", [b"", b"\0" * 31, b"\0" * 33])
def test_refuses_a_salt_of_another_size(salt: bytes) -> None:
    with pytest.raises(BadForm):
        blind_entry(salt, MESSAGE)


def test_refuses_what_is_not_an_id() -> None:
    with pytest.raises(BadForm):
        blind_entry(b"\0" * 32, MessageId("AB" * 32))
