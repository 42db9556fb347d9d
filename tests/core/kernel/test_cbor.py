"""The subset of CBOR: every value that it knows, and each way of writing what it must not take."""

from __future__ import annotations

import pytest
from fido2 import cbor
from hypothesis import given
from hypothesis import strategies as st

from musnad.core.kernel.cbor import DEPTH_LIMIT, parse_cbor, read_item
from musnad.core.kernel.errors import BadForm, MusnadError

NAMES = st.one_of(st.integers(-(2**32), 2**64 - 1), st.text(max_size=30))
VALUES = st.recursive(
    st.one_of(st.integers(-(2**64), 2**64 - 1), st.binary(max_size=300), st.text(max_size=40), st.booleans()),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(NAMES, inner, max_size=4)),
    max_leaves=6,
)


def nesting(value: object) -> int:
    match value:
        case dict():
            return 1 + max((nesting(one) for one in value.values()), default=0)
        case list():
            return 1 + max((nesting(one) for one in value), default=0)
        case _:
            return 0


@given(VALUES)
def test_reads_what_another_library_writes(value: object) -> None:
    written = cbor.encode(value)  # type: ignore[arg-type]
    if nesting(value) <= DEPTH_LIMIT:
        assert parse_cbor(written, what="value") == value
    else:
        with pytest.raises(BadForm):
            parse_cbor(written, what="value")


@given(st.binary(max_size=200))
def test_any_bytes_give_a_value_or_an_error(data: bytes) -> None:
    try:
        value, end = read_item(data, 0, what="value")
    except MusnadError:
        return
    assert 0 < end <= len(data)
    assert parse_cbor(data[:end], what="value") == value


@pytest.mark.parametrize(
    ("why", "written"),
    [
        ("nothing at all", ""),
        ("an end too early", "58"),
        ("fewer octets than it says", "4201"),
        ("octets after its end", "0000"),
        ("one octet where none is needed", "1817"),
        ("two octets where one would do", "1900ff"),
        ("four octets where two would do", "1a0000ffff"),
        ("eight octets where four would do", "1b00000000ffffffff"),
        ("a length in too many octets", "580141"),
        ("an indefinite text", "7f6161ff"),
        ("an indefinite list", "9fff"),
        ("an indefinite map", "bfff"),
        ("a reserved length", "1c"),
        ("a tag", "c000"),
        ("a half float", "f93c00"),
        ("a double", "fb3ff0000000000000"),
        ("undefined", "f7"),
        ("a simple value of its own octet", "f814"),
        ("a text that is not UTF-8", "61ff"),
        ("a member twice", "a2010001 00"),
        ("a member named true", "a1f500"),
        ("a member named by octets", "a1410000"),
        ("a list of four thousand million", "9affffffff"),
        ("a map of four thousand million", "baffffffff"),
        ("five lists in one another", "818181818180"),
    ],
)
def test_refuses(why: str, written: str) -> None:
    with pytest.raises(BadForm):
        parse_cbor(bytes.fromhex(written), what=why)


def test_reads_null_and_where_an_item_ends() -> None:
    assert read_item(b"\x00\xf6\x01", 1, what="value") == (None, 2)
