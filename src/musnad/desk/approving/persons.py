"""Two officers are two persons: who has approved something as one officer does not approve it as another.

A pseudonym belongs to one person at a time; but it may go to another, and a person to another pseudonym, while a draft
waits. So the house notes who approved under which pseudonym, and reads that again.
"""

from __future__ import annotations

from collections.abc import Iterable

from musnad.core.crypto.dsse import parse_dsse
from musnad.core.kernel.names import CaseRef, MessageId, OfficerName, digest_of
from musnad.core.messages.record import RECORD_TYPE, parse_record
from musnad.desk import house
from musnad.exchange.audit import note
from musnad.exchange.composing import Draft
from musnad.people.enrolling import Kept
from musnad.people.errors import SamePerson
from musnad.people.seat import Seat

ACT = "approved"


def signed(draft: Draft) -> tuple[OfficerName, ...]:
    """The officers who have approved a draft."""
    return tuple(one.officer for one in draft.message.approvals if one.officer not in draft.missing)


def is_another(seat: Seat, what: Draft | Kept, officer: OfficerName) -> bool:
    """Whether this person has no part yet in what is approved, but as this very officer."""
    if isinstance(what, Kept):
        begun_by, approved = what.person, what.waits.approved
    else:
        begun_by, approved = None, signed(what)
    if begun_by == seat.person or set(approved) & (set(seat.officers) - {officer}):
        return False
    return not set(_approved_as(seat, what, approved)) - {officer}


def check(seat: Seat, what: Draft | Kept, officer: OfficerName) -> None:
    """``SamePerson`` unless the seat ``is_another``."""
    if not is_another(seat, what, officer):
        raise SamePerson(officer)


def note_approval(seat: Seat, what: Draft | Kept, officer: OfficerName) -> None:
    """Note that this person approved as this officer; durable when this returns."""
    about = {_kind(what): str(what.id), "officer": str(officer)}
    note(house.ports(), ACT, by=seat.name, case=_case(what), about=about, kept_under=_shelf(what.id))


def _approved_as(seat: Seat, what: Draft | Kept, approved: Iterable[OfficerName]) -> Iterable[str]:
    """The pseudonyms under which this person approved it, of those whose approval stands."""
    standing = set(approved)
    for entry in house.ports().journal.records_of(_case(what) or _shelf(what.id)) if standing else ():
        record = parse_record(parse_dsse(entry.signed, payload_type=RECORD_TYPE, what="record").payload)
        if (record.act, record.by, record.about.get(_kind(what))) == (ACT, seat.name, what.id):
            officer = record.about["officer"]
            if officer in standing:
                yield officer


def _kind(what: Draft | Kept) -> str:
    return "enrolment" if isinstance(what, Kept) else "draft"


def _case(what: Draft | Kept) -> CaseRef | None:
    return None if isinstance(what, Kept) else what.message.case


def _shelf(what: MessageId) -> CaseRef:
    """Under what it is kept who approved what is of no case yet; it is no case, and no list of cases names it."""
    return CaseRef(digest_of(f"musnad: who approved {what}".encode()))
