"""An officer's approval that was signed elsewhere: by a passkey, on a card, at a terminal, in the State's own system.

What is signed is given out as the exact octets (DSSE's pre-authentication encoding of the draft's payload), or for a
passkey as the challenge, their SHA-256; what comes back is both halves of the officer's signature, or the passkey's
assertion. The officer's key never comes here.
"""

from __future__ import annotations

from dataclasses import replace

from musnad.core.crypto.dsse import pae
from musnad.core.crypto.errors import BadAssertion
from musnad.core.crypto.passkey import SIGNATURE_FAILS, Assertion, Passkey, challenge_to, verify_assertion
from musnad.core.crypto.signing import Signature
from musnad.core.directory.errors import UnknownKey
from musnad.core.kernel.names import MessageId, OfficerName, authority_of
from musnad.core.messages.message import Approval
from musnad.exchange.composing import Draft, read_draft
from musnad.exchange.errors import WrongOfficer
from musnad.exchange.journal import StoredDraft
from musnad.exchange.ports import Ports

__all__ = ["Assertion", "approve_by_passkey", "approve_with", "challenge_of", "to_be_signed"]


def to_be_signed(draft: Draft) -> bytes:
    """The octets that an officer signs to approve the draft."""
    return pae(draft.dsse.payload_type, draft.dsse.payload)


def challenge_of(draft: Draft) -> bytes:
    """The challenge (32 octets) to which an officer's passkey answers to approve the draft."""
    return challenge_to(to_be_signed(draft))


def approve_with(ports: Ports, draft: MessageId, officer: OfficerName, signatures: tuple[Signature, ...]) -> Draft:
    """Add an officer's signature over the draft's payload; adding it twice changes nothing.

    1. The draft names the officer. 2. The roster allows this officer the act with the key that signed, today. 3. Both
    halves verify over this draft's own octets, and nothing else is given. Then the draft is read again where nobody
    else writes: of two officers who approve at once, neither loses a signature.

    Raises, nothing being stored:
        UnknownDraft: there is no such draft (any more).
        WrongOfficer: 1. UnknownOfficer, UnknownKey, RetiredKey, OfficerMayNot: 2. BadSignature, BadAssertion: 3.
    """
    found = read_draft(ports, draft)
    approval = _approval(found, officer)
    given = frozenset(one.key_id for one in signatures)
    key = ports.directories.current().officer_key(officer, approval.act, given, ports.clock.now())
    if len(signatures) != len(given) or given != set(key.ids):
        raise WrongOfficer(officer)
    key.verify(signatures, to_be_signed(found), what=f"approval by {officer}")
    return _keep(ports, draft, officer, signatures)


def approve_by_passkey(ports: Ports, draft: MessageId, officer: OfficerName, assertion: Assertion) -> Draft:
    """Add what an officer's passkey answered to ``challenge_of`` the draft; otherwise as ``approve_with``.

    1. The draft names the officer. 2. One of the passkeys that the roster lists for him gave this answer: to this
    draft's challenge, at a listed origin, its holder verified. 3. The roster allows him the act with it, today.

    Raises, nothing being stored:
        UnknownDraft: there is no such draft (any more).
        WrongOfficer: 1. UnknownKey: 2, the roster lists no passkey for him. BadAssertion: 2, with what is wrong.
        RetiredKey, OfficerMayNot: 3.
    """
    found = read_draft(ports, draft)
    approval = _approval(found, officer)
    passkey = _answering(_passkeys(ports, officer), officer, assertion, challenge_of(found))
    directory = ports.directories.current()
    directory.officer_key(officer, approval.act, passkey.ids, ports.clock.now())
    return _keep(ports, draft, officer, (Signature(passkey.ids[0], assertion.write()),))


def _approval(draft: Draft, officer: OfficerName) -> Approval:
    approval = next((one for one in draft.message.approvals if one.officer == officer), None)
    if approval is None:
        raise WrongOfficer(officer)
    return approval


def _passkeys(ports: Ports, officer: OfficerName) -> list[Passkey]:
    """All that the roster lists for the officer, past ones too."""
    listed = ports.directories.current().authority(authority_of(officer)).officers
    keys = [one.key.key for one in listed if one.name == officer]
    return [key for key in keys if isinstance(key, Passkey)]


def _answering(passkeys: list[Passkey], officer: OfficerName, assertion: Assertion, challenge: bytes) -> Passkey:
    """The passkey whose answer it is; of several that it is not, the reason of the one that came furthest."""
    defects: list[BadAssertion] = []
    for passkey in passkeys:
        try:
            verify_assertion(passkey, assertion, challenge, what=f"approval by {officer}")
        except BadAssertion as error:
            defects.append(error)
        else:
            return passkey
    if not defects:
        raise UnknownKey(officer)
    raise next((one for one in defects if one.why == SIGNATURE_FAILS), defects[0])


def _keep(ports: Ports, draft: MessageId, officer: OfficerName, signatures: tuple[Signature, ...]) -> Draft:
    """Store the draft with these signatures more, unless the officer has signed meanwhile, by whatever key."""
    with ports.journal.begin() as transaction:
        transaction.log_size()  # nobody else writes from here on
        now = read_draft(ports, draft)
        if officer in now.missing:
            signed = replace(now.dsse, signatures=(*now.dsse.signatures, *signatures))
            transaction.put_draft(StoredDraft(draft, signed.write(), now.message.at))
    return read_draft(ports, draft)
