"""What the treaty data of a request says of a step that the case allows.

Only what the data is certain about may block a step before it is sent; in the fold, nothing here voids anything. The
fold knows no directory: roles of authorities are weighed only where the caller gives them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import timedelta
from types import MappingProxyType

from musnad.core.case.approvals import approvals_fewer, request_of
from musnad.core.case.board import Board, measure_in
from musnad.core.case.open import OpenRequest
from musnad.core.case.state import Remark, as_said, asked_of
from musnad.core.kernel.names import AuthorityId, MessageId, Slug
from musnad.core.messages import bodies
from musnad.core.messages.message import Message
from musnad.core.treaty.engine import (
    check_basis,
    check_confirmation,
    check_extension,
    check_postponement,
    check_refusal,
    check_request,
)
from musnad.core.treaty.findings import Finding, FindingCode, Severity
from musnad.core.treaty.values import FieldKind, Measure

Roles = Mapping[AuthorityId, Collection[str]]
NO_ROLES: Roles = MappingProxyType({})

_TIME_TO_ANSWER = timedelta(days=1)
"""How long nobody is called silent who was asked for no day."""

_JUDGED = (
    bodies.Request | bodies.Refusal | bodies.Postponement | bodies.Confirmation | bodies.ExtensionRequest | bodies.Offer
)


def needs_treaty(board: Board, message: Message) -> bool:
    """Whether the step would be held against treaty data that is not at hand."""
    if isinstance(message.body, bodies.Request):
        return measure_in(board.treaties, message.treaty, message.measure) is None
    if isinstance(message.body, bodies.Custody):
        request = request_of(board, message) if message.required_act is not None else None
        return request is not None and board.measure(request) is None
    message = as_said(message)
    if not isinstance(message.body, _JUDGED):
        return False
    request = board.request_answered_by(message)
    return request is not None and board.measure(request) is None


def findings_on(
    board: Board, message: Message, *, own_id: MessageId | None = None, roles: Roles = NO_ROLES
) -> Iterator[Remark]:
    """What the treaty data says against the step; nothing where that data is not at hand."""
    body = message.body
    asked = _on_request(board, message, body, roles) if isinstance(body, bodies.Request) else ()
    for finding in (*asked, *_on_answer(board, message), *approvals_fewer(board, message)):
        yield Remark(
            own_id,
            Slug(finding.code.value),
            # An exercise is made of measures that nobody executes under a treaty.
            finding.severity is Severity.BLOCKS
            and not (message.exercise and finding.code is FindingCode.TREATY_NOT_IN_FORCE),
            finding.rule,
            Slug(finding.certainty.value) if finding.certainty is not None else None,
            finding.field,
            finding.about,
        )
    yield from _unforeseen(board, message, own_id)
    yield from _early(board, message, own_id)
    yield from _without_limits(board, message, own_id)


def _without_limits(board: Board, message: Message, own_id: MessageId | None) -> Iterator[Remark]:
    """Information that is given unasked, without the conditions of use that its measure calls for."""
    body = message.body
    measure = measure_in(board.treaties, message.treaty, message.measure)
    if not isinstance(body, bodies.Request) or measure is None or measure.outcome != "notice" or body.limits:
        return
    for one in measure.use_limits:
        if one.force == "must":
            certainty = Slug(one.rule.certainty.value)
            yield Remark(own_id, Slug("limits-missing"), False, one.rule.name, certainty, None, one.limit)
            return


def _on_request(board: Board, message: Message, body: bodies.Request, roles: Roles) -> Iterator[Finding]:
    treaty = board.treaties.get(message.treaty) if message.treaty is not None else None
    measure = measure_in(board.treaties, message.treaty, message.measure)
    if treaty is None or measure is None:
        return
    asked = [role for one in asked_of(message) for role in roles.get(one, measure.addressees.roles)]
    yield from check_request(
        treaty,
        measure.name,
        body.fields,
        asker_roles=roles.get(message.author, measure.askers.roles),
        addressee_roles=asked,
    )
    if message.legal_basis is not None:
        yield from check_basis(treaty, message.legal_basis.instrument)


def _on_answer(board: Board, message: Message) -> tuple[Finding, ...]:
    message = as_said(message)
    request = board.request_answered_by(message)
    treaty = board.treaties.get(request.facts.treaty) if request is not None else None
    measure = board.measure(request) if request is not None else None
    if request is None or treaty is None or measure is None:
        return ()
    consulted = bool(request.consultations)
    match message.body:
        case bodies.Refusal() as body:
            offence = _offence(board, request, measure)
            return check_refusal(treaty, measure.name, body.grounds, offence=offence, consulted=consulted)
        case bodies.Postponement():
            return check_postponement(treaty, measure.name, consulted=consulted)
        case bodies.Confirmation() as body:
            return check_confirmation(treaty, measure.name, counted_from=body.counted_from, until=body.preserved_until)
        case bodies.ExtensionRequest() as body if request.facts.preserved_until is not None:
            asked_on = message.at.date()  # the author's clock: it may flag, and never voids
            return check_extension(
                treaty, measure.name, lapses=request.facts.preserved_until, asked_on=asked_on, until=body.until
            )
        case _:
            return ()


def _offence(board: Board, request: OpenRequest, measure: Measure) -> str | None:
    """The Convention's own offence that the request names, if it names one."""
    opening = board.applied[request.facts.id].body
    if not isinstance(opening, bodies.Request):
        return None
    for field in measure.fields.values():
        value = opening.fields.get(field.name)
        if field.kind is FieldKind.OFFENCE and isinstance(value, dict):
            named = value.get("name")
            return named if isinstance(named, str) else None
    return None


def _early(board: Board, message: Message, own_id: MessageId | None) -> Iterator[Remark]:
    """A silence that is said while an answer was still in time: on or before the day that the request wished for, or,
    where it wished for none and is no emergency, within a day of it. The author's clock may flag, and never voids."""
    request = board.request_answered_by(message)
    if not isinstance(message.body, bodies.Silence) or request is None:
        return
    wished = request.facts.wanted_by
    if wished is not None:
        early = message.at.date() <= wished
    else:
        waited = message.at - board.applied[request.facts.id].at
        early = waited < _TIME_TO_ANSWER and request.facts.urgency != "emergency"
    if early:
        yield Remark(own_id, Slug("silence-early"), blocks=False, about=wished.isoformat() if wished else "")


def _unforeseen(board: Board, message: Message, own_id: MessageId | None) -> Iterator[Remark]:
    """A request that follows one whose measure does not name it among those that come after."""
    body = message.body
    if not isinstance(body, bodies.Request) or body.follows is None:
        return
    followed = board.requests.get(body.follows)
    earlier = board.measure(followed) if followed is not None else None
    if earlier is not None and message.measure not in {one.measure for one in earlier.follow_ups}:
        yield Remark(own_id, Slug("follow-up-not-foreseen"), blocks=False, about=str(message.measure))
