"""One-time links into the desk: who can read the node's folder may enter, once, within fifteen minutes."""

from __future__ import annotations

from pathlib import Path

from musnad.adapters.files.tokens import Tokens
from musnad.core.kernel.names import Entropy

LIFETIME_SECONDS = 15 * 60


def make_link(folder: Path, entropy: Entropy) -> str:
    """A new link's path on the desk, ``/enter/<token>``; what it opens is the node in ``folder``."""
    return f"/enter/{_links(folder).make(entropy)}"


def use_link(folder: Path, token: str) -> bool:
    """Whether this token opens the desk, now and for the first time. Anything else is simply no."""
    return _links(folder).take(token)


def _links(folder: Path) -> Tokens:
    return Tokens(folder / "run" / "links", LIFETIME_SECONDS)
