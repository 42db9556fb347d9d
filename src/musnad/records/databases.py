"""What goes into Django's ``DATABASES`` for either backend, so that a commit means durable and a writer waits its turn.

SQLite: a write-ahead log synced at every commit, write transactions that take the lock when they begin (no deadlock
between two that both read first), and twenty seconds of patience. PostgreSQL: its own default, ``synchronous_commit``
on, said aloud so that a server configured otherwise cannot weaken it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.db import connections

from musnad.core.kernel.errors import BadForm

BUSY_SECONDS = 20
_SQLITE_PRAGMAS = "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA foreign_keys=ON;PRAGMA secure_delete=ON;"

Database = dict[str, Any]
"""One value of Django's ``DATABASES``."""


def sqlite(path: Path) -> Database:
    """A journal in one file."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "CONN_MAX_AGE": None,
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": BUSY_SECONDS, "init_command": _SQLITE_PRAGMAS},
    }


def postgresql(url: str) -> Database:
    """A journal on a server: ``postgresql://user:password@host:port/name``; ``?host=/run/postgresql`` for a socket.

    Raises:
        BadForm: it is not such a URL. The URL, which may hold a password, is not repeated in the error.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise BadForm("database url", "not postgresql://user:password@host:port/name") from error
    name = unquote(parts.path.removeprefix("/"))
    if parts.scheme not in {"postgresql", "postgres"} or not name:
        raise BadForm("database url", "not postgresql://user:password@host:port/name")
    query = dict(parse_qsl(parts.query))
    host = query.pop("host", unquote(parts.hostname or ""))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": query.pop("port", str(port or "")),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "options": "-c synchronous_commit=on -c lock_timeout=20s",
            "connect_timeout": BUSY_SECONDS,
            **query,
        },
    }


@contextmanager
def attached(alias: str, database: Database) -> Iterator[None]:
    """One more database of this process until the block ends; its alias is that of nothing else."""
    connections.settings = connections.configure_settings({**connections.settings, alias: database})
    try:
        yield
    finally:
        connections[alias].close()
        del connections[alias]
        connections.settings = {name: one for name, one in connections.settings.items() if name != alias}
