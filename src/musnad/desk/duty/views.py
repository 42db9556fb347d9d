"""The duty board: who is on call, what rings, what is due by the law's clock; handing the watch over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from http import HTTPStatus
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
from musnad.language import mark
from musnad.people import watch
from musnad.people.models import Person
from musnad.people.powers import Power
from musnad.people.seat import Seat

LINES = 100
HOURS = (8, 12, 24)
MAY_NOT_HOLD = mark("Nobody of that name may answer for this authority.")


@dataclass(frozen=True, slots=True)
class Wrong:
    """What was refused: of which form, about which shift or authority, at which field, why; and what was typed."""

    form: str
    about: str
    field: str
    says: str
    given: Mapping[str, str]

    def of(self, form: str, about: object) -> Wrong | None:
        return self if (self.form, self.about) == (form, str(about)) else None


@require_safe
@needs(Power.SEE_CASES)
def board(request: HttpRequest) -> HttpResponse:
    return _board(request)


@require_POST
@needs(Power.ANSWER)
def plan_shift(request: HttpRequest) -> HttpResponse:
    authority = AuthorityId(request.POST.get("authority", ""))
    try:
        if authority not in house.ports().keys.hosted:
            raise BadForm("authority", mark("This authority is not one of this node's."))
        starts = _moment(request.POST.get("starts", ""))
        hours = request.POST.get("hours", "")
        if hours not in {str(one) for one in HOURS}:
            raise BadForm("hours", mark("Choose one of the lengths that are offered."))
        person = _person("person", request, authority)
        watch.plan(authority, person, starts, starts + timedelta(hours=int(hours)))
    except BadForm as error:
        return _refused(request, "plan", authority, error)
    _noted(request, "shift-planned", authority=authority, person=person.name)
    messages.success(request, _("The shift stands in the plan."))
    return redirect("duty:board")


@require_POST
@needs(Power.ANSWER)
def offer_watch(request: HttpRequest, number: int) -> HttpResponse:
    shift = _shift(number)
    try:
        if shift.person.pk != house.seat(request).person:
            raise BadForm("shift", watch.GONE_ON)
        to = _person("to", request, shift.authority)
        watch.offer(shift, to, request.POST.get("note", ""), key=house.rest_key())
    except BadForm as error:
        return _refused(request, "offer", number, error)
    _noted(request, "watch-offered", to=to.name)
    messages.info(request, _("Offered. The watch stays with you until your colleague takes it over."))
    return redirect("duty:board")


@require_POST
@needs(Power.ANSWER)
def take_watch(request: HttpRequest, number: int) -> HttpResponse:
    shift = _shift(number)
    try:
        watch.take_over(shift, _me(request, shift.authority), house.ports().clock.now())
    except BadForm as error:
        return _refused(request, "take-over", number, error)
    _noted(request, "watch-taken-over", authority=shift.authority)
    messages.success(request, _("The watch is yours now."))
    return redirect("duty:board")


@require_POST
@needs(Power.ANSWER)
def give_shift(request: HttpRequest, number: int) -> HttpResponse:
    """Put another in the place of who was planned, from now on."""
    shift = _shift(number)
    try:
        to = _person("to", request, shift.authority)
        watch.give(shift, to, house.ports().clock.now())
    except BadForm as error:
        return _refused(request, "give", number, error)
    _noted(request, "shift-given", authority=shift.authority, person=shift.person.name, to=to.name)
    messages.success(request, _("The shift is given to another person."))
    return redirect("duty:board")


@require_POST
@needs(Power.ANSWER)
def cancel_shift(request: HttpRequest, number: int) -> HttpResponse:
    shift = _shift(number)
    try:
        watch.cancel(shift, house.ports().clock.now())
    except BadForm as error:
        return _refused(request, "cancel", number, error)
    _noted(request, "shift-cancelled", authority=shift.authority, person=shift.person.name)
    messages.success(request, _("The shift is cancelled."))
    return redirect("duty:board")


@require_POST
@needs(Power.ANSWER)
def acknowledge_ring(request: HttpRequest, number: int) -> HttpResponse:
    """Silence a ring, and go to what it is about."""
    found = watch.Ring.objects.filter(pk=number).first()
    if found is None or not house.sees(house.seat(request), CaseRef(found.case)):
        raise Http404
    if watch.acknowledge(number, _myself(request), house.ports().clock.now()):
        note(house.ports(), "ring-acknowledged", by=house.seat(request).name, case=CaseRef(found.case))
    return redirect("case", found.case)


def _board(request: HttpRequest, wrong: Wrong | None = None, status: HTTPStatus = HTTPStatus.OK) -> HttpResponse:
    ports, seat = house.ports(), house.seat(request)
    now, shown = ports.clock.now(), open_house(ports)
    hidden = house.hidden_from(seat)
    due = show_due(ports, LINES, request.GET.get("after") or None, hidden)
    able = _able()
    held = [
        {
            "authority": shown.authority(one),
            "people": able[one],
            "wrong": wrong and wrong.of("plan", one),
            **_held(watch.on_call(one, now, house.rest_key()), seat, able[one], wrong),
        }
        for one in sorted(ports.keys.hosted)
    ]
    coming = watch.Shift.objects.filter(ended_at=None, starts__gt=now).select_related("person").order_by("starts")
    context = {
        "watches": held,
        "rings": [_shown(shown, one, now) for one in watch.rings() if one.case not in hidden],
        "unheard": watch.unheard(now),
        "lines": due.lines,
        "after": due.after,
        "coming": [{"shift": one, **_mending(one, able.get(AuthorityId(one.authority), []), wrong)} for one in coming],
        "hours": HOURS,
        "zone": _zone(),
        "begins": now.astimezone(ZoneInfo(_zone())).strftime("%Y-%m-%dT%H:%M"),
        "wrong": wrong,
    }
    house.looked(request, None, "duty-board")
    return render(request, "desk/duty/board.html", context, status=status)


def _refused(request: HttpRequest, form: str, about: object, error: BadForm) -> HttpResponse:
    """The board again, the reason beside the form, with what was typed."""
    wrong = Wrong(form, str(about), error.what, _(error.why), request.POST.dict())
    return _board(request, wrong, HTTPStatus.BAD_REQUEST)


def _held(call: watch.OnCall | None, seat: Seat, able: Sequence[Person], wrong: Wrong | None) -> dict[str, object]:
    """Who holds a watch. What is said at a hand-over is for them, whom it is offered to, and oversight alone."""
    if call is None:
        return {"now": None, "offered": ""}
    shift = call.shift
    found: dict[str, object] = {
        "wrong_offer": wrong and (wrong.of("offer", shift.pk) or wrong.of("take-over", shift.pk)),
        **_mending(shift, able, wrong),
    }
    if not (seat.may(Power.OVERSEE) or seat.person in {shift.person.pk, shift.to_id}):
        return {**found, "now": replace(call, note=""), "offered": ""}
    return {**found, "now": call, "offered": watch.read_note(shift, house.rest_key())}


def _mending(shift: watch.Shift, able: Sequence[Person], wrong: Wrong | None) -> dict[str, object]:
    """Who else may have a shift, and what was refused of that."""
    return {
        "others": [one for one in able if one.pk != shift.person.pk],
        "wrong_shift": wrong and (wrong.of("give", shift.pk) or wrong.of("cancel", shift.pk)),
    }


def _shown(shown: House, ring: watch.Ring, now: datetime) -> dict[str, object]:
    """A ring, the authority that it is for, and whom it goes to."""
    authority = shown.authority(AuthorityId(ring.authority)) if ring.authority else None
    found = watch.rung(ring, now)
    people = _(", ").join(one.shown for one in found.people)
    return {"ring": ring, "authority": authority, "people": people, "why": found.why}


def _able() -> dict[AuthorityId, list[Person]]:
    """Whoever may hold a watch, by authority: those who may answer, with a pseudonym in its roster."""
    found = [one for one in Person.objects.filter(is_active=True).order_by("shown") if one.seat.may(Power.ANSWER)]
    return {
        authority: [one for one in found if authority in {authority_of(name) for name in one.seat.officers}]
        for authority in house.ports().keys.hosted
    }


def _person(field: str, request: HttpRequest, authority: str) -> Person:
    """Who was chosen; ``BadForm`` where they may not hold a watch of that authority."""
    name = request.POST.get(field, "")
    found = next((one for one in _able().get(AuthorityId(authority), []) if one.name == name), None)
    if found is None:
        raise BadForm(field, MAY_NOT_HOLD)
    return found


def _me(request: HttpRequest, authority: str) -> Person:
    """Who sits here; ``BadForm`` where they may not hold a watch of that authority."""
    me = _myself(request)
    if me not in _able().get(AuthorityId(authority), []):
        raise BadForm("person", MAY_NOT_HOLD)
    return me


def _myself(request: HttpRequest) -> Person:
    found = Person.objects.filter(pk=house.seat(request).person).first()
    if found is None:
        raise BadForm("person", mark("Nobody of that name may sit here."))
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
        raise BadForm("starts", mark("This is not a day with its time.")) from None


def _noted(request: HttpRequest, act: str, **about: str) -> None:
    note(house.ports(), act, by=house.seat(request).name, about=about)
