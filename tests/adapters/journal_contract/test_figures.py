"""The figures beside a journal: however cases were folded, the sums are those of counting from scratch."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import replace
from itertools import product
from random import Random

import pytest

from musnad.adapters.memory.agenda import MemoryAgenda
from musnad.core.kernel.names import CaseRef
from musnad.exchange.agenda import Agenda, CaseLines
from musnad.exchange.journal import Journal
from musnad.exchange.tallies import Tally
from musnad.records.agenda import DjangoAgenda
from musnad.records.journal import DjangoJournal
from musnad.records.models import CaseTally, TallyRow
from tests.adapters.journal_contract.entries import admit
from tests.adapters.journal_contract.journals import STORAGE_KEY

BASIS = "b" * 64
TALLIES = [
    Tally("2026-11", direction, "QA", "access", False, "status", status)
    for direction, status in product(("in", "out"), ("asked", "refused", "fulfilled"))
]


def beside(journal: Journal) -> Agenda:
    if isinstance(journal, DjangoJournal):
        return DjangoAgenda(STORAGE_KEY, os.urandom, journal._using)
    return MemoryAgenda(journal)


def counts(chance: Random) -> dict[Tally, int]:
    return {one: chance.randint(1, 4) for one in chance.sample(TALLIES, chance.randint(0, 3))}


def folded(agenda: Agenda, adds: dict[CaseRef, dict[Tally, int]], limit: int = 1000) -> None:
    rows = agenda.unfolded(limit)
    agenda.put(BASIS, [CaseLines(row.case, row.last_index, (), counts=adds[row.case]) for row in rows])


@pytest.mark.parametrize("seed", range(4))
def test_any_order_of_folding_gives_the_sums_of_counting_from_scratch(journal: Journal, seed: int) -> None:
    chance, agenda = Random(seed), beside(journal)
    agenda.begin_anew(BASIS)
    adds: dict[CaseRef, dict[Tally, int]] = {}
    for step in range(25):
        old = chance.choice([None, *adds]) if len(adds) < 6 else chance.choice([*adds])
        case = admit(journal, f"step {step}", case=old).case
        adds[case] = counts(chance)
        if chance.random() < 0.6:
            folded(agenda, adds, chance.randint(1, 3))
    while agenda.unfolded(1):
        folded(agenda, adds, 2)
    scratch: Counter[Tally] = Counter()
    for one in adds.values():
        scratch.update(one)
    assert dict(agenda.figures()) == dict(scratch)
    agenda.begin_anew(BASIS)
    assert dict(agenda.figures()) == {}
    folded(agenda, adds)
    assert dict(agenda.figures()) == dict(scratch)


def test_a_case_that_is_forgotten_is_taken_out_of_the_figures(journal: Journal) -> None:
    agenda = beside(journal)
    agenda.begin_anew(BASIS)
    one, two = admit(journal, "one").case, admit(journal, "two").case
    folded(agenda, {one: {TALLIES[0]: 2, TALLIES[1]: 1}, two: {TALLIES[0]: 3}})
    agenda.forget(one)
    assert dict(agenda.figures()) == {TALLIES[0]: 3}


def test_hidden_cases_are_not_in_the_figures_however_many(journal: Journal) -> None:
    agenda = beside(journal)
    agenda.begin_anew(BASIS)
    one, two = admit(journal, "one").case, admit(journal, "two").case
    folded(agenda, {one: {TALLIES[0]: 2, TALLIES[1]: 1}, two: {TALLIES[0]: 3}})
    others = {CaseRef(f"{number:064x}") for number in range(40_000)}
    assert dict(agenda.figures(frozenset({one, *others}))) == {TALLIES[0]: 3}
    assert dict(agenda.figures(frozenset({one, two}))) == {}
    assert dict(agenda.figures()) == {TALLIES[0]: 5, TALLIES[1]: 1}
    assert sum(agenda.tally(frozenset(others)).values()) == sum(agenda.tally().values())


def test_the_sums_name_no_case_and_a_cases_part_is_closed(database_journal: Journal) -> None:
    agenda = beside(database_journal)
    agenda.begin_anew(BASIS)
    case = admit(database_journal, "one").case
    folded(agenda, {case: {replace(TALLIES[0], value="refused"): 1}})
    using = database_journal._using  # type: ignore[attr-defined]
    (row,) = TallyRow.objects.using(using).values_list()
    assert case not in map(str, row)
    (part,) = CaseTally.objects.using(using).all()
    assert b"refused" not in bytes(part.sealed)
