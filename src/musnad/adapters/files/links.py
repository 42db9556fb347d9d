"""One-time links into the desk: who can read the node's folder may enter, once, soon.

Only the SHA-256 of a link's token is stored, as the name of an empty file, so that a copy of the folder opens nothing.
Using a link removes the file, and only one use can: removal is atomic. A link lasts fifteen minutes.
"""

from __future__ import annotations

import hashlib
import os
import re
import time
from base64 import urlsafe_b64encode
from pathlib import Path

from musnad.core.kernel.names import Entropy

LIFETIME_SECONDS = 15 * 60
TOKEN_OCTETS = 32
_PLACE = Path("run", "links")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


def make_link(folder: Path, entropy: Entropy) -> str:
    """A new link's path on the desk, ``/enter/<token>``; what it opens is the node in ``folder``."""
    place = folder / _PLACE
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    _sweep(place)
    token = urlsafe_b64encode(entropy(TOKEN_OCTETS)).rstrip(b"=").decode("ascii")
    os.close(os.open(place / _name(token), os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    return f"/enter/{token}"


def use_link(folder: Path, token: str) -> bool:
    """Whether this token opens the desk, now and for the first time. Anything else is simply no."""
    if not _TOKEN.fullmatch(token):
        return False
    link = folder / _PLACE / _name(token)
    try:
        made = link.stat().st_mtime
        link.unlink()
    except FileNotFoundError:
        return False
    return _is_fresh(made)


def _sweep(place: Path) -> None:
    """Remove links that nobody used in time."""
    for link in place.iterdir():
        try:
            if not _is_fresh(link.stat().st_mtime):
                link.unlink()
        except FileNotFoundError:  # just used
            continue


def _is_fresh(made: float) -> bool:
    return 0 <= time.time() - made + 1 <= LIFETIME_SECONDS + 1


def _name(token: str) -> str:
    return hashlib.sha256(token.encode("ascii")).hexdigest()
