"""Add persons, give and take powers, lock and unlock. Every change is noted in the house's own records first.

What gives anything to anybody is called by the terminal, or once two administrators have said it (``proposals``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction

from musnad.adapters.files.links import end_links, make_link
from musnad.adapters.files.sessions import end_sittings
from musnad.core.directory.errors import DirectoryExpired
from musnad.core.kernel.errors import BadForm
from musnad.core.kernel.names import OfficerName, authority_of, parse_officer, parse_slug
from musnad.exchange.audit import note
from musnad.exchange.errors import NotHosted
from musnad.exchange.ports import Ports
from musnad.language import mark
from musnad.people.errors import HasWaysIn, OnOneself, PersonThere, PseudonymTaken, TwoPseudonyms, UnknownPerson
from musnad.people.models import Person
from musnad.people.powers import Role
from musnad.people.seat import Seat

FIRST = "duty"
"""The node's first person: whom a link from the terminal lets in that names nobody."""
TERMINAL = "terminal"
"""Who did what was done at the node's terminal, in its records; no person's name."""
WORKING = (Role.DUTY_OFFICER, Role.LAWYER, Role.EXAMINER, Role.APPROVER, Role.OVERSEER)
_NAME_LENGTH, _SHOWN_LENGTH = 40, 120


def find(name: str) -> Person:
    """The person of that name, locked or not; ``UnknownPerson``."""
    found = Person.objects.filter(name=name).first()
    if found is None:
        raise UnknownPerson(name)
    return found


def every() -> tuple[Person, ...]:
    return tuple(Person.objects.order_by("name"))


def seat_named(ports: Ports, name: str) -> Seat | None:
    """The seat of who is so named and may sit here; ``""`` is the node's first person, made at need."""
    person = Person.objects.filter(name=name or FIRST).first()
    if person is None:
        return None if name and name != FIRST else _first(ports).seat
    if not person.is_active:
        return None
    if person.name == FIRST and not person.officers:
        person.officers = _first_officers(ports)
        if person.officers:
            person.save(update_fields=["officers"])
    return person.seat


def add(
    ports: Ports, name: str, shown: str, roles: Iterable[Role], officers: Iterable[OfficerName] = (), *, by: str
) -> Person:
    """A new person, who may sit here once a link has let them in.

    Raises: as ``new_person``.
    """
    name, shown, listed = new_person(ports, name, shown, officers)
    wanted = sorted(one.value for one in set(roles))
    note(ports, "person-added", by=by, about={"person": name, **told_powers(wanted, listed)})
    try:
        with transaction.atomic():
            _nobody_else_changes()
            _is_free(name, listed)
            return Person.objects.create_user(name, shown=shown, roles=wanted, officers=listed)
    except IntegrityError as error:
        raise PersonThere(name) from error


def new_person(ports: Ports, name: str, shown: str, officers: Iterable[OfficerName] = ()) -> tuple[str, str, list[str]]:
    """Name, shown name and pseudonyms as they would be kept of a person who may be added.

    Raises:
        BadForm: the name. PersonThere. NotHosted, TwoPseudonyms, PseudonymTaken: as ``pseudonyms_for``.
    """
    name, shown = parse_slug(name), " ".join(shown.split()) or name
    if len(name) > _NAME_LENGTH or len(shown) > _SHOWN_LENGTH or name == TERMINAL:
        raise BadForm("name", mark("too long, or kept for the node itself"))
    listed = pseudonyms_for(ports, name, officers)
    if Person.objects.filter(name=name).exists():
        raise PersonThere(name)
    return name, shown, listed


def give(ports: Ports, name: str, roles: Iterable[Role], officers: Iterable[OfficerName], *, by: str) -> Person:
    """These roles and these pseudonyms, and no others.

    Raises: UnknownPerson. OnOneself. NotHosted, TwoPseudonyms, PseudonymTaken: as ``pseudonyms_for``.
    """
    person = another(name, by)
    wanted, listed = sorted(one.value for one in set(roles)), pseudonyms_for(ports, name, officers)
    note(ports, "powers-given", by=by, about={"person": name, **told_powers(wanted, listed)})
    with transaction.atomic():
        _nobody_else_changes()
        _is_free(name, listed)
        person.roles, person.officers = wanted, listed
        person.save(update_fields=["roles", "officers"])
    return person


