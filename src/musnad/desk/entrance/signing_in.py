"""Signing in: by passkey, or by password and code together. Whoever fails learns no more than that."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from musnad.adapters.clock import system_entropy
from musnad.desk import house
from musnad.desk.entrance.coming import begin, door, safe
from musnad.exchange.audit import note
from musnad.people import passkeys
from musnad.people.counting import times_in_window
from musnad.people.entering import by_password, may_try
from musnad.people.errors import PasskeyRefused
from musnad.people.models import Person

FIELD_LIMIT = 200
"""Longer than any password that can be set, so that cutting makes no two alike."""
CHALLENGES_IN_WINDOW = 600
"""How many challenges one address is given in a minute; each rests five minutes as a small file."""
OUTSIDE = "outside"
"""Who does what somebody without a session does, in the node's records; no person's name."""


@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The page; and, posted, the second way in: name, password and the code that is shown now."""
    if request.method != "POST":
        return _page(request, HTTPStatus.OK)
    name, password, code = (request.POST.get(one, "")[:FIELD_LIMIT] for one in ("name", "password", "code"))
    if not _may_try(request):
        return _page(request, HTTPStatus.TOO_MANY_REQUESTS, failed="often")
    person = by_password(house.ports(), name.strip().lower(), password, code, house.rest_key())
    if person is None:
        return _refused(request, "code")
    return _in(request, person, "code")


@require_POST
def challenge(request: HttpRequest) -> HttpResponse:
    """What the browser asks a passkey. Officers behind one proxy share its address: only a flood is too often."""
    if times_in_window("challenge " + _address(request), house.ports().clock.now()) > CHALLENGES_IN_WINDOW:
        return JsonResponse({}, status=HTTPStatus.TOO_MANY_REQUESTS)
    return JsonResponse(passkeys.ask_to_enter(door(), system_entropy))


@require_POST
def by_passkey(request: HttpRequest) -> HttpResponse:
    """The passkey's answer. It cannot be guessed: only what fails is counted, so that nobody shuts an officer out."""
    try:
        person = passkeys.enter(door(), request.POST.get("answer", ""))
    except PasskeyRefused:
        if not _may_try(request, "passkey "):
            return _page(request, HTTPStatus.TOO_MANY_REQUESTS, failed="often")
        return _refused(request, "passkey")
    return _in(request, person, "passkey")


def _in(request: HttpRequest, person: Person, way: str) -> HttpResponse:
    begin(request, person.name, way)
    note(house.ports(), "signed-in", by=person.name, about={"person": person.name, "way": way})
    return redirect(safe(request.POST.get("next", "/")))


def _refused(request: HttpRequest, way: str) -> HttpResponse:
    """Noted with the way alone: what was typed for a name may be a password."""
    note(house.ports(), "sign-in-refused", by=OUTSIDE, about={"way": way, "from": _address(request)})
    return _page(request, HTTPStatus.FORBIDDEN, failed=way)


def _may_try(request: HttpRequest, way: str = "") -> bool:
    return may_try(way + _address(request), house.ports().clock.now())


def _address(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))


def _page(request: HttpRequest, status: HTTPStatus, failed: str = "") -> HttpResponse:
    given = request.POST if request.method == "POST" else request.GET
    return render(
        request, "desk/entrance/sign_in.html", {"failed": failed, "next": safe(given.get("next", "/"))}, status=status
    )
