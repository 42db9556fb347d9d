"""An officer's commands: what each says to a program and to a person, and everything that they refuse."""

from __future__ import annotations

import hashlib
import json
import os
import re
from pathlib import Path

import pytest

from musnad.exchange.approving import to_be_signed
from musnad.exchange.composing import read_draft
from tests.core.treaty.data import FULL, PRESERVE
from tests.core.treaty.data_instruments import CONTENT, FULL_INSTRUMENTS
from tests.doors.cli.house import House, musnad

VN, QA = "VN/contact-24-7", "QA/contact-24-7"
CENTRAL = QA_CENTRAL = "QA/central-authority"
VN_CENTRAL = "VN/central-authority"
_ENGLISH = re.compile(r"(?<![-/<{'`\w.])[a-z]{2,}(?: +[a-z']{2,}){2,}")


@pytest.fixture
def asked(house: House) -> tuple[House, str]:
    """VN has asked QA, and QA has the request."""
    ran = house.ask("--officer", house.officer(VN))
    assert ran.code == 0, ran.err
    house.carry()
    return house, str(ran.json["case"])


def answer(house: House, case: str, kind: str, *more: object, officer: str = QA) -> str:
    """QA's contact takes a step; the code of the error."""
    return house.run(
        "QA", "answer", case, "--author", QA, "--kind", kind, "--officer", house.officer(officer), "--json", *more
    ).error


def size_of(house: House, party: str) -> tuple[int, int, int]:
    with house.open(party) as node:
        journal = node.ports.journal
        return journal.log_size(), len(journal.waiting()), len(journal.drafts())


def test_ask_sends_at_once_where_the_officer_is_at_hand(house: House) -> None:
    told = house.ask("--officer", house.officer(VN)).json
    assert set(told) == {"message", "case", "index", "warnings"}
    assert told["message"] == told["case"]
    assert size_of(house, "VN") == (1, 1, 0)


def test_ask_and_approve_are_two_steps_where_the_officer_comes_later(house: House) -> None:
    drafted = house.ask("--approver", f"{VN}/lotus").json
    assert drafted["missing"] == [f"{VN}/lotus"]
    assert size_of(house, "VN") == (0, 0, 1)
    [waiting] = house.json("VN", "inbox")["drafts"]
    assert waiting["draft"] == drafted["draft"]
    sent = house.json("VN", "approve", drafted["draft"][:10], "--officer", house.officer(VN))
    assert sent["message"] == drafted["draft"]
    assert size_of(house, "VN") == (1, 1, 0)


def test_a_draft_is_not_approved_by_another_officer(house: House) -> None:
    draft = house.ask("--approver", f"{VN}/lotus").json["draft"]
    for authority in ("VN/central-authority", QA):
        ran = house.run("VN", "approve", draft, "--officer", house.officer(authority), "--json")
        assert ran.error == "approval.wrong-officer"
    assert size_of(house, "VN") == (0, 0, 1)


def test_a_draft_is_not_approved_with_another_key_under_the_officers_name(house: House) -> None:
    draft = house.ask("--approver", f"{VN}/lotus").json["draft"]
    forged = house.folder / "forged.key"
    stolen = house.officer("VN/central-authority").read_text().replace("VN/central-authority/bamboo", f"{VN}/lotus")
    forged.write_text(stolen)
    forged.chmod(0o600)
    ran = house.run("VN", "approve", draft, "--officer", forged, "--json")
    assert ran.error in {"approval.wrong-officer", "directory.unknown-key"}
    assert size_of(house, "VN") == (0, 0, 1)


def test_without_an_officer_nothing_that_needs_one_is_said(house: House) -> None:
    assert house.ask().error == "approval.missing"
    assert size_of(house, "VN") == (0, 0, 0)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660])
def test_a_key_file_that_others_may_read_is_refused(house: House, mode: int) -> None:
    house.officer(VN).chmod(mode)
    assert house.ask("--officer", house.officer(VN)).error == "key-file.unusable"
    assert size_of(house, "VN") == (0, 0, 0)


@pytest.mark.parametrize("content", [b"", b"{}", b"nope", b'{"officer":"VN/contact-24-7/lotus"}', b"\xff", b"[" * 9999])
def test_what_is_no_key_file_is_refused_and_not_shown(house: House, content: bytes) -> None:
    place = house.folder / "bad.key"
    place.write_bytes(content)
    place.chmod(0o600)
    ran = house.ask("--officer", place)
    assert ran.error == "key-file.unusable"
    for missing in (house.folder / "none.key", house.folder):
        assert house.ask("--officer", missing).error == "key-file.unusable"


