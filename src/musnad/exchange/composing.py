"""Composing: from what an officer wants to say to a signed, admitted message.

A draft is the exact payload that will be sent, so approvals are signatures over exactly what is approved, and sending
it twice sends one message. A draft that waits for nobody is signed by its authority and admitted at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from musnad.core.case.fold import fold
from musnad.core.case.judge import Accepted, judge
from musnad.core.case.state import CaseState, Remark, Step
from musnad.core.crypto.dsse import Dsse, parse_dsse
from musnad.core.crypto.passkey import OfficerKey
from musnad.core.crypto.signing import Signature, SigningKey, VerifyingKey
from musnad.core.directory.directory import Directory
from musnad.core.directory.errors import UnknownParty
from musnad.core.kernel.names import AuthorityId, CaseRef, KeyId, MessageId, OfficerName, Slug, authority_of, party_of
from musnad.core.kernel.times import Day
from musnad.core.messages.bodies import Body, Exported, Request, Transcript
from musnad.core.messages.message import MESSAGE_TYPE, Approval, ExhibitRef, LegalBasis, Message, write_message
from musnad.core.messages.schema import check_form, parse_message
from musnad.core.messages.version import MUSNAD_1
from musnad.core.treaty.engine import check_zones
from musnad.core.treaty.values import SharedApproval, Treaty
from musnad.exchange.admission import Admitted, admit_own
from musnad.exchange.approvals import approvals_due, check_approvers
from musnad.exchange.civil import civil_day, known_zones
from musnad.exchange.errors import (
    DayImpossible,
    NotApproved,
    NotHosted,
    SpeaksForItself,
    StepRefused,
    UnknownCase,
    UnknownDraft,
    WrongOfficer,
)
from musnad.exchange.journal import Entry, StoredDraft
from musnad.exchange.ports import Ports
from musnad.exchange.repetition import SAID_AGAIN_WITHIN, is_taken_up, opened_with, said_last, says_the_same
from musnad.exchange.signed import message_in, receipt_in


@dataclass(frozen=True, slots=True)
class Officer:
    """An officer at a terminal: the pseudonym, and the secret key of the key file."""

    name: OfficerName
    key: SigningKey


@dataclass(frozen=True, slots=True)
class Intent:
    """What is to be said; composing adds who says it when, and on which heads it stands."""

    author: AuthorityId
    to: tuple[AuthorityId, ...]
    body: Body
    language: str
    exercise: bool
    case: CaseRef | None = None
    answers: MessageId | None = None
    exhibits: tuple[ExhibitRef, ...] = ()
    measure: Slug | None = None
    legal_basis: LegalBasis | None = None
    approvers: tuple[OfficerName, ...] = ()
    """The officers who are to approve it by signature; the first of them is the one who speaks."""
    on_paper: bool = False
    """Parties that the directory does not list are meant: they are written to on paper."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A composed message; ``missing`` names the officers who have yet to approve it."""

    id: MessageId
    message: Message
    dsse: Dsse
    missing: tuple[OfficerName, ...]
    warnings: tuple[str, ...] = ()


def compose(ports: Ports, intent: Intent) -> Draft:
    """Make and store the draft of an intent; given again, the draft or message that it made (see ``repetition``).

    Raises:
        NotHosted: the author is not an authority of this node. UnknownCase: the case is not in the journal.
        UnknownParty: a recipient's Party has no node, is not in the case yet, and paper was not meant.
        SpeaksForItself, DayImpossible: what was to be entered is for its speaker's node to say, or came on no such day.
        UnknownOfficer, OfficerMayNot: the roster does not allow an officer who is to approve.
        ApprovalsTooFew, NotApproved: the measure's rule asks for more officers than are named, or for one and none is.
        StepRefused: the case forbids it; every ground is named, and nothing was stored.
        BadMessage: a member is not of its form; nothing was stored.
    """
    if intent.author not in ports.keys.hosted:
        raise NotHosted(intent.author)
    state = _state(ports, intent)
    _check_reached(ports, state, intent)
    message = _message(ports, state, intent)
    check_approvers(ports, state, message)
    check_form(message)
    said = _said_before(ports, state, message)
    if said is not None:
        return said
    warnings = _judge(ports, state, message)
    payload = write_message(message)
    parse_message(payload)
    dsse = Dsse(payload, MESSAGE_TYPE, ())
    draft = MessageId(dsse.id)
    replaced = [
        one.id
        for one in drafts(ports)
        if (message.own_chain or not one.missing) and says_the_same(one.message, message)
    ]
    with ports.journal.begin() as transaction:
        for one in replaced:
            transaction.drop_draft(one)
        transaction.put_draft(StoredDraft(draft, dsse.write(), message.at))
    return Draft(draft, message, dsse, _missing(message, ()), warnings)


