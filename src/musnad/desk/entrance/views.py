"""Coming in by a one-time link, leaving, and choosing a language."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from musnad.adapters.clock import system_entropy
from musnad.adapters.files.sessions import end_session, open_session
from musnad.desk import house
from musnad.desk.faults import closed_door
from musnad.desk.links import use_link
from musnad.language import LANGUAGES

YEAR_SECONDS = 365 * 24 * 60 * 60


def enter(request: HttpRequest, token: str) -> HttpResponse:
    """Open a session for who holds an unused link; anybody else stays outside.

    Only a GET uses the link up. Any other method does nothing and is no error: errors are logged with their address,
    and this address is still good.
    """
    if request.method != "GET":
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    if not use_link(house.folder(), token):
        return closed_door(request, HTTPStatus.FORBIDDEN, used=True)
    _end(request)
    request.session["entered"] = open_session(house.folder(), system_entropy)
    return redirect("inbox")


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """End the session here, not only in the browser: a copy of its cookie opens nothing from now on."""
    _end(request)
    return redirect("inbox")


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Remember the reader's language and go back to the page they were on, if it is one of ours."""
    back = request.POST.get("back", "/")
    if not back.startswith("/") or not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = "/"
    response = redirect(back)
    wanted = request.POST.get("language")
    if wanted in LANGUAGES:
        response.set_cookie("musnad-language", wanted, max_age=YEAR_SECONDS, httponly=True, samesite="Lax")
    return response


def _end(request: HttpRequest) -> None:
    token = house.session_of(request)
    if token is not None:
        end_session(house.folder(), token)
    request.session.flush()
