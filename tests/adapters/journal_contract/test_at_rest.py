"""What a journal's database shows to whoever takes the disk, and what becomes of damage and of a full disk."""

from __future__ import annotations

import os
from contextlib import closing
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connections

from musnad.core.kernel.errors import BadForm
from musnad.core.kernel.names import CaseRef, Digest, SealId
from musnad.exchange.errors import DiskFull, JournalCorrupt, JournalUnavailable
from musnad.exchange.journal import Entry, KeptExhibit
from musnad.records.databases import postgresql, sqlite
from musnad.records.failure import told
from musnad.records.journal import DjangoJournal
from musnad.records.models import CaseIndex, CaseKey, DraftRow, ExhibitRow, JournalEntry, TreeNode
from tests.adapters.journal_contract.entries import QA, SECRET, admit, after, append, draft
from tests.adapters.journal_contract.journals import STORAGE_KEY, sqlite_journal

SEAL = SealId("5e" * 16)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "journal.sqlite3"


@pytest.fixture
def journal(place: Path) -> DjangoJournal:
    return sqlite_journal(place)


def _full(journal: DjangoJournal) -> Entry:
    entry = admit(journal, "one", QA)
    with journal.begin() as transaction:
        transaction.put_draft(draft("opening"))
        transaction.put_draft(draft("inside", entry.case))
        transaction.put_exhibit(KeptExhibit(SEAL, b"exhibit key".ljust(32), SECRET.encode(), "sealed", entry.case))
    return entry


def test_no_content_and_no_key_stands_in_the_files(journal: DjangoJournal, place: Path) -> None:
    _full(journal)
    octets = b"".join(path.read_bytes() for path in place.parent.iterdir())
    assert b"BEGIN" not in octets
    assert SECRET.encode() not in octets
    assert b"exhibit key" not in octets
    assert STORAGE_KEY not in octets


def test_another_storage_key_opens_nothing(journal: DjangoJournal) -> None:
    entry = _full(journal)
    other = DjangoJournal(b"\xff" * 32, os.urandom)
    for read in (lambda: other.entry(entry.id), other.drafts, lambda: other.exhibit(SEAL)):
        with pytest.raises(JournalCorrupt):
            read()


def test_a_storage_key_is_32_octets() -> None:
    with pytest.raises(BadForm):
        DjangoJournal(b"short", os.urandom)


def test_no_key_shows_in_a_repr(journal: DjangoJournal) -> None:
    assert repr(journal) == "DjangoJournal(using='default')"
    assert repr(STORAGE_KEY)[2:-1] not in repr(vars(journal))


@pytest.mark.parametrize(
    "damage",
    [
        {"sealed": b"\0" * 200},
        {"sealed": b""},
        {"salt": "0" * 64},
        {"kind": "receipt"},
        {"own": False},
        {"at": after(1)},
        {"subject": "0" * 64},
        {"directory_version": 8},
        {"author_index": 4, "author_salt": "0" * 64},
        {"index": 77},
    ],
)
def test_a_changed_column_is_named_with_its_entry(journal: DjangoJournal, damage: dict[str, object]) -> None:
    entry = admit(journal, "one")
    JournalEntry.objects.filter(id=entry.id).update(**damage)
    with pytest.raises(JournalCorrupt) as found:
        journal.entry(entry.id)
    assert entry.id in found.value.entry


def test_one_entrys_bytes_in_anothers_place_are_seen(journal: DjangoJournal) -> None:
    one = admit(journal, "one")
    with journal.begin() as transaction:
        two = append(transaction, "two", case=one.case)
    moved = JournalEntry.objects.get(id=two.id).sealed
    JournalEntry.objects.filter(id=one.id).update(sealed=moved)
    with pytest.raises(JournalCorrupt) as found:
        journal.case_entries(one.case)
    assert one.id in found.value.entry


def test_an_entry_that_is_gone_is_missed(journal: DjangoJournal) -> None:
    entries = [admit(journal, f"entry {number}") for number in range(3)]
    JournalEntry.objects.filter(id=entries[1].id).delete()
    with pytest.raises(JournalCorrupt):
        list(journal.entries())
    with pytest.raises(JournalCorrupt):
        journal.leaf_entries(0, 3)


def test_a_lost_tree_node_is_named(journal: DjangoJournal) -> None:
    admit(journal, "one")
    TreeNode.objects.filter(level=0, index=0).delete()
    with pytest.raises(JournalCorrupt, match="tree-node 0/0"):
        admit(journal, "two")
    assert journal.log_size() == 1


def test_a_swapped_draft_or_exhibit_is_seen(journal: DjangoJournal) -> None:
    _full(journal)
    DraftRow.objects.filter(id=draft("opening").id).update(at=after(1))
    with pytest.raises(JournalCorrupt):
        journal.draft(draft("opening").id)
    ExhibitRow.objects.update(holders='["XX/contact"]')
    with pytest.raises(JournalCorrupt):
        journal.exhibits()


