"""Quiet charts as numbers for a template: each repeats a table that stands beside it, and says so.

Both kinds begin on the side on which the reader begins. They are drawn for the width of a telephone, so that their
words stay legible there; a wide page has the table beside them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

WIDTH, ROW, NUMBERS = 420, 38, 70
LONGEST_LABEL = 58
TALL, FOOT, HEAD = 130, 34, 18
WIDEST_COLUMN = 30
ROOM_FOR_A_NUMBER = 24

Anchor = Literal["start", "middle"]


@dataclass(frozen=True, slots=True)
class Words:
    """A text of the chart, and where it stands."""

    text: str
    x: int
    y: int
    anchor: Anchor
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle of the chart."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Chart:
    """``direction`` is the reader's; the axis is a line from one point to another."""

    width: int
    height: int
    direction: str
    axis: tuple[int, int, int, int]
    bars: tuple[Bar, ...]
    words: tuple[Words, ...]


def bars(rows: Iterable[tuple[str, int]], direction: str) -> Chart:
    """A bar for each row, its label above it and its number at its end."""
    held = list(rows)
    most = max((number for _, number in held), default=0) or 1
    drawn, words = [], []
    for place, (label, number) in enumerate(held):
        width, top = max(2, round(number / most * (WIDTH - NUMBERS))), place * ROW
        short = label if len(label) <= LONGEST_LABEL else f"{label[: LONGEST_LABEL - 1]}…"
        drawn.append(Bar(_across(0, direction, width), top + 20, width, 11))
        words.append(Words(short, _across(0, direction), top + 14, "start"))
        words.append(Words(_digits(number), _across(width + 7, direction), top + 30, "start"))
    height = len(held) * ROW + 2
    axis = _across(0, direction)
    return Chart(WIDTH, height, direction, (axis, 0, axis, height), tuple(drawn), tuple(words))


def columns(rows: Iterable[tuple[str, str, int]], direction: str) -> Chart:
    """A column for each step of time, the first at the reader's side; below it what it is, and what it belongs to."""
    held = list(rows)
    most = max((number for _, _, number in held), default=0) or 1
    slot = WIDTH / max(len(held), 1)
    wide = min(WIDEST_COLUMN, round(slot * 0.64)) or 1
    drawn, words, before = [], [], ""
    for place, (label, above, number) in enumerate(held):
        middle = _across(round((place + 0.5) * slot), direction)
        high = max(1, round(number / most * TALL)) if number else 0
        drawn.append(Bar(middle - wide // 2, HEAD + TALL - high, wide, high))
        if number and (slot >= ROOM_FOR_A_NUMBER or number == most):
            words.append(Words(_digits(number), middle, HEAD + TALL - high - 5, "middle"))
        words.append(Words(label, middle, HEAD + TALL + 15, "middle", quiet=True))
        if above != before:
            words.append(Words(above, middle, HEAD + TALL + 30, "middle", quiet=True))
            before = above
    base = HEAD + TALL
    return Chart(WIDTH, base + FOOT, direction, (0, base, WIDTH, base), tuple(drawn), tuple(words))


def _across(x: int, direction: str, width: int = 0) -> int:
    """Where something begins that the reader meets after so much."""
    return WIDTH - x - width if direction == "rtl" else x


def _digits(number: int) -> str:
    return f"{number:,}".replace(",", "\u202f")
