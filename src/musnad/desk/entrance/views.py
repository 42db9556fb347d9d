"""Coming in by a one-time link, leaving, and choosing a language."""

from __future__ import annotations

from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from musnad.adapters.files.links import take_link
from musnad.desk import house
from musnad.desk.entrance.coming import begin, end, safe
from musnad.desk.faults import closed_door
from musnad.desk.needs import needs
from musnad.language import LANGUAGES
from musnad.people.persons import FIRST, find, has_ways_in
from musnad.people.powers import Power

YEAR_SECONDS = 365 * 24 * 60 * 60


def enter(request: HttpRequest, token: str) -> HttpResponse:
    """Open a session for who holds an unused link; anybody else stays outside.

    Only a GET uses the link up. Any other method does nothing and is no error: errors are logged with their address,
    and this address is still good. Who has no way in of their own yet is led to make one. ``?language=`` in the address
    is what the desk then speaks, as if it had been chosen.
    """
    if request.method != "GET":
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    name = take_link(house.folder(), token)
    if name is None:
        return closed_door(request, HTTPStatus.FORBIDDEN, used=True)
    begin(request, name or FIRST, "link")
    keyless = name and name != FIRST and not has_ways_in(find(name))
    return _speaking(redirect("keys" if keyless else "inbox"), request.GET.get("language"))


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """End the session here, not only in the browser: a copy of its cookie opens nothing from now on."""
    end(request)
    response = redirect("inbox")
    response.headers["Clear-Site-Data"] = '"storage"'
    return response


@require_safe
@needs(Power.REFERENCE)
def awake(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  # that somebody asks is all
    """Somebody types here: the session goes on. The answer says nothing; that it is asked for does."""
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Remember the reader's language and go back to the page they were on, if it is one of ours."""
    return _speaking(redirect(safe(request.POST.get("back", "/"))), request.POST.get("language"))


def _speaking(response: HttpResponse, wanted: str | None) -> HttpResponse:
    """With the choice of a language, where it is one of ours."""
    if wanted in LANGUAGES:
        secure = settings.SESSION_COOKIE_SECURE
        response.set_cookie(
            "musnad-language", wanted, max_age=YEAR_SECONDS, httponly=True, samesite="Lax", secure=secure
        )
    return response
