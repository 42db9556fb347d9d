"""Days that the law counts: where a preservation is counted from, and its last day."""

from __future__ import annotations

from musnad.core.kernel.names import CaseRef, MessageId
from musnad.core.kernel.times import Day
from musnad.core.messages.bodies import Confirmation
from musnad.core.messages.receipt import Receipt
from musnad.core.treaty.engine import least_last_day
from musnad.core.treaty.errors import UnknownTreaty
from musnad.exchange.composing import case_state
from musnad.exchange.errors import UnknownMessage
from musnad.exchange.ports import Ports
from musnad.exchange.signed import receipt_in


def confirmation(ports: Ports, case: CaseRef, answers: MessageId | None, until: Day | None) -> Confirmation:
    """The confirmation that data are preserved.

    The period runs from this node's own receipt of the request, on its civil day; without ``until`` the last day is
    the earliest that the treaty data of the request allows.

    Raises:
        UnknownMessage: ``answers`` is not a request (or an extension request) of the case that was received here.
        UnknownTreaty: no last day was given, and this node does not hold the treaty data of the request.
        BadForm: no last day was given, and the treaty data sets no least period.
    """
    state = case_state(ports, case)
    request = next(
        (
            one
            for one in state.requests.values()
            if answers is not None and (one.id == answers or any(wish.id == answers for wish in one.extensions_open))
        ),
        None,
    )
    if request is None or answers is None:
        raise UnknownMessage(answers or "")
    receipt = _own_receipt(ports, request.id)
    if until is None:
        treaty = ports.treaties.known().get(request.treaty)
        if treaty is None:
            raise UnknownTreaty(request.treaty)
        until = least_last_day(treaty, request.measure, receipt.day)
    return Confirmation(until, receipt.day, receipt.zone)


def _own_receipt(ports: Ports, message: MessageId) -> Receipt:
    for entry in ports.journal.receipts_of(message):
        if entry.own:
            return receipt_in(entry.signed)
    raise UnknownMessage(message)
