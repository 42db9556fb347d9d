"""How long data still live: what warns, when, of what, and which step helps."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from musnad.core.case.countdown import (
    EMERGENCY_MINUTES,
    SHORT_DAYS,
    URGENT_MINUTES,
    WARN_DAYS,
    Countdown,
    countdowns,
)
from musnad.core.kernel.names import MessageId, Slug
from musnad.core.kernel.times import Day
from musnad.core.messages import bodies
from tests.case_story import (
    ACCESS,
    EXHIBIT,
    LAST_DAY,
    LATER,
    PRESERVATION,
    QA,
    QA_CENTRAL,
    SEAL,
    TREATIES,
    TREATY,
    VN,
    VN_CENTRAL,
    Story,
    accepted,
    at,
    custody,
    preserved,
    receipt_of,
    whole,
)

NOW = at(0)
LOST = date(2026, 12, 23)


def running(story: Story) -> tuple[Countdown, ...]:
    return countdowns(story.state(), TREATIES)


def only(story: Story) -> Countdown:
    (found,) = running(story)
    return found


def before(days: int, last_day: Day = LAST_DAY) -> Day:
    return last_day - timedelta(days=days)


def wanting(measure: Slug, fields: dict[str, object], follows: MessageId | None = None) -> Story:
    story = Story()
    story.say(VN, bodies.Request(fields, follows), measure_name=measure, to=(QA,))
    return story


@pytest.mark.parametrize(("days", "level"), [(60, None), (8, None), (7, 7), (2, 7), (1, 1), (0, 1)])
def test_each_warning_comes_so_many_days_before_the_last_one(days: int, level: int | None) -> None:
    found = only(preserved()[0])
    assert (found.what, found.last_day, found.days_left(before(days))) == ("preservation", LAST_DAY, days)
    assert found.level(before(days), NOW) == level
    assert not found.has_lapsed(before(days))


@pytest.mark.parametrize(("told", "warn"), [((10, 2), (10, 2)), ((), WARN_DAYS)])
def test_the_warnings_are_the_treatys_own(told: tuple[int, ...], warn: tuple[int, ...]) -> None:
    measure = TREATY.measures[PRESERVATION]
    limits = (replace(measure.limits[0], warn_days=told),)
    measures = {**TREATY.measures, PRESERVATION: replace(measure, limits=limits)}
    (found,) = countdowns(preserved()[0].state(), {TREATY.digest: replace(TREATY, measures=measures)})
    assert found.level(before(warn[0] + 1), NOW) is None
    assert [found.level(before(days), NOW) for days in warn] == list(warn)


def test_preserved_data_that_nobody_asked_for_in_time_are_a_loss_to_report() -> None:
    found = only(preserved()[0])
    assert found.has_lapsed(before(-1))
    assert (found.level(before(-1), NOW), found.remedy(before(-1))) == (0, "report-loss")


def test_what_follows_is_told_while_there_is_time_and_a_longer_period_when_there_is_not() -> None:
    found = only(preserved()[0])
    assert (found.owner, found.remedy(before(SHORT_DAYS + 1))) == (VN, "submit-follow-up")
    assert found.remedy(before(SHORT_DAYS)) == "ask-extension"


def test_an_open_wish_for_longer_is_the_other_sides_to_confirm() -> None:
    story, request = preserved()
    story.say(VN, bodies.ExtensionRequest(LATER, "more to come"), answers=request)
    found = only(story)
    assert (found.owner, found.remedy(before(2)), found.last_day) == (QA_CENTRAL, "confirm-now", LAST_DAY)
    story.say(QA, replace(bodies.Confirmation(LATER, date(2026, 11, 23), "Asia/Qatar")), answers=request)
    assert (only(story).last_day, only(story).owner) == (LATER, VN)


def test_data_are_kept_on_while_what_follows_is_undecided_and_warn_of_nothing() -> None:
    story, first = preserved()
    second = story.say(VN_CENTRAL, bodies.Request({}, first), measure_name=ACCESS)
    found = only(story)
    assert (found.kept, found.level(before(0), NOW), found.has_lapsed(before(-9)), found.rule) == (
        True,
        None,
        False,
        "until-decided",
    )
    story.say(QA_CENTRAL, bodies.Refusal((Slug("essential-interests"),), "no"), answers=second)
    refused = only(story)
    assert (refused.kept, refused.level(before(1), NOW), refused.remedy(before(20))) == (False, 1, "ask-extension")
    assert not refused.has_lapsed(before(-1)), "somebody asked in time, and was refused lawfully"


def test_a_preservation_that_was_withdrawn_or_used_counts_down_no_more() -> None:
    story, request = preserved()
    story.say(VN, bodies.Withdrawal("done"), answers=request)
    assert running(story) == ()
    assert [one.what for one in running(whole())] == []


@pytest.mark.parametrize(("days", "level"), [(31, None), (30, 30), (1, 1), (0, 1), (-1, 0)])
def test_the_last_day_before_the_holder_deletes_is_the_eve(days: int, level: int | None) -> None:
    found = only(wanting(PRESERVATION, {"data-lost-on": "2026-12-23"}))
    eve = LOST - timedelta(days=1)
    assert (found.what, found.last_day, found.certainty) == ("holder-deletes", eve, "design")
    assert found.level(before(days, eve), NOW) == level
    assert found.has_lapsed(before(days, eve)) == (level == 0)


def test_who_can_save_data_that_the_holder_deletes() -> None:
    asked = only(wanting(PRESERVATION, {"data-lost-on": "2026-12-23"}))
    assert (asked.owner, asked.remedy(NOW.date())) == (QA, "confirm-now")
    unpreserved = only(wanting(ACCESS, {"data-lost-on": "2026-12-23"}))
    assert (unpreserved.owner, unpreserved.remedy(NOW.date())) == (VN, "ask-preservation")


def test_data_that_are_preserved_delivered_or_refused_are_not_counted_to_the_deletion() -> None:
    story = wanting(PRESERVATION, {"data-lost-on": "2026-12-23"})
    story.say(QA, bodies.Acceptance(), answers=story.steps[0].id)
    story.say(QA, bodies.Confirmation(LAST_DAY, date(2026, 11, 23), "Asia/Qatar"), answers=story.steps[0].id)
    assert [one.what for one in running(story)] == ["preservation"]
    story.say(VN_CENTRAL, bodies.Request({"data-lost-on": "2026-12-23"}, story.steps[0].id), measure_name=ACCESS)
    assert [one.what for one in running(story)] == ["preservation"]
    other = wanting(PRESERVATION, {"data-lost-on": "2026-12-23"})
    other.say(QA, bodies.Refusal((Slug("essential-interests"),), "no"), answers=other.steps[0].id)
    assert running(other) == ()


def test_a_deletion_on_the_calendars_first_day_is_no_error() -> None:
    assert only(wanting(PRESERVATION, {"data-lost-on": "0001-01-01"})).last_day == Day.min


@pytest.mark.parametrize(("urgency", "warn"), [("emergency", EMERGENCY_MINUTES), ("urgent", URGENT_MINUTES)])
def test_an_urgent_request_that_nobody_acknowledged_escalates(urgency: str, warn: tuple[int, ...]) -> None:
    story = wanting(ACCESS, {"urgency": urgency})
    found = only(story)
    assert (found.what, found.owner, found.last_day, found.since) == ("acknowledgement", QA, None, at(1))
    today = NOW.date()
    assert found.level(today, at(0)) is None
    assert found.level(today, at(warn[0])) is None, "a minute short"
    assert [found.level(today, at(1 + minutes)) for minutes in warn] == list(warn)
    assert found.level(today, at(1 + 100 * warn[-1])) == warn[-1]
    story.say(QA, bodies.Acknowledgement(), answers=story.steps[0].id)
    assert running(story) == ()


def test_the_minutes_run_from_the_recipients_receipt() -> None:
    from musnad.core.case import fold

    story = wanting(ACCESS, {"urgency": "emergency"})
    receipts = (receipt_of(story.steps[0].id, VN_CENTRAL), receipt_of(story.steps[0].id))
    (found,) = countdowns(fold(story.case, story.steps, receipts, TREATIES), TREATIES)
    assert found.since == at(5)


@pytest.mark.parametrize("urgency", ["ordinary", "", "EMERGENCY"])
def test_an_ordinary_request_waits_without_a_clock(urgency: str) -> None:
    assert running(wanting(ACCESS, {"urgency": urgency})) == ()


def test_whoever_holds_data_until_a_day_is_warned_of_it() -> None:
    story, request = accepted()
    story.say(QA_CENTRAL, custody("collected", 1))
    story.say(QA_CENTRAL, custody("sealed", 2))
    limits = bodies.UseLimits(True, "with-consent", None, date(2027, 1, 10), "destroy")
    story.say(QA_CENTRAL, bodies.Offer(limits=limits), answers=request, exhibits=(EXHIBIT,))
    assert running(story) == (), "nobody holds them yet"
    story.say(VN_CENTRAL, custody("received", 3), answers=request)
    found = only(story)
    assert (found.what, found.seal, found.owner, found.keeper) == ("return-or-destroy", SEAL, VN_CENTRAL, "VN")
    assert (found.last_day, found.remedy(date(2027, 1, 9)), found.has_lapsed(date(2027, 2, 1))) == (
        date(2027, 1, 10),
        "return-or-destroy",
        False,
    )
    story.say(VN_CENTRAL, custody("destroyed", 4))
    assert running(story) == ()


def test_the_nearest_end_comes_first() -> None:
    story, _ = preserved()
    story.say(VN, bodies.Request({"data-lost-on": "2026-12-23", "urgency": "urgent"}), measure_name=ACCESS, to=(QA,))
    assert [one.what for one in running(story)] == ["acknowledgement", "holder-deletes", "preservation"]
