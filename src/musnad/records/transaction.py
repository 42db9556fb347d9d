"""What one admission writes, in one database transaction that holds the log's lock from its first statement."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import IntegrityError

from musnad.core.crypto.dsse import parse_dsse
from musnad.core.kernel.names import CaseRef, Digest, MessageId, PartyCode
from musnad.core.kernel.times import Instant
from musnad.core.messages.message import MESSAGE_TYPE
from musnad.core.messages.schema import parse_frame
from musnad.core.transparency.tree import Node
from musnad.exchange.errors import JournalCorrupt
from musnad.exchange.journal import Enclosure, Entry, Head, KeptExhibit, KeptStamp, StoredDraft
from musnad.records import stamps
from musnad.records.at_rest import RestKey
from musnad.records.models import (
    CaseIndex,
    CaseKey,
    DraftRow,
    EnclosureRow,
    ExhibitRow,
    JournalEntry,
    LogHead,
    LogState,
    PeerFork,
    PeerHead,
    TreeNode,
)
from musnad.records.rows import draft_row, enclosure_row, entry_row, exhibit_row, read_entry, read_head
from musnad.records.statements import change, fetch_one, fetch_rows, for_update, insert

_PUT_NODE = 'INSERT INTO "records_treenode" ("level", "index", "hash") VALUES (%s, %s, %s)'
BY_ID = 'WHERE "id" = %s'
RECEIPTS_OF = 'WHERE "subject" = %s AND "kind" = \'receipt\' ORDER BY "index"'


def lock_in_transaction(using: str, name: str) -> int:
    """Hold the lock of this name until the open transaction ends; the size that stands in its row."""
    statement = f'SELECT "size" FROM "records_logstate" WHERE "name" = %s{for_update(using)}'  # noqa: S608 - constants
    found = fetch_one(using, statement, name)
    if found is None:
        LogState.objects.using(using).bulk_create([LogState(name=name)], ignore_conflicts=True)
        found = fetch_one(using, statement, name)
    if found is None:
        raise JournalCorrupt(f"lock {name}")
    return int(found[0])


class DjangoTransaction:
    """``exchange.journal.Transaction``; made and finished by ``DjangoJournal.begin``."""

    def __init__(self, using: str, storage: RestKey) -> None:
        self._using = using
        self._storage = storage
        self._before = self._size = lock_in_transaction(using, "log")
        self._keys: dict[CaseRef, RestKey | None] = {}
        self._appended: dict[CaseRef, list[Entry]] = {}

    def finish_in_transaction(self) -> None:
        """Write what is written once a transaction: the log's size and the read table."""
        if self._size == self._before:
            return
        change(self._using, 'UPDATE "records_logstate" SET "size" = %s WHERE "name" = %s', self._size, "log")
        for case, entries in self._appended.items():
            self._count(case, entries)

    def log_size(self) -> int:
        return self._size

    def tree_node(self, level: int, index: int) -> bytes:
        return read_node(self._using, level, index)

    def append(self, entry: Entry, nodes: Sequence[Node]) -> None:
        if entry.place.index != self._size:
            raise ValueError(f"an entry for place {entry.place.index} of a log of {self._size}")
        row = entry_row(entry, self._key_for_writing(entry.case))
        try:
            insert(self._using, row)
            for level, index, here in nodes:
                change(self._using, _PUT_NODE, level, index, here)
        except IntegrityError as error:
            # The lock is held and the caller has looked: only a log that no longer fits its own size comes here.
            raise JournalCorrupt(entry.id) from error
        self._size += 1
        if entry.kind != "record":
            self._appended.setdefault(entry.case, []).append(entry)

    def entry(self, entry: MessageId) -> Entry | None:
        rows = fetch_rows(self._using, JournalEntry, BY_ID, entry)
        return read_entry(rows[0], self._key(CaseRef(rows[0].case))) if rows else None

    def receipts_of(self, message: MessageId) -> tuple[Entry, ...]:
        rows = fetch_rows(self._using, JournalEntry, RECEIPTS_OF, message)
        return tuple(read_entry(row, self._key(CaseRef(row.case))) for row in rows)

    def enqueue(self, message: MessageId, party: PartyCode, due: Instant) -> None:
        change(
            self._using,
            'INSERT INTO "records_outboxrow"'
            ' ("message", "party", "attempts", "next_at", "token", "last_error", "holds_up", "done")'
            " VALUES (%s, %s, 0, %s, 0, '', %s, %s) ON CONFLICT DO NOTHING",
            message,
            party,
            due,
            True,
            False,
        )

    def delivered(self, message: MessageId, party: PartyCode) -> None:
        change(
            self._using,
            'UPDATE "records_outboxrow" SET "done" = %s, "lease_until" = NULL, "last_error" = %s'
            ' WHERE "message" = %s AND "party" = %s AND NOT "done"',
            True,
            "",
            message,
            party,
        )

    def put_draft(self, draft: StoredDraft) -> None:
        case = parse_frame(parse_dsse(draft.signed, payload_type=MESSAGE_TYPE, what="draft").payload).case
        DraftRow.objects.using(self._using).bulk_create(
            [draft_row(draft, *self._key_beside(case))],
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=["at", "sealed_under", "sealed"],
        )

    def drop_draft(self, draft: MessageId) -> None:
        change(self._using, 'DELETE FROM "records_draftrow" WHERE "id" = %s', draft)

    def put_enclosure(self, enclosure: Enclosure) -> None:
        EnclosureRow.objects.using(self._using).bulk_create(
            [enclosure_row(enclosure, *self._key_beside(enclosure.case))],
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=["at", "sealed_under", "sealed"],
        )

    def drop_enclosure(self, enclosure: Digest) -> None:
        change(self._using, 'DELETE FROM "records_enclosurerow" WHERE "id" = %s', enclosure)

    def put_exhibit(self, exhibit: KeptExhibit) -> None:
        ExhibitRow.objects.using(self._using).bulk_create(
            [exhibit_row(exhibit, *self._key_beside(exhibit.case))],
            update_conflicts=True,
            unique_fields=["seal"],
            update_fields=["state", "case", "holders", "sealed_under", "sealed_key", "sealed_manifest"],
        )

    def put_head(self, head: Head) -> None:
        known = LogHead.objects.using(self._using).filter(size=head.size).first()
        if head.size > self._size or (known is not None and bytes(known.root) != head.root):
            raise JournalCorrupt(f"head {head.size}")
        LogHead.objects.using(self._using).bulk_create(
            [LogHead(size=head.size, root=head.root, note=head.note)],
            update_conflicts=True,
            unique_fields=["size"],
            update_fields=["note"],
        )

    def peer_head(self, party: PartyCode) -> Head | None:
        row = PeerHead.objects.using(self._using).filter(party=party).first()
        return None if row is None else read_head(row)

    def put_peer_head(self, party: PartyCode, head: Head) -> None:
        PeerHead.objects.using(self._using).bulk_create(
            [PeerHead(party=party, size=head.size, root=head.root, note=head.note)],
            update_conflicts=True,
            unique_fields=["party"],
            update_fields=["size", "root", "note"],
        )

    def put_fork(
        self, party: PartyCode, held: bytes, shown: bytes, path: Sequence[bytes] = (), at: Instant | None = None
    ) -> bool:
        more = 'UPDATE "records_peerfork" SET "times" = "times" + 1 WHERE "party" = %s'
        if change(self._using, more, party):
            return False
        insert(self._using, PeerFork(party=party, held=held, shown=shown, times=1, path=b"".join(path), at=at))
        return True

    def put_stamp(self, stamp: KeptStamp, ask_again: Instant) -> None:
        stamps.put_in_transaction(self._using, stamp, ask_again)

    def _key(self, case: CaseRef) -> RestKey | None:
        if case not in self._keys:
            self._keys[case] = read_case_key(self._using, self._storage, case)
        return self._keys[case]

    def _key_beside(self, case: CaseRef | None) -> tuple[str, RestKey]:
        """The case's key, or the storage key for what belongs to no case that the journal has."""
        key = None if case is None else self._key(case)
        return ("", self._storage) if case is None or key is None else (case, key)

    def _key_for_writing(self, case: CaseRef) -> RestKey:
        key = self._key(case)
        if key is None:
            # A case that has entries and no key was forgotten: nothing is added to it under another.
            if JournalEntry.objects.using(self._using).filter(case=case).exists():
                raise JournalCorrupt(f"case-key {case}")
            key, wrapped = self._storage.new_case_key(case)
            insert(self._using, CaseKey(case=case, wrapped=wrapped))
            self._keys[case] = key
        return key

    def _count(self, case: CaseRef, entries: Sequence[Entry]) -> None:
        first, last = entries[0], entries[-1]
        known = change(
            self._using,
            'UPDATE "records_caseindex" SET "entries" = "entries" + %s, "last_at" = %s, "last_index" = %s'
            ' WHERE "case" = %s',
            len(entries),
            last.at,
            last.place.index,
            case,
        )
        if not known:
            insert(
                self._using,
                CaseIndex(
                    case=case, entries=len(entries), first_at=first.at, last_at=last.at, last_index=last.place.index
                ),
            )


