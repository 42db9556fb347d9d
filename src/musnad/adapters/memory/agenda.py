"""The agenda in memory, beside a journal: the same contract as the database's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from musnad.core.kernel.names import CaseRef
from musnad.core.kernel.times import Day
from musnad.exchange.agenda import CaseLines, Escalated, Line, Place, Rank
from musnad.exchange.journal import CaseRow, Journal


@dataclass(slots=True)
class MemoryAgenda:
    """``exchange.agenda.Agenda`` over the cases of a journal."""

    journal: Journal
    _basis: str = ""
    _upto: int = -1
    _lines: dict[CaseRef, tuple[Line, ...]] = field(default_factory=dict)
    _escalated: dict[CaseRef, list[Escalated]] = field(default_factory=dict)

    def basis(self) -> str:
        return self._basis

    def begin_anew(self, basis: str) -> None:
        self._basis, self._upto, self._lines = basis, -1, {}

    def unfolded(self, limit: int) -> tuple[CaseRow, ...]:
        grown = [row for row in self.journal.cases() if row.last_index > self._upto]
        return tuple(sorted(grown, key=lambda row: row.last_index)[:limit])

    def put(self, basis: str, cases: Sequence[CaseLines]) -> bool:
        if basis != self._basis:
            return False
        now = {row.case: row.last_index for row in self.journal.cases()}
        for one in cases:
            if one.last_index > self._upto and now.get(one.case) == one.last_index:
                self._lines[one.case] = one.lines
        self._upto = max((self._upto, *(one.last_index for one in cases)))
        return True

    def page(
        self, rank: Rank, limit: int, after: Place | None = None, warned_by: Day | None = None
    ) -> tuple[Line, ...]:
        found = [
            line
            for lines in self._lines.values()
            for line in lines
            if line.rank == rank
            and (after is None or line.place > after)
            and (warned_by is None or (line.warned_from is not None and line.warned_from <= warned_by))
        ]
        return tuple(sorted(found, key=lambda line: line.place)[:limit])

    def note(self, escalated: Escalated) -> bool:
        noted = self._escalated.setdefault(escalated.case, [])
        if any(one.content == escalated.content for one in noted):
            return False
        if not self.journal.case_entries(escalated.case):
            return False
        noted.append(escalated)
        return True

    def escalated(self, case: CaseRef) -> tuple[Escalated, ...]:
        return tuple(self._escalated.get(case, ()))
