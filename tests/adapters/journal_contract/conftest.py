"""One suite, three journals."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connections

from musnad.adapters.memory.journal import MemoryJournal
from musnad.exchange.journal import Journal
from tests.adapters.journal_contract.journals import postgres_journal, sqlite_journal

DJANGO = [pytest.param("sqlite"), pytest.param("postgresql", marks=pytest.mark.postgresql)]


@pytest.fixture(params=[pytest.param("memory"), *DJANGO])
def journal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Journal]:
    """A fresh journal of each kind."""
    yield _journal(request, tmp_path)
    connections.close_all()


@pytest.fixture(params=DJANGO)
def database_journal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Journal]:
    """A fresh journal of each kind that has a database."""
    yield _journal(request, tmp_path)
    connections.close_all()


def _journal(request: pytest.FixtureRequest, tmp_path: Path) -> Journal:
    match request.param:
        case "sqlite":
            return sqlite_journal(tmp_path / "journal.sqlite3")
        case "postgresql":
            return postgres_journal(request.getfixturevalue("postgres_url"))
        case _:
            return MemoryJournal()
