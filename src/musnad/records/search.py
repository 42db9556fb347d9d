"""The search index: each case's words blinded under a search key, in the database's own full-text engine.

A word stands in the index as the first octets of its HMAC-SHA-256 under the search key; the words themselves rest under
their case's key. The search key rests among the case keys, under the storage key, and is thrown away whenever a case is
forgotten: then every row stands under a key that is no more, and is indexed anew from its sealed words. Why:
docs/adr/0016-words-under-a-key-that-is-thrown-away.md.

Everything here takes the open transaction, or only reads.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping, Sequence
from typing import cast

from django.db import connections
from django.db.models import Q, QuerySet

from musnad.core.crypto import aead
from musnad.core.kernel.ijson import parse_object, write_canonical
from musnad.core.kernel.names import CaseRef
from musnad.exchange.agenda import CaseLines, Hit, Wanted
from musnad.records.at_rest import RestKey
from musnad.records.models import AgendaFold, CaseKey, SearchRow
from musnad.records.statements import change, insert
from musnad.records.transaction import read_case_key

_KEY = "search"
"""The name of the search key among the keys of cases; no case is called so."""
_OCTETS = 10
_FIND = {
    "sqlite": """
SELECT r."id", r."case" FROM records_searchwords f JOIN "records_searchrow" r ON r."id" = f.rowid
WHERE records_searchwords MATCH %s AND f.rowid < %s ORDER BY f.rowid DESC LIMIT %s
""",
    "postgresql": """
