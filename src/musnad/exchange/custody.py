"""What a holder says that it did with an exhibit; a return or destruction is done before it is said.

After a crash the same words may be given again: what is gone stays gone, and is said once.
"""

from __future__ import annotations

from dataclasses import replace

from musnad.core.kernel.names import AuthorityId, CaseRef, MessageId, OfficerName, PartyCode, SealId
from musnad.core.messages.bodies import Custody, CustodyEvent
from musnad.exchange.admission import Admitted
from musnad.exchange.composing import Draft, Officer, approve_by, case_state, compose, read_draft, send
from musnad.exchange.conditions import check_use
from musnad.exchange.errors import UnknownMessage, UseNotAllowed
from musnad.exchange.exhibits import custody_intent
from musnad.exchange.ports import Ports


def prepare_account(
    ports: Ports,
    case: CaseRef,
    seal: SealId,
    event: CustodyEvent,
    author: AuthorityId,
    *,
    to: PartyCode | None = None,
    place: str | None = None,
    note: str | None = None,
    approvers: tuple[OfficerName, ...] = (),
) -> Draft:
    """Compose what is done with an exhibit: copied, passed on, returned, destroyed; ``carry_out`` does and says it.

    Only an authority that it was given to, or that gave it, may say so. What is passed on names to whom. Said again, it
    is the draft or the message that it was.

    Raises:
        UnknownMessage: the case has no such exhibit. StepRefused: the case forbids it.
        NotApproved, ApprovalsTooFew: the act needs officers who approve it, or more than are named.
        UseNotAllowed: as ``check_use``, and ``not-its-holder`` for another authority. Nothing was stored.
    """
    state = case_state(ports, case)
    exhibit = state.exhibits.get(seal)
    if exhibit is None:
        raise UnknownMessage(seal)
    if author not in {*exhibit.offered_to, exhibit.offered_by, *(entry.authority for entry in exhibit.custody[:1])}:
        raise UseNotAllowed(seal, "not-its-holder")
    if event == "forwarded":
        check_use(ports, state, seal, "onward-transfer", to)
        note = f"{to}: {note}" if note else str(to)
    elif event in {"copied", "exported"}:
        check_use(ports, state, seal)
    custody = Custody(event, seal, ports.clock.now(), place, note)
    return compose(ports, custody_intent(ports, case, author, custody, None, approvers))


def keep_account(
    ports: Ports,
    case: CaseRef,
    seal: SealId,
    event: CustodyEvent,
    author: AuthorityId,
    *,
    to: PartyCode | None = None,
    place: str | None = None,
    note: str | None = None,
    officers: tuple[Officer, ...] = (),
) -> MessageId:
    """Both phases where the officers' keys are at hand; errors as ``prepare_account``, nothing being removed."""
    names = tuple(one.name for one in officers)
    draft = prepare_account(ports, case, seal, event, author, to=to, place=place, note=note, approvers=names)
    if ports.journal.entry(draft.id) is None:
        carry_out(ports, approve_by(ports, draft, officers).id)
    return draft.id


def carry_out(ports: Ports, draft: MessageId) -> Admitted:
    """Send a fully approved draft of any kind; what it says was returned or destroyed is removed first.

    Raises as ``composing.send``; nothing was removed then.
    """
    found = read_draft(ports, draft)
    body = found.message.body
    if not found.missing and isinstance(body, Custody) and body.event in {"returned", "destroyed"}:
        _remove(ports, body.seal)
    return send(ports, draft)


def _remove(ports: Ports, seal: SealId) -> None:
    kept = ports.journal.exhibit(seal)
    ports.vault.remove(seal)
    if kept is not None and kept.key:
        with ports.journal.begin() as transaction:
            transaction.put_exhibit(replace(kept, key=b"", state="removed"))
