"""Time stamps over this log's heads, and when each stamp authority is asked next."""

from __future__ import annotations

from datetime import timedelta

from musnad.core.kernel.names import Digest
from musnad.core.kernel.times import Instant, instant
from musnad.exchange.journal import KeptStamp, Stamping
from musnad.records.models import StampingRow, StampRow
from musnad.records.statements import fetch_rows

_ERROR_LENGTH = 200
_COVERING = """
WHERE ("authority", "size") IN (
    SELECT "authority", MIN("size") FROM "records_stamprow" WHERE "size" > %s GROUP BY "authority"
) ORDER BY "authority"
"""


def put_in_transaction(using: str, stamp: KeptStamp, ask_again: Instant) -> None:
    row = StampRow(
        size=stamp.size,
        authority=stamp.authority,
        anchor=stamp.anchor,
        note=stamp.note,
        request=stamp.request,
        answer=stamp.answer,
        at=stamp.at,
    )
    StampRow.objects.using(using).bulk_create([row], ignore_conflicts=True)
    _put(using, StampingRow(authority=stamp.authority, attempts=0, next_at=ask_again, last_error=""))


def newest(using: str, authority: Digest) -> KeptStamp | None:
    row = StampRow.objects.using(using).filter(authority=authority).order_by("-size").first()
    return None if row is None else _read(row)


def covering(using: str, index: int) -> tuple[KeptStamp, ...]:
    return tuple(_read(row) for row in fetch_rows(using, StampRow, _COVERING, index))


def is_due(using: str, authority: Digest, now: Instant, longest_pause: timedelta) -> bool:
    row = StampingRow.objects.using(using).filter(authority=authority).first()
    return row is None or not now < row.next_at <= now + longest_pause


def claim_in_transaction(using: str, authority: Digest, until: Instant) -> int:
    """Left to the caller: a lock, so that of several workers one asks."""
    row = StampingRow.objects.using(using).filter(authority=authority).first()
    attempts, error = (0, "") if row is None else (row.attempts, row.last_error)
    _put(using, StampingRow(authority=authority, attempts=attempts, next_at=until, last_error=error))
    return attempts


def put_off(using: str, authority: Digest, next_at: Instant, attempts: int, error: str) -> None:
    row = StampingRow(authority=authority, attempts=attempts, next_at=next_at, last_error=error[:_ERROR_LENGTH])
    _put(using, row)


def stampings(using: str) -> tuple[Stamping, ...]:
    rows = StampingRow.objects.using(using).order_by("authority")
    return tuple(Stamping(Digest(row.authority), row.attempts, instant(row.next_at), row.last_error) for row in rows)


def _put(using: str, row: StampingRow) -> None:
    StampingRow.objects.using(using).bulk_create(
        [row],
        update_conflicts=True,
        unique_fields=["authority"],
        update_fields=["attempts", "next_at", "last_error"],
    )


def _read(row: StampRow) -> KeptStamp:
    return KeptStamp(
        size=row.size,
        authority=Digest(row.authority),
        anchor=bytes(row.anchor),
        note=bytes(row.note),
        request=bytes(row.request),
        answer=bytes(row.answer),
        at=instant(row.at),
    )
