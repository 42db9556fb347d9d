"""BagIt by the Library of Congress's own package, and SHA-256 by the system's: our bag is a bag."""

from __future__ import annotations

import subprocess
import zipfile
from pathlib import Path

import pytest

from tests.dossier_fixture import tell_case

bagit = pytest.importorskip("bagit")
pytestmark = pytest.mark.foreign


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("bag")
    with zipfile.ZipFile(tell_case().write(made / "dossier.zip")) as archive:
        assert archive.testzip() is None
        archive.extractall(made / "bag")
    return made / "bag"


def test_the_bagit_package_validates_it(folder: Path) -> None:
    bag = bagit.Bag(str(folder))
    bag.validate(processes=1)
    assert bag.version_info == (1, 0)
    assert bag.algorithms == ["sha256"]


def test_the_bagit_package_sees_what_we_see(folder: Path, tmp_path: Path) -> None:
    import shutil

    copy = tmp_path / "bag"
    shutil.copytree(folder, copy)
    (copy / "data" / "case.json").write_bytes(b"{}")
    with pytest.raises(bagit.BagValidationError):
        bagit.Bag(str(copy)).validate(processes=1)


def test_sha256sum_checks_both_manifests(folder: Path) -> None:
    for name in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
        subprocess.run(["sha256sum", "--strict", "--quiet", "-c", name], cwd=folder, check=True)


def test_unzip_finds_no_fault(folder: Path) -> None:
    subprocess.run(["unzip", "-tqq", folder.parent / "dossier.zip"], check=True)
