"""Who descends from whom in a case: the messages whose ancestors are all at hand, and their ancestors as bits.

A set of messages is an integer here, one bit a message: quick enough for tens of thousands.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Self

from musnad.core.kernel.names import MessageId
from musnad.core.messages.message import Message


@dataclass(frozen=True, slots=True)
class Descent:
    """The messages in some order in which parents come first; a message's place there is its bit."""

    ids: tuple[MessageId, ...]
    place: Mapping[MessageId, int]
    parents: tuple[tuple[int, ...], ...]
    above: tuple[int, ...]
    """For each place, its ancestors."""

    @classmethod
    def of(cls, messages: Mapping[MessageId, Message]) -> Self:
        """What lacks an ancestor is left out."""
        children: dict[MessageId, list[MessageId]] = {}
        pending: dict[MessageId, int] = {}
        for one, message in messages.items():
            named = set(message.previous)
            pending[one] = len(named)
            for parent in named:
                children.setdefault(parent, []).append(one)
        ids = [one for one, count in pending.items() if not count]
        for one in ids:  # it grows while it is read
            for child in children.get(one, ()):
                pending[child] -= 1
                if not pending[child]:
                    ids.append(child)
        place = {one: bit for bit, one in enumerate(ids)}
        parents = tuple(tuple(sorted({place[parent] for parent in messages[one].previous})) for one in ids)
        above: list[int] = []
        for own in parents:
            known = 0
            for bit in own:
                known |= above[bit] | (1 << bit)
            above.append(known)
        return cls(tuple(ids), place, parents, tuple(above))

    def below(self) -> list[int]:
        """For each place, its descendants."""
        found = [0] * len(self.ids)
        for own in range(len(self.ids) - 1, -1, -1):
            told = found[own] | (1 << own)
            for parent in self.parents[own]:
                found[parent] |= told
        return found

    def knows(self, one: MessageId, other: MessageId) -> bool:
        """Whether the first descends from the second."""
        bit = self.place.get(other)
        return bit is not None and bool(self.above[self.place[one]] >> bit & 1)


def bits(members: int) -> Iterator[int]:
    """The places in a set, the last first."""
    while members:
        bit = members.bit_length() - 1
        yield bit
        members ^= 1 << bit
