"""Small numbers protected: what of a table may be published so that no small number can be told from it.

1. A number below ``SMALLEST`` is hidden. 2. So that the total, which is published exactly, does not give it back, more
numbers are hidden until each hidden one could be ``SMALLEST`` or more and none is alone; which ones is chosen by
name and never by size, since a choice by size would tell of it. 3. Where that is not to be had, not even the names are
told; where the whole is small, not even the total. Numbers of nothing are not listed.

Left to the caller: to publish a period once, and no two tables whose difference is one of these.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

SMALLEST = 5


@dataclass(frozen=True, slots=True)
class Protected:
    """What may be published: ``total`` is None where the whole is small; ``hidden`` are names without numbers."""

    total: int | None
    shown: Mapping[str, int]
    hidden: tuple[str, ...]

    @property
    def is_broken_down(self) -> bool:
        return bool(self.shown or self.hidden)


def protect(numbers: Mapping[str, int], *, summed: bool = True) -> Protected:
    """What may be published of these numbers.

    Args:
        summed: each thing is counted once, so that the sum is told; else no total is, and rule 2 is not needed.
    """
    counted = {name: number for name, number in sorted(numbers.items()) if number > 0}
    hidden = {name for name, number in counted.items() if number < SMALLEST}
    if not summed:
        return _told(None, counted, hidden)
    total = sum(counted.values())
    if total < SMALLEST:
        return Protected(None, {}, ())
    left = [name for name in counted if name not in hidden]
    while hidden and not _is_safe([counted[name] for name in hidden]):
        if not left:
            return Protected(total, {}, ())
        hidden.add(left.pop(0))
    return _told(total, counted, hidden)


def _is_safe(hidden: list[int]) -> bool:
    """Whether, their sum being known and each at least one, any of them could be no small number."""
    return len(hidden) > 1 and sum(hidden) - (len(hidden) - 1) >= SMALLEST


def _told(total: int | None, counted: Mapping[str, int], hidden: set[str]) -> Protected:
    shown = {name: number for name, number in counted.items() if name not in hidden}
    return Protected(total, shown, tuple(name for name in counted if name in hidden))
