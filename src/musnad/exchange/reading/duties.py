"""A duty or a countdown as people see it: by whose clock and calendar it ends, and what is left until then.

A last day is a civil day of its owner's Party and ends at midnight there; each Party of the case is told which day and
hour that is for it. What a zone or a calendar does not tell stays None; so does a day that no rule and nobody set.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Literal

from musnad.core.case.calendar import last_working_day, working_days_left
from musnad.core.case.countdown import Countdown
from musnad.core.case.duty import Duty
from musnad.core.case.state import CaseState, RequestState
from musnad.core.kernel.names import PartyCode, Slug
from musnad.core.kernel.times import Day, Instant
from musnad.exchange.civil import day_end, local_time
from musnad.exchange.errors import UnknownZone
from musnad.exchange.reading.house import House
from musnad.exchange.reading.values import ClockView, CountdownView, DutyView
from musnad.exchange.written import STANDING, About

SUSPENDED_BY = Slug("question")
"""The step that suspends a duty: an open question, until its reply."""


def about(state: CaseState, request: RequestState | None) -> About:
    """What is shown beside a duty of this request, or of the whole case where there is none."""
    return About(
        state.case,
        state.parties,
        state.exercise,
        request.treaty if request is not None else None,
        request.measure if request is not None else None,
    )


def duty_view(house: House, duty: Duty, of: About, today: Mapping[PartyCode, Day]) -> DutyView:
    """The duty by its owner's day ``today``; ``overdue`` is judged anew, ``duty.overdue`` is not looked at."""
    owner = house.authority(duty.owner)
    code, last_day = owner.party.code, duty.last_day
    day = today.get(code)
    measure = house.measure(of.treaty, of.measure)
    late = day is not None and last_day is not None and day > last_day and not duty.suspended
    return DutyView(
        code=duty.code,
        owner=owner,
        ours=owner.party.ours,
        standing=duty.code in STANDING,
        last_day=last_day,
        days_left=_left(last_day, day),
        overdue=late,
        request=duty.request,
        measure=measure.label if measure is not None else None,
        rule=house.rule(of.treaty, duty.rule),
        certainty=duty.certainty,
        set_by=_set_by(duty),
        suspended_by=SUSPENDED_BY if duty.suspended else None,
        seal=duty.seal,
        working_days_left=_working(house, code, day, last_day),
        last_working_day=_last_working(house, code, last_day),
        ends_at=_ends_at(house, code, last_day),
        clocks=clocks(house, code, of.parties, last_day),
    )


def countdown_view(
    house: House, countdown: Countdown, of: About, today: Mapping[PartyCode, Day], now: Instant
) -> CountdownView:
    """The countdown by the keeper's day; where that is not known, by the day in UTC."""
    keeper = countdown.keeper
    day = today.get(keeper, now.date())
    owner = house.authority(countdown.owner)
    measure = house.measure(of.treaty, of.measure)
    since = countdown.since
    return CountdownView(
        what=countdown.what,
        owner=owner,
        ours=owner.party.ours,
        keeper=house.party(keeper),
        remedy=countdown.remedy(day),
        last_day=countdown.last_day,
        days_left=countdown.days_left(day),
        since=since,
        minutes_passed=int((now - since).total_seconds() // 60) if since is not None else None,
        level=countdown.level(day, now),
        kept=countdown.kept,
        lapsed=countdown.has_lapsed(day),
        request=countdown.request,
        seal=countdown.seal,
        measure=measure.label if measure is not None else None,
        rule=house.rule(of.treaty, countdown.rule),
        certainty=countdown.certainty,
        working_days_left=_working(house, owner.party.code, today.get(owner.party.code), countdown.last_day),
        ends_at=_ends_at(house, keeper, countdown.last_day),
        clocks=clocks(house, keeper, of.parties, countdown.last_day),
    )


def _set_by(duty: Duty) -> Literal["rule", "parties"] | None:
    """A day that a rule of the treaty data counts, or one that somebody in the case named; None where there is none."""
    if duty.last_day is None:
        return None
    return "rule" if duty.rule is not None else "parties"


def _left(last_day: Day | None, day: Day | None) -> int | None:
    return (last_day - day).days if last_day is not None and day is not None else None


def _working(house: House, party: PartyCode, day: Day | None, last_day: Day | None) -> int | None:
    if day is None or last_day is None:
        return None
    return working_days_left(day, last_day, lambda one: house.ports.calendars.day(party, one).is_working)


def _last_working(house: House, party: PartyCode, last_day: Day | None) -> Day | None:
    if last_day is None:
        return None
    return last_working_day(last_day, lambda one: house.ports.calendars.day(party, one).is_working)


def _ends_at(house: House, party: PartyCode, last_day: Day | None) -> Instant | None:
    zone = house.zone(party)
    if zone is None or last_day is None:
        return None
    with suppress(UnknownZone):
        return day_end(last_day, zone)
    return None


def clocks(
    house: House, owner: PartyCode, parties: tuple[PartyCode, ...], last_day: Day | None
) -> tuple[ClockView, ...]:
    """A last day by the owner's clock first, then by those of the other Parties in their order."""
    if last_day is None:
        return ()
    ends_at = _ends_at(house, owner, last_day)
    found = []
    for code in (owner, *(one for one in parties if one != owner)):
        zone, local = house.zone(code), None
        if ends_at is not None and zone is not None:
            with suppress(UnknownZone):
                local = local_time(ends_at, zone)
        found.append(
            ClockView(
                party=house.party(code),
                zone=zone,
                day=local[0] if local is not None else None,
                hour=local[1] if local is not None else None,
                last_day=house.ports.calendars.day(code, last_day),
            )
        )
    return tuple(found)
