"""Pages for when something is not there, not allowed, or broken."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from musnad.core.kernel.errors import Corrupt, MusnadError
from musnad.desk.remedies import remedy
from musnad.language import gettext as _
from musnad.language.outcome import http_status
from musnad.language.sentences import sentence


def closed_door(request: HttpRequest, status: int, *, used: bool = False) -> HttpResponse:
    """For who has no session: how to get in, and nothing else."""
    return render(request, "desk/closed_door.html", {"used": used}, status=status)


def fault(request: HttpRequest, error: MusnadError) -> HttpResponse:
    """An error of ours in words, with its code; broken integrity is marked as such."""
    said = {
        "sentence": sentence(error),
        "remedy": remedy(error),
        "code": error.code,
        "broken": isinstance(error, Corrupt),
    }
    return render(request, "desk/fault.html", said, status=http_status(error))


def _plain(request: HttpRequest, status: HTTPStatus, said: str, then: str) -> HttpResponse:
    return render(request, "desk/fault.html", {"sentence": said, "remedy": then}, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001  # Django's signature
    """Before the host is known to be ours, nothing but the status is said."""
    return HttpResponse(status=HTTPStatus.BAD_REQUEST)


def form_refused(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001  # Django's signature
    return _plain(
        request, HTTPStatus.FORBIDDEN, _("The form was too old."), _("Go back, load the page again, and retry.")
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001  # Django's signature
    return _plain(request, HTTPStatus.NOT_FOUND, _("There is no such page."), _("Begin again at the inbox."))


def broken(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  # nothing of the request is trusted any more
    """The last resort: no template, no node."""
    said = _("The desk failed. Nothing was changed; the node's log tells more.")
    return HttpResponse(said, content_type="text/plain; charset=utf-8", status=HTTPStatus.INTERNAL_SERVER_ERROR)
