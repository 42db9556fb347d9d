"""Why the case forbids a step: every ground, each a name; an empty answer lets it stand.

The grounds stand in docs/protocol.md, "Void steps". Nothing here asks the directory, a receipt or a clock.

1. Any step: it is said among the case's Parties, all of them and nobody else, in the case's mode (exercise or real),
   before the case is closed.
2. An answer: what it answers stands, was known to its author, is of a kind that it can answer, and is the author's
   side to answer.
3. The kind's own rules, against what stands so far.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from musnad.core.case.board import Board
from musnad.core.case.custody import custody_grounds
from musnad.core.case.open import OpenRequest
from musnad.core.case.state import RequestState, as_said, asked_of, providers, receivers
from musnad.core.kernel.names import MessageId, PartyCode, Slug, party_of
from musnad.core.messages import bodies
from musnad.core.messages.bodies import SPOKEN
from musnad.core.messages.message import Message
from musnad.core.treaty.values import Certainty

Knows = Callable[[MessageId], bool]
"""Whether the message's author had this one before it: an ancestor by ``previous``."""

GROUNDS: tuple[str, ...] = (
    "case-not-opened",
    "not-a-participant",
    "not-told-to-all",
    "exercise-mismatch",
    "case-is-closed",
    # a transcript
    "speaks-for-itself",
    # an answer
    "answers-unknown",
    "answers-wrong-kind",
    "wrong-side",
    "withdrawn",
    "already-decided",
    "already-acknowledged",
    "already-answered",
    "ground-not-lawful",
    "not-accepted",
    "wrong-outcome",
    "period-backwards",
    "shortens",
    "nothing-preserved",
    "question-open",
    "exhibit-not-received",
    "seal-offered-already",
    "not-the-holder",
    "not-for-the-asker",
    # a request
    "asks-itself",
    "measure-unknown",
    "follows-unknown",
    "follows-other-side",
    # custody
    "exhibit-unknown",
    "custody-by-stranger",
    "custody-begun-already",
    "received-already",
    "opened-before-received",
    "opened-before-accepted",
    # a takeover
    "nothing-entered",
    "already-taken-over",
    # a closing
    "already-closed",
    "heads-unknown",
)
"""Every ground, in the order of docs/protocol.md: of several, the first is the one that the fold names."""
_PLACE = {ground: place for place, ground in enumerate(GROUNDS)}

ASKED_SIDE = frozenset(
    {
        "acknowledgement",
        "question",
        "acceptance",
        "consultation",
        "refusal",
        "postponement",
        "confirmation",
        "execution",
    }
)
_ANSWERED: dict[str, frozenset[str]] = {
    "reply": frozenset({"question"}),
    "confirmation": frozenset({"request", "extension-request"}),
    "consent": frozenset({"consent-request"}),
    "call-back": SPOKEN | {"request"},
}
_AFTER_CLOSING = bodies.Custody | bodies.ConsentRequest | bodies.Consent | bodies.CallBack
"""What was given is answered for after the case is closed, too."""
_A_REQUEST = frozenset({"request"})


def grounds_against(board: Board, message: Message, knows: Knows, *, overruled: bool = False) -> tuple[Slug, ...]:
    """Every ground on which the case forbids ``message`` next, in the order of ``GROUNDS``.

    Args:
        overruled: of a transcript, that its speaker's own word stands against it (``transcripts``).
    """
    found = set(_grounds(board, message, knows, overruled=overruled))
    return tuple(Slug(ground) for ground in sorted(found, key=_PLACE.__getitem__))


def side_of(kind: str, request: RequestState) -> frozenset[PartyCode]:
    """The Parties of a request that may say a kind of answer to it."""
    match kind:
        case "offer" | "consent":
            return providers(request)
        case "consent-request":
            return receivers(request)
        case "call-back":
            return frozenset({request.asker_party, request.asked_party})
        case _:
            return frozenset({request.asked_party if kind in ASKED_SIDE else request.asker_party})


