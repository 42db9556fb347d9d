"""``musnad node backup``: made while the node runs, never half taken for whole, read back to the last octet."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.times import instant
from musnad.exchange.audit import read_notes
from musnad.exchange.evidence.ports import Progress
from musnad.node.assemble import Node
from musnad.node.backup import standing as standings
from musnad.node.backup.database import without_password
from musnad.node.backup.errors import BackupBusy, BackupDamaged, BackupTarget
from musnad.node.backup.manifest import read_end, read_items
from musnad.node.backup.shelf import open_shelf
from tests.doors.cli.house import House, Ran, database, musnad

VN, QA = "VN/contact-24-7", "QA/contact-24-7"


@pytest.fixture(scope="module")
def living(built: House, tmp_path_factory: pytest.TempPathFactory) -> House:
    """A node that has a request, a signed head, and an exhibit of some parts."""
    house = built.copy(tmp_path_factory.mktemp("living") / "house")
    assert house.ask("--officer", house.officer(VN)).code == 0
    house.carry()
    from musnad.exchange.witnessing import sign_head

    evidence = house.folder / "disk.img"
    evidence.write_bytes(b"evidence" * 400_000)
    author = ["--author", QA, "--note", "A disk"]
    ran = house.run("QA", "seal", evidence, *author, "--json")
    assert ran.code == 0, ran.err
    with house.open("QA") as node:
        sign_head(node.ports)
    return house


@pytest.fixture
def house(living: House, tmp_path: Path) -> House:
    return living.copy(tmp_path / "house")


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "backups"


def backup(house: House, target: Path, *more: object) -> Ran:
    with database(house.node("QA")):
        return musnad("node", "backup", target, "--node", house.node("QA"), "--json", *more)


def make(house: House, target: Path, report: object = None, **more: object) -> standings.Made:
    from musnad.node.backup.making import make_backup

    with house.open("QA") as node:
        return make_backup(node, target, by="test", **({"report": report} if report else {}), **more)  # type: ignore[arg-type]


def content(target: Path) -> dict[str, int]:
    """Each kept file by its name, with its inode: one that was copied again would be another."""
    return {one.name: one.stat().st_ino for one in target.glob("content/*/*")}


def manifest(target: Path) -> Path:
    return max(target.glob("backups/*.jsonl"), key=lambda one: one.stem)  # two of one second: Z, then Z-2


def paths(target: Path) -> dict[str, str]:
    return {one.path: one.sha256 for one in read_items(manifest(target))}


def test_holds_the_journal_and_the_files_that_it_needs_and_no_secret(house: House, target: Path) -> None:
    told = backup(house, target).json
    found = paths(target)
    assert {"database", "node.toml", "directory/state.json", "trust/root.json"} <= set(found)
    assert [one.rpartition("/")[2] for one in found if one.startswith("vault/")] == ["data", "index", "manifest"]
    assert not [one for one in found if one.startswith(("keys", "officers", "run", "tokens", "logs", "spool"))]
    assert told["files"] == len(found)
    secrets = [
        seed
        for path in [*(house.node("QA") / "keys").rglob("*.json"), *(house.node("QA") / "officers").glob("*")]
        for seed in re.findall(rb'"([A-Za-z0-9+/]{43}=|[A-Za-z0-9+/]{86}==)"', path.read_bytes())
    ]
    assert len(secrets) >= 8
    desk = (house.node("QA") / "keys" / "desk.key").read_bytes().strip()
    for place in target.rglob("*"):
        if place.is_file():
            held = place.read_bytes()
            assert not [one for one in (*secrets, desk, b"PRIVATE KEY") if one in held], place
        assert place.stat().st_mode & 0o077 == 0, place


def test_the_files_lie_as_the_page_says_and_make_the_node_again_with_its_keys(
    house: House, target: Path, tmp_path: Path
) -> None:
    """What docs/backup.md tells by hand: every file in its place, the keys from where they were kept."""
    backup(house, target)
    again = tmp_path / "again" / "qa"
    for path, digest in paths(target).items():
        place = again / ("journal.sqlite3" if path == "database" else path)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(target / "content" / digest[:2] / digest, place)
    for name in ("keys", "officers"):
        shutil.copytree(house.node("QA") / name, again / name)
    (again / "run").mkdir()
    (again / "logs").mkdir()
    with database(again):
        shown = musnad("inbox", "--node", again, "--json")
        checked = musnad("node", "doctor", again, "--json")
    assert shown.json["cases"] == house.json("QA", "inbox")["cases"]
    assert not [one for one in checked.json["checks"] if not one["ok"]]


def test_the_password_of_a_database_is_not_copied(house: House, target: Path) -> None:
    place = "postgresql://musnad:cor%20rect@db.example:5432/musnad?sslmode=verify-full"
    assert without_password(place) == ("postgresql://musnad@db.example:5432/musnad?sslmode=verify-full", "cor rect")
    assert without_password("postgresql:///musnad?host=/run/postgresql&password=correct") == (
        "postgresql:///musnad?host=%2Frun%2Fpostgresql",
        "correct",
    )
    from musnad.node.backup.making import _without_passwords

    text = f'[journal]\ndatabase = "{place}"\n'.encode()
    assert b"rect" not in _without_passwords(text, place)
    assert b"db.example" in _without_passwords(text, place)


def test_what_is_there_is_not_copied_again(house: House, target: Path) -> None:
    backup(house, target)
    first, seen = content(target), paths(target)
    read: list[int] = []
    make(house, target, lambda progress: read.append(progress.done_octets))
    second, now = content(target), paths(target)
    assert {one: second[one] for one in first} == first
    changed = {path for path in now if now[path] != seen.get(path)}
    assert changed == {"database"}
    vault = sum(one.stat().st_size for one in (house.node("QA") / "vault").rglob("*") if one.is_file())
    small = (house.node("QA") / "journal.sqlite3").stat().st_size * 2
    assert read[-1] < vault
    assert read[-1] < small


def test_progress_ends_whole_and_never_runs_past_its_total(house: House, target: Path) -> None:
    told: list[Progress] = []
    make(house, target, told.append)
    assert [one.done_octets for one in told] == sorted(one.done_octets for one in told)
    assert all(one.done_octets < one.total_octets for one in told[:-1])
    assert told[-1].done_octets == told[-1].total_octets
    assert told[-1].done_octets > 3_200_000


class _Stop(BaseException):
    """As Ctrl-C comes."""


def test_an_interrupted_backup_is_no_backup_and_is_gone_on_with(house: House, target: Path, tmp_path: Path) -> None:
    """At every report the folder is what a kill would leave then; some are tried further on."""
    moments: list[Path] = []

    def report(progress: Progress) -> None:
        moments.append(tmp_path / "moments" / str(len(moments)))
        shutil.copytree(target, moments[-1])

    make(house, target, report)
    assert len(moments) > 15
    assert not [one for one in moments[:-1] if list(one.glob("backups/*"))]
    assert len(list(moments[-1].glob("backups/*"))) == 1
    read: list[int] = []
    for moment in (moments[0], moments[len(moments) // 2], moments[-2]):
        assert backup(house, moment, "--check").error == "backup.none"
        kept = content(moment)
        read.clear()
        made = make(house, moment, lambda progress: read.append(progress.done_octets))
        assert read
        assert {one: content(moment)[one] for one in kept} == kept
        assert backup(house, moment, "--check").json["holds"] is True
        assert read_end(manifest(moment)).files == made.files
        assert not [one for one in moment.iterdir() if one.name.startswith(("under-way", "new"))]
    assert read[-1] < 3_000_000  # the exhibit was in place already


def test_ctrl_c_leaves_what_was_copied_and_no_half(house: House, target: Path) -> None:
    def stop(progress: Progress) -> None:
        if progress.done_octets > 2_500_000:
            raise _Stop

    with pytest.raises(_Stop):
        make(house, target, stop)
    assert not list(target.glob("backups/*"))
    assert not (target / "new").exists()
    for one in target.glob("content/*/*"):
        import hashlib

        assert hashlib.sha256(one.read_bytes()).hexdigest() == one.name
    with house.open("QA") as node:
        assert standings.standing(node.ports, node.folder).kept.begun is not None
    assert backup(house, target).code == 0
    with house.open("QA") as node:
        assert standings.standing(node.ports, node.folder).kept.begun is None


def test_is_of_one_moment_while_others_write(house: House, target: Path) -> None:
    """Entries that come while the database is copied are in the next backup; the copy and its head agree."""
    from musnad.exchange.audit import note

    written: list[str] = []
    with house.open("QA") as node:
        from musnad.node.backup.making import make_backup

        def write(progress: Progress) -> None:
            written.append(note(node.ports, "looked", by=f"person-{len(written)}"))

        before = node.ports.journal.log_size()
        made = make_backup(node, target, by="test", report=write)
    assert len(written) > 3
    assert before <= made.entries < before + len(written)
    assert backup(house, target, "--check").json["entries"] == made.entries


def damaged(house: House, target: Path) -> list[tuple[str, str]]:
    ran = backup(house, target, "--check")
    told = ran.json
    assert ran.code == (0 if told["holds"] else 1)
    assert told["count"] == len(told["faults"])
    return [(one["what"], one["why"]) for one in told["faults"]]


def place_of(target: Path, path: str) -> Path:
    found = next(digest for name, digest in paths(target).items() if name.endswith(path))
    return target / "content" / found[:2] / found


@pytest.mark.parametrize("path", ["/data", "/index", "/manifest", "state.json", "node.toml", "database"])
def test_a_check_finds_one_changed_octet_anywhere_and_the_next_backup_mends_it(
    house: House, target: Path, path: str
) -> None:
    backup(house, target)
    assert damaged(house, target) == []
    place = place_of(target, path)
    octets = bytearray(place.read_bytes())
    octets[len(octets) // 2] ^= 1
    place.write_bytes(octets)
    ((what, why),) = damaged(house, target)
    assert what.endswith(path)
    assert why == "digest"
    assert backup(house, target).code == 0
    assert damaged(house, target) == []


def test_a_check_finds_what_is_short_or_gone_or_of_another_manifest(house: House, target: Path) -> None:
    backup(house, target)
    place = place_of(target, "/data")
    place.write_bytes(place.read_bytes()[:-1])
    assert [why for _, why in damaged(house, target)] == ["size"]
    assert [why for _, why in damaged(house, target)] == ["lost"]
    backup(house, target)
    lines = manifest(target).read_bytes().splitlines(keepends=True)
    manifest(target).write_bytes(b"".join(lines[:-1]))
    assert [why for _, why in damaged(house, target)] == ["manifest"]
    manifest(target).write_bytes(b"".join([*lines[:3], *lines[4:]]))
    with pytest.raises(BackupDamaged):
        read_end(manifest(target))


def test_a_check_opens_the_database_and_compares_its_log_with_its_head(house: House, target: Path) -> None:
    """A copy that is sound as a file, under a manifest made for it, and whose log is not the tree."""
    for statement, why in (
        ('UPDATE records_treenode SET hash = zeroblob(32) WHERE level = 0 AND "index" = 0', "tree"),
        ("UPDATE records_logstate SET size = size + 1 WHERE name = 'log'", "entries"),
        ('UPDATE records_journalentry SET sealed = zeroblob(200) WHERE "index" = 0', "journal.corrupt"),
        ("UPDATE records_loghead SET root = zeroblob(32)", "head"),
    ):
        live = house.node("QA") / "journal.sqlite3"
        kept = live.read_bytes()
        connection = sqlite3.connect(live, isolation_level=None)
        assert connection.execute(statement).rowcount >= 1
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        backup_of(house, target)
        live.write_bytes(kept)
        assert why in [found for _, found in damaged(house, target)], statement
        shutil.rmtree(target)


def backup_of(house: House, target: Path) -> None:
    """Without the record that a damaged journal may refuse."""
    with _no_notes():
        make(house, target)


@contextmanager
def _no_notes() -> Iterator[None]:
    from unittest.mock import patch

    with patch("musnad.node.backup.making.note", lambda *_, **__: None):
        yield


def test_an_exhibit_that_the_vault_lost_is_said_and_one_removed_lawfully_is_not(house: House, target: Path) -> None:
    vault = house.node("QA") / "vault"
    (seal,) = [one.name for one in vault.iterdir() if one.is_dir()]
    shutil.rmtree(vault / seal)
    told = backup(house, target)
    assert told.json["missing"] == 1
    assert damaged(house, target) == [(f"vault/{seal}", "missing-at-node")]
    with house.open("QA") as node:
        assert not standings.standing(node.ports, node.folder).is_well
        kept = node.ports.journal.exhibits()[0]
        with node.ports.journal.begin() as transaction:
            transaction.put_exhibit(replace(kept, state="removed", key=b""))
    assert backup(house, target).json["missing"] == 0
    assert damaged(house, target) == []


def test_keeps_so_many_and_what_they_hold(house: House, target: Path) -> None:
    for _ in range(3):
        assert backup(house, target).code == 0
    assert len(list(target.glob("backups/*"))) == 3
    assert backup(house, target, "--keep", 2).code == 0
    assert len(list(target.glob("backups/*"))) == 2
    named = {digest for one in target.glob("backups/*") for digest in (item.sha256 for item in read_items(one))}
    assert set(content(target)) == named
    assert damaged(house, target) == []
    assert backup(house, target, "--keep", 0).code == 2


def test_refuses_a_folder_that_cannot_serve(house: House, target: Path) -> None:
    assert backup(house, house.node("QA") / "backups").error == "backup.target"
    (house.folder / "other").mkdir()
    (house.folder / "other" / "file").write_text("x")
    assert backup(house, house.folder / "other").error == "backup.target"
    assert backup(house, target, "--check").error == "backup.none"
    assert backup(house, target).code == 0
    with database(house.node("VN")):
        ran = musnad("node", "backup", target, "--node", house.node("VN"), "--json")
    assert ran.error == "backup.target"
    with open_shelf(target, house.node("QA"), "QA", "musnad.example/QA", make=False), pytest.raises(BackupBusy):
        make(house, target)
    (target / "musnad-backups.json").write_text("{")
    with pytest.raises(BackupTarget):
        make(house, target)


def test_a_disk_without_room_is_said_before_anything_is_copied(
    house: House, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from musnad.node.backup import making

    monkeypatch.setattr(making, "ROOM_OCTETS", 1 << 60)
    assert backup(house, target).error == "storage.full"
    assert content(target) == {}
    assert not list(target.glob("backups/*"))


def test_what_was_done_is_a_record_of_the_house_and_the_doctor_tells_it(house: House, target: Path) -> None:
    def doctor() -> tuple[bool, str]:
        found = {one["check"]: one for one in house.doctor("QA", "--json").json["checks"]}["backup"]
        return found["ok"], found["about"]

    assert doctor() == (True, "no backup yet")
    made = backup(house, target).json
    assert doctor() == (True, f"{made['name']}, 0/7, never read back")
    backup(house, target, "--check")
    assert doctor() == (True, f"{made['name']}, 0/7")
    with house.open("QA") as node:
        last, first = (one.record for one in read_notes(node.ports, 2))
        assert (first.act, first.by, last.act) == ("backup-made", "terminal", "backup-checked")
        assert first.about["manifest"] == read_end(manifest(target)).sha256
        assert (first.about["octets"], first.about["head"]) == (str(made["octets"]), str(made["size"]))
        assert last.about["outcome"] == "holds"
        found = standings.standing(node.ports, node.folder)
        assert (found.entries_since, found.overdue, found.check_overdue) == (2, False, False)
    place = place_of(target, "/data")
    place.write_bytes(b"x")
    backup(house, target, "--check")
    assert doctor()[0] is False
    with house.open("QA") as node:
        assert read_notes(node.ports, 1)[0].record.about["outcome"] == "damaged"


def later(node: Node, days: float) -> standings.Standing:
    """As it will stand after so many days."""

    class Clock:
        def now(self) -> object:
            return instant(node.ports.clock.now() + timedelta(days=days))

    return standings.standing(replace(node.ports, clock=Clock()), node.folder)  # type: ignore[arg-type]


def test_warns_after_the_days_that_node_toml_says(house: House, target: Path) -> None:
    with house.open("QA") as node:
        assert [later(node, days).overdue for days in (0, 6.9, 7.1)] == [False, False, True]
    backup(house, target)
    with house.open("QA") as node:
        assert [later(node, days).overdue for days in (6.9, 7.1)] == [False, True]
        assert [later(node, days).check_overdue for days in (29, 31)] == [False, True]
        standings.keep(node.folder, unread_since=instant(node.ports.clock.now() - timedelta(days=20)))
    backup(house, target)
    with house.open("QA") as node:
        assert [later(node, days).check_overdue for days in (9, 11)] == [False, True]
    backup(house, target, "--check")
    with house.open("QA") as node:
        assert not later(node, 300).check_overdue
    place = house.node("QA") / "node.toml"
    assert "warn_days = 7" in place.read_text()
    place.write_text(place.read_text().replace("warn_days = 7", "warn_days = 2"))
    with house.open("QA") as node:
        assert [later(node, days).overdue for days in (1.9, 2.1)] == [False, True]


def test_a_state_file_that_cannot_be_read_is_no_backup(house: House) -> None:
    place = house.node("QA") / standings.FILE
    for text in ("", "{", "[]", '{"made": {}}', '{"made": 7}', json.dumps({"checked": {"name": "x"}})):
        place.write_text(text)
        assert standings.read_kept(house.node("QA")) == standings.Kept()


def test_a_program_of_postgresql_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    from musnad.node.backup.database import run_tool

    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(MusnadError) as caught, run_tool("pg_dump", []):
        pytest.fail("it is not there")
    assert caught.value.code == "backup.no-tool"
