"""The three pages: inbox, case, exhibit."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from musnad.core.kernel.names import CaseRef, SealId
from musnad.desk import house
from musnad.exchange.reading import show_case, show_exhibit, show_inbox


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    return render(request, "desk/inbox.html", {"inbox": show_inbox(house.ports())})


@require_safe
def case(request: HttpRequest, ref: CaseRef) -> HttpResponse:
    return render(request, "desk/case.html", {"case": show_case(house.ports(), ref)})


@require_safe
def exhibit(request: HttpRequest, ref: CaseRef, seal: SealId) -> HttpResponse:
    return render(request, "desk/exhibit.html", {"exhibit": show_exhibit(house.ports(), ref, seal)})
