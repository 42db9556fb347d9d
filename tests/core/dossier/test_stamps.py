"""Time stamps in a dossier: proven only under a certificate from elsewhere; one that does not hold is a defect.

The exporter holds every key of its Party, its log's among them, and may put in whatever it likes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import pytest

from musnad.core.crypto.stamp import ask_stamp
from musnad.core.dossier.archive import open_archive
from musnad.core.dossier.errors import ExportIncomplete
from musnad.core.dossier.judge import Verdict, judge_dossier
from musnad.core.dossier.layout import StampPlace, stamp_anchor_member
from musnad.core.dossier.stamps import NO_TRUST, STAMPS_LIMIT, StampProof, StampTrust
from musnad.core.kernel.names import Digest, PartyCode
from musnad.core.transparency.checkpoint import checkpoint, sign_checkpoint
from musnad.core.transparency.tree import consistency_proof
from musnad.exchange.dossier_writer import DossierContent, prepare_dossier
from musnad.report import write_report
from tests.dossier_fixture import Octets, Told, codes, members_of, rebag, tell_smallest
from tests.stamp_fixture import TestAuthority, new_authority

QA, VN = PartyCode("QA"), PartyCode("VN")
Members = dict[str, bytes]


@cache
def told() -> Told:
    return tell_smallest()


@dataclass(frozen=True)
class Bench:
    authority: TestAuthority
    other: TestAuthority
    folder: Path

    @property
    def name(self) -> Digest:
        return self.authority.anchor.fingerprint

    def head(self, size: int, party: str = "QA", root: bytes | None = None) -> bytes:
        tree = told().logs[party].tree
        made = checkpoint(f"musnad.example/{party}", size, root or tree.root(size))
        return sign_checkpoint(made, told().log_key(party), told().now).raw

    def stamp(self, size: int, *, head_size: int | None = None, note: bytes | None = None) -> Members:
        """The members of one stamp over QA's log, proven to the dossier's head."""
        tree, note = told().logs["QA"].tree, note or self.head(size)
        head_size = tree.size if head_size is None else head_size
        older, newer = sorted((size, head_size))
        proof = consistency_proof(older, newer, tree.read) if older < newer else ()
        request, answer = self.authority.stamp(note)
        place = StampPlace(QA, self.name, size)
        return {
            stamp_anchor_member(QA, self.name): self.authority.anchor.pem,
            place.member("note"): note,
            place.member("tsq"): request,
            place.member("tsr"): answer,
            place.member("json"): StampProof(head_size, proof).write(),
        }

    def judge(self, stamps: Mapping[str, bytes], trust: StampTrust = NO_TRUST, head_size: int | None = None) -> Verdict:
        """What a reader says of QA's export with these members."""
        content = replace(self.content(head_size), stamps=dict(stamps))
        sink = self.folder / "dossier.zip"
        path = told().finish(prepare_dossier(content, sink), sink, "QA")
        return judge_dossier(open_archive(Octets(path.read_bytes())), told().anchor, write_report, stamp_trust=trust)

    def content(self, head_size: int | None = None) -> DossierContent:
        content = told().content("QA")
        if head_size is not None:
            content = replace(content, logs={**content.logs, QA: told().log_content("QA", size=head_size)})
        return content


@pytest.fixture(scope="module")
def authorities(tmp_path_factory: pytest.TempPathFactory) -> tuple[TestAuthority, TestAuthority]:
    return new_authority(tmp_path_factory.mktemp("tsa")), new_authority(tmp_path_factory.mktemp("other"), "Other")


@pytest.fixture
def bench(authorities: tuple[TestAuthority, TestAuthority], tmp_path: Path) -> Bench:
    return Bench(*authorities, tmp_path)


def size() -> int:
    return told().logs["QA"].tree.size


def test_a_dossier_without_stamps_is_as_proven_as_before(bench: Bench) -> None:
    verdict = bench.judge({})
    assert verdict.proven
    assert verdict.stamps == ()
    assert verdict.write()["stamps"] == []


def test_a_stamp_proves_nothing_without_a_certificate_from_elsewhere(bench: Bench) -> None:
    verdict = bench.judge(bench.stamp(size()))
    assert verdict.proven
    assert [one.anchored for one in verdict.stamps] == [False]


