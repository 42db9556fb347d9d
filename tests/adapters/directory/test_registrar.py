"""The Registrar's repository: what it publishes, what it refuses to publish."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from musnad.adapters.directory import registrar
from musnad.adapters.directory.errors import RegistrarRefused
from musnad.core.crypto.signing import new_signing_key
from musnad.core.directory.role import sign_party
from musnad.core.kernel.names import PartyCode
from musnad.core.kernel.times import Instant
from tests.directory_fixture import NOW, make_party, stream

VN = PartyCode("VN")
PARTY = make_party("VN")
TARGETS = {"parties/VN/party.json": PARTY.party_json}
ROLE = sign_party(PARTY.party_json, version=1, now=NOW, key=PARTY.role)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    registrar.create(tmp_path / "registrar", now=NOW, entropy=stream("registrar"))
    return tmp_path / "registrar"


def test_an_empty_list_is_published_at_once(folder: Path) -> None:
    shown = registrar.show(folder)
    assert (shown.root_version, shown.holders, shown.threshold, dict(shown.parties)) == (1, 3, 2, {})
    assert set(shown.expiries) == {"1.root.json", "1.targets.json", "1.snapshot.json", "timestamp.json"}


def test_keys_are_their_owners_alone(folder: Path) -> None:
    names = sorted(path.name for path in (folder / "keys").iterdir())
    assert names == ["holder-1.json", "holder-2.json", "holder-3.json", "online.json"]
    assert all(path.stat().st_mode & 0o077 == 0 for path in (folder / "keys").iterdir())


def test_never_makes_a_repository_over_another(folder: Path) -> None:
    with pytest.raises(RegistrarRefused):
        registrar.create(folder, now=NOW, entropy=stream("again"))


@pytest.mark.parametrize(("holders", "threshold"), [(3, 1), (2, 3), (0, 0)])
def test_refuses_a_threshold_that_one_could_meet_or_nobody(tmp_path: Path, holders: int, threshold: int) -> None:
    with pytest.raises(RegistrarRefused):
        registrar.create(tmp_path / "r", now=NOW, entropy=stream("r"), holders=holders, threshold=threshold)


def test_lists_a_party_and_signs_only_what_changed(folder: Path) -> None:
    registrar.add_party(folder, VN, ROLE, TARGETS, now=NOW, key=PARTY.role.public)
    first = registrar.publish(folder, now=NOW)
    assert registrar.publish(folder, now=NOW) == first
    assert registrar.show(folder).parties == {VN: 1}
    assert {"2.targets.json", "2.snapshot.json", "1.party-VN.json"} <= set(registrar.show(folder).expiries)
    later = Instant(NOW + timedelta(days=4))
    assert registrar.publish(folder, now=later) != first
    assert "2.targets.json" in registrar.show(folder).expiries


def test_refuses_a_party_without_its_key(folder: Path) -> None:
    with pytest.raises(RegistrarRefused):
        registrar.add_party(folder, VN, ROLE, TARGETS, now=NOW)


def test_refuses_an_entry_that_a_node_would_refuse(folder: Path) -> None:
    stranger = new_signing_key(stream("stranger")).public
    for role, targets, key, now in (
        (ROLE, TARGETS, stranger, NOW),
        (ROLE, {"parties/VN/party.json": PARTY.party_json + b" "}, PARTY.role.public, NOW),
        (ROLE, {**TARGETS, "parties/VN/more.json": b"{}"}, PARTY.role.public, NOW),
        (ROLE, TARGETS, PARTY.role.public, Instant(NOW + timedelta(days=91))),
        (b"garbage", TARGETS, PARTY.role.public, NOW),
    ):
        with pytest.raises(RegistrarRefused):
            registrar.add_party(folder, VN, role, targets, now=now, key=key)
    assert not registrar.show(folder).parties


def test_refuses_an_entry_that_is_not_newer(folder: Path) -> None:
    second = sign_party(PARTY.party_json, version=2, now=NOW, key=PARTY.role)
    registrar.add_party(folder, VN, second, TARGETS, now=NOW, key=PARTY.role.public)
    registrar.add_party(folder, VN, second, TARGETS, now=NOW)
    with pytest.raises(RegistrarRefused):
        registrar.add_party(folder, VN, ROLE, TARGETS, now=NOW)


def test_a_leaving_holder_signs_nothing_more(folder: Path) -> None:
    registrar.rotate_root(folder, now=NOW, entropy=stream("newcomer"), leaving=2)
    assert registrar.show(folder).root_version == 2
    assert (folder / "keys" / "holder-4.json").exists()
    with pytest.raises(RegistrarRefused):
        registrar.rotate_root(folder, now=NOW, entropy=stream("again"), leaving=2)


def test_refuses_to_publish_an_expired_root(folder: Path) -> None:
    late = Instant(NOW + timedelta(days=366))
    before = (folder / "public" / "metadata" / "timestamp.json").read_bytes()
    with pytest.raises(RegistrarRefused):
        registrar.publish(folder, now=late)
    assert (folder / "public" / "metadata" / "timestamp.json").read_bytes() == before
