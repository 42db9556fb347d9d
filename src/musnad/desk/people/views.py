"""The people of the desk: who they are, what they may do, how they come in. For administrators, who see no
case, and for oversight to read."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from musnad.adapters.files.sessions import end_sitting, sittings
from musnad.core.kernel.errors import MusnadError
from musnad.desk import house
from musnad.desk.needs import needs
from musnad.desk.people.forms import given_officers, given_roles, officer_choices, role_choices, role_words
from musnad.desk.people.waiting import me, waiting_said
from musnad.desk.remedies import remedy
from musnad.exchange.audit import note
from musnad.language import gettext as _
from musnad.language.sentences import sentence
from musnad.people import persons, proposals
from musnad.people import recovery as recoveries
from musnad.people.models import Person
from musnad.people.powers import Power
from musnad.people.standing import are_apart


@require_safe
@needs(Power.ADMINISTER, reads=(Power.OVERSEE,))
def index(request: HttpRequest) -> HttpResponse:
    words = role_words()
    rows = [
        {
            "person": one,
            "roles": [words[role][0] for role in words if role in one.seat.roles],
            "ways": persons.has_ways_in(one),
            "recovery": recoveries.recovery_of(house.ports(), one),
        }
        for one in persons.every()
    ]
    return render(request, "desk/people/index.html", {"rows": rows, **waiting_said(request)})


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Power.ADMINISTER)
def add(request: HttpRequest) -> HttpResponse:
    refused = None
    if request.method == "POST":
        name, shown = request.POST.get("name", "").strip(), request.POST.get("shown", "")
        try:
            proposals.ask_person(
                house.ports(), name, shown, given_roles(request), given_officers(request), by=me(request)
            )
            messages.success(request, _("Asked for. It holds once a second administrator confirms it."))
            return redirect("people:index")
        except MusnadError as error:
            refused = error
    given = request.POST
    roles, officers = frozenset(given.getlist("role")), frozenset(given.getlist("officer"))
    said = {"roles": role_choices(roles), "officers": officer_choices(house.ports(), officers), "given": given}
    status = HTTPStatus.OK if refused is None else HTTPStatus.BAD_REQUEST
    return render(request, "desk/people/add.html", {**said, **_why(refused)}, status=status)


@require_safe
@needs(Power.ADMINISTER, reads=(Power.OVERSEE,))
def person(request: HttpRequest, name: str) -> HttpResponse:
    return _person(request, name)


@require_POST
@needs(Power.ADMINISTER)
def powers(request: HttpRequest, name: str) -> HttpResponse:
    """What gives nothing holds at once; anything else waits for a second administrator."""
    asked = proposals.ask_powers(house.ports(), name, given_roles(request), given_officers(request), by=me(request))
    if asked is None:
        messages.success(request, _("The powers are changed. They hold from the next page that is opened."))
    else:
        messages.success(request, _("Asked for. It holds once a second administrator confirms it."))
    return redirect("people:person", name)


@require_POST
@needs(Power.ADMINISTER)
def lock(request: HttpRequest, name: str) -> HttpResponse:
    persons.lock(house.ports(), house.folder(), name, by=house.seat(request).name)
    messages.success(request, _("Locked out, and every session ended."))
    return redirect("people:person", name)


@require_POST
@needs(Power.ADMINISTER)
def unlock(request: HttpRequest, name: str) -> HttpResponse:
    persons.unlock(house.ports(), name, by=house.seat(request).name)
    messages.success(request, _("They may come in again."))
    return redirect("people:person", name)


@require_POST
@needs(Power.ADMINISTER)
def link(request: HttpRequest, name: str) -> HttpResponse:
    """Ask for a one-time link for who has no way in; it is shown once, to who confirms it."""
    proposals.ask_link(house.ports(), name, by=me(request))
    messages.success(request, _("Asked for. It holds once a second administrator confirms it."))
    return redirect("people:person", name)


@require_POST
@needs(Power.ADMINISTER)
def end_session(request: HttpRequest, name: str) -> HttpResponse:
    found = persons.find(name)
    if end_sitting(house.folder(), found.name, request.POST.get("session", "")):
        note(house.ports(), "session-ended", by=house.seat(request).name, about={"person": found.name})
    messages.success(request, _("The session is over."))
    return redirect("people:person", name)


@require_POST
@needs(Power.ADMINISTER)
def recovery(request: HttpRequest, name: str) -> HttpResponse:
    """Open, withdraw or confirm, as the button says."""
    by = me(request)
    match request.POST.get("act"):
        case "open":
            recoveries.open_recovery(house.ports(), name, by=by)
            messages.success(request, _("The recovery is open. Another administrator confirms it within a day."))
        case "withdraw":
            recoveries.withdraw_recovery(house.ports(), name, by=by)
            messages.success(request, _("The recovery is withdrawn."))
        case "confirm":
            made = recoveries.confirm_recovery(house.ports(), house.folder(), name, by=by)
            return _person(request, name, link=house.address() + made)
    return redirect("people:person", name)


@require_POST
@needs(Power.ADMINISTER)
def decide(request: HttpRequest, number: int) -> HttpResponse:
    """Confirm or decline what waits, as the button says; a link that comes of it is shown once, to who confirmed."""
    match request.POST.get("act"):
        case "confirm":
            name = proposals.named(house.ports(), number)
            made = proposals.confirm(house.ports(), house.folder(), number, by=me(request))
            if made:
                return _person(request, name, link=house.address() + made)
            messages.success(request, _("The powers are changed. They hold from the next page that is opened."))
            return redirect("people:person", name)
        case "decline":
            proposals.decline(house.ports(), number, by=me(request))
            messages.success(request, _("It is not done."))
    return redirect("people:index")


def _person(request: HttpRequest, name: str, link: str = "") -> HttpResponse:
    found = persons.find(name)
    said: dict[str, Any] = {
        "person": found,
        "roles": role_choices(frozenset(found.roles)),
        "officers": officer_choices(house.ports(), frozenset(found.officers)),
        "ways": persons.has_ways_in(found),
        "sessions": [
            {"id": one.id, "way": one.way, "since": datetime.fromtimestamp(one.since, UTC)}
            for one in sittings(house.folder(), found.name)
        ],
        "link": link,
        "oneself": found.pk == house.seat(request).person,
        **waiting_said(request, name),
        **_recovery(request, found),
    }
    return render(request, "desk/people/person.html", said)


def _recovery(request: HttpRequest, found: Person) -> dict[str, Any]:
    waiting = recoveries.recovery_of(house.ports(), found)
    mine = waiting is not None and waiting.opened_by.pk == house.seat(request).person
    apart = waiting is None or are_apart(waiting.opened_by, me(request))
    return {"recovery": waiting, "opened_by_me": mine, "apart": apart}


def _why(refused: MusnadError | None) -> dict[str, str]:
    return {} if refused is None else {"refused": sentence(refused), "remedy": remedy(refused)}
