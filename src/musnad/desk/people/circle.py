"""Who alone may see a case: said by who works in it, or by an administrator, who knows only its number."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from musnad.core.kernel.names import CaseRef
from musnad.desk import house
from musnad.desk.needs import needs
from musnad.desk.people.forms import Choice
from musnad.exchange.errors import UnknownCase
from musnad.language import gettext as _
from musnad.people import circles, persons, watch
from musnad.people.powers import Power


@require_safe
@needs(Power.ADMINISTER, reads=(Power.OVERSEE,))
def find_case(request: HttpRequest) -> HttpResponse:
    """The case whose whole number was typed; ``UnknownCase``."""
    number = request.GET.get("case", "").strip().lower()
    return redirect("people:circle", _there(CaseRef(number)))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Power.ANSWER, Power.ADMINISTER, reads=(Power.OVERSEE,))
def circle(request: HttpRequest, ref: CaseRef) -> HttpResponse:
    seat = house.seat(request)
    if seat.may(Power.ADMINISTER):
        _there(ref)
    else:
        house.case_here(request, ref)
    if request.method == "POST":
        names = request.POST.getlist("person") if request.POST.get("who") == "circle" else []
        circles.set_circle(house.ports(), ref, names, by=seat.name)
        messages.success(request, _("Said who may see the case."))
        return redirect("people:circle", ref)
    now = circles.circle_of(ref)
    choices = [
        Choice(one.name, one.shown, one.name, one.name in now)
        for one in persons.every()
        if one.is_active and one.seat.may(Power.SEE_CASES)
    ]
    said = {
        "case": ref,
        "choices": choices,
        "closed": bool(now),
        "sees": house.sees(seat, ref),
        "may_set": circles.may_set(house.ports(), seat, ref),
        "rings": any(one.case == ref for one in watch.rings()),
    }
    return render(request, "desk/people/circle.html", said)


def _there(ref: CaseRef) -> CaseRef:
    if len(ref) != 64 or not house.ports().journal.case_entries(ref):  # a digest's hexadecimal
        raise UnknownCase(ref)
    return ref
