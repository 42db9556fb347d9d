"""What a dossier shows of each statement that no answer came: what it rests on, and whether its own author rebuts it.

1. The receipt that it names must stand here, be for the request, and be of a recipient of the asked Party; else nothing
   is shown of that Party having held the request. That the recipient signed it is check 4's, as for every receipt.
2. Where no receipt came it rests on the author's word on its attempts; nothing here proves those.
3. It is rebutted by an answer that the author's own receipt places in its log before the statement. The place of the
   statement is that of its leaf in the author's log, the first if it stands there twice (check 5 leads it to the root);
   where the author shows none, whether it is rebutted cannot be seen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from musnad.core.case.silence import answers_received
from musnad.core.case.state import CaseState, RequestState, as_said
from musnad.core.dossier.facts import Basis, SignedReceipt, SilenceShown
from musnad.core.dossier.index import LogProofs
from musnad.core.kernel.names import MessageId, PartyCode, party_of
from musnad.core.messages.bodies import Silence
from musnad.core.messages.receipt import Receipt


def shown_silences(
    state: CaseState, receipts: Mapping[MessageId, SignedReceipt], proofs: Mapping[PartyCode, LogProofs]
) -> Iterator[SilenceShown]:
    """Every standing statement of silence in the case, request by request."""
    asked = [(request, one) for request in state.requests.values() for one in request.silences]
    if not asked:
        return
    received, places = answers_received(state), _places(proofs)
    for request, one in asked:
        message = state.messages[one]
        heard = as_said(message)
        if isinstance(heard.body, Silence):
            basis, receipt = _basis(heard.body, request, receipts)
            place = places.get((message.author_party, one))
            answers = received.get(request.id, ()) if place is not None else ()
            rebutted = tuple(answer for index, answer in answers if place is not None and index < place)
            yield SilenceShown(one, heard.author, request.id, basis, receipt, heard.body.attempts, place, rebutted)


def _places(proofs: Mapping[PartyCode, LogProofs]) -> dict[tuple[PartyCode, MessageId], int]:
    """The first place of each message or receipt in each log."""
    found: dict[tuple[PartyCode, MessageId], int] = {}
    for party, log in proofs.items():
        for leaf in log.leaves:
            known = found.get((party, leaf.id), leaf.place.index)
            found[party, leaf.id] = min(known, leaf.place.index)
    return found


def _basis(
    body: Silence, request: RequestState, receipts: Mapping[MessageId, SignedReceipt]
) -> tuple[Basis, Receipt | None]:
    if body.receipt is None:
        return "attempts", None
    if body.receipt not in receipts:
        return "receipt-not-here", None
    found = receipts[body.receipt].receipt
    if found.message != request.id or party_of(found.recipient) != request.asked_party:
        return "receipt-of-another", None
    return "receipt", found
