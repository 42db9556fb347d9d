"""What rests in a node's folder for a while and is swept: uploads nobody went on with, dossiers nobody removed.

Both rest closed. A dossier being written stands in plain beside them; what an interruption left there goes soon.
"""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path

from musnad.adapters.vault.spool import sweep

UPLOADS = Path("vault", "spool")
DOSSIERS = Path("vault", "dossiers")
MAKING = DOSSIERS / "making"
LEFT_BEHIND_SECONDS = 6 * 3600.0
"""What nobody wrote to for so long is being written no more: the largest dossier is judged in less."""


def sweep_resting(folder: Path, after_seconds: float, now: float | None = None) -> int:
    """Sweep what has rested for so long in the node's folder; how many uploads, dossiers and left-overs that were.

    Args:
        now: in seconds, by the file system's clock; by default, now.
    """
    swept = sum(sweep(folder / one, after_seconds, now) for one in (UPLOADS, DOSSIERS))
    limit = (time.time() if now is None else now) - LEFT_BEHIND_SECONDS
    making = folder / MAKING
    for one in tuple(making.iterdir()) if making.is_dir() else ():
        with suppress(FileNotFoundError):
            if one.stat().st_mtime < limit:
                one.unlink()
                swept += 1
    return swept
