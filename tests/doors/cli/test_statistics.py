"""``musnad statistics``: the figures and the public report at the terminal."""

from __future__ import annotations

import json
from types import SimpleNamespace
from unittest.mock import patch

import pytest

from musnad.cli.main import main
from tests.doors.desk.story import Story, tell_story
from tests.world import World


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
    assert public["published"] is None
    assert public["out"]["partner"] == {"total": None, "numbers": {}}
    assert "Refusals by ground" in told


def test_publishes_the_report_of_a_year_that_is_over(capsys: pytest.CaptureFixture[str]) -> None:
    ports = World()["VN"].ports
    year = ports.clock.now().year
    with patch("musnad.cli.statistics_commands.open_node", lambda _: SimpleNamespace(ports=ports)):
        assert main(["statistics", "--publish", "--year", str(year)]) == 1
        assert "report.year-not-over" in capsys.readouterr().err
        assert main(["statistics", "--publish", "--year", str(year - 1), "--json"]) == 0
        first = json.loads(capsys.readouterr().out)
        assert main(["statistics", "--public", "--year", str(year - 1), "--json"]) == 0
        assert json.loads(capsys.readouterr().out) == first
        assert main(["--lang", "en", "statistics", "--public", "--year", str(year - 1)]) == 0
        assert "Published 23 November 2026" in capsys.readouterr().out
    assert first["published"]["by"] == "terminal"


def test_tells_times_of_one_measure_and_one_partner(story: Story, capsys: pytest.CaptureFixture[str]) -> None:
    node = SimpleNamespace(ports=story.world["VN"].ports)
    chosen = ["--exercise", "--partner", "QA", "--measure", "expedited-preservation"]
    with patch("musnad.cli.statistics_commands.open_node", lambda _: node):
        assert main(["--lang", "en", "statistics", *chosen]) == 0
        told = capsys.readouterr().out
        assert main(["statistics", "--exercise", "--partner", "EG", "--json"]) == 0
        other = json.loads(capsys.readouterr().out)
        assert main(["statistics", "--partner", "nobody"]) == 1
        assert main(["statistics", "--public", "--partner", "QA"]) == 1
    assert "Times by partner" in told
    assert "QA: acknowledged: half within 15 minutes" in told
    assert "access-to-stored-data" not in told
    assert other["out"]["asked"] == 0
