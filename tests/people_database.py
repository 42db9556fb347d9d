"""A database with all tables of a node, for tests of people: made once a run, copied for each who asks."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from django.core.management import call_command
from django.db import connections

from musnad.records.databases import sqlite
from tests.records_settings import add_database


@contextmanager
def people_tables(folder: Path) -> Iterator[None]:
    """This process's database has the node's tables, empty, until the block ends; its file stands in ``folder``."""
    made, place = _template(), folder / "people.sqlite3"
    if not place.exists():
        shutil.copyfile(made, place)
    add_database("default", sqlite(place))
    try:
        yield
    finally:
        connections["default"].close()
        add_database("default", sqlite(Path(":memory:")))


@cache
def _template() -> Path:
    made = Path(tempfile.mkdtemp(prefix="musnad-tables-")) / "empty.sqlite3"
    add_database("default", sqlite(made))
    call_command("migrate", verbosity=0, interactive=False)
    with connections["default"].cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connections["default"].close()
    return made
