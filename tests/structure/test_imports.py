"""The import contracts hold, and each one catches a planted violation: a contract that never fails proves nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).resolve().parents[2]
LINT = Path(sys.executable).parent / "lint-imports"

PLANTED = [
    ("core/kernel/planted.py", "import django", "pure"),
    ("core/case/planted.py", "import socket", "pure"),
    ("core/sealing/planted.py", "from os import path", "pure"),
    ("core/crypto/planted.py", "import random", "pure"),
    ("core/messages/planted.py", "import logging", "pure"),
    ("core/transparency/planted.py", "from time import time", "pure"),
    ("core/envelope/planted.py", "from cryptography.fernet import Fernet", "one-crypto"),
    ("adapters/planted.py", "from cryptography import x509", "one-crypto"),
    ("core/crypto/planted.py", "import musnad.core.messages", "core"),
    ("core/kernel/planted.py", "import musnad.core.crypto.signing", "core"),
    ("core/messages/planted.py", "import musnad.core.sealing", "core"),
    ("core/directory/planted.py", "import musnad.core.case", "core"),
    ("core/novelty/__init__.py", '"""A new package that asks for its floor."""', "core"),
    ("core/kernel/planted.py", "import musnad.language", "house"),
    ("language/planted.py", "import musnad.exchange", "house"),
    ("report/planted.py", "import musnad.exchange", "house"),
    ("exchange/planted.py", "import musnad.adapters", "house"),
    ("exchange/planted.py", "import musnad.records", "house"),
    ("records/planted.py", "import musnad.adapters", "house"),
    ("gate/planted.py", "import musnad.cli", "house"),
    ("novelty/__init__.py", '"""A new package that asks for its floor."""', "house"),
    ("verify/planted.py", "import musnad.exchange", "verifier"),
    ("verify/planted.py", "from django.utils import timezone", "verifier"),
    ("language/planted.py", "from django.utils import translation", "verifier"),
]


def lint(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [str(LINT), "--no-logo", "--no-cache", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package to plant violations in."""
    folder = tmp_path_factory.mktemp("house")
    shutil.copytree(ROOT / "src" / "musnad", folder / "musnad", ignore=shutil.ignore_patterns("__pycache__", "*.mo"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def test_every_contract_is_kept() -> None:
    told = lint(ROOT)
    assert told.returncode == 0, told.stdout + told.stderr


def test_no_module_of_the_command_line_imports_one_that_imports_it() -> None:
    graph = grimp.build_graph("musnad")
    modules = [one for one in graph.modules if one.startswith("musnad.cli.")]
    for one in modules:
        for other in graph.find_modules_directly_imported_by(one) & set(modules):
            assert graph.find_shortest_chain(other, one) is None, f"{one} -> {other} -> ... -> {one}"


@pytest.mark.parametrize(("place", "line", "contract"), PLANTED, ids=[f"{p[0]}: {p[1][:40]}" for p in PLANTED])
def test_a_planted_violation_is_caught(house: Path, place: str, line: str, contract: str) -> None:
    planted = house / "musnad" / place
    is_new = not planted.parent.exists()
    planted.parent.mkdir(exist_ok=True)
    planted.write_text(line + "\n", encoding="utf-8")
    try:
        told = lint(house, "--contract", contract)
        assert told.returncode == 1, told.stdout + told.stderr
        module = place.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        assert module in told.stdout, told.stdout
    finally:
        planted.unlink()
        if is_new:
            shutil.rmtree(planted.parent)
