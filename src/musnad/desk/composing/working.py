"""A form's life between two requests: opened fresh, from a draft, a template or a case; saved; sent."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, QueryDict

from musnad.core.kernel.errors import TooLarge
from musnad.core.kernel.ijson import JsonObject
from musnad.core.kernel.names import (
    AuthorityId,
    CaseRef,
    OfficerName,
    Slug,
    parse_authority,
    parse_message_id,
    parse_officer,
    parse_slug,
)
from musnad.core.messages import bodies
from musnad.core.messages.message import LegalBasis, Message
from musnad.core.treaty.values import FieldKind, Measure
from musnad.desk import house
from musnad.desk.composing.limits import limits_of
from musnad.desk.composing.page import Page
from musnad.desk.composing.sheet import Sheet, sheet_from, sheet_of
from musnad.exchange.composing import Intent
from musnad.exchange.exhibits import counterparts
from musnad.exchange.identifier_lists import FILE_LIMIT_OCTETS, Listed, Unread, read_csv, read_lines
from musnad.exchange.identifier_values import Typed, confirmed
from musnad.exchange.signed import message_in
from musnad.people import drafting
from musnad.people.drafting import Kept, Kind, Saved


@dataclass(frozen=True, slots=True)
class Standing:
    """Which row the form is of; revision 0: it has not been saved."""

    id: str
    revision: int


def is_exercise() -> bool:
    """Whether every message of this node is one."""
    from musnad.node.configuration import read_configuration

    return read_configuration(house.folder()).exercise


def page_of(request: HttpRequest, measure: Slug, sheet: Sheet, refused: str = "") -> Page:
    return Page(house.ports(), house.seat(request), is_exercise(), measure, sheet, refused)


def opened(request: HttpRequest, measure: Slug) -> tuple[Sheet, Standing]:
    """The sheet that an address asks for: of ``draft``, of ``template``, of ``case`` and ``follows``, or fresh.

    Raises:
        UnknownDraft: no such draft or template of this person. UnknownCase: no such case, or not for this seat.
    """
    asked = request.GET
    if "draft" in asked:
        kept = find(request, asked["draft"])
        return sheet_in(kept), Standing(kept.id, kept.revision)
    sheet = Sheet()
    if "template" in asked:
        sheet = sheet_in(find(request, asked["template"])).without("title")
    elif "case" in asked:
        sheet = _in_case(request, measure, asked)
    else:
        sheet = sheet.also(basis=house.ports().treaties.current().name)
    given = {name: asked.getlist(name) for name in ("to", "author", "basis") if asked.get(name)}
    return sheet.merged(given), Standing(drafting.new_id(house.ports().entropy), 0)


def _in_case(request: HttpRequest, measure: Slug, asked: QueryDict) -> Sheet:
    """A further request: to whom the case was last spoken with, with what the earlier request has in common with it."""
    ports, seat = house.ports(), house.seat(request)
    case = house.case_here(request, CaseRef(parse_message_id(str(asked["case"]), what="case")))
    earlier = str(asked.get("follows") or case)
    entry = ports.journal.entry(parse_message_id(earlier))
    message = message_in(entry.signed) if entry is not None and entry.kind == "message" else None
    inside = message is not None and entry is not None and message.case_under(entry.id) == case
    sheet = Sheet().also(case=case, basis=ports.treaties.current().name)
    if message is not None and inside and isinstance(message.body, bodies.Request):
        page = page_of(request, measure, sheet)
        basis = message.legal_basis.instrument if message.legal_basis is not None else ports.treaties.current().name
        sheet = Sheet({**sheet_of(page.measure, message.body.fields).inputs, **sheet.inputs})
        sheet = sheet.also(follows=earlier, basis=basis, language=message.language)
    author = next(iter(seat.authorities), None)
    if author is not None:
        sheet = sheet.also(to=counterparts(ports, case, author))
    house.looked(request, case, "composing")
    return sheet


def find(request: HttpRequest, own_id: str) -> Kept:
    return drafting.find(house.rest_key(), house.seat(request).person, own_id)


def sheet_in(kept: Kept) -> Sheet:
    inputs = kept.content.get("inputs")
    return sheet_from(inputs) if isinstance(inputs, dict) else Sheet()


def measure_in(kept: Kept) -> str:
    return str(kept.content.get("measure", ""))


def keep(request: HttpRequest, measure: Slug, sheet: Sheet, standing: Standing, kind: Kind = "draft") -> Saved:
    ports = house.ports()
    content: JsonObject = {"measure": measure, "inputs": sheet.members()}
    return drafting.keep(
        house.rest_key(),
        house.seat(request).person,
        standing.id,
        kind,
        content,
        revision=standing.revision,
        at=ports.clock.now(),
    )


def template_of(sheet: Sheet, measure: Measure, *, whole: bool) -> Sheet:
    """What is kept as a template: no case, and, unless asked for, nothing that names an account or a person."""
    kept = sheet.without("case", "follows", "lines", "approver")
    if whole:
        return kept
    kinds = (FieldKind.IDENTIFIERS, FieldKind.PERIOD, FieldKind.DAY)
    named = [one.name for one in measure.fields.values() if one.kind in kinds]
    return Sheet(
        {
            name: value
            for name, value in kept.inputs.items()
            if not any(name == f"f.{one}" or name.startswith(f"f.{one}.") for one in named)
        }
    )


def posted(request: HttpRequest) -> tuple[Sheet, Standing]:
    """What the browser sent; an id of no form is a fresh draft's."""
    sheet = sheet_from({name: request.POST.getlist(name) for name in request.POST})
    own_id, revision = request.POST.get("draft", ""), request.POST.get("revision", "")
    if not drafting.ID_FORM.fullmatch(own_id):
        return sheet, Standing(drafting.new_id(house.ports().entropy), 0)
    number = int(revision) if revision.isascii() and revision.isdecimal() and len(revision) < 9 else 0
    return sheet, Standing(own_id, number)


