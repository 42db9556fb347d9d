"""The core opens no file and asks no clock. Import contracts do not see calls; ruff and this test do."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CORE = ROOT / "src" / "musnad" / "core"

CALLS = {"open", "print", "input", "eval", "exec", "compile", "__import__", "breakpoint"}
METHODS = {
    "now", "utcnow", "today", "read_text", "read_bytes", "write_text", "write_bytes", "unlink", "mkdir", "iterdir",
    "urlopen", "getLogger", "getenv", "urandom", "token_bytes", "perf_counter", "monotonic",
}  # fmt: skip
MODULES = {"os", "io", "time", "random", "secrets", "socket", "logging", "subprocess", "tempfile", "threading", "uuid"}


def impurities(source: str) -> Iterator[str]:
    """What a module of the core may not do, by line."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(func=ast.Name(id=name)) if name in CALLS:
                yield f"{node.lineno}: {name}()"
            case ast.Attribute(attr=name) if name in METHODS:
                yield f"{node.lineno}: .{name}"
            case ast.Import(names=names):
                yield from (f"{node.lineno}: import {a.name}" for a in names if a.name.partition(".")[0] in MODULES)
            case ast.ImportFrom(module=str(module)) if module.partition(".")[0] in MODULES:
                yield f"{node.lineno}: from {module}"


def test_the_core_does_nothing_but_compute() -> None:
    found = {
        str(path.relative_to(ROOT)): list(impurities(path.read_text(encoding="utf-8"))) for path in CORE.rglob("*.py")
    }
    assert {path: what for path, what in found.items() if what} == {}


PLANTED = [
    "open('/etc/hostname')",
    "from datetime import datetime, UTC\ndatetime.now(UTC)",
    "from datetime import date\ndate.today()",
    "import secrets\nsecrets.token_bytes(32)",
    "from pathlib import Path\nPath('x').read_bytes()",
    "import time\ntime.time()",
    "print('seen')",
]


@pytest.mark.parametrize("planted", PLANTED)
def test_catches_a_planted_impurity(planted: str) -> None:
    assert list(impurities(planted))


@pytest.mark.parametrize("planted", [PLANTED[1], PLANTED[2], PLANTED[3], PLANTED[5], PLANTED[6]])
def test_ruff_catches_it_in_the_core_too(planted: str) -> None:
    rules = ["--select", "TID251,DTZ,T20", "--stdin-filename", str(CORE / "kernel" / "planted.py"), "-"]
    told = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--quiet", "--no-cache", *rules],
        input=planted,
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert told.returncode == 1, told.stdout + told.stderr