def test_a_damaged_key_file_never_shows_its_secret(house: House) -> None:
    place = house.officer(VN)
    text = place.read_text()
    secret = re.findall(r'"([A-Za-z0-9+/]{43}=)"', text)
    assert len(secret) == 2
    place.write_text(text.replace(secret[0], secret[0][:-5]))
    ran = house.ask("--officer", place)
    assert ran.error == "key-file.unusable"
    assert secret[0][:20] not in ran.out + ran.err
    assert secret[1] not in ran.out + ran.err


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "form.not-ijson"),
        (b"facts: none", "form.not-ijson"),
        (b"[]", "form.not-ijson"),
        (b"\xff\xfe", "form.not-ijson"),
        (b'{"facts":"a","facts":"b"}', "form.not-ijson"),
        (b'{"facts":1.5}', "form.not-ijson"),
        (b"[" * 100_000, "form.not-ijson"),
        (b'{"no-such-field":"x"}', "step.refused"),
        (b'{"facts":"' + b"x" * 2_000_000 + b'"}', "preflight.field-too-large"),
    ],
)
def test_a_fields_file_that_is_not_one_is_refused(house: House, content: bytes, code: str) -> None:
    place = house.folder / "bad.json"
    place.write_bytes(content)
    given = ["--author", VN, "--to", QA, "--measure", PRESERVE, "--officer", house.officer(VN), "--json"]
    assert house.run("VN", "ask", *given, "--fields", place).error == code
    for missing in (house.folder / "none.json", house.folder):
        assert house.run("VN", "ask", *given, "--fields", missing).error == "form.invalid"
    assert size_of(house, "VN") == (0, 0, 0)


def test_a_missing_field_is_named_and_so_is_an_unknown_one(house: House) -> None:
    fields = {name: value for name, value in FULL[PRESERVE].items() if name != "facts"}
    place = house.folder / "short.json"
    from musnad.core.kernel.ijson import write_canonical

    place.write_bytes(write_canonical(fields))
    given = ["--author", VN, "--to", QA, "--measure", PRESERVE, "--officer", house.officer(VN), "--json"]
    assert "field-missing: facts" in house.run("VN", "ask", *given, "--fields", place).json["warnings"]
    place.write_bytes(write_canonical({**fields, "colour": "blue"}))
    refused = house.run("VN", "ask", *given, "--fields", place)
    assert refused.json["facts"]["grounds"] == "field-unknown: colour"


@pytest.mark.parametrize(
    ("changed", "value", "code"),
    [
        ("--to", "QA", "form.invalid"),
        ("--to", "QA/nobody", "directory.unknown-authority"),
        ("--to", "LY/contact-24-7", "directory.unknown-party"),
        ("--to", "VN/central-authority", "step.refused message.invalid"),
        ("--measure", "no-such-measure", "step.refused"),
        ("--measure", "Not A Name", "form.invalid"),
        ("--author", "QA/contact-24-7", "authority.not-hosted"),
        ("--author", "nobody", "form.invalid"),
        ("--basis", "no-such-instrument", "step.refused"),
        ("--write-in", "not a language", "message.invalid"),
        ("--case", "ffff", "case.unknown"),
        ("--case", "", "case.unknown"),
        ("--follows", "ffff", "form.invalid"),
    ],
)
def test_ask_refuses_what_is_wrong_by_its_code(house: House, changed: str, value: str, code: str) -> None:
    given = {"--author": VN, "--to": QA, "--measure": PRESERVE} | {changed: value}
    flat = [part for pair in given.items() for part in pair]
    ran = house.run("VN", "ask", *flat, "--fields", house.fields(PRESERVE), "--officer", house.officer(VN), "--json")
    assert ran.error in code.split()
    assert size_of(house, "VN") == (0, 0, 0)


def test_a_case_has_its_short_name_only_while_one_fits(house: House) -> None:
    first: dict[str, str] = {}
    for number in range(40):
        place = house.fields(PRESERVE, facts=f"The facts of case number {number}.")
        ran = house.run(
            "VN", "ask", "--author", VN, "--to", QA, "--measure", PRESERVE, "--fields", place,
            "--officer", house.officer(VN), "--json",
        )  # fmt: skip
        case = str(ran.json["case"])
        if case[0] in first:
            other = first[case[0]]
            break
        first[case[0]] = case
    else:
        raise AssertionError("sixteen first characters, and forty cases")
    assert house.run("VN", "show", case[0], "--json").error == "case.unknown"
    enough = next(at for at in range(64) if case[at] != other[at]) + 1
    assert house.json("VN", "show", case[:enough])["case"] == case
    assert house.json("VN", "show", other[:enough].upper())["case"] == other


