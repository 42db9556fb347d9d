"""Whether a statement of silence is rebutted: by the asker's own receipt of an answer, given before it.

Both places are in the asker's own log, so neither clock counts. Spec: docs/protocol.md, "What the steps do".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from musnad.core.case.grounds import ASKED_SIDE
from musnad.core.case.state import CaseState, as_said
from musnad.core.kernel.names import MessageId, party_of


@dataclass(frozen=True, slots=True)
class Rebuttal:
    """An answer that the asker had receipted before it said that none had come."""

    silence: MessageId
    answer: MessageId


def rebuttals(state: CaseState, silence_index: int, said: MessageId) -> Iterator[Rebuttal]:
    """The answers of the asked Party that the asker's own receipts place before a silence in the asker's log.

    Args:
        silence_index: the place of the silence in the asker's log.
    """
    spoken = state.messages.get(said)
    request = state.requests.get(spoken.answers) if spoken is not None and spoken.answers is not None else None
    if request is None:
        return
    for one, message in state.messages.items():
        heard = as_said(message)
        about = message.answers == request.id and heard.kind in ASKED_SIDE
        if not about or message.author_party != request.asked_party or heard.kind == "acknowledgement":
            continue
        for receipt in state.receipts.get(one, ()):
            if party_of(receipt.recipient) == request.asker_party and receipt.place.index < silence_index:
                yield Rebuttal(said, one)
                break
