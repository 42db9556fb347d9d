"""One's own ways in: passkeys, and the password with its code. Changed only soon after having come in."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from http import HTTPStatus

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from musnad.adapters.clock import system_entropy
from musnad.adapters.files.sessions import end_sittings, sittings
from musnad.core.kernel.errors import MusnadError
from musnad.desk import house
from musnad.desk.entrance.codes_drawn import address_of, drawn
from musnad.desk.entrance.coming import door
from musnad.desk.needs import needs
from musnad.desk.remedies import remedy
from musnad.exchange.audit import note
from musnad.language import gettext as _
from musnad.language.sentences import sentence
from musnad.people import codes, passkeys
from musnad.people.models import Person
from musnad.people.persons import find
from musnad.people.powers import Power

FRESH_SECONDS = 15 * 60
"""How long after coming in one's ways in may be changed; later, one comes in again first."""
PENDING = "new-code"


@require_safe
@needs(Power.REFERENCE)
def keys(request: HttpRequest) -> HttpResponse:
    ways = Authenticator.objects.filter(user_id=_me(request).pk).order_by("created_at")
    said = {
        "passkeys": [
            {"id": one.pk, "name": one.wrap().name, "made": one.created_at, "used": one.last_used_at}
            for one in ways
            if one.type == Authenticator.Type.WEBAUTHN
        ],
        "code": next((one for one in ways if one.type == Authenticator.Type.TOTP), None),
        "fresh": _is_fresh(request),
        "sessions": _sessions(request),
    }
    return render(request, "desk/entrance/keys.html", said)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Power.REFERENCE)
def new_passkey(request: HttpRequest) -> HttpResponse:
    if not _is_fresh(request):
        return _again(request)
    person, refused = _me(request), None
    if request.method == "POST":
        try:
            passkeys.add(house.ports(), door(), person, request.POST.get("name", ""), request.POST.get("answer", ""))
        except MusnadError as error:
            refused = error
        else:
            messages.success(request, _("The passkey is added. From now on it opens this desk."))
            return redirect("keys")
    asked = json.dumps(passkeys.ask_for_new(door(), person, system_entropy))
    said = {"asked": asked, **_why(refused), "elsewhere": _elsewhere(request)}
    return render(request, "desk/entrance/new_passkey.html", said, status=_status(refused))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Power.REFERENCE)
def new_code(request: HttpRequest) -> HttpResponse:
    if not _is_fresh(request):
        return _again(request)
    person, refused = _me(request), None
    secret = request.session.get(PENDING) or codes.new_secret()
    request.session[PENDING] = secret
    if request.method == "POST":
        password, code = request.POST.get("password", "")[:200], request.POST.get("code", "")[:20]
        try:
            codes.check_present(house.ports(), person, request.POST.get("present", ""))
            codes.set_up(house.ports(), person, password, secret, code, house.rest_key())
        except MusnadError as error:
            refused = error
        else:
            del request.session[PENDING]
            _end_others(request)
            messages.success(request, _("Password and code are set. Together they open this desk."))
            return redirect("keys")
    shown = {"secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))}
    said = {**shown, "picture": drawn(address_of(person, secret, door().host)), "length": codes.PASSWORD_LENGTH}
    said["anew"] = person.has_usable_password()
    return render(request, "desk/entrance/new_code.html", {**said, **_why(refused)}, status=_status(refused))


@require_POST
@needs(Power.REFERENCE)
def remove(request: HttpRequest, way: int) -> HttpResponse:
    if not _is_fresh(request):
        return _again(request)
    passkeys.remove(house.ports(), _me(request), way)
    _end_others(request)
    messages.success(request, _("Removed. It opens this desk no more."))
    return redirect("keys")


@require_POST
@needs(Power.REFERENCE)
def end_sessions(request: HttpRequest) -> HttpResponse:
    """End one's sessions elsewhere; the one that asks goes on."""
    if not _is_fresh(request):
        return _again(request)
    _end_others(request)
    messages.success(request, _("Your other sessions are over."))
    return redirect("keys")


def _sessions(request: HttpRequest) -> list[dict[str, object]]:
    here = house.sitting_here(request)
    return [
        {
            "way": one.way,
            "since": datetime.fromtimestamp(one.since, UTC),
            "here": here is not None and one.id == here.id,
        }
        for one in sittings(house.folder(), house.seat(request).name)
    ]


def _end_others(request: HttpRequest) -> None:
    """Whoever came in elsewhere by what was changed here comes in again."""
    here, name = house.sitting_here(request), house.seat(request).name
    if end_sittings(house.folder(), name, but=here.id if here is not None else ""):
        note(house.ports(), "session-ended", by=name, about={"person": name})


def _me(request: HttpRequest) -> Person:
    return find(house.seat(request).name)


def _is_fresh(request: HttpRequest) -> bool:
    sitting = house.sitting_here(request)
    return sitting is not None and time.time() - sitting.since <= FRESH_SECONDS


def _again(request: HttpRequest) -> HttpResponse:
    messages.warning(request, _("You came in more than fifteen minutes ago. Sign in again to change your ways in."))
    return redirect("keys")


def _elsewhere(request: HttpRequest) -> str:
    """The desk's own address, where the page was opened by another: passkeys work only there."""
    here = f"{request.scheme}://{request.get_host()}"
    return "" if here == house.address() else house.address()


def _why(refused: MusnadError | None) -> dict[str, str]:
    return {} if refused is None else {"refused": sentence(refused), "remedy": remedy(refused)}


def _status(refused: MusnadError | None) -> HTTPStatus:
    return HTTPStatus.OK if refused is None else HTTPStatus.BAD_REQUEST