@pytest.mark.parametrize("text", ["", "%", "_", "*", "x", "0" * 65, "../", "' OR 1=1 --"])
def test_what_names_no_case_names_no_case(asked: tuple[House, str], text: str) -> None:
    house, _ = asked
    assert house.run("QA", "show", text, "--json").error == "case.unknown"


def test_a_message_is_named_within_its_case_only(asked: tuple[House, str]) -> None:
    house, case = asked
    other = "1" if case[8] == "0" else "0"
    for text in ("", "ffff0000ffff", "x", case[:8] + other):
        assert answer(house, case, "question", "--text", "Which?", "--answers", text) == "message.unknown"
    assert answer(house, case, "question", "--text", "Which?") == "message.invalid"


def test_refused_steps_name_their_grounds(asked: tuple[House, str]) -> None:
    house, case = asked
    for kind, more, grounds in (
        ("withdrawal", ["--text", "No need."], "wrong-side"),
        ("confirmation", [], "not-accepted"),
        ("refusal", ["--text", "No."], "ground-missing"),
        ("refusal", ["--text", "No.", "--ground", "no-such-ground"], "ground-not-lawful"),
    ):
        ran = house.run(
            "QA", "answer", case, "--author", QA, "--kind", kind, "--answers", case,
            "--officer", house.officer(QA), "--json", *more,
        )  # fmt: skip
        assert ran.error == "step.refused"
        assert grounds in ran.json["facts"]["grounds"]
        assert grounds in ran.err
    with house.open("QA") as node:
        assert node.ports.journal.log_size() == 2


@pytest.mark.parametrize(
    ("kind", "more", "code"),
    [
        ("refusal", ["--ground", "NO PE"], "form.invalid"),
        ("question", ["--text", ""], "message.invalid"),
        ("question", ["--text", "a\udcffb"], "form.not-ijson"),
        ("question", ["--text", "x" * 1_100_000], "form.too-large"),
        ("confirmation", ["--until", "soon"], "form.invalid"),
        ("confirmation", ["--until", "2027-02-30"], "form.invalid"),
        ("extension-request", ["--text", "More time."], "form.invalid"),
        ("question", ["--text", "Which?", "--to", "nobody"], "form.invalid"),
    ],
)
def test_answer_refuses_what_is_not_of_its_form(
    asked: tuple[House, str], kind: str, more: list[str], code: str
) -> None:
    house, case = asked
    assert answer(house, case, kind, "--answers", case, *more) == code


def test_a_step_is_shown_on_both_sides_and_the_case_goes_on(asked: tuple[House, str]) -> None:
    house, case = asked
    officer = house.officer(QA)
    given = ["--author", QA, "--kind", "acceptance", "--answers", case[:12], "--condition", "this case only"]
    told = house.json("QA", "answer", case[:12], *given, "--officer", officer)
    assert told["case"] == case
    house.carry()
    shown = [house.json(party, "show", case) for party in ("VN", "QA")]
    assert shown[0]["digest"] == shown[1]["digest"]
    assert [step["kind"] for step in shown[0]["steps"]] == ["request", "acceptance"]
    assert "accepted" in str(shown[0]["requests"])


def test_seal_refuses_what_cannot_be_sealed_and_leaves_nothing(asked: tuple[House, str]) -> None:
    house, _ = asked
    fifo, evidence = house.folder / "fifo", house.folder / "evidence"
    os.mkfifo(fifo)
    evidence.write_bytes(b"x" * 5000)
    for path, more, code in (
        (house.folder / "none", [], "source.unreadable"),
        (fifo, [], "source.unsupported"),
        (Path(os.devnull), [], "source.unsupported"),
        (evidence, ["--name", "../x"], "name.unsafe"),
        (evidence, ["--author", "VN/central-authority"], "authority.not-hosted"),
        (evidence, ["--case", "ffff"], "case.unknown"),
        (evidence, ["--case", ""], "case.unknown"),
    ):
        author = [] if "--author" in more else ["--author", CENTRAL]
        assert house.run("QA", "seal", path, *author, *more, "--json").error == code
    with house.open("QA") as node:
        assert node.ports.journal.exhibits() == ()
        assert list(node.ports.vault.drafts()) == []


