"""Need to know, over many cases: no page's cursor, note or number tells of a case that its reader may not know of."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from threading import Event
from unittest.mock import patch

import pytest
from django.db import connection

from musnad.core.kernel.names import AuthorityId, CaseRef, OfficerName
from musnad.exchange.audit import read_notes
from musnad.exchange.ports import Ports
from musnad.exchange.reading.due import show_due
from musnad.exchange.statistics import figures_members, read_figures
from musnad.node.beside import Beside, Fetching
from musnad.people import circles, persons, watch
from musnad.people.models import Circle
from musnad.people.powers import Role
from tests.doors.desk.server import desk_of
from tests.doors.desk.story import CONTACT, Story, tell_story
from tests.doors.desk.test_powers import again, text_of

SECRET = "The Falcon case: call Doha at six."


@pytest.fixture(scope="module")
def story() -> Story:
    return tell_story()


@pytest.fixture
def ports(story: Story, tmp_path: Path) -> Iterator[Ports]:
    found = story.world["VN"].ports
    with desk_of(found, tmp_path, None):
        for number, name in enumerate(("inside", "outside", "third"), 1):
            both = [OfficerName(f"VN/{one}/duty-{number}") for one in (CONTACT, "central-authority")]
            persons.add(found, name, name, [Role.DUTY_OFFICER], both, by=persons.TERMINAL)
        persons.add(found, "chief", "Chief", [Role.OVERSEER], by=persons.TERMINAL)
        yield found


def closed(ports: Ports, *cases: CaseRef) -> None:
    for case in cases:
        circles.set_circle(ports, case, ["inside"], by=persons.TERMINAL)


# --- what is due ------------------------------------------------------------------------------------------------------


def test_no_cursor_of_the_board_names_a_hidden_case(ports: Ports, tmp_path: Path) -> None:
    outside = again(tmp_path, "outside")
    order = [one.case for one in show_due(ports, 100).lines]
    assert len(set(order)) > 2
    for number in range(1, len(order)):
        closed(ports, order[number - 1])
        with patch("musnad.desk.duty.views.LINES", number):
            assert order[number - 1] not in text_of(outside, "/duty/")
        Circle.objects.all().delete()


def test_a_page_of_what_is_due_is_full_whatever_is_hidden(ports: Ports) -> None:
    order = [one.case for one in show_due(ports, 100).lines]
    hidden = frozenset({order[0]})
    left = [one for one in order if one not in hidden]
    found: list[CaseRef] = []
    after = None
    while True:
        page = show_due(ports, 1, after, hidden)
        found += [one.case for one in page.lines]
        after = page.after
        if after is None:
            break
        assert len(page.lines) == 1
    assert found == left


# --- the hand-over ----------------------------------------------------------------------------------------------------


def test_a_hand_over_note_is_for_the_two_shifts_and_oversight(ports: Ports, tmp_path: Path) -> None:
    first, second, third, chief = (again(tmp_path, one) for one in ("inside", "outside", "third", "chief"))
    now = ports.clock.now()
    shift = watch.plan(AuthorityId(f"VN/{CONTACT}"), persons.find("inside"), now, now + timedelta(hours=8))
    given = {"to": "outside", "note": SECRET}
    assert first.post(f"/duty/shifts/{shift.pk}/offer/", given).status_code == 302
    assert [SECRET in text_of(one, "/duty/") for one in (first, second, third, chief)] == [True, True, False, True]
    assert second.post(f"/duty/shifts/{shift.pk}/take-over/").status_code == 302
    assert [SECRET in text_of(one, "/duty/") for one in (first, second, third, chief)] == [False, True, False, True]
    looks = {
        (one.record.by, one.record.about.get("what")) for one in read_notes(ports, 20) if one.record.act == "looked"
    }
    assert looks >= {(one, "duty-board") for one in ("inside", "outside", "third", "chief")}


# --- figures ----------------------------------------------------------------------------------------------------------


def test_figures_count_no_case_that_the_reader_may_not_know_of(ports: Ports, story: Story, tmp_path: Path) -> None:
    inside, outside, chief = (again(tmp_path, one) for one in ("inside", "outside", "chief"))
    path = "/statistics/figures.json?exercise=1"
    whole = json.loads(text_of(outside, path))
    closed(ports, story.whole, story.asked)
    hidden = frozenset({story.whole, story.asked})
    left = json.loads(text_of(outside, path))
    assert left == json.loads(json.dumps(figures_members(read_figures(ports, exercise=True, hidden=hidden))))
    asked = [sum(one[side]["asked"] for side in ("in", "out")) for one in (whole, left)]
    assert asked[0] - asked[1] == 3  # two requests of the one, one of the other
    assert json.loads(text_of(inside, path)) == json.loads(text_of(chief, path)) == whole
    closed(ports, *(one.case for one in ports.journal.cases()))
    assert json.loads(text_of(outside, path))["rows"] == []
    assert 'value="2026"' not in text_of(outside, "/statistics/?exercise=1")


# --- one case, and a hundred thousand ---------------------------------------------------------------------------------


def test_one_case_is_asked_for_alone_and_a_hundred_thousand_circles_are_no_parameters(
    ports: Ports, story: Story, tmp_path: Path
) -> None:
    person, outside = persons.find("inside"), again(tmp_path, "outside")
    rows = [Circle(case=f"{number:064x}", person=person) for number in range(100_000)]
    Circle.objects.bulk_create(rows, batch_size=5000)
    closed(ports, story.whole)
    with patch("musnad.desk.house.hidden_from") as every:
        text_of(outside, "/duty/rings/1/", 405)
        text_of(outside, f"/case/{story.whole}/evidence/", 404)
        text_of(outside, f"/case/{story.crossed}/evidence/")
    assert not every.called
    seen = Seen()
    for path in ("/", "/duty/", "/drafts/", "/statistics/?exercise=1"):
        with connection.execute_wrapper(seen):
            assert story.whole not in text_of(outside, path)
    assert 0 < seen.most <= 1000


class Seen:
    """The most parameters that any statement was given."""

    most = 0

    def __call__(
        self, execute: Callable[..., object], sql: str, given: Sequence[object] | None, many: bool, context: object
    ) -> object:
        self.most = max(self.most, len(given or ()))
        return execute(sql, given, many, context)


# --- work beside a request --------------------------------------------------------------------------------------------


def test_how_work_stands_is_told_in_its_own_case_alone(
    ports: Ports, story: Story, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed(ports, story.whole)
    sealing, fetching = Beside(), Fetching()
    monkeypatch.setattr("musnad.desk.evidence.views.SEALING", sealing)
    monkeypatch.setattr("musnad.desk.evidence.views.FETCHING", fetching)
    name, go_on = "a" * 32, Event()
    for work in (sealing, fetching):
        work.begin(name, lambda _: str(go_on.wait(20)), story.whole)
    inside, outside = again(tmp_path, "inside"), again(tmp_path, "outside")
    paths = (f"/case/{{}}/evidence/sealing/{name}/", f"/case/{{}}/evidence/{name}/fetching/")
    try:
        for path in paths:
            assert inside.get(path.format(story.whole)).status_code == 200
            assert outside.get(path.format(story.whole)).status_code == 404
            for client in (inside, outside):
                answer = client.get(path.format(story.crossed))
                assert (answer.status_code, answer["Location"]) == (302, f"/case/{story.crossed}/evidence/")
    finally:
        go_on.set()
