"""Law profiles that are simply there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from musnad.core.kernel.names import PartyCode
from musnad.core.law.reader import parse_profile
from musnad.core.law.values import LawData, Profile, Vocabulary
from musnad.core.preflight.practice import Practice


@dataclass(slots=True)
class MemoryLaws:
    """``exchange.ports.Laws`` of the profiles that it is given and those that it is told to keep."""

    shared: LawData
    known: Vocabulary
    looks: Practice
    held: dict[PartyCode, Profile] = field(default_factory=dict)

    def data(self) -> LawData:
        return self.shared

    def practice(self) -> Practice:
        return self.looks

    def profiles(self) -> Mapping[PartyCode, Profile]:
        return dict(sorted(self.held.items()))

    def check(self, file: str, data: bytes) -> Profile:
        return parse_profile(file, data, self.known)

    def keep(self, file: str, data: bytes) -> Profile:
        found = self.check(file, data)
        self.held[found.state] = found
        return found
