"""Figures at the desk: exercises apart, every chart beside its table, files of the same numbers, nothing small told."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from unittest.mock import patch
from xml.etree import ElementTree as ET

import pytest
from django.test import Client

from musnad.exchange.publication import digest_of_members
from musnad.exchange.tallies import Tally
from musnad.people.powers import Role
from tests.doors.desk.seats import ADMINISTRATOR, OFFICER, OVERSEER, seat
from tests.doors.desk.server import desk_of
from tests.doors.desk.story import Story, tell_story

APPROVER = seat(Role.APPROVER)
PUBLISH = "/statistics/public/publish/"


def _asked(partner: str, number: int, **facts: str) -> dict[Tally, int]:
    """Requests that were answered within an hour, as they are counted."""
    told = {"asked": "", "progress": "answered", "status": "fulfilled", "outcome": "fulfilled"}
    told |= {"acknowledged": "hour", "answered": "hour"} | facts
    return {
        Tally(f"{year}-{month}", "in", partner, "access-to-stored-data", False, what, value): number
        for year, month in ((2026, "10"), (2026, "07"), (2025, "03"))
        for what, value in told.items()
    }


MANY = {
    **_asked("QA", 30),
    **_asked("EG", 3, status="refused", outcome="refused", ground="essential-interests"),
    **_asked("AE", 12, answered="week", missed="emergency-acknowledged-late"),
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
    for who, status in ((OVERSEER, 200), (OFFICER, 200), (ADMINISTRATOR, 403)):
        with desk_of(story.world["VN"].ports, tmp_path, who):
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
    assert page.count("<table") >= charts
    assert "style=" not in page


def test_the_files_hold_the_same_numbers(desk: Client) -> None:
    rows = list(csv.DictReader(io.StringIO(desk.get("/statistics/figures.csv?exercise=1").content.decode())))
    members = json.loads(desk.get("/statistics/figures.json?exercise=1").content)
    asked = sum(int(row["count"]) for row in rows if row["table"] == "asked" and row["direction"] == "out")
    assert asked == members["out"]["asked"] > 0
    answer = desk.get("/statistics/figures.csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="figures.csv"'


def test_a_measure_and_a_partner_are_chosen_and_every_row_leads_to_its_own(story: Story, desk: Client) -> None:
    with many(story):
        whole = desk.get("/statistics/?year=2026").content.decode()
        one = desk.get("/statistics/?year=2026&partner=AE&measure=access-to-stored-data").content.decode()
        members = json.loads(desk.get("/statistics/figures.json?year=2026&partner=AE").content)
    assert "?year=2026&amp;partner=EG" in whole
    row = re.search(r'<a href="[^"]*partner=AE">[^<]*</a></th>(.*?)</tr>', whole, re.DOTALL)
    assert row is not None
    assert re.sub(r"<[^>]+>", "|", row[1]).strip("|\n").split("||") == [
        "24", "within an hour", "within an hour", "within a week", "within a week", "0", "0", "24",
    ]  # fmt: skip
    assert "Egypt" not in one[one.index("side-in") :]
    assert members["partner"] == "AE"
    assert members["in"]["asked"] == 24
    assert members["in"]["by_partner"][0]["answered"] == {"number": 24, "median": "week", "ninth_decile": "week"}


def test_the_clock_in_minutes_stands_among_what_was_missed(story: Story, desk: Client) -> None:
    with many(story):
        page = desk.get("/statistics/?year=2026").content.decode()
    assert "emergency, acknowledged after more than an hour" in page


@pytest.mark.parametrize(("language", "direction", "first"), [("en", "ltr", "7"), ("ar", "rtl", "7")])
def test_months_run_in_the_direction_of_reading(
    story: Story, desk: Client, language: str, direction: str, first: str
) -> None:
    with many(story):
        drawn = client(language).get("/statistics/in/month.svg?year=2026").content.decode()
    assert f'direction="{direction}"' in drawn
    place = {label: int(x) for x, label in re.findall(r'<text class="chart-quiet" x="(\d+)"[^>]*>(\d+)</text>', drawn)}
    assert next(iter(place)) == first
    assert (place["7"] < place["10"]) == (direction == "ltr")
    assert {"8", "9"} <= set(place)


def test_each_chart_leads_to_its_data_and_to_itself_as_a_file(story: Story, desk: Client) -> None:
    with many(story):
        page = desk.get("/statistics/?year=2026&partner=QA").content.decode()
        links = set(re.findall(r'href="(/statistics/in/[^"]+)"', page))
        answers = {one: desk.get(one.replace("&amp;", "&")) for one in links}
    forms = {one.partition("?")[0].rpartition(".")[2] for one in links}
    assert forms == {"csv", "json", "svg"}
    assert len(links) == 3 * page.count('<figure class="chart">')
    kinds = {"csv": "text/csv; charset=utf-8", "json": "application/json", "svg": "image/svg+xml"}
    for link, answer in answers.items():
        name = link.partition("?")[0].rpartition("/")[2]
        table, _, form = name.partition(".")
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == kinds[form]
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{table}-in.{form}"'
        assert answer.headers["Cache-Control"] == "no-store"
    rows = answers["/statistics/in/partner.csv?year=2026&amp;partner=QA"].content.decode()
    assert rows.splitlines() == ["value,count", "QA,60"]


def test_a_chart_as_a_file_stands_alone_and_tells_its_numbers(story: Story, desk: Client) -> None:
    with many(story):
        drawn = desk.get("/statistics/in/partner.svg?year=2026").content
    root = ET.fromstring(drawn)
    space = "{http://www.w3.org/2000/svg}"
    assert root.tag == f"{space}svg"
    assert "Qatar: 60" in str(root.findtext(f"{space}desc"))
    assert len(root.findall(f"{space}rect")) == 1 + 3
    assert not [one for one in root.iter() if one.tag.rpartition("}")[2] in {"script", "style", "a", "image", "use"}]
    assert b"http" not in drawn.replace(b"http://www.w3.org/2000/svg", b"")


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/statistics/?year=20x6", 400, "form.invalid"),
        ("/statistics/?year=0000", 400, "form.invalid"),
        ("/statistics/?measure=%3Cscript%3E", 400, "name"),
        ("/statistics/?partner=nobody", 400, "name"),
        ("/statistics/in/partner.exe", 404, ""),
        ("/statistics/up/partner.csv", 404, ""),
        ("/statistics/in/nothing.csv", 404, ""),
        ("/statistics/figures.exe", 404, ""),
        ("/statistics/public/?year=x", 400, "form.invalid"),
        ("/statistics/public/2025/report.csv", 404, "report.not-published"),
        ("/statistics/public/2025/in/partner.svg", 404, "report.not-published"),
        ("/statistics/public/20/report.csv", 400, "form.invalid"),
    ],
)
def test_wrong_input_is_a_calm_page_with_its_code(desk: Client, path: str, status: int, code: str) -> None:
    answer = desk.get(path)
    page = answer.content.decode()
    assert answer.status_code == status
    assert "<h1>That did not work</h1>" in page
    assert code in page
    assert "<script>" not in page


# --- the public report ------------------------------------------------------------------------------------------------


def many(story: Story) -> AbstractContextManager[object]:
    return patch.object(type(story.world["VN"].ports.agenda), "figures", lambda *_: MANY)


def test_the_preview_hides_what_is_small_and_hands_nothing_out(story: Story, desk: Client) -> None:
    with many(story):
        page = desk.get("/statistics/public/?year=2025").content.decode()
        other = desk.get("/statistics/public/").content.decode()
        running = desk.get("/statistics/public/?year=2027").content.decode()
        answer = desk.get("/statistics/public/2025/report.json")
    assert "A preview, not published." in page
    assert "Nothing of it is handed out before it is published" in page
    assert "It can be published once the year is over." in running
    assert "publish/" not in running
    assert "report.csv" not in page
    assert page.count(">hidden<") == 4
    for small in (3, 42):
        assert f">{small}<" not in page
    assert ">30<" in page
    assert "Too few to be told: Refusals by ground." in page
    assert "Report for the public, 2026" in other
    assert answer.status_code == 404


def test_a_report_is_published_once_and_every_form_tells_the_same(tmp_path: Path) -> None:
    story = tell_story()
    ports = story.world["VN"].ports
    with desk_of(ports, tmp_path, APPROVER):
        desk = client()
        with many(story):
            assert f'href="{PUBLISH}?year=2025"' in desk.get("/statistics/public/?year=2025").content.decode()
            seen = seen_in(desk.get(f"{PUBLISH}?year=2025").content)
            answer = desk.post(PUBLISH, {"year": "2025", "seen": seen})
            assert (answer.status_code, answer.headers["Location"]) == (302, "/statistics/public/?year=2025")
            early = desk.post(PUBLISH, {"year": "2027", "seen": seen})
        told = forms(desk)
        for again in (desk.post(PUBLISH, {"year": "2025", "seen": seen}), desk.get(f"{PUBLISH}?year=2025")):
            assert (again.status_code, again.headers["Location"]) == (302, "/statistics/public/?year=2025")
        assert forms(desk) == told, "nothing of the figures of today is in it"
        page, members, rows, drawn = told
    assert early.status_code == 409
    assert b"report.year-not-over" in early.content
    report = json.loads(members)
    assert report["published"]["by"] == "lan"
    assert report["in"]["partner"] == {"total": 45, "numbers": {"AE": None, "EG": None, "QA": 30}}
    assert report["in"]["ground"] == {"total": None, "numbers": {}}
    written = {tuple(one[:3]): one[3] for one in csv.reader(io.StringIO(rows.decode()))}
    for direction in ("in", "out"):
        for name, table in report[direction].items():
            assert written[direction, name, "total"] == ("" if table["total"] is None else str(table["total"]))
            for value, number in table["numbers"].items():
                assert written[direction, name, value] == ("" if number is None else str(number))
    assert b"Published" in page
    assert b"/statistics/public/2025/report.csv" in page
    assert b"Qatar: 30" in drawn
    assert b"Egypt" not in drawn
    assert b"publish/" not in page
    with desk_of(ports, tmp_path, OVERSEER):
        assert forms(client())[1] == members
        assert client().post(PUBLISH, {"year": "2025", "seen": seen}).status_code == 403


def test_who_publishes_has_read_exactly_what_is_published(tmp_path: Path) -> None:
    """Without the digest of what was shown, or with that of another report, nothing is published."""
    story = tell_story()
    ports = story.world["VN"].ports
    with desk_of(ports, tmp_path, APPROVER):
        desk = client()
        with many(story):
            page = desk.get(f"{PUBLISH}?year=2025")
            unread = [desk.post(PUBLISH, {"year": "2025", **more}) for more in ({}, {"seen": ""}, {"seen": "0" * 64})]
            assert desk.get("/statistics/public/2025/report.json").status_code == 404
        changed = desk.post(PUBLISH, {"year": "2025", "seen": seen_in(page.content)})  # no case is there any more
        assert desk.get("/statistics/public/2025/report.json").status_code == 404
        with many(story):
            assert desk.post(PUBLISH, {"year": "2025", "seen": seen_in(page.content)}).status_code == 302
        members = json.loads(desk.get("/statistics/public/2025/report.json").content)
    for refused in (*unread, changed):
        assert refused.status_code == 409
        assert b"Nothing was published." in refused.content
    assert seen_in(changed.content) != seen_in(page.content)
    members.pop("published")
    assert digest_of_members(members) == seen_in(page.content)
    shown = page.content.decode()
    for table in ("partner", "measure", "outcome"):
        for number in members["in"][table]["numbers"].values():
            assert (">hidden<" if number is None else f">{number}<") in shown
    assert "cannot be taken back" in shown


@pytest.mark.parametrize("role", [one for one in Role if one is not Role.APPROVER])
def test_only_an_approver_publishes(story: Story, tmp_path: Path, role: Role) -> None:
    with desk_of(story.world["VN"].ports, tmp_path, seat(role)):
        page = client().get("/statistics/public/?year=2025").content.decode()
        assert PUBLISH not in page
        assert client().get(f"{PUBLISH}?year=2025").status_code == 403
        assert client().post(PUBLISH, {"year": "2025", "seen": "0" * 64}).status_code == 403


def seen_in(page: bytes) -> str:
    """The digest of the report that the page shows."""
    found = re.search(rb'name="seen" value="([0-9a-f]{64})"', page)
    assert found is not None
    return found[1].decode()


def forms(desk: Client) -> tuple[bytes, bytes, bytes, bytes]:
    """The published report as a page, as JSON, as CSV, and one chart of it; without what differs from look to look."""
    page = re.sub(rb'name="csrfmiddlewaretoken" value="[^"]*"', b"", desk.get("/statistics/public/?year=2025").content)
    base = "/statistics/public/2025"
    paths = (f"{base}/report.json", f"{base}/report.csv", f"{base}/in/partner.svg")
    answers = [desk.get(path) for path in paths]
    assert [one.headers["Content-Disposition"] for one in answers] == [
        'attachment; filename="public-report-2025.json"',
        'attachment; filename="public-report-2025.csv"',
        'attachment; filename="public-report-2025-partner-in.svg"',
    ]
    return (page, *(one.content for one in answers))  # type: ignore[return-value]
