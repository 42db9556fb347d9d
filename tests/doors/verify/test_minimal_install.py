"""The verifier alone: a new environment with requirements/verify.txt and the project without its dependencies."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.dossier_fixture import ROOT, tell_case


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_verifies_from_a_minimal_install_in_another_folder(tmp_path: Path) -> None:
    told = tell_case()
    moved = tmp_path / "court" / "دليل"
    moved.mkdir(parents=True)
    dossier = Path(shutil.move(told.write(tmp_path / "dossier.zip"), moved / "file.zip"))
    root = moved / "root.json"
    root.write_bytes(told.world.anchor)

    environment = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", environment], check=True)
    python = environment / "bin" / "python"
    pip: list[str | Path] = [python, "-m", "pip", "-qq", "--disable-pip-version-check", "--no-input", "install"]
    requirements = ROOT / "requirements"
    subprocess.run([*pip, "--require-hashes", "-r", requirements / "build.txt"], check=True)
    subprocess.run([*pip, "--require-hashes", "-r", requirements / "verify.txt"], check=True)
    source = tmp_path / "source"
    kept = shutil.ignore_patterns(".venv", ".git", ".tools", "*cache*", "__pycache__", "tests")
    shutil.copytree(ROOT, source, ignore=kept)
    subprocess.run([*pip, "--no-deps", "--no-build-isolation", source], check=True)
    shutil.rmtree(source)

    probe = subprocess.run([python, "-c", "import django"], check=False, capture_output=True)
    assert probe.returncode != 0, "Django is in the minimal install"
    verify: list[str | Path] = [environment / "bin" / "musnad-verify", dossier]
    runs: tuple[tuple[list[str | Path], int], ...] = (([], 3), (["--trust", root], 0), (["--trust", "00" * 32], 1))
    for arguments, due in runs:
        found = subprocess.run([*verify, *arguments], cwd=moved, check=False, capture_output=True)
        assert found.returncode == due, found.stderr.decode()
    arabic = subprocess.run([*verify, "--lang", "ar"], cwd=moved, check=False, capture_output=True)
    assert "تمرين" in arabic.stdout.decode()