def test_a_stamp_proves_its_time_under_the_authoritys_certificate_or_its_fingerprint(bench: Bench) -> None:
    for trust in (StampTrust((bench.authority.anchor,)), StampTrust(fingerprints=frozenset({bench.name}))):
        verdict = bench.judge(bench.stamp(size()), trust)
        assert verdict.proven
        (shown,) = verdict.stamps
        assert (shown.party, shown.authority, shown.size, shown.anchored) == ("QA", bench.name, size(), True)
        assert shown.covered == shown.entries == 2


def test_a_stamp_by_another_than_is_trusted_proves_nothing(bench: Bench) -> None:
    other = bench.other.anchor
    trust = StampTrust((other,), frozenset({other.fingerprint}))
    verdict = bench.judge(bench.stamp(size()), trust)
    assert verdict.proven
    assert [one.anchored for one in verdict.stamps] == [False]


def test_an_earlier_stamp_covers_what_stood_then(bench: Bench) -> None:
    (shown,) = bench.judge(bench.stamp(4), StampTrust((bench.authority.anchor,))).stamps
    assert (shown.size, shown.covered, shown.entries, shown.anchored) == (4, 1, 2, True)


def test_a_later_stamp_covers_everything_by_consistency(bench: Bench) -> None:
    """The authority was down when the case's head was signed: its stamp is over a larger tree."""
    trust = StampTrust((bench.authority.anchor,))
    verdict = bench.judge(bench.stamp(size(), head_size=size()) | bench.stamp(4), trust)
    assert [(one.size, one.covered) for one in verdict.stamps] == [(4, 1), (size(), 2)]


def test_a_stamp_past_the_dossiers_head(bench: Bench) -> None:
    content = bench.content()
    copy = replace(told(), logs={party: log.copy() for party, log in told().logs.items()})
    head_size = size()
    for number in range(5):
        copy.logs["QA"].tree.append(bytes([number]) * 32)
    grown = copy.logs["QA"].tree
    made = checkpoint("musnad.example/QA", grown.size, grown.root())
    note = sign_checkpoint(made, copy.log_key("QA"), copy.now).raw
    request, answer = bench.authority.stamp(note)
    place = StampPlace(QA, bench.name, grown.size)
    members = {
        stamp_anchor_member(QA, bench.name): bench.authority.anchor.pem,
        place.member("note"): note,
        place.member("tsq"): request,
        place.member("tsr"): answer,
        place.member("json"): StampProof(head_size, consistency_proof(head_size, grown.size, grown.read)).write(),
    }
    sink = bench.folder / "dossier.zip"
    path = told().finish(prepare_dossier(replace(content, stamps=members), sink), sink, "QA")
    trust = StampTrust((bench.authority.anchor,))
    verdict = judge_dossier(open_archive(Octets(path.read_bytes())), told().anchor, write_report, stamp_trust=trust)
    assert [(one.size, one.covered, one.anchored) for one in verdict.stamps] == [(head_size + 5, 2, True)]


# --- what an exporter with every key of its Party may put in ----------------------------------------------------


def _over_other_octets(bench: Bench) -> Members:
    members = bench.stamp(size())
    other = bench.stamp(4)
    place, there = StampPlace(QA, bench.name, size()), StampPlace(QA, bench.name, 4)
    return members | {place.member("tsq"): other[there.member("tsq")], place.member("tsr"): other[there.member("tsr")]}


def _the_answer_to_another_request(bench: Bench) -> Members:
    return bench.stamp(size()) | {StampPlace(QA, bench.name, size()).member("tsq"): ask_stamp(bench.head(size()))}


def _of_another_tree(bench: Bench) -> Members:
    return bench.stamp(4, note=bench.head(4, root=b"x" * 32))


def _of_another_tree_of_the_same_size(bench: Bench) -> Members:
    return bench.stamp(size(), note=bench.head(size(), root=b"x" * 32))


def _of_another_partys_log(bench: Bench) -> Members:
    return bench.stamp(4, note=bench.head(4, party="VN"))


def _over_a_cosigned_note(bench: Bench) -> Members:
    return bench.stamp(size(), note=told().head("QA"))


def _of_another_size_than_its_name(bench: Bench) -> Members:
    return bench.stamp(4, note=bench.head(5))


def _with_another_authoritys_certificate(bench: Bench) -> Members:
    return bench.stamp(size()) | {stamp_anchor_member(QA, bench.name): bench.other.anchor.pem}


