"""What one case adds to this node's figures: counts that name no case, so that they can stand in the clear.

A tally is a month, a direction, a partner, a measure and something counted; the figures are the sums over all cases.
What depends on when it is read (a day, or an emergency's minutes, that pass without an answer) is counted under its
time and judged when read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple, dataclass
from datetime import timedelta
from typing import Literal

from musnad.core.case.countdown import acknowledge_by
from musnad.core.case.state import UNDECIDED, CaseState, RequestState
from musnad.core.kernel.ijson import parse_object, write_canonical
from musnad.core.kernel.names import MessageId, PartyCode
from musnad.core.kernel.times import Instant, write_day, write_instant

What = Literal[
    "asked",
    "status",
    "progress",
    "outcome",
    "ground",
    "acknowledged",
    "answered",
    "missed",
    "open-until",
    "lapses",
    "unacknowledged",
]
"""What is counted. ``progress`` parts all requests, ``outcome`` those that were answered. The last three are times:
who is not answered until that day, data that end on it; an urgency, and until when its acknowledgement is awaited."""

STEPS: tuple[tuple[str, timedelta], ...] = (
    ("minutes-15", timedelta(minutes=15)),
    ("hour", timedelta(hours=1)),
    ("hours-4", timedelta(hours=4)),
    ("day", timedelta(days=1)),
    ("days-3", timedelta(days=3)),
    ("week", timedelta(days=7)),
    ("month", timedelta(days=30)),
    ("quarter", timedelta(days=90)),
)
"""The steps of the histograms of times: up to and including this long."""
LONGER = "longer"


@dataclass(frozen=True, slots=True, order=True)
class Tally:
    """One thing that is counted. ``month`` is that of the request, in UTC; ``direction`` is seen from this node."""

    month: str
    direction: str
    partner: str
    measure: str
    exercise: bool
    what: str
    value: str


Counts = Mapping[Tally, int]


def counts_of(party: PartyCode, state: CaseState) -> Counts:
    """What this case adds: each request that this Party asks or is asked."""
    return Counter(one for request in state.requests.values() for one in _of_request(party, state, request))


def write_counts(counts: Counts) -> bytes:
    """As canonical JSON, for a row under the case's key."""
    return write_canonical({"counts": [[*astuple(one), number] for one, number in sorted(counts.items())]})


def read_counts(content: bytes) -> Counts:
    """What ``write_counts`` wrote."""
    found: dict[Tally, int] = {}
    rows: Iterable[list[object]] = parse_object(content, what="tallies")["counts"]  # type: ignore[assignment]
    for *facts, number in rows:
        found[Tally(*facts)] = int(number)  # type: ignore[arg-type, call-overload]  # our own, under our own key
    return found


def step_of(passed: timedelta) -> str:
    """The step of the histogram that a time falls into; before its beginning, by clocks that disagree, is the first."""
    return next((name for name, limit in STEPS if passed <= limit), LONGER)


def _of_request(party: PartyCode, state: CaseState, request: RequestState) -> Iterator[Tally]:
    if party not in (request.asker_party, request.asked_party) or request.id not in state.messages:
        return
    outward = party == request.asker_party
    asked_at = state.messages[request.id].at
    partner = request.asked_party if outward else request.asker_party

    def tally(what: What, value: str = "") -> Tally:
        month, direction = f"{asked_at:%Y-%m}", "out" if outward else "in"
        return Tally(month, direction, partner, request.measure, state.exercise, what, value)

    yield tally("asked")
    yield tally("status", request.status)
    yield from (tally("ground", one) for one in request.refusal_grounds)
    answered = _first(state, request.accepted, request.refused, request.confirmed, request.executed)
    acknowledged = _first(state, request.acknowledged) if answered is None else _earlier(state, request, answered)
    if acknowledged is not None:
        yield tally("acknowledged", step_of(acknowledged - asked_at))
    if answered is not None:
        yield tally("answered", step_of(answered - asked_at))
        yield tally("outcome", request.status)
    yield tally("progress", "answered" if answered else "acknowledged" if acknowledged else "waiting")
    yield from (tally(what, value) for what, value in _minutes(state, request, acknowledged))
    yield from (tally("missed", "silence") for _ in request.silences)
    if request.wanted_by is not None:
        if answered is not None and answered.date() > request.wanted_by:
            yield tally("missed", "late-answer")
        elif answered is None and request.status in UNDECIDED:
            yield tally("open-until", write_day(request.wanted_by))
    if request.preserved_until is not None and not request.followed_by and request.withdrawn is None:
        yield tally("lapses", write_day(request.preserved_until))


def _minutes(state: CaseState, request: RequestState, acknowledged: Instant | None) -> Iterator[tuple[What, str]]:
    """The clock that is counted in minutes: missed by who acknowledged later, or still running."""
    limit = acknowledge_by(state, request)
    if limit is None:
        return
    if acknowledged is not None and acknowledged > limit:
        yield "missed", f"{request.urgency}-acknowledged-late"
    elif acknowledged is None and request.status == "asked":
        whole = limit + timedelta(minutes=1 if limit.second else 0)
        yield "unacknowledged", f"{request.urgency} {write_instant(Instant(whole.replace(second=0)))}"


def _earlier(state: CaseState, request: RequestState, answered: Instant) -> Instant:
    """An answer acknowledges, where nothing did before."""
    return min(_first(state, request.acknowledged) or answered, answered)


def _first(state: CaseState, *messages: MessageId | None) -> Instant | None:
    found = [state.messages[one].at for one in messages if one is not None and one in state.messages]
    return min(found, default=None)
