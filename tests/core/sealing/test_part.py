from __future__ import annotations

import pytest

from musnad.core.kernel.names import SealId
from musnad.core.sealing.errors import DamagedPart
from musnad.core.sealing.part import Place, open_part, open_part_into, seal_part, seal_part_into

KEY = bytes(range(32))
SEAL = SealId("00" * 16)
PLACE = Place(SEAL, "data", 3, is_last=True)
PLAIN = bytes(range(256)) * 5


def test_opens_what_was_sealed_in_its_place() -> None:
    assert open_part(KEY, PLACE, seal_part(KEY, PLACE, PLAIN)) == PLAIN


def test_both_ways_of_sealing_and_opening_agree() -> None:
    out = bytearray(len(PLAIN) + 16)
    seal_part_into(KEY, PLACE, memoryview(PLAIN), memoryview(out))
    assert bytes(out) == seal_part(KEY, PLACE, PLAIN)
    plain = bytearray(len(PLAIN))
    open_part_into(KEY, PLACE, memoryview(out), memoryview(plain))
    assert bytes(plain) == PLAIN


@pytest.mark.parametrize(
    "elsewhere",
    [
        pytest.param(Place(SealId("11" * 16), "data", 3, is_last=True), id="another exhibit"),
        pytest.param(Place(SEAL, "index", 3, is_last=True), id="another role"),
        pytest.param(Place(SEAL, "data", 4, is_last=True), id="another number"),
        pytest.param(Place(SEAL, "data", 3, is_last=False), id="last flag removed"),
    ],
)
def test_refuses_a_part_moved_to(elsewhere: Place) -> None:
    with pytest.raises(DamagedPart) as caught:
        open_part(KEY, elsewhere, seal_part(KEY, PLACE, PLAIN))
    assert (caught.value.code, caught.value.number) == ("exhibit.part-damaged", elsewhere.number)


def test_refuses_another_key() -> None:
    with pytest.raises(DamagedPart):
        open_part(bytes(32), PLACE, seal_part(KEY, PLACE, PLAIN))


def test_refuses_every_flipped_bit_of_a_small_part() -> None:
    sealed = seal_part(KEY, PLACE, b"evidence")
    for bit in range(len(sealed) * 8):
        flipped = bytearray(sealed)
        flipped[bit // 8] ^= 1 << bit % 8
        with pytest.raises(DamagedPart):
            open_part(KEY, PLACE, bytes(flipped))


@pytest.mark.parametrize(
    "change", [lambda b: b[:-1], lambda b: b[1:], lambda b: b + b"\0", lambda b: b"", lambda b: b[:15]]
)
def test_refuses_a_part_cut_or_lengthened(change) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(DamagedPart):
        open_part(KEY, PLACE, change(seal_part(KEY, PLACE, PLAIN)))


def test_nonces_differ_for_every_role_and_number() -> None:
    places = [
        Place(SEAL, role, number, is_last=False) for role in ("data", "index") for number in (0, 1, 255, 256, 2**32)
    ]
    assert len({place.nonce for place in places}) == len(places)
    assert {len(place.nonce) for place in places} == {12}


def test_a_key_never_shows_in_an_error() -> None:
    with pytest.raises(DamagedPart) as caught:
        open_part(KEY, PLACE, bytes(32))
    assert KEY.hex() not in str(caught.value) + repr(caught.value)
