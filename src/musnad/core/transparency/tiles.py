"""Tiles: a log's tree and entries as files that never change once full (C2SP tlog-tiles).

A tile is up to 256 consecutive hashes at height ``8 * level``; a bundle is the same leaves' entries. The serving side
builds them from nodes; the reading side turns them back into a ``NodeReader``, and with it makes any root or proof.

Nothing read from a tile is trusted: a proof made from tiles counts when it leads to the root of a signed checkpoint.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from musnad.core.transparency.errors import BadTile, OutOfTree
from musnad.core.transparency.tree import HASH_OCTETS, SIZE_LIMIT, NodeReader, node_hash

WIDTH = 256
_HEIGHT = 8
_LEVEL_LIMIT = 63
ENTRY_LIMIT_OCTETS = 0xFFFF
BUNDLE_LIMIT_OCTETS = WIDTH * (2 + ENTRY_LIMIT_OCTETS)

_PATH = re.compile(
    r"tile/(?P<level>entries|0|[1-9][0-9]?)/(?P<index>(?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/(?P<width>[1-9][0-9]{0,2}))?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Tile:
    """The name of a tile, or of an entry bundle where ``level`` is ``None``; narrower than 256 where partial."""

    level: int | None
    index: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Its path under the log's prefix, such as ``tile/0/x001/234.p/17``."""
        level = "entries" if self.level is None else str(self.level)
        groups = [f"{self.index % 1000:03d}"]
        rest = self.index // 1000
        while rest:
            groups.append(f"x{rest % 1000:03d}")
            rest //= 1000
        partial = "" if self.width == WIDTH else f".p/{self.width}"
        return f"tile/{level}/{'/'.join(reversed(groups))}{partial}"


TileFetcher = Callable[[Tile], bytes]
"""Gives the bytes of a tile, from wherever they are; raises its own errors."""


def parse_tile_path(path: str) -> Tile:
    """A tile's name from its path; ``BadTile`` for any other spelling than the one of the specification."""
    found = _PATH.fullmatch(path)
    if found is None:
        raise BadTile("not the path of a tile or an entry bundle")
    level = None if found["level"] == "entries" else int(found["level"])
    index = int(found["index"].replace("x", "").replace("/", ""))
    tile = Tile(level, index, WIDTH if found["width"] is None else int(found["width"]))
    if tile.path != path or (level or 0) > _LEVEL_LIMIT or index > SIZE_LIMIT or tile.width > WIDTH:
        raise BadTile("not the path of a tile or an entry bundle")
    return tile


def width_at(level: int | None, index: int, size: int) -> int:
    """How wide that tile (or bundle) is in the tree of ``size`` leaves; 0 where it has none."""
    hashes = size >> _HEIGHT * (level or 0)
    return max(0, min(WIDTH, hashes - index * WIDTH))


def tiles_of(size: int) -> Iterator[Tile]:
    """Every tile of the tree of ``size`` leaves, without the bundles: level by level, the partial one last."""
    level = 0
    while hashes := size >> _HEIGHT * level:
        for index in range(-(-hashes // WIDTH)):
            yield Tile(level, index, width_at(level, index, size))
        level += 1


def build_tile(tile: Tile, size: int, read: NodeReader) -> bytes:
    """The bytes of a tile; ``OutOfTree`` where the tree of ``size`` leaves has none of that width, or for a bundle."""
    level, start, end = nodes_of(tile, size)
    return b"".join(read(level, at) for at in range(start, end))


def nodes_of(tile: Tile, size: int) -> tuple[int, int, int]:
    """The nodes whose hashes, joined, are a tile: their level, the first, and the one past the last; ``OutOfTree``."""
    if tile.level is None or tile.index < 0 or not 0 < tile.width <= width_at(tile.level, tile.index, size):
        raise OutOfTree("tile", tile.index, size)
    first = tile.index * WIDTH
    return _HEIGHT * tile.level, first, first + tile.width


def parse_tile(data: bytes, width: int) -> tuple[bytes, ...]:
    """The hashes of a tile; ``BadTile`` unless it is exactly ``width`` of them."""
    if not 0 < width <= WIDTH or len(data) != width * HASH_OCTETS:
        raise BadTile("not as many hashes as the tile is wide")
    return tuple(data[at : at + HASH_OCTETS] for at in range(0, len(data), HASH_OCTETS))


def write_bundle(entries: Sequence[bytes]) -> bytes:
    """The bytes of an entry bundle; ``BadTile`` for none, more than 256, or one past 65,535 octets."""
    if not 0 < len(entries) <= WIDTH or any(len(entry) > ENTRY_LIMIT_OCTETS for entry in entries):
        raise BadTile("a bundle is 1 to 256 entries of at most 65535 octets")
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def parse_bundle(data: bytes, width: int) -> tuple[bytes, ...]:
    """The entries of a bundle; ``BadTile`` unless it is exactly ``width`` of them."""
    if not 0 < width <= WIDTH or len(data) > BUNDLE_LIMIT_OCTETS:
        raise BadTile("a bundle is 1 to 256 entries of at most 65535 octets")
    entries: list[bytes] = []
    at = 0
    while at < len(data) and len(entries) < width:
        start = at + 2
        at = start + int.from_bytes(data[at:start], "big")
        if start > len(data) or at > len(data):
            raise BadTile("an entry is cut short")
        entries.append(data[start:at])
    if len(entries) != width or at != len(data):
        raise BadTile("not as many entries as the bundle is wide")
    return tuple(entries)


def tile_reader(size: int, fetch: TileFetcher) -> NodeReader:
    """A ``NodeReader`` over the tiles of the tree of ``size`` leaves; each tile is fetched once.

    The reader raises ``OutOfTree`` for a node that is not complete in that tree, ``BadTile`` for a tile of another
    width, and what ``fetch`` raises.
    """
    kept: dict[tuple[int, int], tuple[bytes, ...]] = {}

    def hashes(level: int, index: int) -> tuple[bytes, ...]:
        if (level, index) not in kept:
            tile = Tile(level, index, width_at(level, index, size))
            kept[level, index] = parse_tile(fetch(tile), tile.width)
        return kept[level, index]

    def read(level: int, index: int) -> bytes:
        if level < 0 or index < 0 or (index + 1) << level > size:
            raise OutOfTree("node", index, size)
        tile_level, height = divmod(level, _HEIGHT)
        first = index << height
        start = first % WIDTH
        row = hashes(tile_level, first // WIDTH)[start : start + (1 << height)]
        while len(row) > 1:
            row = tuple(node_hash(row[at], row[at + 1]) for at in range(0, len(row), 2))
        return row[0]

    return read
