"""How many officers of the author must have signed a step, as the treaty data of its request says.

A request is held against its own measure; an offer, the passing on and the opening of an exhibit against that of the
request under which it is given. Nothing is said of other steps (to return or destroy an exhibit, one officer suffices),
nor where that data is not at hand.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from musnad.core.case.board import Board, Treaties, board_of
from musnad.core.case.open import OpenRequest
from musnad.core.case.state import CaseState
from musnad.core.kernel.names import Digest
from musnad.core.messages import bodies
from musnad.core.messages.message import Message
from musnad.core.treaty.engine import approval_due, check_approvals
from musnad.core.treaty.findings import Finding
from musnad.core.treaty.values import ApprovalAct, SharedApproval, Treaty


def approval_asked(state: CaseState, message: Message, treaties: Treaties) -> SharedApproval | None:
    """What asks that several officers sign this as the next step of the case; None: no more than one."""
    found = _question(board_of(state, treaties), message)
    return approval_due(*found) if found is not None else None


def approvals_fewer(board: Board, message: Message) -> Iterator[Finding]:
    """A finding where fewer officers signed the step than the rule says; officers are told apart by name."""
    found = _question(board, message)
    if found is not None:
        yield from check_approvals(*found, officers=sum(one.act == found[2] for one in message.approvals))


def request_of(board: Board, message: Message) -> OpenRequest | None:
    """The request under which an exhibit is offered, or was offered that something is done with."""
    match message.body:
        case bodies.Offer():
            return board.request_answered_by(message)
        case bodies.Custody(seal=seal):
            exhibit = board.exhibits.get(seal)
            asked = exhibit.facts.request if exhibit is not None else None
            return board.requests.get(asked) if asked is not None else None
        case _:
            return None


def _question(board: Board, message: Message) -> tuple[Treaty, str, ApprovalAct, Mapping[str, object]] | None:
    """What is asked of the engine: the data, the measure, the act and the request's fields."""
    act = message.required_act
    if act is None or act == "export" or _gives_up(message):
        return None
    digest: Digest | None = message.treaty
    asked, measure = message, message.measure
    if not isinstance(message.body, bodies.Request):
        request = request_of(board, message)
        if request is None:
            return None
        asked, digest, measure = board.applied[request.facts.id], request.facts.treaty, request.facts.measure
    treaty = board.treaties.get(digest) if digest is not None else None
    if treaty is None or measure is None or measure not in treaty.measures:
        return None
    return treaty, measure, act, asked.body.fields if isinstance(asked.body, bodies.Request) else {}


def _gives_up(message: Message) -> bool:
    return isinstance(message.body, bodies.Custody) and message.body.event in {"returned", "destroyed"}
