"""What is due in a case: from which authority, until which day. Derived each time; the day is an argument.

A duty's ``last_day`` is inclusive and is a civil day of its owner's Party. Its ``rule`` and ``certainty`` come from the
treaty data of the request, where that says something; a duty without them follows from the case alone.

1. acknowledge, answer and decide what was asked; an open question suspends the decision; 2. confirm a preservation,
answer a wish to lengthen it; 3. keep what is preserved until its last day, or until a request that follows it is
decided; 4. send that request before the last day; 5. offer the evidence, receive it, report on what was done;
6. answer who asks to use data otherwise; return or destroy them by their last day; 7. close when nothing else is due
between the Parties.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from musnad.core.case.board import Treaties, measure_in
from musnad.core.case.limits import strictest
from musnad.core.case.state import SETTLED, UNDECIDED, CaseState, RequestState, standing
from musnad.core.kernel.names import AuthorityId, MessageId, PartyCode, SealId, Slug, party_of
from musnad.core.kernel.times import Day
from musnad.core.treaty.values import Measure, Rule


@dataclass(frozen=True, slots=True)
class Duty:
    """Something that an authority has to do. ``request`` is None where the whole case asks for it."""

    code: Slug
    owner: AuthorityId
    last_day: Day | None
    request: MessageId | None
    rule: Slug | None = None
    certainty: Slug | None = None
    overdue: bool = False
    suspended: bool = False
    """It waits for another Party: it is not late while it does."""
    seal: SealId | None = None


def duties(state: CaseState, treaties: Treaties, today_by_party: Mapping[PartyCode, Day]) -> tuple[Duty, ...]:
    """Every duty in the case, the earliest last day first, those without one at the end.

    Args:
        today_by_party: each Party's civil day now; a Party that is left out has nothing overdue.
    """
    found: list[Duty] = []
    if not state.closed:
        for request in state.requests.values():
            measure = measure_in(treaties, request.treaty, request.measure)
            found.extend(_of_request(state, request, measure, today_by_party))
        found.extend(_ending(state))
        if all(duty.code in _GOES_ON for duty in found):
            found.extend(_closing(state))
    else:
        for request in state.requests.values():
            measure = measure_in(treaties, request.treaty, request.measure)
            found.extend(_keeping(state, request, measure, today_by_party))
            found.extend(_consenting(request))
        found.extend(_ending(state))
    return tuple(sorted((_dated(duty, today_by_party) for duty in found), key=_urgency))


_GOES_ON = frozenset({"keep-preserved", "return-or-destroy"})
"""What a closed case leaves to be done."""


def _urgency(duty: Duty) -> tuple[bool, Day, str, str, str, str]:
    return (
        duty.last_day is None,
        duty.last_day or Day.min,
        duty.code,
        duty.owner,
        duty.request or "",
        duty.seal or "",
    )


def _dated(duty: Duty, today_by_party: Mapping[PartyCode, Day]) -> Duty:
    today = today_by_party.get(party_of(duty.owner))
    late = today is not None and duty.last_day is not None and today > duty.last_day and not duty.suspended
    return replace(duty, overdue=late)


def _due(
    code: str, owner: AuthorityId, request: RequestState, *, last_day: Day | None = None, rule: Rule | None = None
) -> Duty:
    return Duty(
        Slug(code),
        owner,
        last_day,
        request.id,
        rule.name if rule is not None else None,
        Slug(rule.certainty.value) if rule is not None else None,
    )


def _of_request(
    state: CaseState, request: RequestState, measure: Measure | None, today_by_party: Mapping[PartyCode, Day]
) -> Iterator[Duty]:
    asked, asker, status = request.asked[0], request.asker, request.status
    for _ in request.questions_open:  # 1
        if status not in SETTLED:
            yield _due("answer-question", asker, request)
    if status == "asked":
        yield _due("acknowledge", asked, request)
    elif request.outcome == "notice":
        yield from _receiving(request)
    elif status in {"acknowledged", "postponed", "questioned"}:
        decided_by = request.postponed_until or request.wanted_by
        yield replace(_due("decide", asked, request, last_day=decided_by), suspended=status == "questioned")
    yield from _consenting(request)
    if status == "accepted" and request.outcome == "preservation":  # 2
        yield _due("confirm-preservation", asked, request, rule=_rule_of_limit(measure))
    for extension in request.extensions_open:
        yield _due("answer-extension", asked, request, last_day=request.preserved_until, rule=_extending(measure))
        del extension
    yield from _keeping(state, request, measure, today_by_party)  # 3
    calls_for_more = request.preserved_until is not None or (
        request.outcome == "answer" and request.result == "executed"
    )
    if status == "fulfilled" and calls_for_more and not request.followed_by:  # 4
        for follow in measure.follow_ups if measure is not None else ():
            if follow.force == "must":
                yield _due("submit-follow-up", asker, request, last_day=request.preserved_until, rule=follow.rule)
    if status == "accepted" and request.outcome in {"evidence", "answer", "joint"}:  # 5
        yield from _executing(request)


def _executing(request: RequestState) -> Iterator[Duty]:
    yield from _receiving(request)
    if request.outcome != "evidence" or request.result == "partly-executed":
        if request.result not in {"executed", "not-executed"}:
            yield _due("report-execution", request.asked[0], request, last_day=request.wanted_by)
    elif not request.offered:
        yield _due("offer-evidence", request.asked[0], request, last_day=request.wanted_by)


def _receiving(request: RequestState) -> Iterator[Duty]:
    """Whoever exhibits were offered to receives them; in joint work all others, at their leisure."""
    if request.outcome != "joint" and set(request.offered) != set(request.delivered):
        yield _due("receive", request.asked[0] if request.outcome == "notice" else request.asker, request)


def _consenting(request: RequestState) -> Iterator[Duty]:  # 6
    """A wish to use data otherwise is answered by who gave them; a disclosure for the defence is only told."""
    for wish in request.consents:
        if wish.granted is None and wish.use != "defence-disclosure":
            yield _due("answer-consent", request.asker if request.outcome == "notice" else request.asked[0], request)


def _ending(state: CaseState) -> Iterator[Duty]:
    """Who holds data that were given until a day returns or destroys them by it."""
    for exhibit in state.exhibits.values():
        limit = strictest(exhibit.limits)
        if limit is None or limit.until is None or exhibit.offered_by is None:
            continue
        given_to = {party_of(one): one for one in reversed(exhibit.offered_to)}
        for party in exhibit.holders:
            if party in given_to and party != party_of(exhibit.offered_by):
                yield Duty(Slug("return-or-destroy"), given_to[party], limit.until, exhibit.request, seal=exhibit.seal)


def _keeping(
    state: CaseState, request: RequestState, measure: Measure | None, today_by_party: Mapping[PartyCode, Day]
) -> Iterator[Duty]:
    """Keep preserved data: until a request that follows is decided, else until the last day, then no longer."""
    if request.preserved_until is None or request.withdrawn is not None:
        return
    limit = measure.limits[0] if measure is not None and measure.limits else None
    followers = [state.requests[one] for one in request.followed_by]
    if any(one.status not in SETTLED for one in followers) and (limit is None or limit.kept_until is not None):
        yield _due("keep-preserved", request.asked[0], request, rule=limit.keeping_rule if limit else None)
        return
    today = today_by_party.get(request.asked_party)
    if today is None or today <= request.preserved_until:
        rule = limit.rule if limit is not None else None
        yield _due("keep-preserved", request.asked[0], request, last_day=request.preserved_until, rule=rule)


def _closing(state: CaseState) -> Iterator[Duty]:
    """Each Party that has not closed owes it, by the authority that spoke or was spoken to last in the case."""
    if any(one.status in UNDECIDED for one in state.requests.values()):
        return
    last: dict[PartyCode, AuthorityId] = {}
    for _, message in standing(state):
        for one in sorted(message.to):
            last[party_of(one)] = one
        last[message.author_party] = message.author
    for party in state.parties:
        if party not in state.closings:
            yield Duty(Slug("close"), last[party], None, None)


def _rule_of_limit(measure: Measure | None) -> Rule | None:
    return measure.limits[0].rule if measure is not None and measure.limits else None


def _extending(measure: Measure | None) -> Rule | None:
    return measure.limits[0].extension_rule if measure is not None and measure.limits else None
