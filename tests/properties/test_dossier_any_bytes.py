"""Any bytes give a verdict or a ``MusnadError``, nothing else."""

from __future__ import annotations

from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st

from musnad.core.dossier.archive import open_archive
from musnad.core.dossier.bag import parse_manifest
from musnad.core.dossier.index import parse_export_proof, parse_index, parse_proofs
from musnad.core.dossier.judge import judge_dossier
from musnad.core.dossier.layout import sort_members
from musnad.core.kernel.errors import MusnadError
from musnad.report import write_report
from tests.dossier_fixture import Octets, rebag, zip_of

names = st.sampled_from(
    [
        "bagit.txt",
        "bag-info.txt",
        "data/case.json",
        f"data/messages/{'ab' * 32}.dsse",
        f"data/receipts/{'ab' * 32}.dsse",
        f"data/exhibits/{'5e' * 16}/manifest.dsse",
        f"data/exhibits/{'5e' * 16}/content",
        f"data/exhibits/{'5e' * 16}/leaves",
        f"data/directory/{'ab' * 32}/timestamp.json",
        f"data/directory/{'ab' * 32}/1.root.json",
        f"data/treaty/{'ab' * 32}.json",
        "data/log/VN/1.note",
        "data/log/VN/proofs.json",
        "data/report.en.html",
        "export/exported.dsse",
        "export/1.note",
        "export/proof.json",
    ]
)
contents = st.one_of(st.binary(max_size=200), st.just(b"{}"), st.just(b"[]"))


@given(st.binary(max_size=300))
def test_any_bytes_as_an_archive(data: bytes) -> None:
    with suppress(MusnadError):
        open_archive(Octets(data))


@given(st.dictionaries(names, contents, max_size=8))
@settings(max_examples=60, deadline=None)
def test_any_members_give_a_verdict(members: dict[str, bytes]) -> None:
    for data in (zip_of(members), rebag(members)):
        if members:
            verdict = judge_dossier(open_archive(Octets(data)), None, write_report)
            assert not verdict.consistent
            assert verdict.write()["verdict"] == "not-proven"


@given(st.binary(max_size=300))
def test_any_bytes_as_json_members(data: bytes) -> None:
    for parse in (parse_index, parse_proofs, parse_export_proof):
        with suppress(MusnadError):
            parse(data, "x")
    with suppress(MusnadError):
        parse_manifest(data, what="x")


@given(st.lists(st.text(max_size=80), max_size=10))
def test_any_names_are_sorted(some: list[str]) -> None:
    assert set(sort_members(some).unknown) <= set(some)
