"""Coming in by the second way, and how often somebody may try.

A try is counted before it is judged, in the database, so that no number of processes or of tries at once is given more.
A name that is unknown, locked or out of tries gets the same answer, after the same work, as a wrong password.
A person without tries left still comes in by passkey: nobody can shut a colleague out by guessing.
"""

from __future__ import annotations

from datetime import timedelta

from django.db.models import F, Q

from musnad.core.kernel.times import Instant
from musnad.exchange.audit import note
from musnad.exchange.ports import Ports
from musnad.people import codes
from musnad.people.counting import times_in_window
from musnad.people.models import Person
from musnad.records.at_rest import RestKey

TRIES = 5
LOCK = timedelta(minutes=15)
TRIES_IN_WINDOW = 20


def by_password(ports: Ports, name: str, password: str, code: str, rest: RestKey) -> Person | None:
    """Who comes in with this password and this code together; ``None`` for every reason why not, alike."""
    now = ports.clock.now()
    person = Person.objects.filter(name=name, is_active=True).first()
    if person is None or not _take_try(ports, person, now):
        Person().set_password(password)  # the same work
        return None
    if not person.check_password(password) or not codes.accept(person, code, rest, now):
        return None
    Person.objects.filter(pk=person.pk).update(failed_times=0, locked_until=None)
    return person


def may_try(address: str, now: Instant) -> bool:
    """Whether an address has not tried to come in too often in this minute; counts this try."""
    return times_in_window(address, now) <= TRIES_IN_WINDOW


def _take_try(ports: Ports, person: Person, now: Instant) -> bool:
    free = Q(locked_until__isnull=True) | Q(locked_until__lte=now)
    over = Person.objects.filter(pk=person.pk, locked_until__lte=now)
    over.update(failed_times=0, locked_until=None)
    taken = Person.objects.filter(free, pk=person.pk, failed_times__lt=TRIES).update(failed_times=F("failed_times") + 1)
    if not taken:
        return False
    full = Person.objects.filter(pk=person.pk, failed_times__gte=TRIES, locked_until__isnull=True)
    if full.update(locked_until=now + LOCK):
        note(ports, "locked-out", by=person.name, about={"person": person.name, "tries": str(TRIES)})
    return True
