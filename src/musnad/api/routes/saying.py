"""Saying: asking, every kind of step, and what comes of it. Said again word for word, a thing is said once."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.http import HttpRequest
from ninja import Body, Path, Query, Router
from ninja.responses import Status

from musnad.adapters.paper import set_in_type
from musnad.api.caller import Caller, caller_of
from musnad.api.interface import reads, writes
from musnad.api.shapes.forms import Hex64
from musnad.api.shapes.saying import (
    ClosingGiven,
    ConfirmationGiven,
    HandOverGiven,
    HandOverShape,
    PaperAsked,
    PaperShape,
    RequestGiven,
    SaidShape,
    SilenceGiven,
    StepBase,
    StepGiven,
    TakeoverGiven,
)
from musnad.core.kernel.b64 import write_b64
from musnad.core.kernel.names import AuthorityId, CaseRef, MessageId, OfficerName, PartyCode, Slug, party_of
from musnad.core.kernel.times import parse_day
from musnad.core.messages import bodies
from musnad.core.messages.edge import RequestEdge, TranscriptEdge
from musnad.core.messages.message import LegalBasis
from musnad.core.messages.schema import parse_body
from musnad.core.messages.version import MUSNAD_1
from musnad.exchange.admission import Admitted
from musnad.exchange.composing import Draft, Intent, case_state, compose, read_draft
from musnad.exchange.custody import carry_out
from musnad.exchange.exhibits import counterparts
from musnad.exchange.paper import read_paper
from musnad.exchange.periods import confirmation
from musnad.exchange.silence import silence
from musnad.exchange.takeover import hand_over

ANSWERS = ((201, SaidShape), (200, SaidShape))
router = Router(tags=["saying"])


@writes(router, "/requests", "cases:write", *ANSWERS)
def ask(request: HttpRequest, given: Body[RequestGiven]) -> Status[SaidShape]:
    """Ask another State's authority for a measure; the request opens a new case."""
    return _ask(caller_of(request), given, None)


@writes(router, "/cases/{case}/requests", "cases:write", *ANSWERS)
def ask_further(request: HttpRequest, case: Path[Hex64], given: Body[RequestGiven]) -> Status[SaidShape]:
    """Ask for a further measure in a case that is there, perhaps following an earlier request."""
    caller = caller_of(request)
    return _ask(caller, given, caller.case(case))


@writes(router, "/cases/{case}/steps", "cases:write", *ANSWERS)
def step(request: HttpRequest, case: Path[Hex64], given: Body[StepGiven]) -> Status[SaidShape]:
    """Take a step in a case: acknowledge, ask back, accept, refuse, confirm, report, withdraw, close, and so on."""
    caller = caller_of(request)
    ref, author = caller.case(case), caller.speaks_for(given.author)
    answers = None if given.answers is None else MessageId(given.answers)
    intent = Intent(
        author=author,
        to=_recipients(caller, ref, author, given),
        body=_body(caller, ref, author, answers, given),
        language=given.language,
        exercise=caller.house.exercise,
        case=ref,
        answers=answers,
        approvers=tuple(map(OfficerName, given.approvers or ())),
    )
    return said(caller, intent)


@writes(router, "/cases/{case}/hand-overs", "cases:write", (200, HandOverShape))
def hand_over_case(request: HttpRequest, case: Path[Hex64], given: Body[HandOverGiven]) -> HandOverShape:
    """Send a Party that runs a node now what was said to it while it had none; done again, it adds nothing."""
    caller = caller_of(request)
    ref = caller.case(case)
    return HandOverShape(case=ref, party=given.party, queued=hand_over(caller.ports, ref, PartyCode(given.party)))


