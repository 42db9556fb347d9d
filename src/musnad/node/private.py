"""What a node's processes write is its owner's alone, whatever umask they were started under."""

from __future__ import annotations

import os

OTHERS = 0o077


def keep_private() -> None:
    """From here on this process, and those that it starts, make files and folders that nobody else can read."""
    os.umask(OTHERS)
