"""A request and an exhibit while a case is folded: what grows with every step grows in place.

A Party may ask ten thousand questions; each must cost no more than the first. ``facts`` holds the single facts, as a
value that is replaced; the collections in it are those it began with, and what counts stands beside it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

from musnad.core.case.state import (
    ConsentState,
    CustodyEntry,
    ExhibitState,
    Extension,
    Gap,
    RequestState,
    is_fulfilled,
)
from musnad.core.kernel.names import Digest, MessageId, PartyCode, SealId, party_of
from musnad.core.kernel.times import Instant


@dataclass(slots=True)
class OpenRequest:
    """A request to which steps are still applied."""

    facts: RequestState
    questions: dict[MessageId, None]
    consultations: list[MessageId]
    extensions: dict[MessageId, Extension]
    followed_by: list[MessageId]
    offered: dict[SealId, None]
    delivered: dict[SealId, None]
    silences: list[MessageId]
    consents: dict[MessageId, ConsentState]

    @classmethod
    def of(cls, state: RequestState) -> Self:
        return cls(
            state,
            dict.fromkeys(state.questions_open),
            list(state.consultations),
            {one.id: one for one in state.extensions_open},
            list(state.followed_by),
            dict.fromkeys(state.offered),
            dict.fromkeys(state.delivered),
            list(state.silences),
            {one.id: one for one in state.consents},
        )

    def state(self) -> RequestState:
        """The request as it stands."""
        return replace(
            self.facts,
            questions_open=tuple(self.questions),
            consultations=tuple(self.consultations),
            extensions_open=tuple(self.extensions.values()),
            followed_by=tuple(self.followed_by),
            offered=tuple(self.offered),
            delivered=tuple(self.delivered),
            silences=tuple(self.silences),
            consents=tuple(self.consents.values()),
        )

    @property
    def fulfilled(self) -> bool:
        """As ``RequestState.fulfilled``: only what was offered for this request is delivered to it."""
        return is_fulfilled(self.facts, len(self.offered), len(self.delivered))


@dataclass(slots=True)
class OpenExhibit:
    """An exhibit whose custody still goes on."""

    facts: ExhibitState
    holders: set[PartyCode]
    custody: list[CustodyEntry]
    gaps: list[Gap]
    told_by: dict[PartyCode, Instant]
    """The Parties that said something of it, and the latest time that each gave."""
    digests: set[Digest]
    sealed: bool = False

    @property
    def origin(self) -> PartyCode | None:
        """The Party that it comes from: whoever spoke of it first."""
        return party_of(self.custody[0].authority) if self.custody else None

    @classmethod
    def of(cls, state: ExhibitState) -> Self:
        exhibit = cls(state, set(state.holders), [], list(state.gaps), {}, set())
        for entry in state.custody:
            exhibit.enter(entry)
        return exhibit

    def state(self) -> ExhibitState:
        """The exhibit as it stands."""
        return replace(
            self.facts, holders=tuple(sorted(self.holders)), custody=tuple(self.custody), gaps=tuple(self.gaps)
        )

    def enter(self, entry: CustodyEntry) -> None:
        """One more line of its custody."""
        party = party_of(entry.authority)
        self.custody.append(entry)
        self.told_by[party] = max(entry.at, self.told_by.get(party, entry.at))
        self.sealed = self.sealed or entry.event == "sealed"
        if entry.sha256 is not None:
            self.digests.add(entry.sha256)