def _grounds(board: Board, message: Message, knows: Knows, *, overruled: bool) -> Iterator[str]:
    if overruled:
        yield "speaks-for-itself"
    message = as_said(message)
    if not board.opened and message.case is not None:
        yield "case-not-opened"
        return
    if board.opened and not message.parties <= board.parties:
        yield "not-a-participant"
    if board.opened and not board.parties <= message.parties and not message.own_chain:
        yield "not-told-to-all"
    if board.opened and message.exercise != board.exercise:
        yield "exercise-mismatch"
    if board.closed and not isinstance(message.body, _AFTER_CLOSING):
        yield "case-is-closed"
    if message.answers is None:
        yield from _unanswering(board, message, knows)
        return
    answered = board.applied.get(message.answers)
    if answered is None or not knows(message.answers):
        yield "answers-unknown"
        return
    request = board.request_answered_by(message)
    if answered.kind not in _ANSWERED.get(message.kind, _A_REQUEST) or request is None:
        yield "answers-wrong-kind"
        return
    if message.author_party not in side_of(message.kind, request.facts):
        yield "wrong-side"
    yield from _answering(board, message, request)


def _unanswering(board: Board, message: Message, knows: Knows) -> Iterator[str]:
    body = message.body
    if isinstance(body, bodies.Request):
        yield from _request(board, message, body, knows)
    elif isinstance(body, bodies.Custody):
        yield from custody_grounds(board, message, body)
    elif isinstance(body, bodies.Takeover):
        yield from _takeover(board, message, body, knows)
    elif isinstance(body, bodies.Closing):
        if message.author_party in board.closings:
            yield "already-closed"
        if not all(knows(head) for head in body.heads):
            yield "heads-unknown"


def _takeover(board: Board, message: Message, body: bodies.Takeover, knows: Knows) -> Iterator[str]:
    entered = {one for one, party in board.entered.items() if party == message.author_party and knows(one)}
    if not entered or not entered.issuperset(body.contested):
        yield "nothing-entered"
    if message.author_party in board.takeovers and board.contested.keys() >= set(body.contested):
        yield "already-taken-over"
    if not all(knows(head) for head in body.heads):
        yield "heads-unknown"


def _request(board: Board, message: Message, body: bodies.Request, knows: Knows) -> Iterator[str]:
    asked = asked_of(message)
    if not asked:
        yield "asks-itself"
    data = board.treaties.get(message.treaty) if message.treaty is not None else None
    if data is not None and message.measure not in data.measures:
        yield "measure-unknown"
    if body.follows is not None:
        followed = board.requests.get(body.follows)
        if followed is None or not knows(body.follows):
            yield "follows-unknown"
        elif not _may_follow(followed.facts, message, {party_of(one) for one in asked}):
            yield "follows-other-side"


def _may_follow(followed: RequestState, message: Message, asked: Collection[PartyCode]) -> bool:
    """By the asker of the followed request to whom it asked; after information or in joint work also the other way."""
    ways = [(followed.asker_party, followed.asked_party)]
    if followed.outcome in {"notice", "joint"}:
        ways.append((followed.asked_party, followed.asker_party))
    return any(message.author_party == asker and there in asked for asker, there in ways)


def _answering(board: Board, message: Message, request: OpenRequest) -> Iterator[str]:
    if isinstance(message.body, bodies.CallBack):
        return
    if request.facts.withdrawn is not None and not isinstance(message.body, _AFTER_CLOSING):
        yield "withdrawn"
    if request.facts.refused is not None:
        yield "already-decided"
    match message.body:
        case bodies.Acknowledgement() if request.facts.acknowledged is not None:
            yield "already-acknowledged"
        case bodies.Reply() if message.answers not in request.questions:
            yield "already-answered"
        case bodies.Acceptance() | bodies.Postponement() | bodies.Refusal():
            yield from _decision(board, message, request)
        case bodies.Withdrawal() if request.fulfilled and request.facts.confirmed is None:
            # Preserved data may be let go; evidence that was delivered cannot be unsent.
            yield "already-decided"
        case bodies.Confirmation() as body:
            yield from _confirmation(message, body, request)
        case bodies.ExtensionRequest() as body:
            yield from _extension(body, request)
        case bodies.Offer():
            yield from _offer(board, message, request)
        case _:
            yield from _answering_more(board, message, request)


