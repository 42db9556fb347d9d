"""Small entries for the journal's contract: real DSSE payloads and tree nodes, no signatures."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

from musnad.core.crypto.dsse import Dsse
from musnad.core.kernel.ijson import write_canonical
from musnad.core.kernel.names import CaseRef, Digest, MessageId, PartyCode
from musnad.core.kernel.times import Instant, instant
from musnad.core.messages.message import MESSAGE_TYPE
from musnad.core.messages.receipt import RECEIPT_TYPE, DirectoryRef, Place
from musnad.core.messages.record import RECORD_TYPE
from musnad.core.transparency.entry import blind_entry
from musnad.core.transparency.tree import completed_nodes, leaf_hash
from musnad.exchange.journal import Entry, EntryKind, Journal, StoredDraft, Transaction, place_of

NOW = instant(datetime(2026, 11, 23, 3, 0, tzinfo=UTC))
QA, SG, VN = PartyCode("QA"), PartyCode("SG"), PartyCode("VN")
DIRECTORY = DirectoryRef(Digest("d" * 64), 7, stale=False)
SECRET = "the suspect's mailbox"


def after(seconds: float) -> Instant:
    return instant(NOW + timedelta(seconds=seconds))


def dsse(text: str, kind: EntryKind = "message", case: CaseRef | None = None) -> Dsse:
    members: dict[str, object] = {
        "version": "musnad/1",
        "kind": "question",
        "author": "VN/contact-24-7",
        "to": ["QA/contact-24-7"],
        "text": f"{SECRET} {text}",
    }
    if case is not None:
        members["case"] = case
    types: dict[EntryKind, str] = {"receipt": RECEIPT_TYPE, "record": RECORD_TYPE}
    return Dsse(write_canonical(members), types.get(kind, MESSAGE_TYPE), ())


def append(
    transaction: Transaction,
    text: str,
    *,
    case: CaseRef | None = None,
    subject: MessageId | None = None,
    kind: EntryKind = "message",
    own: bool = False,
    author_place: Place | None = None,
    at: Instant = NOW,
) -> Entry:
    """Append as admission does: the next place, a salt, and the nodes that the leaf completes."""
    signed = dsse(text, kind, case)
    name = MessageId(signed.id)
    index, salt = transaction.log_size(), hashlib.sha256(text.encode()).digest()
    entry = Entry(
        id=name,
        kind=kind,
        case=case or CaseRef(name),
        subject=subject or name,
        own=own,
        signed=signed.write(),
        place=place_of(index, salt),
        at=at,
        directory=DIRECTORY,
        author_place=author_place,
    )
    transaction.append(entry, completed_nodes(index, leaf_hash(blind_entry(salt, name)), transaction.tree_node))
    return entry


def admit(journal: Journal, text: str, *parties: PartyCode, case: CaseRef | None = None, due: Instant = NOW) -> Entry:
    """One admission of an own message in a transaction of its own."""
    with journal.begin() as transaction:
        entry = append(transaction, text, case=case, own=True)
        for party in parties:
            transaction.enqueue(entry.id, party, due)
    return entry


def draft(text: str, case: CaseRef | None = None) -> StoredDraft:
    signed = dsse(text, case=case)
    return StoredDraft(MessageId(signed.id), signed.write(), NOW)
