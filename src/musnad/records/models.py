"""The tables. Content stands in them only as ciphertext (see ``at_rest``); what is in clear is what the log's owner
must know without a key: places, ids, times, who is written to.

``JournalEntry`` and ``TreeNode`` only grow. ``CaseIndex``, ``AgendaLine``, ``FiledCase`` and ``SearchRow`` are read
tables: they can be dropped and rebuilt from the journal.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models

if TYPE_CHECKING:
    Text = models.CharField[str, str]
    Long = models.TextField[str, str]
    Whole = models.BigIntegerField[int, int]
    MaybeWhole = models.BigIntegerField[int | None, int | None]
    Small = models.SmallIntegerField[int, int]
    Number = models.IntegerField[int, int]
    Flag = models.BooleanField[bool, bool]
    Octets = models.BinaryField[bytes, bytes | memoryview]
    Moment = models.DateTimeField[datetime, datetime]
    CivilDay = models.DateField[date, date]
    MaybeMoment = models.DateTimeField[datetime | None, datetime | None]
    Serial = models.BigAutoField[int, int]

DIGEST_LENGTH = 64
PARTY_LENGTH = 12


def _digest(**options: Any) -> Text:
    return models.CharField(max_length=DIGEST_LENGTH, **options)


class Row(models.Model):
    """A row that shows its table and key, never its content."""

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self._meta.model_name} {self.pk}"


class LogState(Row):
    """One row a lock: ``log`` holds the number of leaves and is held by whoever writes; ``outbox`` by who leases."""

    name: Text = models.CharField(max_length=16, primary_key=True)
    size: Whole = models.BigIntegerField(default=0)


class JournalEntry(Row):
    """An admitted thing at its place; ``sealed`` is the signed bytes under the case's key."""

    index: Whole = models.BigIntegerField(primary_key=True)
    id: Text = _digest(unique=True)
    kind: Text = models.CharField(max_length=16)
    case: Text = _digest()
    subject: Text = _digest()
    own: Flag = models.BooleanField()
    sealed: Octets = models.BinaryField()
    salt: Text = _digest()
    author_index: MaybeWhole = models.BigIntegerField(null=True)
    author_salt: Text = _digest(default="")
    at: Moment = models.DateTimeField()
    directory_snapshot: Text = _digest()
    directory_version: Whole = models.BigIntegerField()
    directory_stale: Flag = models.BooleanField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["case", "index"], name="records_entry_case"),
            models.Index(fields=["subject", "kind"], name="records_entry_subject"),
            models.Index(fields=["-index"], condition=models.Q(kind="record"), name="records_entry_record"),
        ]


class TreeNode(Row):
    """The hash of one complete subtree of the blind log; it never changes once it stands."""

    pk = models.CompositePrimaryKey("level", "index")
    level: Small = models.SmallIntegerField()
    index: Whole = models.BigIntegerField()
    hash: Octets = models.BinaryField()


class LogHead(Row):
    """A signed head of this node's log, with the cosignatures known so far."""

    size: Whole = models.BigIntegerField(primary_key=True)
    root: Octets = models.BinaryField()
    note: Octets = models.BinaryField()


class PeerHead(Row):
    """The newest head of a peer's log that this node cosigned."""

    party: Text = models.CharField(max_length=PARTY_LENGTH, primary_key=True)
    size: Whole = models.BigIntegerField()
    root: Octets = models.BinaryField()
    note: Octets = models.BinaryField()


class PeerFork(Row):
    """The first two notes of a peer that cannot both be true, kept for oversight; and how many times it showed such.

    One row a Party, so that a log that forks again and again fills no disk.
    """

    party: Text = models.CharField(max_length=PARTY_LENGTH, primary_key=True)
    held: Octets = models.BinaryField()
    shown: Octets = models.BinaryField()
    times: Whole = models.BigIntegerField(default=1)
    path: Octets = models.BinaryField(default=b"")
    at: MaybeMoment = models.DateTimeField(null=True)


class StampRow(Row):
    """A time stamp over a signed head of this log. What is stamped is public, and so is the stamp."""

    id: Serial = models.BigAutoField(primary_key=True)
    size: Whole = models.BigIntegerField()
    authority: Text = _digest()
    anchor: Octets = models.BinaryField()
    note: Octets = models.BinaryField()
    request: Octets = models.BinaryField()
    answer: Octets = models.BinaryField()
    at: Moment = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["authority", "size"], name="records_stamp_once")]


class StampingRow(Row):
    """When a stamp authority is asked next, and how many attempts have failed in a row."""

    authority: Text = _digest(primary_key=True)
    attempts: Number = models.IntegerField(default=0)
    next_at: Moment = models.DateTimeField()
    last_error: Text = models.CharField(max_length=200, default="")


class CaseKey(Row):
    """The key of one case under the node's storage key. Deleting the row forgets the case's content for ever."""

    case: Text = _digest(primary_key=True)
    wrapped: Octets = models.BinaryField()


class CaseIndex(Row):
    """What is known of a case without opening it; rebuilt from the journal at will."""

    case: Text = _digest(primary_key=True)
    entries: Whole = models.BigIntegerField()
    first_at: Moment = models.DateTimeField()
    last_at: Moment = models.DateTimeField()
    last_index: Whole = models.BigIntegerField(db_index=True)


