"""The operator's and the Registrar's commands: creating, configuring, examining what is ill."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import pytest

from musnad.core.kernel.names import PartyCode
from musnad.node import doctor
from musnad.node.assemble import Node
from musnad.node.configuration import read_configuration
from tests.doors.cli.house import House, Ran, database, musnad, plan_options

VN, QA = "VN/contact-24-7", "QA/contact-24-7"


def create(house: House, plan: str, name: str = "new") -> Ran:
    """``musnad node create`` from a plan of this text."""
    place = house.folder / "plan.toml"
    place.write_text(plan, "utf-8")
    with database(house.folder / name):
        return musnad("node", "create", house.folder / name, *plan_options(house, place), "--json")


@pytest.fixture
def plan(house: House) -> str:
    return (house.folder / "vn.toml").read_text("utf-8")


def test_creates_a_node_whose_secrets_only_its_owner_reads(house: House, plan: str) -> None:
    assert create(house, plan).json["party"] == "VN"
    node = house.folder / "new"
    assert node.stat().st_mode & 0o077 == 0
    for path in [*(node / "keys").rglob("*"), *(node / "officers").rglob("*")]:
        assert path.stat().st_mode & 0o077 == 0, path


def test_what_the_registrar_gets_holds_no_secret(house: House) -> None:
    node = house.node("VN")
    published = b"".join(path.read_bytes() for path in (node / "publish").rglob("*") if path.is_file())
    seeds = [
        seed
        for path in [*(node / "keys").rglob("*.json"), *(node / "officers").glob("*")]
        for seed in re.findall(rb'"([A-Za-z0-9+/]{43}=|[A-Za-z0-9+/]{86}==)"', path.read_bytes())
    ]
    assert len(seeds) >= 14
    assert not [seed for seed in seeds if seed in published]
    assert b"PRIVATE KEY" not in published


def test_refuses_a_folder_that_is_taken_and_changes_nothing_in_it(house: House, plan: str) -> None:
    before = {path: path.stat().st_mtime_ns for path in house.node("VN").rglob("*")}
    ran = musnad("node", "create", house.node("VN"), *plan_options(house, house.folder / "vn.toml"), "--json")
    assert ran.error == "folder.taken"
    assert {path: path.stat().st_mtime_ns for path in house.node("VN").rglob("*")} == before
    (house.folder / "file").write_text("x")
    for name in ("file", "file/below"):
        assert create(house, plan, name).error == "folder.taken"


def test_a_node_is_private_where_its_folder_stood_open_already(house: House, plan: str) -> None:
    (house.folder / "empty").mkdir(mode=0o755)
    before = os.umask(0o022)
    try:
        assert create(house, plan, "empty").code == 0
    finally:
        os.umask(before)
    node = house.folder / "empty"
    assert (node / "journal.sqlite3").exists()
    for path in (node, *node.rglob("*")):
        assert path.stat().st_mode & 0o077 == 0, path


WRONG = [
    ('party = "VN"', 'party = "vn"', "configuration.party"),
    ('party = "VN"', "", "configuration.party"),
    ("exercise = true", 'exercise = "yes"', "configuration.exercise"),
    ("exercise = true", "", "configuration.exercise"),
    ("exercise = true", "exercise = true\nsecure = false", "configuration.secure"),
    ("https://127.0.0.1:9100", "http://127.0.0.1:9100", "configuration.gate.url"),
    ("https://127.0.0.1:9100", "https://user:secret@127.0.0.1", "configuration.gate.url"),
    ('listen = "127.0.0.1:9100"', 'listen = "127.0.0.1:99999"', "configuration.gate.listen"),
    ('listen = "127.0.0.1:9100"', 'listen = "127.0.0.1"', "configuration.gate.listen"),
    ('listen = "127.0.0.1:9101"', 'listen = "0.0.0.0:9101"', "configuration.desk.listen"),
    ("pause_seconds = 0.1", "pause_seconds = 0", "configuration.worker.pause_seconds"),
    ("pause_seconds = 0.1", 'pause_seconds = "often"', "configuration.worker.pause_seconds"),
    ("pause_seconds = 0.1", "pause_seconds = inf", "configuration.worker.pause_seconds"),
    ("pause_seconds = 0.1", "pause_seconds = nan", "configuration.worker.pause_seconds"),
    ("[configuration]", "[configuration", "plan.toml"),
    ("Asia/Ho_Chi_Minh", "Mars/Base", "time_zone"),
    ("Asia/Ho_Chi_Minh", "../../etc/passwd", "time_zone"),
    ('officers = ["lotus"', 'officers = ["../lotus"', "officers of VN/contact-24-7"),
    ('officers = ["lotus"', 'officers = ["Lo tus"', "officers of VN/contact-24-7"),
]


@pytest.mark.parametrize(("old", "new", "setting"), WRONG, ids=[f"{new or old}" for old, new, _ in WRONG])
def test_a_wrong_setting_of_a_plan_is_named_and_nothing_is_made(
    house: House, plan: str, old: str, new: str, setting: str
) -> None:
    assert old in plan
    ran = create(house, plan.replace(old, new, 1))
    assert ran.error == "node.configuration"
    assert ran.json["facts"]["setting"] == setting
    assert not (house.folder / "new").exists()
    assert "secret" not in ran.out + ran.err


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('id = "VN/contact-24-7"', 'id = "QA/contact-24-7"', "directory.entry-invalid"),
        ('id = "VN/contact-24-7"', 'id = "VN/central-authority"', "directory.entry-invalid"),
        ('id = "VN/contact-24-7"', 'id = "VN"', "form.invalid"),
        ('languages = ["ar", "en"]', 'languages = ["not one"]', "directory.entry-invalid"),
        ('"expedited-preservation"', '"NO PE"', "directory.entry-invalid"),
    ],
)
def test_a_plan_that_the_directory_would_refuse_leaves_nothing_behind(
    house: House, plan: str, old: str, new: str, code: str
) -> None:
    assert old in plan
    assert create(house, plan.replace(old, new, 1)).error == code
    assert not (house.folder / "new").exists()


def test_a_plan_root_or_certificate_that_is_not_there_is_refused(house: House) -> None:
    plan = house.folder / "vn.toml"
    for left_out in (1, 3, 5):
        options = plan_options(house, plan)
        options[left_out] = house.folder / "none"
        assert musnad("node", "create", house.folder / "new", *options, "--json").error == "form.invalid"
    assert not (house.folder / "new").exists()


@pytest.mark.parametrize(
    ("old", "new", "setting"),
    [
        ('party = "VN"', 'party = "Viet Nam"', "party"),
        ("exercise = true", "exercise = 1", "exercise"),
        ("[worker]", "[worker]\nthreads = 4", "worker.threads"),
        ("grace_days = 30", "grace_days = -1", "directory.grace_days"),
        ("grace_days = 30", "grace_days = 4000", "directory.grace_days"),
        ("127.0.0.1:9101", "192.0.2.1:9101", "desk.listen"),
        ("[gate]", "[gate", "node.toml"),
    ],
)
def test_a_wrong_setting_of_node_toml_is_named_by_every_command(house: House, old: str, new: str, setting: str) -> None:
    place = house.node("VN") / "node.toml"
    text = place.read_text()
    assert old in text
    place.write_text(text.replace(old, new, 1))
    for ran in (
        house.run("VN", "inbox", "--json"),
        house.doctor("VN", "--json"),
        musnad("node", "run", house.node("VN"), "--json"),
        musnad("node", "link", house.node("VN"), "--json"),
    ):
        assert ran.error == "node.configuration"
        assert ran.json["facts"]["setting"] == setting


def test_what_create_writes_reads_back(house: House) -> None:
    assert read_configuration(house.node("VN")).party == "VN"


def checks(ran: Ran) -> dict[str, bool]:
    assert ran.code in {0, 1}
    told = ran.json
    assert told["healthy"] == (ran.code == 0)
    return {one["check"]: one["ok"] for one in told["checks"]}


def failed(ran: Ran) -> set[str]:
    return {name for name, ok in checks(ran).items() if not ok}


@pytest.fixture
def lived(house: House) -> House:
    """Both nodes have a request and its receipt."""
    assert house.ask("--officer", house.officer(VN)).code == 0
    house.carry()
    from musnad.exchange.witnessing import sign_head

    with house.open("QA") as node:
        sign_head(node.ports)
    return house


def test_a_healthy_node_passes_every_check(lived: House) -> None:
    found = checks(lived.doctor("QA", "--json"))
    assert len(found) == doctor.CHECKS_EXPECTED + 1
    assert all(found.values())
    ran = lived.doctor("QA")
    assert ran.code == 0
    assert ran.out.count("✓") == len(found)


@pytest.mark.parametrize("party", ["VN", "QA"])
def test_the_doctor_speaks_arabic(lived: House, party: str) -> None:
    ran = lived.doctor(party, "--lang", "ar")
    assert ran.code == 0
    assert not re.search(r"(?<![-/.`\w])[a-z]{2,}(?: +[a-z']{2,}){2,}", ran.out)


def corrupt(house: House, statement: str) -> None:
    with sqlite3.connect(house.node("QA") / "journal.sqlite3") as connection:
        assert connection.execute(statement).rowcount > 0
    connection.close()


def test_finds_a_journal_row_that_was_changed(lived: House) -> None:
    rest = "substr(body, 1, 40) || x'00112233' || substr(body, 45)"
    columns = _columns(lived, "records_journalentry")
    blob = next(name for name in ("signed", "body", "sealed", "content") if name in columns)
    corrupt(lived, f"UPDATE records_journalentry SET {blob} = {rest.replace('body', blob)} WHERE rowid = 1")
    ran = lived.doctor("QA", "--json")
    assert "journal" in failed(ran)


def test_finds_a_tree_that_is_not_the_journals(lived: House) -> None:
    tables = _tables(lived)
    nodes = next(name for name in tables if "node" in name)
    columns = _columns(lived, nodes)
    value = next(name for name in ("hash", "value", "digest") if name in columns)
    corrupt(lived, f"UPDATE {nodes} SET {value} = zeroblob(32)")
    assert "log" in failed(lived.doctor("QA", "--json"))


def _tables(house: House) -> list[str]:
    connection = sqlite3.connect(house.node("QA") / "journal.sqlite3")
    found = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    connection.close()
    return found


def _columns(house: House, table: str) -> list[str]:
    connection = sqlite3.connect(house.node("QA") / "journal.sqlite3")
    found = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
    connection.close()
    return found


@pytest.mark.parametrize("name", ["tls.key", "desk.key", "role.json"])
def test_finds_a_key_file_that_others_may_read(lived: House, name: str) -> None:
    (lived.node("QA") / "keys" / name).chmod(0o644)
    assert failed(lived.doctor("QA", "--json")) == {"keys"}


@pytest.mark.parametrize("name", ["log.json", "witness.json", "storage.json", "authorities/contact-24-7.json"])
def test_no_command_runs_with_a_key_that_others_may_read(lived: House, name: str) -> None:
    (lived.node("QA") / "keys" / name).chmod(0o644)
    assert lived.doctor("QA", "--json").error == "key-file.unusable"
    assert lived.run("QA", "inbox", "--json").error == "key-file.unusable"


@pytest.mark.parametrize("name", ["log.json", "storage.json", "authorities/contact-24-7.json"])
@pytest.mark.parametrize("content", [b"", b"{}", b"\xff", b"[]"])
def test_no_command_runs_with_a_key_that_is_damaged(lived: House, name: str, content: bytes) -> None:
    (lived.node("QA") / "keys" / name).write_bytes(content)
    assert lived.doctor("QA", "--json").error == "key-file.unusable"


def test_finds_keys_that_the_directory_does_not_list(lived: House) -> None:
    """Another node's key under this authority's name: what it signs would be refused by everybody."""
    keys = lived.node("QA") / "keys" / "authorities"
    other = (lived.node("VN") / "keys" / "authorities" / "contact-24-7.json").read_text()
    (keys / "contact-24-7.json").write_text(other.replace(VN, QA))
    assert "own-entry" in failed(lived.doctor("QA", "--json"))


def test_finds_a_directory_of_another_registrar(lived: House, tmp_path: Path) -> None:
    from tests.doors.cli.house import build

    (tmp_path / "elsewhere").mkdir()
    other = build(tmp_path / "elsewhere")
    shutil.rmtree(lived.node("QA") / "directory")
    shutil.copytree(other.node("QA") / "directory", lived.node("QA") / "directory")
    ran = lived.doctor("QA", "--json")
    assert {"directory", "own-entry"} <= failed(ran)


def test_finds_that_no_directory_was_ever_verified(lived: House) -> None:
    shutil.rmtree(lived.node("QA") / "directory")
    assert {"directory", "own-entry"} <= failed(lived.doctor("QA", "--json"))


def test_finds_a_directory_that_was_changed_on_disk(lived: House) -> None:
    for path in (lived.node("QA") / "directory").rglob("*"):
        if path.is_file() and path.stat().st_size:
            octets = bytearray(path.read_bytes())
            octets[len(octets) // 2] ^= 1
            path.chmod(0o600)
            path.write_bytes(bytes(octets))
    assert {"directory", "own-entry"} <= failed(lived.doctor("QA", "--json"))


@pytest.mark.parametrize(
    "content", [b"", b"garbage", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"]
)
def test_finds_a_certificate_that_is_none(lived: House, content: bytes) -> None:
    (lived.node("QA") / "keys" / "tls.pem").write_bytes(content)
    assert failed(lived.doctor("QA", "--json")) == {"certificate"}


def test_finds_that_the_journal_is_gone(lived: House) -> None:
    for path in lived.node("QA").glob("journal.sqlite3*"):
        path.unlink()
    assert {"journal", "log"} <= failed(lived.doctor("QA", "--json"))


def test_finds_that_the_journal_is_no_database(lived: House) -> None:
    for path in lived.node("QA").glob("journal.sqlite3*"):
        path.unlink()
    (lived.node("QA") / "journal.sqlite3").write_bytes(b"not a database, and long enough to look like one" * 200)
    assert {"journal", "log"} <= failed(lived.doctor("QA", "--json"))


def test_fails_when_it_ran_fewer_checks_than_it_must(lived: House, monkeypatch: pytest.MonkeyPatch) -> None:
    every = doctor._checks

    def fewer(node: Node) -> Sequence[object]:
        return list(every(node))[:-1]

    monkeypatch.setattr(doctor, "_checks", fewer)
    ran = lived.doctor("QA", "--json")
    assert (ran.code, failed(ran)) == (1, {"enough"})
    monkeypatch.setattr(doctor, "_checks", lambda _: iter(()))
    assert lived.doctor("QA").code == 1


def test_a_check_that_breaks_in_any_way_is_a_finding(lived: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> str:
        raise KeyError("something nobody thought of")

    monkeypatch.setattr(doctor, "_wrapping", broken)
    ran = lived.doctor("QA", "--json")
    assert (ran.code, failed(ran)) == (1, {"wrapping"})


def test_directory_show_tells_versions_and_expiries(house: House) -> None:
    told = musnad("directory", "show", house.registrar, "--json").json
    assert told["parties"] == {"QA": 1, "VN": 1}
    assert (told["threshold"], told["holders"], told["root"]["version"]) == (2, 3, 1)
    assert {"timestamp.json", "root.json"} <= {name.partition(".")[2] or name for name in told["expiries"]} | set(
        told["expiries"]
    )
    arabic = musnad("directory", "show", house.registrar, "--lang", "ar")
    assert arabic.code == 0
    assert told["root"]["fingerprint"] in arabic.out


def test_the_registrars_tools_refuse_a_folder_that_is_no_repository(house: House, tmp_path: Path) -> None:
    publication = house.node("VN") / "publish"
    (tmp_path / "empty").mkdir()
    for folder in (tmp_path / "none", tmp_path / "empty", house.node("VN")):
        for given in (["show", folder], ["publish", folder], ["add-party", folder, publication]):
            assert musnad("directory", *given, "--json").error == "registrar.refused"
    assert not (tmp_path / "none").exists()
    assert list((tmp_path / "empty").iterdir()) == []


@pytest.mark.parametrize("more", [["--threshold", "5"], ["--threshold", "1"], ["--holders", "0"], ["--holders", "-3"]])
def test_a_threshold_that_protects_nothing_is_refused(tmp_path: Path, more: list[str]) -> None:
    assert musnad("directory", "create", tmp_path / "r", *more, "--json").error == "registrar.refused"
    assert not (tmp_path / "r").exists()


@pytest.mark.parametrize("host", ["", "a b", "é.example", "-x", "x\n", "http://x", "x:9000", "x" * 300])
def test_a_host_that_is_none_is_refused(tmp_path: Path, host: str) -> None:
    assert musnad("directory", "create", tmp_path / "r", f"--host={host}", "--json").error == "form.invalid"
    assert not (tmp_path / "r").exists()


def test_a_repository_is_not_made_over_another(house: House) -> None:
    before = (house.registrar / "root.json").read_bytes()
    assert musnad("directory", "create", house.registrar, "--json").error == "registrar.refused"
    assert (house.registrar / "root.json").read_bytes() == before


def test_a_publication_that_reaches_outside_its_party_is_refused(house: House, tmp_path: Path) -> None:
    import json

    publication = tmp_path / "publish"
    shutil.copytree(house.node("VN") / "publish", publication)
    described = json.loads((publication / "party-key.json").read_bytes())
    for target in ("parties/QA/party.json", "parties/VN/../QA/party.json", "../../root.json", "/etc/passwd"):
        (publication / "party-key.json").write_text(json.dumps({**described, "targets": [target]}))
        ran = musnad("directory", "add-party", house.registrar, publication, "--json")
        assert ran.error == "form.invalid"
    assert musnad("directory", "add-party", house.registrar, tmp_path / "none", "--json").error == "form.invalid"


def test_the_doctor_tells_of_a_fork(lived: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two heads of a peer's log that cannot both be true stand in the journal; nobody else would look there."""
    from musnad.exchange.journal import SeenFork
    from musnad.records.journal import DjangoJournal

    monkeypatch.setattr(DjangoJournal, "forks", lambda _self: (SeenFork(PartyCode("VN"), b"held", b"shown", 2),))
    ran = lived.doctor("QA", "--json")
    assert ran.code == 1
    assert [name for name, well in checks(ran).items() if not well] == ["forks"]
