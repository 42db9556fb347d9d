"""Recovery of a person who lost every way in: one administrator opens it, another confirms it within a day.

Neither decides about themselves, and the two stand apart (``standing``). With the confirmation the old
ways in are gone, sessions end, and one link for that person leads to new ones; the terminal needs no recovery.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from allauth.mfa.models import Authenticator
from django.db import transaction

from musnad.adapters.files.links import make_link
from musnad.exchange.audit import note
from musnad.exchange.ports import Ports
from musnad.people.errors import NoRecovery, NotApart, OnOneself
from musnad.people.models import Person, Recovery
from musnad.people.persons import find, shut_out
from musnad.people.powers import Power
from musnad.people.standing import are_apart, let_in

LASTS = timedelta(days=1)


def recovery_of(ports: Ports, person: Person) -> Recovery | None:
    """The recovery of this person that waits to be confirmed."""
    return Recovery.objects.filter(person=person, opened_at__gt=ports.clock.now() - LASTS).first()


def open_recovery(ports: Ports, name: str, *, by: Person) -> Recovery:
    """Say that this person lost every way in. ``UnknownPerson``; ``OnOneself``."""
    person = find(name)
    if person.pk == by.pk:
        raise OnOneself(name)
    note(ports, "recovery-opened", by=by.name, about={"person": name})
    made, _ = Recovery.objects.update_or_create(
        person=person, defaults={"opened_by": by, "opened_at": ports.clock.now()}
    )
    return made


def withdraw_recovery(ports: Ports, name: str, *, by: Person) -> None:
    """End a recovery without its being confirmed. ``UnknownPerson``; ``NoRecovery``."""
    person = find(name)
    if recovery_of(ports, person) is None:
        raise NoRecovery(name)
    note(ports, "recovery-withdrawn", by=by.name, about={"person": name})
    Recovery.objects.filter(person=person).delete()


def confirm_recovery(ports: Ports, folder: Path, name: str, *, by: Person) -> str:
    """Take the old ways in away; the path of a one-time link for the person.

    Raises:
        UnknownPerson. OnOneself: they confirm for themselves. NoRecovery: none waits, it is over, they opened it
        themselves, or who opened it is no administrator any more. NotApart: from who opened it.
    """
    person = find(name)
    if person.pk == by.pk:
        raise OnOneself(name)
    with transaction.atomic():
        waiting = recovery_of(ports, person)
        if waiting is None or waiting.opened_by.pk == by.pk:
            raise NoRecovery(name)
        if not waiting.opened_by.is_active or not waiting.opened_by.seat.may(Power.ADMINISTER):
            raise NoRecovery(name)
        if not are_apart(waiting.opened_by, by):
            raise NotApart(by.name)
        opened_by = waiting.opened_by.name
        if not Recovery.objects.filter(pk=waiting.pk).delete()[0]:  # another confirmed it just now
            raise NoRecovery(name)
    note(ports, "recovery-confirmed", by=by.name, about={"person": name, "opened-by": opened_by})
    with transaction.atomic():
        Authenticator.objects.filter(user_id=person.pk).delete()
        person.set_unusable_password()
        person.failed_times, person.locked_until = 0, None
        person.save(update_fields=["password", "failed_times", "locked_until"])
        let_in(person, waiting.opened_by, by)
    shut_out(folder, name)
    return make_link(folder, ports.entropy, name)
