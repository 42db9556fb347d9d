"""Several processes on one journal: no gap, no fork, no delivery twice, whoever is killed when."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from django.db import connections

from musnad.core.kernel.names import PartyCode
from musnad.core.transparency.tree import EMPTY_ROOT, leaf_hash, node_hash, root
from musnad.records.journal import DjangoJournal
from tests.adapters.journal_contract.entries import NOW, append

HERE = Path(__file__).parents[3]


@pytest.fixture
def started(database_journal: DjangoJournal) -> object:
    """Starts helper processes on the journal's database; whatever still runs at the end is ended."""
    connection = connections[database_journal._using]
    known = ("ENGINE", "NAME", "USER", "PASSWORD", "HOST", "PORT", "CONN_MAX_AGE", "OPTIONS")
    database = json.dumps({name: connection.settings_dict[name] for name in known})
    running: list[subprocess.Popen[str]] = []

    def start(task: str, name: str, count: int) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "tests.adapters.journal_contract.appender", task, database, name, str(count)]
        process = subprocess.Popen(command, cwd=HERE, stdout=subprocess.PIPE, text=True)
        running.append(process)
        return process

    yield start
    for process in running:
        if process.poll() is None:
            process.kill()
        process.communicate()


def _lines(process: subprocess.Popen[str]) -> list[str]:
    out, _ = process.communicate(timeout=60)
    return out.split("\n")[:-1]


def _is_whole(journal: DjangoJournal) -> None:
    """Every place taken once, every entry readable, the tree's nodes those of its leaves."""
    entries = list(journal.entries())
    assert [entry.place.index for entry in entries] == list(range(journal.log_size()))
    leaves = [leaf_hash(one) for one in journal.leaf_entries(0, len(entries))]
    assert root(len(leaves), journal.tree_node) == _root(leaves)


def _root(leaves: list[bytes]) -> bytes:
    """RFC 6962 section 2.1, word for word."""
    if len(leaves) < 2:
        return leaves[0] if leaves else EMPTY_ROOT
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return node_hash(_root(leaves[:split]), _root(leaves[split:]))


def test_writers_stand_in_line_and_leave_no_gap(database_journal: DjangoJournal, started) -> None:  # type: ignore[no-untyped-def]
    writers = [started("append", name, 40) for name in ("one", "two", "three")]
    said = [line for writer in writers for line in _lines(writer)]
    assert len(said) == len(set(said)) == 120
    assert {entry.id for entry in database_journal.entries()} == set(said)
    _is_whole(database_journal)


def test_a_killed_writer_leaves_whole_transactions_only(database_journal: DjangoJournal, started) -> None:  # type: ignore[no-untyped-def]
    killed, other = started("append", "killed", 5000), started("append", "other", 60)
    assert killed.stdout is not None
    said = [killed.stdout.readline().strip() for _ in range(20)]
    killed.kill()
    said += [line for line in _lines(killed) if len(line) == 64]
    said += _lines(other)
    held = {entry.id for entry in database_journal.entries()}
    assert set(said) <= held, "what was said to be durable is there"
    assert len(held) <= len(said) + 1, "at most the answer of one was lost"
    _is_whole(database_journal)


def test_two_workers_deliver_nothing_twice(database_journal: DjangoJournal, started) -> None:  # type: ignore[no-untyped-def]
    _fill(database_journal, 15)
    workers = [started("lease", name, 600) for name in ("one", "two")]
    said = Counter(line for worker in workers for line in _lines(worker))
    assert len(said) == 45
    assert set(said.values()) == {1}
    by_party = Counter(line.split()[1] for line in said)
    assert set(by_party.values()) == {15}


def test_a_killed_workers_deliveries_are_finished_by_another(database_journal: DjangoJournal, started) -> None:  # type: ignore[no-untyped-def]
    _fill(database_journal, 30)
    killed = started("lease", "killed", 1)
    assert killed.stdout is not None
    killed.stdout.readline()
    killed.kill()
    begun = time.monotonic()
    other = started("lease", "other", 1)
    _lines(other)
    assert database_journal.waiting() == ()
    assert time.monotonic() - begun < 30


def _fill(journal: DjangoJournal, count: int) -> None:
    with journal.begin() as transaction:
        for number in range(count):
            entry = append(transaction, f"entry {number}", own=True)
            for party in ("QA", "SG", "PE"):
                transaction.enqueue(entry.id, PartyCode(party), NOW)
