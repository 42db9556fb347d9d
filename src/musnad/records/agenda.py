"""``DjangoAgenda``: the agenda port on the journal's database, the same code on SQLite and on PostgreSQL.

Writers hold the row of the agenda's own lock, so that of two workers that fold the same case one writes, and never the
older lines over the newer. Readers wait for nobody. A page is one range of one index, whatever else the table holds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from django.db import connections, transaction

from musnad.core.kernel.names import CaseRef, Entropy
from musnad.core.kernel.times import Day, instant, write_instant
from musnad.exchange.agenda import CaseLines, Escalated, Filed, Hit, Line, Place, Rank, Shelf, Spot, Wanted
from musnad.exchange.errors import JournalCorrupt
from musnad.exchange.journal import CaseRow
from musnad.exchange.tallies import Counts
from musnad.records.at_rest import RestKey
from musnad.records.failure import told
from musnad.records.models import AgendaFold, AgendaLine, CaseIndex, CaseKey, Escalation, FiledCase
from musnad.records.search import SearchTable
from musnad.records.statements import fetch_rows
from musnad.records.tallies import TallyTable
from musnad.records.transaction import lock_in_transaction, read_case_key

_LOCK = "agenda"
_CHUNK = 500
_NEVER = Day.max
_PAGE = """
WHERE "rank" = %s AND ("last_day", "case", "number") > (%s, %s, %s) AND "warned_from" <= %s
ORDER BY "last_day", "case", "number" LIMIT %s
"""
_SHELF = """
WHERE "shelf" = %s AND ("last_day", "turn", "case") > (%s, %s, %s) ORDER BY "last_day", "turn", "case" LIMIT %s
"""
_ENDING = """
WHERE ("ends_on", "turn", "case") > (%s, %s, %s) AND "ends_on" <= %s AND "warned_from" <= %s
ORDER BY "ends_on", "turn", "case" LIMIT %s
"""
_UNDELIVERED = """
SELECT e."case", COUNT(*) FROM "records_outboxrow" o JOIN "records_journalentry" e ON e."id" = o."message"
WHERE NOT o."done" AND e."case" IN ({places}) GROUP BY e."case"
"""
_FIRST = Spot(Day.min, -(2**62), CaseRef(""))
_AFTER_EVERY_CASE = "g"
"""Sorts after every hexadecimal digit."""


class DjangoAgenda:
    """``exchange.agenda.Agenda`` on the database of one Django alias, under the journal's storage key."""

    def __init__(self, storage_key: bytes, entropy: Entropy, using: str = "default") -> None:
        self._storage = RestKey(storage_key, entropy)
        self._using = using
        self._search = SearchTable(self._storage, using)
        self._tallies = TallyTable(self._storage, using)

    def __repr__(self) -> str:
        return f"DjangoAgenda(using={self._using!r})"

    def basis(self) -> str:
        with told(self._using):
            return self._fold().basis

    def begin_anew(self, basis: str) -> None:
        with told(self._using), transaction.atomic(using=self._using, durable=True):
            lock_in_transaction(self._using, _LOCK)
            AgendaLine.objects.using(self._using).all().delete()
            FiledCase.objects.using(self._using).all().delete()
            AgendaFold.objects.using(self._using).filter(name__in=[_counted(one) for one in Shelf]).delete()
            self._search.drop_all_in_transaction()
            self._tallies.drop_all_in_transaction()
            self._mark(AgendaFold(name=_LOCK, upto=-1, basis=basis))

    def unfolded(self, limit: int) -> tuple[CaseRow, ...]:
        with told(self._using):
            grown = CaseIndex.objects.using(self._using).filter(last_index__gt=self._fold().upto)
            return tuple(
                CaseRow(CaseRef(row.case), row.entries, instant(row.first_at), instant(row.last_at), row.last_index)
                for row in grown.order_by("last_index")[:limit]
            )

    def put(self, basis: str, cases: Sequence[CaseLines]) -> bool:
        with told(self._using), transaction.atomic(using=self._using, durable=True):
            lock_in_transaction(self._using, _LOCK)
            fold = self._fold()
            if fold.basis != basis:
                return False
            names = [one.case for one in cases]
            now = dict(CaseIndex.objects.using(self._using).filter(case__in=names).values_list("case", "last_index"))
            taken = [one for one in cases if one.last_index > fold.upto and now.get(one.case) == one.last_index]
            AgendaLine.objects.using(self._using).filter(case__in=[one.case for one in taken]).delete()
            AgendaLine.objects.using(self._using).bulk_create(self._rows(taken), batch_size=_CHUNK)
            self._file_in_transaction(taken)
            self._tallies.put_in_transaction(taken)
            fold.upto = max((fold.upto, *(one.last_index for one in cases)))
            self._mark(fold)
        return True

    def page(
        self, rank: Rank, limit: int, after: Place | None = None, warned_by: Day | None = None
    ) -> tuple[Line, ...]:
        start = after or Place(rank, Day.min, CaseRef(""), -1)
        until = _NEVER if warned_by is None else warned_by
        with told(self._using):
            values = (int(rank), start.last_day.isoformat(), start.case, start.number, until.isoformat(), limit)
            rows = fetch_rows(self._using, AgendaLine, _PAGE, *values)
            keys = self._keys({row.case for row in rows})
            return tuple(_read(row, keys) for row in rows)

    def cases(
        self, shelf: Shelf, limit: int, after: Spot | None = None, hidden: frozenset[CaseRef] = frozenset()
    ) -> tuple[Filed, ...]:
        return self._filed_after(_SHELF, (int(shelf),), (), limit, after, hidden, lambda one: one.spot)

    def ending(
        self,
        limit: int,
        warned_by: Day,
        last_by: Day,
        after: Spot | None = None,
        hidden: frozenset[CaseRef] = frozenset(),
    ) -> tuple[Filed, ...]:
        until = (last_by.isoformat(), warned_by.isoformat())
        return self._filed_after(_ENDING, (), until, limit, after, hidden, lambda one: one.ending)

    def filed(self, cases: Sequence[CaseRef]) -> tuple[Filed, ...]:
        with told(self._using):
            return self._read_filed(FiledCase.objects.using(self._using).filter(case__in=cases))

    def tally(self, hidden: frozenset[CaseRef] = frozenset()) -> Mapping[Shelf, int]:
        with told(self._using):
            found = self._counts()
            less = self._shelves(hidden)
        return {shelf: found.get(_counted(shelf), 0) - less.get(int(shelf), 0) for shelf in Shelf}

    def undelivered(self, cases: Sequence[CaseRef]) -> Mapping[CaseRef, int]:
        if not cases:
            return {}
        with told(self._using), connections[self._using].cursor() as cursor:
            cursor.execute(_UNDELIVERED.format(places=", ".join("%s" for _ in cases)), list(cases))
            return {CaseRef(case): int(count) for case, count in cursor.fetchall()}

    def begins_with(self, prefix: str, limit: int, hidden: frozenset[CaseRef] = frozenset()) -> tuple[CaseRef, ...]:
        with told(self._using):
            found = FiledCase.objects.using(self._using).filter(case__gte=prefix, case__lt=prefix + _AFTER_EVERY_CASE)
            names = found.order_by("case").values_list("case", flat=True)[: limit + len(hidden)]
            return tuple(CaseRef(one) for one in names if one not in hidden)[:limit]

    def find(
        self, wanted: Wanted, limit: int, before: int | None = None, hidden: frozenset[CaseRef] = frozenset()
    ) -> tuple[Hit, ...]:
        with told(self._using):
            return self._search.find(wanted, limit, before, hidden)

    def index_anew(self, limit: int) -> int:
        with told(self._using):
            if not self._search.is_behind():
                return 0
        with told(self._using), transaction.atomic(using=self._using, durable=True):
            lock_in_transaction(self._using, _LOCK)
            return self._search.index_anew_in_transaction(limit)

    def forget(self, case: CaseRef) -> None:
        with told(self._using), transaction.atomic(using=self._using, durable=True):
            lock_in_transaction(self._using, _LOCK)
            self._search.drop_in_transaction([case])
            self._tallies.drop_in_transaction([case])
            self._search.throw_key_away_in_transaction()
            self._count_in_transaction([case], [])
            for table in (AgendaLine, FiledCase, CaseIndex, CaseKey):
                table.objects.using(self._using).filter(case=case).delete()

    def _filed_after(
        self,
        statement: str,
        first: tuple[object, ...],
        rest: tuple[object, ...],
        limit: int,
        after: Spot | None,
        hidden: frozenset[CaseRef],
        spot: Callable[[Filed], Spot],
    ) -> tuple[Filed, ...]:
        """As many rows as are wanted beside the hidden ones, whatever lies among them."""
        found: list[Filed] = []
        start, batch = after or _FIRST, max(limit, _CHUNK) if hidden else limit
        with told(self._using):
            while len(found) < limit:
                values = (*first, start.last_day.isoformat(), start.turn, start.case, *rest, batch)
                rows = fetch_rows(self._using, FiledCase, statement, *values)
                found += self._read_filed(one for one in rows if one.case not in hidden)
                if len(rows) < batch:
                    break
                start = spot(self._read_filed(rows[-1:])[0])
        return tuple(found[:limit])

    def _file_in_transaction(self, taken: Sequence[CaseLines]) -> None:
        self._count_in_transaction([one.case for one in taken], [one.filed.shelf for one in taken if one.filed])
        FiledCase.objects.using(self._using).filter(case__in=[one.case for one in taken]).delete()
        rows = []
        for one in taken:
            if one.filed is not None:
                key = None if one.filed.fault else read_case_key(self._using, self._storage, one.case)
                rows.append(_filed_row(one.filed, key))
        FiledCase.objects.using(self._using).bulk_create(rows, batch_size=_CHUNK)
        self._search.put_in_transaction(taken)

    def _count_in_transaction(self, gone: Sequence[CaseRef], come: Sequence[Shelf]) -> None:
        """Keep how many cases stand on each shelf: counting them at every look would grow with their number."""
        counts, before = self._counts(), self._shelves(gone)
        rows = [
            AgendaFold(
                name=_counted(one), upto=counts.get(_counted(one), 0) - before.get(int(one), 0) + come.count(one)
            )
            for one in Shelf
        ]
        AgendaFold.objects.using(self._using).bulk_create(
            rows, update_conflicts=True, unique_fields=["name"], update_fields=["upto"]
        )

    def _counts(self) -> dict[str, int]:
        rows = AgendaFold.objects.using(self._using).filter(name__in=[_counted(one) for one in Shelf])
        return dict(rows.values_list("name", "upto"))

    def _shelves(self, cases: Iterable[CaseRef]) -> Counter[int]:
        """How many of these cases stand on each shelf."""
        found: Counter[int] = Counter()
        names = list(cases)
        for start in range(0, len(names), _CHUNK):
            rows = FiledCase.objects.using(self._using).filter(case__in=names[start : start + _CHUNK])
            found.update(rows.values_list("shelf", flat=True))
        return found

    def _read_filed(self, rows: Iterable[FiledCase]) -> tuple[Filed, ...]:
        held = list(rows)
        keys = self._keys({row.case for row in held})
        return tuple(_read_filed(row, keys.get(row.case)) for row in held)

    def figures(self, hidden: frozenset[CaseRef] = frozenset()) -> Counts:
        with told(self._using):
            return self._tallies.read(hidden)

    def note(self, escalated: Escalated) -> bool:
        with told(self._using), transaction.atomic(using=self._using, durable=True):
            lock_in_transaction(self._using, _LOCK)
            key = read_case_key(self._using, self._storage, escalated.case)
            if key is None or any(one.content == escalated.content for one in self._escalated(escalated.case, key)):
                return False
            facts = {"at": write_instant(escalated.at)}
            sealed = key.close("escalation", escalated.case, escalated.content, **facts)
            Escalation.objects.using(self._using).create(case=escalated.case, at=escalated.at, sealed=sealed)
        return True

    def escalated(self, case: CaseRef) -> tuple[Escalated, ...]:
        with told(self._using):
            key = read_case_key(self._using, self._storage, case)
            return () if key is None else self._escalated(case, key)

    def _escalated(self, case: CaseRef, key: RestKey) -> tuple[Escalated, ...]:
        found = []
        for row in Escalation.objects.using(self._using).filter(case=case).order_by("id"):
            at = instant(row.at)
            content = key.open("escalation", case, bytes(row.sealed), at=write_instant(at))
            found.append(Escalated(case, content, at))
        return tuple(found)

    def _fold(self) -> AgendaFold:
        return AgendaFold.objects.using(self._using).filter(name=_LOCK).first() or AgendaFold(name=_LOCK)

    def _mark(self, fold: AgendaFold) -> None:
        AgendaFold.objects.using(self._using).bulk_create(
            [fold], update_conflicts=True, unique_fields=["name"], update_fields=["upto", "basis"]
        )

    def _rows(self, cases: Iterable[CaseLines]) -> list[AgendaLine]:
        found = []
        for one in cases:
            key = read_case_key(self._using, self._storage, one.case) if one.lines else None
            found += [_row(line, key) for line in one.lines]
        return found

    def _keys(self, cases: set[str]) -> dict[str, RestKey]:
        rows = CaseKey.objects.using(self._using).filter(case__in=cases)
        return {row.case: self._storage.open_case_key(CaseRef(row.case), bytes(row.wrapped)) for row in rows}


