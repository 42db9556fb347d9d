"""Which characters a font file draws (OpenType's ``cmap``), and a text with every other one spelled out.

A character that no font at hand draws, and one that draws nothing but moves what stands around it, are printed as
``[U+1F600]``: a reader sees that something stands there, and the signed file tells what.
"""

from __future__ import annotations

import struct
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

_COLLECTION = b"ttcf"
_FORMATS = (12, 4)
_SPELLED = frozenset({"Cc", "Co", "Cn", "Cs", "Zl", "Zp"})
_MOVERS = frozenset(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))

Ranges = tuple[tuple[int, int], ...]
"""First and last code points, both included."""


def printable(text: str, folders: Sequence[Path], *, ours: bool = False) -> str:
    """The text with what cannot be printed spelled out; line ends and tabs stay.

    A sentence that is ``ours`` keeps its marks of direction, which hold the identifiers in it; nobody else's does.
    """
    kept = _MOVERS | {"\n", "\t"} if ours else {"\n", "\t"}
    spelled = {one for one in set(text) - kept if not _is_drawn(one, tuple(folders))}
    return "".join(f"[U+{ord(one):04X}]" if one in spelled else one for one in text) if spelled else text


def covered(font: Path) -> Ranges:
    """What the font draws; nothing where the file is no font that we understand."""
    try:
        return tuple(_ranges(font.read_bytes()))
    except (OSError, struct.error, IndexError, ValueError):
        return ()


def _is_drawn(one: str, folders: tuple[Path, ...]) -> bool:
    if one in _MOVERS or unicodedata.category(one) in _SPELLED:
        return False
    if one.isascii() or unicodedata.category(one) == "Cf":
        return True
    return _some_font_draws(ord(one), folders)


@cache
def _some_font_draws(point: int, folders: tuple[Path, ...]) -> bool:
    return any(
        first <= point <= last for folder in folders for font in _fonts(folder) for first, last in _covered(font)
    )


@cache
def _fonts(folder: Path) -> tuple[Path, ...]:
    """The folder's fonts, those of the commonest scripts first."""
    found = [path for path in folder.iterdir() if path.suffix.lower() in {".ttf", ".otf", ".ttc"}]
    return tuple(sorted(found, key=lambda path: (not path.name.startswith(("NotoSans-R", "NotoNaskh")), path.name)))


_covered = cache(covered)


def _ranges(data: bytes) -> Iterator[tuple[int, int]]:
    start = struct.unpack_from(">I", data, 12)[0] if data[:4] == _COLLECTION else 0
    tables = struct.unpack_from(">H", data, start + 4)[0]
    records = (struct.unpack_from(">4sIII", data, start + 12 + 16 * number) for number in range(tables))
    cmap = next(offset for tag, _, offset, _ in records if tag == b"cmap")
    count = struct.unpack_from(">H", data, cmap + 2)[0]
    places = [cmap + struct.unpack_from(">HHI", data, cmap + 4 + 8 * number)[2] for number in range(count)]
    formats = {struct.unpack_from(">H", data, place)[0]: place for place in places}
    best = next((one for one in _FORMATS if one in formats), None)
    if best == 12:
        yield from _segmented(data, formats[12])
    elif best == 4:
        yield from _basic(data, formats[4])


def _segmented(data: bytes, place: int) -> Iterator[tuple[int, int]]:
    """Format 12: groups of code points."""
    for number in range(struct.unpack_from(">I", data, place + 12)[0]):
        first, last, glyph = struct.unpack_from(">III", data, place + 16 + 12 * number)
        yield first + (glyph == 0), last


def _basic(data: bytes, place: int) -> Iterator[tuple[int, int]]:
    """Format 4: segments of the basic plane; a segment with a table of glyphs is looked at point by point."""
    half = struct.unpack_from(">H", data, place + 6)[0] // 2
    ends = struct.unpack_from(f">{half}H", data, place + 14)
    starts = struct.unpack_from(f">{half}H", data, place + 16 + 2 * half)
    deltas = struct.unpack_from(f">{half}H", data, place + 16 + 4 * half)
    at = place + 16 + 6 * half
    for number, offset in enumerate(struct.unpack_from(f">{half}H", data, at)):
        first, last = starts[number], ends[number]
        if first == 0xFFFF:
            continue
        if offset == 0:
            missing = -deltas[number] % 0x10000
            yield from _without(first, last, missing)
            continue
        for point in range(first, last + 1):
            if struct.unpack_from(">H", data, at + 2 * number + offset + 2 * (point - first))[0]:
                yield point, point


def _without(first: int, last: int, missing: int) -> Iterator[tuple[int, int]]:
    """A range less the one point whose glyph would be the first, which draws nothing."""
    if first <= missing <= last:
        yield from (pair for pair in ((first, missing - 1), (missing + 1, last)) if pair[0] <= pair[1])
    else:
        yield first, last
