"""One-time links into the desk: a random token that works once, for a quarter of an hour.

Only the token's SHA-256 is kept, as an empty file under ``run/links``; using it removes the file, which only one
request can do.
"""

from __future__ import annotations

import hashlib
import re
import time
from pathlib import Path

from musnad.core.kernel.names import Entropy

TOKEN_OCTETS = 32
LIFE_SECONDS = 15 * 60
_TOKEN = re.compile(r"[0-9a-f]{64}")


def make_link(folder: Path, entropy: Entropy) -> str:
    """The path ``/enter/TOKEN`` of a fresh link into the desk of the node in ``folder``."""
    token = entropy(TOKEN_OCTETS).hex()
    place = _folder(folder)
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    (place / _name(token)).touch(mode=0o600)
    return f"/enter/{token}"


def use_link(folder: Path, token: str) -> bool:
    """Whether the token is a fresh one; it works no second time."""
    if not _TOKEN.fullmatch(token):
        return False
    place = _folder(folder) / _name(token)
    try:
        made = place.stat().st_mtime
        place.unlink()
    except FileNotFoundError:
        return False
    return time.time() - made < LIFE_SECONDS


def _folder(folder: Path) -> Path:
    return folder / "run" / "links"


def _name(token: str) -> str:
    return hashlib.sha256(token.encode("ascii")).hexdigest()
