"""Offering: exhibits sealed here are given in answer to a request, under conditions, by officers' approval."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from musnad.core.case.state import CaseState
from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.names import AuthorityId, CaseRef, MessageId, SealId, party_of
from musnad.desk import house
from musnad.desk.answering.choices import speaker
from musnad.desk.answering.fields import (
    Field,
    Given,
    Option,
    chosen,
    filled,
    language_field,
    limit_fields,
    said,
    trouble_of,
)
from musnad.desk.answering.reading import PREVIEW, Preview, previews
from musnad.desk.answering.review import SEEN, review_of
from musnad.desk.answering.views import NOTHING, saying_of
from musnad.desk.evidence.forms import Page, form_page
from musnad.desk.evidence.officers import approvers_field, approvers_of
from musnad.desk.needs import needs
from musnad.desk.saying import said as say_it
from musnad.desk.wording import named
from musnad.exchange.composing import Intent
from musnad.exchange.due import refresh
from musnad.exchange.exhibits import (
    counterparts,
    kept_exhibit,
    offer_of,
    read_kept_manifest,
    tell_sealed,
    wrap_for,
)
from musnad.exchange.journal import KeptExhibit
from musnad.exchange.ports import Ports
from musnad.exchange.reading.house import open_house
from musnad.language import gettext as _
from musnad.language import isolate, mark
from musnad.people.powers import Power


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Power.EVIDENCE)
def offer(request: HttpRequest, ref: CaseRef, answers: MessageId) -> HttpResponse:
    """The form of an offer in answer to one request."""
    what = saying_of(request, ref, answers)
    ports, seat = what.ports, house.seat(request)
    author = speaker(ports, seat, what.request)
    fields = (
        _seals(ports, what.state, request.GET.get("seal", "")),
        _recipients(ports, what.state, author),
        said(Field("note", mark("A note to the recipient"), "long")),
        *limit_fields(),
        approvers_field(ports, seat, author, "release"),
        language_field(),
    )
    review, trouble, status = NOTHING, None, 200
    shown: tuple[Preview, ...] = ()
    if request.method == "POST":
        given = Given(request.POST)
        try:
            intent = _intent(given, ports, author, what.case, answers, what.state)
            if intent is not None and given.typed.get("do") == PREVIEW:
                shown, intent = previews(what, intent), None
            if intent is not None:
                intent = replace(intent, approvers=approvers_of(given, ports, seat, author, "release"))
            if intent is not None and not given.errors:
                review = review_of(what, intent)
                if not review.seen or given.typed.get(SEEN) == review.seen:
                    _tell_origin(ports, what.state, intent)
                    return say_it(request, intent)
            status = 422 if given.errors else 200
        except MusnadError as error:
            trouble, status = trouble_of(error, given, [one.name for one in fields]), 422
        fields = filled(fields, given.typed, given.errors)
    else:
        fields = chosen(fields)
    words = (
        _("Offer evidence"),
        _("The exhibits are served to who is named here, once the offer is approved and sent."),
    )
    return form_page(request, what, words, Page(fields, review, trouble, shown), author, status=status, previewed=True)


def _intent(
    given: Given, ports: Ports, author: AuthorityId, case: CaseRef, answers: MessageId, state: CaseState
) -> Intent | None:
    seals = tuple(SealId(one) for one in given.many("seals"))
    to = tuple(AuthorityId(one) for one in given.many("to"))
    for name, values in (("seals", seals), ("to", to)):
        if not values:
            given.errors[name] = _("Choose one of those offered.")
    note, limits = given.text("note"), given.limits()
    if given.errors:
        return None
    offered = {one.value for one in _seals(ports, state, "").options}
    if not offered.issuperset(seals):
        given.errors["seals"] = _("Choose one of those offered.")
        return None
    return Intent(
        author=author,
        to=to,
        body=offer_of(ports, seals, note, limits),
        language=given.language,
        exercise=state.exercise,
        case=case,
        answers=answers,
        exhibits=tuple(wrap_for(ports, one, to) for one in seals),
    )


def unplaced(ports: Ports, state: CaseState) -> tuple[KeptExhibit, ...]:
    """What was sealed here, offered to nobody and spoken of in no case yet: it may be offered in any.

    What belongs to another case is none of it, whoever may see that case: nothing of it is told here.
    """
    waiting = [one for one in ports.journal.exhibits() if one.state == "sealed" and one.seal not in state.exhibits]
    if not waiting:
        return ()
    refresh(ports)
    return tuple(one for one in waiting if one.case is None and _is_free(ports, one))


def _is_free(ports: Ports, kept: KeptExhibit) -> bool:
    if not _sealed_here(ports, kept) or read_kept_manifest(kept).under is not None:
        return False
    return not ports.agenda.find((frozenset({f"#{kept.seal}"}),), 1)


def _tell_origin(ports: Ports, state: CaseState, intent: Intent) -> None:
    """Of what no case knew so far, say first that it was collected and sealed, so that its custody begins there."""
    for one in intent.exhibits:
        if one.seal not in state.exhibits:
            tell_sealed(ports, state.case, read_kept_manifest(kept_exhibit(ports, one.seal)), None, None)


def _seals(ports: Ports, state: CaseState, wanted: str) -> Field:
    """What was sealed here and offered to nobody: of this case, then of none yet."""
    held = (ports.journal.exhibit(seal) for seal in state.exhibits)
    here = (one for one in held if one is not None and one.state == "sealed" and _sealed_here(ports, one))
    options = [_option(one) for one in here]
    values = (wanted,) if wanted else tuple(one.value for one in options) if len(options) == 1 else ()
    told = _("Sealed before, in no case yet: its collecting and sealing are said to the other side with the offer.")
    options += [_option(one, told) for one in unplaced(ports, state)]
    help_ = "" if options else _("Nothing that was sealed here waits to be offered: seal something first.")
    return Field("seals", _("Exhibits"), "ticks", help_, required=True, options=tuple(options), values=values)


def _option(kept: KeptExhibit, told: str = "") -> Option:
    return Option(kept.seal, f"{isolate(read_kept_manifest(kept).name)} · {isolate(kept.seal[:12])}", told)


def _sealed_here(ports: Ports, kept: KeptExhibit) -> bool:
    return party_of(read_kept_manifest(kept).sealed_by) == ports.party


def _recipients(ports: Ports, state: CaseState, author: AuthorityId) -> Field:
    """The authorities of the other Parties that spoke or were spoken to in the case."""
    house_ = open_house(ports)
    found = dict.fromkeys(
        one
        for message in state.messages.values()
        for one in (message.author, *message.to)
        if party_of(one) != ports.party and ports.directories.current().lists(party_of(one))
    )
    last = counterparts(ports, state.case, author)
    options = tuple(Option(one, named(house_.authority(one))) for one in found)
    return Field("to", _("Offered to"), "ticks", required=True, options=options, values=last)
