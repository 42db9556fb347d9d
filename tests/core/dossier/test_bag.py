"""BagIt: manifests against members, both ways."""

from __future__ import annotations

import pytest

from musnad.core.dossier.archive import open_archive
from musnad.core.dossier.bag import DECLARATION, check_bag, parse_manifest, sum_of, write_bag_info, write_manifest
from musnad.core.dossier.errors import ManifestAltered
from musnad.core.kernel.names import AuthorityId, CaseRef, digest_of
from tests.dossier_fixture import Octets, members_of, rebag, zip_of

GOOD = {"bagit.txt": DECLARATION, "bag-info.txt": b"x: y\n", "data/a": b"a", "data/b": b"b"}


def defects(data: bytes) -> set[tuple[str, str | None]]:
    return {(one.code, one.member) for one in check_bag(open_archive(Octets(data)))[1]}


def test_a_good_bag_has_no_defect() -> None:
    assert defects(rebag(GOOD)) == set()


@pytest.mark.parametrize("name", sorted(members_of(rebag(GOOD))))
def test_every_member_removed_is_missed(name: str) -> None:
    members = members_of(rebag(GOOD))
    del members[name]
    assert defects(zip_of(members))


@pytest.mark.parametrize("name", sorted(members_of(rebag(GOOD))))
def test_every_member_altered_is_named(name: str) -> None:
    members = members_of(rebag(GOOD))
    members[name] = members[name] + b"\n"
    found = defects(zip_of(members))
    assert any(member == name for _, member in found)


def test_a_member_that_no_manifest_names_is_unknown() -> None:
    members = members_of(rebag(GOOD))
    assert ("dossier.member-unknown", "data/c") in defects(zip_of({**members, "data/c": b""}))
    assert ("dossier.member-unknown", "extra.txt") in defects(zip_of({**members, "extra.txt": b""}))


@pytest.mark.parametrize(
    "data",
    [
        b"zz\n",
        digest_of(b"").encode() + b" data/a\n",
        digest_of(b"").encode() + b"  data/a",
        digest_of(b"").encode() + b"  data/b\n" + digest_of(b"").encode() + b"  data/a\n",
        (digest_of(b"").encode() + b"  data/a\n") * 2,
        "\u0661".encode(),
    ],
)
def test_refuses_a_manifest_that_is_not_written_the_one_way(data: bytes) -> None:
    with pytest.raises(ManifestAltered):
        parse_manifest(data, what="manifest")


def test_a_manifest_reads_back() -> None:
    digests = {"data/b": digest_of(b"b"), "data/a": digest_of(b"a")}
    assert parse_manifest(write_manifest(digests), what="manifest") == digests


def test_sums_in_one_pass_tell_progress() -> None:
    seen: list[int] = []
    sums = sum_of([b"ab", b"c"], seen.append)
    assert (sums.size, sums.sha256, seen) == (3, digest_of(b"abc"), [2, 1])


def test_bag_info_says_exercise() -> None:
    case, exporter = CaseRef(digest_of(b"case")), AuthorityId("QA/central-authority")
    assert b"EXERCISE" in write_bag_info(case, exporter, exercise=True)
    assert b"EXERCISE" not in write_bag_info(case, exporter, exercise=False)
