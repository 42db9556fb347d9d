"""Where the desk gets its node from: one function, which tests replace; and what surrounds every page."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

from django.http import HttpRequest

from musnad.adapters.files.sessions import Sitting, sitting_of
from musnad.core.kernel.names import CaseRef
from musnad.desk.errors import NotAllowed
from musnad.exchange.audit import note
from musnad.exchange.errors import UnknownCase
from musnad.exchange.ports import Ports
from musnad.exchange.reading import directory_state, own_party
from musnad.language import LANGUAGES, current
from musnad.language.coverage import MUST_BE_WHOLE
from musnad.language.tongues import OWN_NAMES, direction_of
from musnad.node.configuration import read_configuration
from musnad.node.doctor import Finding, examine
from musnad.people import knowing
from musnad.people.persons import seat_named
from musnad.people.seat import Seat
from musnad.records.at_rest import RestKey

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
        "inside": False,
    }
    seat = seat_of(request)
    if seat is not None:
        node = ports()
        around |= {"inside": True, "seat": seat, "powers": {one.name.lower() for one in seat.powers}}
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


def seat_of(request: HttpRequest) -> Seat | None:
    """Who sits at the desk in this browser; ``None`` for whoever is outside, or may sit here no more."""
    sitting = sitting_here(request)
    if sitting is None:
        return None
    kept = getattr(request, "musnad_seat", None)  # asked for several times a request, read once
    if kept is None or kept[0] != sitting.id:
        kept = request.musnad_seat = sitting.id, seat_named(ports(), sitting.person)  # type: ignore[attr-defined]
    found: Seat | None = kept[1]
    return found


def seat(request: HttpRequest) -> Seat:
    """The same, inside the door."""
    found = seat_of(request)
    if found is None:
        raise NotAllowed("")
    return found


def sees(seat: Seat, case: CaseRef) -> bool:
    """Whether this seat needs to know of the case."""
    return knowing.may_see(seat, case)


def hidden_from(seat: Seat) -> frozenset[CaseRef]:
    """The cases that this seat may not see, of those that only some may."""
    return knowing.hidden_from(seat)


def case_here(request: HttpRequest, case: CaseRef) -> CaseRef:
    """The case, where this node has it and the seat may see it; else ``UnknownCase``, for both alike."""
    if not sees(seat(request), case) or not ports().journal.case_entries(case):
        raise UnknownCase(case)
    return case


def looked(request: HttpRequest, case: CaseRef | None, what: str, **about: str) -> None:
    """Note in the house's own records that something sensitive was looked at; durable when this returns."""
    note(ports(), "looked", by=seat(request).name, case=case, about={"what": what, **about})


def examined() -> tuple[Finding, ...]:
    """The doctor's findings on this node, made now."""
    from musnad.node.assemble import assemble

    return examine(assemble(folder()))


def rest_key() -> RestKey:
    """What closes rows of desk life at rest: the node's storage key."""
    from musnad.node.assemble import rest_key

    return rest_key(folder())


def address() -> str:
    """What browsers reach this desk by, ``https://desk.example``: passkeys are bound to it."""
    return read_configuration(folder()).desk.address


def sitting_here(request: HttpRequest) -> Sitting | None:
    """The session of this browser, where somebody came in not too long ago and neither left nor was shut out since.

    The cookie only names the session; whether it is still one, and whose, is the node's to say.
    """
    token = session_of(request)
    return sitting_of(folder(), token) if token is not None else None


def session_of(request: HttpRequest) -> str | None:
    """The session that the cookie names."""
    session = getattr(request, "session", None)
    token = session.get("entered") if session is not None else None
    return token if isinstance(token, str) else None
