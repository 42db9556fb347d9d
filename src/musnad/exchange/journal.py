"""The journal port: the node's durable, append-only list of what it admitted, with its blind log and its outbox.

One transaction holds everything that one admission does: the entry, its leaf and tree nodes, the outbox rows, the
receipts. What a transaction wrote is durable when its block ends without an error; with an error nothing of it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal, Protocol

from musnad.core.kernel.names import AuthorityId, CaseRef, Digest, MessageId, PartyCode, SealId
from musnad.core.kernel.times import Instant
from musnad.core.messages.receipt import DirectoryRef, Place
from musnad.core.transparency.tree import Node

EntryKind = Literal["message", "receipt", "not-understood", "record"]
LONGEST_PAUSE = timedelta(days=1)
"""The longest that a delivery may be put off, where its caller names no shorter time."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One admitted thing, at its place of this node's log.

    ``signed`` are the DSSE bytes as received. ``subject`` is, for a receipt, the message it is for; for a message its
    own id. ``own`` says that an authority of this node signed it. ``author_place`` is where the sender's node says it
    journalled the message in its own log (proven only by an inclusion proof).
    """

    id: MessageId
    kind: EntryKind
    case: CaseRef
    subject: MessageId
    own: bool
    signed: bytes
    place: Place
    at: Instant
    directory: DirectoryRef
    author_place: Place | None = None


@dataclass(frozen=True, slots=True)
class CaseRow:
    """What the journal can say of a case without opening it."""

    case: CaseRef
    entries: int
    first_at: Instant
    last_at: Instant
    last_index: int


@dataclass(frozen=True, slots=True)
class Delivery:
    """A leased row of the outbox. ``token`` is the fencing token: a stale holder's mark is refused."""

    message: MessageId
    party: PartyCode
    attempts: int
    token: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """A delivery not yet done, for people to see."""

    message: MessageId
    party: PartyCode
    attempts: int
    next_at: Instant
    last_error: str
    last_at: Instant | None = None
    """When the last attempt began; None before the first, and for attempts from before this was kept."""


@dataclass(frozen=True, slots=True)
class StoredDraft:
    """A message composed and not yet sent: the DSSE so far, with the approvals signed so far."""

    id: MessageId
    signed: bytes
    at: Instant


@dataclass(frozen=True, slots=True)
class Enclosure:
    """What a draft names by its digest and does not hold: kept beside it until it is done with, or abandoned."""

    id: Digest
    case: CaseRef
    at: Instant
    data: bytes = field(repr=False)


KeptState = Literal["sealed", "offered", "receiving", "received", "removed"]
"""``removed``: returned or destroyed; the key is empty, and only the manifest is left."""


@dataclass(frozen=True, slots=True)
class KeptExhibit:
    """An exhibit in this node's vault: its key (secret), its signed manifest (DSSE bytes), and how it came here.

    ``holders`` are the authorities that the offer wrapped the key to: the only ones it is served to.
    """

    seal: SealId
    key: bytes = field(repr=False)
    manifest: bytes = field(repr=False)
    state: KeptState
    case: CaseRef | None = None
    holders: tuple[AuthorityId, ...] = ()


@dataclass(frozen=True, slots=True)
class Head:
    """A signed head of a log as kept: its size, root, and note with the cosignatures known so far."""

    size: int
    root: bytes
    note: bytes


@dataclass(frozen=True, slots=True)
class SeenFork:
    """Two notes that a Party's log signed and that cannot both be true; how often it has shown such a thing.

    ``path`` opens the larger tree at the smaller size (``core.transparency.split``); empty for two roots of one size.
    ``at`` is when this node first knew; None for what an older version kept.
    """

    party: PartyCode
    held: bytes
    shown: bytes
    times: int
    path: tuple[bytes, ...] = ()
    at: Instant | None = None


@dataclass(frozen=True, slots=True)
class KeptStamp:
    """A time stamp over this log's signed checkpoint of ``size``: it held when it was stored.

    ``note`` are the octets that are stamped, ``authority`` is the SHA-256 of ``anchor``, the root's certificate (DER).
    ``at`` bounds the time: no later than then.
    """

    size: int
    authority: Digest
    anchor: bytes = field(repr=False)
    note: bytes = field(repr=False)
    request: bytes = field(repr=False)
    answer: bytes = field(repr=False)
    at: Instant


@dataclass(frozen=True, slots=True)
class Stamping:
    """How it stands with one stamp authority: attempts that failed in a row, when it is asked again, and why."""

    authority: Digest
    attempts: int
    next_at: Instant
    last_error: str


