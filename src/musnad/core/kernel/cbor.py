"""As much of CBOR (RFC 8949) as authenticators write, and nothing else: the form that CTAP2 calls canonical.

Integers, octets, texts, lists, maps, true, false and null; definite lengths, each number in its shortest form, no
member twice. No tag, no float, no indefinite length. The order of a map's members is not looked at: browsers differ
in it, and nothing here is ever written again. Depth and size are bounded.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from musnad.core.kernel.errors import BadForm

DEPTH_LIMIT = 4
"""What CTAP2 allows."""
_SIMPLE: dict[int, bool | None] = {20: False, 21: True, 22: None}
_LARGE = {24: 1, 25: 2, 26: 4, 27: 8}
_LEAST = {24: 24, 25: 1 << 8, 26: 1 << 16, 27: 1 << 32}


def parse_cbor(data: bytes, *, what: str) -> object:
    """The one value that ``data`` is; ``BadForm`` where it is none, or more than one."""
    value, end = read_item(data, 0, what=what)
    if end != len(data):
        raise BadForm(what, "octets after its end")
    return value


def read_item(data: bytes, at: int, *, what: str) -> tuple[object, int]:
    """The value that begins at ``at``, and where it ends; ``BadForm``."""
    reader = _Reader(data, at, what)
    return reader.item(0), reader.at


@dataclass
class _Reader:
    data: bytes
    at: int
    what: str

    def item(self, depth: int) -> object:
        if depth > DEPTH_LIMIT:
            raise BadForm(self.what, f"deeper than {DEPTH_LIMIT}")
        first = self.take(1)[0]
        major, small = first >> 5, first & 31
        if major == 7:
            if small not in _SIMPLE:
                raise BadForm(self.what, "neither true, false nor null")
            return _SIMPLE[small]
        read = self._readers().get(major)
        if read is None:
            raise BadForm(self.what, "a tag")
        return read(self.number(small), depth)

    def number(self, small: int) -> int:
        if small < 24:
            return small
        if small not in _LARGE:
            raise BadForm(self.what, "an indefinite length")
        number = int.from_bytes(self.take(_LARGE[small]), "big")
        if number < _LEAST[small]:
            raise BadForm(self.what, "a number that is not in its shortest form")
        return number

    def take(self, size: int) -> bytes:
        if size > len(self.data) - self.at:
            raise BadForm(self.what, "it ends early")
        self.at += size
        return self.data[self.at - size : self.at]

    def _readers(self) -> dict[int, Callable[[int, int], object]]:
        return {
            0: lambda number, _: number,
            1: lambda number, _: -1 - number,
            2: lambda size, _: self.take(size),
            3: lambda size, _: self._text(size),
            4: self._list,
            5: self._map,
        }

    def _text(self, size: int) -> str:
        try:
            return self.take(size).decode("utf-8")
        except UnicodeDecodeError as error:
            raise BadForm(self.what, "a text that is not UTF-8") from error

    def _list(self, size: int, depth: int) -> list[object]:
        self._check_room(size)
        return [self.item(depth + 1) for _ in range(size)]

    def _map(self, size: int, depth: int) -> dict[int | str, object]:
        self._check_room(2 * size)
        found: dict[int | str, object] = {}
        for _ in range(size):
            name = self.item(depth + 1)
            if isinstance(name, bool) or not isinstance(name, int | str):
                raise BadForm(self.what, "a member whose name is neither a number nor a text")
            if name in found:
                raise BadForm(self.what, "a member stands twice")
            found[name] = self.item(depth + 1)
        return found

    def _check_room(self, items: int) -> None:
        """Every item takes an octet: a length that the rest cannot hold is refused before anything is read."""
        if items > len(self.data) - self.at:
            raise BadForm(self.what, "it ends early")
