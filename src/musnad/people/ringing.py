"""Rings held against what escalates: begun, ended with their reason, and rung again while nobody has answered.

1. Every escalation that stands has its ring, whichever process noted it. 2. A ring whose escalation is gone ends by
itself, which is noted; not while its case cannot be read. It rings on should the escalation come back. 3. A request
that nobody acknowledged may be silenced, and is not forgotten: at its last level it rings again, after some minutes,
for as long as it is not acknowledged in the case itself.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import F

from musnad.core.kernel.names import CaseRef
from musnad.exchange.audit import note
from musnad.exchange.due import Escalating, Escalations, for_whom
from musnad.exchange.ports import Ports
from musnad.people.watch import Ring, begin_rings

Known = set[tuple[str, str, int]]
"""Escalations of which a process knows that they need no ring any more: somebody has them."""


def keep_rings(ports: Ports, found: Escalations, now: datetime, again: timedelta, known: Known) -> None:
    """Bring the rings to what stands.

    Args:
        now: from before ``found`` was looked for, so that nothing ends that another process began meanwhile.
        again: after how long what was silenced at its last level rings again.
        known: added to.
    """
    ringing = {(one.case, one.subject, one.level): one for one in Ring.objects.filter(acknowledged_at=None)}
    for one in found.standing:
        key = (one.case, one.subject, one.level)
        if key not in known and key not in ringing and not _begin(ports, one, now, again):
            known.add(key)
    stands = {(one.case, one.subject) for one in found.standing}
    for (case, subject, _), ring in ringing.items():
        if (case, subject) not in stands and CaseRef(case) not in found.unreadable and ring.since < now:
            _end(ports, ring, now)


def _begin(ports: Ports, one: Escalating, now: datetime, again: timedelta) -> bool:
    """Let it ring where it must; whether that is still to be looked at again."""
    kept = Ring.objects.filter(case=one.case, what=one.what, subject=one.subject, level=one.level)
    ring = kept.first()
    if ring is None:
        begin_rings([(one.case, one.what, one.level, for_whom(ports, one.countdown))], now, one.subject)
        return True
    anew = {"acknowledged_at": None, "acknowledged_by": None, "over": False, "since": now, "tried_at": None}
    if ring.over:
        kept.filter(over=True).update(**anew)
    elif one.last and ring.acknowledged_at is not None and ring.acknowledged_at <= now - again:
        kept.filter(acknowledged_at=ring.acknowledged_at).update(**anew, again=F("again") + 1)
    return one.last or ring.over


def _end(ports: Ports, ring: Ring, now: datetime) -> None:
    silent = Ring.objects.filter(pk=ring.pk, acknowledged_at=None)
    if silent.exists():
        note(ports, "ring-ended", by=ports.party, case=CaseRef(ring.case))
        silent.update(acknowledged_at=now, over=True)
