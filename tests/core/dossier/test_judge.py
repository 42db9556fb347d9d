"""A good dossier is proven; whoever holds no key can change nothing."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from musnad.core.directory.registry import new_timestamp
from musnad.core.kernel.names import Digest, digest_of
from musnad.core.kernel.times import Instant
from musnad.core.messages import bodies
from tests.directory_fixture import make_world
from tests.dossier_fixture import SEAL, Told, codes, judge, members_of, rebag, tell_case, tell_smallest, zip_of

MADE_ANEW = {"manifest-sha256.txt", "tagmanifest-sha256.txt"}
CONTENT = f"data/exhibits/{SEAL}/content"


@cache
def case() -> Told:
    return tell_case()


@cache
def other_case() -> Told:
    return tell_case(seed="another")


@pytest.fixture(scope="module")
def members(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return members_of(case().write(tmp_path_factory.mktemp("dossier") / "dossier.zip"))


@pytest.fixture(scope="module")
def others(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return members_of(other_case().write(tmp_path_factory.mktemp("dossier") / "dossier.zip"))


def test_a_whole_case_is_proven_and_complete(members: dict[str, bytes]) -> None:
    verdict = judge(zip_of(members), case().anchor)
    assert codes(verdict) == set()
    assert verdict.proven
    assert verdict.anchored
    assert verdict.facts is not None
    assert verdict.facts.complete
    assert not verdict.facts.state.void
    assert verdict.confirmed == len(case().receipts)


@pytest.mark.parametrize("exporter", ["VN", "QA"])
def test_either_party_may_export(tmp_path: Path, exporter: str) -> None:
    assert judge(case().write(tmp_path / "d.zip", exporter), case().anchor).proven


def test_the_smallest_case_is_proven_up_to_its_head(tmp_path: Path) -> None:
    told = tell_smallest()
    verdict = judge(told.write(tmp_path / "d.zip"), told.anchor)
    assert verdict.proven
    assert verdict.facts is not None
    assert not verdict.facts.complete


def test_without_an_anchor_it_is_consistent_and_shows_the_fingerprints(members: dict[str, bytes]) -> None:
    verdict = judge(zip_of(members), None)
    assert verdict.consistent
    assert not verdict.proven
    assert not verdict.anchored
    assert verdict.roots == (case().anchor,)
    assert {party for party, _ in verdict.witnesses} == {"VN", "QA"}


def test_refuses_another_anchor(members: dict[str, bytes]) -> None:
    verdict = judge(zip_of(members), Digest("00" * 32))
    assert "dossier.anchor-differs" in codes(verdict)
    assert not verdict.anchored


def test_refuses_a_registrar_that_somebody_made_up(tmp_path: Path) -> None:
    """A whole invented world, with invented Parties of the same names, is consistent; it is not anchored."""
    invented = tell_case(make_world(now=case().world.now + timedelta(seconds=1)))
    path = invented.write(tmp_path / "d.zip")
    assert judge(path, None).consistent
    assert codes(judge(path, case().anchor)) == {"dossier.anchor-differs"}


def test_an_exhibit_without_content_is_proven_as_a_manifest(tmp_path: Path) -> None:
    path = case().write(tmp_path / "d.zip", with_content=False)
    verdict = judge(path, case().anchor)
    assert verdict.proven
    assert verdict.facts is not None
    assert not verdict.facts.exhibits[SEAL].has_content


def test_json_says_the_same(members: dict[str, bytes]) -> None:
    told = judge(zip_of(members), case().anchor).write()
    assert told["verdict"] == "proven"
    assert told["findings"] == []
    assert set(told) == {
        "format", "verdict", "anchor", "roots", "witnesses", "findings", "case", "exhibits", "logs",
        "stamps",
    }  # fmt: skip


def test_every_member_removed(members: dict[str, bytes]) -> None:
    for name in members:
        left = {other: data for other, data in members.items() if other != name}
        verdict = judge(zip_of(left), case().anchor)
        assert not verdict.consistent, name
        assert any(name in (one.member, *map(str, one.error.facts().values())) for one in verdict.findings), name
        if name not in MADE_ANEW:
            assert not judge(rebag(left), case().anchor).consistent, name


def test_every_member_altered(members: dict[str, bytes]) -> None:
    """Also with every sum made anew: only the exporter's signature stands between, and it does."""
    for name, data in members.items():
        for altered in (data + b"\n", data[:-1] + bytes([data[-1] ^ 1])):
            changed = {**members, name: altered}
            verdict = judge(zip_of(changed), case().anchor)
            assert not verdict.consistent, name
            assert name in MADE_ANEW or any(one.member == name for one in verdict.findings), name
            if name not in MADE_ANEW:
                assert not judge(rebag(changed), case().anchor).consistent, name


def test_every_member_swapped_with_its_neighbour(members: dict[str, bytes]) -> None:
    names = sorted(members)
    for one, other in pairwise(names):
        if members[one] != members[other]:
            changed = {**members, one: members[other], other: members[one]}
            assert not judge(zip_of(changed), case().anchor).consistent, one
            if not {one, other} <= MADE_ANEW:
                assert not judge(rebag(changed), case().anchor).consistent, one


