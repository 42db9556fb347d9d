"""Between rows and values: an entry leaves the database only with the digest and the columns it was stored under."""

from __future__ import annotations

import json
from typing import cast

from musnad.core.crypto.dsse import parse_dsse
from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.ijson import write_canonical
from musnad.core.kernel.names import AuthorityId, CaseRef, Digest, MessageId, PartyCode, SealId
from musnad.core.kernel.times import instant, write_instant
from musnad.core.messages.message import MESSAGE_TYPE
from musnad.core.messages.receipt import RECEIPT_TYPE, DirectoryRef, Place
from musnad.core.messages.record import RECORD_TYPE
from musnad.core.transparency.tree import HASH_OCTETS
from musnad.exchange.errors import JournalCorrupt
from musnad.exchange.journal import Enclosure, Entry, EntryKind, Head, KeptExhibit, KeptState, SeenFork, StoredDraft
from musnad.records.at_rest import Facts, RestKey
from musnad.records.models import DraftRow, EnclosureRow, ExhibitRow, JournalEntry, LogHead, PeerFork, PeerHead

_TABLE = "journal"
_TYPES: dict[EntryKind, str] = {"receipt": RECEIPT_TYPE, "record": RECORD_TYPE}


def entry_row(entry: Entry, key: RestKey) -> JournalEntry:
    """The row of an entry, its signed bytes closed under the case's key."""
    return JournalEntry(
        index=entry.place.index,
        id=entry.id,
        kind=entry.kind,
        case=entry.case,
        subject=entry.subject,
        own=entry.own,
        sealed=key.close(_TABLE, entry.id, entry.signed, **_facts(entry)),
        salt=entry.place.salt,
        author_index=entry.author_place.index if entry.author_place else None,
        author_salt=entry.author_place.salt if entry.author_place else "",
        at=entry.at,
        directory_snapshot=entry.directory.snapshot,
        directory_version=entry.directory.version,
        directory_stale=entry.directory.stale,
    )


def read_entry(row: JournalEntry, key: RestKey | None) -> Entry:
    """The entry of a row; ``JournalCorrupt`` naming it where its key is gone or anything of it changed."""
    if key is None:
        raise JournalCorrupt(row.id)
    entry = _closed_entry(row, b"")
    signed = key.open(_TABLE, row.id, bytes(row.sealed), **_facts(entry))
    check_digest(signed, entry.id, _TYPES.get(entry.kind, MESSAGE_TYPE))
    return _closed_entry(row, signed)


def check_digest(signed: bytes, name: MessageId, payload_type: str) -> None:
    """Raise ``JournalCorrupt`` unless the signed payload has the digest that names it."""
    try:
        found = MessageId(parse_dsse(signed, payload_type=payload_type, what="journal entry").id)
    except MusnadError as error:
        raise JournalCorrupt(name) from error
    if found != name:
        raise JournalCorrupt(name)


def read_head(row: LogHead | PeerHead) -> Head:
    return Head(row.size, bytes(row.root), bytes(row.note))


def read_fork(row: PeerFork) -> SeenFork:
    path = bytes(row.path)
    return SeenFork(
        PartyCode(row.party),
        bytes(row.held),
        bytes(row.shown),
        row.times,
        tuple(path[at : at + HASH_OCTETS] for at in range(0, len(path), HASH_OCTETS)),
        None if row.at is None else instant(row.at),
    )


def draft_row(draft: StoredDraft, under: str, key: RestKey) -> DraftRow:
    """The row of a draft, closed under the key of the case ``under`` or, where that is empty, the storage key."""
    sealed = key.close("draft", draft.id, draft.signed, at=write_instant(draft.at))
    return DraftRow(id=draft.id, at=draft.at, sealed_under=under, sealed=sealed)


def read_draft(row: DraftRow, key: RestKey | None) -> StoredDraft:
    if key is None:
        raise JournalCorrupt(f"draft {row.id}")
    at = instant(row.at)
    signed = key.open("draft", row.id, bytes(row.sealed), at=write_instant(at))
    check_digest(signed, MessageId(row.id), MESSAGE_TYPE)
    return StoredDraft(MessageId(row.id), signed, at)


def enclosure_row(enclosure: Enclosure, under: str, key: RestKey) -> EnclosureRow:
    """The row of an enclosure, closed under the key of the case ``under``."""
    sealed = key.close("enclosure", enclosure.id, enclosure.data, at=write_instant(enclosure.at))
    return EnclosureRow(id=enclosure.id, at=enclosure.at, sealed_under=under, sealed=sealed)


def read_enclosure(row: EnclosureRow, key: RestKey | None) -> Enclosure:
    if key is None:
        raise JournalCorrupt(f"enclosure {row.id}")
    at = instant(row.at)
    data = key.open("enclosure", row.id, bytes(row.sealed), at=write_instant(at))
    return Enclosure(Digest(row.id), CaseRef(row.sealed_under), at, data)


def exhibit_row(exhibit: KeptExhibit, under: str, key: RestKey) -> ExhibitRow:
    """The row of an exhibit, closed under the key of the case ``under`` or, where that is empty, the storage key."""
    row = ExhibitRow(
        seal=exhibit.seal,
        state=exhibit.state,
        case=exhibit.case or "",
        holders=write_canonical(list(exhibit.holders)).decode(),
        sealed_under=under,
    )
    row.sealed_key = key.close("exhibit-key", exhibit.seal, exhibit.key, **_exhibit_facts(row))
    row.sealed_manifest = key.close("exhibit-manifest", exhibit.seal, exhibit.manifest, **_exhibit_facts(row))
    return row


def read_exhibit(row: ExhibitRow, key: RestKey | None) -> KeptExhibit:
    if key is None:
        raise JournalCorrupt(f"exhibit {row.seal}")
    facts = _exhibit_facts(row)
    opened = key.open("exhibit-key", row.seal, bytes(row.sealed_key), **facts)
    manifest = key.open("exhibit-manifest", row.seal, bytes(row.sealed_manifest), **facts)
    return KeptExhibit(
        SealId(row.seal),
        opened,
        manifest,
        cast(KeptState, row.state),
        CaseRef(row.case) if row.case else None,
        tuple(AuthorityId(holder) for holder in json.loads(row.holders)),
    )


def _exhibit_facts(row: ExhibitRow) -> Facts:
    return {"state": row.state, "case": row.case, "holders": row.holders, "under": row.sealed_under}


def _closed_entry(row: JournalEntry, signed: bytes) -> Entry:
    author = Place(row.author_index, Digest(row.author_salt)) if row.author_index is not None else None
    return Entry(
        MessageId(row.id),
        cast(EntryKind, row.kind),
        CaseRef(row.case),
        MessageId(row.subject),
        row.own,
        signed,
        Place(row.index, Digest(row.salt)),
        instant(row.at),
        DirectoryRef(Digest(row.directory_snapshot), row.directory_version, row.directory_stale),
        author,
    )


def _facts(entry: Entry) -> Facts:
    author = entry.author_place
    return {
        "index": entry.place.index,
        "salt": entry.place.salt,
        "kind": entry.kind,
        "case": entry.case,
        "subject": entry.subject,
        "own": entry.own,
        "at": write_instant(entry.at),
        "directory": [entry.directory.snapshot, entry.directory.version, entry.directory.stale],
        "author": [author.index, author.salt] if author else [],
    }
