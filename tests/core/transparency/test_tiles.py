from __future__ import annotations

import pytest

from musnad.core.kernel.errors import MusnadError
from musnad.core.transparency.errors import BadProof, BadTile, OutOfTree
from musnad.core.transparency.tiles import (
    Tile,
    build_tile,
    parse_bundle,
    parse_tile,
    parse_tile_path,
    tile_reader,
    tiles_of,
    width_at,
    write_bundle,
)
from musnad.core.transparency.tree import (
    MemoryTree,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    root,
    verify_inclusion,
)

SIZE = 70_000
LEAVES = [leaf_hash(place.to_bytes(4, "big")) for place in range(SIZE)]
TREE = MemoryTree(LEAVES)


def code(call: object, *args: object) -> str:
    with pytest.raises(MusnadError) as caught:
        call(*args)  # type: ignore[operator]
    return caught.value.code


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 0), "tile/0/000"),
        (Tile(0, 1234067), "tile/0/x001/x234/067"),
        (Tile(63, 999), "tile/63/999"),
        (Tile(1, 1000, 1), "tile/1/x001/000.p/1"),
        (Tile(None, 5, 255), "tile/entries/005.p/255"),
        (Tile(None, 1_000_000), "tile/entries/x001/x000/000"),
    ],
)
def test_paths_are_those_of_the_specification(tile: Tile, path: str) -> None:
    assert tile.path == path
    assert parse_tile_path(path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "",
        "tile/0/0",
        "tile/0/0000",
        "tile/0/x000/000",
        "tile/0/001/000",
        "tile/0/x001",
        "tile/00/000",
        "tile/64/000",
        "tile/-1/000",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/01",
        "tile/0/000.p/",
        "tile/0/000/",
        "/tile/0/000",
        "tile/0/000\n",
        "tile/0/٠٠٠",
        "tile/entry/000",
        "tile/0/../000",
        "tile/0/x999/x999/x999/x999/x999/x999/999",
        "tile/0/" + "x001/" * 7 + "000",
    ],
)
def test_refuses_every_other_spelling(path: str) -> None:
    assert code(parse_tile_path, path) == BadTile.code


def test_a_tree_of_70000_has_the_tiles_of_the_specification() -> None:
    tiles = list(tiles_of(SIZE))
    assert sum(tile.level == 0 and tile.width == 256 for tile in tiles) == 273
    assert [tile for tile in tiles if tile.width < 256] == [Tile(0, 273, 112), Tile(1, 1, 17), Tile(2, 0, 1)]
    assert sum(tile.level == 1 and tile.width == 256 for tile in tiles) == 1
    assert list(tiles_of(256)) == [Tile(0, 0), Tile(1, 0, 1)]
    assert list(tiles_of(0)) == []


def test_every_tile_and_partial_tile_leads_back_to_every_root_and_proof() -> None:
    fetched: list[Tile] = []

    def fetch(tile: Tile) -> bytes:
        fetched.append(tile)
        return build_tile(parse_tile_path(tile.path), SIZE, TREE.read)

    for size in (1, 2, 255, 256, 257, 511, 65_535, 65_536, 65_537, SIZE):
        read = tile_reader(size, fetch)
        assert root(size, read) == TREE.root(size)
        for index in {0, size // 3, size - 1}:
            assert inclusion_proof(index, size, read) == TREE.inclusion_proof(index, size)
            assert consistency_proof(index, size, read) == TREE.consistency_proof(index, size)
    assert len(fetched) < 150


def test_builds_no_tile_that_the_tree_does_not_have() -> None:
    for tile in (Tile(0, 273), Tile(0, 273, 113), Tile(0, 274, 1), Tile(2, 0, 2), Tile(3, 0, 1), Tile(0, 0, 0)):
        assert code(build_tile, tile, SIZE, TREE.read) == OutOfTree.code
    assert code(build_tile, Tile(None, 0), SIZE, TREE.read) == OutOfTree.code
    assert code(build_tile, Tile(0, -1), SIZE, TREE.read) == OutOfTree.code
    assert width_at(None, 273, SIZE) == 112


def test_an_altered_tile_gives_a_proof_that_does_not_hold() -> None:
    def fetch(tile: Tile) -> bytes:
        data = bytearray(build_tile(tile, SIZE, TREE.read))
        data[-1] ^= tile.level == 0 and tile.index == 273
        return bytes(data)

    proof = inclusion_proof(5, SIZE, tile_reader(SIZE, fetch))
    with pytest.raises(BadProof):
        verify_inclusion(LEAVES[5], 5, SIZE, proof, TREE.root())


@pytest.mark.parametrize("garbage", [b"", b"x" * 31, b"x" * 32, b"x" * 8193, b"x" * 16384])
def test_refuses_a_tile_of_another_width(garbage: bytes) -> None:
    assert code(root, SIZE, tile_reader(SIZE, lambda tile: garbage)) == BadTile.code
    assert code(tile_reader(SIZE, lambda tile: garbage), 0, SIZE) == OutOfTree.code
    assert code(parse_tile, garbage, 256) == BadTile.code


def test_bundles_round_trip() -> None:
    for entries in ((b"",), (b"a", b"", b"x" * 65535), tuple(bytes([place]) * 32 for place in range(256))):
        assert parse_bundle(write_bundle(entries), len(entries)) == entries


def test_refuses_bundles_cut_long_or_of_another_width() -> None:
    data = write_bundle((b"a", b"bc"))
    for bad in (b"", data[:-1], data + b"\0", data + b"\0\0", data[:3], data[:4]):
        assert code(parse_bundle, bad, 2) == BadTile.code
    assert code(parse_bundle, data, 1) == BadTile.code
    assert code(parse_bundle, data, 3) == BadTile.code
    assert code(parse_bundle, data, 0) == BadTile.code
    for entries in ((), (b"x" * 65536,), (b"",) * 257):
        assert code(write_bundle, entries) == BadTile.code
