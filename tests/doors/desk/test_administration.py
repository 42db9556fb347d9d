"""The node's state and its own records at the desk: what is told, to whom, and that looking is noted."""

from __future__ import annotations

from pathlib import Path
from unittest.mock import patch

import pytest
from django.test import Client

from musnad.exchange.audit import note, read_notes
from musnad.exchange.reading.state_of_house import show_house
from musnad.node.doctor import Finding
from tests.doors.desk.seats import ADMINISTRATOR, OFFICER, OVERSEER
from tests.doors.desk.server import desk_of
from tests.doors.desk.story import Story, tell_story


@pytest.fixture(scope="module")
def told() -> Story:
    """A story of this module's own: looking at a desk writes into its node."""
    return tell_story()


def client(language: str = "en") -> Client:
    return Client(SERVER_NAME="127.0.0.1", headers={"accept-language": language})


def test_tells_what_waits_and_why(told: Story) -> None:
    shown = show_house(told.world["VN"].ports)
    (row,) = shown.deliveries
    assert (row.party.code, row.messages, row.last_error) == ("QA", 1, "peer.unreachable")
    assert row.attempts >= 1
    assert shown.log.size == told.world["VN"].journal.log_size()
    assert [one.code for one in shown.log.cosigned_by] == ["QA"]
    assert {key.use for key in shown.keys} == {"signing", "wrapping", "officer"}
    assert all(key.valid and key.held is not False for key in shown.keys)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_page_says_it_without_any_content(told: Story, tmp_path: Path, language: str) -> None:
    with desk_of(told.world["VN"].ports, tmp_path, ADMINISTRATOR):
        answer = client(language).get("/administration/")
    said = answer.content.decode()
    assert answer.status_code == 200
    assert "peer.unreachable" in said
    assert "falcon.transfer" not in said
    assert told.waiting not in said


def test_an_examination_is_made_when_it_is_asked_for(told: Story, tmp_path: Path) -> None:
    found = (Finding("digest", True, ""), Finding("forks", False, "log.forked"))
    with desk_of(told.world["VN"].ports, tmp_path, ADMINISTRATOR), patch("musnad.desk.house.examined", lambda: found):
        assert "log.forked" not in client().get("/administration/").content.decode()
        said = client().post("/administration/examination/").content.decode()
    assert "log.forked" in said
    assert "Does not hold:" in said


def test_records_are_for_oversight_and_their_reading_is_one(told: Story, tmp_path: Path) -> None:
    vn = told.world["VN"].ports
    for number in range(60):
        note(vn, "looked", by=f"person-{number}", about={"what": "case"})
    with desk_of(vn, tmp_path, OVERSEER):
        first = client().get("/administration/records/").content.decode()
        assert first.count("<tr>") == 51
        oldest = read_notes(vn, 50)[-1].index
        assert f"?before={oldest}" in first
        assert "person-0" in client().get(f"/administration/records/?before={oldest}").content.decode()
        assert client().get("/administration/records/?before=x").status_code == 400
    assert read_notes(vn, 1)[0].record.about == {"what": "records"}
    for seat in (OFFICER, ADMINISTRATOR):
        with desk_of(vn, tmp_path, seat):
            assert client().get("/administration/records/").status_code == 403


def test_a_duty_officer_does_not_run_the_house_and_an_overseer_changes_nothing(told: Story, tmp_path: Path) -> None:
    vn = told.world["VN"].ports
    with desk_of(vn, tmp_path, OFFICER):
        assert client().get("/administration/").status_code == 403
    with desk_of(vn, tmp_path, OVERSEER):
        assert client().get("/administration/").status_code == 200
        assert client().post("/administration/examination/").status_code == 403