def _under_another_authoritys_name(bench: Bench) -> Members:
    other = bench.other.anchor
    members = {name.replace(bench.name, other.fingerprint): data for name, data in bench.stamp(size()).items()}
    return members | {stamp_anchor_member(QA, other.fingerprint): other.pem}


def _with_remarks_in_the_certificate(bench: Bench) -> Members:
    return bench.stamp(size()) | {stamp_anchor_member(QA, bench.name): b"# ours\n" + bench.authority.anchor.pem}


def _without_request(bench: Bench) -> Members:
    members = bench.stamp(size())
    del members[StampPlace(QA, bench.name, size()).member("tsq")]
    return members


def _without_certificate(bench: Bench) -> Members:
    members = bench.stamp(size())
    del members[stamp_anchor_member(QA, bench.name)]
    return members


def _certificate_alone(bench: Bench) -> Members:
    return {stamp_anchor_member(QA, bench.name): bench.authority.anchor.pem}


def _proof_to_another_head(bench: Bench) -> Members:
    return bench.stamp(4, head_size=size() - 1)


def _false_proof(bench: Bench) -> Members:
    return bench.stamp(4) | {StampPlace(QA, bench.name, 4).member("json"): StampProof(size(), (b"x" * 32,)).write()}


def _proof_with_white_space(bench: Bench) -> Members:
    members, name = bench.stamp(4), StampPlace(QA, bench.name, 4).member("json")
    return members | {name: members[name] + b" "}


def _garbage(bench: Bench) -> Members:
    return bench.stamp(4) | {StampPlace(QA, bench.name, 4).member("tsr"): b"\x30\x03abc"}


def _of_nobody_in_the_case(bench: Bench) -> Members:
    return {name.replace("/QA/", "/EG/"): data for name, data in bench.stamp(4).items()}


@pytest.mark.parametrize(
    ("attack", "code"),
    [
        (_over_other_octets, "stamp.invalid"),
        (_the_answer_to_another_request, "stamp.invalid"),
        (_of_another_tree, "log.proof-invalid"),
        (_of_another_tree_of_the_same_size, "log.proof-invalid"),
        (_of_another_partys_log, "log.origin-other"),
        (_over_a_cosigned_note, "dossier.note-line-unknown"),
        (_of_another_size_than_its_name, "dossier.name-differs"),
        (_with_another_authoritys_certificate, "dossier.name-differs"),
        (_under_another_authoritys_name, "stamp.invalid"),
        (_with_remarks_in_the_certificate, "stamp.malformed"),
        (_without_request, "dossier.member-missing"),
        (_without_certificate, "dossier.member-missing"),
        (_certificate_alone, "dossier.member-missing"),
        (_proof_to_another_head, "dossier.index-invalid"),
        (_false_proof, "log.proof-invalid"),
        (_proof_with_white_space, "dossier.index-invalid"),
        (_garbage, "stamp.malformed"),
        (_of_nobody_in_the_case, "dossier.member-unknown"),
    ],
)
def test_refuses_a_stamp_that_does_not_hold(bench: Bench, attack: Callable[[Bench], Members], code: str) -> None:
    verdict = bench.judge(attack(bench), StampTrust((bench.authority.anchor,)))
    assert not verdict.consistent
    assert code in codes(verdict)
    assert not any(one.anchored for one in verdict.stamps)


def test_a_size_is_spelled_one_way(bench: Bench) -> None:
    with pytest.raises(ExportIncomplete) as found:
        bench.judge({name.replace("/4.", "/04."): data for name, data in bench.stamp(4).items()})
    assert found.value.defect == "dossier.member-unknown"


def test_refuses_more_stamps_than_anybody_needs(bench: Bench) -> None:
    one = bench.stamp(4)
    many = dict(one)
    for number in range(STAMPS_LIMIT):
        many |= {name.replace("/4.", f"/{100 + number}."): data for name, data in one.items() if "/4." in name}
    assert "dossier.index-invalid" in codes(bench.judge(many))


def test_a_stamp_that_is_put_into_a_finished_dossier_is_seen(bench: Bench) -> None:
    """Without any key: the manifests are made anew, and the exporter's signature does not cover them."""
    sink = bench.folder / "dossier.zip"
    path = told().finish(prepare_dossier(bench.content(), sink), sink, "QA")
    altered = rebag(members_of(path) | bench.stamp(4))
    verdict = judge_dossier(open_archive(Octets(altered)), told().anchor, write_report)
    assert "dossier.export-differs" in codes(verdict)
