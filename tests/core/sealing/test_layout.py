from __future__ import annotations

import itertools

import pytest

from musnad.core.sealing.layout import LEAF_OCTETS, PART_OCTETS, PARTS_PER_BLOCK, SIZE_LIMIT_OCTETS, Layout, Span


@pytest.mark.parametrize(
    ("size", "parts", "leaves"),
    [
        (0, 1, 0),
        (1, 1, 1),
        (LEAF_OCTETS, 1, 1),
        (LEAF_OCTETS + 1, 1, 2),
        (PART_OCTETS, 1, 64),
        (PART_OCTETS + 1, 2, 65),
        (PART_OCTETS * PARTS_PER_BLOCK, PARTS_PER_BLOCK, 64 * PARTS_PER_BLOCK),
    ],
)
def test_counts_at_the_borders(size: int, parts: int, leaves: int) -> None:
    layout = Layout(size)
    assert (layout.parts, layout.leaves) == (parts, leaves)
    assert sum(layout.part(number).size_octets for number in range(parts)) == size
    assert sum(layout.leaves_of(number) for number in range(parts)) == leaves


@pytest.mark.parametrize(
    "size", [0, 1, PART_OCTETS * PARTS_PER_BLOCK, PART_OCTETS * PARTS_PER_BLOCK + 1, 5 * 2**30 + 77]
)
def test_blocks_fill_the_index_without_gap_and_tell_of_every_part(size: int) -> None:
    layout = Layout(size)
    spans = [layout.block(number) for number in range(layout.blocks)]
    assert spans[0].first == 0
    assert all(left.end == right.first for left, right in itertools.pairwise(spans))
    assert spans[-1].end == layout.index_octets
    assert [part for block in range(layout.blocks) for part in layout.parts_of(block)] == list(range(layout.parts))


def test_the_last_part_is_the_last() -> None:
    layout = Layout(PART_OCTETS * 2)
    assert [layout.is_last(number) for number in range(2)] == [False, True]
    assert layout.part(1) == Span(PART_OCTETS, PART_OCTETS)


def test_the_largest_exhibit_stays_under_the_block_limits_of_its_key() -> None:
    assert SIZE_LIMIT_OCTETS // 16 <= 2**46
