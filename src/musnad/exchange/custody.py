"""What a holder says that it did with an exhibit; a return or destruction is done before it is said.

After a crash the same words may be given again: what is gone stays gone, and is said once.
"""

from __future__ import annotations

from dataclasses import replace

from musnad.core.kernel.names import AuthorityId, CaseRef, MessageId, PartyCode, SealId
from musnad.core.messages.bodies import Custody, CustodyEvent
from musnad.exchange.composing import Officer, case_state
from musnad.exchange.conditions import check_use
from musnad.exchange.errors import UnknownMessage
from musnad.exchange.exhibits import tell
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

    What is passed on names to whom, and is checked first. What is returned or destroyed is removed from this node's
    vault, its key with it, before it is said; the manifest stays, so that custody can still be proven.

    Raises:
        UnknownMessage: the case has no such exhibit. UseNotAllowed: as ``check_use``; and what ``say`` raises.
    """
    state = case_state(ports, case)
    exhibit = state.exhibits.get(seal)
    if exhibit is None:
        raise UnknownMessage(seal)
    if event == "forwarded":
        check_use(ports, state, seal, "onward-transfer", to)
        note = f"{to}: {note}" if note else str(to)
    elif event in {"copied", "exported"}:
        check_use(ports, state, seal)
    elif event in {"returned", "destroyed"}:
        _remove(ports, seal)
    return tell(ports, case, author, Custody(event, seal, ports.clock.now(), place, note), officer=officer)


def _remove(ports: Ports, seal: SealId) -> None:
    kept = ports.journal.exhibit(seal)
    ports.vault.remove(seal)
    if kept is not None and kept.key:
        with ports.journal.begin() as transaction:
            transaction.put_exhibit(replace(kept, key=b"", state="removed"))
