"""What a test needs of the machine and may lack on a developer's own; in CI, lacking it is a failure."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest


def lacking(what: str) -> NoReturn:
    """Skip here; fail where CI says that everything is to be run."""
    if os.environ.get("CI"):
        pytest.fail(f"CI must have it: {what}")
    pytest.skip(what)
