"""What a holder does with an exhibit: opens it under its conditions and by approval, and says what was done with it.

What an exhibit holds is never shown as a page of the desk's: it is given as a file to keep, and every time is noted.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Literal

from django.db import close_old_connections, connections
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST

from musnad.core.case.limits import strictest
from musnad.core.case.state import ExhibitState
from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.names import AuthorityId, CaseRef, OfficerName, PartyCode, SealId
from musnad.core.messages.bodies import CUSTODY_ACT, CustodyEvent, Use
from musnad.desk import house
from musnad.desk.answering.choices import speaker
from musnad.desk.answering.fields import Field, Given, Option, chosen, filled, said, trouble_of, words_of
from musnad.desk.answering.forms import Saying
from musnad.desk.answering.views import saying_of
from musnad.desk.errors import NotAllowed
from musnad.desk.evidence.forms import Page, form_page
from musnad.desk.evidence.officers import approvers_field, approvers_of
from musnad.desk.evidence.streaming import stream
from musnad.desk.needs import needs
from musnad.desk.pace import paced
from musnad.desk.saying import came_to
from musnad.exchange.composing import Draft
from musnad.exchange.custody import prepare_account
from musnad.exchange.exhibits import kept_exhibit, open_approved, prepare_opening, read_kept_manifest
from musnad.exchange.ports import Ports
from musnad.exchange.reading.parts import limit_parts
from musnad.exchange.reading.pieces import Part
from musnad.language import gettext as _
from musnad.language import mark
from musnad.people.powers import Power

USES: tuple[Use, ...] = ("other-use", "defence-disclosure")
EVENTS: tuple[Literal["copied", "exported", "forwarded", "returned", "destroyed"], ...] = (
    "copied", "exported", "forwarded", "returned", "destroyed",
)  # fmt: skip
FOLDER = mark(
    "It is a folder: it is given whole, as one archive (.tar), from which any program that reads such archives takes"
    " single files. At the terminal, `musnad open --unpack` makes its files again, each held against its record."
)
SANDBOX = "default-src 'none'; frame-ancestors 'none'; sandbox"
"""Whatever a browser makes of it, it runs nothing and reaches nothing."""


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Power.EVIDENCE)
def opening(request: HttpRequest, ref: CaseRef, seal: SealId) -> HttpResponse:
    """The conditions, then the wish to open: a draft for its officers, or the file where they have approved before."""
    what, exhibit = _exhibit(request, ref, seal)
    ports, seat, author = what.ports, house.seat(request), _receiver(request, what, exhibit)
    conditions = conditions_on(exhibit)
    fields = _opening_fields(what, author, request, conditions)
    if request.method != "POST":
        return _opening_page(request, what, seal, Page(chosen(fields)), author, conditions)
    given = Given(request.POST)
    use, officers = given.one_of("use", USES), approvers_of(given, ports, seat, author, "open")
    if conditions and not given.ticked("agreed"):
        given.errors["agreed"] = _("Confirm that you have read the conditions.")
    trouble = None
    if not given.errors:
        try:
            draft = prepare_opening(ports, what.case, seal, officers, use=use)
            onward = came_to(request, draft) if draft is not None else redirect("evidence:open", ref, seal)
            waits = draft is not None and draft.missing
            return onward if waits or seat.officer_of(author) not in officers else content(request, ref, seal)
        except MusnadError as error:
            trouble = trouble_of(error, given, ("use", "approvers"))
    page = Page(filled(fields, given.typed, given.errors), trouble=trouble)
    return _opening_page(request, what, seal, page, author, conditions, HTTPStatus.UNPROCESSABLE_ENTITY)


@require_POST
@needs(Power.EVIDENCE)
@paced("content", "POST")
def content(request: HttpRequest, ref: CaseRef, seal: SealId) -> HttpResponse:
    """What the exhibit holds, as a file to keep, for an officer who approved its opening; noted each time.

    Errors as ``open_approved``, told before anything is sent.
    """
    what, exhibit = _exhibit(request, ref, seal)
    officer = house.seat(request).officer_of(_receiver(request, what, exhibit))
    if officer is None:
        raise NotAllowed(Power.EVIDENCE.value)
    use = Given(request.POST).one_of("use", USES)
    manifest = read_kept_manifest(kept_exhibit(what.ports, seal))
    house.looked(request, what.case, "content", seal=seal, officer=officer)
    parts = stream(
        lambda target: open_approved(what.ports, what.case, seal, officer, target, use=use), _leave_the_database
    )
    answer = StreamingHttpResponse(parts, content_type="application/octet-stream")
    answer["Content-Length"] = str(manifest.size_octets)
    answer["Content-Disposition"] = (
        content_disposition_header(as_attachment=True, filename=manifest.name) or "attachment"
    )
    answer["Content-Security-Policy"] = SANDBOX
    answer["X-Content-Type-Options"] = "nosniff"
    answer["X-Download-Options"] = "noopen"
    answer["Cache-Control"] = "no-store"
    return answer  # type: ignore[return-value]  # a page all the same, though it comes in parts


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Power.EVIDENCE)
def account(request: HttpRequest, ref: CaseRef, seal: SealId) -> HttpResponse:
    """Say what was done with an exhibit: copied, exported, passed on, returned, destroyed."""
    what, exhibit = _exhibit(request, ref, seal)
    ports, seat, author = what.ports, house.seat(request), _receiver(request, what, exhibit)
    approvers = approvers_field(ports, seat, author, "release", required=False)
    fields = (
        Field("event", _("What was done"), "choice", required=True, options=words_of("event", EVENTS)),
        _passed_on_to(what),
        said(Field("place", mark("Where"), "text")),
        said(Field("note", mark("How, and by whom"), "long", mark("An analysis is said here, with the copy it used."))),
        approvers,
    )
    words = (_("Say what was done with an exhibit"), _("Returning or destroying removes the content from this node."))
    if request.method != "POST":
        return form_page(request, what, words, Page(chosen(fields)), author, conditions=conditions_on(exhibit))
    given, trouble = Given(request.POST), None
    event = given.due_one_of("event", EVENTS)
    to = given.text("to")
    if event is not None and (event == "forwarded") != (to is not None):
        given.errors["to"] = _("The State stands where an exhibit was passed on, and only then.")
    act = CUSTODY_ACT.get(event) if event is not None else None
    officers = approvers_of(given, ports, seat, author, act) if act is not None else ()
    if event is not None and not given.errors:
        try:
            return came_to(request, _told(what, seal, event, author, given, officers))
        except MusnadError as error:
            trouble = trouble_of(error, given, ("place", "note"))
    page = Page(filled(fields, given.typed, given.errors), trouble=trouble)
    return form_page(
        request, what, words, page, author, status=HTTPStatus.UNPROCESSABLE_ENTITY, conditions=conditions_on(exhibit)
    )


def _told(
    what: Saying,
    seal: SealId,
    event: CustodyEvent,
    author: AuthorityId,
    given: Given,
    officers: tuple[OfficerName, ...],
) -> Draft:
    to = given.text("to")
    return prepare_account(
        what.ports,
        what.case,
        seal,
        event,
        author,
        to=PartyCode(to) if to is not None else None,
        place=given.text("place"),
        note=given.text("note"),
        approvers=officers,
    )


def conditions_on(exhibit: ExhibitState) -> tuple[Part, ...]:
    """The conditions under which an exhibit was given, as their strictest comes to."""
    return tuple(limit_parts(strictest(exhibit.limits)))


def _exhibit(request: HttpRequest, ref: CaseRef, seal: SealId) -> tuple[Saying, ExhibitState]:
    what = saying_of(request, ref, None)
    exhibit = what.state.exhibits.get(seal)
    if exhibit is None:
        raise Http404(seal)
    asked = what.state.requests.get(exhibit.request) if exhibit.request is not None else None
    if asked is None:
        return what, exhibit
    return saying_of(request, ref, asked.id), exhibit


def _receiver(request: HttpRequest, what: Saying, exhibit: ExhibitState) -> AuthorityId:
    """The authority of this node that holds the exhibit, if the seat is of it; else who speaks on its request."""
    seat = house.seat(request)
    named = [one for one in exhibit.offered_to if one in seat.authorities and one in what.ports.keys.hosted]
    return named[0] if named else speaker(what.ports, seat, what.request)


def _opening_fields(
    what: Saying, author: AuthorityId, request: HttpRequest, conditions: tuple[Part, ...]
) -> tuple[Field, ...]:
    use = Field(
        "use", _("Used for"), "choice", _("Nothing chosen: what it was given for."), options=words_of("said", USES)
    )
    agreed = (Field("agreed", _("I have read the conditions, and keep them"), "tick"),) if conditions else ()
    return (use, approvers_field(what.ports, house.seat(request), author, "open"), *agreed)


def is_folder(ports: Ports, seal: SealId) -> bool:
    """Whether the exhibit is here and is a folder that was sealed with its list of files."""
    kept = ports.journal.exhibit(seal)
    return kept is not None and bool(kept.manifest) and read_kept_manifest(kept).records is not None


def _opening_page(
    request: HttpRequest,
    what: Saying,
    seal: SealId,
    page: Page,
    author: AuthorityId,
    conditions: tuple[Part, ...],
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    about = _("The opening is said to the other side and approved by signature; then the content is given as a file.")
    if is_folder(what.ports, seal):
        about = f"{about} {_(FOLDER)}"
    return form_page(request, what, (_("Open the exhibit"), about), page, author, status=status, conditions=conditions)


def _passed_on_to(what: Saying) -> Field:
    directory = what.ports.directories.current()
    others = tuple(Option(code, code) for code in sorted(directory.entries) if code != what.ours)
    return Field("to", _("Passed on to"), "choice", _("Only where it was passed on."), options=others)


def _leave_the_database() -> None:
    """The thread that opened is over; so is its connection."""
    close_old_connections()
    connections.close_all()