def read_case_key(using: str, storage: RestKey, case: CaseRef) -> RestKey | None:
    """The key of a case; ``None`` where there is none yet, or none any more."""
    found = fetch_one(using, 'SELECT "wrapped" FROM "records_casekey" WHERE "case" = %s', case)
    return None if found is None else storage.open_case_key(case, bytes(found[0]))


def read_nodes(using: str, level: int, start: int, end: int) -> tuple[bytes, ...]:
    """The hashes of complete subtrees side by side; ``JournalCorrupt`` naming the first that the log has lost."""
    rows = TreeNode.objects.using(using).filter(level=level, index__gte=start, index__lt=end)
    found = {index: bytes(here) for index, here in rows.values_list("index", "hash")}
    for index in range(start, end):
        if index not in found:
            raise JournalCorrupt(f"tree-node {level}/{index}")
    return tuple(found[index] for index in range(start, end))


def read_node(using: str, level: int, index: int) -> bytes:
    """The hash of a complete subtree; ``JournalCorrupt`` naming it where the log has lost it."""
    statement = 'SELECT "hash" FROM "records_treenode" WHERE "level" = %s AND "index" = %s'
    found = fetch_one(using, statement, level, index)
    if found is None:
        raise JournalCorrupt(f"tree-node {level}/{index}")
    return bytes(found[0])
