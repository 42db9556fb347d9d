"""The journal in memory: the same contract as the database's, with commits that fail on command.

A transaction works on a copy of the whole state, which replaces the state when it ends well.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from datetime import timedelta
from typing import Literal

from musnad.core.kernel.names import CaseRef, Digest, MessageId, PartyCode, SealId
from musnad.core.kernel.times import Instant
from musnad.core.transparency.entry import blind_entry
from musnad.core.transparency.errors import OutOfTree
from musnad.core.transparency.tree import Node
from musnad.exchange.errors import JournalCorrupt, LostLease
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

Outcome = Literal["not-landed", "landed"]


@dataclass(frozen=True, slots=True)
class _OutboxRow:
    message: MessageId
    party: PartyCode
    next_at: Instant
    attempts: int = 0
    lease_until: Instant | None = None
    token: int = 0
    last_error: str = ""
    holds_up: bool = True
    done: bool = False
    last_at: Instant | None = None


@dataclass(slots=True)
class _State:
    entries: list[Entry] = field(default_factory=list)
    by_id: dict[MessageId, Entry] = field(default_factory=dict)
    nodes: dict[tuple[int, int], bytes] = field(default_factory=dict)
    outbox: dict[tuple[MessageId, PartyCode], _OutboxRow] = field(default_factory=dict)
    drafts: dict[MessageId, StoredDraft] = field(default_factory=dict)
    enclosures: dict[Digest, Enclosure] = field(default_factory=dict)
    exhibits: dict[SealId, KeptExhibit] = field(default_factory=dict)
    heads: dict[int, Head] = field(default_factory=dict)
    peer_heads: dict[PartyCode, Head] = field(default_factory=dict)
    forks: dict[PartyCode, SeenFork] = field(default_factory=dict)
    stamps: dict[tuple[Digest, int], KeptStamp] = field(default_factory=dict)
    stampings: dict[Digest, Stamping] = field(default_factory=dict)

    def copied(self) -> _State:
        return _State(*(getattr(self, one.name).copy() for one in fields(self)))

    def node(self, level: int, index: int) -> bytes:
        found = self.nodes.get((level, index))
        if found is None:
            raise JournalCorrupt(f"tree-node {level}/{index}")
        return found

    def receipts_of(self, message: MessageId) -> tuple[Entry, ...]:
        return tuple(entry for entry in self.entries if entry.subject == message and entry.kind == "receipt")


class MemoryTransaction:
    """``exchange.journal.Transaction`` on a copy."""

    def __init__(self, state: _State) -> None:
        self._state = state

    def log_size(self) -> int:
        return len(self._state.entries)

    def tree_node(self, level: int, index: int) -> bytes:
        return self._state.node(level, index)

    def append(self, entry: Entry, nodes: Sequence[Node]) -> None:
        if entry.place.index != self.log_size():
            raise ValueError(f"an entry for place {entry.place.index} of a log of {self.log_size()}")
        fresh = {(level, index): here for level, index, here in nodes}
        if entry.id in self._state.by_id or fresh.keys() & self._state.nodes.keys():
            raise JournalCorrupt(entry.id)
        self._state.entries.append(entry)
        self._state.by_id[entry.id] = entry
        self._state.nodes.update(fresh)

    def entry(self, entry: MessageId) -> Entry | None:
        return self._state.by_id.get(entry)

    def receipts_of(self, message: MessageId) -> tuple[Entry, ...]:
        return self._state.receipts_of(message)

    def enqueue(self, message: MessageId, party: PartyCode, due: Instant) -> None:
        self._state.outbox.setdefault((message, party), _OutboxRow(message, party, due))

    def delivered(self, message: MessageId, party: PartyCode) -> None:
        row = self._state.outbox.get((message, party))
        if row is not None:
            self._state.outbox[message, party] = replace(row, done=True, lease_until=None, last_error="")

    def put_draft(self, draft: StoredDraft) -> None:
        self._state.drafts[draft.id] = draft

    def drop_draft(self, draft: MessageId) -> None:
        self._state.drafts.pop(draft, None)

    def put_enclosure(self, enclosure: Enclosure) -> None:
        self._state.enclosures[enclosure.id] = enclosure

    def drop_enclosure(self, enclosure: Digest) -> None:
        self._state.enclosures.pop(enclosure, None)

    def put_exhibit(self, exhibit: KeptExhibit) -> None:
        self._state.exhibits[exhibit.seal] = exhibit

    def put_head(self, head: Head) -> None:
        known = self._state.heads.get(head.size)
        if head.size > self.log_size() or (known is not None and known.root != head.root):
            raise JournalCorrupt(f"head {head.size}")
        self._state.heads[head.size] = head

    def peer_head(self, party: PartyCode) -> Head | None:
        return self._state.peer_heads.get(party)

    def put_peer_head(self, party: PartyCode, head: Head) -> None:
        self._state.peer_heads[party] = head

    def put_fork(
        self, party: PartyCode, held: bytes, shown: bytes, path: Sequence[bytes] = (), at: Instant | None = None
    ) -> bool:
        known = self._state.forks.get(party) or SeenFork(party, held, shown, 0, tuple(path), at)
        self._state.forks[party] = replace(known, times=known.times + 1)
        return known.times == 0

    def put_stamp(self, stamp: KeptStamp, ask_again: Instant) -> None:
        self._state.stamps.setdefault((stamp.authority, stamp.size), stamp)
        self._state.stampings[stamp.authority] = Stamping(stamp.authority, 0, ask_again, "")


class MemoryJournal:
    """``exchange.journal.Journal`` in one process."""

    def __init__(self) -> None:
        self._state = _State()
        self._lock = threading.Lock()
        self._planned: list[tuple[BaseException, Outcome]] = []

    def fail_next_commit(self, error: BaseException, outcome: Outcome) -> None:
        """Let the next commit raise: nothing of it ``not-landed``, or all of it durable and only the answer lost."""
        self._planned.append((error, outcome))

    @contextmanager
    def begin(self) -> Iterator[MemoryTransaction]:
        with self._lock:
            copy = self._state.copied()
            yield MemoryTransaction(copy)
            error, outcome = self._planned.pop(0) if self._planned else (None, "landed")
            if outcome == "landed":
                self._state = copy
            if error is not None:
                raise error

    def entry(self, entry: MessageId) -> Entry | None:
        return self._state.by_id.get(entry)

    def receipts_of(self, message: MessageId) -> tuple[Entry, ...]:
        return self._state.receipts_of(message)

    def case_entries(self, case: CaseRef) -> tuple[Entry, ...]:
        return tuple(entry for entry in self._state.entries if entry.case == case and entry.kind != "record")

    def cases(self) -> tuple[CaseRow, ...]:
        found: dict[CaseRef, CaseRow] = {}
        for entry in self._state.entries:
            if entry.kind == "record":
                continue
            row = found.get(entry.case) or CaseRow(entry.case, 0, entry.at, entry.at, entry.place.index)
            found[entry.case] = replace(row, entries=row.entries + 1, last_at=entry.at, last_index=entry.place.index)
        return tuple(sorted(found.values(), key=lambda row: -row.last_index))

    def records(self, limit: int, before: int | None = None) -> tuple[Entry, ...]:
        found = [one for one in self._state.entries if one.kind == "record"]
        return tuple(reversed([one for one in found if before is None or one.place.index < before]))[:limit]

    def records_of(self, case: CaseRef) -> tuple[Entry, ...]:
        return tuple(one for one in self._state.entries if one.kind == "record" and one.case == case)

    def find_case(self, prefix: str) -> tuple[CaseRef, ...]:
        return tuple(sorted(row.case for row in self.cases() if row.case.startswith(prefix.lower())))

    def entries(self) -> Iterator[Entry]:
        yield from tuple(self._state.entries)

    def log_size(self) -> int:
        return len(self._state.entries)

    def tree_node(self, level: int, index: int) -> bytes:
        return self._state.node(level, index)

    def tree_nodes(self, level: int, start: int, end: int) -> tuple[bytes, ...]:
        return tuple(self._state.node(level, index) for index in range(start, end))

    def leaf_entries(self, start: int, end: int) -> tuple[bytes, ...]:
        entries = self._state.entries
        if not 0 <= start <= end <= len(entries):
            raise OutOfTree("leaves", end, len(entries))
        return tuple(blind_entry(bytes.fromhex(one.place.salt), one.id) for one in entries[start:end])

    def head(self) -> Head | None:
        heads = self._state.heads
        return heads[max(heads)] if heads else None

    def peer_head(self, party: PartyCode) -> Head | None:
        return self._state.peer_heads.get(party)

    def forks(self) -> tuple[SeenFork, ...]:
        return tuple(self._state.forks[party] for party in sorted(self._state.forks))

    def newest_stamp(self, authority: Digest) -> KeptStamp | None:
        found = [one for one in self._state.stamps.values() if one.authority == authority]
        return max(found, key=lambda one: one.size, default=None)

    def stamps_covering(self, index: int) -> tuple[KeptStamp, ...]:
        found: dict[Digest, KeptStamp] = {}
        for (authority, size), stamp in sorted(self._state.stamps.items()):
            if size > index:
                found.setdefault(authority, stamp)
        return tuple(found.values())

    def claim_stamping(
        self, authority: Digest, now: Instant, until: Instant, longest_pause: timedelta = LONGEST_PAUSE
    ) -> int | None:
        with self._lock:
            known = self._state.stampings.get(authority) or Stamping(authority, 0, now, "")
            if now < known.next_at <= now + longest_pause:
                return None
            self._state.stampings[authority] = replace(known, next_at=until)
            return known.attempts

    def put_off_stamping(self, authority: Digest, next_at: Instant, attempts: int, error: str) -> None:
        with self._lock:
            self._state.stampings[authority] = Stamping(authority, attempts, next_at, error)

    def stampings(self) -> tuple[Stamping, ...]:
        return tuple(self._state.stampings[one] for one in sorted(self._state.stampings))

    def lease(
        self, now: Instant, duration: timedelta, limit: int, longest_pause: timedelta = LONGEST_PAUSE
    ) -> tuple[Delivery, ...]:
        with self._lock:
            due = _due(self._state.outbox, now, Instant(now + 2 * duration), Instant(now + longest_pause))
            taken = sorted(due, key=lambda row: row.next_at)[:limit]
            for row in taken:
                self._state.outbox[row.message, row.party] = replace(
                    row,
                    lease_until=Instant(now + duration),
                    token=row.token + 1,
                    attempts=row.attempts + 1,
                    last_at=now,
                )
        return tuple(Delivery(row.message, row.party, row.attempts, row.token + 1) for row in taken)

    def heartbeat(self, delivery: Delivery, until: Instant) -> None:
        with self._lock:
            row = self._held(delivery)
            if row is None:
                raise LostLease(delivery.message)
            self._state.outbox[row.message, row.party] = replace(row, lease_until=until)

    def retry(self, delivery: Delivery, at: Instant, error: str, *, holds_up: bool = True) -> None:
        with self._lock:
            row = self._held(delivery)
            if row is not None:
                self._state.outbox[row.message, row.party] = replace(
                    row, next_at=at, lease_until=None, last_error=error, holds_up=holds_up
                )

    def waiting(self) -> tuple[Waiting, ...]:
        return tuple(
            Waiting(row.message, row.party, row.attempts, row.next_at, row.last_error, row.last_at)
            for row in self._state.outbox.values()
            if not row.done
        )

    def is_waiting(self, message: MessageId, party: PartyCode) -> bool:
        return any(one.message == message and one.party == party for one in self.waiting())

    def draft(self, draft: MessageId) -> StoredDraft | None:
        return self._state.drafts.get(draft)

    def drafts(self) -> tuple[StoredDraft, ...]:
        return tuple(sorted(self._state.drafts.values(), key=lambda draft: (draft.at, draft.id)))

    def enclosure(self, enclosure: Digest) -> Enclosure | None:
        return self._state.enclosures.get(enclosure)

    def enclosed(self) -> tuple[tuple[Digest, Instant], ...]:
        found = ((one.id, one.at) for one in self._state.enclosures.values())
        return tuple(sorted(found, key=lambda one: (one[1], one[0])))

    def exhibit(self, seal: SealId) -> KeptExhibit | None:
        return self._state.exhibits.get(seal)

    def exhibits(self) -> tuple[KeptExhibit, ...]:
        return tuple(self._state.exhibits[seal] for seal in sorted(self._state.exhibits))

    def _held(self, delivery: Delivery) -> _OutboxRow | None:
        row = self._state.outbox.get((delivery.message, delivery.party))
        return row if row is not None and row.token == delivery.token and not row.done else None


def _due(
    outbox: dict[tuple[MessageId, PartyCode], _OutboxRow], now: Instant, last_lease: Instant, last_due: Instant
) -> Iterator[_OutboxRow]:
    """The first waiting row of each Party that has nothing in flight, if its time has come or cannot be true."""
    seen: set[PartyCode] = {
        row.party
        for row in outbox.values()
        if not row.done and row.lease_until is not None and now < row.lease_until <= last_lease
    }
    for row in outbox.values():
        if row.done or row.party in seen:
            continue
        is_due = not now < row.next_at <= last_due
        if is_due:
            yield row
        if row.holds_up or is_due:
            seen.add(row.party)