def _row(line: Line, key: RestKey | None) -> AgendaLine:
    row = AgendaLine(
        case=line.case,
        number=line.number,
        rank=int(line.rank),
        last_day=line.last_day or _NEVER,
        warned_from=line.warned_from or _NEVER,
        fault=line.fault,
        sealed=b"",
    )
    if not line.fault:
        if key is None:
            raise JournalCorrupt(f"case-key {line.case}")
        row.sealed = key.close("agenda", _name(row), line.content, **_facts(row))
    return row


def _read(row: AgendaLine, keys: dict[str, RestKey]) -> Line:
    key, fault = keys.get(row.case), row.fault
    if key is None and not fault:
        fault = JournalCorrupt.code  # the case was forgotten, and its lines with it
    content = b"" if key is None or fault else key.open("agenda", _name(row), bytes(row.sealed), **_facts(row))
    return Line(
        CaseRef(row.case),
        row.number,
        Rank(row.rank),
        None if row.last_day == _NEVER else row.last_day,
        None if row.warned_from == _NEVER else row.warned_from,
        content,
        fault,
    )


def _counted(shelf: Shelf) -> str:
    return f"shelf-{int(shelf)}"


def _filed_row(filed: Filed, key: RestKey | None) -> FiledCase:
    row = FiledCase(
        case=filed.case,
        shelf=int(filed.shelf),
        last_day=filed.last_day or _NEVER,
        turn=filed.turn,
        ends_on=filed.ends_on or _NEVER,
        warned_from=filed.warned_from or _NEVER,
        fault=filed.fault,
        sealed=b"",
    )
    if not filed.fault:
        if key is None:
            raise JournalCorrupt(f"case-key {filed.case}")
        row.sealed = key.close("filed", filed.case, filed.content, **_filed_facts(row))
    return row


def _read_filed(row: FiledCase, key: RestKey | None) -> Filed:
    fault = row.fault or ("" if key is not None else JournalCorrupt.code)
    content = b"" if key is None or fault else key.open("filed", row.case, bytes(row.sealed), **_filed_facts(row))
    return Filed(
        CaseRef(row.case),
        Shelf(row.shelf),
        None if row.last_day == _NEVER else row.last_day,
        row.turn,
        None if row.ends_on == _NEVER else row.ends_on,
        None if row.warned_from == _NEVER else row.warned_from,
        content,
        fault,
    )


def _filed_facts(row: FiledCase) -> dict[str, object]:
    days = {name: getattr(row, name).isoformat() for name in ("last_day", "ends_on", "warned_from")}
    return {"shelf": row.shelf, "turn": row.turn, **days}


def _name(row: AgendaLine) -> str:
    return f"{row.case}/{row.number}"


def _facts(row: AgendaLine) -> dict[str, object]:
    return {"rank": row.rank, "last_day": row.last_day.isoformat(), "warned_from": row.warned_from.isoformat()}