def test_offer_fetch_and_open_refuse_what_is_not_there(asked: tuple[House, str]) -> None:
    house, case = asked
    officer, out = house.officer(QA), house.folder / "out.img"
    offer = [case, "abcd", "--author", QA, "--to", VN, "--answers", case, "--officer", officer, "--json"]
    assert house.run("QA", "offer", *offer).error == "message.unknown"
    assert house.run("VN", "fetch", case, "--json").error == "form.invalid"
    assert house.run("VN", "fetch", case, "abcd", "--json").error == "message.unknown"
    opening = [case, "abcd", "--out", out, "--officer", house.officer(VN), "--json"]
    assert house.run("VN", "open", *opening).error == "message.unknown"
    assert not out.exists()


def test_an_export_whose_log_nobody_cosigned_writes_nothing(asked: tuple[House, str]) -> None:
    house, case = asked
    out = house.folder / "dossier.zip"
    ran = house.run("VN", "export", case, "--out", out, "--officer", house.officer(VN), "--wait", "0", "--json")
    assert ran.error in {"peer.unreachable", "log.not-witnessed"}
    assert [path.name for path in house.folder.iterdir() if "dossier" in path.name] == []


def test_an_error_is_told_in_both_languages_with_its_code_and_remedy(asked: tuple[House, str]) -> None:
    house, _ = asked
    english = house.run("QA", "show", "ffff")
    arabic = house.run("QA", "show", "ffff", "--lang", "ar")
    for ran in (english, arabic):
        assert (ran.code, ran.out) == (1, "")
        assert len(ran.err.splitlines()) == 2
        assert "case.unknown" in ran.err
    assert english.err != arabic.err
    assert not _ENGLISH.search(arabic.err.replace("`musnad inbox`", ""))


@pytest.mark.parametrize("language", ["en", "ar"])
def test_inbox_and_show_speak_the_readers_language(asked: tuple[House, str], language: str) -> None:
    house, case = asked
    for given in (["inbox"], ["show", case]):
        ran = house.run("QA", *given, "--lang", language)
        assert (ran.code, ran.err) == (0, "")
        assert bool(re.search(r"[\u0600-\u06ff]", ran.out)) == (language == "ar")
        if language == "ar":
            written = re.compile("\u2066[^\u2069]*\u2069")  # what the author wrote in English, and identifiers
            assert not _ENGLISH.search(written.sub("", ran.out))


def test_show_prints_a_request_in_the_readers_language(asked: tuple[House, str]) -> None:
    house, case = asked
    english, arabic = (house.run("QA", "show", case, "--lang", language).out for language in ("en", "ar"))
    for told, label in ((english, "Summary of the facts"), (arabic, "ملخص الوقائع")):
        assert f"  {label}\n" in told
        assert all(row in told for row in str(FULL[PRESERVE]["facts"]).splitlines())
    (request,) = house.json("QA", "show", case)["requests"]
    assert request["language"] == "en"
    assert "fields" not in request, "what was written stays out of what programs pipe and log"


def test_json_is_the_same_in_both_languages(asked: tuple[House, str]) -> None:
    house, case = asked
    for given in (["inbox"], ["show", case]):
        assert house.json("QA", *given, "--lang", "ar") == house.json("QA", *given)


