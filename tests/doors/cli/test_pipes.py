"""A reader of our output who leaves early: nothing is said of it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.dossier_fixture import tell_case


@pytest.mark.parametrize("more", [[], ["--json"]], ids=["lines", "json"])
def test_a_command_whose_reader_has_gone_ends_quietly(more: list[str]) -> None:
    assert _into_a_closed_pipe("musnad.cli.main", "language", "coverage", *more) == (1, "")


def test_the_verifier_still_tells_by_its_exit_code(tmp_path: Path) -> None:
    told = tell_case()
    dossier = told.write(tmp_path / "dossier.zip")
    assert _into_a_closed_pipe("musnad.verify.main", str(dossier)) == (3, "")
    assert _into_a_closed_pipe("musnad.verify.main", str(dossier), "--trust", told.anchor, "--json") == (0, "")


def _into_a_closed_pipe(module: str, *arguments: str) -> tuple[int, str]:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            [sys.executable, "-m", module, *arguments],
            stdout=writing,
            stderr=subprocess.PIPE,
            timeout=120,
            check=False,
        )
    finally:
        os.close(writing)
    return done.returncode, done.stderr.decode()