SELECT "id", "case" FROM "records_searchrow" WHERE words @@ %s::tsquery AND "id" < %s ORDER BY "id" DESC LIMIT %s
""",
}
_LAST = 2**62


class SearchTable:
    """The index on the database of one Django alias."""

    def __init__(self, storage: RestKey, using: str) -> None:
        self._storage, self._using = storage, using

    def put_in_transaction(self, cases: Sequence[CaseLines]) -> None:
        """Replace what these cases are found by."""
        self.drop_in_transaction([one.case for one in cases])
        key, number = self._key_in_transaction()
        for one in cases:
            case_key = read_case_key(self._using, self._storage, one.case) if one.words else None
            if case_key is None:
                continue
            content = write_canonical({name: sorted(held) for name, held in one.words.items()})
            sealed = case_key.close("search", one.case, content, index=one.last_index)
            insert(self._using, SearchRow(id=one.last_index, case=one.case, under=number, sealed=sealed))
            self._index(one.last_index, key, one.words.values())

    def drop_in_transaction(self, cases: Sequence[CaseRef]) -> None:
        rows = SearchRow.objects.using(self._using).filter(case__in=cases)
        if self._is_sqlite:
            for index in rows.values_list("id", flat=True):
                change(self._using, "DELETE FROM records_searchwords WHERE rowid = %s", index)
        rows.delete()

    def drop_all_in_transaction(self) -> None:
        """Drop every word; the key goes with them."""
        self._empty()
        SearchRow.objects.using(self._using).all().delete()
        self.throw_key_away_in_transaction()

    def throw_key_away_in_transaction(self) -> None:
        """Make a new search key, under which no case stands yet."""
        self._empty()
        CaseKey.objects.using(self._using).filter(case=_KEY).delete()
        self._key_in_transaction()

    def is_behind(self) -> bool:
        """Whether words stand under another key than the present one: two looks at an index, whatever there is."""
        return self._behind().exists()

    def index_anew_in_transaction(self, limit: int) -> int:
        number = self._number()
        rows = list(self._behind()[:limit])
        if not rows:
            return 0
        key, number = self._key_in_transaction()
        for row in rows:
            case_key = read_case_key(self._using, self._storage, CaseRef(row.case))
            if case_key is None:
                row.delete(using=self._using)
                continue
            self._index(row.id, key, _words(row, case_key).values())
            row.under = number
            row.save(using=self._using, update_fields=["under"])
        return len(rows)

    def find(self, wanted: Wanted, limit: int, before: int | None, hidden: frozenset[CaseRef]) -> tuple[Hit, ...]:
        row = CaseKey.objects.using(self._using).filter(case=_KEY).first()
        if row is None or not wanted:
            return ()
        key = self._storage.open_case_key(CaseRef(_KEY), bytes(row.wrapped)).key
        query = self._query(key, wanted)
        found: list[Hit] = []
        last = _LAST if before is None else before
        while len(found) < limit:
            with connections[self._using].cursor() as cursor:
                cursor.execute(_FIND[self._vendor], (query, last, limit))
                rows = cursor.fetchall()
            for index, case in rows:
                if case not in hidden and len(found) < limit:
                    found.append(self._hit(CaseRef(case), int(index), wanted))
            if len(rows) < limit:
                break
            last = int(rows[-1][0])
        return tuple(found)

    def _hit(self, case: CaseRef, index: int, wanted: Wanted) -> Hit:
        key = read_case_key(self._using, self._storage, case)
        row = SearchRow.objects.using(self._using).filter(id=index, case=case).first()
        if key is None or row is None:
            return Hit(case, index, ())
        words = _words(row, key)
        return Hit(case, index, tuple(name for name, held in words.items() if any(one & held for one in wanted)))

    def _query(self, key: bytes, wanted: Wanted) -> str:
        either, both = (" OR ", " AND ") if self._is_sqlite else (" | ", " & ")
        groups = (either.join(sorted(_blind(key, one) for one in group)) for group in wanted)
        return both.join(f"({one})" for one in groups)

    def _index(self, index: int, key: bytes, words: Iterable[frozenset[str]]) -> None:
        """Sorted, so that the order tells nothing of the text."""
        blinded = sorted({_blind(key, one) for held in words for one in held})
        if self._is_sqlite:
            change(self._using, "DELETE FROM records_searchwords WHERE rowid = %s", index)
            statement = "INSERT INTO records_searchwords (rowid, words) VALUES (%s, %s)"
            change(self._using, statement, index, " ".join(blinded))
        else:
            with connections[self._using].cursor() as cursor:
                statement = 'UPDATE "records_searchrow" SET words = array_to_tsvector(%s::text[]) WHERE "id" = %s'
                cursor.execute(statement, (blinded, index))

    def _empty(self) -> None:
        """Nothing of the old key's words is left in the engine's tables."""
        if self._is_sqlite:
            change(self._using, "DELETE FROM records_searchwords")
            change(self._using, "INSERT INTO records_searchwords (records_searchwords) VALUES ('optimize')")
        else:
            change(self._using, "UPDATE records_searchrow SET words = NULL")

    def _key_in_transaction(self) -> tuple[bytes, int]:
        """The search key, made where there is none, and its number."""
        row = CaseKey.objects.using(self._using).filter(case=_KEY).first()
        if row is not None:
            return self._storage.open_case_key(CaseRef(_KEY), bytes(row.wrapped)).key, self._number()
        key = self._storage.entropy(aead.KEY_OCTETS)
        insert(self._using, CaseKey(case=_KEY, wrapped=self._storage.close("case-key", _KEY, key)))
        mark = AgendaFold(name=_KEY, upto=self._number() + 1)
        AgendaFold.objects.using(self._using).bulk_create(
            [mark], update_conflicts=True, unique_fields=["name"], update_fields=["upto"]
        )
        return key, mark.upto

    def _behind(self) -> QuerySet[SearchRow]:
        number = self._number()
        other = Q(under__lt=number) | Q(under__gt=number)  # "not equal" would read every row
        return SearchRow.objects.using(self._using).filter(other)

    def _number(self) -> int:
        row = AgendaFold.objects.using(self._using).filter(name=_KEY).first()
        return -1 if row is None else row.upto

    @property
    def _vendor(self) -> str:
        return connections[self._using].vendor

    @property
    def _is_sqlite(self) -> bool:
        return self._vendor == "sqlite"


def _words(row: SearchRow, key: RestKey) -> Mapping[str, frozenset[str]]:
    content = key.open("search", row.case, bytes(row.sealed), index=row.id)
    members = parse_object(content, what="words of a case")
    return {name: frozenset(cast("list[str]", held)) for name, held in members.items()}


def _blind(key: bytes, form: str) -> str:
    """What stands for a form under this key: letters and digits that every engine takes as one word."""
    return hmac.digest(key, form.encode(), "sha256")[:_OCTETS].hex()
