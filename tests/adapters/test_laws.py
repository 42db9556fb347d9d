"""The laws port, in memory and from files: profiles are kept whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from musnad.adapters.law_files import LawFiles
from musnad.adapters.treaty_files import load_treaties
from musnad.core.kernel.names import PartyCode
from musnad.core.law.errors import LawBadEntry, PenaltyWithoutUnit, TwoProfiles
from musnad.exchange.ports import Laws
from tests.core.law.data import SAMPLES, small
from tests.world import make_laws

QA = PartyCode("QA")
BROKEN = small(("unit = ", "colour = "))


@pytest.fixture(params=["memory", "files"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Laws]:
    if request.param == "files":
        return lambda: LawFiles(load_treaties().values(), tmp_path / "law")
    held = make_laws()
    return lambda: held


def test_the_samples_are_there_and_marked(make: Callable[[], Laws]) -> None:
    assert dict(make().profiles()) == dict(SAMPLES)


def test_a_kept_profile_takes_the_samples_place(make: Callable[[], Laws]) -> None:
    kept = make().keep("mine.toml", small())
    assert kept.state == QA
    held = make().profiles()
    assert held[QA].digest == kept.digest
    assert not held[QA].sample
    assert set(held) == set(SAMPLES)
    again = make().keep("mine.toml", small(("Act 1", "Act 9")))
    assert make().profiles()[QA].digest == again.digest


def test_a_broken_profile_is_not_kept(make: Callable[[], Laws]) -> None:
    with pytest.raises((PenaltyWithoutUnit, LawBadEntry)):
        make().keep("mine.toml", BROKEN)
    assert dict(make().profiles()) == dict(SAMPLES)


def test_checking_keeps_nothing(make: Callable[[], Laws]) -> None:
    assert make().check("mine.toml", small()).state == QA
    assert make().profiles()[QA].sample


def test_one_broken_file_in_the_folder_is_an_error_not_a_state_missing(tmp_path: Path) -> None:
    laws = LawFiles(load_treaties().values(), tmp_path)
    (tmp_path / "zz.toml").write_bytes(BROKEN)
    with pytest.raises((PenaltyWithoutUnit, LawBadEntry)) as caught:
        laws.profiles()
    assert caught.value.facts()["file"] == "zz.toml"


def test_two_files_of_one_state_are_an_error(tmp_path: Path) -> None:
    laws = LawFiles(load_treaties().values(), tmp_path)
    for name in ("a.toml", "b.toml"):
        (tmp_path / name).write_bytes(small())
    with pytest.raises(TwoProfiles):
        laws.profiles()


def test_the_folders_file_is_the_owners_alone(tmp_path: Path) -> None:
    LawFiles(load_treaties().values(), tmp_path / "law").keep("mine.toml", small())
    assert (tmp_path / "law" / "qa.toml").stat().st_mode & 0o077 == 0
    assert (tmp_path / "law").stat().st_mode & 0o077 == 0
