"""What may be said in a case now by an authority of this node, the likely next step first.

The kinds come from the folded case (``core.case.judge``), the order from what is due. Nothing here judges what is said:
composing does. Asking for more, offering evidence and custody have pages of their own, and are named here with them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.urls import reverse

from musnad.core.case.duty import Duty, duties
from musnad.core.case.judge import NextStep, next_steps
from musnad.core.case.state import CaseState, RequestState, as_said, standing
from musnad.core.kernel.names import AuthorityId, CaseRef, MessageId, PartyCode, party_of
from musnad.core.kernel.times import Instant
from musnad.core.messages.bodies import SPOKEN
from musnad.core.treaty.values import Label
from musnad.desk.errors import NotAllowed
from musnad.exchange.ports import Ports
from musnad.language import mark
from musnad.people.powers import Power
from musnad.people.seat import Seat

FAST = "accept-and-confirm"
AT_ONCE = "accept-at-once"
HAND_OVER = "hand-over"

SAYINGS: Mapping[str, tuple[str, str]] = {
    "takeover": (mark("Take the case over"), mark("You speak for yourself from now on; contest what others entered.")),
    AT_ONCE: (
        mark("Accept at once"),
        mark("An emergency: acknowledged and accepted together; then give the data."),
    ),
    "acknowledgement": (mark("Acknowledge"), mark("A person here has seen the request. It promises nothing more.")),
    FAST: (mark("Accept and confirm"), mark("The request is accepted, and the other side is told the last day.")),
    "confirmation": (mark("Confirm the preservation"), mark("The data are preserved until a last day, included.")),
    "acceptance": (mark("Accept"), mark("The request will be executed, under conditions if you set any.")),
    "reply": (mark("Answer their question"), mark("What they need to know before they can decide.")),
    "execution": (mark("Say what was done"), mark("Executed, executed in part, or not: what was done or found.")),
    "offer": (mark("Offer evidence"), mark("Seal what was collected, and offer it to who asked.")),
    "consent": (mark("Answer on the use of the data"), mark("Agree or do not agree that data are used otherwise.")),
    "question": (mark("Ask back"), mark("Ask what the request leaves open.")),
    "consultation": (mark("Consult first"), mark("Say what stands in the way, before a refusal or postponement.")),
    "postponement": (mark("Postpone"), mark("Not now: it would disturb a matter of your own State.")),
    "refusal": (mark("Refuse"), mark("A lawful no, with every ground and the reasons.")),
    "extension-request": (mark("Ask to preserve for longer"), mark("A later last day, asked before the period ends.")),
    "consent-request": (
        mark("Ask to use the data otherwise"),
        mark("Pass them on, use them otherwise, disclose them."),
    ),
    "silence": (mark("State that no answer came"), mark("Your word, logged and witnessed, on what you hold.")),
    "withdrawal": (mark("Withdraw the request"), mark("You no longer need what you asked for.")),
    "call-back": (mark("Record a call-back"), mark("A second contact was asked whether a paper is genuine.")),
    "transcript": (mark("Enter what came on paper"), mark("What a State without a node said, entered for it.")),
    "request": (mark("Ask for more in this case"), mark("A further measure, perhaps one that follows an earlier.")),
    "custody": (mark("Say what was done with an exhibit"), mark("Copied, passed on, returned or destroyed.")),
    HAND_OVER: (mark("Hand the case over"), mark("Send a Party that has a node now what was said to it before.")),
    "closing": (mark("Close the case"), mark("Nothing more is to be said, as far as you know.")),
}
"""Each step by what the officer does, and one sentence on what it says; in the order of likelihood."""
MANY = 3
"""How many choices stand on the case page even where none is due."""
_RANK = {kind: place for place, kind in enumerate(SAYINGS)}
_MEETS: Mapping[str, str] = {
    "acknowledge": "acknowledgement",
    "answer-question": "reply",
    "decide": "acceptance",
    "confirm-preservation": "confirmation",
    "answer-extension": "confirmation",
    "submit-follow-up": "request",
    "offer-evidence": "offer",
    "report-execution": "execution",
    "answer-consent": "consent",
    "return-or-destroy": "custody",
    "close": "closing",
}
"""The step that meets a duty."""
BY_ANOTHER_POWER: Mapping[str, Power] = {
    "request": Power.COMPOSE,
    "offer": Power.EVIDENCE,
    "custody": Power.EVIDENCE,
}


@dataclass(frozen=True, slots=True)
class Said:
    """What a call-back would be about: a kind, by whom, and when by its author's clock."""

    kind: str
    author: AuthorityId
    at: Instant


