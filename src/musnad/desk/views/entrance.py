"""Coming in by a one-time link, leaving, and choosing a language."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from musnad.desk import house
from musnad.desk.links import use_link
from musnad.desk.views.faults import closed_door
from musnad.language import LANGUAGES

YEAR_SECONDS = 365 * 24 * 60 * 60


@require_GET  # not HEAD: looking at a link must not use it up
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """Open a session for who holds an unused link; anybody else stays outside."""
    if not use_link(house.folder(), token):
        return closed_door(request, 403, used=True)
    request.session.flush()
    request.session["entered"] = True
    return redirect("inbox")


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    request.session.flush()
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
