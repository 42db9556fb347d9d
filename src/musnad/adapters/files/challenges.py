"""What a passkey was asked to sign, good for one answer: an answer that was heard before opens nothing again."""

from __future__ import annotations

from pathlib import Path

from musnad.adapters.files.tokens import Tokens
from musnad.core.kernel.names import Entropy

LIFETIME_SECONDS = 5 * 60


def make_challenge(folder: Path, entropy: Entropy, purpose: str) -> str:
    """A fresh challenge for this purpose: 32 octets in URL-safe base 64."""
    return _challenges(folder).make(entropy, purpose)


def take_challenge(folder: Path, challenge: str, purpose: str) -> bool:
    """Whether it was asked here for this, not long ago, and nobody has answered it; from now on somebody has."""
    return _challenges(folder).taken(challenge) == purpose


def _challenges(folder: Path) -> Tokens:
    return Tokens(folder / "run" / "challenges", LIFETIME_SECONDS)
