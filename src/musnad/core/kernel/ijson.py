"""I-JSON in, canonical JSON out.

Reading follows RFC 7493 and is stricter: UTF-8 without a mark, no repeated member name, no float, no integer past
2^53 - 1, no lone surrogate, depth at most 32. Writing follows RFC 8785 (which, without floats, is: members sorted by
UTF-16 code units, no white space, shortest escapes). Signed bytes are kept as received; nothing is ever written
again in order to be verified.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from json.encoder import encode_basestring
from typing import NoReturn

from musnad.core.kernel.errors import NotJson, TooLarge

DEPTH_LIMIT = 32
INTEGER_LIMIT = 2**53 - 1
PAYLOAD_LIMIT_OCTETS = 1024 * 1024

JsonObject = dict[str, object]

_BUT_BRACKETS = bytes(byte for byte in range(256) if byte not in b"[]{}")
_STRINGS = re.compile(rb'"(?:[^"\\]|\\.)*+\\?(?:"|\Z)', re.DOTALL)
# A string that never ends is taken to the end: otherwise each of its quotes would be tried, in quadratic time.
_SURROGATE = re.compile("[\ud800-\udfff]")


def parse_object(data: bytes, *, what: str, limit_octets: int = PAYLOAD_LIMIT_OCTETS) -> JsonObject:
    """Parse the bytes of one JSON object.

    Raises:
        TooLarge: more than ``limit_octets``.
        NotJson: anything else; ``what`` names the thing, ``why`` the rule it breaks.
    """
    value = parse_value(data, what=what, limit_octets=limit_octets)
    if not isinstance(value, dict):
        raise NotJson(what, "not an object")
    return value


def parse_value(data: bytes, *, what: str, limit_octets: int = PAYLOAD_LIMIT_OCTETS) -> object:
    """Parse the bytes of one JSON value; limits and errors as ``parse_object``."""
    if len(data) > limit_octets:
        raise TooLarge(what, len(data), limit_octets)
    _check_depth(data, what)

    def refuse_float(_: str) -> NoReturn:
        raise NotJson(what, "a number that is not an integer")

    def integer(text: str) -> int:
        if len(text) > 17 or abs(int(text)) > INTEGER_LIMIT:
            raise NotJson(what, "an integer past 2^53-1")
        return int(text)

    def members(pairs: list[tuple[str, object]]) -> JsonObject:
        found: JsonObject = {}
        for name, value in pairs:
            if name in found:
                raise NotJson(what, "a member name stands twice")
            found[name] = value
        return found

    try:
        text = data.decode("utf-8")
        value: object = json.loads(
            text,
            parse_float=refuse_float,
            parse_constant=refuse_float,
            parse_int=integer,
            object_pairs_hook=members,
        )
    except UnicodeDecodeError as error:
        raise NotJson(what, "not UTF-8") from error
    except (ValueError, RecursionError) as error:
        raise NotJson(what, "not JSON") from error
    if "\\u" in text and _has_surrogate(value):
        raise NotJson(what, "a lone surrogate")
    return value


def _check_depth(data: bytes, what: str) -> None:
    if data.count(b"[") + data.count(b"{") <= DEPTH_LIMIT:
        return
    depth = 0
    for byte in _STRINGS.sub(b"", data).translate(None, _BUT_BRACKETS):
        if byte in b"[{":
            depth += 1
            if depth > DEPTH_LIMIT:
                raise NotJson(what, f"deeper than {DEPTH_LIMIT}")
        elif byte in b"]}":
            depth -= 1


def _has_surrogate(value: object) -> bool:
    if isinstance(value, str):
        return _SURROGATE.search(value) is not None
    if isinstance(value, dict):
        return any(_has_surrogate(part) for pair in value.items() for part in pair)
    if isinstance(value, list):
        return any(_has_surrogate(part) for part in value)
    return False


def write_canonical(value: object) -> bytes:
    """The RFC 8785 bytes of a value made of dict, list, tuple, str, int, bool and None."""
    parts: list[str] = []
    _write(value, parts.append)
    try:
        return "".join(parts).encode("utf-8")
    except UnicodeEncodeError as error:
        raise NotJson("value", "a lone surrogate") from error


def _write(value: object, add: Callable[[str], None]) -> None:
    if isinstance(value, str):
        add(encode_basestring(value))
    elif isinstance(value, dict):
        before = "{"
        for name in _in_order(value):
            add(f"{before}{encode_basestring(name)}:")
            _write(value[name], add)
            before = ","
        add("}" if value else "{}")
    elif isinstance(value, list | tuple):
        before = "["
        for part in value:
            add(before)
            _write(part, add)
            before = ","
        add("]" if value else "[]")
    elif value is None or isinstance(value, bool):
        add({None: "null", True: "true", False: "false"}[value])
    elif isinstance(value, int) and abs(value) <= INTEGER_LIMIT:
        add(str(int(value)))
    else:
        raise NotJson("value", f"{type(value).__name__} has no I-JSON form")


def _in_order(names: Iterable[str]) -> list[str]:
    """By UTF-16 code units, which is by code points where all are ASCII."""
    if all(map(str.isascii, names)):
        return sorted(names)
    return sorted(names, key=lambda name: name.encode("utf-16-be", "surrogatepass"))
