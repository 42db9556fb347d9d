"""Figures at the desk: exercises apart, every chart beside its table, files of the same numbers, nothing small told."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest
from django.test import Client

from musnad.exchange.tallies import Tally
from tests.doors.desk.seats import ADMINISTRATOR, OFFICER, OVERSEER
from tests.doors.desk.server import desk_of
from tests.doors.desk.story import Story

MANY = {
    Tally("2026-10", "in", "QA", "access-to-stored-data", False, "asked", ""): 30,
    Tally("2026-10", "in", "EG", "access-to-stored-data", False, "asked", ""): 3,
    Tally("2026-10", "in", "AE", "access-to-stored-data", False, "asked", ""): 12,
    Tally("2026-10", "in", "QA", "access-to-stored-data", False, "answered", "hour"): 20,
}


def client(language: str = "en") -> Client:
    return Client(SERVER_NAME="127.0.0.1", headers={"accept-language": language})


@pytest.fixture
def desk(story: Story, tmp_path: Path) -> Iterator[Client]:
    with desk_of(story.world["VN"].ports, tmp_path, OVERSEER):
        yield client()


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_pages_stand_for_oversight_and_officers_and_not_for_an_administrator(
    story: Story, tmp_path: Path, language: str
) -> None:
    for seat, status in ((OVERSEER, 200), (OFFICER, 200), (ADMINISTRATOR, 403)):
        with desk_of(story.world["VN"].ports, tmp_path, seat):
            for path in ("/statistics/", "/statistics/?exercise=1", "/statistics/public/", "/statistics/figures.csv"):
                assert client(language).get(path).status_code == status


def test_exercises_stand_on_a_page_of_their_own_that_says_so(desk: Client) -> None:
    real, drills = (desk.get(path).content.decode() for path in ("/statistics/", "/statistics/?exercise=1"))
    assert "Exercises only." in drills
    assert "Exercises only." not in real
    assert "Refusals by ground" in drills
    assert "Refusals by ground" not in real


def test_every_chart_has_a_title_a_description_and_its_table(desk: Client) -> None:
    page = desk.get("/statistics/?exercise=1").content.decode()
    charts = page.count('role="img"')
    assert charts > 4
    assert page.count("<title id=") == page.count("<desc id=") == charts
    assert page.count("<table>") >= charts
    assert "style=" not in page


def test_the_files_hold_the_same_numbers(desk: Client) -> None:
    rows = list(csv.DictReader(io.StringIO(desk.get("/statistics/figures.csv?exercise=1").content.decode())))
    members = json.loads(desk.get("/statistics/figures.json?exercise=1").content)
    asked = sum(int(row["count"]) for row in rows if row["table"] == "asked" and row["direction"] == "out")
    assert asked == members["out"]["asked"] > 0
    answer = desk.get("/statistics/figures.csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="figures.csv"'
    assert desk.get("/statistics/figures.exe").status_code == 404
    assert desk.get("/statistics/?year=20x6").status_code in {400, 422}


def test_the_public_report_hides_what_is_small_and_what_would_give_it_back(story: Story, desk: Client) -> None:
    agenda = type(story.world["VN"].ports.agenda)
    with patch.object(agenda, "figures", lambda _: MANY):
        page = desk.get("/statistics/public/?year=2026").content.decode()
        members = json.loads(desk.get("/statistics/public/report.json").content)
        rows = list(csv.reader(io.StringIO(desk.get("/statistics/public/report.csv").content.decode())))
    assert members["in"]["partner"] == {"total": 45, "numbers": {"QA": 30, "AE": None, "EG": None}}
    assert ["in", "partner", "EG", ""] in rows
    assert page.count(">hidden<") == 2
    assert ">3<" not in page
    assert ">12<" not in page
    assert "Too few to be told." in page
