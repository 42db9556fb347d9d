"""The case while it is being folded: the one thing here that changes, and only inside ``fold``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from musnad.core.case.open import OpenExhibit, OpenRequest
from musnad.core.case.state import CaseState, standing
from musnad.core.kernel.names import Digest, MessageId, PartyCode, SealId
from musnad.core.messages import bodies
from musnad.core.messages.message import Message
from musnad.core.treaty.values import Measure, Treaty

Treaties = Mapping[Digest, Treaty]


@dataclass(slots=True)
class Board:
    """What stands so far. ``applied`` holds the steps that are not void."""

    treaties: Treaties
    exercise: bool = False
    parties: frozenset[PartyCode] = frozenset()
    requests: dict[MessageId, OpenRequest] = field(default_factory=dict)
    exhibits: dict[SealId, OpenExhibit] = field(default_factory=dict)
    closings: dict[PartyCode, MessageId] = field(default_factory=dict)
    applied: dict[MessageId, Message] = field(default_factory=dict)

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
        """The standing request that the message answers, itself or through a question or extension-request."""
        if message.answers is None:
            return None
        found = self.requests.get(message.answers)
        if found is not None:
            return found
        between = self.applied.get(message.answers)
        if between is None or not isinstance(between.body, bodies.Question | bodies.ExtensionRequest):
            return None
        return self.requests.get(between.answers) if between.answers is not None else None


def board_of(state: CaseState, treaties: Treaties) -> Board:
    """The board as it stands after everything in ``state``; changing it does not change the state."""
    return Board(
        treaties,
        state.exercise,
        frozenset(state.parties),
        {one: OpenRequest.of(request) for one, request in state.requests.items()},
        {seal: OpenExhibit.of(exhibit) for seal, exhibit in state.exhibits.items()},
        dict(state.closings),
        dict(standing(state)),
    )


def measure_in(treaties: Treaties, treaty: Digest | None, measure: str | None) -> Measure | None:
    """The measure in the treaty data of that digest, or None where either is unknown."""
    data = treaties.get(treaty) if treaty is not None else None
    return next((found for name, found in data.measures.items() if name == measure), None) if data else None
