"""``musnad statistics``: the figures and the public report at the terminal."""

from __future__ import annotations

import json
from types import SimpleNamespace
from unittest.mock import patch

import pytest

from musnad.cli.main import main
from tests.doors.desk.story import Story, tell_story


@pytest.fixture(scope="module")
def story() -> Story:
    return tell_story()


def test_tells_figures_and_the_public_report(story: Story, capsys: pytest.CaptureFixture[str]) -> None:
    node = SimpleNamespace(ports=story.world["VN"].ports)
    with patch("musnad.cli.statistics_commands.open_node", lambda _: node):
        assert main(["statistics", "--exercise", "--json"]) == 0
        members = json.loads(capsys.readouterr().out)
        assert main(["statistics", "--public", "--json"]) == 0
        public = json.loads(capsys.readouterr().out)
        assert main(["--lang", "en", "statistics", "--exercise"]) == 0
        told = capsys.readouterr().out
        assert main(["--lang", "ar", "statistics", "--public", "--year", "2026"]) == 0
        assert capsys.readouterr().out
        assert main(["statistics", "--year", "26"]) != 0
    assert members["exercise"] is True
    assert members["out"]["asked"] > 0
    assert public["out"]["partner"] == {"total": None, "numbers": {}}
    assert "Refusals by ground" in told
