"""The court's door: exit codes, words in both languages, JSON that stays."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from musnad.core.messages import bodies
from musnad.core.messages.schema import parse_receipt
from musnad.verify.main import main
from tests.dossier_fixture import SEAL, Told, members_of, rebag, tell_case, tell_joint, zip_of


@dataclass(frozen=True)
class Shelf:
    told: Told
    dossier: Path
    root: Path


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    folder = tmp_path_factory.mktemp("shelf")
    told = tell_case()
    root = folder / "root.json"
    root.write_bytes(told.world.anchor)
    return Shelf(told, told.write(folder / "dossier.zip"), root)


def damaged(shelf: Shelf, folder: Path) -> Path:
    members = members_of(shelf.dossier)
    name = f"data/exhibits/{SEAL}/content"
    content = bytearray(members[name])
    content[70_000] ^= 1
    path = folder / "damaged.zip"
    path.write_bytes(zip_of({**members, name: bytes(content)}))
    return path


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    code = main([str(one) for one in arguments])
    told = capsys.readouterr()
    return code, told.out, told.err


def test_proven_under_a_root_file_and_under_its_fingerprint(shelf: Shelf, capsys: pytest.CaptureFixture[str]) -> None:
    for anchor in (shelf.root, shelf.told.anchor, shelf.told.anchor.upper()):
        code, out, err = run(capsys, shelf.dossier, "--trust", anchor)
        assert code == 0
        assert err == ""
        assert str(shelf.told.case) in out


def test_the_conditions_of_an_exhibit_stand_beside_it(
    shelf: Shelf, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    limits = bodies.UseLimits(True, "with-consent", "the trial in Ha Noi", date(2027, 1, 10), "destroy")
    told = tell_case(limits=limits)
    dossier = told.write(tmp_path / "limited.zip")
    code, out, _ = run(capsys, dossier, "--trust", told.anchor)
    assert code == 0
    [line] = [one for one in out.splitlines() if "the trial in Ha Noi" in one]
    assert "only with consent" in line
    assert "destroyed" in line
    _, out, _ = run(capsys, dossier, "--trust", told.anchor, "--json")
    [exhibit] = json.loads(out)["exhibits"]
    assert exhibit["limits"] == {
        "confidential": True,
        "onward": "with-consent",
        "purpose": "the trial in Ha Noi",
        "until": "2027-01-10",
        "at_end": "destroy",
    }
    page = members_of(dossier)["data/report.en.html"].decode()
    assert "the trial in Ha Noi" in page[page.index("Exhibits and their custody") :]
    _, out, _ = run(capsys, shelf.dossier, "--json")
    assert json.loads(out)["exhibits"][0]["limits"] is None


def test_no_anchor_is_exit_3_with_fingerprints_to_compare(shelf: Shelf, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, shelf.dossier)
    assert code == 3
    assert shelf.told.anchor in out


def test_another_anchor_is_exit_1(shelf: Shelf, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, shelf.dossier, "--trust", "00" * 32)
    assert code == 1
    assert "dossier.anchor-differs" in out


def test_damage_is_exit_1_and_named(shelf: Shelf, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, damaged(shelf, tmp_path), "--trust", shelf.root)
    assert code == 1
    assert "dossier.exhibit-differs" in out
    assert "65536" in out
    assert "131071" in out
    assert "VN/central-authority" in out


def test_a_file_that_is_no_dossier_is_exit_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(b"PK\x03\x04 nothing")
    code, out, _ = run(capsys, path)
    assert code == 1
    assert "dossier.archive-altered" in out


@pytest.mark.parametrize("language", ["ar", "en"])
def test_nothing_to_judge_is_exit_2(
    shelf: Shelf, tmp_path: Path, capsys: pytest.CaptureFixture[str], language: str
) -> None:
    missing = tmp_path / "missing"
    for arguments in ((missing,), (shelf.dossier, "--trust", missing), (shelf.dossier, "--trust", tmp_path)):
        code, out, err = run(capsys, *arguments, "--lang", language)
        assert (code, out) == (2, "")
        assert "dossier.unreadable" in err
    with pytest.raises(SystemExit) as caught:
        main([])
    assert caught.value.code == 2


def test_json_is_one_object_that_says_the_same(
    shelf: Shelf, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = run(capsys, shelf.dossier, "--trust", shelf.root, "--json")
    told = json.loads(out)
    assert (code, err, told["verdict"]) == (0, "", "proven")
    assert told["case"]["complete"] is True
    assert [one["seal"] for one in told["exhibits"]] == [SEAL]
    code, out, _ = run(capsys, damaged(shelf, tmp_path), "--json")
    told = json.loads(out)
    assert (code, told["verdict"]) == (1, "not-proven")
    [damage] = [one for one in told["findings"] if one["code"] == "dossier.exhibit-differs"]
    assert (damage["begin"], damage["end"], damage["holder"]) == (65_536, 131_072, "VN/central-authority")


def test_speaks_arabic(shelf: Shelf, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    _, english, _ = run(capsys, shelf.dossier, "--lang", "en")
    _, arabic, _ = run(capsys, shelf.dossier, "--lang", "ar")
    assert arabic != english
    assert "تمرين" in arabic
    monkeypatch.setenv("LC_ALL", "ar_QA.UTF-8")
    assert run(capsys, shelf.dossier)[1] == arabic


def test_says_that_an_exhibits_content_is_not_there(
    shelf: Shelf, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = shelf.told.write(tmp_path / "manifest-only.zip", with_content=False)
    code, out, _ = run(capsys, path, "--trust", shelf.root, "--lang", "en")
    assert code == 0
    assert "manifest only" in out


@pytest.fixture(scope="module")
def joint(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """A case of three Parties, exported by EG, to whom nobody asked anything first."""
    folder = tmp_path_factory.mktemp("joint")
    told = tell_joint()
    root = folder / "root.json"
    root.write_bytes(told.world.anchor)
    return Shelf(told, told.write(folder / "dossier.zip", "EG"), root)


def test_a_case_of_three_is_proven_by_each_others_witness(joint: Shelf, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, joint.dossier, "--trust", joint.root, "--lang", "en")
    assert code == 0
    assert "between Egypt (EG), Qatar (QA), Viet Nam (VN)." in out
    for owner, witness in (("VN", "QA"), ("VN", "EG"), ("QA", "VN"), ("QA", "EG"), ("EG", "VN"), ("EG", "QA")):
        names = {"VN": "Viet Nam (VN)", "QA": "Qatar (QA)", "EG": "Egypt (EG)"}
        lines = [line for line in out.splitlines() if f"the log of {names[owner]} " in line]
        assert any(f"{names[witness]} saw it" in line for line in lines)
    code, out, _ = run(capsys, joint.dossier, "--trust", joint.root, "--lang", "ar")
    assert code == 0
    assert out.count("مصر") >= 5
    told = json.loads(run(capsys, joint.dossier, "--trust", joint.root, "--json")[1])
    assert told["case"]["parties"] == ["EG", "QA", "VN"]
    assert told["case"]["complete"] is True
    assert {one["party"]: {seen["party"] for seen in one["witnessed"]} for one in told["logs"]} == {
        "EG": {"QA", "VN"},
        "QA": {"EG", "VN"},
        "VN": {"EG", "QA"},
    }


def test_says_whose_cosignature_a_log_lacks(joint: Shelf, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    size = joint.told.logs["VN"].tree.size
    note = {f"data/log/VN/{size}.note": joint.told.head("VN", witness="QA")}
    path = tmp_path / "two-of-three.zip"
    path.write_bytes(rebag({**members_of(joint.dossier), **note}))
    code, out, _ = run(capsys, path, "--trust", joint.root, "--json")
    assert code == 1
    lacking = [one["facts"] for one in json.loads(out)["findings"] if one["code"] == "dossier.not-witnessed"]
    assert lacking == [{"party": "VN", "witness": "EG"}]
    code, out, _ = run(capsys, path, "--trust", joint.root, "--lang", "en")
    assert code == 1
    assert "[dossier.not-witnessed]" in out.replace("\u2066", "").replace("\u2069", "")


def test_says_whose_receipt_of_whose_message_is_missing(
    joint: Shelf, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """EG exports, and leaves out what QA receipted of VN's message."""
    told = joint.told
    one, receipt = next(
        (own, said)
        for own, dsse in told.receipts.items()
        for said in [parse_receipt(dsse.payload)]
        if said.recipient.startswith("QA") and told.parsed[said.message].author_party == "VN"
    )
    members = members_of(joint.dossier)
    del members[f"data/receipts/{one}.dsse"]
    path = tmp_path / "withheld.zip"
    path.write_bytes(rebag(members))
    code, out, _ = run(capsys, path, "--trust", joint.root, "--json")
    assert code == 1
    lacking = [one["facts"] for one in json.loads(out)["findings"] if one["code"] == "dossier.receipt-missing"]
    assert lacking == [{"message": receipt.message, "recipient": "QA/central-authority"}]


def test_a_named_pipe_or_folder_is_not_a_dossier(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, tmp_path)
    assert code == 2
    assert "dossier.unreadable" in err
