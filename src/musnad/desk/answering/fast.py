"""The short ways when time runs: acknowledge, accept and confirm a preservation, with the last day that the law allows;
acknowledge and accept whatever else was asked in an emergency.

What was said before stays said: the same press after a failure goes on from where it stopped.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.names import CaseRef, MessageId
from musnad.core.messages import bodies
from musnad.desk import house
from musnad.desk.answering.choices import AT_ONCE, FAST, SAYINGS, is_emergency, speaker
from musnad.desk.answering.fields import Field, Given, Trouble, chosen, filled, language_field, said, trouble_of
from musnad.desk.answering.forms import FIELDS, Saying
from musnad.desk.answering.reading import PREVIEW, Preview, previews
from musnad.desk.answering.review import SEEN, Review, days_of
from musnad.desk.answering.rules import rules_for
from musnad.desk.answering.views import asked_in, intent_of, saying_of
from musnad.desk.needs import needs
from musnad.desk.saying import said as say_it
from musnad.exchange.composing import say
from musnad.exchange.periods import confirmation
from musnad.exchange.reading.house import open_house
from musnad.language import gettext as _
from musnad.language import mark
from musnad.language.words import word
from musnad.people.powers import Power

NAMES = ("reference", "conditions", "until", "language")


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Power.ANSWER)
def accept_and_confirm(request: HttpRequest, ref: CaseRef, answers: MessageId) -> HttpResponse:
    """Everything of an emergency on one page; each of its up to three messages is said once."""
    what = saying_of(request, ref, answers)
    asked = what.request
    if asked is None or asked.id != answers or asked.asked_party != what.ours or asked.outcome != "preservation":
        raise Http404(answers)
    if asked.status == "fulfilled":
        return redirect("case", ref)
    given = Given(request.POST)
    if request.method != "POST":
        return _page(request, what, chosen(_fields(what)), _review(what, given))
    until = given.day("until")
    typed = filled(_fields(what), given.typed, given.errors)
    if given.errors:
        return _page(request, what, typed, Review())
    try:
        last = confirmation(what.ports, what.case, answers, until)
        if last.preserved_until < last.counted_from:  # seen before anything is said, since what is said is not unsaid
            given.errors["until"] = word("ground", "period-backwards")
            return _page(request, what, filled(_fields(what), given.typed, given.errors), Review())
        if given.typed.get("do") == PREVIEW:
            return _page(request, what, typed, Review(), shown=_previewed(request, what, given, last))
        review = Review(days_of(what, last))
        if given.typed.get(SEEN) != review.seen:
            return _page(request, what, typed, review)
        for body in _before(what, given):
            say(what.ports, intent_of(request, what, body, given))
        return say_it(request, intent_of(request, what, last, given))
    except MusnadError as error:
        return _page(request, what, typed, _review(what, given), trouble_of(error, given, NAMES))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Power.ANSWER)
def accept_at_once(request: HttpRequest, ref: CaseRef, answers: MessageId) -> HttpResponse:
    """An emergency's request, acknowledged and accepted by one press; each of the two is said once."""
    what = saying_of(request, ref, answers)
    asked = what.request
    if asked is None or asked.id != answers or asked.asked_party != what.ours or not is_emergency(asked):
        raise Http404(answers)
    if asked.accepted is not None:
        return redirect("case", ref)
    given, fields = Given(request.POST), (*_begun(what), language_field())
    if request.method != "POST":
        return _page(request, what, chosen(fields), Review(), kind=AT_ONCE)
    try:
        if given.typed.get("do") == PREVIEW:
            typed = filled(fields, given.typed, given.errors)
            return _page(request, what, typed, Review(), kind=AT_ONCE, shown=_previewed(request, what, given))
        *before, last = _before(what, given)
        for body in before:
            say(what.ports, intent_of(request, what, body, given))
        return say_it(request, intent_of(request, what, last, given))
    except MusnadError as error:
        typed = filled(fields, given.typed, given.errors)
        return _page(request, what, typed, Review(), trouble_of(error, given, NAMES), kind=AT_ONCE)


def _before(what: Saying, given: Given) -> Iterator[bodies.Body]:
    """What has to be said before anything is done about the request, and was not yet."""
    assert what.request is not None
    if what.request.acknowledged is None:
        yield bodies.Acknowledgement(given.text("reference"))
    if what.request.accepted is None:
        yield bodies.Acceptance(given.lines("conditions"))


def _previewed(request: HttpRequest, what: Saying, given: Given, *last: bodies.Body) -> tuple[Preview, ...]:
    """Everything that the press would say."""
    every = (*_before(what, given), *last)
    return previews(what, *(intent_of(request, what, body, given) for body in every))


def _begun(what: Saying) -> tuple[Field, ...]:
    """What may be typed into those; all of it may stay empty."""
    assert what.request is not None
    help_ = mark("Your own file number, if you have one; it may stay empty.")
    reference = said(Field("reference", mark("Your reference"), "text", help_))
    conditions = said(Field("conditions", mark("Conditions"), "lines", mark("One on each line; none is needed.")))
    fields = [reference] if what.request.acknowledged is None else []
    return (*fields, *([conditions] if what.request.accepted is None else []))


def _fields(what: Saying) -> tuple[Field, ...]:
    try:
        (until,) = FIELDS["confirmation"](what)
    except MusnadError:
        until = said(Field("until", mark("Last day of preservation, included"), "day", required=True))
    return (*_begun(what), until, language_field())


def _review(what: Saying, given: Given) -> Review:
    """The days of the confirmation that would be said; none where they cannot be computed yet."""
    try:
        return Review(days_of(what, confirmation(what.ports, what.case, what.answers, given.day("until"))))
    except MusnadError:
        return Review()


def _page(
    request: HttpRequest,
    what: Saying,
    fields: tuple[Field, ...],
    review: Review,
    trouble: Trouble | None = None,
    *,
    kind: str = FAST,
    shown: tuple[Preview, ...] = (),
) -> HttpResponse:
    title, about = SAYINGS[kind]
    wrong = [one for one in fields if one.error]
    told = {
        "ref": what.case,
        "kind": kind,
        "title": _(title),
        "about": _(about),
        "page": {"fields": fields, "review": review, "trouble": trouble, "previews": shown},
        "previewed": True,
        "wrong": wrong,
        "exercise": what.state.exercise,
        "measure": what.measure.label if what.measure is not None else None,
        "asked": asked_in("acceptance", what),
        "rules": rules_for("confirmation" if kind == FAST else "acceptance", what.measure),
        "author": open_house(what.ports).authority(speaker(what.ports, house.seat(request), what.request)),
    }
    house.looked(request, what.case, "answers")
    return render(request, "desk/answering/form.html", told, status=422 if wrong or trouble is not None else 200)
