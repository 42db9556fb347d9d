"""An officer's approval that was signed elsewhere: on a card, at a terminal, in the State's own system.

What is signed is given out as the exact octets (DSSE's pre-authentication encoding of the draft's payload); what comes
back is both halves of the officer's signature. The officer's key never comes here.
"""

from __future__ import annotations

from dataclasses import replace

from musnad.core.crypto.dsse import pae
from musnad.core.crypto.signing import Signature
from musnad.core.kernel.names import MessageId, OfficerName
from musnad.exchange.composing import Draft, read_draft
from musnad.exchange.errors import WrongOfficer
from musnad.exchange.journal import StoredDraft
from musnad.exchange.ports import Ports


def to_be_signed(draft: Draft) -> bytes:
    """The octets that an officer signs to approve the draft."""
    return pae(draft.dsse.payload_type, draft.dsse.payload)


def approve_with(ports: Ports, draft: MessageId, officer: OfficerName, signatures: tuple[Signature, ...]) -> Draft:
    """Add an officer's signature over the draft's payload; adding it twice changes nothing.

    1. The draft names the officer. 2. The roster allows this officer the act with the key that signed, today. 3. Both
    halves verify over this draft's own octets, and nothing else is given. Then the draft is read again where nobody
    else writes: of two officers who approve at once, neither loses a signature.

    Raises, nothing being stored:
        UnknownDraft: there is no such draft (any more).
        WrongOfficer: 1. UnknownOfficer, UnknownKey, RetiredKey, OfficerMayNot: 2. BadSignature: 3.
    """
    found = read_draft(ports, draft)
    approval = next((one for one in found.message.approvals if one.officer == officer), None)
    if approval is None:
        raise WrongOfficer(officer)
    given = frozenset(one.key_id for one in signatures)
    key = ports.directories.current().officer_key(officer, approval.act, given, ports.clock.now())
    if len(signatures) != len(given) or given != set(key.ids):
        raise WrongOfficer(officer)
    key.verify(signatures, to_be_signed(found), what=f"approval by {officer}")
    with ports.journal.begin() as transaction:
        transaction.log_size()  # nobody else writes from here on
        dsse = read_draft(ports, draft).dsse
        if not given & dsse.key_ids:
            signed = replace(dsse, signatures=(*dsse.signatures, *signatures))
            transaction.put_draft(StoredDraft(draft, signed.write(), found.message.at))
    return read_draft(ports, draft)
