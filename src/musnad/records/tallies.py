"""The figures' table: sums in the clear that name no case, and what each case adds to them, closed under its key.

Where a case is folded again, what it added is taken away and what it adds now is put in, in the same transaction.
Left to the caller: the agenda's lock, and that a case's key still stands when it is dropped.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from django.db.models import F

from musnad.core.kernel.names import CaseRef
from musnad.exchange.agenda import CaseLines
from musnad.exchange.tallies import Counts, Tally, read_counts, write_counts
from musnad.records.at_rest import RestKey
from musnad.records.models import CaseKey, CaseTally, TallyRow
from musnad.records.transaction import read_case_key

_TABLE = "tallies"
_CHUNK = 500


class TallyTable:
    """What ``DjangoAgenda`` keeps of figures."""

    def __init__(self, storage: RestKey, using: str) -> None:
        self._storage = storage
        self._using = using

    def read(self, hidden: Iterable[CaseRef] = ()) -> Counts:
        """The sums, less what the hidden cases added; what they alone added is not there."""
        names = ("month", "direction", "partner", "measure", "exercise", "what", "value", "number")
        rows = TallyRow.objects.using(self._using).filter(number__gt=0)
        found = Counter({Tally(*facts): number for *facts, number in rows.values_list(*names)})
        found.subtract(self._added(hidden))
        return +found

    def put_in_transaction(self, taken: Sequence[CaseLines]) -> None:
        names = [one.case for one in taken]
        change = self._taken_away(names)
        rows = []
        for one in taken:
            key = read_case_key(self._using, self._storage, one.case) if one.counts else None
            if key is not None:
                change.update(one.counts)
                rows.append(CaseTally(case=one.case, sealed=key.close(_TABLE, one.case, write_counts(one.counts))))
        CaseTally.objects.using(self._using).bulk_create(rows, batch_size=_CHUNK)
        self._add(change)

    def drop_in_transaction(self, cases: Sequence[CaseRef]) -> None:
        """What these cases added is taken away."""
        self._add(self._taken_away(cases))

    def drop_all_in_transaction(self) -> None:
        for table in (CaseTally, TallyRow):
            table.objects.using(self._using).all().delete()

    def _taken_away(self, cases: Iterable[CaseRef]) -> Counter[Tally]:
        names = list(cases)
        change: Counter[Tally] = Counter()
        change.subtract(self._added(names))
        CaseTally.objects.using(self._using).filter(case__in=names).delete()
        return change

    def _added(self, cases: Iterable[CaseRef]) -> Counter[Tally]:
        """What these cases add; never all of them as the parameters of one statement."""
        found: Counter[Tally] = Counter()
        names = list(cases)
        for start in range(0, len(names), _CHUNK):
            some = names[start : start + _CHUNK]
            keys = dict(CaseKey.objects.using(self._using).filter(case__in=some).values_list("case", "wrapped"))
            for row in CaseTally.objects.using(self._using).filter(case__in=some):
                if row.case in keys:
                    key = self._storage.open_case_key(CaseRef(row.case), bytes(keys[row.case]))
                    found.update(read_counts(key.open(_TABLE, row.case, bytes(row.sealed))))
        return found

    def _add(self, change: Counter[Tally]) -> None:
        rows = TallyRow.objects.using(self._using)
        for one, number in change.items():
            if not number:
                continue
            facts = {name: getattr(one, name) for name in Tally.__slots__}
            if not rows.filter(**facts).update(number=F("number") + number):
                rows.create(**facts, number=number)
        rows.filter(number=0).delete()
