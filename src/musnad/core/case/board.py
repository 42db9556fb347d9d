"""The case while it is being folded: the one thing here that changes, and only inside ``fold``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from musnad.core.case.open import OpenExhibit, OpenRequest
from musnad.core.case.state import CaseState, as_said, standing
from musnad.core.kernel.names import Digest, MessageId, PartyCode, SealId, party_of
from musnad.core.messages import bodies
from musnad.core.messages.message import Message
from musnad.core.treaty.values import Measure, Treaty

Treaties = Mapping[Digest, Treaty]


_ANSWERABLE = bodies.Question | bodies.ExtensionRequest | bodies.ConsentRequest
"""What answers a request and may itself be answered; one calls back about anything that was entered."""


@dataclass(slots=True)
class Board:
    """What stands so far. ``applied`` holds the steps that are not void."""

    treaties: Treaties
    exercise: bool = False
    parties: frozenset[PartyCode] = frozenset()
    requests: dict[MessageId, OpenRequest] = field(default_factory=dict)
    exhibits: dict[SealId, OpenExhibit] = field(default_factory=dict)
    closings: dict[PartyCode, MessageId] = field(default_factory=dict)
    takeovers: dict[PartyCode, MessageId] = field(default_factory=dict)
    contested: dict[MessageId, None] = field(default_factory=dict)
    applied: dict[MessageId, Message] = field(default_factory=dict)
    """As said: a transcript stands here as what its speaker said."""
    entered: dict[MessageId, PartyCode] = field(default_factory=dict)
    """The transcripts, and whose word they are."""

    @property
    def opened(self) -> bool:
        return bool(self.parties)

    @property
    def closed(self) -> bool:
        return self.opened and set(self.closings) == self.parties

    def measure(self, request: OpenRequest) -> Measure | None:
        """What the treaty data of this request says of its measure; None where that data is not at hand."""
        return measure_in(self.treaties, request.facts.treaty, request.facts.measure)

    def request_answered_by(self, message: Message) -> OpenRequest | None:
        """The standing request that the message answers, itself or through what was asked about it."""
        one = message.answers
        while one is not None and one not in self.requests:
            between = self.applied.get(one)
            if between is None or not (
                isinstance(between.body, _ANSWERABLE) or isinstance(message.body, bodies.CallBack)
            ):
                return None
            one = between.answers
        return self.requests.get(one) if one is not None else None


def board_of(state: CaseState, treaties: Treaties) -> Board:
    """The board as it stands after everything in ``state``; changing it does not change the state."""
    return Board(
        treaties,
        state.exercise,
        frozenset(state.parties),
        {one: OpenRequest.of(request) for one, request in state.requests.items()},
        {seal: OpenExhibit.of(exhibit) for seal, exhibit in state.exhibits.items()},
        dict(state.closings),
        dict(state.takeovers),
        dict.fromkeys(state.contested),
        {one: as_said(message) for one, message in standing(state)},
        {one: party_of(m.body.speaker) for one, m in standing(state) if isinstance(m.body, bodies.Transcript)},
    )


def measure_in(treaties: Treaties, treaty: Digest | None, measure: str | None) -> Measure | None:
    """The measure in the treaty data of that digest, or None where either is unknown."""
    data = treaties.get(treaty) if treaty is not None else None
    return next((found for name, found in data.measures.items() if name == measure), None) if data else None
