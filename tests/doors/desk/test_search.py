"""The search page and the inbox's sections: what is found, what is noted, and what stays hidden."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest
from django.test import Client

from musnad.desk.links import make_link
from musnad.exchange.audit import read_notes
from musnad.exchange.ports import Ports
from tests.doors.desk.server import desk_of
from tests.doors.desk.story import Story, tell_story


@pytest.fixture(scope="module")
def own_story() -> Story:
    """Apart from the others', since a search is noted in the journal."""
    return tell_story()


@pytest.fixture
def vn(own_story: Story) -> Ports:
    return own_story.world["VN"].ports


@pytest.fixture
def client(vn: Ports, tmp_path: Path) -> Iterator[Client]:
    with desk_of(vn, tmp_path):
        client = Client(SERVER_NAME="127.0.0.1", headers={"accept-language": "en"})
        client.get(make_link(tmp_path, os.urandom))
        yield client


def said(client: Client, words: str) -> str:
    return client.post("/search/", {"words": words}).content.decode()


def test_a_search_shows_the_case_and_what_matched_and_no_content(client: Client, own_story: Story) -> None:
    found = said(client, "blocker")
    assert f"/case/{own_story.whole}/" in found
    assert "Stands in:" in found
    assert "Mail server 3" not in found


def test_arabic_finds_other_forms(client: Client, own_story: Story) -> None:
    assert f"/case/{own_story.whole}/" in said(client, "قرص")


def test_a_search_is_noted_without_its_words(client: Client, vn: Ports) -> None:
    said(client, "blocker")
    (newest,) = read_notes(vn, 1)
    assert (newest.record.act, newest.record.about["what"]) == ("looked", "search")
    assert "blocker" not in str(newest.record)


def test_words_in_an_address_search_nothing(client: Client, own_story: Story) -> None:
    assert own_story.whole not in client.get("/search/?words=blocker").content.decode()


def test_a_hidden_case_is_on_neither_page(client: Client, own_story: Story) -> None:
    with patch("musnad.desk.house.hidden_from", lambda _: frozenset({own_story.whole})):
        assert f"/case/{own_story.whole}/" not in said(client, "blocker")
        assert f"/case/{own_story.whole}/" not in client.get("/").content.decode()
    assert f"/case/{own_story.whole}/" in client.get("/").content.decode()


def test_what_is_typed_is_shown_as_text(client: Client) -> None:
    assert "<b>bold" not in said(client, "<b>bold")


def test_the_inbox_has_its_sections_both_clocks_and_its_deliveries(client: Client, own_story: Story) -> None:
    page = client.get("/").content.decode()
    for heading in ("Needs you now", "Waits for others", "Closed", "Deliveries waiting"):
        assert heading in page
    assert 'class="row-clock"' in page
    assert page.index('id="section-now"') < page.index('id="section-waiting"') < page.index('id="section-closed"')
    closed = client.get("/?section=closed").content.decode()
    assert f"/case/{own_story.whole}/" in closed
    assert f"/case/{own_story.asked}/" not in closed


def test_the_inbox_shows_only_what_a_filter_takes(client: Client, own_story: Story) -> None:
    page = client.get("/?measure=access-to-stored-data").content.decode()
    assert f"/case/{own_story.refused}/" in page
    assert f"/case/{own_story.asked}/" not in page
    assert client.get("/?measure=%3Cb%3E").status_code == 400
