"""What a holder says that it did with an exhibit; a return or destruction is done before it is said.

After a crash the same words may be given again: what is gone stays gone, and is said once.
"""

from __future__ import annotations

from dataclasses import replace

from musnad.core.kernel.names import AuthorityId, CaseRef, MessageId, PartyCode, SealId
from musnad.core.messages.bodies import Custody, CustodyEvent
from musnad.exchange.composing import Officer, approve, case_state, compose, send
from musnad.exchange.conditions import check_use
from musnad.exchange.errors import NotApproved, UnknownMessage, UseNotAllowed
from musnad.exchange.exhibits import custody_intent, tell
from musnad.exchange.ports import Ports


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
    officer: Officer | None = None,
) -> MessageId:
    """Say what was done with an exhibit: copied, passed on, returned, destroyed.

    Only an authority that it was given to, or that gave it, may say so; where the act needs an officer, he is at hand.
    What is passed on names to whom. What is returned or destroyed is removed from this node's vault, its key with it,
    after the step was judged and approved and before it is said; the manifest stays, so that custody can be proven.

    Raises:
        UnknownMessage: the case has no such exhibit. NotApproved: no officer signed. StepRefused: the case forbids it.
        UseNotAllowed: as ``check_use``, and ``not-its-holder`` for another authority. Nothing was removed.
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
    if event not in {"returned", "destroyed"}:
        return tell(ports, case, author, custody, officer=officer)
    draft = compose(ports, custody_intent(ports, case, author, custody, None, officer))
    if ports.journal.entry(draft.id) is None:
        if officer is not None and draft.missing:
            draft = approve(ports, draft.id, officer)
        if draft.missing:
            raise NotApproved(draft.missing[0])
        _remove(ports, seal)
        send(ports, draft.id)
    return draft.id


def _remove(ports: Ports, seal: SealId) -> None:
    kept = ports.journal.exhibit(seal)
    ports.vault.remove(seal)
    if kept is not None and kept.key:
        with ports.journal.begin() as transaction:
            transaction.put_exhibit(replace(kept, key=b"", state="removed"))
