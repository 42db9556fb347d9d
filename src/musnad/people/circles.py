"""Who alone may see a case. Set by who works in it, or by an administrator who knows no more of it than its number."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from musnad.core.kernel.names import CaseRef
from musnad.exchange.audit import note
from musnad.exchange.parts import authorities_in
from musnad.exchange.ports import Ports
from musnad.people.errors import NoVoiceInCase, OnOneself, OutsideOwnCircle
from musnad.people.knowing import may_see
from musnad.people.models import Circle, Person
from musnad.people.persons import find
from musnad.people.powers import Power
from musnad.people.seat import Seat


def circle_of(case: CaseRef) -> tuple[str, ...]:
    """The names of those who alone may see the case; none: everybody who may see cases."""
    return tuple(Circle.objects.filter(case=case).order_by("person__name").values_list("person__name", flat=True))


def set_circle(ports: Ports, case: CaseRef, names: Sequence[str], *, by: str) -> None:
    """These alone may see the case from now on (overseers always may); no names: everybody who may see cases.

    Raises:
        UnknownPerson: a name. NoVoiceInCase: none of their authorities has part in it, and they are no administrator.
        OutsideOwnCircle: who sees the case would not afterwards. OnOneself: an administrator would let themselves in.
    """
    persons: list[Person] = [find(one) for one in dict.fromkeys(names)]
    mine = Person.objects.filter(name=by).first()
    if mine is not None and not may_set(ports, mine.seat, case):
        raise NoVoiceInCase(by)
    if persons and mine is not None and mine not in persons and _would_lose(mine.seat, case):
        raise OutsideOwnCircle
    if mine is not None and mine in persons and not may_see(mine.seat, case):
        raise OnOneself(by)
    note(ports, "circle-set", by=by, case=case, about={"persons": ", ".join(one.name for one in persons)[:1000]})
    with transaction.atomic():
        Circle.objects.filter(case=case).delete()
        Circle.objects.bulk_create(Circle(case=case, person=one) for one in persons)


def may_set(ports: Ports, seat: Seat, case: CaseRef) -> bool:
    """Whether it is theirs to say who sees the case: an authority of theirs has part in it, or they administer."""
    if seat.may(Power.ADMINISTER):
        return True
    return seat.may(Power.ANSWER) and bool(authorities_in(ports, case) & set(seat.authorities))


def _would_lose(seat: Seat, case: CaseRef) -> bool:
    return may_see(seat, case) and not seat.may(Power.OVERSEE)
