"""What happens around every page: headers, language, the door, and errors turned into pages."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.utils import translation

from musnad.core.kernel.errors import MusnadError
from musnad.desk import house
from musnad.desk.faults import closed_door, fault
from musnad.language import LANGUAGES, choose_language, use

Answer = Callable[[HttpRequest], HttpResponse]
LANGUAGE_COOKIE = "musnad-language"
_OPEN = ("/enter/", "/sign-in/", "/language/")


def headers(answer: Answer) -> Answer:
    """Nothing of a case stays in a cache; no page may use the machine's senses."""

    def around(request: HttpRequest) -> HttpResponse:
        response = answer(request)
        if not request.path.startswith("/static/"):
            response.headers["Cache-Control"] = "no-store"
        response.headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
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
    """No page without a session, whatever its address: who is outside learns not even whether it exists."""

    def around(request: HttpRequest) -> HttpResponse:
        if house.seat_of(request) is not None or request.path.startswith(_OPEN):
            return answer(request)
        return closed_door(request, HTTPStatus.FORBIDDEN)

    return around


class Faults:
    """An error of ours becomes a calm page with its sentence and remedy."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._answer(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return fault(request, error) if isinstance(error, MusnadError) else None
