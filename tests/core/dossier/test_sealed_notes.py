"""What a manifest says beside its exhibit, judged by the verifier, and shown in verdict, words and report."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from musnad.adapters.vault.memory import MemorySource
from musnad.core.dossier.judge import Verdict
from musnad.core.kernel.names import Digest
from musnad.core.sealing.layout import Span
from musnad.core.sealing.manifest import RecordsNote, SourceNote
from musnad.core.sealing.records import RecordTree, salt_secret
from musnad.language import speak
from musnad.report.page import write_report
from musnad.verify.words import tell
from tests.dossier_fixture import SEAL, codes, judge, tell_case
from tests.exchange.evidence.test_records import Crafted
from tests.exchange.evidence.workshop import content_of

FOLDER = SourceNote("A folder", "folder")
HOLED = content_of(100_000)[:60_000] + bytes(10_000) + content_of(50_000)


def shown_in(verdict: Verdict) -> dict[str, Any]:
    exhibits = verdict.write()["exhibits"]
    assert isinstance(exhibits, list)
    assert isinstance(exhibits[0], dict)
    return exhibits[0]


def octets_of(source: MemorySource) -> bytes:
    return bytes(source._octets)


def records_of(source: Crafted, **changed: Any) -> dict[str, Any]:
    tree = RecordTree(salt_secret(bytes(32), SEAL))
    source.records.listen(tree.add)  # type: ignore[attr-defined]
    note = RecordsNote(tree.count, tree.root(), source.records.missing, source.records.index)  # type: ignore[attr-defined]
    return {"source": FOLDER, "media_type": "application/x-tar", "records": replace(note, **changed)}


def test_an_honest_damaged_exhibit_is_proven_and_its_damage_told(tmp_path: Path) -> None:
    unread = (Span(60_000, 5), Span(65_000, 5_000))
    told = tell_case(evidence=HOLED, notes={"unread": unread, "reads": 2})
    verdict = judge(told.write(tmp_path / "d.zip"), told.anchor)
    assert codes(verdict) == set()
    assert verdict.proven
    assert verdict.facts is not None
    shown = shown_in(verdict)
    assert (shown["unread"], shown["reads"], shown["records"]) == ([[60_000, 5], [65_000, 5_000]], 2, None)
    assert b"60000-60004, 65000-69999" in write_report(verdict.facts, "en")
    assert b"60000-60004, 65000-69999" in write_report(verdict.facts, "ar")
    assert any("60000-60004" in line for line in tell(verdict, speak("en")))


def test_refuses_damage_that_is_told_where_the_content_is_not_zeros(tmp_path: Path) -> None:
    for span in (Span(59_990, 20), Span(69_999, 2), Span(0, 110_000)):
        told = tell_case(evidence=HOLED, notes={"unread": (span,)})
        verdict = judge(told.write(tmp_path / f"{span.first}.zip"), told.anchor)
        assert codes(verdict) == {"dossier.exhibit-differs"}


def test_an_honest_folder_is_proven_and_what_is_missing_told(tmp_path: Path) -> None:
    source = Crafted()
    told = tell_case(evidence=octets_of(source), notes=records_of(source))
    verdict = judge(told.write(tmp_path / "d.zip"), told.anchor)
    assert codes(verdict) == set()
    shown = shown_in(verdict)
    assert shown["records"] == {"count": 3, "missing": 1}
    assert any("INCOMPLETE" in line for line in tell(verdict, speak("en")))


@pytest.mark.parametrize(
    ("lie", "changed"),
    [
        (lambda records: records[1:], {}),
        (lambda records: [replace(records[0], sha256=Digest("0" * 64)), *records[1:]], {}),
        (list, {"count": 4}),
        (list, {"missing": 0}),
        (list, {"index": Span(0, 5)}),
    ],
)
def test_refuses_a_folder_whose_list_lies(tmp_path: Path, lie: Any, changed: dict[str, Any]) -> None:
    source = Crafted(lie)
    told = tell_case(evidence=octets_of(source), notes=records_of(source, **changed))
    assert codes(judge(told.write(tmp_path / "d.zip"), told.anchor)) == {"dossier.exhibit-differs"}


def test_refuses_a_list_of_files_in_what_is_no_archive(tmp_path: Path) -> None:
    told = tell_case(evidence=HOLED, notes=records_of(Crafted()))
    assert codes(judge(told.write(tmp_path / "d.zip"), told.anchor)) == {"dossier.exhibit-differs"}
