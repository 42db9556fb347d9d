"""Figures and the published report over the interface: the numbers of the desk and the terminal, and a scope's own."""

from __future__ import annotations

import json
from pathlib import Path
from unittest.mock import patch

import pytest
from django.test import Client

from musnad.exchange.publication import public_rows, publish, published
from musnad.exchange.statistics import figures_members, read_figures
from tests.doors.api.caller import Api
from tests.doors.desk.seats import OVERSEER
from tests.doors.desk.server import desk_of
from tests.doors.desk.test_statistics import MANY


def by_direction(found: dict[str, object]) -> dict[str, object]:
    """As the desk's file has it: a member for each direction."""
    sides = {one["direction"]: one for one in found["directions"]}  # type: ignore[attr-defined]
    rest = {name: value for name, value in found.items() if name != "directions"}
    return rest | {name: {key: one[key] for key in one if key != "direction"} for name, one in sides.items()}


def test_the_figures_are_those_of_the_desk_and_of_the_terminal(told: Api, tmp_path: Path) -> None:
    found = by_direction(told.get("/figures?exercise=true"))
    assert found["out"]["asked"] > 0  # type: ignore[index]
    ports = told.node.ports
    assert found == json.loads(json.dumps(figures_members(read_figures(ports, exercise=True))))
    with desk_of(ports, tmp_path, OVERSEER):
        desk = Client(SERVER_NAME="127.0.0.1").get("/statistics/figures.json?exercise=1")
    assert json.loads(desk.content) == found


def test_exercises_are_told_only_where_they_are_asked_for(told: Api) -> None:
    found = told.get("/figures")
    assert found["exercise"] is False
    assert found["rows"] == []


def test_figures_of_a_year_a_measure_and_a_partner(vn: Api) -> None:
    with patch.object(type(vn.node.ports.agenda), "figures", lambda *_: MANY):
        found = by_direction(vn.get("/figures?year=2026&partner=AE&measure=access-to-stored-data"))
        other = by_direction(vn.get("/figures?partner=JO"))
    assert (found["year"], found["partner"], found["measure"]) == (2026, "AE", "access-to-stored-data")
    assert found["in"]["month"] == {"2026-07": 12, "2026-08": 0, "2026-09": 0, "2026-10": 12}  # type: ignore[index]
    assert found["in"]["by_measure"][0]["answered"]["ninth_decile"] == "week"  # type: ignore[index]
    assert found["in"]["missed"] == {"emergency-acknowledged-late": 24}  # type: ignore[index]
    assert other["in"]["asked"] == 0  # type: ignore[index]


@pytest.mark.parametrize(
    "asked", ["year=20x6", "year=0", "year=20260", "partner=nobody", "measure=A%20B", "exercise=x"]
)
def test_a_wrong_question_is_a_problem(vn: Api, asked: str) -> None:
    assert vn.get(f"/figures?{asked}", 400)["code"] == "form.invalid"


def test_a_report_is_told_once_it_is_published_and_as_it_was(vn: Api) -> None:
    ports = vn.node.ports
    assert vn.get("/figures/public/2025", 404)["code"] == "report.not-published"
    with patch.object(type(ports.agenda), "figures", lambda *_: MANY):
        publish(ports, 2025, "lan")
    found = vn.get("/figures/public/2025")
    told = by_direction(found)
    assert told["published"]["by"] == "lan"  # type: ignore[index]
    assert told["in"]["partner"] == {"total": 45, "numbers": {"AE": None, "EG": None, "QA": 30}}  # type: ignore[index]
    for direction, name, value, number in public_rows(published(ports, 2025).report):
        table = told[direction][name]  # type: ignore[index]
        assert (table["total"] if value == "total" else table["numbers"][value]) == number
    assert vn.get("/figures/public/0", 400)["code"] == "form.invalid"


def test_figures_have_a_scope_of_their_own(vn: Api) -> None:
    for path in ("/figures", "/figures/public/2025"):
        assert vn.get(path, 403, token=vn.token("cases:read", "register:read"))["code"] == "token.scope"
        assert vn.get(path, 401, token="")["code"] == "token.missing"
    assert vn.get("/figures", token=vn.token("figures:read"))["rows"] == []
