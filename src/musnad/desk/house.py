"""Where the desk gets its node from: one function, which tests replace; and what surrounds every page."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

from django.http import HttpRequest

from musnad.adapters.files.sessions import is_open
from musnad.exchange.ports import Ports
from musnad.exchange.reading import directory_state, own_party
from musnad.language import LANGUAGES, current
from musnad.language.coverage import MUST_BE_WHOLE
from musnad.language.tongues import OWN_NAMES, direction_of

_lock = Lock()
_ports: Ports | None = None


def ports() -> Ports:
    """The ports of the node in ``MUSNAD_NODE``, assembled at the first call of this process."""
    global _ports  # noqa: PLW0603  # a process serves one node
    with _lock:
        if _ports is None:
            from musnad.node.assemble import assemble

            _ports = assemble(folder()).ports
        return _ports


def folder() -> Path:
    """The node's folder."""
    return Path(os.environ["MUSNAD_NODE"])


def surroundings(request: HttpRequest) -> dict[str, Any]:
    """For every template: the reader's language; inside the door also whose desk this is and how the directory is."""
    speech = current()
    around: dict[str, Any] = {
        "language": speech.language,
        "direction": speech.direction,
        "tongues": _tongues(speech.language),
        "inside": is_inside(request),
    }
    if around["inside"]:
        node = ports()
        around |= {"party": own_party(node), "directory": directory_state(node)}
    return around


@dataclass(frozen=True, slots=True)
class Tongue:
    """A language that the reader may choose, by the name that it calls itself."""

    code: str
    name: str
    direction: str


def _tongues(spoken: str) -> dict[str, list[Tongue]]:
    """What stands in sight, the languages that are whole, and what one more step shows; not the one that is spoken."""
    offered = [Tongue(one, OWN_NAMES[one], direction_of(one)) for one in LANGUAGES if one != spoken]
    return {
        "near": [one for one in offered if one.code in MUST_BE_WHOLE],
        "far": [one for one in offered if one.code not in MUST_BE_WHOLE],
    }


def is_inside(request: HttpRequest) -> bool:
    """Whether somebody entered by a link, in this browser, not too long ago, and has not left since.

    The cookie only names the session; whether it is still one is the node's to say.
    """
    token = session_of(request)
    return token is not None and is_open(folder(), token)


def session_of(request: HttpRequest) -> str | None:
    """The session that the cookie names."""
    session = getattr(request, "session", None)
    token = session.get("entered") if session is not None else None
    return token if isinstance(token, str) else None
