"""What a step that stands changes on the board. Nothing here judges."""

from __future__ import annotations

from dataclasses import replace

from musnad.core.case.board import Board, measure_in
from musnad.core.case.custody import with_custody, with_offer
from musnad.core.case.open import OpenRequest
from musnad.core.case.state import ConsentState, Extension, RequestState, as_said, asked_of, receivers
from musnad.core.kernel.errors import BadForm
from musnad.core.kernel.names import MessageId, Slug, party_of
from musnad.core.kernel.times import Day, parse_day
from musnad.core.messages import bodies
from musnad.core.messages.message import Message


def apply_step(board: Board, own_id: MessageId, message: Message) -> None:
    """Apply a step against which no ground stands; a transcript as what its speaker said."""
    if isinstance(message.body, bodies.Transcript):
        board.entered[own_id] = party_of(message.body.speaker)
    message = as_said(message)
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
        case bodies.Takeover():
            board.takeovers[message.author_party] = own_id
            board.contested.update(dict.fromkeys(body.contested))
        case bodies.Exported():
            raise AssertionError(message.kind)  # said to oneself, and never folded
        case _:
            request = board.request_answered_by(message)
            assert request is not None
            _answer(request, own_id, message)
            if isinstance(body, bodies.Offer):
                limits = (*request.facts.limits, *((body.limits,) if body.limits is not None else ()))
                for place, exhibit in enumerate(message.exhibits):
                    known = board.exhibits.get(exhibit.seal)
                    board.exhibits[exhibit.seal] = with_offer(known, own_id, message, place, limits)
    board.applied[own_id] = message


def _ask(board: Board, own_id: MessageId, message: Message, body: bodies.Request) -> None:
    assert message.measure is not None
    assert message.treaty is not None
    measure = measure_in(board.treaties, message.treaty, message.measure)
    board.requests[own_id] = OpenRequest.of(
        RequestState(
            own_id,
            message.measure,
            message.treaty,
            measure.outcome if measure is not None else None,
            message.author,
            asked_of(message),
            follows=body.follows,
            limits=(body.limits,) if body.limits is not None else (),
            urgency=_told(body.fields.get("urgency")),
            wanted_by=_day(body.fields.get("wanted-by")),
            data_lost_on=_day(body.fields.get("data-lost-on")),
        )
    )
    if body.follows is not None:
        board.requests[body.follows].followed_by.append(own_id)


def _told(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _day(value: object) -> Day | None:
    """The day in a field of a request, which may hold anything."""
    try:
        return parse_day(value) if isinstance(value, str) else None
    except BadForm:
        return None


def _keep(board: Board, own_id: MessageId, message: Message, body: bodies.Custody) -> None:
    exhibit = with_custody(board.exhibits.get(body.seal), own_id, message, body)
    board.exhibits[body.seal] = exhibit
    request = board.requests.get(exhibit.facts.request) if exhibit.facts.request is not None else None
    if request is not None and body.event == "received" and message.author_party in receivers(request.facts):
        request.delivered[body.seal] = None


def _answer(request: OpenRequest, own_id: MessageId, message: Message) -> None:
    body, facts = message.body, request.facts
    match body:
        case bodies.Acknowledgement():
            request.facts = replace(facts, acknowledged=own_id)
        case bodies.Question():
            request.questions[own_id] = None
        case bodies.Reply():
            request.questions.pop(message.answers or own_id, None)
        case bodies.Acceptance():
            limits = (*facts.limits, *((body.limits,) if body.limits is not None else ()))
            request.facts = replace(facts, accepted=own_id, conditions=body.conditions, limits=limits)
        case bodies.Execution():
            request.facts = replace(facts, executed=own_id, result=body.result)
        case bodies.Refusal():
            request.facts = replace(facts, refused=own_id, refusal_grounds=tuple(Slug(one) for one in body.grounds))
        case bodies.Postponement():
            request.facts = replace(facts, postponed=own_id, postponed_until=body.until)
        case bodies.Confirmation():
            _confirm(request, own_id, message, body)
        case bodies.ExtensionRequest():
            request.extensions[own_id] = Extension(own_id, body.until)
        case bodies.Withdrawal():
            request.facts = replace(facts, withdrawn=own_id)
            request.questions.clear()
            request.extensions.clear()
        case _:
            _agree(request, own_id, message)


def _agree(request: OpenRequest, own_id: MessageId, message: Message) -> None:
    """What is said about a request beside its course."""
    match message.body:
        case bodies.Consultation():
            request.consultations.append(own_id)
        case bodies.ConsentRequest() as body:
            request.consents[own_id] = ConsentState(own_id, body.use, body.seal, body.recipients)
        case bodies.Consent() as body:
            asked = request.consents[message.answers or own_id]
            request.consents[asked.id] = replace(asked, granted=body.granted, answer=own_id, limits=body.limits)
        case bodies.Silence():
            request.silences.append(own_id)
        case bodies.CallBack():
            pass  # it is told, and weighed by people
        case bodies.Offer():
            request.offered.update(dict.fromkeys(one.seal for one in message.exhibits))
        case _:
            raise AssertionError(message.kind)  # it answers nothing


def _confirm(request: OpenRequest, own_id: MessageId, message: Message, body: bodies.Confirmation) -> None:
    """Preserved until a day; wishes for a longer period that this answers or reaches are no longer open."""
    reached = [one.id for one in request.extensions.values() if one.until <= body.preserved_until]
    for one in (*reached, message.answers):
        if one is not None:
            request.extensions.pop(one, None)
    request.facts = replace(
        request.facts,
        confirmed=own_id,
        preserved_until=body.preserved_until,
        counted_from=body.counted_from,
        zone=body.zone,
    )
