"""The inbox: every case in one line, what needs this node first, read page by page from where the cases are filed.

1. Cases that grew are folded first (``due.refresh``); nothing else is opened but the summaries of one page. 2. Order:
what cannot be read; what is counted in minutes; where something ends that this node can still save; where it has to
act, by the last day; what waits for others, by theirs; what is only open; what is closed. 3. What is late or escalates
is judged now, by the civil day of whom it concerns.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Literal

from musnad.core.case.countdown import WARN_DAYS
from musnad.core.kernel.errors import BadForm
from musnad.core.kernel.names import AuthorityId, CaseRef, PartyCode, Slug, parse_digest
from musnad.core.kernel.times import parse_day, write_day
from musnad.exchange.agenda import Filed, Shelf, Spot
from musnad.exchange.due import LATEST_ZONE, refresh
from musnad.exchange.filing import Summary, read_summary
from musnad.exchange.ports import Ports
from musnad.exchange.reading.duties import countdown_view, duty_view
from musnad.exchange.reading.house import House, open_house
from musnad.exchange.reading.rows import InboxRow, InboxView, Section
from musnad.exchange.reading.values import PartyView

PAGE_CASES = 200
LONGEST_LOOK = 2_000
"""How many cases one page looks at for a filter before it gives what it has found."""
_ENDING: Literal["ending"] = "ending"
_ORDER: tuple[Shelf | Literal["ending"], ...] = (
    Shelf.UNREADABLE,
    Shelf.MINUTES,
    _ENDING,
    Shelf.NOW,
    Shelf.WAITING,
    Shelf.OPEN,
    Shelf.CLOSED,
)
_SECTIONS: dict[Section, tuple[Shelf | Literal["ending"], ...]] = {
    "now": (Shelf.UNREADABLE, Shelf.MINUTES, _ENDING, Shelf.NOW),
    "waiting": (Shelf.WAITING,),
    "open": (Shelf.OPEN,),
    "closed": (Shelf.CLOSED,),
}
_SECTION_OF: dict[Shelf, Section] = {Shelf.WAITING: "waiting", Shelf.OPEN: "open", Shelf.CLOSED: "closed"}


@dataclass(frozen=True, slots=True)
class Only:
    """Which cases are wanted: with a Party, of a measure, with a duty of one of these authorities."""

    party: PartyCode | None = None
    measure: Slug | None = None
    owners: frozenset[AuthorityId] | None = None

    def takes(self, summary: Summary) -> bool:
        if self.party is not None and self.party not in summary.about.parties:
            return False
        if self.measure is not None and self.measure != summary.about.measure:
            return False
        return self.owners is None or any(duty.owner in self.owners for duty, _ in summary.duties)

    @property
    def nothing(self) -> bool:
        return self.party is None and self.measure is None and self.owners is None


def show_inbox(
    ports: Ports,
    limit: int = PAGE_CASES,
    after: str | None = None,
    *,
    section: Section | None = None,
    hidden: frozenset[CaseRef] = frozenset(),
    only: Only | None = None,
) -> InboxView:
    """A page of the inbox, or of one of its sections.

    Args:
        after: as an earlier page told it.
        hidden: cases that the reader may not know of; they are neither shown nor counted.
    Raises:
        BadForm: ``after`` is none that was told, or ``limit`` is not positive.
    """
    if limit < 1:
        raise BadForm("limit", "not positive")
    refresh(ports)
    place = None if after is None else _read_place(after)
    return _page(open_house(ports), limit, place, section, hidden, only, _tally(ports, hidden))


def show_sections(
    ports: Ports, limits: Mapping[Section, int], hidden: frozenset[CaseRef] = frozenset(), only: Only | None = None
) -> dict[Section, InboxView]:
    """The first page of each section, all read from one state of the house."""
    refresh(ports)
    house, tally = open_house(ports), _tally(ports, hidden)
    return {one: _page(house, limit, None, one, hidden, only, tally) for one, limit in limits.items()}


def _page(
    house: House,
    limit: int,
    place: tuple[Shelf | Literal["ending"], Spot] | None,
    section: Section | None,
    hidden: frozenset[CaseRef],
    only: Only | None,
    tally: Mapping[Section, int],
) -> InboxView:
    ports = house.ports
    found: list[InboxRow] = []
    further: str | None = None
    last: str | None = None
    looked = 0
    for shelf, filed in _filed(ports, section, place, hidden, limit + 1):
        looked += 1
        summary = None if filed.fault else read_summary(filed.content)
        row = row_of(house, filed, summary)
        escalates = any(one.ours for one in row.escalations)
        if shelf != _ENDING and not filed.fault and filed.shelf is not Shelf.MINUTES and escalates:
            continue  # it stood among what ends
        if shelf == _ENDING and not escalates:
            continue  # not yet, by the day of whom it concerns
        if only is not None and summary is not None and not only.takes(summary):
            if looked >= LONGEST_LOOK:
                further = _write_place(shelf, filed)
                break
            continue
        if len(found) == limit:
            further = last
            break
        found.append(row)
        last = _write_place(shelf, filed)
    waiting = ports.agenda.undelivered([one.case for one in found])
    rows = tuple(replace(one, undelivered=waiting.get(one.case, 0)) for one in found)
    return InboxView(house.party(ports.party), rows, house.state, further, tally)


def all_rows(ports: Ports, hidden: frozenset[CaseRef] = frozenset()) -> InboxView:
    """Every case on one page, for whom pages are nothing: a program, a terminal."""
    rows: list[InboxRow] = []
    view = show_inbox(ports, hidden=hidden)
    while True:
        rows += view.rows
        if view.after is None:
            return replace(view, rows=tuple(rows))
        view = show_inbox(ports, after=view.after, hidden=hidden)


def rows_of(ports: Ports, cases: Sequence[CaseRef]) -> tuple[InboxRow, ...]:
    """These cases as the inbox shows them, in this order."""
    house = open_house(ports)
    held = {one.case: one for one in ports.agenda.filed(cases)}
    waiting = ports.agenda.undelivered(cases)
    found = [row_of(house, held[one], None if held[one].fault else read_summary(held[one].content))
             for one in cases if one in held]  # fmt: skip
    return tuple(replace(one, undelivered=waiting.get(one.case, 0)) for one in found)


def row_of(house: House, filed: Filed, summary: Summary | None) -> InboxRow:
    """The row of a filed case; without its deliveries."""
    now = house.ports.clock.now()
    if summary is None:
        return InboxRow(filed.case, "now", filed.fault, False, None, "unreadable", (), (), None, 0, 0, 0, now)
    about = summary.about
    today = house.days(about.parties)
    views = [duty_view(house, duty, of, today) for duty, of in summary.duties]
    # A period that is over stands no more.
    views = [one for one in views if not (one.standing and one.days_left is not None and one.days_left < 0)]
    told = tuple(countdown_view(house, one, of, today, now) for one, of in summary.countdowns)
    escalations = tuple(one for one in told if one.escalates)
    mine = tuple(sorted((one for one in views if one.ours), key=lambda one: one.standing))
    measure = house.measure(about.treaty, about.measure)
    section = _SECTION_OF.get(filed.shelf, "now")
    if any(one.ours for one in escalations):
        section = "now"
    return InboxRow(
        case=filed.case,
        place="open" if section == "waiting" else section,
        fault=None,
        exercise=about.exercise,
        measure=measure.label if measure is not None else None,
        status=summary.status,
        others=tuple(house.party(code) for code in about.parties if code != house.ports.party),
        duties=mine,
        next_duty=next((one for one in views if not one.standing), None),
        undelivered=0,
        void=summary.void,
        gaps=summary.gaps,
        last_at=summary.last_at,
        escalations=escalations,
        minutes=next((one for one in told if one.ours and one.minutes_passed is not None), None),
        section=section,
    )


def partners(house: House) -> tuple[PartyView, ...]:
    """The Parties that a case can be with, by the directory."""
    if house.directory is None:
        return ()
    return tuple(house.party(one.code) for one in house.directory.parties if one.code != house.ports.party)


def _filed(
    ports: Ports,
    section: Section | None,
    after: tuple[Shelf | Literal["ending"], Spot] | None,
    hidden: frozenset[CaseRef],
    batch: int,
) -> Iterator[tuple[Shelf | Literal["ending"], Filed]]:
    """The filed cases in the order of the list, each with the part of it that it stands in."""
    for shelf in _ORDER if section is None else _SECTIONS[section]:
        start = None
        if after is not None:
            if _ORDER.index(shelf) < _ORDER.index(after[0]):
                continue
            start = after[1] if shelf == after[0] else None
        while True:
            if isinstance(shelf, Shelf):
                found = ports.agenda.cases(shelf, batch, start, hidden)
                start = found[-1].spot if found else None
            else:
                today = (ports.clock.now() + LATEST_ZONE).date()
                found = ports.agenda.ending(batch, today, today + _longest_warning(ports), start, hidden)
                start = found[-1].ending if found else None
            yield from ((shelf, one) for one in found)
            if len(found) < batch:
                break


def _longest_warning(ports: Ports) -> timedelta:
    """The longest that anything is warned of before it ends: what ends later is not even looked at."""
    known = [
        max(limit.warn_days, default=0)
        for treaty in ports.treaties.known().values()
        for measure in treaty.measures.values()
        for limit in measure.limits
    ]
    return timedelta(days=max((*WARN_DAYS, *known)) + 1)


def _tally(ports: Ports, hidden: frozenset[CaseRef]) -> dict[Section, int]:
    """How many cases stand in each section; what ends and is not ours to act in is counted where it is filed."""
    held = ports.agenda.tally(hidden)
    return {
        "now": held[Shelf.UNREADABLE] + held[Shelf.MINUTES] + held[Shelf.NOW],
        "waiting": held[Shelf.WAITING],
        "open": held[Shelf.OPEN],
        "closed": held[Shelf.CLOSED],
    }


def _write_place(shelf: Shelf | Literal["ending"], filed: Filed) -> str:
    spot = filed.ending if shelf == _ENDING else filed.spot
    return f"{_ORDER.index(shelf)}.{write_day(spot.last_day)}.{spot.turn}.{spot.case}"


def _read_place(text: str) -> tuple[Shelf | Literal["ending"], Spot]:
    try:
        shelf, day, turn, case = text.split(".")
        return _ORDER[int(shelf)], Spot(parse_day(day), int(turn), CaseRef(parse_digest(case)))
    except (ValueError, IndexError) as error:
        raise BadForm("after", "not a place of the list") from error
