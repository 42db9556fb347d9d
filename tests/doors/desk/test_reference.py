"""Register and law at the desk: the world on a day, a State, who may ask whom, and how sure each word is."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest
from django.test import Client

from tests.doors.desk.seats import ADMINISTRATOR, OFFICER, OVERSEER
from tests.doors.desk.server import desk_of
from tests.doors.desk.story import Story


@pytest.fixture
def desk(story: Story, tmp_path: Path) -> Iterator[Client]:
    with desk_of(story.world["VN"].ports, tmp_path, OFFICER):
        yield Client(SERVER_NAME="127.0.0.1", headers={"accept-language": "en"})


def said(desk: Client, path: str) -> str:
    answer = desk.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("seat", [OFFICER, OVERSEER, ADMINISTRATOR], ids=lambda seat: min(seat.roles, key=str).value)
def test_everybody_may_look_at_register_and_law(story: Story, tmp_path: Path, seat: object) -> None:
    with desk_of(story.world["VN"].ports, tmp_path, seat):  # type: ignore[arg-type]
        for path in ("/register/", "/register/QA/", "/register/can/", "/register/law/", "/register/law/VN/"):
            for language in ("ar", "en"):
                answer = Client(SERVER_NAME="127.0.0.1", headers={"accept-language": language}).get(path)
                assert answer.status_code == 200, path


def test_the_register_of_another_day_says_what_was_then(desk: Client) -> None:
    page = said(desk, "/register/?as_of=2025-01-01")
    unknown = page[page.index('<h3 id="none">') :]
    assert "Nothing known: no signature and no instrument" in unknown
    assert '<a href="QA/?as_of=2025-01-01">Qatar</a>' in unknown
    assert "Signed" in said(desk, "/register/?as_of=2026-11-23&name=QA&status=signed")


def test_a_table_is_filtered_by_any_of_its_names(desk: Client) -> None:
    page = said(desk, "/register/?name=قطر")
    table = page[page.index('id="states"') :]
    assert 'href="QA/"' in table
    assert 'href="VN/"' not in table


def test_a_day_that_is_none_is_said_at_the_field_and_at_the_top(desk: Client) -> None:
    page = said(desk, "/register/?as_of=tomorrow")
    assert 'aria-invalid="true"' in page
    assert page.count("This is no day.") == 2


def test_without_the_map_the_table_stands_and_the_page_says_so(desk: Client, tmp_path: Path) -> None:
    with patch("musnad.desk.reference.atlas.FILE", tmp_path / "none.json"):
        page = said(desk, "/register/")
    assert "The map is not installed" in page
    assert "<svg viewBox" not in page
    assert 'href="QA/"' in page


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_register_is_light_and_names_every_state_once_in_words(story: Story, desk: Client, language: str) -> None:
    page = Client(SERVER_NAME="127.0.0.1", headers={"accept-language": language}).get("/register/").content
    assert len(page) <= 62 * 1024
    listed = page.decode()[page.decode().index('id="states"') :]
    codes = re.findall(r'<a href="([A-Z]+)/">', listed)
    assert sorted(codes) == sorted(story.world["VN"].ports.register.current().entries)


def test_the_map_says_by_pattern_and_words_what_its_colour_says(desk: Client, tmp_path: Path) -> None:
    world = tmp_path / "world.json"
    world.write_text('{"box":[0,0,9,9],"paths":{"QA":"M1 1l1 1 1 0z","XX":"M2 2l1 1 1 0z"},"dots":{"QA":[1,1]}}')
    with patch("musnad.desk.reference.atlas.FILE", world):
        page = said(desk, "/register/")
    found = re.search(r'fill="url\(#map-(\w+)\)"><a href="QA/" tabindex="-1"><title>Qatar: ([^<]+)</title>', page)
    assert found is not None
    assert (found[1], found[2]) in {("signed", "Signed"), ("deposited", "Instrument deposited")}
    assert "take no position on any border" in page


def test_a_states_page_tells_facts_with_source_and_certainty(desk: Client) -> None:
    page = said(desk, "/register/QA/")
    assert "Signature" in page
    assert "reported, not read in the text" in page
    assert "QA/central-authority" in page
    assert "To join" in page
    assert "/register/law/QA/" in page


def test_a_code_of_no_state_is_a_calm_page(desk: Client) -> None:
    assert desk.get("/register/ZZ/").status_code in {400, 404, 422}


def test_the_answer_to_can_one_ask_another_gives_reasons_rules_and_certainty(desk: Client) -> None:
    asking = "/register/can/?asker=QA&asked=VN&measure=access-to-stored-data&offence=illegal-access"
    page = said(desk, f"{asking}&as_of=2026-11-23")
    assert 'class="answer answer-' in page
    assert "Is the treaty in force between them?" in page
    assert "Rule: " in page
    assert "sample: invented" in page


def test_a_question_that_lacks_something_says_what(desk: Client) -> None:
    assert "Choose who asks" in said(desk, "/register/can/?asker=QA")
    assert 'role="alert"' in said(desk, "/register/can/?asker=QA&asked=VN&measure=no-such-measure")


def test_a_sample_profile_is_never_shown_as_law(desk: Client) -> None:
    assert "sample: invented for the format" in said(desk, "/register/law/QA/")
    assert "sample: invented" in said(desk, "/register/law/?asker=QA&asked=VN")
    assert "Choose two different States." in said(desk, "/register/law/?asker=QA&asked=QA")


# --- one State against all --------------------------------------------------------------------------------------------

WHO = "/register/who/?measure=access-to-stored-data&offence=illegal-access&as_of=2026-11-23"


@pytest.mark.parametrize(("way", "first"), [("asks", "asker=VN&amp;asked=QA"), ("asked", "asker=QA&amp;asked=VN")])
def test_one_state_stands_against_every_other_each_with_its_own_answer(
    story: Story, desk: Client, way: str, first: str
) -> None:
    page = said(desk, f"{WHO}&state=VN&way={way}")
    links = re.findall(r'<li><a href="(/register/can/[^"]+)">', page)
    others = set(story.world["VN"].ports.register.current().entries) - {"VN"}
    assert len(links) == len(set(links)) == len(others)
    assert any(first in one for one in links)
    assert len(page.encode()) < 80 * 1024
    assert page.count("<tr>") < 40
    told = {
        html.unescape(link): answer
        for answer, row in re.findall(r'<span class="chip chip-([a-z-]+)">.*?</span>(.*?)</tr>', page, re.DOTALL)
        for link in re.findall(r'href="(/register/can/[^"]+)"', row)
    }
    for link in [*told][:: len(told) // 5]:
        assert f'class="answer answer-{told[link]}"' in said(desk, link), link


def test_the_answers_of_all_carry_that_a_profile_is_a_sample(desk: Client) -> None:
    page = said(desk, f"{WHO}&state=VN")
    assert "sample: invented" in page
    assert "It is no legal advice" in page
    assert "Is the treaty in force between them?" in page


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("state=VN", "Choose a State and what for."),
        ("state=VN&measure=no-such", "no-such"),
        ("state=ZZ&measure=access-to-stored-data", "ZZ"),
        ("state=VN&measure=access-to-stored-data&offence=no-such", "no-such"),
        ("state=VN&measure=access-to-stored-data&as_of=soon", "This is no day."),
    ],
)
def test_what_is_wrong_with_the_question_of_all_is_said_at_the_top(desk: Client, asked: str, told: str) -> None:
    page = said(desk, f"/register/who/?{asked}")
    alert = page[page.index('role="alert"') :]
    assert told in alert[: alert.index("</div>")]


def test_an_answer_is_of_its_day(desk: Client) -> None:
    asking = "/register/can/?asker=QA&asked=VN&measure=access-to-stored-data&offence=illegal-access"
    before, after = (said(desk, f"{asking}&as_of={day}") for day in ("2025-10-01", "2026-11-23"))
    assert 'On <time datetime="2025-10-01">' in before
    assert "has deposited its instrument" in after
    assert "has deposited its instrument" not in before


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/register/ZZ/", 400, "register.no-such-state"),
        ("/register/law/ZZ/", 400, "state"),
        ("/register/law/FR/", 404, "law.no-profile"),
    ],
)
def test_a_page_of_nothing_is_calm_and_names_its_code(desk: Client, path: str, status: int, code: str) -> None:
    answer = desk.get(path)
    page = answer.content.decode()
    assert (answer.status_code, "<h1>That did not work</h1>" in page) == (status, True)
    assert code in page
