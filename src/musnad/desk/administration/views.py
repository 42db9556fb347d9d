"""The state of the house, an examination when it is asked for, and the house's own records."""

from __future__ import annotations

import shutil

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from musnad.core.kernel.errors import BadForm
from musnad.desk import house
from musnad.desk.needs import needs
from musnad.desk.pace import paced
from musnad.exchange.audit import read_notes
from musnad.exchange.reading.state_of_house import show_house
from musnad.people.powers import Power

RECORDS_A_PAGE = 50


@require_safe
@needs(Power.ADMINISTER, Power.OVERSEE)
def state(request: HttpRequest) -> HttpResponse:
    return _state(request)


@require_POST
@needs(Power.ADMINISTER)
@paced("examination", "POST")
def examine(request: HttpRequest) -> HttpResponse:
    """The doctor's checks: they read every entry of the journal, so only when somebody asks."""
    return _state(request, findings=house.examined())


@require_safe
@needs(Power.OVERSEE)
def records(request: HttpRequest) -> HttpResponse:
    """What this node noted of its own house, newest first; that it was looked at is noted as well."""
    text = request.GET.get("before", "")
    if text and not (text.isascii() and text.isdigit() and len(text) < 16):
        raise BadForm("before", "not a place of the log")
    house.looked(request, None, "records")
    notes = read_notes(house.ports(), RECORDS_A_PAGE, int(text) if text else None)
    older = notes[-1].index if len(notes) == RECORDS_A_PAGE else None
    return render(request, "desk/administration/records.html", {"notes": notes, "older": older})


def _state(request: HttpRequest, **more: object) -> HttpResponse:
    space = shutil.disk_usage(house.folder())
    shown = {"house": show_house(house.ports()), "space": space, "low": space.free < space.total // 10}
    return render(request, "desk/administration/state.html", shown | more)
