"""A session begun and ended: the node's file, and the cookie that names it."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from musnad.adapters.clock import system_entropy
from musnad.adapters.files.sessions import end_session, open_session
from musnad.desk import house
from musnad.people.passkeys import Door


def begin(request: HttpRequest, person: str, way: str) -> None:
    """Let this person in, by this way; the session that this browser had before ends."""
    end(request)
    request.session["entered"] = open_session(house.folder(), system_entropy, person, way)


def end(request: HttpRequest) -> None:
    """End the session of this browser, where it has one."""
    token = house.session_of(request)
    if token is not None:
        end_session(house.folder(), token)
    request.session.flush()


def safe(back: str) -> str:
    """An address of this desk to go on to; the inbox where it is none."""
    if back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        return back
    return "/"


def door() -> Door:
    """What passkeys open here."""
    return Door(house.folder(), house.address())
