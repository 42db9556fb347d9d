"""The digest of a file that somebody names."""

from __future__ import annotations

import hashlib
from pathlib import Path

from musnad.core.kernel.errors import BadForm
from musnad.core.kernel.names import Digest


def file_digest(path: Path) -> Digest:
    """SHA-256 (FIPS 180-4) of a file's bytes, read in constant memory; ``BadForm`` where it cannot be read."""
    try:
        with path.open("rb") as file:
            return Digest(hashlib.file_digest(file, "sha256").hexdigest())
    except OSError as error:
        raise BadForm(path.name, "not readable") from error