def shared_approval(ports: Ports, intent: Intent) -> SharedApproval | None:
    """What asks that several officers approve what is to be said; None where one suffices. Errors as ``compose``."""
    state = _state(ports, intent)
    return approvals_due(ports, state, _message(ports, state, intent))


def foresee(ports: Ports, intent: Intent) -> tuple[str, ...]:
    """The warnings that ``compose`` would give with the draft; nothing is stored. Errors as ``compose``."""
    if intent.author not in ports.keys.hosted:
        raise NotHosted(intent.author)
    state = _state(ports, intent)
    _check_reached(ports, state, intent)
    message = _message(ports, state, intent)
    check_approvers(ports, state, message)
    check_form(message)
    return () if _said_before(ports, state, message) is not None else _judge(ports, state, message)


def read_draft(ports: Ports, draft: MessageId) -> Draft:
    """A stored draft; ``UnknownDraft`` where there is none (any more)."""
    stored = ports.journal.draft(draft)
    if stored is None:
        raise UnknownDraft(draft)
    return _draft(ports, stored)


def drafts(ports: Ports) -> tuple[Draft, ...]:
    return tuple(_draft(ports, stored) for stored in ports.journal.drafts())


def approve(ports: Ports, draft: MessageId, officer: Officer) -> Draft:
    """Add an officer's signature over the draft's payload; approving twice, by whatever key, changes nothing.

    The draft is read again where nobody else writes: of two officers who approve at once, neither loses a signature.

    Raises ``WrongOfficer`` unless the draft waits for this officer and the roster allows the act with this key.
    """
    found = read_draft(ports, draft)
    approval = next((one for one in found.message.approvals if one.officer == officer.name), None)
    if approval is None:
        raise WrongOfficer(officer.name)
    allowed = _roster_key(ports, approval, officer.key.public)
    if allowed != officer.key.public:
        raise WrongOfficer(officer.name)
    with ports.journal.begin() as transaction:
        transaction.log_size()  # nobody else writes from here on
        now = read_draft(ports, draft)
        if officer.name in now.missing:
            dsse = now.dsse.signed_also_by(officer.key)
            transaction.put_draft(StoredDraft(draft, dsse.write(), found.message.at))
    return read_draft(ports, draft)


def send(ports: Ports, draft: MessageId) -> Admitted:
    """Sign a fully approved draft as its authority and admit it; it is on its way when this returns.

    Raises ``NotApproved`` naming the first officer who has yet to approve.
    """
    found = read_draft(ports, draft)
    if found.missing:
        raise NotApproved(found.missing[0])
    signed = found.dsse.signed_also_by(ports.keys.signing(found.message.author))
    return admit_own(ports, replace(signed, signatures=_in_order(ports, found.message, signed.signatures)), draft)


def withdraw(ports: Ports, draft: MessageId) -> None:
    """Keep a draft no longer, nor what it names by its digest; nothing where it was sent, or is none."""
    stored = ports.journal.draft(draft)
    if stored is None:
        return
    body = _draft(ports, stored).message.body
    with ports.journal.begin() as transaction:
        transaction.drop_draft(draft)
        if isinstance(body, Exported):
            transaction.drop_enclosure(body.payload_manifest)


def say(ports: Ports, intent: Intent, *officers: Officer) -> tuple[Draft, Admitted | None]:
    """Compose; approve by the officers at hand; send where nobody is waited for. Said again, it is said once."""
    draft = compose(ports, intent)
    said = ports.journal.entry(draft.id)
    if said is not None:
        return draft, Admitted(draft.id, said.place, (), repeated=True)
    draft = approve_by(ports, draft, officers)
    return draft, None if draft.missing else send(ports, draft.id)


