"""What is due over all cases, a page at a time: what escalates first, then what has to be done by its last day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from musnad.core.kernel.errors import BadForm
from musnad.core.kernel.names import CaseRef, PartyCode, parse_digest
from musnad.core.kernel.times import Day, parse_day, write_day
from musnad.exchange.agenda import Place, Rank
from musnad.exchange.due import Told, page, refresh
from musnad.exchange.ports import Ports
from musnad.exchange.reading.duties import countdown_view, duty_view
from musnad.exchange.reading.house import House, open_house
from musnad.exchange.reading.values import CountdownView, DirectoryState, DutyView, PartyView

PAGE_LINES = 50
LONGEST_PAGE_LINES = 1000


@dataclass(frozen=True, slots=True)
class DueLine:
    """One thing of one case: a duty, or a countdown that escalates. With neither, ``fault`` keeps the case from being
    read."""

    case: CaseRef
    fault: str | None
    exercise: bool
    others: tuple[PartyView, ...]
    duty: DutyView | None
    countdown: CountdownView | None


@dataclass(frozen=True, slots=True)
class DueView:
    """A page. ``after`` is what to ask for the next one with; None where this one is the last."""

    party: PartyView
    lines: tuple[DueLine, ...]
    after: str | None
    directory: DirectoryState


def show_due(
    ports: Ports, limit: int = PAGE_LINES, after: str | None = None, hidden: frozenset[CaseRef] = frozenset()
) -> DueView:
    """Everything that is due of this node's authorities, and every countdown that escalates, the most urgent first.

    Cases that changed are folded before; the cost of the rest does not depend on how many cases there are.

    Args:
        after: as an earlier page told it.
        hidden: cases that the reader may not know of; neither a line nor a place names them.
    Raises:
        BadForm: ``limit`` is not 1 to ``LONGEST_PAGE_LINES``, or ``after`` is none that was told.
    """
    if not 1 <= limit <= LONGEST_PAGE_LINES:
        raise BadForm("limit", f"not 1 to {LONGEST_PAGE_LINES}")
    start = None if after is None else _read_place(after)
    refresh(ports)
    house = open_house(ports)
    found = list(page(ports, limit + 1, start, hidden))
    today = house.days({party for told in found if told.about is not None for party in told.about.parties})
    lines = tuple(_line(house, told, today) for told in found[:limit])
    further = _write_place(found[limit - 1].line.place) if len(found) > limit else None
    return DueView(house.party(ports.party), lines, further, house.state)


def _line(house: House, told: Told, today: Mapping[PartyCode, Day]) -> DueLine:
    about = told.about
    if about is None:
        return DueLine(told.line.case, told.fault, False, (), None, None)
    now = house.ports.clock.now()
    return DueLine(
        case=told.line.case,
        fault=None,
        exercise=about.exercise,
        others=tuple(house.party(code) for code in about.parties if code != house.ports.party),
        duty=duty_view(house, told.duty, about, today) if told.duty is not None else None,
        countdown=countdown_view(house, told.countdown, about, today, now) if told.countdown is not None else None,
    )


def _write_place(place: Place) -> str:
    return f"{int(place.rank)}.{write_day(place.last_day)}.{place.case}.{place.number}"


def _read_place(text: str) -> Place:
    try:
        rank, day, case, number = text.split(".")
        return Place(Rank(int(rank)), parse_day(day), CaseRef(parse_digest(case)), int(number))
    except ValueError as error:
        raise BadForm("after", "not a place of the list") from error
