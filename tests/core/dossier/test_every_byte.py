"""Every octet of a small dossier, changed: not proven.

The first two checks (the archive's records, the bag's sums) must each time name a defect; they are run on every octet,
sums of members that did not change being asked once. The whole judgement, which begins with these checks, is run on a
spread of octets as well, and each time says no.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context
from pathlib import Path

import pytest

from musnad.core.dossier import bag
from musnad.core.dossier.archive import Archive, open_archive
from musnad.core.dossier.bag import Sums, Told, Watch, check_bag, sum_of
from musnad.core.dossier.errors import NotADossier
from tests.dossier_fixture import Octets, judge, tell_smallest

SPREAD = 499


@cache
def _sums_of(data: bytes) -> Sums:
    return sum_of([data])


def _remembered(chunks: Iterable[bytes], told: Told | None = None, watch: Watch | None = None) -> Sums:
    """``sum_of`` of equal octets is equal; a changed member is summed anew."""
    return _sums_of(b"".join(chunks))


def _unseen(data: bytes, begin: int, end: int) -> list[int]:
    """The octets from ``begin`` whose change neither of the two checks sees."""
    bag.sum_of = _remembered
    missed = []
    altered = bytearray(data)
    for at in range(begin, end):
        was = altered[at]
        altered[at] = was ^ (1 << at % 8)
        try:
            archive: Archive = open_archive(Octets(bytes(altered)))
        except NotADossier:
            altered[at] = was
            continue
        if not check_bag(archive)[1]:
            missed.append(at)
        altered[at] = was
        if at % 4096 == 0:
            _sums_of.cache_clear()
    return missed


def _slices(size: int, count: int) -> Iterator[tuple[int, int]]:
    step = -(-size // count)
    return ((at, min(at + step, size)) for at in range(0, size, step))


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_every_octet_changed_is_seen(tmp_path: Path) -> None:
    data = tell_smallest().write(tmp_path / "d.zip").read_bytes()
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        runs = [pool.submit(_unseen, data, begin, end) for begin, end in _slices(len(data), 16)]
        missed = [at for run in runs for at in run.result()]
    assert missed == []


def test_the_whole_judgement_says_no_to_a_spread_of_octets(tmp_path: Path) -> None:
    told = tell_smallest()
    data = told.write(tmp_path / "d.zip").read_bytes()
    begin = int.from_bytes(hashlib.sha256(data).digest()[:2], "big") % SPREAD
    places = range(begin, len(data), SPREAD)
    assert len(places) > 400
    for at in places:
        altered = bytearray(data)
        altered[at] ^= 1 << at % 8
        verdict = judge(bytes(altered), told.anchor)
        assert not verdict.consistent, at
        assert {one.check for one in verdict.findings} & {"archive", "bag"}, at
