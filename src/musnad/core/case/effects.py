"""What a step that stands changes. Each function here replaces whole values on the board; none judges."""

from __future__ import annotations

from dataclasses import replace

from musnad.core.case.board import Board, measure_in
from musnad.core.case.custody import with_custody, with_offer
from musnad.core.case.state import Extension, RequestState, asked_of
from musnad.core.kernel.names import MessageId, Slug
from musnad.core.messages import bodies
from musnad.core.messages.message import Message


def apply_step(board: Board, own_id: MessageId, message: Message) -> None:
    """Apply a step against which no ground stands."""
    if message.case is None:
        board.parties, board.exercise = message.parties, message.exercise
    body = message.body
    match body:
        case bodies.Request():
            _ask(board, own_id, message, body)
        case bodies.Custody():
            _keep(board, own_id, message, body)
        case bodies.Closing():
            board.closings[message.author_party] = own_id
        case bodies.Exported():
            raise AssertionError(message.kind)  # said to oneself, and never folded
        case _:
            request = board.request_answered_by(message)
            assert request is not None
            board.requests[request.id] = answered(request, own_id, message)
            if isinstance(body, bodies.Offer):
                for place, exhibit in enumerate(message.exhibits):
                    board.exhibits[exhibit.seal] = with_offer(board.exhibits.get(exhibit.seal), own_id, message, place)
    board.applied[own_id] = message


def _ask(board: Board, own_id: MessageId, message: Message, body: bodies.Request) -> None:
    assert message.measure is not None
    assert message.treaty is not None
    measure = measure_in(board.treaties, message.treaty, message.measure)
    board.requests[own_id] = RequestState(
        own_id,
        message.measure,
        message.treaty,
        measure.outcome if measure is not None else None,
        message.author,
        asked_of(message),
        follows=body.follows,
    )
    if body.follows is not None:
        followed = board.requests[body.follows]
        board.requests[body.follows] = replace(followed, followed_by=(*followed.followed_by, own_id))


def _keep(board: Board, own_id: MessageId, message: Message, body: bodies.Custody) -> None:
    exhibit = with_custody(board.exhibits.get(body.seal), own_id, message, body)
    board.exhibits[body.seal] = exhibit
    request = board.requests.get(exhibit.request) if exhibit.request is not None else None
    if request is None or body.event != "received" or message.author_party != request.asker_party:
        return
    if body.seal not in request.delivered:
        board.requests[request.id] = replace(request, delivered=(*request.delivered, body.seal))


def answered(request: RequestState, own_id: MessageId, message: Message) -> RequestState:
    """The request after a standing answer to it."""
    body = message.body
    match body:
        case bodies.Acknowledgement():
            return replace(request, acknowledged=own_id)
        case bodies.Question():
            return replace(request, questions_open=(*request.questions_open, own_id))
        case bodies.Reply():
            still = tuple(one for one in request.questions_open if one != message.answers)
            return replace(request, questions_open=still)
        case bodies.Acceptance():
            return replace(request, accepted=own_id, conditions=body.conditions)
        case bodies.Consultation():
            return replace(request, consultations=(*request.consultations, own_id))
        case bodies.Refusal():
            return replace(request, refused=own_id, refusal_grounds=tuple(Slug(one) for one in body.grounds))
        case bodies.Postponement():
            return replace(request, postponed=own_id, postponed_until=body.until)
        case bodies.Confirmation():
            return _confirmed(request, own_id, message, body)
        case bodies.ExtensionRequest():
            return replace(request, extensions_open=(*request.extensions_open, Extension(own_id, body.until)))
        case bodies.Withdrawal():
            return replace(request, withdrawn=own_id, questions_open=(), extensions_open=())
        case bodies.Offer():
            return replace(request, offered=(*request.offered, *(one.seal for one in message.exhibits)))
        case _:
            raise AssertionError(message.kind)  # it answers nothing


def _confirmed(request: RequestState, own_id: MessageId, message: Message, body: bodies.Confirmation) -> RequestState:
    """Preserved until a day; wishes for a longer period that this answers or reaches are no longer open."""
    still = tuple(
        one for one in request.extensions_open if one.id != message.answers and one.until > body.preserved_until
    )
    return replace(
        request,
        confirmed=own_id,
        preserved_until=body.preserved_until,
        counted_from=body.counted_from,
        zone=body.zone,
        extensions_open=still,
    )
