"""A duty by both States' clocks and calendars: Qatar's day ends at midnight in Doha, four in the morning in Hanoi."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from musnad.adapters.memory.calendars import MemoryCalendars
from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.names import CaseRef, MessageId, PartyCode
from musnad.core.kernel.times import parse_instant
from musnad.core.messages import bodies
from musnad.exchange.civil import day_end, local_time
from musnad.exchange.periods import confirmation
from musnad.exchange.ports import Ports
from musnad.exchange.reading import CaseView, DutyView, show_case, show_inbox
from tests.doors.desk.story import FIELDS, PRESERVATION, published
from tests.world import WEEKENDS, World

QA, VN = PartyCode("QA"), PartyCode("VN")
LAST_DAY = date(2027, 1, 22)
"""A Friday: rest in Doha, work in Hanoi."""


@pytest.fixture
def world() -> World:
    return World(published=published())


def asked(world: World) -> CaseRef:
    to = [world["QA"].authority("contact-24-7")]
    case = world["VN"].say("contact-24-7", to, bodies.Request(FIELDS), measure=PRESERVATION)
    world.settle()
    return CaseRef(case)


def preserved(world: World, until: date = LAST_DAY) -> tuple[Ports, CaseView]:
    vn, qa = world["VN"], world["QA"]
    case = asked(world)
    to = [vn.authority("contact-24-7")]
    for body in (bodies.Acknowledgement(), bodies.Acceptance()):
        qa.say("contact-24-7", to, body, case=case, answers=MessageId(case))
    qa.say("contact-24-7", to, confirmation(qa.ports, case, MessageId(case), until), case=case, answers=MessageId(case))
    world.settle()
    return vn.ports, show_case(vn.ports, case)


def duty(view: CaseView, code: str) -> DutyView:
    return next(one for one in view.duties if one.code == code)


def test_a_last_day_is_told_by_both_clocks_and_both_calendars(world: World) -> None:
    _, view = preserved(world)
    keep = duty(view, "keep-preserved")
    assert (keep.owner.party.code, keep.last_day, keep.set_by) == ("QA", LAST_DAY, "rule")
    assert keep.ends_at == parse_instant("2027-01-22T21:00:00Z")
    theirs, ours = keep.clocks
    assert (theirs.party.code, theirs.zone, theirs.day, theirs.hour) == ("QA", "Asia/Qatar", date(2027, 1, 23), "00:00")
    assert (ours.party.code, ours.zone, ours.day, ours.hour) == ("VN", "Asia/Ho_Chi_Minh", date(2027, 1, 23), "04:00")
    assert (theirs.last_day.kind, ours.last_day.kind) == ("weekend", "working")
    assert keep.last_working_day == LAST_DAY - timedelta(days=1)


def test_days_and_working_days_are_the_owners(world: World) -> None:
    _, view = preserved(world, date(2027, 1, 23))
    keep, follow = duty(view, "keep-preserved"), duty(view, "submit-follow-up")
    assert (keep.days_left, follow.days_left) == (61, 61)
    ours = [date(2026, 11, 23) + timedelta(days=one) for one in range(1, 62)]
    assert keep.working_days_left == sum(one.weekday() not in WEEKENDS[QA] for one in ours)
    assert follow.working_days_left == sum(one.weekday() not in WEEKENDS[VN] for one in ours)
    assert keep.working_days_left != follow.working_days_left


def test_a_holiday_on_the_last_day_has_its_name(world: World) -> None:
    ports, view = preserved(world)
    names = {"en": "A feast", "ar": "عيد"}
    with_feast = replace(ports, calendars=MemoryCalendars(WEEKENDS, {(QA, LAST_DAY): names}))
    clock = duty(show_case(with_feast, view.case), "keep-preserved").clocks[0]
    assert (clock.last_day.kind, clock.last_day.names) == ("holiday", names)


def test_without_a_calendar_nothing_is_guessed(world: World) -> None:
    ports, view = preserved(world)
    keep = duty(show_case(replace(ports, calendars=MemoryCalendars()), view.case), "keep-preserved")
    assert (keep.working_days_left, keep.last_working_day) == (None, None)
    assert [one.last_day.kind for one in keep.clocks] == ["not-known", "not-known"]
    assert keep.days_left is not None


def test_no_day_is_invented_where_none_is_set(world: World) -> None:
    vn, qa = world["VN"], world["QA"]
    case = asked(world)
    (acknowledge,) = show_case(vn.ports, case).duties
    assert acknowledge.code == "acknowledge"
    assert (acknowledge.last_day, acknowledge.set_by, acknowledge.ends_at, acknowledge.clocks) == (None, None, None, ())
    qa.say(
        "contact-24-7", [vn.authority("contact-24-7")], bodies.Postponement("later", LAST_DAY), case=case, answers=case
    )
    world.settle()
    decide = duty(show_case(vn.ports, case), "decide")
    assert (decide.last_day, decide.set_by, decide.certainty) == (LAST_DAY, "parties", None)


def test_an_open_question_suspends_and_makes_nothing_late(world: World) -> None:
    vn, qa = world["VN"], world["QA"]
    case = asked(world)
    qa.say(
        "contact-24-7", [vn.authority("contact-24-7")], bodies.Question("Which?"), case=case, answers=MessageId(case)
    )
    world.settle()
    decide = duty(show_case(vn.ports, case), "decide")
    assert (decide.suspended_by, decide.overdue) == ("question", False)
    assert duty(show_case(vn.ports, case), "answer-question").suspended_by is None


def test_a_duty_turns_late_at_the_owners_midnight_and_not_at_ours(world: World) -> None:
    ports, view = preserved(world)
    evening_in_doha = parse_instant("2027-01-22T20:30:00Z")
    world.clock.advance(seconds=int((evening_in_doha - world.clock.now()).total_seconds()))
    follow = duty(show_case(ports, view.case), "submit-follow-up")
    assert (follow.owner.party.code, follow.days_left, follow.overdue) == ("VN", -1, True), "past midnight in Hanoi"
    assert duty(show_case(ports, view.case), "keep-preserved").days_left == 0
    (countdown,) = show_case(ports, view.case).countdowns
    assert (countdown.days_left, countdown.level, countdown.lapsed) == (0, 1, False)
    world.clock.advance(seconds=3600)
    (countdown,) = show_case(ports, view.case).countdowns
    assert (countdown.days_left, countdown.level, countdown.lapsed, countdown.remedy) == (-1, 0, True, "report-loss")


def test_an_escalation_stands_on_its_case_in_the_inbox(world: World) -> None:
    ports, view = preserved(world)
    assert show_inbox(ports).rows[0].escalations == ()
    world.clock.advance(days=50)
    (row,) = show_inbox(ports).rows
    (told,) = row.escalations
    assert (row.case, told.what, told.level, told.ours) == (view.case, "preservation", 14, True)


@pytest.mark.parametrize(
    ("day", "zone", "ends"),
    [
        (date(2026, 11, 23), "Asia/Qatar", "2026-11-23T21:00:00Z"),
        (date(2026, 3, 28), "Europe/Paris", "2026-03-28T23:00:00Z"),
        (date(2026, 3, 29), "Europe/Paris", "2026-03-29T22:00:00Z"),
        (date(2026, 4, 23), "Africa/Cairo", "2026-04-23T22:00:00Z"),  # the clock goes from 00:00 to 01:00
        (date(2011, 12, 29), "Pacific/Apia", "2011-12-30T10:00:00Z"),  # the next civil day never was
    ],
)
def test_a_day_ends_where_the_next_one_would_begin(day: date, zone: str, ends: str) -> None:
    assert day_end(day, zone) == parse_instant(ends)


def test_the_calendars_last_day_ends_nowhere() -> None:
    assert day_end(date.max, "Asia/Qatar") is None
    assert local_time(parse_instant("9999-12-31T23:30:00Z"), "Asia/Qatar") is None
    with pytest.raises(MusnadError):
        day_end(LAST_DAY, "No/Where")
