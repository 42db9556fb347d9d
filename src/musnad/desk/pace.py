"""How often in a minute a person may ask what costs much or shows much; past it, ``TooOften``, and the house notes it.

Counted in the node's database (``people.counting``), so that no number of processes, browsers or sessions gives more.
The numbers are far above what anybody types or reads by hand.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.http import HttpRequest, HttpResponse

from musnad.desk import house
from musnad.desk.errors import TooOften
from musnad.exchange.audit import note
from musnad.people.counting import times_in_window

PACES = {
    "case": 240,
    "content": 20,
    "draft": 120,
    "examination": 10,
    "paper": 30,
    "search": 30,
    "statistics": 30,
    "upload": 30,
}
"""What is counted, and how often it may be asked in a minute."""

Arguments = ParamSpec("Arguments")
View = Callable[Concatenate[HttpRequest, Arguments], HttpResponse]


def paced(what: str, *methods: str) -> Callable[[View[Arguments]], View[Arguments]]:
    """Count what this view does by that name, for these methods alone; inside ``needs``, which says who asks."""
    limit = PACES[what]

    def guard(view: View[Arguments]) -> View[Arguments]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Arguments.args, **kwargs: Arguments.kwargs) -> HttpResponse:
            if request.method in methods:
                _count(request, what, limit)
            return view(request, *args, **kwargs)

        marked: Any = guarded
        marked.paced = what
        return cast("View[Arguments]", guarded)

    return guard


def _count(request: HttpRequest, what: str, limit: int) -> None:
    ports, who = house.ports(), house.seat(request).name
    times = times_in_window(f"{what} {who}", ports.clock.now())
    if times == limit + 1:
        note(ports, "too-often", by=who, about={"what": what, "limit": str(limit)})
    if times > limit:
        raise TooOften(what, limit)
