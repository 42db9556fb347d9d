"""One-time links into the desk: who can read the node's folder may enter, once, within fifteen minutes.

A link is for one person, by name; one that names nobody is for the node's first person.
"""

from __future__ import annotations

from pathlib import Path

from musnad.adapters.files.tokens import Tokens
from musnad.core.kernel.names import Entropy

LIFETIME_SECONDS = 15 * 60


def make_link(folder: Path, entropy: Entropy, person: str = "") -> str:
    """A new link's path on the desk, ``/enter/<token>``; what it opens is the node in ``folder``."""
    return f"/enter/{_links(folder).make(entropy, person)}"


def use_link(folder: Path, token: str) -> bool:
    """Whether this token opens the desk, now and for the first time. Anything else is simply no."""
    return take_link(folder, token) is not None


def take_link(folder: Path, token: str) -> str | None:
    """For whom this token opens the desk, now and for the first time; ``None``: for nobody."""
    return _links(folder).taken(token)


def end_links(folder: Path, person: str) -> None:
    """End every link of a person that nobody has used."""
    links = _links(folder)
    for one in links.every():
        if one.purpose == person:
            links.end(one.name)


def _links(folder: Path) -> Tokens:
    return Tokens(folder / "run" / "links", LIFETIME_SECONDS)