class Transaction(Protocol):
    """What may be written together. Methods are called between ``begin`` and the end of its block only."""

    def log_size(self) -> int:
        """The number of leaves, locked against other writers until the transaction ends."""

    def tree_node(self, level: int, index: int) -> bytes: ...

    def append(self, entry: Entry, nodes: Sequence[Node]) -> None:
        """Store the entry and the tree nodes that its leaf completes; its index must be ``log_size()``."""

    def entry(self, entry: MessageId) -> Entry | None: ...

    def receipts_of(self, message: MessageId) -> tuple[Entry, ...]: ...

    def enqueue(self, message: MessageId, party: PartyCode, due: Instant) -> None: ...

    def delivered(self, message: MessageId, party: PartyCode) -> None:
        """Mark a delivery done, whoever holds its lease: its receipts stand in this transaction."""

    def put_draft(self, draft: StoredDraft) -> None: ...

    def drop_draft(self, draft: MessageId) -> None: ...

    def put_enclosure(self, enclosure: Enclosure) -> None: ...

    def drop_enclosure(self, enclosure: Digest) -> None: ...

    def put_exhibit(self, exhibit: KeptExhibit) -> None: ...

    def put_head(self, head: Head) -> None:
        """Store this log's own signed head; the same size replaces (more cosignatures)."""

    def peer_head(self, party: PartyCode) -> Head | None: ...

    def put_peer_head(self, party: PartyCode, head: Head) -> None: ...

    def put_fork(
        self, party: PartyCode, held: bytes, shown: bytes, path: Sequence[bytes] = (), at: Instant | None = None
    ) -> bool:
        """Keep two notes of a Party's log that cannot both be true: the first two as proof, the rest as a count.

        Whether they are the first."""

    def put_stamp(self, stamp: KeptStamp, ask_again: Instant) -> None:
        """Keep a stamp; the authority is not asked again before then. One that stands already stays as it is."""


class Journal(Protocol):
    """Durable storage of one node."""

    def begin(self) -> AbstractContextManager[Transaction]: ...

    def entry(self, entry: MessageId) -> Entry | None: ...

    def receipts_of(self, message: MessageId) -> tuple[Entry, ...]: ...

    def case_entries(self, case: CaseRef) -> tuple[Entry, ...]:
        """Every message and receipt of the case in log order; empty for an unknown case. ``JournalCorrupt`` names a
        damaged one."""

    def cases(self) -> tuple[CaseRow, ...]:
        """Every case, newest entry first; records of the house count for nothing."""

    def records(self, limit: int, before: int | None = None) -> tuple[Entry, ...]:
        """Up to ``limit`` records of the house, the newest first; those before that place of the log."""

    def records_of(self, case: CaseRef) -> tuple[Entry, ...]:
        """Every record that is kept under this name, in log order."""

    def find_case(self, prefix: str) -> tuple[CaseRef, ...]: ...

    def entries(self) -> Iterator[Entry]:
        """All entries in log order, for rebuilding and checking."""

    def log_size(self) -> int: ...

    def tree_node(self, level: int, index: int) -> bytes: ...

    def tree_nodes(self, level: int, start: int, end: int) -> tuple[bytes, ...]:
        """The nodes ``start`` to ``end``, exclusive, of one level; ``JournalCorrupt`` where one of them is missing."""

    def leaf_entries(self, start: int, end: int) -> tuple[bytes, ...]:
        """The blind entries (32 octets each) of leaves ``start`` to ``end``, exclusive."""

    def head(self) -> Head | None:
        """This log's newest signed head."""

    def peer_head(self, party: PartyCode) -> Head | None: ...

    def forks(self) -> tuple[SeenFork, ...]:
        """The Parties whose logs forked before this node's eyes, with the proof; at most one each."""

    def newest_stamp(self, authority: Digest) -> KeptStamp | None:
        """The stamp of that authority over the largest tree."""

    def stamps_covering(self, index: int) -> tuple[KeptStamp, ...]:
        """Of each authority the stamp over the smallest tree that has leaf ``index``, by authority."""

    def claim_stamping(
        self, authority: Digest, now: Instant, until: Instant, longest_pause: timedelta = LONGEST_PAUSE
    ) -> int | None:
        """Be the one who asks an authority, until then: how many attempts failed before; None where it is not due.

        A due time more than ``longest_pause`` from now counts as past.
        """

    def put_off_stamping(self, authority: Digest, next_at: Instant, attempts: int, error: str) -> None:
        """The authority gave no stamp; it is asked again at that time."""

    def stampings(self) -> tuple[Stamping, ...]:
        """Every authority that was ever asked, by its digest."""

    def lease(
        self, now: Instant, duration: timedelta, limit: int, longest_pause: timedelta = LONGEST_PAUSE
    ) -> tuple[Delivery, ...]:
        """Take up to ``limit`` due deliveries, at most one a Party, for ``duration``.

        A time that a clock like ``now`` cannot have written counts as past: a lease that ends more than twice
        ``duration`` from now, a due time more than ``longest_pause`` from now. So a clock that ran ahead and was
        corrected silences nobody.
        """

    def heartbeat(self, delivery: Delivery, until: Instant) -> None:
        """Hold a lease for longer; ``LostLease`` where another took it."""

    def retry(self, delivery: Delivery, at: Instant, error: str, *, holds_up: bool = True) -> None:
        """Give a delivery back to be tried again at ``at``; a stale token changes nothing.

        The Party's later messages wait behind it, unless ``holds_up`` is false: then they pass what it will not take.
        """

    def waiting(self) -> tuple[Waiting, ...]: ...

    def is_waiting(self, message: MessageId, party: PartyCode) -> bool:
        """Whether that delivery is not done yet."""

    def draft(self, draft: MessageId) -> StoredDraft | None: ...

    def drafts(self) -> tuple[StoredDraft, ...]: ...

    def enclosure(self, enclosure: Digest) -> Enclosure | None: ...

    def enclosed(self) -> tuple[tuple[Digest, Instant], ...]:
        """The names and times of all enclosures, the oldest first."""

    def exhibit(self, seal: SealId) -> KeptExhibit | None: ...

    def exhibits(self) -> tuple[KeptExhibit, ...]: ...


def place_of(index: int, salt: bytes) -> Place:
    """A leaf's place from its index and raw salt."""
    return Place(index, Digest(salt.hex()))
