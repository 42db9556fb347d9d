from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from musnad.adapters.vault.files import FilesVault
from musnad.adapters.vault.folder import FolderSource
from musnad.adapters.vault.memory import MemoryVault
from musnad.adapters.vault.source import open_source
from musnad.adapters.vault.unpacking import FolderTarget, NotMade
from musnad.core.sealing.archive import Entry, EntryKind
from musnad.core.sealing.errors import BadArchive
from musnad.core.sealing.layout import PART_OCTETS
from musnad.exchange.evidence.errors import DamagedExhibit, StorageFailed, TargetExists
from musnad.exchange.evidence.opening import open_exhibit
from musnad.exchange.evidence.sealing import Sealed
from tests.core.sealing.test_archive import ENTRIES, FILE, ROOT, archive
from tests.exchange.evidence.workshop import content_of, seal_into


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "قضية"
    (root / "مجلد" / "empty").mkdir(parents=True)
    (root / "مجلد" / "تقرير\u202etxt.exe").write_text("نص", "utf-8")
    (root / "big").write_bytes(content_of(PART_OCTETS + 7))
    (root / "none").write_bytes(b"")
    (root / "program").write_bytes(b"#!/bin/sh\n")
    (root / "program").chmod(0o4755)
    (root / os.fsdecode(b"not-utf8-\xff\n")).write_bytes(b"y")
    (root / "down").symlink_to("مجلد/empty")
    (root / "out").symlink_to("../secret")
    (root / "top").symlink_to("/etc/passwd")
    os.mkfifo(root / "pipe")
    for path in (root / "big", root / "مجلد", root):
        os.utime(path, ns=(10**18, 10**18 + 123_456_789))
    return root


def sealed(root: Path) -> tuple[MemoryVault, Sealed]:
    vault = MemoryVault()
    with open_source(root) as source:
        return vault, seal_into(vault, source)


def test_a_folder_comes_back_as_it_was(folder: Path, tmp_path: Path) -> None:
    vault, one = sealed(folder)
    target = FolderTarget(tmp_path / "opened")
    open_exhibit(one.manifest, one.key, target, vault=vault)
    back = tmp_path / "opened" / folder.name
    due = {path.relative_to(folder) for path in folder.rglob("*")} - {Path("out"), Path("top"), Path("pipe")}
    assert {path.relative_to(back) for path in back.rglob("*")} == due
    for name in due:
        if (folder / name).is_file() and not (folder / name).is_symlink():
            assert (back / name).read_bytes() == (folder / name).read_bytes()
            assert (back / name).stat().st_mtime_ns == (folder / name).stat().st_mtime_ns
    for name in (Path("مجلد"), Path()):
        assert (back / name).stat().st_mtime_ns == 10**18 + 123_456_789
    assert (back / "down").readlink() == Path("مجلد/empty")
    assert stat.S_IMODE((back / "program").stat().st_mode) == 0o600
    prefix = os.fsencode(folder.name)
    kinds: list[tuple[bytes, EntryKind]] = [(b"out", "link"), (b"pipe", "pipe"), (b"top", "link")]
    assert target.not_made == [NotMade(prefix + b"/" + name, kind) for name, kind in kinds]
    assert (target.not_made_count, target.files) == (3, 6)
    listed = (tmp_path / "opened" / f"{folder.name}.files.jsonl").read_bytes()
    assert one.manifest.records is not None
    assert len(listed) == one.manifest.records.index.size_octets
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_overwrites_nothing_whoever_was_first(folder: Path, tmp_path: Path) -> None:
    vault, one = sealed(folder)
    place = tmp_path / "opened"
    place.mkdir()
    with pytest.raises(TargetExists):
        FolderTarget(place)
    place.rmdir()
    target = FolderTarget(place)
    place.mkdir()  # meanwhile
    with pytest.raises(TargetExists) as caught:
        open_exhibit(one.manifest, one.key, target, vault=vault)
    assert caught.value.code == "target.exists"
    assert list(place.iterdir()) == []
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_a_damaged_exhibit_leaves_no_file(folder: Path, tmp_path: Path) -> None:
    vault, one = sealed(folder)
    octets = bytearray(vault._member(one.seal, "data"))
    octets[-1] ^= 1
    vault.change(one.seal, "data", bytes(octets))
    with pytest.raises(DamagedExhibit):
        open_exhibit(one.manifest, one.key, FolderTarget(tmp_path / "opened"), vault=vault)
    assert sorted(path.name for path in tmp_path.iterdir()) == [folder.name]


