"""Asking: choose by need, fill the form, read it as the other side will, send."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.names import Slug
from musnad.core.treaty.values import Measure
from musnad.desk import house
from musnad.desk.composing.identifier_words import unread_told
from musnad.desk.composing.needs import words
from musnad.desk.composing.page import Page
from musnad.desk.composing.reading import readings
from musnad.desk.composing.sheet import Sheet
from musnad.desk.composing.working import (
    Standing,
    find,
    intent_of,
    keep,
    measure_in,
    opened,
    page_of,
    posted,
    sheet_in,
    template_of,
    tidied,
)
from musnad.desk.needs import needs
from musnad.desk.pace import paced
from musnad.desk.remedies import remedy
from musnad.desk.saying import said
from musnad.language import gettext as _
from musnad.language.sentences import sentence
from musnad.people import drafting
from musnad.people.drafting import Kept, Kind
from musnad.people.powers import Power

REFUSED = 422
CONFLICT = 409


@require_safe
@needs(Power.COMPOSE)
def start(request: HttpRequest) -> HttpResponse:
    """What is needed, in plain words; one's drafts and templates."""
    ports = house.ports()
    held = {name: one for treaty in ports.treaties.known().values() for name, one in treaty.measures.items()}
    held |= ports.treaties.current().measures
    sections = [
        {"label": one.label, "needs": [(need, held[need.measure]) for need in one.needs if need.measure in held]}
        for one in words().sections
    ]
    shown = {
        "sections": sections,
        "drafts": _mine(request, "draft", held),
        "templates": _mine(request, "template", held),
        "carry": request.GET.urlencode(),
    }
    return render(request, "desk/composing/start.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Power.COMPOSE)
@paced("draft", "POST")
def form(request: HttpRequest, measure: str) -> HttpResponse:
    """The form of a measure: to fill, to save, to send."""
    name = Slug(measure)
    if request.method == "POST":
        return _posted(request, name)
    sheet, standing = opened(request, name)
    page = page_of(request, name, sheet)
    own_id = standing.id if standing.revision else request.GET.get("template")
    if own_id:
        _noted(request, page, own_id)
    return _shown(request, page, standing)


@require_safe
@needs(Power.COMPOSE)
def preview(request: HttpRequest, measure: str, own_id: str) -> HttpResponse:
    """A saved draft as its recipients will read it, in their languages."""
    kept = find(request, own_id)
    page = page_of(request, Slug(measure), sheet_in(kept))
    _noted(request, page, own_id)
    shown = {"page": page, "kept": kept, "readings": readings(page)}
    return render(request, "desk/composing/preview.html", shown)


@require_POST
@needs(Power.COMPOSE)
def forgotten(request: HttpRequest, own_id: str) -> HttpResponse:
    """Delete a draft or a template of one's own."""
    drafting.forget(house.seat(request).person, own_id)
    messages.info(request, _("Deleted."))
    return redirect("composing:start")


def _posted(request: HttpRequest, name: Slug) -> HttpResponse:
    sheet, standing = posted(request)
    live = bool(getattr(request, "htmx", False))
    act = "save" if live else request.POST.get("act", "save")
    page = page_of(request, name, sheet)
    if not live:
        sheet, unread = tidied(request, sheet, page.measure)
        for one in unread[:20]:
            messages.warning(request, unread_told(one))
        page = page_of(request, name, sheet)
    if act == "copy":
        standing = Standing(drafting.new_id(house.ports().entropy), 0)
    saved = keep(request, name, sheet, standing)
    if saved.conflict:
        _noted(request, page, saved.kept.id)
        return _shown(request, page, standing, conflict=saved.kept, live=live, status=CONFLICT)
    standing = Standing(saved.kept.id, saved.kept.revision)
    if live:
        return _shown(request, page, standing, kept=saved.kept, live=True)
    if act == "send":
        return _sent(request, page, standing, saved.kept)
    if act == "preview":
        return redirect("composing:preview", name, standing.id)
    if act == "template":
        kept = template_of(sheet, page.measure, whole=request.POST.get("whole") == "yes")
        keep(request, name, kept, Standing(drafting.new_id(house.ports().entropy), 0), "template")
        messages.success(request, _("Kept as a template."))
    return redirect(f"{reverse('composing:form', args=[name])}?draft={standing.id}")


def _sent(request: HttpRequest, page: Page, standing: Standing, kept: Kept) -> HttpResponse:
    """Composed and, once said, no draft of ours any more; else the page again with what is against it."""
    if page.sheet.one("case"):
        house.case_here(request, intent_of(page).case)  # type: ignore[arg-type]  # it names one
    if page.blocked:
        refused = _("It cannot be sent as it stands; what must be put right is listed here.")
        return _shown(request, page_of(request, page.name, page.sheet, refused), standing, kept=kept, status=REFUSED)
    try:
        answer = said(request, intent_of(page))
    except MusnadError as error:
        refused = f"{sentence(error)} {remedy(error)}".strip()
        return _shown(request, page_of(request, page.name, page.sheet, refused), standing, kept=kept, status=REFUSED)
    drafting.forget(house.seat(request).person, standing.id)
    return answer


def _shown(
    request: HttpRequest,
    page: Page,
    standing: Standing,
    *,
    kept: Kept | None = None,
    conflict: Kept | None = None,
    live: bool = False,
    status: int = 200,
) -> HttpResponse:
    """The page; where htmx asks, the parts of it that change while it is filled."""
    if kept is None and conflict is None and standing.revision:
        kept = find(request, standing.id)
    shown = {"page": page, "standing": standing, "kept": kept, "conflict": conflict, "live": live}
    template = "desk/composing/_live.html" if live else "desk/composing/form.html"
    return render(request, template, shown, status=200 if live else status)


def _noted(request: HttpRequest, page: Page, own_id: str) -> None:
    """What shows a draft or a template is noted as a look at it, and at the case that it names; ``UnknownCase``."""
    case = None
    if page.sheet.one("case"):
        case = house.case_here(request, intent_of(page).case)  # type: ignore[arg-type]  # it names one
    house.looked(request, case, "composing", draft=own_id)


def _mine(request: HttpRequest, kind: Kind, held: Mapping[Slug, Measure]) -> list[dict[str, object]]:
    kept = drafting.mine(house.rest_key(), house.seat(request).person, kind)
    return [
        {
            "kept": one,
            "name": measure_in(one),
            "measure": held.get(Slug(measure_in(one))),
            "title": _title(sheet_in(one)),
        }
        for one in kept
    ]


def _title(sheet: Sheet) -> str:
    """What an officer knows a draft by: the title they gave it, else to whom it goes."""
    return sheet.one("title") or ", ".join(sheet.many("to"))
