"""Rows of a result, and how they are shown: a figure, its peer's in the same run, the ratio, and what the goal asks."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Row:
    """One measured thing. ``ratio`` is ours over theirs; ``goal`` bounds it, or ours where there is no peer."""

    what: str
    ours: float
    unit: str
    peer: str = ""
    theirs: float | None = None
    goal: float | None = None
    better: Literal["more", "less"] = "more"
    note: str = ""

    @property
    def ratio(self) -> float | None:
        return None if not self.theirs else self.ours / self.theirs

    @property
    def reached(self) -> bool | None:
        """Whether the goal is met; ``None`` without one."""
        judged = self.ours if self.ratio is None else self.ratio
        if self.goal is None:
            return None
        return judged >= self.goal if self.better == "more" else judged <= self.goal

    def write(self) -> dict[str, object]:
        return {**asdict(self), "ratio": self.ratio, "reached": self.reached}


HEAD = ("what", "ours", "peer, same run", "ratio", "goal", "")


def cells(row: Row) -> tuple[str, ...]:
    goal = "" if row.goal is None else f"{'≥' if row.better == 'more' else '≤'} {number(row.goal)}"
    return (
        f"{row.what} ({row.note})" if row.note else row.what,
        f"{number(row.ours)} {row.unit}".strip(),
        f"{number(row.theirs)} ({row.peer})" if row.theirs is not None else "",
        "" if row.ratio is None else number(row.ratio),
        goal,
        {True: "met", False: "MISSED", None: ""}[row.reached],
    )


def markdown(rows: Sequence[Row]) -> str:
    """A table that reads the same in a terminal and in a document."""
    lines = [HEAD, *(cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEAD))]
    shown = [" | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines]
    rule = " | ".join("-" * width for width in widths)
    return "\n".join(f"| {line} |" for line in (shown[0], rule, *shown[1:]))


def number(value: float) -> str:
    """Three digits that mean something."""
    if (value == int(value) and abs(value) < 10) or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def percentile(values: Sequence[float], hundredths: int) -> float:
    """The value that ``hundredths`` of a hundred do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * hundredths // 100)]
