"""How often something was done in a minute, counted in the database: no number of processes makes it less."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import F

from musnad.core.kernel.times import Instant
from musnad.people.models import Tries

WINDOW = timedelta(minutes=1)


def times_in_window(what: str, now: Instant) -> int:
    """How often this was done in the minute that began with the first of them; counts this once."""
    with transaction.atomic():
        Tries.objects.filter(since__lt=now - WINDOW).delete()
        Tries.objects.get_or_create(address=what[:64], defaults={"since": now})
        Tries.objects.filter(address=what[:64]).update(times=F("times") + 1)
        return Tries.objects.get(address=what[:64]).times
