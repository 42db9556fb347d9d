"""The port by which a node finds treaty data: the legal basis chooses, and every version judged under stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from musnad.adapters.memory.reference import MemoryTreaties
from musnad.adapters.treaty_files import load_treaties, load_treaty, load_treaty_bundle
from musnad.adapters.treaty_shelf import TreatyDamaged, TreatyShelf
from musnad.core.kernel.names import Digest, digest_of
from musnad.core.treaty.errors import UnknownTreaty
from musnad.core.treaty.reader import bundle, parse_bundle
from musnad.exchange.ports import Treaties
from tests.core.treaty.data import FILES, TREATY

BUDAPEST = load_treaty("budapest-convention")
ARAB = load_treaty("arab-convention")


@pytest.fixture(params=["shelf", "memory"])
def treaties(request: pytest.FixtureRequest, tmp_path: Path) -> Treaties:
    if request.param == "shelf":
        return TreatyShelf(tmp_path / "treaty")
    others = tuple((one, load_treaty_bundle(one.name)) for one in (ARAB, BUDAPEST))
    return MemoryTreaties(TREATY, load_treaty_bundle(), others)


@pytest.mark.parametrize("instrument", ["", "reciprocity", "another-treaty", "domestic-law", "../common", TREATY.name])
def test_a_basis_without_data_of_its_own_is_judged_under_the_convention(treaties: Treaties, instrument: str) -> None:
    assert treaties.current(instrument) == treaties.current() == TREATY


@pytest.mark.parametrize("treaty", [BUDAPEST, ARAB], ids=lambda one: one.name)
def test_a_treaty_that_is_installed_is_chosen_by_its_name(treaties: Treaties, treaty: object) -> None:
    assert treaties.current(treaty.name) == treaty  # type: ignore[attr-defined]


def test_every_installed_treaty_is_known_and_its_bundle_is_what_its_digest_says(treaties: Treaties) -> None:
    assert dict(treaties.known()) == {one.digest: one for one in load_treaties().values()}
    for digest, treaty in treaties.known().items():
        data = treaties.bundle(digest)
        assert digest_of(data) == digest
        assert parse_bundle(data) == treaty


def test_data_that_nobody_here_ever_judged_under_is_an_error(treaties: Treaties) -> None:
    with pytest.raises(UnknownTreaty):
        treaties.bundle(Digest("0" * 64))


def test_an_earlier_version_stays_beside_a_correction(tmp_path: Path) -> None:
    TreatyShelf(tmp_path)
    earlier = bundle({**FILES, "treaty.toml": FILES["treaty.toml"] + b"# as it was read before\n"})
    (tmp_path / f"{digest_of(earlier)}.json").write_bytes(earlier)
    shelf = TreatyShelf(tmp_path)
    assert len(shelf.known()) == len(load_treaties()) + 1
    assert shelf.known()[digest_of(earlier)].rules == TREATY.rules
    assert shelf.bundle(digest_of(earlier)) == earlier
    assert shelf.current() == TREATY


def test_a_kept_version_that_was_changed_is_refused(tmp_path: Path) -> None:
    shelf = TreatyShelf(tmp_path)
    place = tmp_path / f"{BUDAPEST.digest}.json"
    place.write_bytes(place.read_bytes().replace(b"60", b"61"))
    with pytest.raises(TreatyDamaged):
        shelf.bundle(BUDAPEST.digest)
