"""A case and an exhibit, to read. Every look is noted in the house's own records."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from musnad.core.kernel.names import CaseRef, SealId
from musnad.desk import house
from musnad.desk.answering.asked import asked_of
from musnad.desk.answering.choices import foremost, offered
from musnad.desk.cases.acting import sides_of
from musnad.desk.cases.further import further_in
from musnad.desk.cases.paper import PAPER_TONGUES, to_print
from musnad.desk.cases.picture import custody_picture
from musnad.desk.cases.trust import trust_in
from musnad.desk.needs import needs
from musnad.desk.pace import paced
from musnad.exchange.composing import case_state
from musnad.exchange.reading import show_case, show_exhibit
from musnad.exchange.reading.related import related_cases
from musnad.language import current
from musnad.people.powers import Power


@require_safe
@needs(Power.SEE_CASES)
@paced("case", "GET")
def case(request: HttpRequest, ref: CaseRef) -> HttpResponse:
    shown = show_case(house.ports(), house.case_here(request, ref))
    house.looked(request, ref, "case")
    ports, seat = house.ports(), house.seat(request)
    state = case_state(ports, ref)
    found = offered(ports, state, seat)
    told = {
        "case": shown,
        "asked": asked_of(ports.party, shown),
        "trust": trust_in(shown),
        "choices": found,
        "foremost": foremost(found),
        "further": further_in(ports, state, seat),
        "prints": to_print(ports, state),
        "tongues_of_paper": PAPER_TONGUES,
        "sides": sides_of(shown),
        "related": related_cases(ports, state, house.hidden_from(seat)),
    }
    return render(request, "desk/case.html", told)


@require_safe
@needs(Power.SEE_CASES)
@paced("case", "GET")
def exhibit(request: HttpRequest, ref: CaseRef, seal: SealId) -> HttpResponse:
    shown = show_exhibit(house.ports(), house.case_here(request, ref), seal)
    house.looked(request, ref, "exhibit", seal=seal)
    picture = custody_picture(shown, rtl=current().direction == "rtl")
    return render(request, "desk/exhibit.html", {"exhibit": shown, "picture": picture})
