"""Two messages of one Party of which neither knows the other: which of them is held back, and behind what.

A Party always knows its own steps. Where it says one that does not descend from another of its own, it left a draft
lying, or it wants to have said something else; and it must not undo what others built on, nor what it built on itself.

1. The one that another Party built on without the other goes first, unless the other was built on without it, too.
2. Where that decides nothing, each is held back behind what the other knows of other Parties.

Only messages by Parties of the case count. Where each Party's messages are one line, nothing is ever held back.
Spec: docs/protocol.md, "Order", rule 2. Why: docs/adr/0011-own-steps-come-first.md.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from musnad.core.case.descent import Descent, bits
from musnad.core.kernel.names import MessageId, PartyCode
from musnad.core.messages.message import Message


@dataclass(slots=True)
class _Line:
    """One Party's messages, which are no single line."""

    others: int
    """What the other Parties said."""
    left: int
    """Its messages that have not applied yet."""
    groups: dict[int, int] = field(default_factory=dict)
    """Its messages, by the set of other Parties' messages that were built on them."""
    ignorant: int = 0
    """Those of them that know nothing of other Parties that has not applied; it only grows."""


class Forks:
    """Tells, while the messages apply one by one, what a message is held back behind."""

    __slots__ = ("_above", "_below", "_left", "_line_of", "_lines", "_party_of")

    def __init__(self, descent: Descent, messages: Mapping[MessageId, Message], parties: Collection[PartyCode]) -> None:
        """Look for forks: linear in the messages, where there is none."""
        self._above = descent.above
        self._party_of = [messages[one].author_party for one in descent.ids]
        said = dict.fromkeys(parties, 0)
        forked: set[PartyCode] = set()
        for own, party in enumerate(self._party_of):
            if party in said:
                if said[party] & ~self._above[own]:
                    forked.add(party)
                said[party] |= 1 << own
        everybody = 0
        for members in said.values():
            everybody |= members
        self._left = everybody
        self._lines = {party: _Line(everybody & ~said[party], said[party]) for party in forked}
        self._below = descent.below() if forked else []
        for line in self._lines.values():
            for own in bits(line.left):
                built = self._below[own] & line.others
                line.groups[built] = line.groups.get(built, 0) | (1 << own)

    def applied(self, own: int) -> None:
        """Take note that this message has applied."""
        self._left &= ~(1 << own)
        line = self._lines.get(self._party_of[own])
        if line is not None:
            line.left &= ~(1 << own)

    def behind(self, own: int) -> int | None:
        """Some message that has to apply before this one, whose ancestors have all applied; None if there is none."""
        line = self._lines.get(self._party_of[own])
        if line is None:
            return None
        beside = line.left & ~self._below[own] & ~(1 << own)
        if not beside:
            return None
        built = self._below[own] & line.others
        for theirs, members in line.groups.items():  # 1
            if theirs == built or not members & beside:
                continue
            if not built & ~theirs:
                return (members & beside).bit_length() - 1
            if not theirs & ~built:
                beside &= ~members
        unsaid = line.others & self._left
        for other in bits(beside & ~line.ignorant):  # 2
            known = self._above[other] & unsaid
            if known:
                return known.bit_length() - 1
            line.ignorant |= 1 << other
        return None
