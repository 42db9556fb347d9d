"""Whether two administrators stand apart: neither let the other in, and nobody let both in.

Who made the link or the recovery by which a person first came in may sit there themselves. So whoever let a person in
stands behind all that this person does, and behind whom this person let in; who was added at the terminal of the
node's machine has nobody behind them.
"""

from __future__ import annotations

from musnad.people.models import Hand, Person


def let_in(person: Person, *administrators: Person) -> None:
    """Remember, for good, who had a hand in this person's coming in."""
    for one in administrators:
        Hand.objects.get_or_create(person=person, administrator=one)


def are_apart(one: Person, other: Person) -> bool:
    """Whether no single person can be behind what these two say."""
    return not _behind(one) & _behind(other)


def _behind(person: Person) -> set[int]:
    """The person, who let them in, and who let those in."""
    found, new = {person.pk}, {person.pk}
    while new:
        new = set(Hand.objects.filter(person__in=new).values_list("administrator", flat=True)) - found
        found |= new
    return found
