"""Register and law at the desk: the world on a day, a State, who may ask whom, and how sure each word is."""

from __future__ import annotations

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
    rows = re.findall(r'<a href="/register/QA/[^"]*">.*?</tr>', said(desk, "/register/?as_of=2025-01-01"), re.DOTALL)
    assert "Nothing known" in rows[0]
    assert "Signed" in said(desk, "/register/?as_of=2026-11-23&name=QA&status=signed")


def test_a_table_is_filtered_by_any_of_its_names(desk: Client) -> None:
    page = said(desk, "/register/?name=قطر")
    table = page[page.index("<tbody>") :]
    assert "/register/QA/" in table
    assert "/register/VN/" not in table


def test_a_day_that_is_none_is_said_at_the_field_and_at_the_top(desk: Client) -> None:
    page = said(desk, "/register/?as_of=tomorrow")
    assert 'aria-invalid="true"' in page
    assert page.count("This is no day.") == 2


def test_without_the_map_the_table_stands_and_the_page_says_so(desk: Client, tmp_path: Path) -> None:
    with patch("musnad.desk.reference.atlas.FILE", tmp_path / "none.json"):
        page = said(desk, "/register/")
    assert "The map is not installed" in page
    assert "<svg viewBox" not in page
    assert "/register/QA/" in page


def test_the_map_says_by_pattern_and_words_what_its_colour_says(desk: Client, tmp_path: Path) -> None:
    world = tmp_path / "world.json"
    world.write_text('{"box":[0,0,9,9],"paths":{"QA":"M1 1l1 1 1 0z","XX":"M2 2l1 1 1 0z"},"dots":{"QA":[1,1]}}')
    with patch("musnad.desk.reference.atlas.FILE", world):
        page = said(desk, "/register/")
    found = re.search(r'fill="url\(#map-(\w+)\)"><title>Qatar: ([^<]+)</title>', page)
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
