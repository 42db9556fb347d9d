"""Any bytes give a value or a ``MusnadError``; what is written is read back the same."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from musnad.core.crypto.dsse import parse_dsse, sign
from musnad.core.crypto.signing import SigningKey
from musnad.core.crypto.wrapping import UnwrappingKey
from musnad.core.envelope.envelope import close_envelope, parse_envelope
from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.ijson import INTEGER_LIMIT, parse_object, parse_value, write_canonical
from musnad.core.messages.message import MESSAGE_TYPE, write_message
from musnad.core.messages.receipt import write_receipt
from musnad.core.messages.schema import parse_message, parse_receipt
from tests.case_story import QA, receipt_of
from tests.messages_of_each_kind import MESSAGES, STRANGE

Parse = Callable[[bytes], object]
SIGNER = SigningKey(b"a" * 32, b"b" * 32)
HOLDER = UnwrappingKey(bytes(range(64)), bytes(range(32)))
DSSE = sign(write_message(MESSAGES["request"]), MESSAGE_TYPE, [SIGNER]).write()
PARSERS: dict[str, tuple[Parse, list[bytes]]] = {
    "message": (parse_message, [write_message(message) for message in MESSAGES.values()]),
    "receipt": (parse_receipt, [write_receipt(receipt_of(STRANGE))]),
    "dsse": (lambda data: parse_dsse(data, payload_type=MESSAGE_TYPE, what="message"), [DSSE]),
    "envelope": (parse_envelope, [close_envelope(DSSE, {QA: HOLDER.public}, lambda size: b"e" * size).write()]),
    "ijson": (lambda data: parse_object(data, what="x"), [b'{"a":[1,"\\u00e9",null,true]}']),
}
each_parser = pytest.mark.parametrize(("parse", "good"), PARSERS.values(), ids=list(PARSERS))

texts = st.text(st.characters(codec="utf-8"))
scalars = st.none() | st.booleans() | st.integers(-INTEGER_LIMIT, INTEGER_LIMIT) | texts
values = st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(texts, inner), max_leaves=20)


@each_parser
@given(data=st.binary(max_size=200) | values.map(lambda value: json.dumps(value).encode()))
@example(data=b"[" * 100_000)
@example(data=b'{"version":"musnad/1","kind":"request"}')
def test_any_bytes_give_a_value_or_a_musnad_error(parse: Parse, good: list[bytes], data: bytes) -> None:
    with contextlib.suppress(MusnadError):
        parse(data)


@each_parser
@given(data=st.data())
def test_a_good_one_with_octets_changed_gives_a_value_or_a_musnad_error(
    parse: Parse, good: list[bytes], data: Any
) -> None:
    octets = bytearray(data.draw(st.sampled_from(good)))
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(octets) - 1))
        octets[place : place + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
        if not octets:
            break
    with contextlib.suppress(MusnadError):
        parse(bytes(octets))


def _places(value: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = (
        list(value.items()) if isinstance(value, dict) else list(enumerate(value)) if isinstance(value, list) else []
    )
    return [path, *(place for name, part in inner for place in _places(part, (*path, name)))]


@each_parser
@given(data=st.data(), other=values)
@settings(max_examples=150)
def test_a_good_one_with_any_member_replaced_gives_a_value_or_a_musnad_error(
    parse: Parse, good: list[bytes], data: Any, other: object
) -> None:
    """Valid JSON, nearly right: it goes deeper than changed octets do."""
    whole: Any = json.loads(data.draw(st.sampled_from(good)))
    path = data.draw(st.sampled_from(_places(whole)))
    if path:
        target = whole
        for name in path[:-1]:
            target = target[name]
        target[path[-1]] = other
    else:
        whole = other
    with contextlib.suppress(MusnadError):
        parse(json.dumps(whole).encode())


@given(value=values)
def test_canonical_json_is_read_back_the_same_and_has_one_form(value: object) -> None:
    written = write_canonical(value)
    try:
        read = parse_value(written, what="x")
    except MusnadError:
        return  # deeper than the reader allows
    assert read == value
    assert write_canonical(read) == written


@given(value=values)
def test_canonical_json_is_what_another_reader_reads(value: object) -> None:
    assert json.loads(write_canonical(value)) == value


@given(payload=st.binary(max_size=500))
@settings(max_examples=25, deadline=None)
def test_whatever_is_signed_and_closed_is_opened_and_verified(payload: bytes) -> None:
    signed = sign(payload, MESSAGE_TYPE, [SIGNER])
    read = parse_dsse(signed.write(), payload_type=MESSAGE_TYPE, what="x")
    read.verify(SIGNER.public, what="x")
    assert read.payload == payload
