"""What a page asks of who opens it: a power, by name, beside the view; for reading alone it may ask less."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.http import HttpRequest, HttpResponse

from musnad.desk import house
from musnad.desk.errors import NotAllowed
from musnad.people.powers import Power

Arguments = ParamSpec("Arguments")
View = Callable[Concatenate[HttpRequest, Arguments], HttpResponse]
READING = frozenset({"GET", "HEAD"})


def needs(*powers: Power, reads: tuple[Power, ...] = ()) -> Callable[[View[Arguments]], View[Arguments]]:
    """Only for a seat that has one of these powers; else ``NotAllowed``, a page with status 403.

    ``reads``: whoever has one of these may read the page too, where what it shows has no form for them.
    """

    def guard(view: View[Arguments]) -> View[Arguments]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Arguments.args, **kwargs: Arguments.kwargs) -> HttpResponse:
            enough = {*powers, *reads} if request.method in READING else set(powers)
            if not house.seat(request).powers & enough:
                raise NotAllowed(", ".join(sorted(one.value for one in powers)))
            return view(request, *args, **kwargs)

        marked: Any = guarded
        marked.powers, marked.reads = frozenset(powers), frozenset(reads)
        return cast("View[Arguments]", guarded)

    return guard
