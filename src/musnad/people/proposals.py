"""What gives somebody more than they have waits for a second administrator, who stands apart from the first.

At the desk nobody is added, given a role or a pseudonym, or handed a link by one administrator alone: one asks, another
confirms within a week, and only then it is so. What only takes away holds at once. The terminal of the node's machine
needs no second word; there the first administrators are made, and more where two do not stand apart.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

from django.db import transaction

from musnad.core.kernel.names import OfficerName
from musnad.exchange.audit import note
from musnad.exchange.ports import Ports
from musnad.people import persons
from musnad.people.errors import HasWaysIn, NoProposal, NotApart, OnOneself, UnknownPerson
from musnad.people.models import Person, Proposal
from musnad.people.powers import Power, Role
from musnad.people.standing import are_apart, let_in

LASTS = timedelta(days=7)
ADD, POWERS, LINK = "person-added", "powers-given", "link-made"
"""What may be asked for, by the record that its being done leaves."""
_ASKED = {ADD: "person-proposed", POWERS: "powers-proposed", LINK: "link-proposed"}


def ask_person(
    ports: Ports, name: str, shown: str, roles: Iterable[Role], officers: Iterable[OfficerName], *, by: Person
) -> Proposal:
    """Ask that a person be added. Errors as ``persons.new_person``."""
    name, shown, listed = persons.new_person(ports, name, shown, officers)
    return _ask(ports, Proposal(act=ADD, name=name, shown=shown, roles=_values(roles), officers=listed), by)


def ask_powers(
    ports: Ports, name: str, roles: Iterable[Role], officers: Iterable[OfficerName], *, by: Person
) -> Proposal | None:
    """Ask that a person have these roles and pseudonyms and no others; ``None`` where that gives nothing and holds now.

    Errors as ``persons.give``.
    """
    person, wanted = persons.another(name, by.name), frozenset(roles)
    listed = persons.pseudonyms_for(ports, name, officers)
    if wanted <= person.seat.roles and set(listed) <= set(person.officers):
        persons.give(ports, name, wanted, [OfficerName(one) for one in listed], by=by.name)
        Proposal.objects.filter(act=POWERS, name=name).delete()
        return None
    return _ask(ports, Proposal(act=POWERS, name=name, roles=_values(wanted), officers=listed), by)


def ask_link(ports: Ports, name: str, *, by: Person) -> Proposal:
    """Ask for a link for who has no way in. ``UnknownPerson``, ``OnOneself``, ``HasWaysIn``."""
    person = persons.another(name, by.name)
    if not person.is_active:
        raise UnknownPerson(name)
    if persons.has_ways_in(person):
        raise HasWaysIn(name)
    return _ask(ports, Proposal(act=LINK, name=name, shown=person.shown), by)


def waiting(ports: Ports) -> tuple[Proposal, ...]:
    """What waits, the oldest first; not what asked who is no administrator any more."""
    found = Proposal.objects.filter(asked_at__gt=ports.clock.now() - LASTS).select_related("asked_by").order_by("pk")
    return tuple(one for one in found if _administers(one.asked_by))


def may_confirm(proposal: Proposal, by: Person) -> bool:
    """Whether it is this administrator's to confirm: it is not about them, and they stand apart from who asked."""
    return by.name != proposal.name and are_apart(by, proposal.asked_by)


def can_be_confirmed(asked_by: Person) -> bool:
    """Whether any administrator stands apart from this one."""
    others = Person.objects.filter(is_active=True).exclude(pk=asked_by.pk)
    return any(_administers(one) and are_apart(one, asked_by) for one in others)


def confirm(ports: Ports, folder: Path, number: int, *, by: Person) -> str:
    """Do what was asked; the path of the person's one-time link, which powers alone have none of.

    Raises:
        NoProposal: nothing of that number waits (any more). OnOneself: it is about who confirms. NotApart: they do not
        stand apart from who asked. Where it cannot be done any more, as ``persons.add``, ``give`` or ``invite``.
    """
    proposal = _waiting(ports, number)
    if by.name == proposal.name:
        raise OnOneself(by.name)
    if not are_apart(by, proposal.asked_by):
        raise NotApart(by.name)
    if not Proposal.objects.filter(pk=number).delete()[0]:  # another confirmed it just now
        raise NoProposal(number)
    note(ports, "proposal-confirmed", by=by.name, about=_about(proposal))
    roles, officers = [Role(one) for one in proposal.roles], [OfficerName(one) for one in proposal.officers]
    if proposal.act == POWERS:
        persons.give(ports, proposal.name, roles, officers, by=by.name)
        return ""
    if proposal.act == ADD:
        person = persons.add(ports, proposal.name, proposal.shown, roles, officers, by=by.name)
    else:
        person = persons.find(proposal.name)
    let_in(person, proposal.asked_by, by)
    return persons.invite(ports, folder, proposal.name, by=by.name)


def named(ports: Ports, number: int) -> str:
    """Whom it is about; ``NoProposal``."""
    return _waiting(ports, number).name


def decline(ports: Ports, number: int, *, by: Person) -> None:
    """End what waits without its being done; who asked may, too. ``NoProposal``."""
    proposal = _waiting(ports, number)
    note(ports, "proposal-declined", by=by.name, about=_about(proposal))
    Proposal.objects.filter(pk=number).delete()


def _ask(ports: Ports, proposal: Proposal, by: Person) -> Proposal:
    """Keep it, in the place of what was asked before in the same matter."""
    about = {"person": proposal.name}
    if proposal.act != LINK:
        about |= persons.told_powers(proposal.roles, proposal.officers)
    note(ports, _ASKED[proposal.act], by=by.name, about=about)
    proposal.asked_by, proposal.asked_at = by, ports.clock.now()
    with transaction.atomic():
        Proposal.objects.filter(act=proposal.act, name=proposal.name).delete()
        proposal.save()
    return proposal


def _waiting(ports: Ports, number: int) -> Proposal:
    found = next((one for one in waiting(ports) if one.pk == number), None)
    if found is None:
        raise NoProposal(number)
    return found


def _about(proposal: Proposal) -> dict[str, str]:
    return {"person": proposal.name, "act": proposal.act, "asked-by": proposal.asked_by.name}


def _administers(person: Person) -> bool:
    return person.is_active and person.seat.may(Power.ADMINISTER)


def _values(roles: Iterable[Role]) -> list[str]:
    return sorted(one.value for one in set(roles))
