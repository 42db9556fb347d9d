"""A Party's keys stay what they were until their holder, or two officers here, say otherwise."""

from __future__ import annotations

import pytest

from musnad.core.crypto.signing import SigningKey, VerifyingKey, new_signing_key
from musnad.core.directory.errors import BadDirectory, DirectoryRollback
from musnad.core.directory.frame import Frame, check_advance, judge_frame
from musnad.core.directory.judge import judge_bundle
from musnad.core.directory.pins import Confirmation, PinJudgement, judge_pins, key_ids
from musnad.core.directory.registry import new_root
from musnad.core.directory.role import sign_party
from musnad.core.kernel.errors import BadForm
from musnad.core.kernel.names import OfficerName, PartyCode
from tests.directory_fixture import NOW, make_set, make_world, stream

WORLD = make_world()
VN, QA = PartyCode("VN"), PartyCode("QA")
OLD = WORLD["VN"].role
NEW = new_signing_key(stream("VN again"))
PINS = {VN: OLD.public, QA: WORLD["QA"].role.public}
OFFICERS = (OfficerName("QA/central-authority/duty-1"), OfficerName("QA/central-authority/duty-2"))


def next_set(key: SigningKey, previous: list[SigningKey], version: int = 2) -> dict[str, bytes]:
    """The next set, in which VN's role is signed by ``key`` and by ``previous``."""
    role = sign_party(WORLD["VN"].party_json, version=version, now=NOW, key=key, previous=previous)
    again = sign_party(WORLD["QA"].party_json, version=version, now=NOW, key=WORLD["QA"].role)
    made = make_set(
        {"VN": key, "QA": WORLD["QA"].role},
        {"VN": role, "QA": again},
        {f"parties/{code}/party.json": one.party_json for code, one in WORLD.parties.items()},
        WORLD.holders,
        WORLD.online,
        version=version,
        role_version=version,
    )
    files = {"1.root.json": WORLD.anchor, **made}
    judge_bundle(files, WORLD.anchor, NOW, 0)
    return files


def judged(
    files: dict[str, bytes],
    pinned: dict[PartyCode, VerifyingKey] | None = None,
    confirmed: tuple[Confirmation, ...] = (),
) -> PinJudgement:
    return judge_pins(PINS if pinned is None else pinned, judge_frame(files, WORLD.anchor), files, confirmed)


def test_keys_are_pinned_at_first_sight() -> None:
    assert judged(WORLD.files, {}) == PinJudgement(PINS, ())


def test_keys_swapped_by_the_registrar_are_not_accepted() -> None:
    found = judged(next_set(NEW, []))
    assert found.pins == PINS
    assert [(one.party, one.pinned, one.offered) for one in found.conflicts] == [
        (VN, key_ids(OLD.public), key_ids(NEW.public))
    ]


def test_a_change_that_the_old_keys_signed_is_accepted() -> None:
    found = judged(next_set(NEW, [OLD]))
    assert found.conflicts == ()
    assert found.pins[VN] == NEW.public


def test_half_of_the_old_key_is_not_enough() -> None:
    for half in (
        SigningKey(OLD.ed25519_seed, NEW.ml_dsa_65_seed),
        SigningKey(NEW.ed25519_seed, OLD.ml_dsa_65_seed),
    ):
        other = new_signing_key(stream("thief"))
        assert [one.party for one in judged(next_set(other, [half])).conflicts] == [VN]


def test_a_change_two_ago_is_accepted_while_the_oldest_keys_still_sign() -> None:
    newest = new_signing_key(stream("VN a third time"))
    assert judged(next_set(newest, [NEW, OLD])).conflicts == ()
    assert len(judged(next_set(newest, [NEW])).conflicts) == 1


def test_two_officers_may_confirm_exactly_these_keys() -> None:
    files = next_set(NEW, [])
    assert judged(files, confirmed=(Confirmation(VN, key_ids(NEW.public), OFFICERS),)).pins[VN] == NEW.public
    assert judged(files, confirmed=(Confirmation(VN, key_ids(OLD.public), OFFICERS),)).conflicts
    assert judged(files, confirmed=(Confirmation(QA, key_ids(NEW.public), OFFICERS),)).conflicts


def test_one_officer_cannot_confirm_twice_nor_two_of_different_authorities() -> None:
    for officers in (
        (OFFICERS[0], OFFICERS[0]),
        (OFFICERS[0], OfficerName("QA/contact-24-7/duty-1")),
    ):
        with pytest.raises(BadForm):
            Confirmation(VN, key_ids(NEW.public), officers)


def test_a_party_that_is_not_in_the_bundle_keeps_its_pin() -> None:
    files = {name: data for name, data in next_set(NEW, []).items() if "VN" not in name}
    assert judged(files) == PinJudgement(PINS, ())


# --- going back -----------------------------------------------------------------------------------------------------


def frame(files: dict[str, bytes]) -> Frame:
    return judge_frame(files, WORLD.anchor)


def test_the_same_set_and_a_newer_one_may_follow() -> None:
    newer = frame(next_set(OLD, []))
    check_advance(frame(WORLD.files), frame(WORLD.files))
    check_advance(frame(WORLD.files), newer)


def test_refuses_to_go_back() -> None:
    with pytest.raises(DirectoryRollback):
        check_advance(frame(next_set(OLD, [])), frame(WORLD.files))


def test_refuses_two_sets_of_one_version() -> None:
    other = make_set(
        {"VN": OLD, "QA": WORLD["QA"].role},
        {"VN": WORLD.roles["VN"]},
        {"parties/VN/party.json": WORLD["VN"].party_json},
        WORLD.holders,
        WORLD.online,
    )
    with pytest.raises(BadDirectory):
        check_advance(frame(WORLD.files), frame({"1.root.json": WORLD.anchor, **other}))


def test_refuses_to_go_back_to_an_older_root() -> None:
    second = new_root(
        version=2, holders=WORLD.holders, online=WORLD.online, threshold=2, now=NOW, also_signed_by=WORLD.holders
    )
    with pytest.raises(DirectoryRollback):
        check_advance(frame({**WORLD.files, "2.root.json": second}), frame(WORLD.files))


def test_versions_may_begin_again_under_a_root_with_another_online_key() -> None:
    online = stream("new online key")(32)
    second = new_root(version=2, holders=WORLD.holders, online=online, threshold=2, now=NOW)
    again = make_set(
        {"VN": OLD, "QA": WORLD["QA"].role},
        WORLD.roles,
        {f"parties/{code}/party.json": one.party_json for code, one in WORLD.parties.items()},
        WORLD.holders,
        online,
    )
    check_advance(frame(next_set(OLD, [])), frame({"1.root.json": WORLD.anchor, "2.root.json": second, **again}))
