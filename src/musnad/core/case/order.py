"""The order in which the steps of a case apply: one rule, the same everywhere.

1. A message applies after everything it names as ``previous``.
2. A Party that says something beside its own earlier step does not come before what was built on that step, nor
   before what it knew in saying it (``forks``).
3. Of the messages that may apply by 1 and 2, the one whose kind stands first in ``PRECEDENCE`` applies next: what
   discloses or binds least comes first, and a transcript counts as what it enters. Where 2 holds back every one of
   them, it is left aside for this choice.
4. Of the same kind, the smaller id comes first.

So of two contradictory steps said at the same time the less intrusive one stands, and the other finds the case already
decided; and nobody says at the same time what he says after his own later step. A message that descends from every
other never changes the order of the others among themselves.

Spec: docs/protocol.md, "Order".
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from heapq import heapify, heappop, heappush

from musnad.core.case.descent import Descent
from musnad.core.case.forks import Forks
from musnad.core.case.state import Waiting, as_said
from musnad.core.kernel.names import MessageId, PartyCode
from musnad.core.messages.message import Message

PRECEDENCE: tuple[str, ...] = (
    "takeover",
    "silence",
    "withdrawal",
    "refusal",
    "postponement",
    "consultation",
    "question",
    "reply",
    "acknowledgement",
    "extension-request",
    "consent-request",
    "request",
    "acceptance",
    "confirmation",
    "execution",
    "consent",
    "offer",
    "custody",
    "call-back",
    "closing",
)
_RANK = {kind: rank for rank, kind in enumerate(PRECEDENCE)}


def put_in_order(
    messages: Mapping[MessageId, Message], descent: Descent, parties: Collection[PartyCode]
) -> list[MessageId]:
    """The messages of ``descent`` in the order in which they apply.

    Args:
        parties: those of the case; what others say is put in its place and holds nothing back.
    """
    forks = Forks(descent, messages, parties)
    pending = [len(parents) for parents in descent.parents]
    children: list[list[int]] = [[] for _ in descent.ids]
    for own, parents in enumerate(descent.parents):
        for parent in parents:
            children[parent].append(own)
    keys = [(_RANK[as_said(messages[one]).kind], one, own) for own, one in enumerate(descent.ids)]
    ready = [key for key in keys if not pending[key[2]]]
    heapify(ready)
    behind: dict[int, list[int]] = {}
    held: set[int] = set()
    held_by_rank: list[tuple[int, MessageId, int]] = []
    order: list[MessageId] = []
    while ready or held:
        if ready:
            own = heappop(ready)[2]
            before = forks.behind(own)
            if before is not None:
                behind.setdefault(before, []).append(own)
                held.add(own)
                heappush(held_by_rank, keys[own])
                continue
        else:  # each holds another back: two Parties contradict themselves
            own = heappop(held_by_rank)[2]
            if own not in held:
                continue  # let go meanwhile
            held.remove(own)
        order.append(descent.ids[own])
        forks.applied(own)
        for one in behind.pop(own, ()):
            if one in held:
                held.remove(one)
                heappush(ready, keys[one])
        for child in children[own]:
            pending[child] -= 1
            if not pending[child]:
                heappush(ready, keys[child])
    return order


def what_waits(messages: Mapping[MessageId, Message], descent: Descent) -> tuple[Waiting, ...]:
    """The messages that lack an ancestor, by id."""
    return tuple(
        Waiting(one, tuple(sorted(set(messages[one].previous) - set(messages))))
        for one in sorted(set(messages) - set(descent.ids))
    )
