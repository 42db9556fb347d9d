"""Messages in, the state of the case out: a pure function of the sets it is given.

1. Messages of another case and messages that an authority says to itself are left out: the first are void
   (``other-case``), the second are no part of what the Parties share.
2. The rest is put in order (``order``); what lacks an ancestor waits.
3. Each step in turn stands, or is void with its first ground (``grounds``) and changes nothing else.
4. A step that stands is held against the treaty data its request names; what that says goes into ``findings``,
   and nowhere else. Where the data is not at hand, the step is listed as ``unjudged``.

Left to the caller: form, signatures, keys and approvals (admission); proofs (transparency); clocks (``duty``).
Spec: docs/protocol.md, "The case".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from types import MappingProxyType

from musnad.core.case.board import Board, Treaties
from musnad.core.case.descent import Descent
from musnad.core.case.effects import apply_step
from musnad.core.case.findings import findings_on, needs_treaty
from musnad.core.case.grounds import grounds_against
from musnad.core.case.order import put_in_order, what_waits
from musnad.core.case.state import CaseState, Remark, Step, Void
from musnad.core.kernel.names import CaseRef, MessageId, Slug
from musnad.core.messages.message import Message
from musnad.core.messages.receipt import Receipt, write_receipt


def fold(case: CaseRef, steps: Iterable[Step], receipts: Iterable[Receipt], treaties: Treaties) -> CaseState:
    """The state of ``case`` from the messages, receipts and treaty data at hand.

    Equal sets give equal states, whatever the order and however often a thing is given.

    Args:
        treaties: by the digest that requests name; any that are missing leave their steps unjudged.
    """
    shared = {step.id: step.message for step in steps if not step.message.own_chain}
    strangers = sorted(one for one, message in shared.items() if message.case_under(one) != case)
    ours = {one: message for one, message in shared.items() if message.case_under(one) == case}
    descent = Descent.of(ours)
    opening = ours.get(MessageId(case))
    order = put_in_order(ours, descent, opening.parties if opening is not None else ())
    board = Board(treaties)
    void = [Void(one, Slug("other-case")) for one in strangers]
    findings: list[Remark] = []
    unjudged: list[MessageId] = []
    for one in order:
        message = ours[one]
        grounds = grounds_against(board, message, partial(descent.knows, one))
        if grounds:
            void.append(Void(one, grounds[0]))
            continue
        if needs_treaty(board, message):
            unjudged.append(one)
        else:
            findings.extend(findings_on(board, message, own_id=one))
        apply_step(board, one, message)
    named = {parent for one in order for parent in ours[one].previous}
    return CaseState(
        case=case,
        opened=board.opened,
        exercise=board.exercise,
        parties=tuple(sorted(board.parties)),
        requests=MappingProxyType(board.requests),
        exhibits=MappingProxyType(board.exhibits),
        closings=MappingProxyType(board.closings),
        heads=tuple(sorted(set(order) - named)),
        order=tuple(order),
        void=tuple(void),
        waiting=what_waits(ours, descent),
        unjudged=tuple(unjudged),
        findings=tuple(findings),
        messages=MappingProxyType({one: ours[one] for one in order}),
        receipts=MappingProxyType(_by_message(receipts, shared)),
    )


def _by_message(
    receipts: Iterable[Receipt], shared: Mapping[MessageId, Message]
) -> dict[MessageId, tuple[Receipt, ...]]:
    found: dict[MessageId, list[Receipt]] = {}
    for receipt in sorted(set(receipts), key=write_receipt):
        if receipt.message in shared:
            found.setdefault(receipt.message, []).append(receipt)
    return {one: tuple(found[one]) for one in sorted(found)}
