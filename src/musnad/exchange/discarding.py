"""A draft that is given up before it was sent. Nothing of it was ever said; that it was given up is noted."""

from __future__ import annotations

from musnad.core.kernel.names import MessageId
from musnad.exchange.audit import note
from musnad.exchange.composing import Draft, read_draft, withdraw
from musnad.exchange.errors import NotHosted
from musnad.exchange.ports import Ports


def discard(ports: Ports, draft: MessageId, *, by: str) -> Draft:
    """Give up a draft; it is gone when this returns, with the signatures on it.

    Raises ``UnknownDraft`` where there is none (any more): what was sent cannot be given up. ``NotHosted`` as ``note``.
    """
    found = read_draft(ports, draft)
    if found.message.author not in ports.keys.hosted:
        raise NotHosted(found.message.author)
    about = {"draft": draft, "kind": found.message.kind}
    note(ports, "draft-discarded", by=by, case=found.message.case, about=about, authority=found.message.author)
    withdraw(ports, draft)
    return found