def test_a_command_without_a_node_says_so(house: House, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("MUSNAD_NODE", raising=False)
    (tmp_path / "file").write_text("x")
    assert musnad("inbox", "--json").error == "node.missing"
    for place in (tmp_path, tmp_path / "none", tmp_path / "file"):
        assert musnad("inbox", "--node", place, "--json").error == "node.missing"


def test_the_node_may_be_named_by_the_environment(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.doors.cli.house import database

    monkeypatch.setenv("MUSNAD_NODE", str(house.node("VN")))
    with database(house.node("VN")):
        assert musnad("inbox", "--json").code == 0


def test_show_says_what_each_step_says(asked: tuple[House, str]) -> None:
    """A refusal's ground with how sure its rule is, its reasons; to a program the codes, and no written word."""
    house, case = asked
    reasons = "The State's sovereignty is at stake.\nIt was weighed twice."
    given = ["--answers", case, "--text", reasons, "--ground", "essential-interests"]
    ran = house.run(
        "QA", "answer", case, "--author", QA, "--kind", "refusal", "--officer", house.officer(QA), "--json", *given
    )
    assert ran.code == 0, ran.err
    lines = house.run("QA", "show", case).out.replace("\u2068", "").replace("\u2069", "").splitlines()
    ground = next(line for line in lines if "Ground: " in line)
    assert "article 40" in ground
    assert "from memory, to be verified" in ground
    assert sum("It was weighed twice." in line for line in lines) == 1
    assert "  Status: Refused" in lines
    assert not [line for line in lines if "Lawfully" in line]
    told = house.json("QA", "show", case)
    [_, refusal] = told["steps"]
    [said] = refusal["says"]["ground"]
    assert (said["ground"], said["certainty"]) == ("essential-interests", "from-memory-verify")
    assert told["requests"][0]["grounds"] == [said]
    assert "weighed" not in str(told)


def test_show_says_the_conditions_of_an_acceptance_and_the_result(asked: tuple[House, str]) -> None:
    house, case = asked
    given = ["--answers", case, "--condition", "this case only", "--onward", "forbidden", "--confidential"]
    ran = house.run(
        "QA", "answer", case, "--author", QA, "--kind", "acceptance", "--officer", house.officer(QA), "--json", *given
    )
    assert ran.code == 0, ran.err
    shown = house.run("QA", "show", case).out
    assert "this case only" in shown
    assert "Passing on: Forbidden" in re.sub("[\u2066-\u2069]", "", shown)
    told = house.json("QA", "show", case)
    assert told["steps"][1]["says"] == {"confidential": True, "onward": "forbidden"}
    assert "this case only" not in str(told)


# --- two officers ---


def tapping(house: House) -> list[object]:
    place = house.folder / "tapping.json"
    place.write_text(json.dumps(FULL_INSTRUMENTS[CONTENT], ensure_ascii=False), "utf-8")
    basis = ("--basis", "agreement-for-the-case")
    return ["--author", VN_CENTRAL, "--to", QA_CENTRAL, "--measure", CONTENT, "--fields", place, *basis, "--json"]


def test_what_needs_two_officers_is_not_sent_by_one(house: House) -> None:
    ran = house.run("VN", "ask", *tapping(house), "--officer", house.officer(VN_CENTRAL))
    assert ran.error == "draft.approvals-too-few"
    assert size_of(house, "VN") == (0, 0, 0)
    keys = ("--officer", house.officer(VN_CENTRAL), "--officer", house.second(VN_CENTRAL))
    assert set(house.json("VN", "ask", *tapping(house)[:-1], *keys)) == {"message", "case", "index", "warnings"}


def test_the_last_of_several_officers_sends_and_each_is_shown_what_is_signed(house: House) -> None:
    named = [f"{VN_CENTRAL}/{one}" for one in ("bamboo", "bulbul")]
    drafted = house.run("VN", "ask", *tapping(house), "--approver", named[0], "--approver", named[1]).json
    assert drafted["missing"] == named
    with house.open("VN") as node:
        octets = to_be_signed(read_draft(node.ports, drafted["draft"]))
    assert drafted["signed_sha256"] == hashlib.sha256(octets).hexdigest()
    shown = house.run("VN", "approve", drafted["draft"])
    for what in (drafted["signed_sha256"], "What is sent through it", "Interception of content data", VN_CENTRAL):
        assert what in shown.out
    assert size_of(house, "VN") == (0, 0, 1)
    half = house.json("VN", "approve", drafted["draft"], "--officer", house.officer(VN_CENTRAL))
    assert (half["missing"], half["signed_sha256"]) == (named[1:], drafted["signed_sha256"])
    sent = house.json("VN", "approve", drafted["draft"], "--officer", house.second(VN_CENTRAL))
    assert sent["message"] == drafted["draft"]
    assert size_of(house, "VN") == (1, 1, 0)


def test_both_officers_may_sign_in_one_command(house: House) -> None:
    named = [f"{VN_CENTRAL}/{one}" for one in ("bamboo", "bulbul")]
    draft = house.run("VN", "ask", *tapping(house), "--approver", named[0], "--approver", named[1]).json["draft"]
    keys = ("--officer", house.second(VN_CENTRAL), "--officer", house.officer(VN_CENTRAL))
    assert house.json("VN", "approve", draft, *keys)["message"] == draft


def test_an_export_is_of_officers_at_hand_or_of_a_draft(asked: tuple[House, str]) -> None:
    house, case = asked
    out = ("--out", house.folder / "x.zip")
    assert house.run("VN", "export", case, *out, "--json").error == "form.invalid"
    both = ("--draft", case, "--officer", house.officer(VN))
    assert house.run("VN", "export", case, *out, *both, "--json").error == "form.invalid"
    assert house.run("VN", "export", case, *out, "--draft", case, "--json").error == "draft.unknown"
