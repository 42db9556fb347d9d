"""Sessions at the desk: they end when their officer leaves, or after a watch, whatever a kept cookie says."""

from __future__ import annotations

from pathlib import Path

from musnad.adapters.files.tokens import Tokens
from musnad.core.kernel.names import Entropy

LIFETIME_SECONDS = 12 * 60 * 60


def open_session(folder: Path, entropy: Entropy) -> str:
    """A new session's token, for the signed cookie."""
    return _sessions(folder).make(entropy)


def is_open(folder: Path, token: str) -> bool:
    """Whether the session was opened here, nobody has ended it, and it is not too old."""
    return _sessions(folder).holds(token)


def end_session(folder: Path, token: str) -> None:
    _sessions(folder).take(token)


def _sessions(folder: Path) -> Tokens:
    return Tokens(folder / "run" / "sessions", LIFETIME_SECONDS)
