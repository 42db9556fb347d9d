"""A backup of a node whose journal is on a PostgreSQL server: dumped while it is written to, read back without it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connections
from pytest_django import DjangoDbBlocker

from musnad.exchange.audit import note
from musnad.exchange.witnessing import sign_head
from musnad.node.assemble import Node, assemble
from musnad.node.backup.database import run_tool
from musnad.node.backup.errors import DatabaseNotCopied
from musnad.node.backup.manifest import read_items
from musnad.records.databases import postgresql, sqlite
from tests.doors.cli.house import build
from tests.postgres_fixture import postgres_programs, postgres_server
from tests.records_settings import add_database

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.skipif(postgres_programs() is None, reason="Debian's postgresql is not installed"),
]


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker) -> Iterator[Node]:
    with django_db_blocker.unblock(), postgres_server() as url:
        house = build(tmp_path_factory.mktemp("house"))
        folder = house.node("QA")
        place = folder / "node.toml"
        place.write_text(place.read_text().replace('"journal.sqlite3"', f'"{url}"'))
        (folder / "journal.sqlite3").unlink()
        add_database("default", postgresql(url))
        call_command("migrate", verbosity=0, interactive=False)
        try:
            yield assemble(folder)
        finally:
            connections["default"].close()
            add_database("default", sqlite(Path(":memory:")))


def test_is_dumped_at_one_moment_and_its_log_is_the_tree_under_its_head(node: Node, tmp_path: Path) -> None:
    from musnad.node.backup.checking import check_backup
    from musnad.node.backup.making import make_backup

    for number in range(7):
        note(node.ports, "looked", by=f"person-{number}")
    head = sign_head(node.ports)
    assert head is not None
    note(node.ports, "looked", by="after the head")
    target = tmp_path / "backups"
    made = make_backup(node, target, by="test", report=lambda _: None)
    assert (made.entries, made.size) == (8, 7)
    found = check_backup(node, target, by="test")
    assert found.faults == ()
    assert found.facts is not None
    assert (found.facts.database, found.facts.root) == ("postgresql", head.root.hex())

    manifest = next(target.glob("backups/*"))
    (dump,) = [one for one in read_items(manifest) if one.path == "database"]
    place = target / "content" / dump.sha256[:2] / dump.sha256
    assert shutil.which("pg_restore") is not None
    place.write_bytes(place.read_bytes()[:-100])
    assert [one.why for one in check_backup(node, target, by="test").faults] == ["size"]


def test_a_log_that_is_not_the_tree_under_its_head_is_found_in_the_dump(node: Node, tmp_path: Path) -> None:
    from musnad.node.backup.checking import check_backup
    from musnad.node.backup.making import make_backup

    note(node.ports, "looked", by="lan")
    sign_head(node.ports)
    with connections["default"].cursor() as cursor:
        cursor.execute('SELECT "hash" FROM "records_treenode" WHERE "level" = 1 AND "index" = 0')
        (before,) = cursor.fetchone()
        cursor.execute('UPDATE "records_treenode" SET "hash" = %s WHERE "level" = 3', [b"\0" * 32])
        assert cursor.rowcount == 1
    make_backup(node, tmp_path / "backups", by="test")
    assert [one.why for one in check_backup(node, tmp_path / "backups", by="test").faults] == ["head"]
    assert bytes(before) != b"\0" * 32


def test_what_pg_dump_says_is_said_in_its_first_line() -> None:
    with pytest.raises(DatabaseNotCopied) as caught, run_tool("pg_dump", ["--dbname=postgresql:///none?host=/none"]):
        pass
    assert "/none" in caught.value.why
