"""The whole-file digest by programs that nobody here wrote, and the folder's tar by GNU tar."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from musnad.adapters.vault.memory import MemoryTarget, MemoryVault
from musnad.adapters.vault.source import open_source
from musnad.core.sealing.layout import PART_OCTETS
from musnad.exchange.evidence.opening import open_exhibit
from tests.exchange.evidence.workshop import content_of, seal_into

pytestmark = pytest.mark.foreign


def said_by(*command: str | Path) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@pytest.mark.parametrize("size", [0, 1, PART_OCTETS, 2 * PART_OCTETS + 12345])
@pytest.mark.parametrize(
    "command",
    [
        pytest.param(("openssl", "dgst", "-sha256", "-r"), id="openssl"),
        pytest.param(("sha256sum",), id="sha256sum"),
    ],
)
def test_the_digest_of_a_file_is_the_one_that_others_find(tmp_path: Path, command: tuple[str, ...], size: int) -> None:
    path = tmp_path / "قرص.img"
    path.write_bytes(content_of(size))
    with open_source(path) as source:
        sealed = seal_into(MemoryVault(), source)
    assert said_by(*command, path).split()[0].lstrip("\\") == sealed.manifest.sha256


def test_gnu_tar_unpacks_an_opened_folder_to_the_same_files(tmp_path: Path) -> None:
    root = tmp_path / "قضية"
    (root / "مجلد").mkdir(parents=True)
    (root / "مجلد" / "تقرير نهائي.txt").write_text("نص", "utf-8")
    (root / "link").symlink_to("مجلد")
    (root / "big").write_bytes(content_of(PART_OCTETS + 3))
    os.utime(root / "big", ns=(1, 10**18 + 5))
    vault, target = MemoryVault(), MemoryTarget()
    with open_source(root) as source:
        sealed = seal_into(vault, source)
    open_exhibit(sealed.manifest, sealed.key, target, vault=vault)
    assert target.octets is not None
    (tmp_path / sealed.manifest.name).write_bytes(target.octets)
    out = tmp_path / "out"
    out.mkdir()
    said_by("tar", "-xf", tmp_path / sealed.manifest.name, "-C", out)
    found = {path.relative_to(out): path for path in out.rglob("*")}
    due = {path.relative_to(tmp_path): path for path in [root, *root.rglob("*")]}
    listed = Path("قضية.files.jsonl")
    assert set(found) == {listed, *due}
    for line in found[listed].read_text("utf-8").splitlines():
        one = json.loads(line)
        assert said_by("sha256sum", out / one["name"]).split()[0] == one["sha256"]
        assert target.octets[one["first"] :].startswith((out / one["name"]).read_bytes())
    for name, path in due.items():
        assert found[name].is_symlink() == path.is_symlink()
        if path.is_file() and not path.is_symlink():
            assert found[name].read_bytes() == path.read_bytes()
            assert found[name].stat().st_mtime_ns == path.stat().st_mtime_ns


def test_an_opened_folder_has_the_digest_that_the_manifest_declares(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "a").write_bytes(b"a")
    vault, target = MemoryVault(), MemoryTarget()
    with open_source(tmp_path / "folder") as source:
        sealed = seal_into(vault, source)
    open_exhibit(sealed.manifest, sealed.key, target, vault=vault)
    assert target.octets is not None
    (tmp_path / "opened.tar").write_bytes(target.octets)
    assert said_by("sha256sum", tmp_path / "opened.tar").split()[0] == sealed.manifest.sha256
