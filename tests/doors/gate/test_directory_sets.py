"""Sets of the directory at the gate: to any listed authority, by their snapshot's digest."""

from __future__ import annotations

from musnad.exchange.directory_sets import parse_set
from tests.doors.gate.conftest import Meeting
from tests.doors.gate.gate import footprint


def path_of(snapshot: str) -> str:
    return f"/gate/v1/directory/{snapshot}"


def test_serves_a_set_that_it_verified(meeting: Meeting) -> None:
    directories = meeting.qa.ports.directories
    snapshot = directories.current().ref.snapshot
    path = path_of(snapshot)
    answer = meeting.gate.get(path, meeting.gate.signed(meeting.vn, "GET", path))
    assert answer.status == 200
    assert parse_set(answer.body) == dict(directories.bundle(snapshot))


def test_one_that_it_does_not_hold_is_not_there(meeting: Meeting) -> None:
    before = footprint(meeting.qa)
    for name, code in (("ab" * 32, "request.not-found"), ("../state", "request.not-found"), ("AB", "form.invalid")):
        path = path_of(name)
        answer = meeting.gate.get(path, meeting.gate.signed(meeting.vn, "GET", path))
        assert answer.code == code
    assert footprint(meeting.qa) == before


def test_nobody_without_a_signature_is_served(meeting: Meeting) -> None:
    snapshot = meeting.qa.ports.directories.current().ref.snapshot
    assert meeting.gate.get(path_of(snapshot)).status in {400, 401, 403}
