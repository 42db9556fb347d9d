"""What waits on a page for a second administrator: a person, powers, a link."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from musnad.desk import house
from musnad.desk.people.forms import role_words
from musnad.language import isolate
from musnad.people import persons, proposals
from musnad.people.models import Person, Proposal
from musnad.people.powers import Role


@dataclass(frozen=True, slots=True)
class Waiting:
    """A proposal on the page. ``lone``: no administrator stands apart from who asked."""

    proposal: Proposal
    shown: str
    asker: str
    roles: tuple[str, ...]
    mine: bool
    confirmable: bool
    lone: bool


def me(request: HttpRequest) -> Person:
    """The person at the desk."""
    return persons.find(house.seat(request).name)


def waiting_said(request: HttpRequest, name: str = "") -> dict[str, Any]:
    """For a page: what waits, of that person or of all."""
    found = [one for one in proposals.waiting(house.ports()) if name in ("", one.name)]
    return {"waiting": [_waiting(one, me(request)) for one in found]}


def _waiting(proposal: Proposal, by: Person) -> Waiting:
    words = role_words()
    person = Person.objects.filter(name=proposal.name).first()
    return Waiting(
        proposal,
        proposal.shown or (person.shown if person is not None else proposal.name),
        isolate(proposal.asked_by.shown),
        tuple(words[one][0] for one in words if one in {Role(role) for role in proposal.roles}),
        proposal.asked_by.pk == by.pk,
        proposals.may_confirm(proposal, by),
        not proposals.can_be_confirmed(proposal.asked_by),
    )
