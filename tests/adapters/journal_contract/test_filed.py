"""The shelves and the index of words: one contract for memory and both databases; and what only a database does."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import connections

from musnad.core.kernel.names import CaseRef
from musnad.exchange.agenda import Agenda, CaseLines, Filed, Shelf
from musnad.exchange.journal import Journal
from musnad.exchange.words import asked, forms
from musnad.records.agenda import DjangoAgenda
from musnad.records.databases import sqlite
from musnad.records.journal import DjangoJournal
from tests.adapters.journal_contract.entries import QA, admit
from tests.adapters.journal_contract.journals import STORAGE_KEY, sqlite_journal
from tests.adapters.journal_contract.test_agenda import BASIS, beside
from tests.records_settings import add_database

START = date(2026, 11, 23)
SECRET = "falconsnest"


@pytest.fixture
def agenda(journal: Journal) -> Agenda:
    found = beside(journal)
    found.begin_anew(BASIS)
    return found


def put(agenda: Agenda, **members: object) -> list[CaseRef]:
    """File every unfolded case, each a day later than the one before, holding a word of its own and a common one."""
    rows = agenda.unfolded(100)
    lines = []
    for number, row in enumerate(rows):
        filed = Filed(row.case, Shelf.NOW, START + timedelta(days=number), -row.last_index, None, None, b"row")
        words = {"exhibit": frozenset(forms(f"{SECRET} word{number}")), "authority": frozenset(forms("common"))}
        lines.append(CaseLines(row.case, row.last_index, (), replace(filed, **members), words))  # type: ignore[arg-type]
    assert agenda.put(BASIS, lines)
    return [row.case for row in rows]


def found(agenda: Agenda, question: str, **more: object) -> list[CaseRef]:
    return [one.case for one in agenda.find(asked(question), 10, **more)]  # type: ignore[arg-type]


def test_a_shelf_is_read_in_its_order_page_after_page(journal: Journal, agenda: Agenda) -> None:
    for name in ("one", "two", "three"):
        admit(journal, name)
    cases = put(agenda)
    assert [one.case for one in agenda.cases(Shelf.NOW, 10)] == cases
    first = agenda.cases(Shelf.NOW, 2)
    assert [one.case for one in agenda.cases(Shelf.NOW, 2, first[-1].spot)] == cases[2:]
    assert agenda.cases(Shelf.OPEN, 10) == ()
    assert [one.case for one in agenda.cases(Shelf.NOW, 2, None, frozenset(cases[:1]))] == cases[1:]
    assert agenda.tally()[Shelf.NOW] == 3
    assert agenda.tally(frozenset(cases[:1]))[Shelf.NOW] == 2
    assert first[0].content == b"row"


def test_what_ends_is_given_by_its_day_once_it_is_warned_of(journal: Journal, agenda: Agenda) -> None:
    admit(journal, "one")
    (case,) = put(agenda, ends_on=START + timedelta(days=30), warned_from=START)
    later = START + timedelta(days=40)
    assert [one.case for one in agenda.ending(5, START, later)] == [case]
    assert agenda.ending(5, START - timedelta(days=1), later) == ()
    assert agenda.ending(5, START, START) == ()
    assert agenda.ending(5, START, later, None, frozenset({case})) == ()


def test_words_find_the_cases_that_hold_all_of_them_the_newest_first(journal: Journal, agenda: Agenda) -> None:
    for name in ("one", "two"):
        admit(journal, name)
    cases = put(agenda)
    assert found(agenda, "COMMON") == cases[::-1]
    assert found(agenda, "common word0") == cases[:1]
    assert found(agenda, "word0 word1") == []
    (hit,) = agenda.find(asked("word1"), 10)
    assert hit.fields == ("exhibit",)
    newest = agenda.find(asked("common"), 1)
    assert found(agenda, "common", before=newest[0].index) == cases[:1]
    assert found(agenda, "common", hidden=frozenset(cases[1:])) == cases[:1]
    assert agenda.begins_with(cases[0][:9], 5) == (cases[0],)


def test_a_case_that_grew_is_found_by_its_new_words_alone(journal: Journal, agenda: Agenda) -> None:
    one = admit(journal, "one")
    put(agenda)
    admit(journal, "more", case=one.case)
    (row,) = agenda.unfolded(5)
    filed = Filed(row.case, Shelf.OPEN, None, -row.last_index, None, None, b"new")
    agenda.put(BASIS, [CaseLines(row.case, row.last_index, (), filed, {"case": frozenset(forms("fresh"))})])
    assert (found(agenda, "fresh"), found(agenda, "common")) == ([one.case], [])
    assert [one.content for one in agenda.cases(Shelf.OPEN, 5)] == [b"new"]
    assert (agenda.tally()[Shelf.NOW], agenda.tally()[Shelf.OPEN]) == (0, 1)
    agenda.begin_anew(BASIS)
    assert set(agenda.tally().values()) == {0}


def test_deliveries_that_wait_are_counted_by_case(journal: Journal, agenda: Agenda) -> None:
    one, two = admit(journal, "one", QA), admit(journal, "two")
    assert agenda.undelivered([one.case, two.case]) == {one.case: 1}


def test_a_forgotten_case_is_found_no_more_and_the_others_are(journal: Journal, agenda: Agenda) -> None:
    for name in ("one", "two"):
        admit(journal, name)
    cases = put(agenda)
    agenda.forget(cases[0])
    while agenda.index_anew(1):
        pass
    assert found(agenda, "common") == cases[1:]
    assert [one.case for one in agenda.filed(cases)] == cases[1:]
    assert agenda.tally()[Shelf.NOW] == 1
    assert agenda.unfolded(5) == ()


# What only a database does.


def test_no_word_stands_in_the_files(tmp_path: Path) -> None:
    place = tmp_path / "journal.sqlite3"
    agenda = beside(sqlite_journal(place))
    agenda.begin_anew(BASIS)
    admit(DjangoJournal(STORAGE_KEY, bytes), "one")
    put(agenda)
    assert found(agenda, SECRET)
    octets = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    for word in (SECRET.encode(), b"common", b"word0"):
        assert word not in octets


def test_an_old_copy_tells_nothing_of_a_forgotten_case(tmp_path: Path) -> None:
    """The copy's index and rows, with every key that the node has now: the key table is in no backup."""
    place = tmp_path / "journal.sqlite3"
    journal = sqlite_journal(place)
    agenda = beside(journal)
    agenda.begin_anew(BASIS)
    for name in ("one", "two"):
        admit(journal, name)
    gone, kept = put(agenda)
    with connections["default"].cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    copy = tmp_path / "copy.sqlite3"
    shutil.copyfile(place, copy)
    add_database("copy", sqlite(copy))
    old = DjangoAgenda(STORAGE_KEY, bytes, "copy")
    assert found(old, "word0") == [gone], "the copy is a good one"
    agenda.forget(gone)
    while agenda.index_anew(5):
        pass
    assert found(agenda, "word1") == [kept]
    with connections["default"].cursor() as here, connections["copy"].cursor() as there:
        here.execute('SELECT "case", "wrapped" FROM "records_casekey"')
        keys = here.fetchall()
        there.execute('DELETE FROM "records_casekey"')
        there.executemany('INSERT INTO "records_casekey" ("case", "wrapped") VALUES (%s, %s)', keys)
    assert found(old, "word0") == []
    assert found(old, SECRET) == []
    assert [one.content for one in old.filed([gone])] == [b""]
    connections["copy"].close()


def test_a_changed_row_is_seen(database_journal: DjangoJournal) -> None:
    from musnad.exchange.errors import JournalCorrupt
    from musnad.records.models import FiledCase

    agenda = beside(database_journal)
    agenda.begin_anew(BASIS)
    admit(database_journal, "one")
    put(agenda)
    FiledCase.objects.using(database_journal._using).update(turn=7)
    with pytest.raises(JournalCorrupt):
        agenda.cases(Shelf.NOW, 5)


def test_a_page_of_a_shelf_is_one_range_of_one_index(tmp_path: Path) -> None:
    from musnad.records.agenda import _SHELF

    sqlite_journal(tmp_path / "journal.sqlite3")
    with connections["default"].cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN SELECT * FROM records_filedcase {_SHELF}", (2, "2026-01-01", 0, "", 10))
        plan = " ".join(str(row[-1]) for row in cursor.fetchall())
    assert "records_filed_shelf" in plan
    assert "TEMP B-TREE" not in plan
