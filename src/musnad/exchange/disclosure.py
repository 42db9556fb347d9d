"""Small numbers protected: what of a table may be published so that no small number can be told from it.

1. A number below ``SMALLEST`` is hidden. 2. The total is published exactly, so where something is hidden, every number
below a step is hidden with it: the first of the steps 10, 20, 40 ... that leaves each hidden number at least
``LEFT_OPEN`` values that fit the total, for who knows this method too. 3. Where no step does, not even the names are
told; where the whole is small, not even the total. Numbers of nothing are not listed.

Whether a step serves is judged from what will be published alone (how many are hidden, and their sum), so that the
choice of the step tells nothing of the numbers.

Numbers that stand in an order, as times do, are told without any hidden one instead (``merge``): neighbours are put
together until each group is large enough. So two such tables of the same things can be laid beside each other.

Left to the caller: to publish a period once, and no two tables whose difference is one of these.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

SMALLEST = 5
FIRST_STEP = 2 * SMALLEST
LEFT_OPEN = 3


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
    """What may be published of these numbers, in their order (which the caller takes from the names, not the numbers).

    Args:
        summed: each thing is counted once, so that the sum is told; else no total is, and rule 2 is not needed.
    """
    counted = {name: number for name, number in numbers.items() if number > 0}
    hidden = {name for name, number in counted.items() if number < SMALLEST}
    if not summed:
        return _told(None, counted, hidden)
    total = sum(counted.values())
    if total < SMALLEST:
        return Protected(None, {}, ())
    if not hidden:
        return _told(total, counted, hidden)
    step, largest = FIRST_STEP, max(counted.values())
    while True:
        hidden = {name for name, number in counted.items() if number < step}
        if _values_left(len(hidden), sum(counted[name] for name in hidden), step) >= LEFT_OPEN:
            return _told(total, counted, hidden)
        if step > largest:
            return Protected(total, {}, ())
        step *= 2


def merge(numbers: Mapping[str, int], order: Sequence[str]) -> Protected:
    """What may be published of numbers in this order: groups of neighbours, named by the last in which there is one.

    A group ends as soon as it is large enough; what is left over at the end belongs to the last group. Every group has
    at least ``SMALLEST``; how it is made up stays open by as many values.
    """
    groups: list[tuple[str, int]] = []
    name, held = "", 0
    for one in order:
        if number := numbers.get(one, 0):
            name, held = one, held + number
            if held >= SMALLEST:
                groups.append((name, held))
                held = 0
    if held and groups:
        groups[-1] = (name, groups[-1][1] + held)
    return Protected(sum(numbers.values()), dict(groups), ()) if groups else Protected(None, {}, ())


def _values_left(number: int, total: int, step: int) -> int:
    """How many values a hidden number may have: ``number`` of them, each of 1 to below ``step``, one at least small,
    with this sum. It is the same for each of them."""
    if number < 2:
        return 0
    return sum(_fits(one, number - 1, total - one, step) for one in range(1, min(step, total)))


def _fits(one: int, others: int, left: int, step: int) -> bool:
    """Whether the others can have this sum, and one of all be small."""
    highest = (step - 1) * others if one < SMALLEST else (step - 1) * (others - 1) + SMALLEST - 1
    return others <= left <= highest


def _told(total: int | None, counted: Mapping[str, int], hidden: set[str]) -> Protected:
    shown = {name: number for name, number in counted.items() if name not in hidden}
    return Protected(total, shown, tuple(name for name in counted if name in hidden))
