"""What is due over all cases of this node: folded once a change, listed by pages, and escalated before data die.

1. ``refresh`` folds the cases that grew since they were folded, and those alone; all of them after this node learnt of
new treaty data, since a case that was held against nothing may then be judged. 2. A case's lines are the duties of this
node's own authorities and every countdown of it, whoever can prevent the end. 3. A case that cannot be read has one
line, at the very top. 4. ``note_escalations`` keeps a record, once for each level, of what had to be said;
``escalations`` says besides what stands at a level now.

Days are not folded in: a line holds its last day, and what is late or escalates is judged when it is read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import cast

from musnad.core.case.countdown import Countdown, Ending, countdowns
from musnad.core.case.duty import Duty, duties
from musnad.core.case.state import CaseState
from musnad.core.directory.errors import DirectoryExpired
from musnad.core.kernel.errors import MusnadError, Unavailable
from musnad.core.kernel.ijson import JsonObject, parse_object, write_canonical
from musnad.core.kernel.names import (
    AuthorityId,
    CaseRef,
    Digest,
    PartyCode,
    digest_of,
    party_of,
)
from musnad.core.kernel.times import Day, Instant, write_day
from musnad.core.treaty.values import Treaty
from musnad.exchange.agenda import CaseLines, Escalated, Line, Place, Rank
from musnad.exchange.civil import civil_day
from musnad.exchange.composing import case_state
from musnad.exchange.errors import UnknownZone
from musnad.exchange.filing import file_case, file_unreadable, warned_from, words_of
from musnad.exchange.journal import CaseRow
from musnad.exchange.ports import Ports
from musnad.exchange.signed import message_in
from musnad.exchange.tallies import counts_of
from musnad.exchange.written import STANDING, About, read_part, write_part

LAYOUT = 6
"""Of a line's content and of what is due at all: another number has every case folded again."""
BATCH = 200
LATEST_ZONE = timedelta(hours=14)
"""Nobody's civil day is further ahead of the day in UTC."""
FURTHEST_BEHIND = timedelta(hours=12)
"""Nor further behind it."""


@dataclass(frozen=True, slots=True)
class Told:
    """A line of the agenda, opened. Without duty and countdown it is a case that cannot be read: ``fault`` says why."""

    line: Line
    about: About | None
    duty: Duty | None = None
    countdown: Countdown | None = None

    @property
    def fault(self) -> str:
        return self.line.fault


@dataclass(frozen=True, slots=True)
class Noted:
    """An escalation that was noted now: a countdown of a case has come to a level for the first time.

    ``for_whom`` is the authority of this node that it is for: the one that can prevent the end, for an acknowledgement
    the one that was asked; where that is another Party's, the one that asked; None where neither is of this node.
    """

    case: CaseRef
    what: Ending
    level: int
    for_whom: AuthorityId | None


@dataclass(frozen=True, slots=True)
class Escalating:
    """A countdown at a level now. ``subject`` is its digest, whatever the level; ``last``: no other level comes."""

    case: CaseRef
    level: int
    subject: Digest
    countdown: Countdown

    @property
    def what(self) -> Ending:
        return self.countdown.what

    @property
    def last(self) -> bool:
        return self.countdown.since is not None and self.level == max(self.countdown.warn)


@dataclass(frozen=True, slots=True)
class Escalations:
    """What was noted now, all that stands at a level, and the cases of which that cannot be said."""

    noted: tuple[Noted, ...]
    standing: tuple[Escalating, ...]
    unreadable: frozenset[CaseRef]


def refresh(ports: Ports) -> int:
    """Fold what changed since the last time; how many cases that were. Only what is out of reach now is an error."""
    treaties, done = ports.treaties.known(), 0
    basis = digest_of(write_canonical([LAYOUT, *sorted(treaties)]))
    if ports.agenda.basis() != basis:
        ports.agenda.begin_anew(basis)
    while rows := ports.agenda.unfolded(BATCH):
        if not ports.agenda.put(basis, [_fold(ports, row, treaties) for row in rows]):
            break  # a process with other treaty data folds them by its own
        done += len(rows)
    while ports.agenda.index_anew(BATCH) == BATCH:
        pass
    return done


