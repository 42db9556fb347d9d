"""Which field makes a draft too large to be read: found in its bytes, without reading the draft.

The bytes are walked sign by sign until a field has more entries, or a text more octets, than any form takes; so a list
of a million entries is named after its first few thousand. What is no JSON is not judged here: nothing is found.
"""

from __future__ import annotations

import re

from musnad.core.treaty.forms import ENTRIES_LIMIT, LONG_TEXT_LIMIT

_OCTETS_A_CHARACTER = 6
"""The most that a character takes in JSON, as an escape."""
_DEPTH_LIMIT = 32
_SIGN = re.compile(rb'"(?:[^"\\\\]|\\\\.)*+"?|[\[\]{},]', re.DOTALL)


def crowded_field(data: bytes, *, within: tuple[str, ...] = ("fields",)) -> tuple[str, int] | None:
    """The first field that holds more than any form takes, and what its form takes; None where no field does.

    Args:
        data: the beginning of a JSON object, cut off anywhere.
        within: the members that lead to the object whose members are the fields.
    """
    level = len(within) + 1
    path: list[str] = []
    """For each open object or list the name of the member that stands in it; empty in a list."""
    entries: list[int] = []
    lists: list[bool] = []
    text = ""
    for found in _SIGN.finditer(data):
        sign = found[0]
        if sign[:1] == b'"':
            text = sign[1:129].rstrip(b'"').decode("utf-8", "replace")
            if path and not lists[-1] and data[found.end() : found.end() + 8].lstrip()[:1] == b":":
                path[-1] = text
            elif len(sign) > LONG_TEXT_LIMIT * _OCTETS_A_CHARACTER and _leads(path, within):
                return path[level - 1], LONG_TEXT_LIMIT
        elif sign in b"[{":
            path.append("")
            entries.append(1)
            lists.append(sign == b"[")
            if len(path) > _DEPTH_LIMIT:
                return None
        elif sign in b"]}":
            if not path:
                return None
            path.pop(), entries.pop(), lists.pop()
        elif path:
            entries[-1] += 1
            if entries[-1] > ENTRIES_LIMIT and len(path) == level + 1 and lists[-1] and _leads(path, within):
                return path[level - 1], ENTRIES_LIMIT
    return None


def _leads(path: list[str], within: tuple[str, ...]) -> bool:
    """Whether the walk is in a field of that object."""
    return len(path) > len(within) and tuple(path[: len(within)]) == within and bool(path[len(within)])
