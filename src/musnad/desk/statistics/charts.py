"""A quiet bar chart as numbers for a template: it repeats a table that stands beside it, and says so."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

WIDTH, LABELS, NUMBERS, STEP = 640, 260, 60, 26
LONGEST_LABEL = 34


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar; ``label_at`` and ``number_at`` are where texts start, in the direction of the page."""

    label: str
    number: int
    top: int
    text_at: int
    x: int
    width: int
    label_x: int
    number_x: int


@dataclass(frozen=True, slots=True)
class Chart:
    width: int
    height: int
    axis: int
    bars: tuple[Bar, ...]


def chart(rows: Iterable[tuple[str, int]], direction: str) -> Chart:
    """The bars of these numbers, from the side on which the reader begins."""
    held = list(rows)
    most = max((number for _, number in held), default=0) or 1
    mirrored = direction == "rtl"

    def place(x: int, width: int = 0) -> int:
        return WIDTH - x - width if mirrored else x

    bars = []
    for at, (label, number) in enumerate(held):
        width = max(2, round(number / most * (WIDTH - LABELS - NUMBERS)))
        short = label if len(label) <= LONGEST_LABEL else f"{label[: LONGEST_LABEL - 1]}…"
        top = at * STEP + 4
        bars.append(Bar(short, number, top, top + 14, place(LABELS, width), width, place(0), place(LABELS + width + 8)))
    return Chart(WIDTH, len(held) * STEP + 8, place(LABELS), tuple(bars))
