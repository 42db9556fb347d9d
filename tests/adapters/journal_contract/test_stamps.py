"""The contract of ``exchange.journal``: time stamps, who asks for them and when, and proofs of a split log."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from musnad.core.kernel.names import Digest
from musnad.exchange.journal import Journal, KeptStamp, SeenFork, Stamping
from tests.adapters.journal_contract.entries import NOW, QA, after

ONE, OTHER = Digest("1" * 64), Digest("2" * 64)


def _stamp(size: int, authority: Digest = ONE, answer: bytes = b"answer") -> KeptStamp:
    return KeptStamp(size, authority, b"anchor", b"note", b"request", answer, after(size))


def _keep(journal: Journal, *stamps: KeptStamp) -> None:
    for stamp in stamps:
        with journal.begin() as transaction:
            transaction.put_stamp(stamp, after(60))


def test_knows_no_stamp_at_first(journal: Journal) -> None:
    assert journal.newest_stamp(ONE) is None
    assert journal.stamps_covering(0) == ()
    assert journal.stampings() == ()


def test_gives_of_each_authority_the_smallest_tree_that_covers_a_leaf(journal: Journal) -> None:
    _keep(journal, _stamp(9), _stamp(4), _stamp(7, OTHER))
    assert journal.newest_stamp(ONE) == _stamp(9)
    assert journal.newest_stamp(OTHER) == _stamp(7, OTHER)
    assert journal.stamps_covering(0) == (_stamp(4), _stamp(7, OTHER))
    assert journal.stamps_covering(3) == (_stamp(4), _stamp(7, OTHER))
    assert journal.stamps_covering(4) == (_stamp(9), _stamp(7, OTHER))
    assert journal.stamps_covering(7) == (_stamp(9),)
    assert journal.stamps_covering(9) == ()


def test_a_stamp_that_stands_is_not_replaced(journal: Journal) -> None:
    _keep(journal, _stamp(4), _stamp(4, answer=b"another"))
    assert journal.newest_stamp(ONE) == _stamp(4)


def test_of_several_workers_one_asks(journal: Journal) -> None:
    assert journal.claim_stamping(ONE, NOW, after(30)) == 0
    assert journal.claim_stamping(ONE, after(29), after(60)) is None
    assert journal.claim_stamping(OTHER, after(29), after(60)) == 0
    assert journal.claim_stamping(ONE, after(30), after(60)) == 0


def test_workers_that_ask_at_one_moment(database_journal: Journal) -> None:
    from django.db import connections

    def claim(_: int) -> int | None:
        try:
            return database_journal.claim_stamping(ONE, NOW, after(30))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        claimed = list(pool.map(claim, range(16)))
    assert [one for one in claimed if one is not None] == [0]


def test_an_authority_that_fails_is_put_off_and_one_that_answers_is_asked_in_its_time(journal: Journal) -> None:
    assert journal.claim_stamping(ONE, NOW, after(30)) == 0
    journal.put_off_stamping(ONE, after(100), 3, "stamp.unreachable")
    assert journal.stampings() == (Stamping(ONE, 3, after(100), "stamp.unreachable"),)
    assert journal.claim_stamping(ONE, after(99), after(130)) is None
    assert journal.claim_stamping(ONE, after(100), after(130)) == 3
    _keep(journal, _stamp(4))
    assert journal.stampings() == (Stamping(ONE, 0, after(60), ""),)


@pytest.mark.parametrize("ahead", [timedelta(days=2), timedelta(days=4000)])
def test_a_clock_that_ran_ahead_silences_no_authority(journal: Journal, ahead: timedelta) -> None:
    journal.put_off_stamping(ONE, after(ahead.total_seconds()), 1, "stamp.unreachable")
    assert journal.claim_stamping(ONE, NOW, after(30), timedelta(days=1)) == 1


def test_a_split_keeps_its_first_proof_whole(journal: Journal) -> None:
    path = (b"p" * 32, b"q" * 32)
    with journal.begin() as transaction:
        assert transaction.put_fork(QA, b"held", b"shown", path, NOW)
    with journal.begin() as transaction:
        assert not transaction.put_fork(QA, b"held", b"other", (b"r" * 32,), after(9))
    assert journal.forks() == (SeenFork(QA, b"held", b"shown", 2, path, NOW),)
