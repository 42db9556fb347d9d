"""Which authorities have part in a case: whoever wrote or received a message of it."""

from __future__ import annotations

from musnad.core.crypto.dsse import parse_dsse
from musnad.core.kernel.names import AuthorityId, CaseRef
from musnad.core.messages.message import MESSAGE_TYPE
from musnad.core.messages.schema import parse_frame
from musnad.exchange.ports import Ports


def authorities_in(ports: Ports, case: CaseRef) -> frozenset[AuthorityId]:
    """The authors and recipients of all its messages, of every Party; none where the case is not here."""
    found: set[AuthorityId] = set()
    for entry in ports.journal.case_entries(case):
        if entry.kind != "receipt":
            frame = parse_frame(parse_dsse(entry.signed, payload_type=MESSAGE_TYPE, what="message").payload)
            found |= {frame.author, *frame.to}
    return frozenset(found)
