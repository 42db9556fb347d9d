"""A record: what a node notes of its own house. Who looked at what, whose powers changed, which roster was signed.

Signed by an authority of the node and journalled like everything else, so that its place in the log bounds its time; it
is said to nobody and never leaves with a case.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.ijson import parse_object, write_canonical
from musnad.core.kernel.names import AuthorityId, CaseRef, Slug, parse_authority, parse_digest, parse_slug
from musnad.core.kernel.times import Instant, parse_instant, write_instant
from musnad.core.messages.errors import BadMessage
from musnad.core.messages.version import MUSNAD_1

RECORD_TYPE = "application/vnd.musnad.record+json"
MEMBERS_LIMIT = 32
TEXT_LIMIT = 1000


@dataclass(frozen=True, slots=True)
class Record:
    """``act`` is what was done, ``by`` the name of who did it at this node, ``about`` the particulars, by name."""

    authority: AuthorityId
    act: Slug
    by: str
    at: Instant
    case: CaseRef | None = None
    about: Mapping[str, str] = field(default_factory=dict)


def write_record(record: Record) -> bytes:
    """The payload bytes of a new record, canonical."""
    return write_canonical(
        {
            "version": MUSNAD_1.name,
            "authority": record.authority,
            "act": record.act,
            "by": record.by,
            "at": write_instant(record.at),
            "case": record.case,
            "about": dict(record.about),
        }
    )


def parse_record(payload: bytes) -> Record:
    """Read the payload bytes of a record; ``NotJson``, ``TooLarge`` or ``BadMessage``."""
    found = parse_object(payload, what="record")
    if set(found) != {"version", "authority", "act", "by", "at", "case", "about"}:
        raise BadMessage("record", "not exactly its members")
    if found["version"] != MUSNAD_1.name:
        raise BadMessage("version", f"not {MUSNAD_1.name}")
    case, about = found["case"], found["about"]
    if not isinstance(about, dict) or len(about) > MEMBERS_LIMIT:
        raise BadMessage("about", "not a short list of texts by name")
    try:
        return Record(
            authority=parse_authority(_text(found, "authority")),
            act=parse_slug(_text(found, "act")),
            by=_text(found, "by"),
            at=parse_instant(_text(found, "at")),
            case=None if case is None else CaseRef(parse_digest(_text(found, "case"), what="case")),
            about={name: _text(about, name) for name in about},
        )
    except BadMessage:
        raise
    except MusnadError as error:
        raise BadMessage("record", error.code) from error


def _text(found: Mapping[str, object], member: str) -> str:
    value = found[member]
    if not isinstance(value, str) or len(value) > TEXT_LIMIT:
        raise BadMessage(member, "not a short text")
    return value
