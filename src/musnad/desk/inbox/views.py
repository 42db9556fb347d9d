"""The inbox."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from musnad.desk import house
from musnad.desk.needs import needs
from musnad.exchange.reading import show_inbox
from musnad.people.powers import Power


@require_safe
@needs(Power.SEE_CASES, Power.ADMINISTER)
def inbox(request: HttpRequest) -> HttpResponse:
    return render(request, "desk/inbox.html", {"inbox": show_inbox(house.ports())})