@reads(router, "/requests/{request_id}/paper", "cases:read", PaperShape)
def paper(request: HttpRequest, request_id: Path[Hex64], asked: Query[PaperAsked]) -> PaperShape:
    """A request, sent or still a draft, as a paper form for an authority that has no node, with its signed file."""
    caller = caller_of(request)
    name = MessageId(request_id)
    entry = caller.ports.journal.entry(name)
    if entry is None:
        caller.owns(read_draft(caller.ports, name))
    else:
        caller.case(entry.case)
    page, signed = read_paper(caller.ports, name, asked.languages.split(","), file=f"{name[:12]}.json")
    pages = set_in_type(page, signed)
    return PaperShape(pdf=write_b64(pages), signed=None if signed is None else write_b64(signed))


def said(caller: Caller, intent: Intent) -> Status[SaidShape]:
    """Compose, and send what waits for nobody: 201 where it is new, 200 where it had been said before."""
    known = {one.id for one in caller.ports.journal.drafts()}
    return come_to(caller, compose(caller.ports, intent), known)


def come_to(caller: Caller, draft: Draft, known: Collection[MessageId]) -> Status[SaidShape]:
    """What a composed draft came to: said before (``known`` are the drafts that there were), waiting, or sent now."""
    ports = caller.ports
    entry = ports.journal.entry(draft.id)
    if entry is not None:
        return Status(200, shape_of(draft, Admitted(draft.id, entry.place, (), repeated=True), repeated=True))
    admitted = None if draft.missing else carry_out(ports, draft.id)
    repeated = draft.id in known
    return Status(200 if repeated else 201, shape_of(draft, admitted, repeated=repeated))


def shape_of(draft: Draft, admitted: Admitted | None, *, repeated: bool) -> SaidShape:
    return SaidShape(
        id=draft.id,
        case=draft.message.case_under(draft.id),
        sent=admitted is not None,
        repeated=repeated,
        index=None if admitted is None else admitted.place.index,
        missing=[] if admitted is not None else list(draft.missing),
        warnings=list(draft.warnings),
    )


def _ask(caller: Caller, given: RequestGiven, case: CaseRef | None) -> Status[SaidShape]:
    body = given.model_dump(include=set(RequestEdge.model_fields))
    intent = Intent(
        author=caller.speaks_for(given.author),
        to=tuple(map(AuthorityId, given.to)),
        body=parse_body("request", body),
        language=given.language,
        exercise=caller.house.exercise,
        case=case,
        measure=Slug(given.measure),
        legal_basis=LegalBasis(Slug(given.basis.instrument), given.basis.note),
        approvers=tuple(map(OfficerName, given.approvers)),
        on_paper=given.on_paper,
    )
    return said(caller, intent)


def _recipients(caller: Caller, case: CaseRef, author: AuthorityId, given: StepBase) -> tuple[AuthorityId, ...]:
    """As given, else whom the author last spoke with; of a transcript's own Party only who is quoted."""
    if given.to:
        return tuple(map(AuthorityId, given.to))
    others = counterparts(caller.ports, case, author)
    if not isinstance(given.body, TranscriptEdge):
        return others
    speaker = AuthorityId(given.body.speaker)
    return (speaker, *(one for one in others if party_of(one) != party_of(speaker)))


def _body(
    caller: Caller, case: CaseRef, author: AuthorityId, answers: MessageId | None, given: StepBase
) -> bodies.Body:
    """The body as given, or with what the node itself fills in."""
    match given.body:
        case ConfirmationGiven(preserved_until=until):
            day = None if until is None else parse_day(until, what="preserved_until")
            return confirmation(caller.ports, case, answers, day)
        case ClosingGiven(summary=summary):
            return bodies.Closing(_heads(caller, case, author), summary)
        case TakeoverGiven(contested=contested):
            return bodies.Takeover(_heads(caller, case, author), tuple(map(MessageId, contested)))
        case SilenceGiven(text=text):
            return silence(caller.ports, case, answers or MessageId(""), text)
        case _:
            members: dict[str, Any] = given.body.model_dump(exclude_none=True)
            return parse_body(given.kind, members)


def _heads(caller: Caller, case: CaseRef, author: AuthorityId) -> tuple[MessageId, ...]:
    return case_state(caller.ports, case).heads_for(party_of(author), MUSNAD_1.previous_limit)
