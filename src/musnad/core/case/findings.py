"""What the treaty data of a request says of a step that the case allows.

Only what the data is certain about may block a step before it is sent; in the fold, nothing here voids anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from musnad.core.case.board import Board, measure_in
from musnad.core.case.state import Note, RequestState
from musnad.core.kernel.names import MessageId, Slug
from musnad.core.messages import bodies
from musnad.core.messages.message import Message
from musnad.core.treaty.values import Certainty, Measure, Rule

_JUDGED = bodies.Request | bodies.Refusal | bodies.Postponement | bodies.Confirmation | bodies.Offer


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that a rule says against a step; ``rule`` is None where it follows from the case alone."""

    code: Slug
    rule: Slug | None
    certainty: Slug
    blocks: bool


def needs_treaty(board: Board, message: Message) -> bool:
    """Whether the step would be held against treaty data that is not at hand."""
    if isinstance(message.body, bodies.Request):
        return measure_in(board.treaties, message.treaty, message.measure) is None
    if not isinstance(message.body, _JUDGED):
        return False
    request = board.request_answered_by(message)
    return request is not None and board.measure(request) is None


def notes_on(board: Board, own_id: MessageId, message: Message) -> Iterator[Note]:
    """The findings on a step that stands, as the state keeps them."""
    for one in found_on(board, message):
        if one.rule is not None:
            yield Note(own_id, one.code, one.rule, one.certainty)


def found_on(board: Board, message: Message) -> Iterator[Found]:
    """What the treaty data says against the step; nothing where that data is not at hand."""
    body = message.body
    if isinstance(body, bodies.Request):
        measure = measure_in(board.treaties, message.treaty, message.measure)
        if measure is not None:
            yield from _request(board, body, measure)
        return
    request = board.request_answered_by(message)
    measure = board.measure(request) if request is not None else None
    if request is None or measure is None:
        return
    if isinstance(body, bodies.Refusal | bodies.Postponement):
        yield from _unheard(request, message, measure)
    if isinstance(body, bodies.Confirmation):
        for limit in measure.limits:
            if body.preserved_until < body.counted_from + timedelta(days=limit.at_least_days):
                yield _found("period-too-short", limit.rule)


def _request(board: Board, body: bodies.Request, measure: Measure) -> Iterator[Found]:
    followed = board.requests.get(body.follows) if body.follows is not None else None
    earlier = board.measure(followed) if followed is not None else None
    if earlier is not None and measure.name not in {one.measure for one in earlier.follow_ups}:
        yield _found("follow-up-not-foreseen", earlier.rule)


def _unheard(request: RequestState, message: Message, measure: Measure) -> Iterator[Found]:
    """A step that the data wants first, and that nobody has said."""
    given = set(message.body.grounds) if isinstance(message.body, bodies.Refusal) else set()
    for preceding in measure.precedes:
        if preceding.before != message.kind or preceding.step != "consultation" or request.consultations:
            continue
        if not preceding.grounds or preceding.grounds & given:
            yield _found("consultation-missing", preceding.rule)


def _found(code: str, rule: Rule) -> Found:
    return Found(Slug(code), rule.name, Slug(rule.certainty), blocks=rule.certainty is Certainty.CERTAIN)
