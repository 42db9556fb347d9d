"""The agenda in memory, beside a journal: the same contract as the database's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from musnad.core.kernel.names import CaseRef
from musnad.core.kernel.times import Day
from musnad.exchange.agenda import CaseLines, Escalated, Filed, Hit, Line, Place, Rank, Shelf, Spot, Wanted
from musnad.exchange.journal import CaseRow, Journal
from musnad.exchange.tallies import Counts, Tally


@dataclass(slots=True)
class MemoryAgenda:
    """``exchange.agenda.Agenda`` over the cases of a journal."""

    journal: Journal
    _basis: str = ""
    _upto: int = -1
    _lines: dict[CaseRef, tuple[Line, ...]] = field(default_factory=dict)
    _escalated: dict[CaseRef, list[Escalated]] = field(default_factory=dict)
    _filed: dict[CaseRef, CaseLines] = field(default_factory=dict)
    _forgotten: set[CaseRef] = field(default_factory=set)

    def basis(self) -> str:
        return self._basis

    def begin_anew(self, basis: str) -> None:
        self._basis, self._upto, self._lines, self._filed = basis, -1, {}, {}

    def unfolded(self, limit: int) -> tuple[CaseRow, ...]:
        grown = [row for row in self.journal.cases() if row.last_index > self._upto and row.case not in self._forgotten]
        return tuple(sorted(grown, key=lambda row: row.last_index)[:limit])

    def put(self, basis: str, cases: Sequence[CaseLines]) -> bool:
        if basis != self._basis:
            return False
        now = {row.case: row.last_index for row in self.journal.cases()}
        for one in cases:
            if one.last_index > self._upto and now.get(one.case) == one.last_index:
                self._lines[one.case] = one.lines
                self._filed[one.case] = one
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

    def cases(
        self, shelf: Shelf, limit: int, after: Spot | None = None, hidden: frozenset[CaseRef] = frozenset()
    ) -> tuple[Filed, ...]:
        found = [one for one in self._seen(hidden) if one.shelf == shelf and (after is None or one.spot > after)]
        return tuple(sorted(found, key=lambda one: one.spot)[:limit])

    def ending(
        self,
        limit: int,
        warned_by: Day,
        last_by: Day,
        after: Spot | None = None,
        hidden: frozenset[CaseRef] = frozenset(),
    ) -> tuple[Filed, ...]:
        found = [
            one
            for one in self._seen(hidden)
            if one.ends_on is not None
            and one.ends_on <= last_by
            and (one.warned_from or Day.max) <= warned_by
            and (after is None or one.ending > after)
        ]
        return tuple(sorted(found, key=lambda one: one.ending)[:limit])

    def filed(self, cases: Sequence[CaseRef]) -> tuple[Filed, ...]:
        return tuple(one for one in self._seen(frozenset()) if one.case in cases)

    def tally(self, hidden: frozenset[CaseRef] = frozenset()) -> Mapping[Shelf, int]:
        found = dict.fromkeys(Shelf, 0)
        for one in self._seen(hidden):
            found[one.shelf] += 1
        return found

    def undelivered(self, cases: Sequence[CaseRef]) -> Mapping[CaseRef, int]:
        found: dict[CaseRef, int] = {}
        for one in self.journal.waiting():
            entry = self.journal.entry(one.message)
            if entry is not None and entry.case in cases:
                found[entry.case] = found.get(entry.case, 0) + 1
        return found

    def begins_with(self, prefix: str, limit: int, hidden: frozenset[CaseRef] = frozenset()) -> tuple[CaseRef, ...]:
        return tuple(sorted(one.case for one in self._seen(hidden) if one.case.startswith(prefix))[:limit])

    def find(
        self, wanted: Wanted, limit: int, before: int | None = None, hidden: frozenset[CaseRef] = frozenset()
    ) -> tuple[Hit, ...]:
        found = []
        for one in sorted(self._filed.values(), key=lambda one: -one.last_index):
            words = frozenset[str]().union(*one.words.values())
            if one.case in hidden or (before is not None and one.last_index >= before):
                continue
            if wanted and all(group & words for group in wanted):
                fields = tuple(name for name, held in one.words.items() if any(group & held for group in wanted))
                found.append(Hit(one.case, one.last_index, fields))
        return tuple(found[:limit])

    def index_anew(self, limit: int) -> int:  # noqa: ARG002 - in memory nothing stands under a key
        return 0

    def forget(self, case: CaseRef) -> None:
        self._forgotten.add(case)
        self._lines.pop(case, None)
        self._filed.pop(case, None)

    def _seen(self, hidden: frozenset[CaseRef]) -> list[Filed]:
        return [one.filed for one in self._filed.values() if one.filed is not None and one.case not in hidden]

    def figures(self, hidden: frozenset[CaseRef] = frozenset()) -> Counts:
        found: Counter[Tally] = Counter()
        for one in self._filed.values():
            if one.case not in hidden:
                found.update(one.counts)
        return found

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