def test_every_member_of_another_case_put_in(members: dict[str, bytes], others: dict[str, bytes]) -> None:
    for name, data in others.items():
        if members.get(name) != data and name not in MADE_ANEW:
            assert not judge(rebag({**members, name: data}), case().anchor).consistent, name


def test_members_that_have_no_place(members: dict[str, bytes]) -> None:
    for name in (
        "data/note.txt",
        "extra",
        "fetch.txt",
        "data/log/XX/proofs.json",
        "data/log/QA/1.note",
        "export/1.note",
    ):
        verdict = judge(rebag({**members, name: b"x"}), case().anchor)
        assert "dossier.member-unknown" in codes(verdict), name


def test_each_message_dropped_with_its_receipts(members: dict[str, bytes]) -> None:
    for one in case().messages:
        gone = {f"data/messages/{one}.dsse", *(f"data/receipts/{own}.dsse" for own in case().receipt_ids_of(one))}
        left = {name: data for name, data in members.items() if name not in gone}
        assert not judge(rebag(left), case().anchor).consistent, one


def test_damage_in_an_exhibit_is_named_by_range_and_holder(members: dict[str, bytes]) -> None:
    content = bytearray(members[CONTENT])
    content[70_000] ^= 1
    content[len(content) - 1] ^= 1
    verdict = judge(zip_of({**members, CONTENT: bytes(content)}), case().anchor)
    damage = [one for one in verdict.findings if one.code == "dossier.exhibit-differs"]
    assert [(one.begin, one.end) for one in damage] == [(65_536, 131_072), (196_608, len(content))]
    assert {one.holder for one in damage} == {"VN/central-authority"}


def test_a_cut_exhibit_is_named_to_its_end(members: dict[str, bytes]) -> None:
    content = members[CONTENT]
    verdict = judge(zip_of({**members, CONTENT: content[:150_000]}), case().anchor)
    damage = [one for one in verdict.findings if one.code == "dossier.exhibit-differs"]
    assert (damage[0].begin, damage[-1].end) == (131_072, len(content))


def test_damage_without_leaves_names_the_whole_exhibit(tmp_path: Path) -> None:
    members = members_of(case().write(tmp_path / "d.zip", leaves=False))
    content = bytearray(members[CONTENT])
    content[70_000] ^= 1
    verdict = judge(zip_of({**members, CONTENT: bytes(content)}), case().anchor)
    damage = [one for one in verdict.findings if one.code == "dossier.exhibit-differs"]
    assert [(one.begin, one.end) for one in damage] == [(0, len(content))]


def test_altered_leaves_never_blame_good_content(members: dict[str, bytes]) -> None:
    name = f"data/exhibits/{SEAL}/leaves"
    changed = bytes([members[name][0] ^ 1]) + members[name][1:]
    verdict = judge(zip_of({**members, name: changed}), case().anchor)
    assert {one.member for one in verdict.findings} == {name}


def test_a_refreshed_timestamp_over_the_same_snapshot_changes_nothing(tmp_path: Path) -> None:
    """A receipt was given under an expired timestamp; the set here has a newer one by now."""
    told = tell_smallest()
    told.minute = 60 * 24 * 2
    told.say("QA/contact-24-7", bodies.Acknowledgement(), answers=told.last)
    assert told.ref.stale
    later = Instant(told.now + timedelta(hours=1))
    refreshed = new_timestamp(
        version=2,
        snapshot_version=1,
        snapshot=told.bundle["1.snapshot.json"],
        online=told.world.online,
        now=later,
    )
    told.bundle = {**told.bundle, "timestamp.json": refreshed}
    verdict = judge(told.write(tmp_path / "d.zip"), told.anchor)
    assert codes(verdict) == set()
    assert verdict.stale == 1


def test_a_stale_directory_is_told_and_an_expired_one_refused(tmp_path: Path) -> None:
    stale = tell_smallest()
    stale.minute = 60 * 24 * 10
    stale.say("QA/contact-24-7", bodies.Acknowledgement(), answers=stale.last)
    verdict = judge(stale.write(tmp_path / "stale.zip"), stale.anchor)
    assert verdict.stale == 1
    assert verdict.proven
    expired = tell_smallest()
    reference = expired.ref
    expired.minute = 60 * 24 * 500
    one = expired.last
    assert one is not None
    receipt = next(iter(expired.receipts))
    assert reference.snapshot == digest_of(expired.bundle["1.snapshot.json"])
    del expired.receipts[receipt]
    at = next(place for known, place in expired.logs["QA"].places if known == one)
    expired.receipt(one, expired.parsed[one].to[0], at, "VN", directory=reference)
    expired.minute = 1
    verdict = judge(expired.write(tmp_path / "expired.zip"), expired.anchor)
    assert "directory.expired" in codes(verdict)