def test_a_destroyed_case_key_forgets_the_case_and_keeps_the_proofs(journal: DjangoJournal) -> None:
    entry, other = _full(journal), admit(journal, "other")
    blind = journal.leaf_entries(0, 2)
    CaseKey.objects.filter(case=entry.case).delete()
    for read in (lambda: journal.entry(entry.id), lambda: journal.exhibit(SEAL)):
        with pytest.raises(JournalCorrupt):
            read()
    assert journal.leaf_entries(0, 2) == blind
    assert journal.entry(other.id) == other
    with pytest.raises(JournalCorrupt):
        admit(journal, "after", case=entry.case)
    assert journal.log_size() == 2


def test_read_tables_are_rebuilt_from_the_journal(journal: DjangoJournal) -> None:
    first = admit(journal, "first")
    admit(journal, "second")
    with journal.begin() as transaction:
        append(transaction, "third", case=first.case, at=after(5))
    told_before = journal.cases()
    CaseIndex.objects.all().delete()
    assert journal.cases() == ()
    assert journal.rebuild_read_tables() == 2
    assert journal.cases() == told_before


def test_a_full_disk_stores_nothing_and_says_so(journal: DjangoJournal) -> None:
    kept = admit(journal, "kept")
    with connections["default"].cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        pages = cursor.fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count={pages}")
    with pytest.raises(DiskFull):
        admit(journal, "lost " + "x" * 60_000, QA)
    with connections["default"].cursor() as cursor:
        cursor.execute("PRAGMA max_page_count=1000000")
    assert tuple(journal.entries()) == (kept,)
    assert journal.waiting() == ()
    assert admit(journal, "after").place.index == 1


def test_a_read_only_database_is_unavailable(journal: DjangoJournal) -> None:
    admit(journal, "kept")
    with connections["default"].cursor() as cursor:
        cursor.execute("PRAGMA query_only=ON")
    with pytest.raises(JournalUnavailable):
        admit(journal, "lost")
    connections["default"].close()
    assert journal.log_size() == 1


def test_a_locked_database_is_unavailable_and_then_works_again(journal: DjangoJournal, place: Path) -> None:
    import sqlite3

    admit(journal, "kept")
    with connections["default"].cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout=50")
    with closing(sqlite3.connect(place, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(JournalUnavailable) as found:
            admit(journal, "lost")
        assert found.value.why == "SQLITE_BUSY"
        assert journal.log_size() == 1, "readers wait for nobody"
        other.execute("ROLLBACK")
    assert admit(journal, "after").place.index == 1


def test_a_file_that_is_no_database_is_corrupt(place: Path, journal: DjangoJournal) -> None:
    admit(journal, "kept")
    connections["default"].close()
    place.write_bytes(b"not a database at all" * 1000)
    with pytest.raises(JournalCorrupt):
        journal.log_size()


def test_postgresqls_full_disk_and_damage_have_their_names() -> None:
    class Cause(Exception):
        def __init__(self, state: str) -> None:
            self.sqlstate = state

    for state, error in (("53100", DiskFull), ("XX001", JournalCorrupt), ("57P01", JournalUnavailable)):
        with pytest.raises(error), told("default"):
            raise DatabaseError from Cause(state)


def test_commits_are_durable(journal: DjangoJournal) -> None:
    with connections["default"].cursor() as cursor:
        assert cursor.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
        assert cursor.execute("PRAGMA synchronous").fetchone()[0] == 2
        assert cursor.execute("PRAGMA busy_timeout").fetchone()[0] == 20_000


def test_one_admission_takes_few_queries(journal: DjangoJournal) -> None:
    from django.test.utils import CaptureQueriesContext

    case = admit(journal, "one").case
    with CaptureQueriesContext(connections["default"]) as queries:
        admit(journal, "two", QA, case=case)
    assert len(queries) <= 12
    with CaptureQueriesContext(connections["default"]) as queries:
        assert len(journal.case_entries(case)) == 2
        list(journal.entries())
    assert len(queries) == 4


def test_a_tiles_nodes_take_one_query(journal: DjangoJournal) -> None:
    from django.test.utils import CaptureQueriesContext

    for number in range(8):
        admit(journal, f"entry {number}")
    with CaptureQueriesContext(connections["default"]) as queries:
        assert len(journal.tree_nodes(0, 0, 8)) == 8
    assert len(queries) == 1
    TreeNode.objects.filter(level=0, index=3).delete()
    with pytest.raises(JournalCorrupt, match="tree-node 0/3"):
        journal.tree_nodes(0, 0, 8)


def test_the_migrations_are_up_to_date() -> None:
    call_command("makemigrations", "records", check=True, dry_run=True, stdout=StringIO())


def test_a_database_url_is_read_and_never_repeated() -> None:
    read = postgresql("postgresql://clerk:p%40ss@db.example:5433/musnad")
    assert (read["USER"], read["PASSWORD"], read["HOST"], read["PORT"]) == ("clerk", "p@ss", "db.example", "5433")
    assert postgresql("postgresql://clerk@/musnad?host=/run/postgresql")["HOST"] == "/run/postgresql"
    assert sqlite(Path("x"))["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    for bad in ("mysql://clerk:secret@db/x", "postgresql://clerk:secret@db", "postgresql://clerk:secret@db:port/x"):
        with pytest.raises(BadForm) as found:
            postgresql(bad)
        assert "secret" not in str(found.value)


def test_a_case_reference_is_not_needed_to_be_one(journal: DjangoJournal) -> None:
    assert journal.case_entries(CaseRef(Digest("'; --"))) == ()
