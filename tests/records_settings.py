"""Django's settings for tests of the journal: SQLite as ``default`` and, once a server is up, ``postgres``.

``use_databases`` is called once a process, before any model is imported; a child process of a concurrency test calls
it with the same places.
"""

from __future__ import annotations

from pathlib import Path

import django
from django.conf import settings
from django.db import connections

from musnad.people.tables import APPS, PERSON
from musnad.records.databases import Database, sqlite


def use_databases(sqlite_path: Path | str = ":memory:", **others: Database) -> None:
    """Configure Django for the records alone; where another test configured it first, only put the databases in."""
    databases = {"default": sqlite(Path(sqlite_path)), **others}
    if not settings.configured:
        settings.configure(
            INSTALLED_APPS=[*APPS],
            AUTH_USER_MODEL=PERSON,
            DATABASES=databases,
            DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
            USE_TZ=True,
        )
        django.setup()


def add_database(alias: str, database: Database) -> None:
    """Add one more database to those of this process, or put another in its place."""
    if alias in connections.settings:
        connections[alias].close()
        del connections[alias]
    connections.settings[alias] = database
    connections.settings = connections.configure_settings(connections.settings)
