"""One set judged offline: every way in which a set can lie is refused, and expiry is judged at the time given."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest

from musnad.core.crypto.signing import SigningKey, new_signing_key
from musnad.core.directory.errors import BadDirectory, DirectoryExpired, ForeignRoot
from musnad.core.directory.frame import root_by_fingerprint
from musnad.core.directory.judge import judge_bundle
from musnad.core.directory.registry import new_root
from musnad.core.directory.role import sign_party
from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.ijson import write_canonical
from musnad.core.kernel.names import PartyCode, digest_of
from musnad.core.kernel.times import Instant
from tests.directory_fixture import NOW, World, make_party, make_set, make_world, stream

WORLD = make_world()
VN, QA = PartyCode("VN"), PartyCode("QA")


def after(**spans: int) -> Instant:
    return Instant(NOW + timedelta(**spans))


def refused(files: dict[str, bytes], anchor: bytes | None = WORLD.anchor) -> str:
    with pytest.raises(MusnadError) as caught:
        judge_bundle(files, anchor, NOW, 30)
    return caught.value.code


def keys_of(world: World) -> dict[str, SigningKey]:
    return {code: one.role for code, one in world.parties.items()}


def targets_of(world: World) -> dict[str, bytes]:
    return {f"parties/{code}/party.json": one.party_json for code, one in world.parties.items()}


def resigned(
    *,
    keys: dict[str, SigningKey] | None = None,
    roles: dict[str, bytes] | None = None,
    targets: dict[str, bytes] | None = None,
    signers: list[bytes] | None = None,
    online: bytes | None = None,
) -> dict[str, bytes]:
    """The world's set, signed again by the Registrar, one thing changed."""
    made = make_set(
        keys or keys_of(WORLD),
        roles or WORLD.roles,
        targets or targets_of(WORLD),
        WORLD.holders,
        online or WORLD.online,
        signers=signers,
    )
    return {"1.root.json": WORLD.anchor, **made}


def test_accepts_the_set_and_names_it() -> None:
    directory = WORLD.directory()
    assert directory.ref.snapshot == digest_of(WORLD.files["1.snapshot.json"])
    assert (directory.ref.version, directory.ref.stale) == (1, False)
    assert directory.root_fingerprint == digest_of(WORLD.anchor)


def test_a_set_without_an_anchor_is_judged_and_its_first_root_shown() -> None:
    assert judge_bundle(WORLD.files, None, NOW, 0).root_fingerprint == digest_of(WORLD.anchor)


def test_an_anchor_given_as_a_fingerprint_is_found() -> None:
    assert root_by_fingerprint(WORLD.files, digest_of(WORLD.anchor)) == WORLD.anchor
    assert root_by_fingerprint(WORLD.files, digest_of(b"another")) is None


# --- expiry ---------------------------------------------------------------------------------------------------------


def test_an_expired_timestamp_makes_the_set_stale_and_then_unusable() -> None:
    assert not WORLD.directory(after(hours=23)).ref.stale
    assert WORLD.directory(after(hours=24)).ref.stale
    assert WORLD.directory(after(days=30)).ref.stale
    with pytest.raises(DirectoryExpired):
        WORLD.directory(after(days=31))


def test_a_new_set_has_no_grace() -> None:
    with pytest.raises(DirectoryExpired):
        judge_bundle(WORLD.files, WORLD.anchor, after(days=1), 0)


def test_a_partys_expired_role_costs_that_party_only() -> None:
    roles = {**WORLD.roles, "VN": sign_party(WORLD["VN"].party_json, version=1, now=NOW, key=WORLD["VN"].role, days=1)}
    timeless = make_set(
        keys_of(WORLD),
        roles,
        targets_of(WORLD),
        WORLD.holders,
        WORLD.online,
        days={"targets": 90, "snapshot": 90, "timestamp": 90},
    )
    files = {"1.root.json": WORLD.anchor, **timeless}
    stale = judge_bundle(files, WORLD.anchor, after(days=2), 30)
    assert not stale.ref.stale
    assert stale.ref_of(VN).stale
    assert not stale.ref_of(QA).stale
    gone = judge_bundle(files, WORLD.anchor, after(days=40), 30)
    assert gone.party(QA).code == QA
    with pytest.raises(DirectoryExpired):
        gone.party(VN)


# --- the root chain -------------------------------------------------------------------------------------------------


def test_refuses_an_anchor_that_is_not_in_the_chain() -> None:
    stranger = new_root(version=1, holders=[bytes(32)] * 1, online=bytes(31) + b"1", threshold=1, now=NOW)
    assert refused(WORLD.files, stranger) == ForeignRoot.code


