"""Messages in, the state of the case out: a pure function of the sets it is given.

1. Left out are messages of another case (void: ``other-case``), those by or to a Party that is not in the case
   (``not-a-participant``), those that some Party of the case is not told (``not-told-to-all``), and what an authority
   says to itself. The case's Parties do not share them all: a step that named one would wait for ever with whoever
   never got it. So none is a head, and what follows one waits, everywhere alike.
2. The rest is put in order (``order``); what lacks an ancestor waits.
3. Each step in turn stands, or is void with its first ground (``grounds``) and changes nothing else.
4. A step that stands is held against the treaty data its request names; what that says goes into ``findings``,
   and nowhere else. Where the data is not at hand, the step is listed as ``unjudged``.

Left to the caller: form, signatures, keys and who approved (admission); proofs (transparency); clocks (``duty``).
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
from musnad.core.case.state import CaseState, Remark, Step, Void, asked_of
from musnad.core.case.transcripts import overruled
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
    opening = ours.get(MessageId(case))
    parties = opening.parties if opening is not None and asked_of(opening) else frozenset()
    void = [Void(one, Slug("other-case")) for one in strangers]
    for one in sorted(ours) if parties else ():
        if ours[one].parties != parties:
            ground = "not-told-to-all" if ours[one].parties < parties else "not-a-participant"
            void.append(Void(one, Slug(ground)))
            del ours[one]
    descent = Descent.of(ours)
    order = put_in_order(ours, descent, parties)
    spoken_over = overruled(ours, descent)
    board = Board(treaties)
    findings: list[Remark] = []
    unjudged: list[MessageId] = []
    for one in order:
        message = ours[one]
        grounds = grounds_against(board, message, partial(descent.knows, one), overruled=one in spoken_over)
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
        requests=MappingProxyType({one: request.state() for one, request in board.requests.items()}),
        exhibits=MappingProxyType({seal: exhibit.state() for seal, exhibit in board.exhibits.items()}),
        closings=MappingProxyType(board.closings),
        takeovers=MappingProxyType(board.takeovers),
        contested=tuple(sorted(board.contested)),
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
