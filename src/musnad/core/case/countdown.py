"""How long data still live, and whether anybody answered an urgent request: what has to be said before it is too late.

A countdown is not a duty: it says until when data are safe, how near that is, and which step keeps them so. In this
order:

1. *preservation*: preserved data lapse after ``preserved_until``, by the civil day of who keeps them. They are kept on
   (nothing escalates) while a request that follows is undecided, where the treaty data say so. Over without a request
   that follows, they are lost: ``lapsed``, which is to be reported.
2. *holder-deletes*: the holder deletes on ``data_lost_on``, unless the data are preserved or delivered before.
3. *return-or-destroy*: who holds data under a condition ends that by its last day.
4. *acknowledgement*: an emergency that nobody acknowledged escalates in minutes, an urgent request in hours.

``level`` is the last warning that has come: so many days before the last one (from the treaty data, ``warn_days``), 0
once it is over; for an acknowledgement so many minutes since the request was received. None: nothing to warn of yet.

Left to the caller: whose calendar and clock it is, telling people, and keeping what was told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from musnad.core.case.board import Treaties, measure_in
from musnad.core.case.limits import strictest
from musnad.core.case.state import SETTLED, CaseState, RequestState
from musnad.core.kernel.names import AuthorityId, MessageId, PartyCode, SealId, Slug, party_of
from musnad.core.kernel.times import Day, Instant
from musnad.core.treaty.values import Certainty, Measure, Rule

WARN_DAYS = (30, 14, 7, 3, 1)
"""Where the treaty data give none: a month is what a formal request takes to write, translate and approve; the last
ones leave a working day even over a weekend. Good practice, not law."""
EMERGENCY_MINUTES = (5, 15, 30, 60)
"""A life is at risk: a contact that is always there reads a message within minutes, or somebody telephones. Good
practice, not law."""
URGENT_MINUTES = (4 * 60, 12 * 60, 24 * 60)
"""Urgent, nobody at risk: half a working day, then the next shift, then a day. Good practice, not law."""
SHORT_DAYS = 7
"""So near the end a longer period is asked for (one line) rather than the request that follows (days of work)."""

Ending = Literal["preservation", "holder-deletes", "return-or-destroy", "acknowledgement"]
Remedy = Literal[
    "acknowledge",
    "ask-extension",
    "ask-preservation",
    "confirm-now",
    "report-loss",
    "return-or-destroy",
    "submit-follow-up",
]
_DESIGN = Slug(Certainty.DESIGN.value)


@dataclass(frozen=True, slots=True)
class Countdown:
    """One thing that ends. ``owner`` can prevent it, by one of ``remedies``; ``keeper`` is whose civil day counts."""

    what: Ending
    request: MessageId
    owner: AuthorityId
    keeper: PartyCode
    remedies: tuple[Remedy, ...]
    """The first while there is time, the last in the last ``SHORT_DAYS``."""
    warn: tuple[int, ...]
    """When to warn: days before the last day, or minutes after ``since``."""
    last_day: Day | None = None
    since: Instant | None = None
    seal: SealId | None = None
    kept: bool = False
    """It does not run: data are kept on until a request that follows is decided."""
    loses: bool = False
    """Its end is a loss to be reported."""
    rule: Slug | None = None
    certainty: Slug | None = None

    def days_left(self, today: Day) -> int | None:
        """Days after today up to the last one; negative once it is over."""
        return None if self.last_day is None else (self.last_day - today).days

    def level(self, today: Day, now: Instant) -> int | None:
        """The last warning that has come, as the module says; None before the first."""
        if self.kept:
            return None
        if self.since is not None:
            passed = int((now - self.since) / timedelta(minutes=1))
            return max((one for one in self.warn if one <= passed), default=None)
        left = self.days_left(today)
        if left is None or left < 0:
            return None if left is None else 0
        return min((one for one in self.warn if left <= one), default=None)

    def remedy(self, today: Day) -> Remedy:
        """The step that helps now; ``report-loss`` where none does."""
        if self.has_lapsed(today):
            return "report-loss"
        left = self.days_left(today)
        return self.remedies[0 if left is None or left > SHORT_DAYS else -1]

    def has_lapsed(self, today: Day) -> bool:
        """The data are gone, and nobody did in time what would have kept them: report it."""
        left = self.days_left(today)
        return self.loses and not self.kept and left is not None and left < 0


def countdowns(state: CaseState, treaties: Treaties) -> tuple[Countdown, ...]:
    """Everything in the case that ends by itself, the nearest last day first, what is counted in minutes before all.

    A closed case has only what its Parties promised to end: its data are nobody's need any more.
    """
    found: list[Countdown] = []
    if not state.closed:
        for request in state.requests.values():
            measure = measure_in(treaties, request.treaty, request.measure)
            found.extend(_preservation(state, request, measure))
            found.extend(_deletion(state, request))
            found.extend(_acknowledgement(state, request))
    found.extend(_ending(state))
    return tuple(sorted(found, key=lambda one: (one.last_day or Day.min, one.what, one.request, one.seal or "")))


def _preservation(state: CaseState, request: RequestState, measure: Measure | None) -> Iterator[Countdown]:  # 1
    if request.preserved_until is None or request.withdrawn is not None:
        return
    followers = [state.requests[one] for one in request.followed_by]
    if any(one.status == "fulfilled" for one in followers):
        return
    limit = measure.limits[0] if measure is not None and measure.limits else None
    undecided = any(one.status not in SETTLED for one in followers)
    kept = undecided and (limit is None or limit.kept_until is not None)
    remedies, owner = _keeping_steps(request, measure, followers)
    rule: Rule | None = None
    if limit is not None:
        rule = limit.keeping_rule if kept else limit.rule
    yield Countdown(
        "preservation",
        request.id,
        owner,
        request.asked_party,
        remedies,
        limit.warn_days if limit is not None and limit.warn_days else WARN_DAYS,
        last_day=request.preserved_until,
        kept=kept,
        loses=not followers,
        rule=rule.name if rule is not None else None,
        certainty=Slug(rule.certainty.value) if rule is not None else None,
    )


def _keeping_steps(
    request: RequestState, measure: Measure | None, followers: Sequence[RequestState]
) -> tuple[tuple[Remedy, ...], AuthorityId]:
    """What keeps preserved data alive, and who can do it: answer the wish for longer; ask what follows; ask for longer.

    A wish for longer is one line, written at any hour; it is also what is left where what followed was settled.
    """
    if request.extensions_open:
        return ("confirm-now",), request.asked[0]
    found: list[Remedy] = []
    if not followers and (measure is None or measure.follow_ups):
        found.append("submit-follow-up")
    if not found or measure is None or any(one.extension_rule is not None for one in measure.limits):
        found.append("ask-extension")
    return tuple(found), request.asker


def _deletion(state: CaseState, request: RequestState) -> Iterator[Countdown]:  # 2
    if request.data_lost_on is None or request.status in SETTLED or request.preserved_until is not None:
        return
    if request.offered or _is_kept_elsewhere(state, request):
        return
    preserves = request.outcome == "preservation"
    owner = request.asked[0] if preserves else request.asker
    yield Countdown(
        "holder-deletes",
        request.id,
        owner,
        request.asked_party,
        ("confirm-now" if preserves else "ask-preservation",),
        WARN_DAYS,
        last_day=request.data_lost_on - timedelta(days=1) if request.data_lost_on > Day.min else request.data_lost_on,
        loses=True,
        certainty=_DESIGN,
    )


def _is_kept_elsewhere(state: CaseState, request: RequestState) -> bool:
    """The request follows one whose data are preserved; or such a one, for the same data, counts down itself."""
    before = state.requests.get(request.follows) if request.follows is not None else None
    if before is None:
        return False
    counted = before.data_lost_on is not None and before.status not in SETTLED
    return before.preserved_until is not None or counted


def _ending(state: CaseState) -> Iterator[Countdown]:  # 3
    for exhibit in state.exhibits.values():
        limit = strictest(exhibit.limits)
        if limit is None or limit.until is None or exhibit.offered_by is None or exhibit.request is None:
            continue
        given_to = {party_of(one): one for one in reversed(exhibit.offered_to)}
        for party in exhibit.holders:
            if party in given_to and party != party_of(exhibit.offered_by):
                yield Countdown(
                    "return-or-destroy",
                    exhibit.request,
                    given_to[party],
                    party,
                    ("return-or-destroy",),
                    WARN_DAYS,
                    last_day=limit.until,
                    seal=exhibit.seal,
                    certainty=_DESIGN,
                )


_MINUTES: Mapping[str | None, tuple[int, ...]] = {"emergency": EMERGENCY_MINUTES, "urgent": URGENT_MINUTES}


def acknowledge_by(state: CaseState, request: RequestState) -> Instant | None:
    """When the last warning comes that nobody acknowledged: later is too late. None where minutes are not counted."""
    warn = _MINUTES.get(request.urgency)
    return None if warn is None else Instant(_received(state, request) + timedelta(minutes=warn[-1]))


def _received(state: CaseState, request: RequestState) -> Instant:
    """When the asked Party had it; when it was asked, while that is not known."""
    theirs = [one.at for one in state.receipts.get(request.id, ()) if party_of(one.recipient) == request.asked_party]
    return min(theirs, default=state.messages[request.id].at)


def _acknowledgement(state: CaseState, request: RequestState) -> Iterator[Countdown]:  # 4
    if request.status != "asked" or request.urgency not in _MINUTES:
        return
    yield Countdown(
        "acknowledgement",
        request.id,
        request.asked[0],
        request.asked_party,
        ("acknowledge",),
        _MINUTES[request.urgency],
        since=_received(state, request),
        certainty=_DESIGN,
    )
