from __future__ import annotations

import dataclasses
import os

import pytest

from musnad.core.crypto.errors import CannotDecrypt
from musnad.core.crypto.wrapping import new_unwrapping_key
from musnad.core.kernel.names import AuthorityId, SealId
from musnad.core.sealing.wraps import unwrap_exhibit_key, wrap_exhibit_key

KEY = bytes(range(32))
SEAL = SealId("ab" * 16)
VN = AuthorityId("VN/central-authority")
SECRET = new_unwrapping_key(os.urandom)


def test_the_recipient_opens_its_wrap() -> None:
    wrap = wrap_exhibit_key(KEY, SEAL, VN, SECRET.public)
    assert (wrap.recipient, wrap.key) == (VN, SECRET.public.id)
    assert unwrap_exhibit_key(wrap, SEAL, SECRET) == KEY


def test_a_wrap_moved_to_another_exhibit_recipient_or_key_does_not_open() -> None:
    wrap = wrap_exhibit_key(KEY, SEAL, VN, SECRET.public)
    other = new_unwrapping_key(os.urandom)
    for moved, seal, secret in (
        (wrap, SealId("cd" * 16), SECRET),
        (dataclasses.replace(wrap, recipient=AuthorityId("QA/central-authority")), SEAL, SECRET),
        (dataclasses.replace(wrap, key=other.public.id), SEAL, SECRET),
        (wrap, SEAL, other),
        (dataclasses.replace(wrap, wrap=wrap.wrap[:-1]), SEAL, SECRET),
        (dataclasses.replace(wrap, wrap=b""), SEAL, SECRET),
    ):
        with pytest.raises(CannotDecrypt):
            unwrap_exhibit_key(moved, seal, secret)


def test_refuses_a_wrapped_key_of_another_size() -> None:
    with pytest.raises(CannotDecrypt):
        unwrap_exhibit_key(wrap_exhibit_key(b"short", SEAL, VN, SECRET.public), SEAL, SECRET)


def test_a_wrap_does_not_show_its_octets() -> None:
    assert "wrap=" not in repr(wrap_exhibit_key(KEY, SEAL, VN, SECRET.public)).replace("ExhibitWrap", "")
