"""``DjangoJournal``: the journal port on Django's ORM, the same code on SQLite and on PostgreSQL.

Writers stand in line: SQLite begins every transaction with its write lock (``databases.sqlite``), PostgreSQL holds one
row. Readers wait for nobody. A digest is checked at every read; a database's error becomes one of Musnad's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet

from musnad.core.kernel.names import CaseRef, Digest, Entropy, MessageId, PartyCode, SealId
from musnad.core.kernel.times import Instant, instant
from musnad.core.transparency.entry import blind_entry
from musnad.core.transparency.errors import OutOfTree
from musnad.exchange.errors import JournalCorrupt
from musnad.exchange.journal import (
    LONGEST_PAUSE,
    CaseRow,
    Delivery,
    Enclosure,
    Entry,
    Head,
    KeptExhibit,
    KeptStamp,
    SeenFork,
    Stamping,
    StoredDraft,
    Waiting,
)
from musnad.records import outbox, stamps
from musnad.records.at_rest import RestKey
from musnad.records.failure import told
from musnad.records.models import (
    AgendaFold,
    AgendaLine,
    CaseIndex,
    CaseKey,
    DraftRow,
    EnclosureRow,
    ExhibitRow,
    FiledCase,
    JournalEntry,
    LogHead,
    PeerFork,
    PeerHead,
)
from musnad.records.rows import read_draft, read_enclosure, read_entry, read_exhibit, read_fork, read_head
from musnad.records.statements import fetch_one, fetch_rows
from musnad.records.transaction import (
    BY_ID,
    RECEIPTS_OF,
    DjangoTransaction,
    lock_in_transaction,
    read_case_key,
    read_node,
    read_nodes,
)

_CHUNK = 500


class DjangoJournal:
    """``exchange.journal.Journal`` on the database of one Django alias.

    Args:
        storage_key: 32 octets, under which the keys of the cases stand.
        using: the alias in ``DATABASES``, made by ``records.databases``.
    """

    def __init__(self, storage_key: bytes, entropy: Entropy, using: str = "default") -> None:
        self._storage = RestKey(storage_key, entropy)
        self._using = using

    def __repr__(self) -> str:
        return f"DjangoJournal(using={self._using!r})"

    @contextmanager
    def begin(self) -> Iterator[DjangoTransaction]:
        with told(self._using), transaction.atomic(using=self._using, durable=True):
            opened = DjangoTransaction(self._using, self._storage)
            yield opened
            opened.finish_in_transaction()

    def entry(self, entry: MessageId) -> Entry | None:
        with told(self._using):
            found = self._read(fetch_rows(self._using, JournalEntry, BY_ID, entry))
            return found[0] if found else None

    def receipts_of(self, message: MessageId) -> tuple[Entry, ...]:
        with told(self._using):
            return self._read(fetch_rows(self._using, JournalEntry, RECEIPTS_OF, message))

    def case_entries(self, case: CaseRef) -> tuple[Entry, ...]:
        with told(self._using):
            return self._read(self._rows().filter(case=case).exclude(kind="record").order_by("index"))

    def cases(self) -> tuple[CaseRow, ...]:
        with told(self._using):
            return tuple(
                CaseRow(
                    CaseRef(row.case),
                    row.entries,
                    instant(row.first_at),
                    instant(row.last_at),
                    row.last_index,
                )
                for row in CaseIndex.objects.using(self._using).order_by("-last_index")
            )

    def records(self, limit: int, before: int | None = None) -> tuple[Entry, ...]:
        with told(self._using):
            rows = self._rows().filter(kind="record")
            if before is not None:
                rows = rows.filter(index__lt=before)
            return self._read(rows.order_by("-index")[:limit])

    def records_of(self, case: CaseRef) -> tuple[Entry, ...]:
        with told(self._using):
            return self._read(self._rows().filter(case=case, kind="record").order_by("index"))

    def find_case(self, prefix: str) -> tuple[CaseRef, ...]:
        with told(self._using):
            found = CaseIndex.objects.using(self._using).filter(case__startswith=prefix.lower()).order_by("case")
            return tuple(CaseRef(case) for case in found.values_list("case", flat=True))

    def entries(self) -> Iterator[Entry]:
        start = 0
        while True:
            with told(self._using):
                rows = list(self._rows().filter(index__gte=start).order_by("index")[:_CHUNK])
                found = self._read(rows)
            for place, entry in enumerate(found, start):
                if entry.place.index != place:
                    raise JournalCorrupt(f"place {place}")
                yield entry
            if len(rows) < _CHUNK:
                break
            start += _CHUNK

    def log_size(self) -> int:
        with told(self._using):
            found = fetch_one(self._using, 'SELECT "size" FROM "records_logstate" WHERE "name" = %s', "log")
            return 0 if found is None else int(found[0])

    def tree_node(self, level: int, index: int) -> bytes:
        with told(self._using):
            return read_node(self._using, level, index)

    def tree_nodes(self, level: int, start: int, end: int) -> tuple[bytes, ...]:
        with told(self._using):
            return read_nodes(self._using, level, start, end)

    def leaf_entries(self, start: int, end: int) -> tuple[bytes, ...]:
        size = self.log_size()
        if not 0 <= start <= end <= size:
            raise OutOfTree("leaves", end, size)
        with told(self._using):
            rows = self._rows().filter(index__gte=start, index__lt=end).order_by("index")
            leaves = list(rows.values_list("index", "salt", "id"))
        if [index for index, _, _ in leaves] != list(range(start, end)):
            raise JournalCorrupt(f"places {start} to {end}")
        return tuple(blind_entry(bytes.fromhex(salt), MessageId(name)) for _, salt, name in leaves)

    def head(self) -> Head | None:
        with told(self._using):
            row = LogHead.objects.using(self._using).order_by("-size").first()
            return None if row is None else read_head(row)

    def peer_head(self, party: PartyCode) -> Head | None:
        with told(self._using):
            row = PeerHead.objects.using(self._using).filter(party=party).first()
            return None if row is None else read_head(row)

    def forks(self) -> tuple[SeenFork, ...]:
        with told(self._using):
            return tuple(read_fork(row) for row in PeerFork.objects.using(self._using).order_by("party"))

    def newest_stamp(self, authority: Digest) -> KeptStamp | None:
        with told(self._using):
            return stamps.newest(self._using, authority)

    def stamps_covering(self, index: int) -> tuple[KeptStamp, ...]:
        with told(self._using):
            return stamps.covering(self._using, index)

    def claim_stamping(
        self, authority: Digest, now: Instant, until: Instant, longest_pause: timedelta = LONGEST_PAUSE
    ) -> int | None:
        with told(self._using):
            if not stamps.is_due(self._using, authority, now, longest_pause):
                return None  # a quiet worker takes no lock
            with transaction.atomic(using=self._using, durable=True):
                lock_in_transaction(self._using, "stamps")
                if not stamps.is_due(self._using, authority, now, longest_pause):
                    return None
                return stamps.claim_in_transaction(self._using, authority, until)

    def put_off_stamping(self, authority: Digest, next_at: Instant, attempts: int, error: str) -> None:
        with told(self._using):
            stamps.put_off(self._using, authority, next_at, attempts, error)

    def stampings(self) -> tuple[Stamping, ...]:
        with told(self._using):
            return stamps.stampings(self._using)

    def lease(
        self, now: Instant, duration: timedelta, limit: int, longest_pause: timedelta = LONGEST_PAUSE
    ) -> tuple[Delivery, ...]:
        with told(self._using):
            return outbox.lease(self._using, now, duration, limit, longest_pause)

    def heartbeat(self, delivery: Delivery, until: Instant) -> None:
        with told(self._using):
            outbox.heartbeat(self._using, delivery, until)

    def retry(self, delivery: Delivery, at: Instant, error: str, *, holds_up: bool = True) -> None:
        with told(self._using):
            outbox.retry(self._using, delivery, at, error, holds_up=holds_up)

    def waiting(self) -> tuple[Waiting, ...]:
        with told(self._using):
            return outbox.waiting(self._using)

    def is_waiting(self, message: MessageId, party: PartyCode) -> bool:
        with told(self._using):
            return outbox.is_waiting(self._using, message, party)

    def draft(self, draft: MessageId) -> StoredDraft | None:
        with told(self._using):
            return next(iter(self._drafts(DraftRow.objects.using(self._using).filter(id=draft))), None)

    def drafts(self) -> tuple[StoredDraft, ...]:
        with told(self._using):
            return self._drafts(DraftRow.objects.using(self._using).order_by("at", "id"))

    def enclosure(self, enclosure: Digest) -> Enclosure | None:
        with told(self._using):
            row = EnclosureRow.objects.using(self._using).filter(id=enclosure).first()
            return (
                None if row is None else read_enclosure(row, self._keys_under({row.sealed_under}).get(row.sealed_under))
            )

    def enclosed(self) -> tuple[tuple[Digest, Instant], ...]:
        with told(self._using):
            rows = EnclosureRow.objects.using(self._using).order_by("at", "id").values_list("id", "at")
            return tuple((Digest(name), instant(at)) for name, at in rows)

    def exhibit(self, seal: SealId) -> KeptExhibit | None:
        with told(self._using):
            return next(iter(self._exhibits(ExhibitRow.objects.using(self._using).filter(seal=seal))), None)

    def exhibits(self) -> tuple[KeptExhibit, ...]:
        with told(self._using):
            return self._exhibits(ExhibitRow.objects.using(self._using).order_by("seal"))

    def rebuild_read_tables(self) -> int:
        """Drop the read tables and make them again from the journal; the number of cases.

        The agenda is made again when it is next looked at.
        """
        with told(self._using), transaction.atomic(using=self._using, durable=True):
            lock_in_transaction(self._using, "log")
            for table in (CaseIndex, AgendaLine, AgendaFold, FiledCase):
                table.objects.using(self._using).all().delete()
            found: dict[str, CaseIndex] = {}
            entries = self._rows().exclude(kind="record").order_by("index").values_list("index", "case", "at")
            for index, case, at in entries.iterator(_CHUNK):
                row = found.setdefault(case, CaseIndex(case=case, entries=0, first_at=at))
                row.entries, row.last_at, row.last_index = row.entries + 1, at, index
            CaseIndex.objects.using(self._using).bulk_create(found.values(), batch_size=_CHUNK)
        return len(found)

    def _rows(self) -> QuerySet[JournalEntry]:
        return JournalEntry.objects.using(self._using)

    def _read(self, rows: Iterable[JournalEntry]) -> tuple[Entry, ...]:
        held = list(rows)
        keys = self._case_keys({row.case for row in held})
        return tuple(read_entry(row, keys.get(row.case)) for row in held)

    def _case_keys(self, cases: set[str]) -> dict[str, RestKey]:
        if len(cases) == 1:
            (case,) = cases
            key = read_case_key(self._using, self._storage, CaseRef(case))
            return {} if key is None else {case: key}
        rows = CaseKey.objects.using(self._using).filter(case__in=cases)
        return {row.case: self._storage.open_case_key(CaseRef(row.case), bytes(row.wrapped)) for row in rows}

    def _drafts(self, rows: Iterable[DraftRow]) -> tuple[StoredDraft, ...]:
        held = list(rows)
        keys = self._keys_under({row.sealed_under for row in held})
        return tuple(read_draft(row, keys.get(row.sealed_under)) for row in held)

    def _exhibits(self, rows: Iterable[ExhibitRow]) -> tuple[KeptExhibit, ...]:
        held = list(rows)
        keys = self._keys_under({row.sealed_under for row in held})
        return tuple(read_exhibit(row, keys.get(row.sealed_under)) for row in held)

    def _keys_under(self, sealed_under: set[str]) -> dict[str, RestKey]:
        return {"": self._storage, **self._case_keys(sealed_under - {""})}
