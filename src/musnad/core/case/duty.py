"""What is due in a case: from which authority, until which day. Derived each time; the day is an argument.

A duty's ``last_day`` is inclusive and is a civil day of its owner's Party. Its ``rule`` and ``certainty`` come from the
treaty data of the request, where that says something; a duty without them follows from the case alone.

1. acknowledge, answer and decide what was asked; 2. confirm a preservation, answer a wish to lengthen it;
3. keep what is preserved until its last day, or until a request that follows it is decided; 4. send that request
before the last day; 5. offer the evidence, receive it; 6. close when nothing else is due between the Parties.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from musnad.core.case.board import Treaties, measure_in
from musnad.core.case.state import SETTLED, UNDECIDED, CaseState, RequestState, standing
from musnad.core.kernel.names import AuthorityId, MessageId, PartyCode, Slug, party_of
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
        if not found or all(duty.code == "keep-preserved" for duty in found):
            found.extend(_closing(state))
    else:
        for request in state.requests.values():
            measure = measure_in(treaties, request.treaty, request.measure)
            found.extend(_keeping(state, request, measure, today_by_party))
    return tuple(sorted((_dated(duty, today_by_party) for duty in found), key=_urgency))


def _urgency(duty: Duty) -> tuple[bool, Day, str, str, str]:
    return (duty.last_day is None, duty.last_day or Day.min, duty.code, duty.owner, duty.request or "")


def _dated(duty: Duty, today_by_party: Mapping[PartyCode, Day]) -> Duty:
    today = today_by_party.get(party_of(duty.owner))
    late = today is not None and duty.last_day is not None and today > duty.last_day
    return Duty(duty.code, duty.owner, duty.last_day, duty.request, duty.rule, duty.certainty, late)


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
    elif status in {"acknowledged", "postponed"}:
        yield _due("decide", asked, request, last_day=request.postponed_until)
    if status == "accepted" and request.outcome == "preservation":  # 2
        yield _due("confirm-preservation", asked, request, rule=_rule_of_limit(measure))
    for extension in request.extensions_open:
        yield _due("answer-extension", asked, request, last_day=request.preserved_until, rule=_extending(measure))
        del extension
    yield from _keeping(state, request, measure, today_by_party)  # 3
    if status == "fulfilled" and request.preserved_until is not None and not request.followed_by:  # 4
        for follow in measure.follow_ups if measure is not None else ():
            if follow.force == "must":
                yield _due("submit-follow-up", asker, request, last_day=request.preserved_until, rule=follow.rule)
    if status == "accepted" and request.outcome == "evidence":  # 5
        yield _due("receive" if request.offered else "offer-evidence", asker if request.offered else asked, request)


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
