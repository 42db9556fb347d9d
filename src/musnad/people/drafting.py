"""What a person is writing and has not said yet: working drafts, and templates of one's own.

A row's content is closed under the node's storage key for this row, person, kind and revision; nothing of it stands in
clear. Every saving names the revision that it was made from: an older window never writes over a newer one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from django.db import IntegrityError, models, transaction

from musnad.core.kernel.ijson import JsonObject, parse_object, write_canonical
from musnad.core.kernel.names import Entropy, MessageId
from musnad.exchange.errors import UnknownDraft
from musnad.records.at_rest import RestKey

if TYPE_CHECKING:
    from datetime import datetime

    Text = models.CharField[str, str]
    Number = models.IntegerField[int, int]
    Octets = models.BinaryField[bytes, bytes | memoryview]
    Moment = models.DateTimeField[datetime, datetime]

Kind = Literal["draft", "template"]
ID_LENGTH = 32
ID_FORM = re.compile(f"[0-9a-f]{{{ID_LENGTH}}}")
CONTENT_LIMIT_OCTETS = 4 * 1024 * 1024
_TABLE = "people-working-draft"


class WorkingDraft(models.Model):
    """``person`` is the key of the seat that writes; ``kind`` a draft or a template."""

    id: Text = models.CharField(max_length=ID_LENGTH, primary_key=True)
    person: Number = models.IntegerField()
    kind: Text = models.CharField(max_length=8)
    revision: Number = models.IntegerField()
    saved_at: Moment = models.DateTimeField()
    sealed: Octets = models.BinaryField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["person", "kind", "-saved_at"], name="people_working_draft_mine")]

    def __str__(self) -> str:
        return f"working draft {self.pk}"


@dataclass(frozen=True, slots=True)
class Kept:
    """A draft or template as it is kept; ``revision`` counts its savings from one."""

    id: str
    kind: Kind
    revision: int
    saved_at: datetime
    content: JsonObject


@dataclass(frozen=True, slots=True)
class Saved:
    """``kept`` is what stands now; where ``conflict``, somebody saved it since, and nothing was written."""

    kept: Kept
    conflict: bool = False


def new_id(entropy: Entropy) -> str:
    return entropy(ID_LENGTH // 2).hex()


def keep(
    rest: RestKey, person: int, own_id: str, kind: Kind, content: JsonObject, *, revision: int, at: datetime
) -> Saved:
    """Save what was made from ``revision`` (0: it is new), unless the row has moved on.

    Raises:
        UnknownDraft: there is no such row of this person (any more).
        TooLarge: the content is larger than is kept.
    """
    data = write_canonical(content)
    parse_object(data, what="working draft", limit_octets=CONTENT_LIMIT_OCTETS)
    fresh = revision + 1
    row = WorkingDraft(
        id=own_id,
        person=person,
        kind=kind,
        revision=fresh,
        saved_at=at,
        sealed=rest.close(_TABLE, own_id, data, **_facts(person, kind, fresh)),
    )
    if revision == 0:
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError:
            return Saved(find(rest, person, own_id), conflict=True)
        return Saved(Kept(own_id, kind, fresh, at, content))
    mine = WorkingDraft.objects.filter(pk=own_id, person=person, kind=kind, revision=revision)
    if mine.update(revision=fresh, saved_at=at, sealed=row.sealed) == 0:
        return Saved(find(rest, person, own_id), conflict=True)
    return Saved(Kept(own_id, kind, fresh, at, content))


def find(rest: RestKey, person: int, own_id: str) -> Kept:
    """Raises ``UnknownDraft`` where this person has none of that id, ``JournalCorrupt`` where it was tampered with."""
    row = WorkingDraft.objects.filter(pk=own_id, person=person).first()
    if row is None:
        raise UnknownDraft(MessageId(own_id))
    return _open(rest, row)


def mine(rest: RestKey, person: int, kind: Kind) -> tuple[Kept, ...]:
    """The newest first."""
    rows = WorkingDraft.objects.filter(person=person, kind=kind).order_by("-saved_at")
    return tuple(_open(rest, row) for row in rows)


def forget(person: int, own_id: str) -> None:
    """Delete it; nothing where there is none."""
    WorkingDraft.objects.filter(pk=own_id, person=person).delete()


def _open(rest: RestKey, row: WorkingDraft) -> Kept:
    kind: Kind = "template" if row.kind == "template" else "draft"
    data = rest.open(_TABLE, row.pk, bytes(row.sealed), **_facts(row.person, kind, row.revision))
    content = parse_object(data, what="working draft", limit_octets=CONTENT_LIMIT_OCTETS)
    return Kept(row.pk, kind, row.revision, row.saved_at, content)


def _facts(person: int, kind: Kind, revision: int) -> dict[str, object]:
    return {"person": person, "kind": kind, "revision": revision}