def page(
    ports: Ports, limit: int, after: Place | None = None, hidden: frozenset[CaseRef] = frozenset()
) -> Iterator[Told]:
    """The agenda in its order after that place: up to ``limit`` lines, those that are over or hidden left out.

    What ends by itself is told once it escalates; what only stands, until it is over.
    """
    now, left = ports.clock.now(), limit
    days = civil_days(ports)
    for rank in Rank:
        if after is not None and rank < after.rank:
            continue
        start = after if after is not None and after.rank == rank else None
        if rank is Rank.STANDING:  # what is over, which old cases leave behind, is not even looked at
            over = Place(rank, (now - FURTHEST_BEHIND).date(), CaseRef(""), -1)
            start = over if start is None else max(start, over)
        warned_by = (now + LATEST_ZONE).date() if rank is Rank.ENDING else None
        while left > 0:
            lines = ports.agenda.page(rank, max(left, BATCH) if hidden else left, start, warned_by)
            for line in lines:
                if left == 0 or line.case in hidden:
                    continue
                told = read_line(line)
                if _stands(told, days, now):
                    left -= 1
                    yield told
            if len(lines) == 0:
                break
            start = lines[-1].place


def civil_days(ports: Ports) -> dict[PartyCode, Day]:
    """The civil day of every listed Party now; none where the directory has expired."""
    found: dict[PartyCode, Day] = {}
    now = ports.clock.now()
    with suppress(DirectoryExpired):
        for party in ports.directories.current().parties:
            with suppress(UnknownZone):
                found[party.code] = civil_day(now, party.time_zone)
    return found


def note_escalations(ports: Ports, seen: set[bytes] | None = None) -> tuple[Noted, ...]:
    """Refresh, and keep a record of every escalation that has not been noted at its level yet.

    Noted twice at once by two processes it is kept once. Durable when this returns; what was noted now is given back.

    Args:
        seen: what this process knows to be noted, which it need not look up; added to.
    """
    return escalations(ports, seen).noted


def escalations(ports: Ports, seen: set[bytes] | None = None) -> Escalations:
    """The same, with all that stands at a level now, noted before or not."""
    known: set[bytes] = set() if seen is None else seen
    refresh(ports)
    now, days = ports.clock.now(), civil_days(ports)
    noted: list[Noted] = []
    standing: list[Escalating] = []
    for rank in (Rank.MINUTES, Rank.ENDING):
        warned_by = (now + LATEST_ZONE).date() if rank is Rank.ENDING else None
        for line in _every(ports, rank, warned_by):
            one = _escalating(read_line(line), days, now)
            if one is not None:
                standing.append(one)
                noted += _note(ports, one, now, known)
    unreadable = frozenset(line.case for line in _every(ports, Rank.UNREADABLE))
    return Escalations(tuple(noted), tuple(standing), unreadable)


def for_whom(ports: Ports, countdown: Countdown) -> AuthorityId | None:
    """The authority of this node that an escalation is for, as ``Noted`` says."""
    if countdown.owner in ports.keys.hosted:
        return countdown.owner
    asked = ports.journal.entry(countdown.request)
    author = None if asked is None else message_in(asked.signed).author
    return author if author in ports.keys.hosted else None


def read_line(line: Line) -> Told:
    """A line's content as it was written; ``Malformed`` errors where another program wrote it."""
    if line.fault:
        return Told(line, None)
    members = parse_object(line.content, what="agenda line")
    about = cast("About", read_part(About, cast("JsonObject", members["about"])))
    if "duty" in members:
        return Told(line, about, duty=cast("Duty", read_part(Duty, cast("JsonObject", members["duty"]))))
    return Told(
        line, about, countdown=cast("Countdown", read_part(Countdown, cast("JsonObject", members["countdown"])))
    )


