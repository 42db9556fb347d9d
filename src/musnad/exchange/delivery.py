"""Delivery: what the worker does with the outbox, for as long as it takes.

A delivery is leased for a while with a fencing token and held by a heartbeat; a worker that dies loses its lease and
another takes over. It is at least once: the receiver knows a message by its id. It is done when the signed receipts
stand in the journal, never before. Every Party has its own pace, so one that is down delays nobody else.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from math import ceil

from musnad.core.directory.entry import Party
from musnad.core.directory.judge import Directory
from musnad.core.envelope.envelope import close_envelope
from musnad.core.kernel.errors import Corrupt, MusnadError, Unavailable
from musnad.core.kernel.names import MessageId, PartyCode, party_of
from musnad.core.kernel.times import instant
from musnad.exchange.admission import admit_receipt
from musnad.exchange.errors import PeerGarbage, UnknownMessage
from musnad.exchange.journal import Delivery, Entry
from musnad.exchange.ports import Ports
from musnad.exchange.signed import message_in

LEASE = timedelta(seconds=10)
LEASE_LIMIT = 8
BACK_OFF_FIRST_SECONDS = 1.0
BACK_OFF_LIMIT_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class Delivered:
    """One attempt: ``error`` is the code of what went wrong, or ``None`` when the receipts are durable."""

    message: MessageId
    party: PartyCode
    error: str | None


def deliver_due(ports: Ports, back_off_limit_seconds: float = BACK_OFF_LIMIT_SECONDS) -> tuple[Delivered, ...]:
    """Lease what is due and try each once, one after the other; a worker tries them beside each other."""
    leased = lease_due(ports, LEASE_LIMIT, back_off_limit_seconds)
    return tuple(attempt(ports, delivery, back_off_limit_seconds) for delivery in leased)


def lease_due(ports: Ports, limit: int, back_off_limit_seconds: float = BACK_OFF_LIMIT_SECONDS) -> tuple[Delivery, ...]:
    """Take up to ``limit`` due deliveries, at most one a Party; nothing is put off for longer than the limit."""
    longest = timedelta(seconds=back_off_limit_seconds)
    leased = ports.journal.lease(ports.clock.now(), LEASE, limit, longest)
    for _ in leased:
        ports.steps.reached("delivery.leased", "after")
    return leased


def hold(ports: Ports, delivery: Delivery) -> None:
    """The heartbeat of a delivery that is under way; ``LostLease`` where another worker took it."""
    ports.journal.heartbeat(delivery, instant(ports.clock.now() + LEASE))


def attempt(ports: Ports, delivery: Delivery, back_off_limit_seconds: float = BACK_OFF_LIMIT_SECONDS) -> Delivered:
    """Try a leased delivery once; a failure is given back with a later time, never dropped.

    While the peer is out of reach its later messages wait behind this one; what it refuses holds up nothing. Raises
    ``Corrupt`` where our own bytes are: that is for oversight, not for another try.
    """
    try:
        deliver(ports, delivery)
    except Corrupt:
        raise
    except MusnadError as found:
        pause = back_off_seconds(delivery.attempts, ports.entropy(1)[0] / 255, back_off_limit_seconds)
        due = instant(ports.clock.now() + timedelta(seconds=ceil(pause)))  # an instant has no parts of a second
        ports.journal.retry(delivery, due, found.code, holds_up=isinstance(found, Unavailable))
        return Delivered(delivery.message, delivery.party, found.code)
    return Delivered(delivery.message, delivery.party, None)


def deliver(ports: Ports, delivery: Delivery) -> None:
    """Close the message for its recipients' present keys, hand it over, and admit the receipts that come back."""
    directory = ports.directories.current()
    sent = _sent(ports, delivery.message)
    envelope, party = _closed(ports, sent, delivery.party, directory)
    receipts = ports.wire.deliver(party, envelope, sent.place)
    ports.steps.reached("delivery.answered", "after")
    for receipt in receipts:
        admit_receipt(ports, receipt, delivery.party)
    if ports.journal.is_waiting(delivery.message, delivery.party):
        raise PeerGarbage(delivery.party, "receipts missing")


def closed_for(ports: Ports, message: MessageId, party: PartyCode, directory: Directory) -> tuple[bytes, Party]:
    """The envelope bytes of an own message for all its recipients, and the directory's entry of ``party``."""
    return _closed(ports, _sent(ports, message), party, directory)


def _sent(ports: Ports, message: MessageId) -> Entry:
    entry = ports.journal.entry(message)
    if entry is None:
        raise UnknownMessage(message)
    return entry


def _closed(ports: Ports, entry: Entry, party: PartyCode, directory: Directory) -> tuple[bytes, Party]:
    to = message_in(entry.signed).to
    now = ports.clock.now()
    keys = {one: directory.wrapping_key(one, now) for one in to if directory.lists(party_of(one))}
    if party not in {party_of(recipient) for recipient in to}:
        raise UnknownMessage(entry.id)
    return close_envelope(entry.signed, keys, ports.entropy).write(), directory.party(party)


def back_off_seconds(attempts: int, jitter: float, limit_seconds: float) -> float:
    """Exponential back-off with full jitter above half: ``attempts`` made so far, ``jitter`` in 0..1."""
    ceiling = min(limit_seconds, BACK_OFF_FIRST_SECONDS * (1 << min(attempts, 16)))
    return ceiling * (0.5 + jitter / 2)
