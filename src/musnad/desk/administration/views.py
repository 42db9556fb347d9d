"""The state of the house, an examination when it is asked for, and the house's own records."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from musnad.adapters.vault.spool import FREE_OCTETS, UPLOADS_LIMIT
from musnad.core.kernel.errors import BadForm
from musnad.core.kernel.names import Digest
from musnad.core.kernel.times import Instant
from musnad.desk import house
from musnad.desk.administration.attention import concerns
from musnad.desk.needs import needs
from musnad.desk.pace import paced
from musnad.exchange.audit import read_notes
from musnad.exchange.reading.state_of_house import ENDS_SOON, StateOfHouse, show_house
from musnad.language import duration, mark, size
from musnad.language.house_words import process_named, what_helps, why_it_waits
from musnad.node.backup.standing import standing
from musnad.node.life import certificate_ends, directory_fetched, signs, stamp_authorities, weigh
from musnad.people import watch
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
        raise BadForm("before", mark("not a place of the log"))
    house.looked(request, None, "records")
    notes = read_notes(house.ports(), RECORDS_A_PAGE, int(text) if text else None)
    older = notes[-1].index if len(notes) == RECORDS_A_PAGE else None
    return render(request, "desk/administration/records.html", {"notes": notes, "older": older})


def _state(request: HttpRequest, **more: object) -> HttpResponse:
    ports, folder = house.ports(), house.folder()
    now, shown = ports.clock.now(), show_house(ports)
    processes, weight, ends = signs(folder), weigh(folder), certificate_ends(folder)
    backup = standing(ports, folder)
    unheard = watch.unheard(now)
    context = {
        "house": shown,
        "unheard": unheard,
        "concerns": concerns(shown, processes, weight, backup, ends, now, unheard),
        "processes": [
            {"life": one, "named": process_named(one.name), "ago": duration(one.seconds or 0)} for one in processes
        ],
        "fetched": directory_fetched(folder),
        "certificate": ends,
        "certificate_soon": ends is not None and ends - now < ENDS_SOON,
        "deliveries": [
            {"row": one, "why": why_it_waits(one.last_error), "helps": what_helps(one.last_error)}
            for one in shown.deliveries
        ],
        "stamps": _stamps(shown, stamp_authorities(folder)),
        "weight": weight,
        "sizes": {
            "free": size(weight.free),
            "total": size(weight.total),
            "database": "" if weight.database is None else size(weight.database),
            "vault": size(weight.vault),
            "uploads": size(weight.spool),
            "uploads_free": size(FREE_OCTETS),
            "backup": size(backup.kept.made.octets) if backup.kept.made is not None else "",
        },
        "uploads_limit": UPLOADS_LIMIT,
        "backup": backup,
        "backup_ago": _ago(backup.kept.made.at if backup.kept.made is not None else None, now),
        "check_ago": _ago(backup.kept.checked.at if backup.kept.checked is not None else None, now),
        "begun_ago": _ago(backup.kept.begun, now),
    }
    return render(request, "desk/administration/state.html", context | more)


def _stamps(shown: StateOfHouse, named: Mapping[Digest, str]) -> list[dict[str, object]]:
    """Every stamp authority that node.toml names, and those that stamped before."""
    rows = {one.authority: one for one in shown.log.stamps}
    return [
        {"authority": one, "url": named.get(one, ""), "row": rows.get(one), "set": one in named}
        for one in sorted({*rows, *named})
    ]


def _ago(at: Instant | None, now: Instant) -> str:
    """How long ago that was, in words; empty where it is not known."""
    return "" if at is None else duration(max(0, int((now - at).total_seconds())))