def tidied(request: HttpRequest, sheet: Sheet, measure: Measure) -> tuple[Sheet, tuple[Unread, ...]]:
    """Lines and a file taken up as rows, rows taken away, kinds confirmed; what could not be read stays in the lines.

    Raises ``TooLarge`` where the file is larger than is read.
    """
    names = [one.name for one in measure.fields.values() if one.kind is FieldKind.IDENTIFIERS]
    if not names:
        return sheet, ()
    name, region = names[0], house.ports().party
    sure = set(request.POST.getlist("sure"))
    gone = set(request.POST.getlist("drop"))
    rows = [
        confirmed(one) if str(number) in sure or "all" in sure else one
        for number, one in sheet.placed(name)
        if str(number) not in gone
    ]
    listed = [read_lines(sheet.one("lines"), region)]
    file = request.FILES.get("file")
    if file is not None:
        if (file.size or 0) > FILE_LIMIT_OCTETS:
            raise TooLarge("CSV", file.size or 0, FILE_LIMIT_OCTETS)
        types = frozenset(str(one) for one in page_of(request, measure.name, sheet).treaty.identifier_types)
        listed.append(read_csv(file.read(), region, types))
    return _with(sheet, name, rows, listed)


def _with(sheet: Sheet, name: str, rows: list[Typed], listed: list[Listed]) -> tuple[Sheet, tuple[Unread, ...]]:
    unread = tuple(one for found in listed for one in found.unread)
    rows = [*rows, *(row for found in listed for row in found.rows)]
    left = "\n".join(one.text for one in unread if one.text)
    return sheet.with_identifiers(name, rows).also(lines=left), unread


def intent_of(page: Page) -> Intent:
    """What the form says, as it is to be composed. Raises ``BadForm`` where a name in it is none."""
    sheet = page.sheet
    follows = sheet.one("follows")
    case = sheet.one("case")
    return Intent(
        author=parse_authority(page.author),
        to=tuple(parse_authority(one) for one in sheet.many("to")),
        body=bodies.Request(
            page.read.fields, parse_message_id(follows) if follows else None, limits_of(sheet, page.measure)
        ),
        language=page.language,
        exercise=page.exercise,
        case=CaseRef(parse_message_id(case, what="case")) if case else None,
        measure=page.name,
        legal_basis=LegalBasis(parse_slug(sheet.one("basis"), what="legal basis"), sheet.one("basis-note")),
        approvers=tuple(OfficerName(parse_officer(one)) for one in page.approving),
        on_paper=page.on_paper,
    )


def message_of(page: Page) -> Message:
    """The same as a message that nobody signed, for the other side's reading of it."""
    intent = intent_of(page)
    return Message(
        version="musnad/1",
        exercise=intent.exercise,
        language=intent.language,
        author=AuthorityId(intent.author),
        to=intent.to,
        at=page.ports.clock.now(),
        body=intent.body,
        case=intent.case,
        measure=intent.measure,
        legal_basis=intent.legal_basis,
        treaty=page.treaty.digest,
    )
