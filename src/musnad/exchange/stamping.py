"""Time stamps over this log's heads: asked for beside everything else, so that an authority that is down stops nothing.

One stamp is over the newest head and so covers all that was not stamped before: whatever an authority missed while it
was down is made good by its first answer. An authority is asked at most once in its time while it answers, and after
ever longer pauses while it does not; of several workers one asks.
"""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Protocol

from musnad.core.crypto.errors import BadStamp
from musnad.core.crypto.stamp import StampAnchor, ask_stamp, verify_stamp
from musnad.core.kernel.errors import Corrupt, MusnadError
from musnad.core.kernel.times import Instant, instant
from musnad.core.transparency.stamped import stamped_octets
from musnad.exchange.delivery import back_off_seconds
from musnad.exchange.journal import Head, KeptStamp
from musnad.exchange.ports import Ports

LEASE = timedelta(minutes=2)
"""How long one worker has to ask; longer than any adapter waits for an answer."""
CLOCKS_APART = timedelta(hours=36)
"""How far an authority's time may be from this node's clock; as for requests between nodes."""


class StampAuthority(Protocol):
    """One that answers RFC 3161 requests, and the certificate by which this node trusts it."""

    @property
    def anchor(self) -> StampAnchor: ...

    def ask(self, request: bytes) -> bytes:
        """Its answer as it came, within limits of time and size; ``StampUnreachable`` where there is none."""


def stamp_newest(
    ports: Ports, authority: StampAuthority, *, every_seconds: float, back_off_limit_seconds: float
) -> KeptStamp | None:
    """Have the newest signed head stamped, where it is not yet and the authority is due to be asked; the stamp, kept.

    Raises:
        StampUnreachable, StampNotGranted, BadStamp, BadStampForm, TooLarge: there is no stamp this time. When the
            authority is asked again is kept, and nothing else.
    """
    fingerprint, now = authority.anchor.fingerprint, ports.clock.now()
    longest = timedelta(seconds=max(every_seconds, back_off_limit_seconds)) + LEASE
    head = _unstamped(ports, authority)
    if head is None:
        return None
    attempts = ports.journal.claim_stamping(fingerprint, now, instant(now + LEASE), longest)
    if attempts is None:
        return None
    try:
        stamp = _obtain(ports, authority, head)
    except Corrupt:
        raise
    except MusnadError as error:
        jitter = ports.entropy(1)[0] / 255
        pause = timedelta(seconds=math.ceil(back_off_seconds(attempts, jitter, back_off_limit_seconds)))
        again = Instant(ports.clock.now() + pause)
        ports.journal.put_off_stamping(fingerprint, again, attempts + 1, error.code)
        raise
    with ports.journal.begin() as transaction:
        transaction.put_stamp(stamp, Instant(now + timedelta(seconds=every_seconds)))
    return stamp


def _unstamped(ports: Ports, authority: StampAuthority) -> Head | None:
    head, newest = ports.journal.head(), ports.journal.newest_stamp(authority.anchor.fingerprint)
    if head is None or head.size == 0 or (newest is not None and newest.size >= head.size):
        return None
    return head


def _obtain(ports: Ports, authority: StampAuthority, head: Head) -> KeptStamp:
    octets = stamped_octets(head.note, ports.keys.log.public)
    request = ask_stamp(octets)
    answer = authority.ask(request)
    stamp = verify_stamp(request, answer, octets, [authority.anchor])
    if abs(stamp.at - ports.clock.now()) > CLOCKS_APART:
        raise BadStamp("its time is more than 36 hours from this node's clock")
    anchor = authority.anchor
    return KeptStamp(head.size, anchor.fingerprint, anchor.der, octets, request, answer, stamp.at)