def lock(ports: Ports, folder: Path, name: str, *, by: str) -> None:
    """Nobody sits under this name from now on: sessions and links end at once. ``UnknownPerson``, ``OnOneself``."""
    person = another(name, by)
    note(ports, "person-locked", by=by, about={"person": name})
    Person.objects.filter(pk=person.pk).update(is_active=False)
    shut_out(folder, name)


def unlock(ports: Ports, name: str, *, by: str) -> None:
    """The name may sit here again, by the ways in that it had; failures are forgotten."""
    person = another(name, by)
    note(ports, "person-unlocked", by=by, about={"person": name})
    Person.objects.filter(pk=person.pk).update(is_active=True, failed_times=0, locked_until=None)


def invite(ports: Ports, folder: Path, name: str, *, by: str) -> str:
    """The path of a one-time link for a person.

    Raises:
        UnknownPerson: there is none, or they are locked. HasWaysIn: they have a way in; the terminal goes past it.
    """
    person = find(name)
    if not person.is_active:
        raise UnknownPerson(name)
    if by != TERMINAL and has_ways_in(person):
        raise HasWaysIn(name)
    note(ports, "link-made", by=by, about={"person": name})
    return make_link(folder, ports.entropy, name)


def has_ways_in(person: Person) -> bool:
    """Whether a passkey, or a password with its code, lets them in."""
    return bool(Authenticator.objects.filter(user_id=person.pk).exists())


def shut_out(folder: Path, name: str) -> None:
    """End every session and every link of a person."""
    end_links(folder, name)
    end_sittings(folder, name)
    if name == FIRST:
        end_links(folder, "")
        end_sittings(folder, "")


def another(name: str, by: str) -> Person:
    """The person, who is not the one that decides. ``UnknownPerson``, ``OnOneself``."""
    if name == by:
        raise OnOneself(name)
    return find(name)


def pseudonyms_for(ports: Ports, name: str, officers: Iterable[OfficerName]) -> list[str]:
    """The pseudonyms as they would be kept of the person so named: two officers are two persons.

    Raises:
        NotHosted: one is of no authority of this node. TwoPseudonyms: two are of one authority.
        PseudonymTaken: another person has one, be they locked or not.
    """
    listed = sorted({parse_officer(one) for one in officers})
    for one in listed:
        if authority_of(one) not in ports.keys.hosted:
            raise NotHosted(authority_of(one))
    of_one = Counter(authority_of(one) for one in listed)
    if listed and max(of_one.values()) > 1:
        raise TwoPseudonyms(name, of_one.most_common(1)[0][0])
    kept = [str(one) for one in listed]
    _is_free(name, kept)
    return kept


def told_powers(roles: list[str], officers: list[str]) -> dict[str, str]:
    """What a record says of powers."""
    return {"roles": ", ".join(roles), "officers": ", ".join(officers)[:1000]}


def _is_free(name: str, officers: list[str]) -> None:
    for one in Person.objects.exclude(name=name) if officers else ():
        for officer in one.officers:
            if officer in officers:
                raise PseudonymTaken(officer, one.name)


def _nobody_else_changes() -> None:
    """Until the transaction ends: who gives pseudonyms waits for whoever is giving them."""
    list(Person.objects.select_for_update().order_by("pk").values_list("pk"))


def _first(ports: Ports) -> Person:
    roles, officers = sorted(one.value for one in WORKING), _first_officers(ports)
    note(ports, "person-added", by=TERMINAL, about={"person": FIRST, **told_powers(roles, officers)})
    made, _ = Person.objects.get_or_create(name=FIRST, defaults={"shown": FIRST, "roles": roles, "officers": officers})
    return made


def _first_officers(ports: Ports) -> list[str]:
    """The first officer of each of this node's authorities whom no other person is; none without a directory."""
    try:
        directory = ports.directories.current()
    except DirectoryExpired:
        return []
    hosted = sorted(ports.keys.hosted)
    first = [str(one.name) for authority in hosted for one in directory.authority(authority).officers[:1]]
    taken = {officer for person in Person.objects.exclude(name=FIRST) for officer in person.officers}
    return [one for one in first if one not in taken]
