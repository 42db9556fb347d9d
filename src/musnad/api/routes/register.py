"""The register of Parties: where each State stands on a day, what it still has to do, loading and correcting facts."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Body, Path, Query, Router

from musnad.api.caller import Caller, caller_of
from musnad.api.interface import reads, writes
from musnad.api.shapes.forms import AsOf, Paging, PartyName, page
from musnad.api.shapes.register import (
    ChangedShape,
    ChecklistShape,
    FactPage,
    FactShape,
    ForceShape,
    RegisteredShape,
    StandingPage,
    StandingShape,
    TableGiven,
    TaskShape,
    UpdateGiven,
    UpdateShape,
)
from musnad.core.directory.entry import Party
from musnad.core.directory.errors import DirectoryExpired
from musnad.core.kernel.ijson import write_canonical
from musnad.core.kernel.times import write_day
from musnad.core.register.checklist import checklist
from musnad.core.register.force import entry_into_force
from musnad.core.register.life import LifeNumbers, life_numbers
from musnad.core.register.standing import entry_of, standing
from musnad.exchange.reading.register import (
    entry_members,
    force_members,
    item_members,
    record_members,
    source_members,
    standing_members,
)
from musnad.exchange.registering import accept, load_table

router = Router(tags=["register"])


@reads(router, "/register", "register:read", StandingPage)
def standings(request: HttpRequest, paging: Query[Paging], asked: Query[AsOf]) -> StandingPage:
    """Where every State and organisation that may join stands on a day."""
    caller = caller_of(request)
    book, numbers, day = caller.ports.register.current(), _numbers(caller), caller.day(asked.as_of)
    part = page(sorted(book.entries), paging)
    found = [standing_members(standing(book, code, day, numbers)) for code in part["items"]]
    return StandingPage(**{**part, "items": [StandingShape.model_validate(one) for one in found]})


@reads(router, "/register/force", "register:read", ForceShape)
def force(request: HttpRequest, asked: Query[AsOf]) -> ForceShape:
    """Whether the Convention is in force on a day, and what is still missing."""
    caller = caller_of(request)
    found = entry_into_force(caller.ports.register.current(), caller.day(asked.as_of), _numbers(caller))
    return ForceShape.model_validate(force_members(found))


@reads(router, "/register/facts", "register:read", FactPage)
def facts(request: HttpRequest, paging: Query[Paging]) -> FactPage:
    """Every fact that stands, those about the Convention itself first."""
    caller = caller_of(request)
    part = page([one for one in caller.ports.register.current().records() if one.replaced is None], paging)
    return FactPage(**{**part, "items": [FactShape.model_validate(record_members(one)) for one in part["items"]]})


@reads(router, "/register/states/{party}", "register:read", RegisteredShape)
def state_of(request: HttpRequest, party: Path[PartyName], asked: Query[AsOf]) -> RegisteredShape:
    """One State: every fact with its source, what was replaced too, and where it stands."""
    caller = caller_of(request)
    book = caller.ports.register.current()
    entry = entry_of(book, party)
    found = standing(book, party, caller.day(asked.as_of), _numbers(caller))
    sources = source_members(book, (record.fact.source for record in entry.records))
    members = entry_members(entry) | {"standing": standing_members(found), "sources": sources}
    return RegisteredShape.model_validate(members)


@reads(router, "/register/states/{party}/checklist", "register:read", ChecklistShape)
def tasks(request: HttpRequest, party: Path[PartyName], asked: Query[AsOf]) -> ChecklistShape:
    """What a State still has to do to join and to be ready."""
    caller = caller_of(request)
    day = caller.day(asked.as_of)
    items = checklist(caller.ports.register.current(), party, day, _listed(caller, party))
    told = [TaskShape.model_validate(item_members(one)) for one in items]
    return ChecklistShape(party=party, day=write_day(day), items=told)


@writes(router, "/register/loads", "register:write", (200, ChangedShape))
def load(request: HttpRequest, given: Body[TableGiven]) -> ChangedShape:
    """Load facts from a table, whole or not at all; loaded again, it changes nothing."""
    changed = load_table(caller_of(request).ports, given.table.encode("utf-8"), given.file)
    return ChangedShape(changes=changed.changes, known=changed.known)


@writes(router, "/register/updates", "register:write", (200, UpdateShape))
def accept_update(request: HttpRequest, given: Body[UpdateGiven]) -> UpdateShape:
    """Accept a signed update from an authority that this node trusts; accepted again, it changes nothing."""
    update, changed = accept(caller_of(request).ports, write_canonical(given.model_dump()))
    return UpdateShape(
        changes=changed.changes,
        known=changed.known,
        update=update.digest,
        author=update.author,
        officer=update.officer,
    )


def _numbers(caller: Caller) -> LifeNumbers:
    return life_numbers(caller.ports.treaties.current().rules)


def _listed(caller: Caller, code: str) -> Party | None:
    """The State's entry in the directory: a hint, so its lack is no error."""
    try:
        directory = caller.ports.directories.current()
    except DirectoryExpired:
        return None
    return next((party for party in directory.parties if party.code == code), None)