def _answering_more(board: Board, message: Message, request: OpenRequest) -> Iterator[str]:
    match message.body:
        case bodies.Execution():
            yield from _execution(request, {"preservation", "evidence", "answer", "joint"})
            if request.facts.result in {"executed", "not-executed"}:
                yield "already-decided"
        case bodies.Silence():
            yield from _silence(request.facts, request)
        case bodies.ConsentRequest() as body if body.seal is not None:
            exhibit = board.exhibits.get(body.seal)
            ours = exhibit is not None and exhibit.facts.request == request.facts.id
            if exhibit is None or not ours or message.author_party not in exhibit.told_by:
                yield "exhibit-not-received"
        case bodies.Consent() if request.consents[message.answers or MessageId("")].granted is not None:
            yield "already-answered"
        case _:  # a question or a consultation may be said while the request is not over
            pass


def _silence(facts: RequestState, request: OpenRequest) -> Iterator[str]:
    if facts.outcome == "notice":
        yield "wrong-outcome"
    if facts.accepted is not None or facts.postponed is not None:
        yield "already-decided"
    if request.questions:
        yield "question-open"


def _decision(board: Board, message: Message, request: OpenRequest) -> Iterator[str]:
    if request.facts.outcome == "notice":
        yield "wrong-outcome"
    if request.facts.accepted is not None:
        yield "already-decided"
    measure = board.measure(request)
    if isinstance(message.body, bodies.Refusal) and measure is not None:
        barred = {name for name, rule in measure.barred.items() if rule.certainty is Certainty.CERTAIN}
        known = {*measure.grounds, *measure.barred} - barred
        if not set(message.body.grounds) <= known:
            yield "ground-not-lawful"


def _execution(request: OpenRequest, outcomes: Collection[str]) -> Iterator[str]:
    if request.facts.accepted is None and request.facts.outcome != "notice":
        yield "not-accepted"
    if request.facts.outcome is not None and request.facts.outcome not in outcomes:
        yield "wrong-outcome"


def _confirmation(message: Message, body: bodies.Confirmation, request: OpenRequest) -> Iterator[str]:
    yield from _execution(request, {"preservation"})
    if body.preserved_until < body.counted_from:
        yield "period-backwards"
    extends = message.answers != request.facts.id
    if extends and message.answers not in request.extensions:
        yield "already-decided"
    if request.facts.preserved_until is None:
        return
    if body.preserved_until < request.facts.preserved_until:
        yield "shortens"
    elif not extends and body.preserved_until == request.facts.preserved_until:
        yield "already-decided"


def _extension(body: bodies.ExtensionRequest, request: OpenRequest) -> Iterator[str]:
    yield from _execution(request, {"preservation"})
    if request.facts.preserved_until is None:
        yield "nothing-preserved"
    elif body.until <= request.facts.preserved_until:
        yield "shortens"


def _offer(board: Board, message: Message, request: OpenRequest) -> Iterator[str]:
    yield from _execution(request, {"evidence", "answer", "notice", "joint"})
    seals = [exhibit.seal for exhibit in message.exhibits]
    if len(set(seals)) != len(seals):
        yield "seal-offered-already"
    for exhibit in message.exhibits:
        known = board.exhibits.get(exhibit.seal)
        if known is not None and known.facts.offer is not None:
            yield "seal-offered-already"
        if known is not None and message.author_party not in known.holders:
            yield "not-the-holder"
        others = receivers(request.facts) - {message.author_party}
        if others.isdisjoint(party_of(wrap.recipient) for wrap in exhibit.wraps):
            yield "not-for-the-asker"
