"""``musnad seal`` of a folder and of a failing medium, and ``musnad open --unpack``: what is said, and what is made."""

from __future__ import annotations

import errno
import os

import pytest

from tests.doors.cli.house import House
from tests.doors.cli.test_commands import CENTRAL, QA, asked

__all__ = ["asked"]


def test_a_folder_is_sealed_read_twice_and_comes_back_as_files(asked: tuple[House, str]) -> None:
    house, case = asked
    folder = house.folder / "disk"
    (folder / "inner").mkdir(parents=True)
    (folder / "inner" / "a").write_bytes(b"a" * 100_000)
    (folder / "b").write_bytes(b"b")
    (folder / "out").symlink_to("/etc/passwd")
    told = house.json("QA", "seal", folder, "--author", QA, "--case", case, "--read-twice")
    assert (told["reads"], told["unread"], told["records"]) == (2, [], {"count": 2, "missing": 0})
    out = house.folder / "back"
    opening = [case, told["seal"], "--officer", house.officer(QA), "--out"]
    opened = house.json("QA", "open", *opening, out, "--unpack")
    assert (opened["files"], opened["not_made_count"]) == (3, 1)
    assert opened["not_made"] == [{"name": "disk/out", "kind": "link"}]
    assert (out / "disk" / "inner" / "a").read_bytes() == b"a" * 100_000
    assert not os.path.lexists(out / "disk" / "out")
    said = house.run("QA", "open", *opening, house.folder / "again", "--unpack").out
    assert "disk/out" in said
    assert "2 files, each of which can be proven" in said
    assert house.run("QA", "open", *opening, out, "--unpack", "--json").error == "target.exists"


def test_an_exhibit_that_was_read_once_does_not_stand_for_one_read_twice(asked: tuple[House, str]) -> None:
    house, case = asked
    (house.folder / "file").write_bytes(b"x")
    sealing = [house.folder / "file", "--author", QA, "--case", case]
    once, again = (house.json("QA", "seal", *sealing) for _ in range(2))
    twice, still = (house.json("QA", "seal", *sealing, "--read-twice") for _ in range(2))
    assert once["seal"] == again["seal"] != twice["seal"]
    assert (once["reads"], twice["reads"], still["reads"]) == (1, 2, 2)


def test_a_file_cannot_be_unpacked(asked: tuple[House, str]) -> None:
    house, case = asked
    (house.folder / "file").write_bytes(b"x")
    told = house.json("QA", "seal", house.folder / "file", "--author", QA, "--case", case)
    assert told["records"] is None
    opening = [case, told["seal"], "--officer", house.officer(QA), "--out", house.folder / "out", "--unpack"]
    assert house.run("QA", "open", *opening, "--json").error == "form.invalid"
    assert not (house.folder / "out").exists()


def test_stopped_from_the_keyboard_it_says_so_and_leaves_nothing(
    asked: tuple[House, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    house, case = asked
    disk = house.folder / "disk.img"
    disk.write_bytes(b"x" * 50_000)
    number, actual = disk.stat().st_ino, os.preadv

    def stopped(descriptor: int, buffers: list[memoryview], at: int) -> int:
        if os.fstat(descriptor).st_ino == number:
            raise KeyboardInterrupt
        return actual(descriptor, buffers, at)

    sealing = [disk, "--author", QA, "--case", case]
    with monkeypatch.context() as patch:
        patch.setattr(os, "preadv", stopped)
        assert house.run("QA", "seal", *sealing, "--json").error == "work.cancelled"
    with house.open("QA") as node:
        assert node.ports.journal.exhibits() == ()
        assert list(node.ports.vault.drafts()) == []
    assert house.run("QA", "seal", *sealing).code == 0


def test_damage_is_said_when_it_is_sealed_and_shown_with_the_exhibit(
    asked: tuple[House, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    house, _ = asked
    disk = house.folder / "disk.img"
    disk.write_bytes(b"x" * 50_000)
    number, actual = disk.stat().st_ino, os.preadv

    def failing(descriptor: int, buffers: list[memoryview], at: int) -> int:
        if os.fstat(descriptor).st_ino == number and at < 20_001 and at + len(buffers[0]) > 20_000:
            raise OSError(errno.EIO, "planted")
        return actual(descriptor, buffers, at)

    with monkeypatch.context() as patch:
        patch.setattr(os, "preadv", failing)
        said = house.run("QA", "seal", disk, "--author", CENTRAL)
        told = house.json("QA", "seal", disk, "--author", CENTRAL)
    assert said.code == 0
    assert "DAMAGED" in said.out
    assert "16384-20479" in said.out
    assert told["unread"] == [[16384, 4096]]
