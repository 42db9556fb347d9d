"""``tools/trial.py``: a page is looked at, typed into and pressed by names alone, and every command is written down."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

TOOL = [sys.executable, str(Path(__file__).resolve().parents[2] / "tools" / "trial.py")]
PAGE = """<!doctype html><title>صفحة</title><label>الاسم <input></label>
<button onclick="document.title = document.querySelector('input').value">أرسل</button>
<button>آخر</button><button>آخر</button>"""


def trial(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*TOOL, "--dir", str(folder), *words], capture_output=True, text=True, check=False)


def test_a_page_is_driven_by_names_and_every_command_is_written_down(tmp_path: Path) -> None:
    page, folder = tmp_path / "page.html", tmp_path / "trial"
    page.write_text(PAGE, "utf-8")
    assert trial(folder, "start", "--lang", "ar").returncode == 0
    try:
        assert trial(folder, "open", page.as_uri()).returncode == 0
        seen = trial(folder, "look").stdout
        assert 'textbox "الاسم"' in seen
        assert (folder / "look-001.png").stat().st_size > 1000
        assert trial(folder, "type", "الاسم", "نورة").returncode == 0
        assert trial(folder, "click", "أرسل").stdout.startswith("نورة ")
        refused = trial(folder, "click", "ليس هنا")
        assert refused.returncode == 1
        assert "ليس هنا" in refused.stdout
        assert trial(folder, "click", "آخر #2").returncode == 0
        assert trial(folder, "key", "Tab").returncode == 0
    finally:
        assert trial(folder, "stop").returncode == 0
    written = [json.loads(line) for line in (folder / "actions.jsonl").read_text("utf-8").splitlines()]
    words = [one["action"][0] for one in written]
    assert words == ["open", "look", "type", "click", "click", "click", "key", "stop"]
    assert [one["good"] for one in written] == [True, True, True, True, False, True, True, True]
    assert all(one["at"].endswith("+00:00") for one in written)
