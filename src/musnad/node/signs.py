"""The sign that a process of a node gives now and then, so that another process knows when it last lived."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

SIGN_SECONDS = 10.0
"""How often a process that lives gives a sign."""


def give_sign(folder: Path, name: str) -> None:
    """This process lives; nothing where the file cannot be written: a full disk is said elsewhere."""
    with suppress(OSError):
        place = sign_of(folder, name)
        place.touch(mode=0o600)
        os.utime(place)


def sign_of(folder: Path, name: str) -> Path:
    """The file whose time is the last sign."""
    return folder / "run" / f"{name}.alive"
