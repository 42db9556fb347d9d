"""The journals under contract: memory, Django on SQLite, Django on PostgreSQL."""

from __future__ import annotations

import os
from pathlib import Path

from django.core.management import call_command
from django.db import connections

from musnad.records.databases import postgresql, sqlite
from musnad.records.journal import DjangoJournal
from tests.records_settings import add_database

STORAGE_KEY = bytes(range(32))


def sqlite_journal(path: Path, alias: str = "default") -> DjangoJournal:
    """A fresh journal in a file."""
    add_database(alias, sqlite(path))
    call_command("migrate", database=alias, verbosity=0)
    return DjangoJournal(STORAGE_KEY, os.urandom, alias)


def postgres_journal(url: str, alias: str = "postgres") -> DjangoJournal:
    """An emptied journal on a server."""
    add_database(alias, postgresql(url))
    call_command("migrate", database=alias, verbosity=0)
    with connections[alias].cursor() as cursor:
        tables = [name for name in connections[alias].introspection.table_names(cursor) if name.startswith("records_")]
        cursor.execute(f"TRUNCATE {', '.join(tables)}")
    return DjangoJournal(STORAGE_KEY, os.urandom, alias)
