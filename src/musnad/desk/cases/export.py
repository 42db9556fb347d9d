"""Exporting a case at the desk: asked for, approved by signature on the page of drafts, written, and given as a file.

Approving goes by the page of drafts alone. What is written is what was approved, judged as any reader would before
anybody gets it; that it was prepared, made, given and removed is noted.
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from musnad.adapters.vault.spool import Upload
from musnad.core.case.state import CaseState
from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.names import AuthorityId, CaseRef, MessageId
from musnad.core.messages.bodies import Use
from musnad.desk import house
from musnad.desk.answering.choices import request_of, speaker
from musnad.desk.answering.fields import Field, Given, Option, Trouble, chosen, filled, trouble_of, words_of
from musnad.desk.cases.dossiers import begin_making, begin_preparing, chunks_of, preparing, resting, shelf
from musnad.desk.errors import NotAllowed
from musnad.desk.evidence.holding import SANDBOX, USES
from musnad.desk.evidence.officers import approvers_field, approvers_of
from musnad.desk.needs import needs
from musnad.desk.remedies import remedy
from musnad.exchange.audit import note
from musnad.exchange.composing import case_state
from musnad.exchange.errors import UnknownDraft
from musnad.exchange.evidence.errors import UnknownUpload
from musnad.exchange.export_gathering import exhibits_of
from musnad.exchange.ports import Ports
from musnad.exchange.reading import show_case
from musnad.exchange.reading.exports import ExportView, list_exports
from musnad.exchange.reading.house import open_house
from musnad.exchange.reading.values import ExhibitView
from musnad.language import duration
from musnad.language import gettext as _
from musnad.language.sentences import sentence
from musnad.node.beside import EXPORTING, Standing
from musnad.people.powers import Power
from musnad.people.seat import Seat

EXPORTERS = frozenset({Power.ANSWER, Power.EVIDENCE})
"""Who may ask for an export; oversight reads what was asked for."""


@dataclass(frozen=True, slots=True)
class Line:
    """An export on the page: what became of it, its dossier where one rests here, whether this seat may have it."""

    export: ExportView
    dossier: Upload | None
    may_have: bool
    under_way: bool


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Power.ANSWER, Power.EVIDENCE, reads=(Power.OVERSEE,))
def export(request: HttpRequest, ref: CaseRef) -> HttpResponse:
    """The exports of a case, and the wish for one more; it is gathered beside the request and comes to a draft."""
    ports, case, seat = house.ports(), house.case_here(request, ref), house.seat(request)
    state = case_state(ports, case)
    if not seat.powers & EXPORTERS:
        return _page(request, state, None, ())
    author = _exporter(ports, state, seat)
    fields = (*_content_field(seat), _use_field(), approvers_field(ports, seat, author, "export"))
    if request.method != "POST":
        return _page(request, state, author, chosen(fields))
    given, trouble = Given(request.POST), None
    whole = _is_whole(given, seat)
    use, officers = given.one_of("use", USES), approvers_of(given, ports, seat, author, "export")
    if not given.errors:
        try:
            _check_conditions(ports, case, author, use, with_content=whole)
            begin_preparing(ports, case, author, officers, seat.name, with_content=whole, use=use)
            return redirect("export-preparing", case)
        except MusnadError as error:
            trouble = trouble_of(error, given, ("use", "approvers"))
    return _page(request, state, author, filled(fields, given.typed, given.errors), trouble)


@require_safe
@needs(Power.ANSWER, Power.EVIDENCE, reads=(Power.OVERSEE,))
def gathering(request: HttpRequest, ref: CaseRef) -> HttpResponse:
    """How the gathering stands; once it is over, the draft."""
    case = house.case_here(request, ref)
    standing = EXPORTING.standing(preparing(case, house.seat(request).name))
    if standing is None:
        return redirect("export", case)
    if standing.result:
        return _onward(request, reverse("approving:draft", args=[standing.result]))
    return _progress(request, case, standing, None)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Power.ANSWER, Power.EVIDENCE)
def making(request: HttpRequest, ref: CaseRef, export: MessageId) -> HttpResponse:
    """Have the dossier of an approved export written (POST), and how that stands."""
    case = house.case_here(request, ref)
    found = _export_here(request, case, export)
    if request.method == "POST":
        if found.missing:
            return redirect("approving:draft", export)
        begin_making(house.ports(), case, export, house.seat(request).name)
        return redirect("export-making", case, export)
    standing = EXPORTING.standing(export)
    if standing is None or standing.result:
        return _onward(request, reverse("export", args=[case]))
    return _progress(request, case, standing, export)


@require_POST
@needs(Power.ANSWER, Power.EVIDENCE)
def dossier(request: HttpRequest, ref: CaseRef, export: MessageId) -> HttpResponse:
    """The dossier, as a file to keep; noted each time. ``do=drop`` removes it from this node instead."""
    case = house.case_here(request, ref)
    found, rests = _export_here(request, case, export), resting(case).get(export)
    if rests is None:
        raise UnknownUpload(export)
    seat, kept = house.seat(request), shelf()
    if request.POST.get("do") == "drop":
        kept.drop(rests.id)
        note(house.ports(), "dossier-dropped", by=seat.name, case=case, about={"message": export})
        messages.info(request, _("The dossier no longer rests on this node."))
        return redirect("export", case)
    officer = seat.officer_of(found.author.id)
    house.looked(request, case, "dossier", message=export, **({"officer": officer} if officer else {}))
    answer = StreamingHttpResponse(chunks_of(kept, rests), content_type="application/zip")
    answer["Content-Length"] = str(rests.size_octets)
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=rests.name) or "attachment"
    answer["Content-Security-Policy"] = SANDBOX
    answer["X-Content-Type-Options"] = "nosniff"
    answer["X-Download-Options"] = "noopen"
    answer["Cache-Control"] = "no-store"
    return answer  # type: ignore[return-value]  # a page all the same, though it comes in parts


def _exporter(ports: Ports, state: CaseState, seat: Seat) -> AuthorityId:
    """The authority that exports: the one that speaks in the case, of those that the seat is of."""
    return speaker(ports, seat, request_of(state, None))


def _export_here(request: HttpRequest, case: CaseRef, export: MessageId) -> ExportView:
    """The export, where the seat may have its dossier; ``UnknownDraft`` where there is none in the case."""
    found = next((one for one in list_exports(house.ports(), case) if one.id == export), None)
    if found is None:
        raise UnknownDraft(export)
    if not _may_have(house.seat(request), found):
        raise NotAllowed(Power.EVIDENCE.value)
    return found


def _may_have(seat: Seat, found: ExportView) -> bool:
    """An officer of the exporting authority; where evidence is in it, one who handles evidence."""
    return seat.officer_of(found.author.id) is not None and (
        seat.may(Power.EVIDENCE) or (found.plan is not None and not found.with_content)
    )


def _content_field(seat: Seat) -> tuple[Field, ...]:
    """Whether evidence goes in; who does not handle evidence exports manifests, and is asked nothing."""
    if not seat.may(Power.EVIDENCE):
        return ()
    options = (
        Option("whole", _("With their content")),
        Option("manifests", _("By their manifests only")),
    )
    help_ = _("Content goes in as far as your authority opened or sealed it.")
    return (Field("content", _("The exhibits"), "choice", help_, required=True, options=options, values=("whole",)),)


def _is_whole(given: Given, seat: Seat) -> bool:
    return seat.may(Power.EVIDENCE) and given.due_one_of("content", ("whole", "manifests")) == "whole"


def _use_field() -> Field:
    nothing = _("Nothing chosen: what it was given for.")
    return Field("use", _("Used for"), "choice", nothing, options=words_of("said", USES))


def _check_conditions(ports: Ports, case: CaseRef, author: AuthorityId, use: Use | None, *, with_content: bool) -> None:
    """What would be refused after the gathering is refused before: ``UseNotAllowed``."""
    exhibits_of(ports, case, author, with_content=with_content, use=use)


def _page(
    request: HttpRequest,
    state: CaseState,
    author: AuthorityId | None,
    fields: tuple[Field, ...],
    trouble: Trouble | None = None,
) -> HttpResponse:
    """``author`` exports; without one there is nothing but what was exported, to read."""
    ports, case = house.ports(), state.case
    house.looked(request, case, "exports")
    wrong = [one for one in fields if one.error]
    shown = {
        "ref": case,
        "exercise": state.exercise,
        "lines": _lines(request, case),
        "fields": fields,
        "wrong": wrong,
        "trouble": trouble,
        "author": open_house(ports).authority(author) if author is not None else None,
        "exhibits": _exhibits(ports, state),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong or trouble is not None else HTTPStatus.OK
    return render(request, "desk/cases/export.html", shown, status=status)


def _lines(request: HttpRequest, case: CaseRef) -> list[Line]:
    seat, rest = house.seat(request), resting(case)
    found = []
    for one in list_exports(house.ports(), case):
        standing = EXPORTING.standing(one.id)
        under_way = standing is not None and standing.under_way
        found.append(Line(one, rest.get(one.id), _may_have(seat, one), under_way))
    return found


def _exhibits(ports: Ports, state: CaseState) -> list[ExhibitView]:
    """What was offered in the case: with its conditions it goes into a dossier."""
    return [one for one in show_case(ports, state.case).exhibits if one.offer is not None]


def _onward(request: HttpRequest, address: str) -> HttpResponse:
    """To another page, from a fragment as well."""
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=HTTPStatus.NO_CONTENT, headers={"HX-Redirect": address})
    return redirect(address)


def _progress(request: HttpRequest, case: CaseRef, standing: Standing, export: MessageId | None) -> HttpResponse:
    error, trouble = standing.error, None
    if error is not None:
        trouble = Trouble(error.code, (sentence(error),), remedy(error))
    elif standing.code is not None:
        trouble = Trouble(standing.code, (_("The work ended in an error of this node; its log tells more."),))
    progress = standing.progress
    shown = {
        "ref": case,
        "export": export,
        "standing": standing,
        "trouble": trouble,
        "again": standing.under_way,
        "left": "" if standing.seconds_left is None else duration(standing.seconds_left),
        "judging": progress is not None and progress.done_octets >= progress.total_octets,
    }
    fragment = request.headers.get("HX-Request") == "true"
    if not fragment:  # once a look, not once a second
        house.looked(request, case, "exports")
    return render(request, "desk/cases/_export_progress.html" if fragment else "desk/cases/export_progress.html", shown)