@dataclass(frozen=True, slots=True)
class Choice:
    """A step that may be taken now; ``due`` where it meets what this node has to do.

    ``party`` is for a hand-over, ``said`` for a call-back.
    """

    case: CaseRef
    kind: str
    answers: MessageId | None
    measure: Label | None
    due: bool
    party: PartyCode | None = None
    said: Said | None = None

    @property
    def title(self) -> str:
        return SAYINGS[self.kind][0]

    @property
    def about(self) -> str:
        return SAYINGS[self.kind][1]

    @property
    def at_once(self) -> bool:
        """One press says it."""
        return self.kind == "acknowledgement"

    @property
    def address(self) -> str:
        if self.kind == "request":
            return f"{reverse('composing:start')}?case={self.case}&follows={self.answers or self.case}"
        if self.kind in {"offer", "custody"}:
            return reverse("evidence:all", args=[self.case])
        if self.party is not None:
            return reverse("answering:hand-over", args=[self.case, self.party])
        if self.answers is None:
            return reverse("answering:saying", args=[self.case, self.kind])
        return reverse("answering:answer", args=[self.case, self.kind, self.answers])


def choices(ports: Ports, state: CaseState, seat: Seat) -> tuple[Choice, ...]:
    """What this seat may say in the case, the likely next step first; nothing for a seat of no authority of here."""
    if not voices(ports, seat):
        return ()
    due = {(_MEETS.get(one.code, ""), one.request) for one in _ours(ports, state)}
    found = [
        _choice(ports, state, one, due)
        for one in (*_steps(state, ports.party), *_on_paper(ports, state), *_by_telephone(state, ports.party))
        if seat.may(BY_ANOTHER_POWER.get(one.kind, Power.ANSWER)) and _has_page(one.kind)
    ]
    if seat.may(Power.ANSWER):
        found += [Choice(state.case, HAND_OVER, None, None, due=False, party=one) for one in _unserved(ports, state)]
    return tuple(sorted(found, key=lambda one: (not one.due, _RANK[one.kind])))


def offered(ports: Ports, state: CaseState, seat: Seat) -> tuple[Choice, ...]:
    """``choices``, of the call-backs the newest alone; nothing for a seat that may only look."""
    if not (seat.may(Power.ANSWER) or seat.may(Power.EVIDENCE) or seat.may(Power.COMPOSE)):
        return ()
    found = choices(ports, state, seat)
    call = next((one for one in found if one.said is not None), None)
    return tuple(one for one in found if one.said is None or one is call)


def foremost(found: tuple[Choice, ...]) -> tuple[Choice, ...]:
    """Of those, what stands on the case page: what is due, and at least three.

    What one press says together is not offered in pieces as well, and a refusal stands beside it.
    """
    at_once = {one.answers for one in found if one.kind == AT_ONCE}
    parts = {"acknowledgement", "acceptance", "refusal"}
    order: list[Choice] = []
    for one in found:
        if one.kind in parts and one.answers in at_once:
            continue
        order.append(one)
        if one.kind == AT_ONCE:
            order += [no for no in found if no.kind == "refusal" and no.answers == one.answers]
    beside = {"refusal"} if at_once else set()
    return tuple(one for place, one in enumerate(order) if one.due or one.kind in beside or place < MANY)


def speaker(ports: Ports, seat: Seat, request: RequestState | None) -> AuthorityId:
    """The authority of this node that speaks on the request: the one that was asked or asked, if the seat is of it.

    Raises ``NotAllowed`` where the seat is of no authority of this node: a step that no officer has to approve is said
    by somebody all the same, and speaks for a State.
    """
    mine = voices(ports, seat)
    if not mine:
        raise NotAllowed(Power.ANSWER.value)
    named = (*request.asked, request.asker) if request is not None else ()
    return next((one for one in named if one in mine), mine[0])


