"""The outbox's leases: who delivers what, for how long, and what a stale holder may no longer do.

1. A Party with a delivery in flight gets no second one. 2. Its first waiting message is the only candidate, unless the
Party will not take that one (``holds_up`` cleared): then the next that is due. 3. A lease that has run out is taken
over with a higher token. 4. A time that is too far ahead for this clock to have written it counts as past. A Party that
is down has nothing due and so delays no other.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet

from musnad.core.kernel.names import MessageId, PartyCode
from musnad.core.kernel.times import Instant, instant
from musnad.exchange.errors import LostLease
from musnad.exchange.journal import Delivery, Waiting
from musnad.records.models import OutboxRow
from musnad.records.statements import change, fetch_one, fetch_rows
from musnad.records.transaction import lock_in_transaction

_ERROR_LENGTH = 200
_DUE = """
WHERE NOT "done" AND ("next_at" <= %s OR "next_at" > %s) -- 4
AND "party" NOT IN (
    SELECT "party" FROM "records_outboxrow" WHERE NOT "done" AND "lease_until" > %s AND "lease_until" <= %s
) -- 1, 4
AND "id" IN (
    SELECT MIN("id") FROM "records_outboxrow"
    WHERE NOT "done" AND ("holds_up" OR "next_at" <= %s OR "next_at" > %s) GROUP BY "party"
) -- 2, 3, 4
ORDER BY "next_at", "id" LIMIT %s
"""
_LEASE = """
UPDATE "records_outboxrow" SET "lease_until" = %s, "last_at" = %s, "token" = "token" + 1, "attempts" = "attempts" + 1
WHERE "id" = %s
"""
_WAITS = 'SELECT 1 FROM "records_outboxrow" WHERE "message" = %s AND "party" = %s AND NOT "done"'
_HEARTBEAT = """
UPDATE "records_outboxrow" SET "lease_until" = %s
WHERE "message" = %s AND "party" = %s AND "token" = %s AND NOT "done"
"""


def lease(using: str, now: Instant, duration: timedelta, limit: int, longest_pause: timedelta) -> tuple[Delivery, ...]:
    """Take up to ``limit`` due deliveries, the longest due first."""
    last_lease, last_due = now + 2 * duration, now + longest_pause
    times = (now, last_due, now, last_lease, now, last_due)
    if not fetch_rows(using, OutboxRow, _DUE, *times, 1):  # a quiet worker takes no lock
        return ()
    with transaction.atomic(using=using, durable=True):
        lock_in_transaction(using, "outbox")
        rows = fetch_rows(using, OutboxRow, _DUE, *times, limit)
        for row in rows:
            change(using, _LEASE, now + duration, now, row.id)
    return tuple(Delivery(MessageId(row.message), PartyCode(row.party), row.attempts, row.token + 1) for row in rows)


def heartbeat(using: str, delivery: Delivery, until: Instant) -> None:
    if not change(using, _HEARTBEAT, until, delivery.message, delivery.party, delivery.token):
        raise LostLease(delivery.message)


def retry(using: str, delivery: Delivery, at: Instant, error: str, *, holds_up: bool) -> None:
    _held(using, delivery).update(next_at=at, lease_until=None, last_error=error[:_ERROR_LENGTH], holds_up=holds_up)


def waiting(using: str) -> tuple[Waiting, ...]:
    rows = OutboxRow.objects.using(using).filter(done=False).order_by("id")
    return tuple(
        Waiting(
            MessageId(row.message),
            PartyCode(row.party),
            row.attempts,
            instant(row.next_at),
            row.last_error,
            None if row.last_at is None else instant(row.last_at),
        )
        for row in rows
    )


def is_waiting(using: str, message: MessageId, party: PartyCode) -> bool:
    return fetch_one(using, _WAITS, message, party) is not None


def _held(using: str, delivery: Delivery) -> QuerySet[OutboxRow]:
    """The row if this delivery's lease is still the last one given: fencing."""
    return OutboxRow.objects.using(using).filter(
        message=delivery.message, party=delivery.party, token=delivery.token, done=False
    )