def approve_by(ports: Ports, draft: Draft, officers: Iterable[Officer]) -> Draft:
    """The draft, approved by each of these officers whom it still waits for; its warnings stay.

    Raises as ``approve``, for whoever is not waited for at all.
    """
    for officer in officers:
        if draft.missing:
            draft = replace(approve(ports, draft.id, officer), warnings=draft.warnings)
    return draft


def case_state(ports: Ports, case: CaseRef) -> CaseState:
    """The case as the journal has it now; ``UnknownCase`` where it has nothing."""
    entries = ports.journal.case_entries(case)
    if not entries:
        raise UnknownCase(case)
    return fold_entries(ports, case, entries)


def fold_entries(ports: Ports, case: CaseRef, entries: Iterable[Entry]) -> CaseState:
    """Fold journalled entries; the own chain (exports) is no part of what the case's Parties share."""
    steps, receipts = [], []
    for entry in entries:
        if entry.kind == "message":
            message = message_in(entry.signed)
            if not message.own_chain:
                steps.append(Step(entry.id, message))
        elif entry.kind == "receipt":
            receipts.append(receipt_in(entry.signed))
    return fold(case, steps, receipts, ports.treaties.known())


def _said_before(ports: Ports, state: CaseState, message: Message) -> Draft | None:
    """What an earlier command of the same words came to: its draft, or its message where it was sent."""
    waiting = next((one for one in drafts(ports) if is_taken_up(one.message, message)), None)
    if waiting is not None:
        return waiting
    if message.own_chain:
        return None
    said = said_last(state, message) if state.opened else opened_with(_opened_lately(ports, message), message)
    entry = None if said is None else ports.journal.entry(said)
    if entry is None or not entry.own:
        return None
    dsse = parse_dsse(entry.signed, payload_type=MESSAGE_TYPE, what="message")
    return Draft(entry.id, parse_message(dsse.payload), dsse, ())


def _treaty(ports: Ports, intent: Intent) -> Treaty:
    """The data that a request is made under: its legal basis chooses."""
    return ports.treaties.current(intent.legal_basis.instrument if intent.legal_basis is not None else "")


def _opened_lately(ports: Ports, message: Message) -> Iterator[CaseState]:
    """Cases whose entries are no more than an opening and its receipts, begun within the hour."""
    for row in ports.journal.cases():
        if row.entries <= 1 + len(message.to) and message.at - row.first_at <= SAID_AGAIN_WITHIN:
            yield case_state(ports, row.case)


def _check_reached(ports: Ports, state: CaseState, intent: Intent) -> None:
    directory = ports.directories.current()
    for recipient in intent.to:
        party = party_of(recipient)
        if not directory.lists(party) and not intent.on_paper and party not in state.parties:
            raise UnknownParty(party)
        if directory.lists(party):
            directory.authority(recipient)
    if isinstance(intent.body, Transcript) and directory.lists(party_of(intent.body.speaker)):
        raise SpeaksForItself(intent.body.speaker)
    if isinstance(intent.body, Transcript):
        _check_day(ports, directory, state, intent.answers, intent.body.received_on)


def _check_day(ports: Ports, directory: Directory, state: CaseState, answers: MessageId | None, came: Day) -> None:
    """A paper comes neither before what it answers (else before the case begins) nor after today, by our calendar."""
    zone = directory.party(ports.party).time_zone
    today = civil_day(ports.clock.now(), zone)
    answered = state.messages.get(answers) if answers is not None else next(iter(state.messages.values()), None)
    earliest = civil_day(answered.at, zone) if answered is not None else came
    if not earliest <= came <= today:
        raise DayImpossible(came.isoformat(), earliest.isoformat(), today.isoformat())


def _state(ports: Ports, intent: Intent) -> CaseState:
    return case_state(ports, intent.case) if intent.case is not None else fold(CaseRef(""), (), (), {})


