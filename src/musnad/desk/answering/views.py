"""The pages of this area: what may be said now, one form a kind, and the hand-over to a Party that has a node now."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.names import CaseRef, MessageId, parse_party
from musnad.core.messages.bodies import ANSWERING, REQUIRED_ACT, Body, Transcript
from musnad.core.treaty.values import Measure
from musnad.desk import house
from musnad.desk.answering.choices import SAYINGS, choices, request_of, speaker
from musnad.desk.answering.fields import Field, Given, Trouble, chosen, filled, language_field, trouble_of
from musnad.desk.answering.forms import FIELDS, UNANSWERING, Saying, body_of, fields_of
from musnad.desk.answering.reading import PREVIEW, Preview, previews
from musnad.desk.answering.review import SEEN, Review, days_of, review_of
from musnad.desk.answering.rules import rules_for
from musnad.desk.answering.scan import take_scan
from musnad.desk.evidence.officers import approvers_field, approvers_of
from musnad.desk.needs import needs
from musnad.desk.saying import said
from musnad.exchange.composing import Intent, case_state
from musnad.exchange.exhibits import counterparts
from musnad.exchange.reading import RequestView, show_request
from musnad.exchange.reading.house import open_house
from musnad.exchange.takeover import hand_over
from musnad.language import gettext as _
from musnad.language import ngettext
from musnad.people.powers import Power


@require_safe
@needs(Power.ANSWER)
def all_choices(request: HttpRequest, ref: CaseRef) -> HttpResponse:
    """What may be said in the case now, the likely next step first."""
    ports, state = house.ports(), case_state(house.ports(), house.case_here(request, ref))
    found = choices(ports, state, house.seat(request))
    house.looked(request, ref, "answers")
    calls = [one for one in found if one.said is not None]
    steps = [one for one in found if one.said is None]
    shown = {"ref": ref, "choices": steps, "calls": calls, "exercise": state.exercise, "closed": state.closed}
    return render(request, "desk/answering/choices.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Power.ANSWER)
def saying(request: HttpRequest, ref: CaseRef, kind: str, answers: MessageId | None = None) -> HttpResponse:
    """The form of one kind; sent, it is said, unless something has to be seen or mended first."""
    if kind not in FIELDS or (answers is None) != (kind in UNANSWERING):
        raise Http404(kind)
    what = saying_of(request, ref, answers)
    if request.method != "POST":
        return _form(request, kind, what, begun(kind, what))
    given = Given(request.POST)
    take_scan(given, request.FILES)
    page = _typed(kind, what, given)
    try:
        body = body_of(kind, given, what)
        if body is None:
            return _form(request, kind, what, _typed(kind, what, given))
        intent = intent_of(request, what, body, given)
        if given.typed.get("do") == PREVIEW:
            return _form(request, kind, what, _Page(page.fields, previews=previews(what, intent)))
        if kind in REQUIRED_ACT:
            act, seat = REQUIRED_ACT[kind], house.seat(request)
            intent = replace(intent, approvers=approvers_of(given, what.ports, seat, intent.author, act))
            if given.errors:
                return _form(request, kind, what, _typed(kind, what, given))
        review = review_of(what, intent)
        if review.seen and given.typed.get(SEEN) != review.seen:
            return _form(request, kind, what, _Page(page.fields, review))
        return said(request, intent)
    except MusnadError as error:
        trouble = trouble_of(error, given, [one.name for one in page.fields])
        return _form(request, kind, what, _Page(_typed(kind, what, given).fields, Review(), trouble))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Power.ANSWER)
def give_over(request: HttpRequest, ref: CaseRef, party: str) -> HttpResponse:
    """Send a Party that runs a node now what was said to it while it had none; done again, it adds nothing."""
    ports = house.ports()
    case, to = house.case_here(request, ref), parse_party(party)
    if request.method == "POST":
        speaker(ports, house.seat(request), None)
        queued = hand_over(ports, case, to)
        text = ngettext("%(count)s message is on its way.", "%(count)s messages are on their way.", queued)
        messages.success(request, text % {"count": queued})
        return redirect("case", case)
    house.looked(request, case, "answers")
    return render(request, "desk/answering/hand_over.html", {"ref": case, "to": open_house(ports).party(to)})


def saying_of(request: HttpRequest, ref: CaseRef, answers: MessageId | None) -> Saying:
    """What the page is about; ``UnknownCase`` where it is not there for this seat."""
    ports, case = house.ports(), house.case_here(request, ref)
    state = case_state(ports, case)
    if answers is not None and answers not in state.messages:
        raise Http404(answers)
    asked = request_of(state, answers)
    return Saying(ports, case, state, answers, asked, _measure(asked), house.seat(request))


def intent_of(request: HttpRequest, what: Saying, body: Body, given: Given) -> Intent:
    """What the seat says: by the authority that was asked, to whom it last spoke with."""
    author = speaker(what.ports, house.seat(request), what.request)
    return Intent(
        author=author,
        to=counterparts(what.ports, what.case, author),
        body=body,
        language=given.language,
        exercise=what.state.exercise,
        case=what.case,
        answers=None if isinstance(body, Transcript) and body.said.kind not in ANSWERING else what.answers,
    )


NOTHING = Review()


@dataclass(frozen=True, slots=True)
class _Page:
    """The form as it stands: its fields, what is to be seen before it is sent, and why it was not."""

    fields: tuple[Any, ...]
    review: Review = NOTHING
    trouble: Trouble | None = None
    previews: tuple[Preview, ...] = ()


def begun(kind: str, what: Saying) -> _Page:
    """The form as it begins. Where nothing need be typed, the days that it would say are shown from the first."""
    try:
        fields = chosen((*fields_of(kind, what), *_approving(kind, what), language_field()))
        given = Given(_defaults(fields))
        body = body_of(kind, given, what) if kind == "confirmation" else None
    except MusnadError as error:
        fields = chosen((*_bare(kind, what), language_field()))
        return _Page(fields, trouble=trouble_of(error, Given(QueryDict()), ()))
    return _Page(fields, Review(days_of(what, body)) if body is not None else Review())


def _typed(kind: str, what: Saying, given: Given) -> _Page:
    try:
        fields = fields_of(kind, what)
    except MusnadError:  # a default that cannot be computed; what was typed stands for it
        fields = _bare(kind, what)
    every = (*fields, *_approving(kind, what), language_field())
    return _Page(filled(every, given.typed, given.errors))


def _approving(kind: str, what: Saying) -> tuple[Field, ...]:
    """What an officer has to approve asks who does."""
    act = REQUIRED_ACT.get(kind)
    if act is None:
        return ()
    seat = what.seat
    return (approvers_field(what.ports, seat, speaker(what.ports, seat, what.request), act),)


def _bare(kind: str, what: Saying) -> tuple[Any, ...]:
    """The fields without what the node would fill in."""
    return () if kind != "confirmation" else tuple(FIELDS["extension-request"](what)[:1])


def _defaults(fields: tuple[Any, ...]) -> QueryDict:
    found = QueryDict(mutable=True)
    for one in fields:
        found.setlist(one.name, list(one.values))
    return found


def _measure(asked: Any) -> Measure | None:
    treaty = house.ports().treaties.known().get(asked.treaty) if asked else None
    return treaty.measures.get(asked.measure) if treaty is not None else None


WITH_WHAT_IS_ASKED = frozenset({"acceptance", "refusal", "postponement", "confirmation", "question", "execution"})
"""Kinds that nobody should say without what is asked before their eyes."""


def asked_in(kind: str, what: Saying) -> tuple[RequestView, ...]:
    """The request that the page is about, where another Party asks it of this one."""
    if what.request is None or what.request.asked_party != what.ours:
        return ()
    return (show_request(what.ports, what.case, what.request.id),) if kind in WITH_WHAT_IS_ASKED else ()


def _form(request: HttpRequest, kind: str, what: Saying, page: _Page) -> HttpResponse:
    title, about = SAYINGS[kind]
    wrong = [one for one in page.fields if one.error]
    shown = {
        "ref": what.case,
        "kind": kind,
        "title": _(title),
        "about": _(about),
        "page": page,
        "previewed": True,
        "wrong": wrong,
        "exercise": what.state.exercise,
        "measure": what.measure.label if what.measure is not None else None,
        "answered": what.state.messages.get(what.answers) if what.answers is not None else None,
        "asked": asked_in(kind, what),
        "rules": rules_for(kind, what.measure),
        "author": open_house(what.ports).authority(speaker(what.ports, house.seat(request), what.request)),
    }
    status = 422 if wrong or (page.trouble is not None and request.method == "POST") else 200
    house.looked(request, what.case, "answers")
    return render(request, "desk/answering/form.html", shown, status=status)