def voices(ports: Ports, seat: Seat) -> tuple[AuthorityId, ...]:
    """The authorities of this node that the seat may speak for: those that list a pseudonym of theirs."""
    return tuple(one for one in seat.authorities if one in ports.keys.hosted)


def request_of(state: CaseState, answers: MessageId | None) -> RequestState | None:
    """The request that a message is, or belongs to; None where it belongs to none."""
    if answers is None:
        return next(reversed(tuple(state.requests.values())), None)
    if answers in state.requests:
        return state.requests[answers]
    message = state.messages.get(answers)
    return request_of(state, message.answers) if message is not None and message.answers is not None else None


def _steps(state: CaseState, party: PartyCode) -> Iterator[NextStep]:
    for one in next_steps(state, party):
        yield one
        request = state.requests.get(one.answers) if one.answers is not None else None
        if one.kind == "acceptance" and request is not None and request.outcome == "preservation":
            yield NextStep(FAST, one.answers)
        elif one.kind == "acceptance" and request is not None and is_emergency(request):
            yield NextStep(AT_ONCE, one.answers)


def is_emergency(request: RequestState) -> bool:
    """Whether somebody is in danger; preservation, which has a short way of its own, is left to that."""
    return request.urgency == "emergency" and request.outcome not in {"preservation", "notice"}


def _on_paper(ports: Ports, state: CaseState) -> Iterator[NextStep]:
    """What a State without a node says to a request of ours comes on paper, and is entered for it."""
    directory = ports.directories.current()
    for request in state.requests.values():
        if not state.closed and request.asker_party == ports.party and not directory.lists(request.asked_party):
            yield NextStep("transcript", request.id)
            steps = next_steps(state, request.asked_party)
            yield from (
                NextStep("transcript", one.answers)
                for one in steps
                if one.kind == "consent" and request_of(state, one.answers) is request
            )


def _by_telephone(state: CaseState, party: PartyCode) -> Iterator[NextStep]:
    """A call-back is about a request, one's own among them, or about what the other side said, on paper or not."""
    for name, message in reversed(tuple(standing(state))):
        said = as_said(message)
        belongs = said.kind == "request" or (said.kind in SPOKEN and request_of(state, name) is not None)
        if belongs and (said.kind == "request" or said.author_party != party):
            yield NextStep("call-back", name)


def _has_page(kind: str) -> bool:
    return kind in SAYINGS


def _choice(ports: Ports, state: CaseState, step: NextStep, due: set[tuple[str, MessageId | None]]) -> Choice:
    request = request_of(state, step.answers)
    treaty = ports.treaties.known().get(request.treaty) if request is not None else None
    measure = treaty.measures.get(request.measure) if treaty is not None and request is not None else None
    about = request.id if request is not None and step.answers is not None else None
    kind = "acceptance" if step.kind in {FAST, AT_ONCE} else step.kind
    is_due = (
        (kind, about) in due
        or step.kind == AT_ONCE
        or (step.answers is None and any(one == step.kind for one, _ in due))
    )
    label, said = measure.label if measure is not None else None, None
    if step.kind == "call-back" and step.answers is not None:
        message = as_said(state.messages[step.answers])
        said = Said(message.kind, message.author, message.at)
    return Choice(state.case, step.kind, step.answers, label, is_due, said=said)


def _ours(ports: Ports, state: CaseState) -> Iterator[Duty]:
    return (one for one in duties(state, ports.treaties.known(), {}) if party_of(one.owner) == ports.party)


def _unserved(ports: Ports, state: CaseState) -> Iterator[PartyCode]:
    """Parties with a node, to which something of ours was said that they do not have and that is not on its way."""
    directory = ports.directories.current()
    for party in state.parties:
        if party == ports.party or not directory.lists(party):
            continue
        if any(
            party in {party_of(one) for one in message.to}
            and party not in {party_of(one.recipient) for one in state.receipts.get(name, ())}
            and not ports.journal.is_waiting(name, party)
            for name, message in state.messages.items()
            if message.author_party == ports.party
        ):
            yield party
