"""The inbox."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from musnad.desk import house
from musnad.desk.needs import needs
from musnad.exchange.reading import show_inbox
from musnad.people.powers import Power


@require_safe
@needs(Power.SEE_CASES, Power.ADMINISTER)
def inbox(request: HttpRequest) -> HttpResponse:
    """The cases that this seat may see; who only administers has no inbox."""
    seat = house.seat(request)
    if not seat.may(Power.SEE_CASES):
        return redirect("people:index")
    shown, hidden = show_inbox(house.ports()), house.hidden_from(seat)
    shown = replace(shown, rows=tuple(one for one in shown.rows if one.case not in hidden))
    return render(request, "desk/inbox.html", {"inbox": shown})
