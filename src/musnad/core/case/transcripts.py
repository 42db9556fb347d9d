"""Whose word counts where one Party entered what another is said to have said.

What was entered for a Party stands while that Party says nothing itself. Once it signs a message of the case, nothing
that was entered for it counts, whenever and on whatever it was entered: nobody puts words into the mouth of who speaks.
A Party that takes the case over makes what its takeover descends from count again, and says there what it contests.

Spec: docs/protocol.md, "Void steps" (``speaks-for-itself``). Why: docs/adr/0014-paper-is-entered-by-who-received-it.md.
"""

from __future__ import annotations

from collections.abc import Mapping

from musnad.core.case.descent import Descent
from musnad.core.kernel.names import MessageId, PartyCode, party_of
from musnad.core.messages.bodies import Takeover, Transcript
from musnad.core.messages.message import Message


def overruled(messages: Mapping[MessageId, Message], descent: Descent) -> frozenset[MessageId]:
    """The transcripts among the folded messages that their speakers' own words stand against."""
    folded = {one: messages[one] for one in descent.ids}
    spoken = {message.author_party for message in folded.values()}
    takeovers: dict[PartyCode, list[MessageId]] = {}
    for one, message in folded.items():
        if isinstance(message.body, Takeover):
            takeovers.setdefault(message.author_party, []).append(one)
    found = set()
    for one, message in folded.items():
        if isinstance(message.body, Transcript):
            speaker = party_of(message.body.speaker)
            taken = any(descent.knows(takeover, one) for takeover in takeovers.get(speaker, ()))
            if speaker in spoken and not taken:
                found.add(one)
    return frozenset(found)


def is_spoken_over(messages: Mapping[MessageId, Message], draft: Message) -> bool:
    """Whether a transcript that is not said yet would enter the word of a Party that has spoken itself."""
    return isinstance(draft.body, Transcript) and any(
        message.author_party == party_of(draft.body.speaker) for message in messages.values()
    )
