"""No rule and no number of any treaty can be taken away or changed unnoticed: it is done, one by one, and counted."""

from __future__ import annotations

import gc
import json
import os
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from multiprocessing import get_context

import pytest

from musnad.adapters.treaty_files import load_treaty, read_treaty_files, treaty_names
from tests.core.treaty.answers import Lines
from tests.core.treaty.mutants import Data
from tools.make_treaty_vectors import made, path_of

NAMES = treaty_names()
DAY = date(2026, 11, 23)
CPUS = max(2, os.cpu_count() or 1)


def expected(name: str) -> dict[str, Lines]:
    """The answers as they were last agreed on, from the file: never from the data under test."""
    found: dict[str, Lines] = json.loads(path_of(name).read_text("utf-8"))
    return found


@pytest.mark.parametrize("name", NAMES)
def test_the_engine_answers_as_was_agreed(name: str) -> None:
    assert path_of(name).read_text("utf-8") == made(name)


@pytest.mark.parametrize("name", NAMES)
def test_every_rule_is_named_in_some_answer(name: str) -> None:
    said = path_of(name).read_text("utf-8")
    assert [rule for rule in load_treaty(name).rules if f"[{rule}, " not in said] == []


def survivors(turn: int) -> tuple[int, list[str]]:
    """Of every ``CPUS``-th mutant: how many there were, and which of them no treaty's answers notice."""
    gc.disable()
    shelf = {name: (Data(read_treaty_files(name)), expected(name)) for name in NAMES}
    done, left = 0, []
    for name, (data, answered) in shelf.items():
        for place, mutant in enumerate(data.mutants(shared=False)):
            if place % CPUS == turn:
                done += 1
                left += [] if data.notices(mutant, answered) else [f"{name} {mutant}"]
    first = shelf[NAMES[-1]][0]
    for place, mutant in enumerate(first.mutants(shared=True)):
        if place % CPUS == turn:
            done += 1
            noticed = any(data.notices(mutant, answered) for data, answered in reversed(shelf.values()))
            left += [] if noticed else [str(mutant)]
    return done, left


@pytest.mark.timeout(240)
def test_no_mutant_of_the_data_survives() -> None:
    """Each entry taken away and each number, name and word changed: refused by the reader, or felt in an answer."""
    with ProcessPoolExecutor(CPUS, mp_context=get_context("fork")) as pool:
        counted = list(pool.map(survivors, range(CPUS)))
    assert sum(done for done, _ in counted) > 4000
    assert [mutant for _, left in counted for mutant in left] == []
