"""The duty board: who is on call, what rings, what is due by the law's clock; handing the watch over."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from musnad.core.kernel.errors import BadForm, Unavailable
from musnad.core.kernel.names import AuthorityId, CaseRef, authority_of
from musnad.desk import house
from musnad.desk.needs import needs
from musnad.exchange.audit import note
from musnad.exchange.reading.due import show_due
from musnad.exchange.reading.house import House, open_house
from musnad.language import gettext as _
from musnad.people import watch
from musnad.people.models import Person
from musnad.people.powers import Power
from musnad.people.seat import Seat

LINES = 100
HOURS = (8, 12, 24)


@require_safe
@needs(Power.SEE_CASES)
def board(request: HttpRequest) -> HttpResponse:
    ports, seat = house.ports(), house.seat(request)
    now, shown = ports.clock.now(), open_house(ports)
    hidden = house.hidden_from(seat)
    due = show_due(ports, LINES, request.GET.get("after") or None, hidden)
    held = [
        {"authority": shown.authority(one), **_held(watch.on_call(one, now, house.rest_key()), seat)}
        for one in sorted(ports.keys.hosted)
    ]
    context = {
        "watches": held,
        "rings": [_shown(shown, one, now) for one in watch.rings() if one.case not in hidden],
        "lines": due.lines,
        "after": due.after,
        "colleagues": [one for one in _people() if one.pk != seat.person],
        "coming": watch.Shift.objects.filter(ended_at=None, starts__gt=now).select_related("person").order_by("starts"),
        "people": _people(),
        "hours": HOURS,
        "zone": _zone(),
        "begins": now.astimezone(ZoneInfo(_zone())).strftime("%Y-%m-%dT%H:%M"),
    }
    house.looked(request, None, "duty-board")
    return render(request, "desk/duty/board.html", context)


@require_POST
@needs(Power.ANSWER, Power.ADMINISTER)
def plan_shift(request: HttpRequest) -> HttpResponse:
    authority = AuthorityId(request.POST.get("authority", ""))
    if authority not in house.ports().keys.hosted:
        raise BadForm("authority", "not one of this node's")
    starts = _moment(request.POST.get("starts", ""))
    hours = request.POST.get("hours", "")
    if hours not in {str(one) for one in HOURS}:
        raise BadForm("hours", "not one of those offered")
    person = _person(request.POST.get("person", ""))
    watch.plan(authority, person, starts, starts + timedelta(hours=int(hours)))
    _noted(request, "shift-planned", authority=authority, person=person.name)
    messages.success(request, _("The shift stands in the plan."))
    return redirect("duty:board")


@require_POST
@needs(Power.ANSWER)
def offer_watch(request: HttpRequest, number: int) -> HttpResponse:
    shift = _shift(number)
    if shift.person.pk != house.seat(request).person:
        raise BadForm("shift", "held by somebody else")
    to = _person(request.POST.get("to", ""))
    watch.offer(shift, to, request.POST.get("note", ""), key=house.rest_key())
    _noted(request, "watch-offered", to=to.name)
    messages.info(request, _("Offered. The watch stays with you until your colleague takes it over."))
    return redirect("duty:board")


@require_POST
@needs(Power.ANSWER)
def take_watch(request: HttpRequest, number: int) -> HttpResponse:
    shift = _shift(number)
    watch.take_over(shift, _me(request), house.ports().clock.now())
    _noted(request, "watch-taken-over", authority=shift.authority)
    messages.success(request, _("The watch is yours now."))
    return redirect("duty:board")


@require_POST
@needs(Power.ANSWER)
def acknowledge_ring(request: HttpRequest, number: int) -> HttpResponse:
    """Silence a ring, and go to what it is about."""
    found = watch.Ring.objects.filter(pk=number).first()
    if found is None or not house.sees(house.seat(request), CaseRef(found.case)):
        raise Http404
    if watch.acknowledge(number, _me(request), house.ports().clock.now()):
        note(house.ports(), "ring-acknowledged", by=house.seat(request).name, case=CaseRef(found.case))
    return redirect("case", found.case)


def _held(call: watch.OnCall | None, seat: Seat) -> dict[str, object]:
    """Who holds a watch. What is said at a hand-over is for them, whom it is offered to, and oversight alone."""
    if call is None:
        return {"now": None, "offered": ""}
    if not (seat.may(Power.OVERSEE) or seat.person in {call.shift.person.pk, call.shift.to_id}):
        return {"now": replace(call, note=""), "offered": ""}
    return {"now": call, "offered": watch.read_note(call.shift, house.rest_key())}


def _shown(shown: House, ring: watch.Ring, now: datetime) -> dict[str, object]:
    """A ring, the authority that it is for, and whom it goes to."""
    authority = shown.authority(AuthorityId(ring.authority)) if ring.authority else None
    found = watch.rung(ring, now)
    people = _(", ").join(one.shown for one in found.people)
    return {"ring": ring, "authority": authority, "people": people, "why": found.why}


def _people() -> list[Person]:
    """Whoever may hold a watch: those with a pseudonym in a roster of this node's authorities."""
    hosted = house.ports().keys.hosted
    found = Person.objects.filter(is_active=True).order_by("shown")
    return [one for one in found if {authority_of(name) for name in one.seat.officers} & hosted]


def _person(name: str) -> Person:
    found = next((one for one in _people() if one.name == name), None)
    if found is None:
        raise BadForm("person", "nobody of that name may hold the watch")
    return found


def _me(request: HttpRequest) -> Person:
    found = Person.objects.filter(pk=house.seat(request).person).first()
    if found is None:
        raise BadForm("person", "this seat is no person's")
    return found


def _shift(number: int) -> watch.Shift:
    found = watch.Shift.objects.select_related("person").filter(pk=number, ended_at=None).first()
    if found is None:
        raise Http404
    return found


def _zone() -> str:
    """The Party's own time zone, in which shifts are planned; UTC where the directory cannot say it now."""
    try:
        return house.ports().directories.current().party(house.ports().party).time_zone
    except Unavailable:
        return "UTC"


def _moment(text: str) -> datetime:
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M").replace(tzinfo=ZoneInfo(_zone()))
    except ValueError:
        raise BadForm("starts", "not a day with its time") from None


def _noted(request: HttpRequest, act: str, **about: str) -> None:
    note(house.ports(), act, by=house.seat(request).name, about=about)