def rotated(signers: list[bytes], old_signers: list[bytes], threshold: int = 2) -> dict[str, bytes]:
    new = new_root(
        version=2, holders=signers, online=WORLD.online, threshold=threshold, now=NOW, also_signed_by=old_signers
    )
    return {**WORLD.files, "2.root.json": new}


def test_accepts_a_root_signed_by_old_and_new_and_either_as_anchor() -> None:
    newcomer = stream("newcomer")(32)
    files = rotated([*WORLD.holders[:2], newcomer], WORLD.holders)
    assert judge_bundle(files, WORLD.anchor, NOW, 0).root_fingerprint == digest_of(WORLD.anchor)
    assert judge_bundle(files, files["2.root.json"], NOW, 0).root_fingerprint == digest_of(files["2.root.json"])


def test_refuses_a_new_root_under_the_old_threshold() -> None:
    strangers = [stream(f"stranger {place}")(32) for place in range(3)]
    assert refused(rotated(strangers, WORLD.holders[:1])) == BadDirectory.code


def test_refuses_a_new_root_under_its_own_threshold() -> None:
    files = rotated(WORLD.holders, [])
    found = json.loads(files["2.root.json"])
    found["signatures"] = found["signatures"][:1]
    assert refused({**files, "2.root.json": json.dumps(found).encode()}) == BadDirectory.code


def test_refuses_a_gap_in_the_chain() -> None:
    third = new_root(version=3, holders=WORLD.holders, online=WORLD.online, threshold=2, now=NOW)
    assert refused({**WORLD.files, "3.root.json": third}) == BadDirectory.code


def test_refuses_a_root_in_which_one_key_stands_under_two_names() -> None:
    found = json.loads(WORLD.anchor)
    signed = found["signed"]
    name = signed["roles"]["root"]["keyids"][0]
    signed["keys"]["f" * 64] = signed["keys"][name]
    signed["roles"]["root"]["keyids"] = [name, "f" * 64]
    anchor = json.dumps(found).encode()
    assert refused({**WORLD.files, "1.root.json": anchor}, anchor) == BadDirectory.code


# --- mix and match --------------------------------------------------------------------------------------------------


def test_refuses_the_snapshot_of_another_day() -> None:
    other = resigned(targets={**targets_of(WORLD)}, roles={"VN": WORLD.roles["VN"]})
    assert refused({**WORLD.files, "1.snapshot.json": other["1.snapshot.json"]}) == BadDirectory.code


def test_refuses_a_list_of_another_day() -> None:
    other = resigned(keys={"VN": WORLD["VN"].role})
    assert refused({**WORLD.files, "1.targets.json": other["1.targets.json"]}) == BadDirectory.code


def test_refuses_a_list_under_the_holders_threshold() -> None:
    assert refused(resigned(signers=WORLD.holders[:1])) == BadDirectory.code


def test_refuses_a_timestamp_by_another_key() -> None:
    assert refused(resigned(online=stream("thief")(32))) == BadDirectory.code


def test_refuses_a_missing_file_each() -> None:
    for name in WORLD.files:
        if name.endswith("party-VN.json"):
            continue
        files = {other: data for other, data in WORLD.files.items() if other != name}
        assert refused(files) in {BadDirectory.code, ForeignRoot.code}, name


def test_refuses_a_file_that_the_set_does_not_name() -> None:
    assert refused({**WORLD.files, "parties/VN/more.json": b"{}"}) == BadDirectory.code
    assert refused({**WORLD.files, "2.snapshot.json": WORLD.files["1.snapshot.json"]}) == BadDirectory.code


def test_a_whole_party_may_be_left_out_of_a_bundle() -> None:
    files = {name: data for name, data in WORLD.files.items() if "VN" not in name}
    assert [party.code for party in judge_bundle(files, WORLD.anchor, NOW, 0).parties] == [QA]


# --- forged Parties -------------------------------------------------------------------------------------------------


def test_refuses_a_party_file_that_the_online_key_holder_forged() -> None:
    forged = make_party("VN", seed="thief")
    thief = sign_party(forged.party_json, version=1, now=NOW, key=forged.role)
    files = resigned(
        roles={**WORLD.roles, "VN": thief}, targets={**targets_of(WORLD), "parties/VN/party.json": forged.party_json}
    )
    assert refused(files) == BadDirectory.code


def test_refuses_a_role_that_only_one_half_of_the_key_signed() -> None:
    for kept in (0, 1):
        found = json.loads(WORLD.roles["VN"])
        found["signatures"] = [found["signatures"][kept]]
        files = resigned(roles={**WORLD.roles, "VN": json.dumps(found).encode()})
        assert refused(files) == BadDirectory.code


