"""The search page: cases by words, identifiers and numbers; which fields matched, never what stands in them.

What is typed goes by POST, so that it stands in no address, no log of addresses and no history. Every search is
journalled: that it was made and how much it found, not the words.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from musnad.desk import house
from musnad.desk.needs import needs
from musnad.desk.pace import paced
from musnad.exchange.reading.inbox import rows_of
from musnad.exchange.search import LONGEST_QUESTION, search
from musnad.people.powers import Power


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Power.SEE_CASES)
@paced("search", "POST")
def search_page(request: HttpRequest) -> HttpResponse:
    given = request.POST
    words = given.get("words", "")[:LONGEST_QUESTION].strip()
    shown: dict[str, object] = {"words": words, "asked": bool(words)}
    if words:
        seat, ports = house.seat(request), house.ports()
        before = given.get("before", "")
        found = search(
            ports,
            words,
            before=int(before) if before.isascii() and before.isdigit() and len(before) < 18 else None,
            hidden=house.hidden_from(seat),
        )
        house.looked(request, None, "search", found=str(len(found.found)))
        rows = {row.case: row for row in rows_of(ports, [one.case for one in found.found])}
        shown["found"] = [(rows[one.case], one.why) for one in found.found if one.case in rows]
        shown["before"] = found.before
    return render(request, "desk/search/search.html", shown)
