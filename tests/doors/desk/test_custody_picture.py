"""The picture of custody says what the list says: every entry once, in its order, each in its Party's lane."""

from __future__ import annotations

import pytest

from musnad.desk.cases.picture import custody_picture
from musnad.desk.cases.trust import trust_in
from musnad.exchange.reading import show_case, show_exhibit
from tests.doors.desk.story import Story, offered_without_origin
from tests.world import World


@pytest.mark.parametrize("rtl", [False, True])
def test_every_entry_has_its_mark_in_its_partys_lane(story: Story, rtl: bool) -> None:
    shown = show_exhibit(story.world["VN"].ports, story.whole, story.seal)
    picture = custody_picture(shown, rtl=rtl)
    assert picture is not None
    assert [mark.event for mark in picture.marks] == [entry.event for entry in shown.custody]
    lanes = {lane.y: lane.party.code for lane in picture.lanes}
    assert [lanes[mark.y] for mark in picture.marks] == [entry.authority.party.code for entry in shown.custody]
    along = [mark.x for mark in picture.marks]
    assert along == sorted(along, reverse=rtl)
    assert all(0 < mark.x < picture.width and 0 < mark.y < picture.height for mark in picture.marks)
    assert not any(move.broken for move in picture.moves)


def test_a_gap_is_shown_as_one() -> None:
    world = World()
    case, seal = offered_without_origin(world)
    picture = custody_picture(show_exhibit(world["VN"].ports, case, seal), rtl=False)
    assert picture is not None
    assert [mark.gap for mark in picture.marks] == [True]


def test_trust_is_counted_over_all_steps_and_a_waiting_one_is_not_held(story: Story) -> None:
    whole = trust_in(show_case(story.world["VN"].ports, story.whole))
    assert whole.signed == whole.steps > 10
    assert (whole.held, whole.broken) == (whole.said, 0)
    assert [one.code for one in whole.witnesses] == ["QA"]
    waiting = trust_in(show_case(story.world["VN"].ports, story.waiting))
    assert (waiting.held, waiting.said) == (0, 1)
