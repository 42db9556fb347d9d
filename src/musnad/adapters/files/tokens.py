"""Secrets that open something for a while: who holds the token may, and this machine can end it at any time.

Only the SHA-256 of a token is stored, as the name of an empty file, so that a copy of the folder opens nothing. Its
time is the file's; removing the file ends it, and of many removals at once only one succeeds.
"""

from __future__ import annotations

import hashlib
import os
import re
import time
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from pathlib import Path

from musnad.core.kernel.names import Entropy

TOKEN_OCTETS = 32
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of one kind, by the folder that they stand in and how long each lasts."""

    place: Path
    lifetime_seconds: int

    def make(self, entropy: Entropy) -> str:
        """A new token; those that have run out are removed."""
        self.place.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._sweep()
        token = urlsafe_b64encode(entropy(TOKEN_OCTETS)).rstrip(b"=").decode("ascii")
        os.close(os.open(self._file(token), os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        return token

    def holds(self, token: str) -> bool:
        """Whether it was made here, has not been taken and has not run out; anything else is simply no."""
        if not _TOKEN.fullmatch(token):
            return False
        try:
            return self._is_fresh(self._file(token).stat().st_mtime)
        except FileNotFoundError:
            return False

    def take(self, token: str) -> bool:
        """End it; whether it held until now."""
        if not _TOKEN.fullmatch(token):
            return False
        try:
            made = self._file(token).stat().st_mtime
            self._file(token).unlink()
        except FileNotFoundError:
            return False
        return self._is_fresh(made)

    def _sweep(self) -> None:
        for file in self.place.iterdir():
            try:
                if not self._is_fresh(file.stat().st_mtime):
                    file.unlink()
            except FileNotFoundError:  # just taken
                continue

    def _is_fresh(self, made: float) -> bool:
        return 0 <= time.time() - made + 1 <= self.lifetime_seconds + 1

    def _file(self, token: str) -> Path:
        return self.place / hashlib.sha256(token.encode("ascii")).hexdigest()
