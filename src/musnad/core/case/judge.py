"""Before sending: would this step stand? And what may a Party say next?

``judge`` asks the very grounds that the fold asks, so nobody sends what the fold would void; what the treaty data is
certain about blocks here as well, everything else warns. A step can still turn out void: the other side may say
something contradictory at the same moment.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from musnad.core.case.board import Treaties, board_of
from musnad.core.case.findings import NO_ROLES, Roles, findings_on
from musnad.core.case.grounds import grounds_against
from musnad.core.case.state import (
    SETTLED,
    UNDECIDED,
    CaseState,
    Remark,
    RequestState,
    providers,
    receivers,
    standing,
)
from musnad.core.case.transcripts import is_spoken_over
from musnad.core.kernel.names import MessageId, PartyCode, Slug, party_of
from musnad.core.messages import bodies
from musnad.core.messages.message import Message


@dataclass(frozen=True, slots=True)
class Accepted:
    """The step would stand."""

    warnings: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """The step would be void, or the treaty data is certain that it may not be said. Every ground is named."""

    grounds: tuple[Slug, ...]
    blocking: tuple[Remark, ...] = ()
    warnings: tuple[Remark, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class NextStep:
    """A kind of message that a Party may say next, and what it would answer (None: nothing)."""

    kind: str
    answers: MessageId | None = None


def judge(state: CaseState, message: Message, treaties: Treaties, *, roles: Roles = NO_ROLES) -> Accepted | Refused:
    """Judge a message as the next step of the case, after every head that it names as ``previous``.

    Grounds beside those of docs/protocol.md, "Void steps": ``previous-unknown`` (it names what is not folded here) and
    ``other-case``. For an opening message, ``state`` is the fold of nothing.

    Args:
        roles: the roles that the directory gives to authorities; those that are left out are not held against a rule.
    """
    board = board_of(state, treaties)
    known = _ancestors(state, message.previous)
    spoken_over = is_spoken_over(state.messages, message)
    grounds = list(grounds_against(board, message, known.__contains__, overruled=spoken_over))
    if not set(message.previous) <= set(state.messages):
        grounds.insert(0, Slug("previous-unknown"))
    if (message.case is None and state.opened) or (message.case is not None and message.case != state.case):
        grounds.insert(0, Slug("other-case"))
    found = (*findings_on(board, message, roles=roles), *_open_matters(state, message), *_taken_over(state, message))
    blocking = tuple(one for one in found if one.blocks)
    warnings = tuple(one for one in found if not one.blocks)
    if grounds or blocking:
        return Refused(tuple(grounds), blocking, warnings)
    return Accepted(warnings)


def next_steps(state: CaseState, party: PartyCode) -> tuple[NextStep, ...]:
    """The kinds of message that ``party`` may say next, for a desk or a terminal to offer.

    Custody is offered while the Party holds or was offered an exhibit. A step named here can still be refused by
    ``judge`` for what it says.
    """
    if party not in state.parties:
        return ()
    steps: list[NextStep] = []
    for request in state.requests.values():
        steps.extend(_using(request, party))
        if state.closed:
            continue
        if party == request.asked_party:
            steps.extend(_asked_side(request))
        if party == request.asker_party:
            steps.extend(_asker_side(request))
        if party in providers(request) and request.status not in {"refused", "withdrawn"} and _may_give(request):
            steps.append(NextStep("offer", request.id))
    if not state.closed and _may_take_over(state, party):
        steps.insert(0, NextStep("takeover"))
    if not state.closed:
        steps.append(NextStep("request"))
        if party not in state.closings:
            steps.append(NextStep("closing"))
    if any(
        party in one.holders or any(to.startswith(f"{party}/") for to in one.offered_to)
        for one in state.exhibits.values()
    ):
        steps.append(NextStep("custody"))
    return tuple(steps)


def _may_take_over(state: CaseState, party: PartyCode) -> bool:
    return party not in state.takeovers and any(
        isinstance(one.body, bodies.Transcript) and party_of(one.body.speaker) == party
        for one in state.messages.values()
    )


def _may_give(request: RequestState) -> bool:
    return request.outcome == "notice" or (request.accepted is not None and request.outcome != "preservation")


def _using(request: RequestState, party: PartyCode) -> Iterator[NextStep]:
    if party in receivers(request) and (request.delivered or request.executed or request.outcome == "notice"):
        yield NextStep("consent-request", request.id)
    if party in providers(request):
        for wish in request.consents:
            if wish.granted is None:
                yield NextStep("consent", wish.id)


def _asked_side(request: RequestState) -> Iterator[NextStep]:
    status = request.status
    if status in {"refused", "withdrawn"}:
        return
    if request.acknowledged is None:
        yield NextStep("acknowledgement", request.id)
    yield NextStep("question", request.id)
    yield NextStep("consultation", request.id)
    if request.outcome == "notice":
        return
    if status in UNDECIDED:
        for kind in ("acceptance", "refusal", "postponement"):
            yield NextStep(kind, request.id)
    elif request.outcome in {"preservation", None}:
        for extension in request.extensions_open:
            yield NextStep("confirmation", extension.id)
        yield NextStep("confirmation", request.id)
    if request.accepted is not None and request.result not in {"executed", "not-executed"}:
        yield NextStep("execution", request.id)


def _asker_side(request: RequestState) -> Iterator[NextStep]:
    if request.status in {"refused", "withdrawn"}:
        return
    for question in request.questions_open:
        yield NextStep("reply", question)
    if request.preserved_until is not None:
        yield NextStep("extension-request", request.id)
    if not request.fulfilled or request.confirmed is not None:
        yield NextStep("withdrawal", request.id)
    if request.outcome != "notice" and request.status in {"asked", "acknowledged"}:
        yield NextStep("silence", request.id)


def _taken_over(state: CaseState, message: Message) -> Iterator[Remark]:
    """The first word of a Party that others wrote for makes what they wrote void, unless it is a takeover."""
    party = message.author_party
    if isinstance(message.body, bodies.Takeover) or party in state.takeovers:
        return
    if any(one.author_party == party for one in state.messages.values()):
        return
    if any(
        isinstance(said.body, bodies.Transcript) and party_of(said.body.speaker) == party for _, said in standing(state)
    ):
        yield Remark(None, Slug("takeover-first"), blocks=False)


def _open_matters(state: CaseState, message: Message) -> Iterator[Remark]:
    if isinstance(message.body, bodies.Closing) and any(
        request.status not in SETTLED for request in state.requests.values()
    ):
        yield Remark(None, Slug("requests-open"), blocks=False)


def _ancestors(state: CaseState, previous: tuple[MessageId, ...]) -> set[MessageId]:
    found: set[MessageId] = set()
    ahead = [one for one in previous if one in state.messages]
    while ahead:
        one = ahead.pop()
        if one not in found:
            found.add(one)
            ahead.extend(state.messages[one].previous)
    return found
