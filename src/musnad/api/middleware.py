"""What happens around every request: its language and size, its answer's headers, and any foreign error made ours."""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse

from musnad.api.configuration import BODY_LIMIT_OCTETS
from musnad.api.errors import NoSuchResource, WrongMediaType, WrongMethod
from musnad.api.problems import PROBLEM_TYPE, problem, unforeseen
from musnad.core.kernel.errors import BadForm, MusnadError, TooLarge
from musnad.language import LANGUAGES, choose_language, use

Answer = Callable[[HttpRequest], HttpResponse]
JSON_TYPE = "application/json"
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=31536000",
}
"""What makes of no answer a page, whoever opens it in a browser; the interface is served by HTTPS alone."""
_LENGTH = re.compile(r"[0-9]{1,16}")
_log = logging.getLogger("musnad.api")


def around(answer: Answer) -> Answer:
    """1. Speak the asked language. 2. Look at the body's type and declared size before any of it is read.
    3. Answer; what is no problem of ours becomes one. 4. Nothing stays in a cache; who keeps a copy may ask by its ETag
    whether it is still the newest."""

    def guarded(request: HttpRequest) -> HttpResponse:
        language = _asked(request.headers.get("Accept-Language", ""))
        with use(language):
            response = _told(request, answer)
        response.headers["Content-Language"] = language
        response.headers["Vary"] = "Accept-Language, Authorization"
        response.headers["Cache-Control"] = "no-store"
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        named = '; filename="api.json"' if "json" in response.headers.get("Content-Type", "") else ""
        response.headers.setdefault("Content-Disposition", f"attachment{named}")
        return response

    return guarded


def _told(request: HttpRequest, answer: Answer) -> HttpResponse:
    try:
        _check_body(request)
        response = answer(request)
    except MusnadError as error:
        return problem(error)
    except Exception:  # noqa: BLE001 - a door answers for everything once
        _log.exception("unforeseen at the interface")
        return unforeseen()
    kind = response.headers.get("Content-Type", "")
    if response.status_code >= HTTPStatus.BAD_REQUEST and not kind.startswith(PROBLEM_TYPE):
        return _ours(request, response)
    if request.method == "GET" and response.status_code == HTTPStatus.OK:
        return _unless_known(request, response)
    return response


def _check_body(request: HttpRequest) -> None:
    declared = request.headers.get("Content-Length", "") or "0"
    if not _LENGTH.fullmatch(declared):
        raise BadForm("content-length", "not a number of octets")
    if int(declared) > BODY_LIMIT_OCTETS:
        raise TooLarge("request body", int(declared), BODY_LIMIT_OCTETS)
    if int(declared) and request.method not in {"GET", "HEAD"} and request.content_type != JSON_TYPE:
        raise WrongMediaType((request.content_type or "none")[:100])


def _ours(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """An error that Django answered itself, as a problem."""
    match response.status_code:
        case HTTPStatus.NOT_FOUND:
            return problem(NoSuchResource(request.path[:200]))
        case HTTPStatus.METHOD_NOT_ALLOWED:
            ours = problem(WrongMethod((request.method or "")[:20]))
            ours.headers["Allow"] = response.headers.get("Allow", "")
            return ours
        case status if status < HTTPStatus.INTERNAL_SERVER_ERROR:
            return problem(BadForm("request", "not understood"))
        case _:
            return unforeseen()


def _unless_known(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    tag = f'"{hashlib.sha256(response.content).hexdigest()}"'
    known = {one.strip().removeprefix("W/") for one in request.headers.get("If-None-Match", "").split(",")}
    if tag in known or "*" in known:
        response = HttpResponse(status=HTTPStatus.NOT_MODIFIED)
        del response.headers["Content-Type"]
    response.headers["ETag"] = tag
    return response


def _asked(header: str) -> str:
    """The first language of ours that the header names; English where it names none."""
    wishes = (part.partition(";")[0].strip().lower() for part in header[:1000].split(","))
    return next((choose_language(one, {}) for one in wishes if one.partition("-")[0] in LANGUAGES), "en")
