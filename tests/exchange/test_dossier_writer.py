"""Writing a dossier: two phases, each whole or nothing, each again when it was cut."""

from __future__ import annotations

import stat
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from musnad.core.dossier.errors import ExportIncomplete
from musnad.core.kernel.names import PartyCode
from musnad.exchange.dossier_writer import prepare_dossier, publish_dossier
from tests.dossier_fixture import SEAL, Told, judge, members_of, tell_case

MIB = 1024 * 1024


@pytest.fixture(scope="module")
def told() -> Told:
    return tell_case()


def test_equal_content_prepares_equal_octets(told: Told, tmp_path: Path) -> None:
    content = told.content()
    first = prepare_dossier(content, tmp_path / "d.zip")
    octets = first.partial.read_bytes()
    second = prepare_dossier(content, tmp_path / "d.zip")
    assert second.partial.read_bytes() == octets
    assert second.payload_manifest == first.payload_manifest
    assert second.heads == first.heads


def test_nothing_stands_under_the_name_until_all_of_it_does(told: Told, tmp_path: Path) -> None:
    sink = tmp_path / "d.zip"
    prepared = prepare_dossier(told.content(), sink)
    assert not sink.exists()
    told.finish(prepared, sink)
    assert [path.name for path in tmp_path.iterdir()] == ["d.zip"]


def test_what_is_not_proven_never_gets_its_name(told: Told, tmp_path: Path) -> None:
    """The journal's receipt of one message is gone: the finished file is judged, refused and removed."""
    content = told.content()
    receipts = dict(list(content.receipts.items())[1:])
    sink = tmp_path / "d.zip"
    prepared = prepare_dossier(replace(content, receipts=receipts), sink)
    told.finish(prepared, sink)
    sink.rename(prepared.partial)
    with pytest.raises(ExportIncomplete) as caught:
        publish_dossier(prepared, sink, told.anchor)
    assert caught.value.defect == "dossier.receipt-missing"
    assert list(tmp_path.iterdir()) == []


def test_what_is_proven_gets_its_name(told: Told, tmp_path: Path) -> None:
    sink = tmp_path / "d.zip"
    prepared = prepare_dossier(told.content(), sink)
    told.finish(prepared, sink)
    sink.rename(prepared.partial)
    assert publish_dossier(prepared, sink, told.anchor) == sink
    assert [path.name for path in tmp_path.iterdir()] == ["d.zip"]


def test_only_the_owner_may_read_what_holds_evidence(told: Told, tmp_path: Path) -> None:
    """Also where an older file, or somebody's link, lies in the way."""
    sink, elsewhere = tmp_path / "d.zip", tmp_path / "elsewhere"
    elsewhere.write_bytes(b"untouched")
    (tmp_path / "d.zip.writing").symlink_to(elsewhere)
    (tmp_path / "d.zip.partial").write_bytes(b"old")
    prepared = prepare_dossier(told.content(), sink)
    assert stat.S_IMODE(prepared.partial.stat().st_mode) == 0o600
    assert elsewhere.read_bytes() == b"untouched"
    told.finish(prepared, sink)
    assert stat.S_IMODE(sink.stat().st_mode) == 0o600


def test_a_cut_second_phase_is_done_again(told: Told, tmp_path: Path) -> None:
    sink = tmp_path / "d.zip"
    prepared = prepare_dossier(told.content(), sink)
    with prepared.partial.open("ab") as out:
        out.write(b"half of a tag file")
    assert judge(told.finish(prepared, sink), told.anchor).proven


def test_an_exhibit_that_cannot_be_read_leaves_nothing(told: Told, tmp_path: Path) -> None:
    def broken() -> Iterable[bytes]:
        yield b"x"
        raise OSError("disk")

    content = told.content(leaves=False)
    exhibit = replace(content.exhibits[SEAL], open_content=broken)
    with pytest.raises(OSError, match="disk"):
        prepare_dossier(replace(content, exhibits={SEAL: exhibit}), tmp_path / "d.zip")
    assert list(tmp_path.iterdir()) == []


def test_an_exhibit_of_another_size_is_not_written(told: Told, tmp_path: Path) -> None:
    content = told.content(leaves=False)
    for wrong in ([b"short"], [told.evidence, b"more"]):
        exhibit = replace(content.exhibits[SEAL], open_content=partial(iter, wrong))
        with pytest.raises(ExportIncomplete):
            prepare_dossier(replace(content, exhibits={SEAL: exhibit}), tmp_path / "d.zip")


def test_a_log_that_is_missing_is_said_before_anything_is_written(told: Told, tmp_path: Path) -> None:
    content = told.content()
    logs = {party: log for party, log in content.logs.items() if party != PartyCode("VN")}
    with pytest.raises(ExportIncomplete):
        prepare_dossier(replace(content, logs=logs), tmp_path / "d.zip")
    assert list(tmp_path.iterdir()) == []


def test_heads_are_written_with_only_the_lines_that_prove(told: Told, tmp_path: Path) -> None:
    """A head that was cosigned again later has more lines: the earliest pair stays."""
    from musnad.core.transparency.checkpoint import open_checkpoint
    from musnad.core.transparency.cosignature import add_cosignatures, cosign

    content = told.content()
    log = content.logs[PartyCode("VN")]
    key = told.witness_key("QA")
    signed = open_checkpoint(log.note, told.log_key("VN").public)
    told.minute += 5
    later = add_cosignatures(signed, cosign(signed, key, told.now), key.public)
    told.minute -= 5
    again = replace(content, logs={**content.logs, PartyCode("VN"): replace(log, note=later.raw)})
    sink = tmp_path / "d.zip"
    path = told.finish(prepare_dossier(again, sink), sink)
    assert judge(path, told.anchor).proven
    assert log.note in members_of(path).values()


def test_memory_stays_small_while_a_large_exhibit_passes(told: Told, tmp_path: Path) -> None:
    """96 MiB stream through both phases and the verifier; none of them holds it."""
    import tracemalloc

    from musnad.verify.file import DossierFile
    from musnad.verify.main import verify

    size = 96 * MIB

    def chunks() -> Iterator[bytes]:
        return (bytes(MIB) for _ in range(size // MIB))

    content = told.content(leaves=False)
    exhibit = replace(content.exhibits[SEAL], open_content=chunks, size_octets=size)
    sink = tmp_path / "d.zip"
    tracemalloc.start()
    told.finish(prepare_dossier(replace(content, exhibits={SEAL: exhibit}), sink), sink)
    with DossierFile(sink) as reader:
        verdict = verify(reader, told.anchor)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert {one.code for one in verdict.findings} == {"dossier.exhibit-differs"}
    assert peak < 40 * MIB
