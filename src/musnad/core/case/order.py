"""The order in which the steps of a case apply: one rule, the same everywhere.

1. A message applies after everything it names as ``previous``.
2. Of the messages whose previous ones have all been applied, the one whose kind stands first in ``PRECEDENCE``
   applies next: what discloses or binds least comes first.
3. Of the same kind, the smaller id comes first.

So of two contradictory steps said at the same time the less intrusive one stands, and the other finds the case already
decided. A message with nothing built on it never changes the order of the others among themselves.

Spec: docs/protocol.md, "Order".
"""

from __future__ import annotations

from collections.abc import Mapping
from heapq import heapify, heappop, heappush

from musnad.core.case.state import Waiting
from musnad.core.kernel.names import MessageId
from musnad.core.messages.message import Message

PRECEDENCE: tuple[str, ...] = (
    "withdrawal",
    "refusal",
    "postponement",
    "consultation",
    "question",
    "reply",
    "acknowledgement",
    "extension-request",
    "request",
    "acceptance",
    "confirmation",
    "offer",
    "custody",
    "closing",
)
_RANK = {kind: rank for rank, kind in enumerate(PRECEDENCE)}


def put_in_order(messages: Mapping[MessageId, Message]) -> tuple[list[MessageId], tuple[Waiting, ...]]:
    """The messages whose ancestors are all at hand, in order; and the ones that wait, by id."""
    children: dict[MessageId, list[MessageId]] = {}
    pending: dict[MessageId, int] = {}
    for one, message in messages.items():
        parents = set(message.previous)
        pending[one] = len(parents)
        for parent in parents:
            children.setdefault(parent, []).append(one)
    ready = [(_RANK[messages[one].kind], one) for one, count in pending.items() if not count]
    heapify(ready)
    order: list[MessageId] = []
    while ready:
        _, one = heappop(ready)
        order.append(one)
        for child in children.get(one, ()):
            pending[child] -= 1
            if not pending[child]:
                heappush(ready, (_RANK[messages[child].kind], child))
    applied = set(order)
    waiting = tuple(
        Waiting(one, tuple(sorted(set(messages[one].previous) - set(messages))))
        for one in sorted(set(messages) - applied)
    )
    return order, waiting
