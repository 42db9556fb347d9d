"""Whether a statement of silence is rebutted: by the asker's own receipt of an answer, given before it.

Both places are in the asker's own log, so neither clock counts. Spec: docs/protocol.md, "What the steps do".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from musnad.core.case.grounds import ASKED_SIDE
from musnad.core.case.state import CaseState, as_said
from musnad.core.kernel.names import MessageId, party_of


@dataclass(frozen=True, slots=True)
class Rebuttal:
    """An answer that the asker had receipted before it said that none had come."""

    silence: MessageId
    answer: MessageId


Received = Mapping[MessageId, Sequence[tuple[int, MessageId]]]
"""By request, the answers of the asked Party that the asker receipted, each with its first place in the asker's log."""


def rebuttals(state: CaseState, silence_index: int, said: MessageId) -> Iterator[Rebuttal]:
    """The answers of the asked Party that the asker's own receipts place before a silence in the asker's log.

    Args:
        silence_index: the place of the silence in the asker's log.
    """
    spoken = state.messages.get(said)
    request = spoken.answers if spoken is not None else None
    if request is None:
        return
    for index, answer in answers_received(state).get(request, ()):
        if index < silence_index:
            yield Rebuttal(said, answer)


def answers_received(state: CaseState) -> Received:
    """What the askers received of each request; an acknowledgement answers nothing."""
    found: dict[MessageId, list[tuple[int, MessageId]]] = {}
    for one, message in state.messages.items():
        request = state.requests.get(message.answers) if message.answers is not None else None
        heard = as_said(message)
        if request is None or heard.kind not in ASKED_SIDE or heard.kind == "acknowledgement":
            continue
        if message.author_party != request.asked_party:
            continue
        places = [
            receipt.place.index
            for receipt in state.receipts.get(one, ())
            if party_of(receipt.recipient) == request.asker_party
        ]
        if places:
            found.setdefault(request.id, []).append((min(places), one))
    return found
