"""What happens around every page: headers, language, the door, and errors turned into pages."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from musnad.core.kernel.errors import MusnadError
from musnad.desk import house
from musnad.desk.errors import NotAllowed
from musnad.desk.faults import closed_door, fault
from musnad.exchange.audit import note
from musnad.exchange.errors import UnknownCase
from musnad.language import LANGUAGES, choose_language, use

Answer = Callable[[HttpRequest], HttpResponse]
LANGUAGE_COOKIE = "musnad-language"
_OPEN = ("/enter/", "/sign-in/", "/language/")
OUTSIDE_LIMIT_OCTETS = 64 * 1024
"""The longest form of whoever is outside."""
SENSES = ("accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "magnetometer", "microphone",
          "midi", "payment", "serial", "usb", "xr-spatial-tracking")  # fmt: skip
_POLICY = ", ".join(f"{one}=()" for one in SENSES)
_YEAR = "max-age=31536000; includeSubDomains"


def headers(answer: Answer) -> Answer:
    """Nothing of a case stays in a cache; no page may use the machine's senses."""

    def around(request: HttpRequest) -> HttpResponse:
        response = answer(request)
        if not request.path.startswith("/static/"):
            response.headers["Cache-Control"] = "no-store"
        response.headers["Permissions-Policy"] = _POLICY
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        if settings.SESSION_COOKIE_SECURE:
            response.headers["Strict-Transport-Security"] = _YEAR
        return response

    return around


def language(answer: Answer) -> Answer:
    """Speak the language that the reader chose, else the first that the browser asks for and we know, else Arabic."""

    def around(request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(LANGUAGE_COOKIE, "")
        if chosen not in LANGUAGES:
            chosen = _asked(request.headers.get("Accept-Language", ""))
        use(chosen)
        with translation.override(chosen):
            response = answer(request)
        response.headers["Content-Language"] = chosen
        response.headers["Vary"] = "Accept-Language, Cookie"
        return response

    return around


def _asked(header: str) -> str:
    wishes = (part.partition(";")[0].strip().lower() for part in header.split(","))
    return next((choose_language(one, {}) for one in wishes if one.partition("-")[0] in LANGUAGES), "ar")


def door(answer: Answer) -> Answer:
    """No page without a session, whatever its address: who is outside learns not even whether it exists.

    What somebody does renews the session's cookie; a page that asks again by itself does not.
    """

    def around(request: HttpRequest) -> HttpResponse:
        if house.seat_of(request) is not None:
            by_itself = request.method == "GET" and request.headers.get("HX-Request") == "true"
            if not by_itself:
                request.session.modified = True
            return answer(request)
        if request.path.startswith(_OPEN):
            if _length(request) > OUTSIDE_LIMIT_OCTETS:  # refused unread
                return closed_door(request, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            return answer(request)
        return closed_door(request, HTTPStatus.FORBIDDEN)

    return around


def _length(request: HttpRequest) -> int:
    text = request.headers.get("Content-Length") or "0"
    return int(text) if text.isascii() and text.isdigit() else 0


class Faults:
    """An error of ours becomes a calm page with its sentence and remedy."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._answer(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, MusnadError):
            return None
        if isinstance(error, NotAllowed | UnknownCase):  # alike, whether there is no such case or it is hidden
            _note_refused(request, error)
        return fault(request, error)


def _note_refused(request: HttpRequest, error: MusnadError) -> None:
    seat, found = house.seat_of(request), request.resolver_match
    if seat is not None:
        about = {"page": found.view_name if found is not None else "", "why": error.code}
        note(house.ports(), "refused", by=seat.name, about=about)