def _every(ports: Ports, rank: Rank, warned_by: Day | None = None) -> Iterator[Line]:
    start: Place | None = None
    while lines := ports.agenda.page(rank, BATCH, start, warned_by):
        start = lines[-1].place
        yield from lines


def _escalating(told: Told, days: Mapping[PartyCode, Day], now: Instant) -> Escalating | None:
    countdown = told.countdown
    level = countdown.level(days.get(countdown.keeper, now.date()), now) if countdown is not None else None
    if countdown is None or level is None:
        return None
    return Escalating(told.line.case, level, digest_of(write_canonical(_members(countdown))), countdown)


def _members(countdown: Countdown) -> JsonObject:
    found: JsonObject = {"what": countdown.what, "request": countdown.request, "seal": countdown.seal}
    if countdown.last_day is not None:
        found["last_day"] = write_day(countdown.last_day)  # a longer period is warned of anew
    return found


def _note(ports: Ports, one: Escalating, now: Instant, seen: set[bytes]) -> Iterator[Noted]:
    content = write_canonical({**_members(one.countdown), "level": one.level})
    if content in seen:
        return
    told_before = any(kept.content == content for kept in ports.agenda.escalated(one.case))
    if not told_before and ports.agenda.note(Escalated(one.case, content, now)):
        yield Noted(one.case, one.what, one.level, for_whom(ports, one.countdown))
    seen.add(content)  # the request that it names is one of this case alone


def _stands(told: Told, days: Mapping[PartyCode, Day], now: Instant) -> bool:
    match told.line.rank:
        case Rank.ENDING if told.countdown is not None:
            return told.countdown.level(days.get(told.countdown.keeper, now.date()), now) is not None
        case Rank.STANDING if told.duty is not None:
            today = days.get(party_of(told.duty.owner), now.date())
            return told.duty.last_day is None or today <= told.duty.last_day
        case _:
            return True


def _fold(ports: Ports, row: CaseRow, treaties: Mapping[Digest, Treaty]) -> CaseLines:
    try:
        state = case_state(ports, row.case)
        owed, ending = duties(state, treaties, {}), countdowns(state, treaties)
        lines = tuple(_lines(ports.party, state, owed, ending))
        filed = file_case(ports.party, row, state, owed, ending)
        words = words_of(ports, state, treaties)
    except Unavailable:
        raise
    except MusnadError as error:
        lines = (Line(row.case, 0, Rank.UNREADABLE, None, None, b"", error.code),)
        return CaseLines(row.case, row.last_index, lines, file_unreadable(row, error.code))
    return CaseLines(row.case, row.last_index, lines, filed, words, counts_of(ports.party, state))


def _lines(party: PartyCode, state: CaseState, owed: tuple[Duty, ...], ending: tuple[Countdown, ...]) -> Iterator[Line]:
    case = state.case
    plain = About(case, state.parties, state.exercise)
    abouts = {
        one.id: About(case, state.parties, state.exercise, one.treaty, one.measure) for one in state.requests.values()
    }
    number = 0
    for countdown in ending:
        if countdown.kept:
            continue
        rank = Rank.ENDING if countdown.since is None else Rank.MINUTES
        content = write_canonical(
            {"about": write_part(abouts.get(countdown.request, plain)), "countdown": write_part(countdown)}
        )
        yield Line(case, number, rank, countdown.last_day, warned_from(countdown), content)
        number += 1
    for duty in owed:
        if party_of(duty.owner) != party:
            continue
        about = plain if duty.request is None else abouts.get(duty.request, plain)
        rank = Rank.STANDING if duty.code in STANDING else Rank.ACTING
        content = write_canonical({"about": write_part(about), "duty": write_part(duty)})
        yield Line(case, number, rank, duty.last_day, None, content)
        number += 1
