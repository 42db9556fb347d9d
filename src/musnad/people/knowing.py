"""Need to know: which cases a seat may see. Overseers see all; a case with a circle is for its circle alone."""

from __future__ import annotations

from collections.abc import Iterable

from musnad.core.kernel.names import AuthorityId, CaseRef, OfficerName
from musnad.people.models import Circle
from musnad.people.powers import Power
from musnad.people.seat import Seat


def hidden_from(seat: Seat) -> frozenset[CaseRef]:
    """The cases that this seat may not see, of those that have a circle; all that is left it may."""
    if seat.may(Power.OVERSEE):
        return frozenset()
    ours = Circle.objects.filter(person=seat.person).values("case")
    closed = Circle.objects.exclude(case__in=ours).values_list("case", flat=True).distinct()
    return frozenset(CaseRef(one) for one in closed)


def may_see_new(seat: Seat, author: AuthorityId, named: Iterable[OfficerName]) -> bool:
    """Whether the draft of a new case is theirs to see: of its author's authority, to approve it, or to oversee."""
    if not seat.may(Power.SEE_CASES):
        return False
    return seat.may(Power.OVERSEE) or author in seat.authorities or bool(set(named) & set(seat.officers))


def may_see(seat: Seat, case: CaseRef) -> bool:
    if not seat.may(Power.SEE_CASES):
        return False
    if seat.may(Power.OVERSEE):
        return True
    circle = Circle.objects.filter(case=case)
    return not circle.exists() or circle.filter(person=seat.person).exists()
