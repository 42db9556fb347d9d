"""A case on one page: what was asked, what is due, and every step in the order of the fold."""

from __future__ import annotations

from bisect import bisect_left
from typing import Literal

from musnad.core.case.limits import strictest
from musnad.core.case.state import Remark, RequestState
from musnad.core.crypto.dsse import parse_dsse
from musnad.core.kernel.names import CaseRef, MessageId, SealId
from musnad.core.messages import bodies
from musnad.core.messages.message import MESSAGE_TYPE, Message
from musnad.core.messages.schema import parse_frame, parse_message
from musnad.exchange.journal import Entry
from musnad.exchange.ports import Ports
from musnad.exchange.reading.exhibits import exhibit_view
from musnad.exchange.reading.house import open_house, rule_view
from musnad.exchange.reading.matter import Matter, read_matter
from musnad.exchange.reading.parts import body_parts, grounds_of, limit_parts, request_fields
from musnad.exchange.reading.spoken import request_of
from musnad.exchange.reading.values import CaseView, NoteView, RequestView, StepView


def show_case(ports: Ports, case: CaseRef) -> CaseView:
    """The case as this node has it now.

    Raises:
        UnknownCase: the journal has nothing of it. JournalCorrupt: an entry fails its digest.
    """
    matter = read_matter(open_house(ports), case, ports.journal.waiting())
    house, state = matter.house, matter.state
    return CaseView(
        case=case,
        opened=state.opened,
        closed=state.closed,
        exercise=state.exercise,
        status=matter.status,
        measure=matter.label(matter.first_request),
        parties=tuple(house.party(code) for code in state.parties),
        duties=matter.duties(),
        countdowns=matter.countdowns(),
        requests=tuple(_request(matter, one) for one in state.requests.values()),
        timeline=_timeline(matter),
        exhibits=tuple(exhibit_view(matter, one) for one in state.exhibits.values()),
        undelivered=sum(len(parties) for parties in matter.undelivered.values()),
        heads=state.heads,
        directory=house.state,
    )


def show_request(ports: Ports, case: CaseRef, request: MessageId) -> RequestView:
    """One request of a case that has it, as ``show_case`` shows it."""
    matter = read_matter(open_house(ports), case, ports.journal.waiting())
    return _request(matter, matter.state.requests[request])


def _timeline(matter: Matter) -> tuple[StepView, ...]:
    """Folded steps in their order; each other step where this node's log has it, after what it admitted before."""
    by_id = {entry.id: entry for entry in matter.steps}
    order = [by_id[one] for one in matter.state.order if one in by_id]
    folded = {entry.id for entry in order}
    reached, latest = [], -1
    for entry in order:
        latest = max(latest, entry.place.index)
        reached.append(latest)
    rest = sorted((entry for entry in matter.steps if entry.id not in folded), key=lambda one: one.place.index)
    for done, entry in enumerate(rest):
        order.insert(bisect_left(reached, entry.place.index) + done, entry)
    return tuple(_step(matter, entry) for entry in order)


def _step(matter: Matter, entry: Entry) -> StepView:
    house = matter.house
    dsse = parse_dsse(entry.signed, payload_type=MESSAGE_TYPE, what="message")
    undelivered = tuple(house.party(code) for code in matter.undelivered.get(entry.id, ()))
    receipts = matter.receipts_of(entry.id)
    if entry.kind == "not-understood":
        frame = parse_frame(dsse.payload)
        return StepView(
            id=entry.id, kind=frame.kind, state="not-understood", ground=None, missing=(), ours=entry.own,
            author=house.authority(frame.author), officer=None, to=tuple(house.authority(one) for one in frame.to),
            language="", at=None, admitted_at=entry.at, exercise=matter.state.exercise, answers=None, measure=None,
            parts=(), seals=(), receipts=receipts, undelivered_to=undelivered, notes=(), unjudged=False,
            trust=house.trust(entry, dsse, None, frame.author),
        )  # fmt: skip
    message = parse_message(dsse.payload)
    void = next((one for one in matter.state.void if one.id == entry.id), None)
    waiting = next((one for one in matter.state.waiting if one.id == entry.id), None)
    request = request_of(matter.state, entry.id, message)
    measure = house.measure(request.treaty, request.measure) if request is not None else None
    return StepView(
        id=entry.id,
        kind=message.kind,
        state=_state(message, void=void is not None, waiting=waiting is not None),
        ground=void.ground if void is not None else None,
        missing=waiting.missing if waiting is not None else (),
        ours=entry.own,
        author=house.authority(message.author),
        officer=message.officer,
        to=tuple(house.authority(one) for one in message.to),
        language=message.language,
        at=message.at,
        admitted_at=entry.at,
        exercise=message.exercise,
        answers=message.answers,
        measure=matter.label(request) if message.kind == "request" else None,
        parts=body_parts(message, measure),
        seals=_seals(message),
        receipts=receipts,
        undelivered_to=undelivered,
        notes=tuple(_note(matter, one, request) for one in matter.state.findings if one.message == entry.id),
        unjudged=entry.id in matter.state.unjudged,
        trust=house.trust(entry, dsse, message, message.author),
        rebutted_by=matter.rebutted.get(entry.id, ()),
    )


def _note(matter: Matter, remark: Remark, request: RequestState | None) -> NoteView:
    treaty = request.treaty if request is not None else None
    measure = matter.house.measure(treaty, request.measure) if request is not None else None
    field = measure.fields.get(remark.field) if measure is not None and remark.field is not None else None
    return NoteView(
        remark.code,
        matter.house.rule(treaty, remark.rule),
        remark.certainty,
        field.label if field is not None else None,
        remark.about,
    )


def _state(message: Message, *, void: bool, waiting: bool) -> Literal["stands", "void", "waiting", "own-chain"]:
    if void:
        return "void"
    if waiting:
        return "waiting"
    return "own-chain" if message.own_chain else "stands"


def _seals(message: Message) -> tuple[SealId, ...]:
    if isinstance(message.body, bodies.Custody):
        return (message.body.seal,)
    return tuple(one.seal for one in message.exhibits)


def _request(matter: Matter, request: RequestState) -> RequestView:
    house, message = matter.house, matter.state.messages[request.id]
    assert isinstance(message.body, bodies.Request)
    treaty, measure = house.treaties.get(request.treaty), house.measure(request.treaty, request.measure)
    basis = message.legal_basis
    instrument = treaty.instruments.get(basis.instrument) if treaty is not None and basis is not None else None
    return RequestView(
        id=request.id,
        language=message.language,
        measure=request.measure,
        label=measure.label if measure is not None else None,
        rule=rule_view(measure.rule) if measure is not None else None,
        status=request.status,
        asker=house.authority(request.asker),
        asked=tuple(house.authority(one) for one in request.asked),
        fields=request_fields(message.body.fields, measure, treaty),
        basis=basis.instrument if basis is not None else None,
        basis_label=instrument.label if instrument is not None else None,
        basis_note=basis.note if basis is not None else "",
        in_force=treaty.in_force.value if treaty is not None else None,
        force=treaty.in_force if treaty is not None else None,
        own_basis=treaty is not None and basis is not None and basis.instrument == treaty.name,
        treaty=request.treaty,
        treaty_label=treaty.label if treaty is not None else None,
        treaty_known=treaty is not None,
        conditions=request.conditions,
        preserved_until=request.preserved_until,
        counted_from=request.counted_from,
        zone=request.zone,
        postponed_until=request.postponed_until,
        grounds=grounds_of(request.refusal_grounds, measure),
        follows=request.follows,
        limits=limit_parts(strictest(request.limits)),
    )
