"""The contract of ``exchange.agenda``: what every agenda does beside its journal, whatever both are made of."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from musnad.adapters.memory.agenda import MemoryAgenda
from musnad.core.kernel.names import CaseRef
from musnad.core.kernel.times import Day
from musnad.exchange.agenda import Agenda, CaseLines, Escalated, Line, Place, Rank
from musnad.exchange.errors import JournalCorrupt
from musnad.exchange.journal import Journal
from musnad.records.agenda import DjangoAgenda
from musnad.records.journal import DjangoJournal
from tests.adapters.journal_contract.entries import NOW, admit, after, append
from tests.adapters.journal_contract.journals import STORAGE_KEY

BASIS = "a" * 64
START = date(2026, 11, 23)
SECRET = b"keep the falcon's mailbox"


@pytest.fixture
def agenda(journal: Journal) -> Agenda:
    found = beside(journal)
    found.begin_anew(BASIS)
    return found


def beside(journal: Journal) -> Agenda:
    if isinstance(journal, DjangoJournal):
        return DjangoAgenda(STORAGE_KEY, os.urandom, journal._using)
    return MemoryAgenda(journal)


def line(case: CaseRef, number: int = 0, rank: Rank = Rank.ACTING, **members: object) -> Line:
    return replace(Line(case, number, rank, None, None, SECRET), **members)  # type: ignore[arg-type]


def lines_of(journal: Journal, make: Callable[[CaseRef], tuple[Line, ...]]) -> list[CaseLines]:
    return [CaseLines(row.case, row.last_index, make(row.case)) for row in beside(journal).unfolded(1000)]


def numbers(lines: tuple[Line, ...]) -> list[int]:
    return [one.number for one in lines]


def test_a_new_agenda_is_empty_and_has_no_basis(journal: Journal) -> None:
    found = beside(journal)
    assert found.basis() == ""
    assert found.page(Rank.ACTING, 10) == ()
    found.begin_anew(BASIS)
    assert found.basis() == BASIS


def test_only_cases_that_grew_are_to_be_folded_the_first_first(journal: Journal, agenda: Agenda) -> None:
    one, two = admit(journal, "one"), admit(journal, "two")
    assert [row.case for row in agenda.unfolded(10)] == [one.case, two.case]
    assert [row.case for row in agenda.unfolded(1)] == [one.case]
    assert agenda.put(BASIS, lines_of(journal, lambda case: (line(case),)))
    assert agenda.unfolded(10) == ()
    with journal.begin() as transaction:
        append(transaction, "three", case=one.case)
    assert [row.case for row in agenda.unfolded(10)] == [one.case]


def test_a_case_folded_again_has_its_new_lines_and_no_old_one(journal: Journal, agenda: Agenda) -> None:
    one, two = admit(journal, "one"), admit(journal, "two")
    agenda.put(BASIS, lines_of(journal, lambda case: (line(case, 0), line(case, 1))))
    with journal.begin() as transaction:
        append(transaction, "three", case=one.case)
    agenda.put(BASIS, lines_of(journal, lambda case: (line(case, 7, content=b"new"),)))
    found = agenda.page(Rank.ACTING, 10)
    assert sorted((one.case, one.number) for one in found) == sorted([(one.case, 7), (two.case, 0), (two.case, 1)])
    with journal.begin() as transaction:
        append(transaction, "four", case=two.case)
    agenda.put(BASIS, lines_of(journal, lambda _: ()))
    assert [(one.case, one.content) for one in agenda.page(Rank.ACTING, 10)] == [(one.case, b"new")]


def test_a_case_that_grew_while_it_was_folded_keeps_its_lines_and_is_folded_again(
    journal: Journal, agenda: Agenda
) -> None:
    one = admit(journal, "one")
    agenda.put(BASIS, lines_of(journal, lambda case: (line(case, content=b"first"),)))
    with journal.begin() as transaction:
        append(transaction, "two", case=one.case)
    folded = lines_of(journal, lambda case: (line(case, content=b"second"),))
    with journal.begin() as transaction:
        append(transaction, "three", case=one.case)
    assert agenda.put(BASIS, folded)
    assert [one.content for one in agenda.page(Rank.ACTING, 10)] == [b"first"]
    assert [row.case for row in agenda.unfolded(10)] == [one.case]


def test_of_two_that_fold_at_once_the_older_never_replaces_the_newer(journal: Journal, agenda: Agenda) -> None:
    one = admit(journal, "one")
    slow = lines_of(journal, lambda case: (line(case, content=b"slow"),))
    quick = lines_of(journal, lambda case: (line(case, content=b"quick"),))
    agenda.put(BASIS, quick)
    agenda.put(BASIS, slow)
    assert [(one.case, one.content) for one in agenda.page(Rank.ACTING, 10)] == [(one.case, b"quick")]


def test_lines_made_under_another_basis_are_not_taken(journal: Journal, agenda: Agenda) -> None:
    admit(journal, "one")
    folded = lines_of(journal, lambda case: (line(case),))
    agenda.put(BASIS, folded)
    agenda.begin_anew("b" * 64)
    assert agenda.page(Rank.ACTING, 10) == ()
    assert not agenda.put(BASIS, folded)
    assert agenda.page(Rank.ACTING, 10) == ()
    assert len(agenda.unfolded(10)) == 1
    assert agenda.put("b" * 64, folded)


def test_a_rank_is_read_by_last_day_page_after_page(journal: Journal, agenda: Agenda) -> None:
    days: list[Day | None] = [START + timedelta(days=day) for day in (5, 1, 3)]
    cases = [admit(journal, f"case {number}").case for number in range(4)]
    by_case = dict(zip(cases, [*days, None], strict=True))
    agenda.put(
        BASIS,
        lines_of(
            journal,
            lambda case: (
                line(case, 0, last_day=by_case[case]),
                line(case, 1, last_day=by_case[case]),
                line(case, 2, Rank.STANDING),
            ),
        ),
    )
    whole = agenda.page(Rank.ACTING, 100)
    expected = [cases[1], cases[1], cases[2], cases[2], cases[0], cases[0], cases[3], cases[3]]
    assert [one.case for one in whole] == expected
    assert numbers(whole) == [0, 1] * 4
    read: list[Line] = []
    place: Place | None = None
    while found := agenda.page(Rank.ACTING, 3, place):
        read += found
        place = found[-1].place
    assert tuple(read) == whole
    assert len(agenda.page(Rank.STANDING, 100)) == 4
    assert whole[0].last_day == START + timedelta(days=1)
    assert whole[-1].last_day is None


def test_only_what_is_warned_of_by_a_day_is_given(journal: Journal, agenda: Agenda) -> None:
    admit(journal, "one")
    soon, late = START + timedelta(days=20), START + timedelta(days=40)
    agenda.put(
        BASIS,
        lines_of(
            journal,
            lambda case: (
                line(case, 0, Rank.ENDING, last_day=late, warned_from=START),
                line(case, 1, Rank.ENDING, last_day=soon, warned_from=START + timedelta(days=1)),
                line(case, 2, Rank.ENDING, last_day=soon),
            ),
        ),
    )
    assert numbers(agenda.page(Rank.ENDING, 10, warned_by=START)) == [0]
    assert numbers(agenda.page(Rank.ENDING, 10, warned_by=START + timedelta(days=1))) == [1, 0]
    assert numbers(agenda.page(Rank.ENDING, 10)) == [1, 2, 0]


def test_a_case_that_cannot_be_read_has_a_line_of_its_own(journal: Journal, agenda: Agenda) -> None:
    admit(journal, "one")
    broken = line(CaseRef(""), rank=Rank.UNREADABLE, content=b"", fault="journal.corrupt")
    agenda.put(BASIS, lines_of(journal, lambda case: (replace(broken, case=case),)))
    (found,) = agenda.page(Rank.UNREADABLE, 10)
    assert (found.fault, found.content) == ("journal.corrupt", b"")


def test_an_escalation_is_kept_once_and_for_good(journal: Journal, agenda: Agenda) -> None:
    one = admit(journal, "one")
    assert agenda.note(Escalated(one.case, b"level 30", NOW))
    assert not agenda.note(Escalated(one.case, b"level 30", after(60)))
    assert agenda.note(Escalated(one.case, b"level 14", after(90)))
    agenda.begin_anew("b" * 64)
    assert [(one.content, one.at) for one in agenda.escalated(one.case)] == [
        (b"level 30", NOW),
        (b"level 14", after(90)),
    ]


def test_nothing_is_noted_in_a_case_that_is_not_here(agenda: Agenda) -> None:
    assert not agenda.note(Escalated(CaseRef("0" * 64), b"level 30", NOW))
    assert agenda.escalated(CaseRef("0" * 64)) == ()


# What only a database does.


def _folded(journal: Journal) -> Agenda:
    agenda = beside(journal)
    agenda.begin_anew(BASIS)
    admit(journal, "one")
    agenda.put(BASIS, lines_of(journal, lambda case: (line(case, last_day=START),)))
    return agenda


def test_no_content_stands_in_the_database(database_journal: DjangoJournal) -> None:
    from musnad.records.models import AgendaLine, Escalation

    agenda = _folded(database_journal)
    (case,) = [row.case for row in database_journal.cases()]
    agenda.note(Escalated(case, SECRET, NOW))
    for table in (AgendaLine, Escalation):
        (row,) = table.objects.using(database_journal._using).values()
        assert all(SECRET not in bytes(part) for part in row.values() if isinstance(part, bytes | memoryview))
        assert all(SECRET.decode() not in str(part) for part in row.values())
    assert [one.content for one in agenda.page(Rank.ACTING, 1)] == [SECRET]


@pytest.mark.parametrize(
    "damage", [{"sealed": b"\0" * 60}, {"last_day": START + timedelta(days=1)}, {"number": 4}, {"rank": 4}]
)
def test_a_changed_line_is_seen(database_journal: DjangoJournal, damage: dict[str, object]) -> None:
    from musnad.records.models import AgendaLine

    agenda = _folded(database_journal)
    AgendaLine.objects.using(database_journal._using).update(**damage)
    with pytest.raises(JournalCorrupt):
        agenda.page(Rank(damage.get("rank", Rank.ACTING)), 10)  # type: ignore[arg-type]


def test_a_forgotten_case_leaves_no_content_behind(database_journal: DjangoJournal) -> None:
    from musnad.records.models import CaseKey

    agenda = _folded(database_journal)
    (case,) = [row.case for row in database_journal.cases()]
    agenda.note(Escalated(case, SECRET, NOW))
    CaseKey.objects.using(database_journal._using).all().delete()
    (found,) = agenda.page(Rank.ACTING, 10)
    assert (found.fault, found.content) == ("journal.corrupt", b"")
    assert agenda.escalated(case) == ()
    assert not agenda.note(Escalated(case, b"more", NOW))


def test_rebuilding_drops_every_line_and_keeps_what_was_noted(database_journal: DjangoJournal) -> None:
    agenda = _folded(database_journal)
    (case,) = [row.case for row in database_journal.cases()]
    agenda.note(Escalated(case, SECRET, NOW))
    database_journal.rebuild_read_tables()
    assert (agenda.basis(), agenda.page(Rank.ACTING, 10), len(agenda.escalated(case))) == ("", (), 1)
    agenda.begin_anew(BASIS)
    assert [row.case for row in agenda.unfolded(10)] == [case]


def test_a_page_is_one_range_of_one_index(database_journal: DjangoJournal) -> None:
    from django.db import connections

    agenda = _folded(database_journal)
    connection = connections[database_journal._using]
    if connection.vendor != "sqlite":
        return
    from musnad.records.agenda import _PAGE

    with connection.cursor() as cursor:
        values = ("3", "2026-01-01", "", -1, "9999-12-31", 10)
        cursor.execute(f"EXPLAIN QUERY PLAN SELECT * FROM records_agendaline {_PAGE}", values)
        plan = " ".join(str(row[-1]) for row in cursor.fetchall())
    assert "records_agenda_order" in plan
    assert "TEMP B-TREE" not in plan
    assert agenda.page(Rank.ACTING, 1)


def test_no_key_shows_in_a_repr(database_journal: DjangoJournal) -> None:
    assert repr(beside(database_journal)) == f"DjangoAgenda(using={database_journal._using!r})"
