"""The outbox's leases: who delivers what, for how long, and what a stale holder may no longer do.

1. A Party with a delivery in flight gets no second one. 2. Its first waiting message is the only candidate, unless the
Party will not take that one (``holds_up`` cleared): then the next that is due. 3. A lease that has run out is taken
over with a higher token. A Party that is down has nothing due and so delays no other.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import F, Min, Q, QuerySet

from musnad.core.kernel.names import MessageId, PartyCode
from musnad.core.kernel.times import Instant, instant
from musnad.exchange.errors import LostLease
from musnad.exchange.journal import Delivery, Waiting
from musnad.records.models import OutboxRow
from musnad.records.transaction import lock_in_transaction

_ERROR_LENGTH = 200


def lease(using: str, now: Instant, duration: timedelta, limit: int) -> tuple[Delivery, ...]:
    """Take up to ``limit`` due deliveries, the longest due first."""
    if not _due(using, now).exists():  # a quiet worker takes no lock
        return ()
    with transaction.atomic(using=using, durable=True):
        lock_in_transaction(using, "outbox")
        rows = list(_due(using, now).order_by("next_at", "id")[:limit])
        ids = [row.id for row in rows]
        OutboxRow.objects.using(using).filter(id__in=ids).update(
            lease_until=now + duration, token=F("token") + 1, attempts=F("attempts") + 1
        )
    return tuple(Delivery(MessageId(row.message), PartyCode(row.party), row.attempts, row.token + 1) for row in rows)


def heartbeat(using: str, delivery: Delivery, until: Instant) -> None:
    if not _held(using, delivery).update(lease_until=until):
        raise LostLease(delivery.message)


def retry(using: str, delivery: Delivery, at: Instant, error: str, *, holds_up: bool) -> None:
    _held(using, delivery).update(next_at=at, lease_until=None, last_error=error[:_ERROR_LENGTH], holds_up=holds_up)


def waiting(using: str) -> tuple[Waiting, ...]:
    rows = OutboxRow.objects.using(using).filter(done=False).order_by("id")
    return tuple(
        Waiting(MessageId(row.message), PartyCode(row.party), row.attempts, instant(row.next_at), row.last_error)
        for row in rows
    )


def is_waiting(using: str, message: MessageId, party: PartyCode) -> bool:
    return OutboxRow.objects.using(using).filter(message=message, party=party, done=False).exists()


def _due(using: str, now: Instant) -> QuerySet[OutboxRow]:
    rows = OutboxRow.objects.using(using).filter(done=False)
    in_flight = rows.filter(lease_until__gt=now).values("party")  # 1
    first = rows.filter(Q(holds_up=True) | Q(next_at__lte=now)).values("party").annotate(first=Min("id"))  # 2
    return rows.filter(id__in=first.values("first"), next_at__lte=now).exclude(party__in=in_flight)  # 3


def _held(using: str, delivery: Delivery) -> QuerySet[OutboxRow]:
    """The row if this delivery's lease is still the last one given: fencing."""
    return OutboxRow.objects.using(using).filter(
        message=delivery.message, party=delivery.party, token=delivery.token, done=False
    )
