"""Need to know, case by case: outside its circle a case is nowhere; inside it, every look at it is noted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from musnad.core.kernel.names import AuthorityId, CaseRef, OfficerName
from musnad.exchange.audit import read_notes
from musnad.people import circles, persons, watch
from musnad.people.models import Person
from musnad.people.powers import Role
from tests.doors.desk.server import desk_of
from tests.doors.desk.story import CONTACT, Story, tell_story
from tests.doors.desk.test_administration import NODE
from tests.doors.desk.test_powerless import WORKING, House
from tests.doors.desk.test_powers import ALL, OPEN, address
from tests.doors.desk.test_powers import powers_of as asked_by

LISTS = (
    "/",
    "/?section=now",
    "/?section=open",
    "/duty/",
    "/drafts/",
    "/ask/",
    "/search/",
    "/statistics/",
    "/administration/",
)
BY_NUMBER_ALONE = {"people:circle"}
"""What shows a case's number and who may see it, and nothing of the case."""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    story, folder = tell_story(), tmp_path_factory.mktemp("desk")
    ports = story.world["VN"].ports
    (folder / "node.toml").write_text(NODE.format(1, 2))
    with desk_of(ports, folder, None):
        officers = [OfficerName(f"VN/{one}/duty-1") for one in (CONTACT, "central-authority")]
        for name in ("inside", "outside"):
            roles = [one for one in WORKING if one is not Role.ADMINISTRATOR]
            made = persons.add(ports, name, name.title(), roles, by=persons.TERMINAL)
            Person.objects.filter(pk=made.pk).update(officers=officers)  # the same, so that the circle alone differs
        persons.add(ports, "approver", "Approver", [Role.APPROVER], (), by=persons.TERMINAL)
        persons.add(ports, "administrator", "Administrator", [Role.ADMINISTRATOR], (), by=persons.TERMINAL)
        for case in (story.asked, story.whole):
            circles.set_circle(ports, case, ["inside"], by=persons.TERMINAL)
        now = ports.clock.now()
        watch.plan(AuthorityId(f"VN/{CONTACT}"), persons.find("outside"), now, now + timedelta(hours=8))
        watch.begin_rings([(story.asked, "acknowledgement", 5, AuthorityId(f"VN/{CONTACT}"))], now)
        yield House(story, folder, story.asked)  # type: ignore[arg-type]  # no draft is wanted


def of_a_case(story: Story, case: CaseRef) -> dict[str, str]:
    """Every address that names a case, with this one in its place."""
    return {
        name: address(route, story).replace(story.whole, case)
        for name, (route, _) in ALL.items()
        if "<case:" in route and name not in OPEN
    }


def test_for_whoever_is_outside_its_circle_a_case_is_nowhere(house: House) -> None:
    """Whatever is asked, by reading or by posting, it is answered as for a case that is not there."""
    story, outside = house.story, house.comes_in("outside")
    before = house.looks()
    walked = 0
    for case in (story.asked, story.whole):
        for name, path in of_a_case(story, case).items():
            if asked_by(name) == {*()}:
                continue
            for method in (outside.get, outside.post):
                status = method(path).status_code
                assert status in {404, 405}, (name, method, status)
                walked += 1
        assert outside.post(f"/people/circle/{case}/", {"who": "all"}).status_code == 404
    assert walked > 60
    assert house.looks() == before


def test_no_list_names_what_its_reader_need_not_know(house: House) -> None:
    story, outside, inside = house.story, house.comes_in("outside"), house.comes_in("inside")
    seen = ""
    for page in LISTS:
        said = outside.get(page)
        text = b"".join(said).decode("utf-8", "replace")
        for case in (story.asked, story.whole):
            assert case not in text, page
            assert case[:12] not in text, page
        seen += b"".join(inside.get(page)).decode("utf-8", "replace")
    assert story.asked in seen
    assert story.whole in seen
    assert 'action="/duty/rings/' in inside.get("/duty/").content.decode()
    assert 'action="/duty/rings/' not in outside.get("/duty/").content.decode()


def test_it_rings_for_those_of_its_circle_who_can_silence_it_and_not_for_who_is_on_call_outside(house: House) -> None:
    (ring,) = watch.rings()
    assert [one.name for one in watch.rung(ring, house.ports.clock.now()).people] == ["inside"]
    page = house.comes_in("inside").get("/duty/").content.decode()
    assert "it rings for those of its circle: Inside." in page
    circles.set_circle(house.ports, house.story.asked, ["approver"], by=persons.TERMINAL)
    for name, path in (("outside", "/duty/"), ("administrator", "/administration/")):
        said = house.comes_in(name).get(path).content.decode()
        assert "1 ring reaches nobody" in said
        assert house.story.asked[:12] not in said
    circles.set_circle(house.ports, house.story.asked, ["inside"], by=persons.TERMINAL)
    assert house.comes_in("outside").post(f"/duty/rings/{ring.pk}/").status_code == 404
    assert house.comes_in("inside").post(f"/duty/rings/{ring.pk}/").status_code == 302
    assert watch.rings() == ()
    watch.Ring.objects.update(acknowledged_at=None, acknowledged_by=None)


@pytest.mark.parametrize("words", ["falcon.transfer@mail.example.qa", "قرص", "mailbox"])
def test_a_search_finds_nothing_of_it(house: House, words: str) -> None:
    story, outside, inside = house.story, house.comes_in("outside"), house.comes_in("inside")
    assert story.whole in inside.post("/search/", {"words": words}).content.decode()
    for wanted in (words, story.whole[:16], story.asked):
        said = outside.post("/search/", {"words": wanted}).content.decode()
        for case in (story.asked, story.whole):
            assert f"/case/{case}" not in said


def test_every_page_of_a_case_that_is_looked_at_is_noted_with_who_looked(house: House) -> None:
    """By its own address, whatever it shows: a record about that case, by that person, durable before the page is."""
    story, inside = house.story, house.comes_in("inside")
    shown = 0
    unnoted = []
    for case in (story.asked, story.whole):
        for name, path in of_a_case(story, case).items():
            story.world.clock.advance(seconds=1)  # the same act in the same instant is one record
            index = read_notes(house.ports, 1)[0].index
            if inside.get(path).status_code != 200 or name in BY_NUMBER_ALONE:
                continue
            shown += 1
            new = [one.record for one in read_notes(house.ports, 9) if one.index > index]
            if not [one for one in new if (one.act, one.by, one.case) == ("looked", "inside", case)]:
                unnoted.append(name)
    assert shown > 8
    assert unnoted == []


def test_who_is_put_out_of_a_circle_is_out_at_the_next_press(house: House, tmp_path: Path) -> None:
    story, inside = house.story, house.comes_in("inside")
    path = f"/case/{story.crossed}/"
    circles.set_circle(house.ports, story.crossed, ["inside"], by=persons.TERMINAL)
    assert inside.get(path).status_code == 200
    circles.set_circle(house.ports, story.crossed, ["outside"], by=persons.TERMINAL)
    assert inside.get(path).status_code == 404
    assert isinstance(inside, Client)
