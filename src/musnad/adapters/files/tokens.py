"""Secrets that open something for a while: who holds the token may, and this machine can end it at any time.

Only the SHA-256 of a token is stored, as the name of a file that says nothing but what the token is for, so that a
copy of the folder opens nothing. Its time is the file's; removing the file ends it, and of many removals at once only
one succeeds.
"""

from __future__ import annotations

import hashlib
import os
import re
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from musnad.core.kernel.names import Entropy

TOKEN_OCTETS = 32
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_NAME = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Held:
    """A token that holds: the name of its file, what it is for, and since when, in seconds of the epoch."""

    name: str
    purpose: str
    since: float


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of one kind, by the folder that they stand in and how long each lasts."""

    place: Path
    lifetime_seconds: int

    def make(self, entropy: Entropy, purpose: str = "") -> str:
        """A new token; those that have run out are removed."""
        self.place.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._sweep()
        token = urlsafe_b64encode(entropy(TOKEN_OCTETS)).rstrip(b"=").decode("ascii")
        with os.fdopen(os.open(self._file(token), os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            file.write(purpose.encode("utf-8"))
        return token

    def held(self, token: str) -> Held | None:
        """What the token is, where it was made here, has not been taken and has not run out."""
        return self._read(self._file(token)) if _TOKEN.fullmatch(token) else None

    def holds(self, token: str) -> bool:
        """Whether it was made here, has not been taken and has not run out; anything else is simply no."""
        return self.held(token) is not None

    def every(self) -> Iterator[Held]:
        """All that hold, in no order."""
        try:
            files = list(self.place.iterdir())
        except FileNotFoundError:
            return
        yield from (found for file in files if (found := self._read(file)) is not None)

    def take(self, token: str) -> bool:
        """End it; whether it held until now."""
        return self.taken(token) is not None

    def taken(self, token: str) -> str | None:
        """End it; what it was for, where it held until now. Of many at once only one is told."""
        if not _TOKEN.fullmatch(token):
            return None
        file = self._file(token)
        try:
            made, purpose = file.stat().st_mtime, file.read_text("utf-8")
            file.unlink()
        except FileNotFoundError:
            return None
        return purpose if self._is_fresh(made) else None

    def end(self, name: str) -> None:
        """End the one whose file has this name, where there is one."""
        if _NAME.fullmatch(name):
            (self.place / name).unlink(missing_ok=True)

    def _read(self, file: Path) -> Held | None:
        try:
            made, purpose = file.stat().st_mtime, file.read_text("utf-8")
        except FileNotFoundError:
            return None
        return Held(file.name, purpose, made) if self._is_fresh(made) else None

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
