from __future__ import annotations

import pytest

from musnad.core.kernel.names import SealId
from musnad.core.sealing.errors import DamagedPart
from musnad.core.sealing.index import Entry, IndexSealer, open_block
from musnad.core.sealing.layout import PART_OCTETS, PARTS_PER_BLOCK, Layout

KEY = b"k" * 32
SEAL = SealId("ab" * 16)


def entries_of(layout: Layout) -> list[Entry]:
    return [
        Entry(number.to_bytes(16, "big"), bytes([number % 251]) * 32 * layout.leaves_of(number))
        for number in range(layout.parts)
    ]


def sealed_index(layout: Layout) -> bytes:
    sealer = IndexSealer(KEY, SEAL)
    return b"".join(sealer.add(entry) for entry in entries_of(layout)) + sealer.finish()


@pytest.mark.parametrize("parts", [1, 2, PARTS_PER_BLOCK, PARTS_PER_BLOCK + 1, 2 * PARTS_PER_BLOCK])
def test_blocks_give_the_entries_back(parts: int) -> None:
    layout = Layout(PART_OCTETS * parts - 5)
    index = sealed_index(layout)
    assert len(index) == layout.index_octets
    found: list[Entry] = []
    for number in range(layout.blocks):
        span = layout.block(number)
        found.extend(open_block(KEY, SEAL, layout, number, index[span.first : span.end]))
    assert found == entries_of(layout)


def test_refuses_swapped_short_and_foreign_blocks() -> None:
    layout = Layout(PART_OCTETS * PARTS_PER_BLOCK * 3)
    index = sealed_index(layout)
    first = index[: layout.block(0).end]
    for key, seal, number, block in (
        (KEY, SEAL, 1, first),
        (KEY, SEAL, 0, first[:-1]),
        (KEY, SEAL, 0, b""),
        (KEY, SealId("cd" * 16), 0, first),
        (b"x" * 32, SEAL, 0, first),
    ):
        with pytest.raises(DamagedPart) as caught:
            open_block(key, seal, layout, number, block)
        assert caught.value.role == "index"


def test_refuses_an_index_whose_end_was_cut_at_a_block() -> None:
    """The last flag: two blocks of three do not pass for the index of a shorter exhibit."""
    longer = Layout(PART_OCTETS * PARTS_PER_BLOCK * 3)
    shorter = Layout(PART_OCTETS * PARTS_PER_BLOCK * 2)
    index = sealed_index(longer)
    span = longer.block(1)
    with pytest.raises(DamagedPart):
        open_block(KEY, SEAL, shorter, 1, index[span.first : span.end])