def test_refuses_old_signed_bytes_put_under_other_keys() -> None:
    """The Registrar lists its own key for VN and adds its signatures to what VN signed: the bytes name VN's keys."""
    thief = new_signing_key(stream("thief"))
    theirs = json.loads(sign_party(WORLD["VN"].party_json, version=1, now=NOW, key=WORLD["VN"].role, previous=[thief]))
    files = resigned(keys={**keys_of(WORLD), "VN": thief}, roles={**WORLD.roles, "VN": json.dumps(theirs).encode()})
    assert refused(files) == BadDirectory.code


def test_refuses_a_party_that_speaks_for_another() -> None:
    role = sign_party(
        WORLD["VN"].party_json,
        version=1,
        now=NOW,
        key=WORLD["VN"].role,
        others={"parties/QA/party.json": WORLD["QA"].party_json},
    )
    assert refused(resigned(roles={**WORLD.roles, "VN": role})) == BadDirectory.code


def test_a_party_may_publish_more_files_in_its_own_folder() -> None:
    more = {"parties/VN/declarations.json": b"{}"}
    role = sign_party(WORLD["VN"].party_json, version=1, now=NOW, key=WORLD["VN"].role, others=more)
    files = resigned(roles={**WORLD.roles, "VN": role}, targets={**targets_of(WORLD), **more})
    assert judge_bundle(files, WORLD.anchor, NOW, 0).party(VN).code == VN


def change_list(change: Callable[[dict[str, dict[str, object]]], object]) -> dict[str, bytes]:
    """The set with its list of Parties changed and signed again by everyone but the Parties."""
    from musnad.core.directory.registry import new_snapshot, new_timestamp
    from musnad.core.directory.role import sign_with
    from musnad.core.directory.tuf import Metadata, Targets

    found = json.loads(WORLD.files["1.targets.json"])
    change(found["signed"])
    metadata: Metadata[Targets] = Metadata.from_bytes(json.dumps(found).encode())
    metadata.signatures.clear()
    for seed in WORLD.holders:
        sign_with(metadata, seed)
    parties = metadata.to_bytes()
    roles = {"targets.json": (1, parties)} | {f"party-{code}.json": (1, data) for code, data in WORLD.roles.items()}
    snapshot = new_snapshot(version=1, roles=roles, online=WORLD.online, now=NOW)
    timestamp = new_timestamp(version=1, snapshot_version=1, snapshot=snapshot, online=WORLD.online, now=NOW)
    return {
        **WORLD.files,
        "1.targets.json": parties,
        "1.snapshot.json": snapshot,
        "timestamp.json": timestamp,
    }


def test_unknown_fields_of_a_newer_specification_are_left_alone() -> None:
    files = change_list(lambda signed: signed.update({"x-later": {"a": [1]}}))
    assert judge_bundle(files, WORLD.anchor, NOW, 0).party(VN).code == VN


def test_refuses_holders_who_speak_for_a_party_themselves() -> None:
    target = {"length": 2, "hashes": {"sha256": digest_of(b"{}")}}
    files = change_list(lambda signed: signed["targets"].update({"parties/VN/party.json": target}))
    assert refused(files) == BadDirectory.code


def test_refuses_a_party_role_that_one_key_may_sign() -> None:
    def lower(signed: dict[str, dict[str, object]]) -> None:
        for role in signed["delegations"]["roles"]:  # type: ignore[attr-defined]  # a list, as JSON has it
            role["threshold"] = 1

    assert refused(change_list(lower)) == BadDirectory.code


def test_refuses_a_party_role_with_a_wider_path() -> None:
    def widen(signed: dict[str, dict[str, object]]) -> None:
        for role in signed["delegations"]["roles"]:  # type: ignore[attr-defined]  # a list, as JSON has it
            role["paths"] = ["parties/*/*"]

    assert refused(change_list(widen)) == BadDirectory.code


def test_refuses_a_repeated_member_name() -> None:
    doubled = WORLD.files["timestamp.json"].replace(b'{"signatures"', b'{"signatures":[],"signatures"', 1)
    assert refused({**WORLD.files, "timestamp.json": doubled}) == "form.not-ijson"


def test_any_changed_octet_is_refused_or_changes_nothing_that_was_signed() -> None:
    """Only a root's and the timestamp's own bytes are not named by a hash of another file."""
    for name, data in WORLD.files.items():
        for place in range(0, len(data), max(1, len(data) // 25)):
            files = {**WORLD.files, name: data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]}
            if name == "timestamp.json":
                try:
                    assert judge_bundle(files, WORLD.anchor, NOW, 30).ref == WORLD.directory().ref
                except MusnadError:
                    continue
            else:
                assert refused(files)


def test_canonical_form_is_not_asked_of_metadata() -> None:
    spread = json.dumps(json.loads(WORLD.anchor), indent=2).encode()
    assert judge_bundle({**WORLD.files, "1.root.json": spread}, spread, NOW, 0).party(VN).code == VN
    assert write_canonical(json.loads(spread)) != spread
