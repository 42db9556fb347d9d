"""Sessions at the desk: they end when their officer leaves, or after a watch, whatever a kept cookie says.

Whose a session is stands in its file and nowhere else: a cookie names the file and no person.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from musnad.adapters.files.tokens import Held, Tokens
from musnad.core.kernel.names import Entropy

LIFETIME_SECONDS = 12 * 60 * 60
"""A watch: how long a session lasts at most."""
IDLE_SECONDS = 30 * 60
"""How long one lasts in which nobody does anything; the cookie's own signature tells."""


@dataclass(frozen=True, slots=True)
class Sitting:
    """An open session: the name of its file, who sits (``""``: the node's first person), how they came in, and since
    when, in seconds of the epoch."""

    id: str
    person: str
    way: str
    since: float


def open_session(folder: Path, entropy: Entropy, person: str = "", way: str = "link") -> str:
    """A new session's token, for the signed cookie."""
    return _sessions(folder).make(entropy, f"{way} {person}" if person else "")


def is_open(folder: Path, token: str) -> bool:
    """Whether the session was opened here, nobody has ended it, and it is not too old."""
    return _sessions(folder).holds(token)


def sitting_of(folder: Path, token: str) -> Sitting | None:
    """The session that the token names, where it is open."""
    found = _sessions(folder).held(token)
    return _sitting(found) if found is not None else None


def sittings(folder: Path, person: str) -> tuple[Sitting, ...]:
    """The open sessions of a person, the newest first."""
    return tuple(sorted(_of(folder, person), key=lambda one: -one.since))


def end_session(folder: Path, token: str) -> None:
    _sessions(folder).take(token)


def end_sitting(folder: Path, person: str, sitting: str) -> bool:
    """End that session of this person; whether there was one."""
    found = [one for one in _of(folder, person) if one.id == sitting]
    for one in found:
        _sessions(folder).end(one.id)
    return bool(found)


def end_sittings(folder: Path, person: str, but: str = "") -> int:
    """End every session of a person, but this one; how many there were."""
    found = [one for one in _of(folder, person) if one.id != but]
    for one in found:
        _sessions(folder).end(one.id)
    return len(found)


def _of(folder: Path, person: str) -> Iterator[Sitting]:
    return (one for one in map(_sitting, _sessions(folder).every()) if one.person == person)


def _sitting(held: Held) -> Sitting:
    way, _, person = held.purpose.partition(" ")
    return Sitting(held.name, person, way or "link", held.since)


def _sessions(folder: Path) -> Tokens:
    return Tokens(folder / "run" / "sessions", LIFETIME_SECONDS)