class AgendaFold(Row):
    """Up to which place of the journal the cases' lines in the agenda were made, and under what."""

    name: Text = models.CharField(max_length=16, primary_key=True)
    upto: Whole = models.BigIntegerField(default=-1)
    basis: Text = _digest(default="")


class AgendaLine(Row):
    """One thing that is due or ends in a case, under the case's key; in clear only what the list is sorted by.

    ``fault`` is the code of what keeps a case from being read: then nothing is sealed.
    """

    id: Serial = models.BigAutoField(primary_key=True)
    case: Text = _digest()
    number: Number = models.IntegerField()
    rank: Small = models.SmallIntegerField()
    last_day: CivilDay = models.DateField()
    warned_from: CivilDay = models.DateField()
    fault: Text = models.CharField(max_length=64, default="")
    sealed: Octets = models.BinaryField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["rank", "last_day", "case", "number"], name="records_agenda_order"),
            models.Index(fields=["case"], name="records_agenda_case"),
        ]


class FiledCase(Row):
    """A case as the inbox has it, under the case's key; in clear only what the shelves are sorted by.

    ``fault`` is the code of what keeps a case from being read: then nothing is sealed.
    """

    case: Text = _digest(primary_key=True)
    shelf: Small = models.SmallIntegerField()
    last_day: CivilDay = models.DateField()
    turn: Whole = models.BigIntegerField()
    ends_on: CivilDay = models.DateField()
    warned_from: CivilDay = models.DateField()
    fault: Text = models.CharField(max_length=64, default="")
    sealed: Octets = models.BinaryField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["shelf", "last_day", "turn", "case"], name="records_filed_shelf"),
            models.Index(fields=["ends_on", "turn", "case", "warned_from"], name="records_filed_ending"),
        ]


class SearchRow(Row):
    """The words of a case, under the case's key; ``id`` is the place of its last entry, ``under`` the number of the
    search key that its blinded words stand under (see ``search``)."""

    id: Whole = models.BigIntegerField(primary_key=True)
    case: Text = _digest(unique=True)
    under: Whole = models.BigIntegerField(db_index=True)
    sealed: Octets = models.BinaryField()


class Escalation(Row):
    """What this node noted as escalated, once a level, under the case's key: a record, not a read table."""

    id: Serial = models.BigAutoField(primary_key=True)
    case: Text = _digest(db_index=True)
    at: Moment = models.DateTimeField()
    sealed: Octets = models.BinaryField()


class TallyRow(Row):
    """A sum of the figures, over all cases: it names none."""

    id: Serial = models.BigAutoField(primary_key=True)
    month: Text = models.CharField(max_length=7)
    direction: Text = models.CharField(max_length=3)
    partner: Text = models.CharField(max_length=PARTY_LENGTH)
    measure: Text = models.CharField(max_length=64)
    exercise: Flag = models.BooleanField()
    what: Text = models.CharField(max_length=16)
    value: Text = models.CharField(max_length=64)
    number: Whole = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["month", "direction", "partner", "measure", "exercise", "what", "value"],
                name="records_tally_once",
            )
        ]


class CaseTally(Row):
    """What one case adds to the figures, under its key, to be taken away when it is folded again."""

    case: Text = _digest(primary_key=True)
    sealed: Octets = models.BinaryField()


class OutboxRow(Row):
    """One message for one Party. ``token`` grows with every lease: a stale holder's mark changes nothing.

    ``last_at`` is when the last of the ``attempts`` began. ``holds_up``: those after it for the same Party wait for it
    (order is kept); cleared for a message that the Party will not take, so that it does not hold up the others.
    """

    id: Serial = models.BigAutoField(primary_key=True)
    message: Text = _digest()
    party: Text = models.CharField(max_length=PARTY_LENGTH)
    attempts: Number = models.IntegerField(default=0)
    last_at: MaybeMoment = models.DateTimeField(null=True)
    next_at: Moment = models.DateTimeField()
    lease_until: MaybeMoment = models.DateTimeField(null=True)
    token: Whole = models.BigIntegerField(default=0)
    last_error: Text = models.CharField(max_length=200, default="")
    holds_up: Flag = models.BooleanField(default=True)
    done: Flag = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["message", "party"], name="records_outbox_once")]
        indexes: ClassVar = [
            models.Index(fields=["party", "id"], condition=models.Q(done=False), name="records_outbox_waiting")
        ]


class DraftRow(Row):
    """A message composed and not yet sent, under its case's key, or the storage key where it opens a case."""

    id: Text = _digest(primary_key=True)
    at: Moment = models.DateTimeField()
    sealed_under: Text = _digest(default="")
    sealed: Octets = models.BinaryField()


class EnclosureRow(Row):
    """What a draft names by its digest and does not hold, under its case's key."""

    id: Text = _digest(primary_key=True)
    at: Moment = models.DateTimeField()
    sealed_under: Text = _digest(default="")
    sealed: Octets = models.BinaryField()


class ExhibitRow(Row):
    """An exhibit in this node's vault: its key and manifest, under its case's key once it has a case.

    ``sealed_under`` is that case; empty where the storage key closes them. ``holders`` is a JSON list of authorities.
    """

    seal: Text = models.CharField(max_length=32, primary_key=True)
    state: Text = models.CharField(max_length=16)
    case: Text = _digest(default="")
    holders: Long = models.TextField(default="[]")
    sealed_under: Text = _digest(default="")
    sealed_key: Octets = models.BinaryField()
    sealed_manifest: Octets = models.BinaryField()
