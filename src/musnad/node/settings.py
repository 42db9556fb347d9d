"""Django's settings of one node's process; ``MUSNAD_NODE`` names the node's folder. The desk adds its own to them.

Only what Django serves or stores reads this; the core, the exchange and the verifier never do. Without a folder
(tools, type checking) the database is in memory.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from musnad.node.configuration import read_configuration
from musnad.people.tables import APPS, PERSON
from musnad.records.databases import postgresql, sqlite

_folder = os.environ.get("MUSNAD_NODE", "")

NODE = Path(_folder) if _folder else None
DEBUG = False
USE_TZ = True
TIME_ZONE = "UTC"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"


def _databases() -> dict[str, Any]:
    if NODE is None:
        return {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
    place = read_configuration(NODE).journal.database
    return {"default": postgresql(place) if "://" in place else sqlite(NODE / place)}


def _secret() -> str:
    """The desk's session key: made with the node, never written here."""
    if NODE is None:
        return "no node, no session"
    return (NODE / "keys" / "desk.key").read_text("ascii")


DATABASES = _databases()
SECRET_KEY = _secret()
INSTALLED_APPS = [*APPS]
AUTH_USER_MODEL = PERSON
MIDDLEWARE: list[str] = []
ROOT_URLCONF = "musnad.gate.urls"
ALLOWED_HOSTS = ["*"]  # the gate is pinned by certificate, the desk names its own hosts
DATA_UPLOAD_MAX_MEMORY_SIZE: int | None = None  # each view reads its body under a limit of its own
LOGGING_CONFIG = None
