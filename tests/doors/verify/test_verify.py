"""The court's door: exit codes, words in both languages, JSON that stays."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest

from musnad.core.crypto.stamp import parse_anchor
from musnad.core.dossier import layout
from musnad.core.dossier.stamps import StampProof
from musnad.core.kernel.names import PartyCode
from musnad.core.messages import bodies
from musnad.core.messages.schema import parse_receipt
from musnad.core.transparency.checkpoint import checkpoint, sign_checkpoint
from musnad.core.transparency.tree import consistency_proof
from musnad.exchange.dossier_writer import prepare_dossier
from musnad.verify.main import main
from tests.dossier_fixture import SEAL, Told, members_of, rebag, tell_case, tell_joint, zip_of
from tests.stamp_fixture import new_authority


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


# --- time stamps ---


@pytest.fixture(scope="module")
def stamped(tmp_path_factory: pytest.TempPathFactory) -> tuple[Shelf, Path]:
    """QA's export of the case with six stamps over its log, and the authority's certificate."""
    folder = tmp_path_factory.mktemp("stamped")
    authority, told = new_authority(folder / "tsa"), tell_case()
    name, tree = authority.anchor.fingerprint, told.logs["QA"].tree
    members = {layout.stamp_anchor_member(PartyCode("QA"), name): authority.anchor.pem}
    for size in range(tree.size - 6, tree.size):
        head = checkpoint("musnad.example/QA", size, tree.root(size))
        note = sign_checkpoint(head, told.log_key("QA"), told.now).raw
        request, answer = authority.stamp(note)
        place = layout.StampPlace(PartyCode("QA"), name, size)
        proof = StampProof(tree.size, consistency_proof(size, tree.size, tree.read)).write()
        members |= dict(zip(place.members, (note, request, answer, proof), strict=True))
    sink = folder / "dossier.zip"
    told.finish(prepare_dossier(replace(told.content("QA"), stamps=members), sink), sink, "QA")
    root = folder / "root.json"
    root.write_bytes(told.world.anchor)
    return Shelf(told, sink, root), authority.folder / "root.pem"


def test_a_stamp_bounds_a_time_under_its_authoritys_certificate(
    stamped: tuple[Shelf, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    shelf, certificate = stamped
    fingerprint = parse_anchor(certificate.read_bytes()).fingerprint
    for trust in (certificate, fingerprint, fingerprint.upper()):
        code, out, err = run(capsys, shelf.dossier, "--trust", shelf.root, "--stamp-trust", trust)
        assert (code, err) == (0, "")
        proven, _, rest = out.partition("Not proven, and not claimed:")
        assert proven.count("which you trust") == 2, "the first and the last"
        assert "4 stamps of that authority between" in proven
        assert "any stamped time of 1 entry of this case" in rest
        assert "Compare the fingerprint" not in out


def test_a_stamp_proves_nothing_without_a_certificate_from_elsewhere(
    stamped: tuple[Shelf, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shelf, certificate = stamped
    other = new_authority(tmp_path / "other").folder / "root.pem"
    for given in ((), ("--stamp-trust", other), ("--stamp-trust", "0" * 64)):
        code, out, _ = run(capsys, shelf.dossier, "--trust", shelf.root, *given)
        assert code == 0, "the case is proven by signatures and witnesses"
        proven, _, rest = out.partition("Not proven, and not claimed:")
        assert "stamp" not in proven
        assert "whose certificate was not given from elsewhere" in rest
        assert parse_anchor(certificate.read_bytes()).fingerprint in rest
    code, out, _ = run(capsys, shelf.dossier, "--json", "--trust", shelf.root)
    told = json.loads(out)["stamps"]
    assert [one["proven"] for one in told] == [False] * len(told)
    assert len(told) == 6
    assert [one["covers"] for one in told] == sorted({one["covers"] for one in told})


def test_a_dossier_without_stamps_says_so(shelf: Shelf, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, shelf.dossier, "--trust", shelf.root)
    assert "any time by a stamp authority: no stamp is in this file" in out


@pytest.mark.parametrize("given", ["nothing.pem", "/dev/null"])
def test_a_certificate_that_is_none_is_exit_2(shelf: Shelf, given: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, shelf.dossier, "--stamp-trust", given)
    assert code == 2
    assert err
