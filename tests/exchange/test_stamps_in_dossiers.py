"""From a head that is stamped to the dossier that shows it: two whole nodes, one authority of ``openssl ts``."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from musnad.core.crypto.stamp import StampAnchor
from musnad.core.dossier.archive import open_archive
from musnad.core.dossier.judge import Verdict, judge_dossier
from musnad.core.dossier.stamps import STAMPS_LIMIT, StampTrust
from musnad.core.kernel.names import CaseRef, digest_of
from musnad.core.messages import bodies
from musnad.exchange import stamping
from musnad.exchange.export import export_case
from musnad.exchange.stamp_gathering import _thinned
from musnad.exchange.stamping import stamp_newest
from musnad.exchange.witnessing import sign_head
from musnad.report import write_report
from tests.core.treaty.data import FULL, PRESERVE
from tests.dossier_fixture import Octets
from tests.stamp_fixture import TestAuthority, new_authority
from tests.world import World

CONTACT = "contact-24-7"


class Asked:
    """The authority as the worker asks it."""

    def __init__(self, authority: TestAuthority) -> None:
        self._authority = authority

    @property
    def anchor(self) -> StampAnchor:
        return self._authority.anchor

    def ask(self, request: bytes) -> bytes:
        return self._authority.answer(request)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    return Asked(new_authority(tmp_path_factory.mktemp("tsa")))


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(stamping, "CLOCKS_APART", timedelta(days=365_000))  # the world's clock is moved by hand
    return World()


def _stamp(world: World, authority: Asked) -> int:
    sign_head(world["VN"].ports)
    kept = stamp_newest(world["VN"].ports, authority, every_seconds=60, back_off_limit_seconds=60)
    assert kept is not None
    return kept.size


def _ask(world: World) -> CaseRef:
    to = [world["QA"].authority(CONTACT)]
    case = CaseRef(world["VN"].say(CONTACT, to, bodies.Request(FULL[PRESERVE]), measure=PRESERVE))
    world.settle()
    return case


def _export(world: World, case: CaseRef, sink: Path, authority: Asked | None = None) -> Verdict:
    def pause() -> None:
        world.settle()

    vn = world["VN"]
    export_case(vn.ports, case, vn.authority(CONTACT), (vn.officer(CONTACT),), sink, with_content=False, pause=pause)
    anchor = digest_of(world.published.anchor)
    trust = StampTrust((authority.anchor,)) if authority else StampTrust()
    return judge_dossier(open_archive(Octets(sink.read_bytes())), anchor, write_report, stamp_trust=trust)


def test_a_case_without_stamps_is_exported(world: World, tmp_path: Path) -> None:
    verdict = _export(world, _ask(world), tmp_path / "dossier.zip")
    assert verdict.proven
    assert verdict.stamps == ()


def test_each_entry_is_shown_under_the_earliest_stamp_that_covers_it(
    world: World, tmp_path: Path, authority: Asked
) -> None:
    case = _ask(world)
    first = _stamp(world, authority)
    world.clock.advance(minutes=5)
    world["QA"].say(CONTACT, [world["VN"].authority(CONTACT)], bodies.Acknowledgement(), case=case, answers=case)
    world.settle()
    world.clock.advance(minutes=5)
    second = _stamp(world, authority)
    verdict = _export(world, case, tmp_path / "dossier.zip", authority)
    assert verdict.proven
    assert [(one.size, one.anchored) for one in verdict.stamps] == [(first, True), (second, True)]
    assert verdict.stamps[0].covered < verdict.stamps[1].covered == verdict.stamps[1].entries


def test_a_stamp_that_came_days_later_covers_the_case(world: World, tmp_path: Path, authority: Asked) -> None:
    case = _ask(world)
    world.clock.advance(days=2)
    _ask_again(world)
    size = _stamp(world, authority)
    verdict = _export(world, case, tmp_path / "dossier.zip", authority)
    assert [(one.size, one.covered == one.entries) for one in verdict.stamps] == [(size, True)]


def _ask_again(world: World) -> None:
    fields = FULL[PRESERVE] | {"facts": "Another matter."}
    world["VN"].say(CONTACT, [world["QA"].authority(CONTACT)], bodies.Request(fields), measure=PRESERVE)
    world.settle()


def test_a_stamp_that_no_longer_holds_stops_no_export(world: World, tmp_path: Path, authority: Asked) -> None:
    case = _ask(world)
    _stamp(world, authority)
    kept = world["VN"].journal.newest_stamp(authority.anchor.fingerprint)
    assert kept is not None
    world["VN"].journal._state.stamps.clear()  # type: ignore[attr-defined]
    broken = type(kept)(kept.size, kept.authority, kept.anchor, kept.note, kept.request, b"broken", kept.at)
    with world["VN"].journal.begin() as transaction:
        transaction.put_stamp(broken, kept.at)
    verdict = _export(world, case, tmp_path / "dossier.zip", authority)
    assert verdict.proven
    assert verdict.stamps == ()


@pytest.mark.parametrize("count", [0, 1, 63, 64, 65, 128, 129, 1000])
def test_of_very_many_stamps_some_are_shown_and_the_last_always(count: int) -> None:
    stamps = list(range(count))
    shown = _thinned(stamps)  # type: ignore[arg-type]
    assert len(shown) <= STAMPS_LIMIT
    assert list(shown) == sorted(shown)  # type: ignore[type-var]
    assert shown[-1:] == stamps[-1:]
