"""The inbox: every case in one line, what needs this node first."""

from __future__ import annotations

from typing import Literal

from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.times import Day
from musnad.exchange.journal import CaseRow, Waiting
from musnad.exchange.ports import Ports
from musnad.exchange.reading.house import House, open_house
from musnad.exchange.reading.matter import read_matter
from musnad.exchange.reading.values import InboxRow, InboxView


def show_inbox(ports: Ports) -> InboxView:
    """Where data die or an urgent word is missing and this node can help, then what waits for it by its last day, then
    the open cases, then the closed ones, newest first.

    A case that cannot be read is shown with the code of its fault, at the very top: it is never left out.
    """
    house, waiting = open_house(ports), ports.journal.waiting()
    rows = [_row(house, row, waiting) for row in ports.journal.cases()]
    return InboxView(house.party(ports.party), tuple(sorted(rows, key=_urgency)), house.state)


def _row(house: House, row: CaseRow, waiting: tuple[Waiting, ...]) -> InboxRow:
    try:
        matter = read_matter(house, row.case, waiting)
        duties = matter.duties()
        escalations = tuple(one for one in matter.countdowns() if one.escalates)
    except MusnadError as error:
        return InboxRow(row.case, "now", error.code, False, None, "unreadable", (), (), None, 0, 0, 0, row.last_at)
    mine = tuple(one for one in duties if one.ours)
    acting = [one for one in duties if not one.standing]
    state = matter.state
    place: Literal["now", "open", "closed"] = "closed" if state.closed else "open"
    if any(not one.standing for one in mine):
        place = "now"
    return InboxRow(
        case=row.case,
        place=place,
        fault=None,
        exercise=state.exercise,
        measure=matter.label(matter.newest_request),
        status=matter.status,
        others=tuple(house.party(code) for code in state.parties if code != house.ports.party),
        duties=tuple(sorted(mine, key=lambda one: one.standing)),
        next_duty=acting[0] if acting else None,
        undelivered=sum(len(parties) for parties in matter.undelivered.values()),
        void=len(state.void),
        gaps=sum(len(one.gaps) for one in state.exhibits.values()),
        last_at=row.last_at,
        escalations=escalations,
    )


_PLACES = {"now": 0, "open": 1, "closed": 2}


def _urgency(row: InboxRow) -> tuple[bool, bool, int, Day, float]:
    days = [one.last_day for one in row.duties if one.last_day is not None and not one.standing]
    days += [one.last_day or Day.min for one in row.escalations if one.ours]
    return (
        row.fault is None,
        not any(one.ours for one in row.escalations),
        _PLACES[row.place],
        min(days, default=Day.max),
        -row.last_at.timestamp(),
    )
