"""What this node notes of its own house: every look at what is sensitive, every change of who may do what.

A record is signed, journalled and logged like a message, in the order in which things were done; one about a case
rests under the case's key, and is forgotten with it. Nothing here travels: a dossier carries none of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from musnad.core.crypto.dsse import parse_dsse, sign
from musnad.core.directory.errors import DirectoryExpired
from musnad.core.kernel.names import AuthorityId, CaseRef, Digest, MessageId, digest_of, parse_slug
from musnad.core.messages.receipt import DirectoryRef
from musnad.core.messages.record import RECORD_TYPE, Record, parse_record, write_record
from musnad.core.transparency.entry import SALT_OCTETS, blind_entry
from musnad.core.transparency.tree import completed_nodes, leaf_hash
from musnad.exchange.journal import Entry, place_of
from musnad.exchange.ports import Ports

HOUSE = CaseRef(digest_of(b"musnad: records of the house, which are about no case"))
"""Under whose key records rest that are about no case; it is no case, and no list of cases names it."""
_NO_DIRECTORY = DirectoryRef(Digest("0" * 64), 0, stale=True)


@dataclass(frozen=True, slots=True)
class Note:
    """A record as it stands in the journal, at its place of the log."""

    id: MessageId
    index: int
    record: Record


def note(
    ports: Ports,
    act: str,
    *,
    by: str,
    case: CaseRef | None = None,
    about: Mapping[str, str] | None = None,
    authority: AuthorityId | None = None,
    kept_under: CaseRef = HOUSE,
) -> MessageId:
    """Record that ``by`` did ``act``; durable when this returns.

    Args:
        authority: which of this node's authorities signs; by default the first by name.
        kept_under: where a record about no case is kept, to be found there (``Journal.records_of``).
    Raises:
        BadForm: the act is no name. NotHosted: the authority is not this node's. The journal's errors.
    """
    signer = authority or min(ports.keys.hosted)
    now = ports.clock.now()
    record = Record(signer, parse_slug(act), by, now, case, dict(about or {}))
    dsse = sign(write_record(record), RECORD_TYPE, [ports.keys.signing(signer)])
    name = MessageId(dsse.id)
    with ports.journal.begin() as transaction:
        index, salt = transaction.log_size(), ports.entropy(SALT_OCTETS)
        if transaction.entry(name) is not None:  # the same, in the same instant
            return name
        leaf = leaf_hash(blind_entry(salt, name))
        place = place_of(index, salt)
        entry = Entry(name, "record", case or kept_under, name, True, dsse.write(), place, now, _directory(ports))
        transaction.append(entry, completed_nodes(index, leaf, transaction.tree_node))
    return name


def read_notes(ports: Ports, limit: int, before: int | None = None) -> tuple[Note, ...]:
    """Up to ``limit`` records, the newest first; those before that place of the log."""
    return tuple(
        Note(
            one.id,
            one.place.index,
            parse_record(parse_dsse(one.signed, payload_type=RECORD_TYPE, what="record").payload),
        )
        for one in ports.journal.records(limit, before)
    )


def _directory(ports: Ports) -> DirectoryRef:
    """The set in use, where there is one: a node notes what was done in it also while it has no directory."""
    try:
        ref = ports.directories.current().ref
    except DirectoryExpired:
        return _NO_DIRECTORY
    return DirectoryRef(ref.snapshot, ref.version, ref.stale)