def _message(ports: Ports, state: CaseState, intent: Intent) -> Message:
    """The message that says it; an officer who speaks without need signs all the same, as sending."""
    message = Message(
        version=MUSNAD_1.name,
        exercise=intent.exercise,
        language=intent.language,
        author=intent.author,
        to=intent.to,
        at=ports.clock.now(),
        body=intent.body,
        case=intent.case,
        officer=next(iter(intent.approvers), None),
        previous=state.heads_for(party_of(intent.author), MUSNAD_1.previous_limit),
        answers=intent.answers,
        exhibits=intent.exhibits,
        measure=intent.measure,
        legal_basis=intent.legal_basis,
        treaty=_treaty(ports, intent).digest if intent.body.kind == "request" else None,
    )
    act = message.required_act or "send"
    return replace(message, approvals=tuple(Approval(one, act) for one in intent.approvers))


def _judge(ports: Ports, state: CaseState, message: Message) -> tuple[str, ...]:
    if message.own_chain:
        return ()
    directory = ports.directories.current()
    known = [one for one in (message.author, *message.to) if directory.lists(party_of(one))]
    roles = {one: directory.authority(one).roles for one in known}
    verdict = judge(state, message, ports.treaties.known(), roles=roles)
    zones = _zones_unknown(ports, message)
    if isinstance(verdict, Accepted):
        if not zones:
            return tuple(_told(remark) for remark in verdict.warnings)
        raise StepRefused(", ".join(zones))
    raise StepRefused(", ".join((*verdict.grounds, *(_told(remark) for remark in verdict.blocking), *zones)))


def _zones_unknown(ports: Ports, message: Message) -> tuple[str, ...]:
    """Each period of a request whose time zone this machine's database does not hold, as a ground against sending.

    Only here: what was signed elsewhere, under a newer database perhaps, is not judged by ours.
    """
    treaty = ports.treaties.known().get(message.treaty) if message.treaty is not None else None
    zones = known_zones()
    if not isinstance(message.body, Request) or treaty is None or zones is None:
        return ()
    if message.measure is None or message.measure not in treaty.measures:
        return ()
    found = check_zones(treaty, message.measure, message.body.fields, zones)
    return tuple(f"{one.code.value}: {one.field}" for one in found)


def _told(remark: Remark) -> str:
    """A remark by its code, with the field that it is about, or what it is that stops the step."""
    about = remark.field or (remark.about if remark.blocks else "")
    return f"{remark.code}: {about}" if about else remark.code


def _in_order(ports: Ports, message: Message, signatures: tuple[Signature, ...]) -> tuple[Signature, ...]:
    """The author's two signatures, then each approving officer's (a passkey leaves one); nothing is dropped."""
    ids = list(ports.keys.signing(message.author).public.ids)
    given = [one.key_id for one in signatures]
    for approval in message.approvals:
        theirs = _officer_ids(ports, approval)
        ids += [one for one in given if one in theirs]
    return tuple(sorted(signatures, key=lambda one: ids.index(one.key_id)))


def _draft(ports: Ports, stored: StoredDraft) -> Draft:
    dsse = parse_dsse(stored.signed, payload_type=MESSAGE_TYPE, what="draft")
    message = parse_message(dsse.payload)
    signed = tuple(approval.officer for approval in message.approvals if dsse.key_ids & _officer_ids(ports, approval))
    return Draft(stored.id, message, dsse, _missing(message, signed))


def _officer_ids(ports: Ports, approval: Approval) -> frozenset[KeyId]:
    """The key ids, of all his keys, of the officer who is to approve."""
    directory = ports.directories.current()
    authority = directory.authority(authority_of(approval.officer))
    return frozenset(
        key_id for officer in authority.officers if officer.name == approval.officer for key_id in officer.key.key.ids
    )


def _missing(message: Message, signed: tuple[OfficerName, ...]) -> tuple[OfficerName, ...]:
    return tuple(approval.officer for approval in message.approvals if approval.officer not in signed)


def _roster_key(ports: Ports, approval: Approval, key: VerifyingKey) -> OfficerKey:
    directory = ports.directories.current()
    return directory.officer_key(approval.officer, approval.act, frozenset(key.ids), ports.clock.now())
