from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from musnad.adapters.vault.files import FilesVault
from musnad.adapters.vault.source import open_source
from musnad.adapters.vault.target import FileTarget
from musnad.core.kernel.names import SealId
from musnad.exchange.evidence.errors import ExhibitBusy, StorageFailed, StorageFull, TargetExists
from musnad.exchange.evidence.vault import read_range
from tests.exchange.evidence.workshop import content_of, seal_into
from tests.rights import lacking

SEAL = SealId("a1" * 16)


def test_nobody_else_may_read_the_vault(tmp_path: Path) -> None:
    vault = FilesVault(tmp_path / "vault")
    draft = vault.draft(SEAL)
    draft.write_at("data", 0, b"x")
    draft.commit()
    paths = [tmp_path / "vault", *(tmp_path / "vault").rglob("*")]
    assert {stat.S_IMODE(path.stat().st_mode) & 0o077 for path in paths} == {0}
    assert sorted(path.name for path in (tmp_path / "vault" / SEAL).iterdir()) == ["data", "index", "manifest"]


def test_everything_is_durable_before_it_is_visible(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    vault = FilesVault(tmp_path / "vault")
    draft = vault.draft(SEAL)
    draft.write_at("data", 0, b"x")
    done: list[str] = []
    real = os.fsync

    def fsync(descriptor: int) -> None:
        done.append(Path(f"/proc/self/fd/{descriptor}").readlink().name + (" visible" if vault.holds(SEAL) else ""))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    draft.commit()
    assert done == ["data", "index", "manifest", f"{SEAL}.part", "vault visible"]


def test_a_full_disk_says_so_and_leaves_no_exhibit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    vault = FilesVault(tmp_path / "vault")

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "full")

    draft = vault.draft(SEAL)
    monkeypatch.setattr(os, "pwrite", full)
    with pytest.raises(StorageFull) as caught:
        draft.write_at("data", 0, b"x")
    assert caught.value.code == "storage.full"
    draft.discard()
    assert list((tmp_path / "vault").iterdir()) == []


def test_a_failing_disk_at_commit_leaves_no_exhibit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    vault = FilesVault(tmp_path / "vault")
    draft = vault.draft(SEAL)
    draft.write_at("data", 0, b"x")

    def broken(_: int) -> None:
        raise OSError(errno.EIO, "broken")

    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(StorageFailed) as caught:
        draft.commit()
    assert (caught.value.code, caught.value.why) == ("storage.failed", "EIO")
    assert not vault.holds(SEAL)
    draft.discard()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real file system of 8 MiB; needs the right to mount."""
    place = tmp_path / "small"
    place.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(place)], capture_output=True, check=False
    )
    if made.returncode:
        lacking("the right to mount a small file system")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_sealing_onto_a_disk_that_is_really_full_leaves_nothing(tmp_path: Path, small_disk: Path) -> None:
    path = tmp_path / "disk.img"
    path.write_bytes(content_of(12 * 2**20))
    vault = FilesVault(small_disk / "vault")
    with open_source(path) as source, pytest.raises(StorageFull):
        seal_into(vault, source)
    assert list((small_disk / "vault").iterdir()) == []


def test_a_draft_is_held_until_it_is_an_exhibit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever looks for drafts that were left behind never takes one from under its commit."""
    vault = FilesVault(tmp_path)
    draft = vault.draft(SEAL)
    draft.write_at("manifest", 0, b"m")
    renamed = Path.rename

    def rename(path: Path, target: Path) -> Path:
        with pytest.raises(ExhibitBusy):
            FilesVault(tmp_path).draft(SEAL)
        return renamed(path, target)

    monkeypatch.setattr(Path, "rename", rename)
    draft.commit()
    assert vault.holds(SEAL)
    assert sorted(entry.name for entry in (tmp_path / SEAL).iterdir()) == ["data", "index", "manifest"]


def test_a_target_appears_whole_and_over_nothing(tmp_path: Path) -> None:
    path = tmp_path / "opened.img"
    target = FileTarget(path)
    target.write(memoryview(b"abc"))
    target.write(memoryview(b"def"))
    assert not path.exists()
    target.commit()
    target.discard()
    assert path.read_bytes() == b"abcdef"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in tmp_path.iterdir()] == ["opened.img"]
    with pytest.raises(TargetExists):
        FileTarget(path)


def test_a_target_taken_meanwhile_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "opened.img"
    target = FileTarget(path)
    path.write_bytes(b"somebody's")
    with pytest.raises(TargetExists) as caught:
        target.commit()
    assert caught.value.code == "target.exists"
    target.discard()
    assert path.read_bytes() == b"somebody's"
    assert [entry.name for entry in tmp_path.iterdir()] == ["opened.img"]


def test_a_target_that_is_not_complete_has_no_name(tmp_path: Path) -> None:
    """So a process that is killed while it opens an exhibit leaves nothing of the plaintext on the disk."""
    target = FileTarget(tmp_path / "opened.img")
    target.write(memoryview(b"plaintext"))
    assert list(tmp_path.iterdir()) == []
    target.discard()


def test_a_target_on_a_medium_without_hard_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(*_: object) -> None:
        raise OSError(errno.EPERM, "no links")

    def no_nameless(path: Path, flags: int, mode: int = 0o777) -> int:
        if flags & os.O_TMPFILE == os.O_TMPFILE:
            raise OSError(errno.EOPNOTSUPP, "no nameless files")
        return open_as_ever(path, flags, mode)

    open_as_ever = os.open
    monkeypatch.setattr(os, "open", no_nameless)
    monkeypatch.setattr(os, "link", no_links)
    target = FileTarget(tmp_path / "opened.img")
    target.write(memoryview(b"abc"))
    target.commit()
    assert (tmp_path / "opened.img").read_bytes() == b"abc"


def test_a_killed_process_lets_go_of_its_draft_and_others_take_it_up(tmp_path: Path) -> None:
    program = (
        "import os, signal, sys; from pathlib import Path; from musnad.adapters.vault.files import FilesVault\n"
        f"draft = FilesVault(Path({str(tmp_path)!r})).draft({SEAL!r})\n"
        "draft.write_at('data', 0, b'abcd'); draft.mark(3); os.kill(os.getpid(), signal.SIGKILL)"
    )
    ended = subprocess.run([sys.executable, "-c", program], check=False)
    assert ended.returncode == -9
    draft = FilesVault(tmp_path).draft(SEAL)
    assert (draft.parts, draft.size("data")) == (3, 4)
    draft.commit()
    assert read_range(FilesVault(tmp_path), SEAL, "data", 0, 4) == b"abcd"
