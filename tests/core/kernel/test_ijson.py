"""I-JSON: what is refused, and the one canonical form."""

from __future__ import annotations

import pytest

from musnad.core.kernel.errors import NotJson, TooLarge
from musnad.core.kernel.ijson import DEPTH_LIMIT, INTEGER_LIMIT, parse_object, parse_value, write_canonical


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"text"',
        b'{"a":1,"a":1}',
        b'{"a":{"b":1,"b":2}}',
        b'{"a":1.0}',
        b'{"a":1e2}',
        b'{"a":NaN}',
        b'{"a":Infinity}',
        b'{"a":9007199254740992}',
        b'{"a":-9007199254740992}',
        b'{"a":' + b"9" * 5000 + b"}",
        b'{"a":"\\ud800"}',
        b'{"\\udfff":1}',
        b'{"a":"\xff"}',
        b'\xef\xbb\xbf{"a":1}',
        b'{"a":"\x00"}',
        b"{'a':1}",
        b'{"a":1}{}',
        b'{"a":' + b"[" * DEPTH_LIMIT + b"]" * DEPTH_LIMIT + b"}",
        b"[" * 100_000,
    ],
    ids=lambda data: repr(data[:24]),
)
def test_refuses_what_is_not_an_ijson_object(data: bytes) -> None:
    with pytest.raises(NotJson):
        parse_object(data, what="x")


def test_accepts_the_limits_themselves() -> None:
    deep = b'{"a":' + b"[" * (DEPTH_LIMIT - 1) + b"]" * (DEPTH_LIMIT - 1) + b"}"
    parse_object(deep, what="x")
    assert parse_object(b'{"a":%d,"b":-%d}' % (INTEGER_LIMIT, INTEGER_LIMIT), what="x") == {
        "a": INTEGER_LIMIT,
        "b": -INTEGER_LIMIT,
    }
    assert parse_value(b'"\\ud83d\\ude00 \\" [[[["', what="x") == '😀 " [[[['


def test_refuses_more_octets_than_the_limit_before_reading_any() -> None:
    with pytest.raises(TooLarge) as caught:
        parse_object(b"\xff" * 11, what="x", limit_octets=10)
    assert caught.value.facts() == {"what": "x", "size_octets": 11, "limit_octets": 10}


def test_the_canonical_form_is_that_of_rfc_8785() -> None:
    """Members sorted by UTF-16 code units (section 3.2.3), the shortest escapes (3.2.2.2)."""
    mixed = {"\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\U0001f600": 5, "\u0080": 6, "\u00f6": 7}
    assert list(parse_object(write_canonical(mixed), what="x")) == [
        "\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33",
    ]  # fmt: skip
    assert write_canonical({"b": [1, True, None], "a": ("\u20ac$\u000f\nA'B\"\\/", {})}) == (
        '{"a":["€$\\u000f\\nA\'B\\"\\\\/",{}],"b":[1,true,null]}'.encode()
    )


@pytest.mark.parametrize("value", [1.5, {1, 2}, b"bytes", 2**53, "\ud800", {"a": object()}])
def test_refuses_to_write_what_has_no_ijson_form(value: object) -> None:
    with pytest.raises(NotJson):
        write_canonical(value)


@pytest.mark.parametrize("tail", [b'\\"' * 200_000, b'"' * 300_000, b'"\\' * 200_000, b'"a' * 200_000])
def test_strings_that_never_end_are_refused_in_linear_time(tail: bytes) -> None:
    """Forty kilobytes of this once took seconds, a mebioctet hours: the suite's own time limit would tell."""
    with pytest.raises(NotJson):
        parse_value(b"[" * 33 + tail, what="hostile", limit_octets=2**20)