HOSTILE: list[list[Entry]] = [
    [ROOT, Entry(b"case/../../escaped", "file", 0o644, 0, 0, 0, 3)],
    [ROOT, Entry(b"case/link", "link", 0o777, 0, 0, 0, 0, b".."), Entry(b"case/link/escaped", "file", 0, 0, 0, 0, 3)],
    [ROOT, Entry(b"case/down", "link", 0o777, 0, 0, 0, 0, b"a"), Entry(b"case/down/x", "file", 0, 0, 0, 0, 3)],
    [ROOT, Entry(b"/tmp/escaped", "file", 0o644, 0, 0, 0, 3)],
    [ROOT, FILE, FILE],
]


@pytest.mark.parametrize("entries", HOSTILE, ids=lambda entries: ascii(entries[-1].name))
def test_a_hostile_archive_reaches_nothing_outside(entries: list[Entry], tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    target = FolderTarget(inner / "opened")
    with pytest.raises(BadArchive):
        target.write(memoryview(archive(entries)))
    target.discard()
    assert list(inner.iterdir()) == []
    assert list(tmp_path.iterdir()) == [inner]


def test_links_are_made_only_where_every_way_through_them_goes_down(tmp_path: Path) -> None:
    targets = [b"a", b"a/b/c", b"./a", b"..", b"a/../..", b"../x", b"/", b"a/..", b"...", b"..a"]
    links = [Entry(b"case/%02d" % at, "link", 0o777, 0, 0, 0, 0, target) for at, target in enumerate(targets)]
    target = FolderTarget(tmp_path / "opened")
    target.write(memoryview(archive([ROOT, *links])))
    target.commit()
    made = {os.fsencode(path.readlink()) for path in (tmp_path / "opened" / "case").iterdir()}
    assert made == {b"a", b"a/b/c", b"...", b"..a"}
    assert target.not_made_count == 5


def test_a_full_or_odd_disk_is_told_and_nothing_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = FolderTarget(tmp_path / "opened")
    actual = os.open

    def odd(path: object, *rest: object, **more: object) -> int:
        if path == b"a":
            raise FileExistsError(17, "another name is the same here")
        return actual(path, *rest, **more)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(os, "open", odd)
        with pytest.raises(StorageFailed):
            target.write(memoryview(archive(ENTRIES)))
    target.discard()
    assert list(tmp_path.iterdir()) == []


def test_what_is_cut_is_not_committed(tmp_path: Path) -> None:
    target = FolderTarget(tmp_path / "opened")
    target.write(memoryview(archive(ENTRIES)[:-512]))
    with pytest.raises(BadArchive):
        target.commit()
    target.discard()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("files", [1, 3000])
def test_sealing_and_opening_cost_as_many_syncs_for_one_file_as_for_thousands(
    files: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "root"
    root.mkdir()
    for number in range(files):
        (root / str(number)).write_bytes(b"%d" % number)
    synced: list[str] = []
    for name in ("fsync", "fdatasync", "sync"):
        monkeypatch.setattr(os, name, lambda *_, name=name: synced.append(name))
    vault = FilesVault(tmp_path / "vault")
    with FolderSource(root) as source:
        one = seal_into(vault, source)
    assert synced == ["fsync"] * 5  # three members, the draft's folder, the vault's
    synced.clear()
    open_exhibit(one.manifest, one.key, FolderTarget(tmp_path / "opened"), vault=vault)
    assert synced == ["sync", "fsync"]
    assert len(list((tmp_path / "opened" / "root").iterdir())) == files
