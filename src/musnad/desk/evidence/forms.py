"""A form about evidence as it stands, shown like those by which a case is answered."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from musnad.core.kernel.names import AuthorityId
from musnad.desk import house
from musnad.desk.answering.fields import Field, Trouble
from musnad.desk.answering.forms import Saying
from musnad.desk.answering.reading import Preview
from musnad.desk.answering.review import Review
from musnad.desk.answering.views import NOTHING
from musnad.exchange.reading.house import open_house, rule_view
from musnad.exchange.reading.pieces import Part


@dataclass(frozen=True, slots=True)
class Page:
    """Its fields, what is to be seen before it is sent, and why it was not."""

    fields: tuple[Field, ...]
    review: Review = NOTHING
    trouble: Trouble | None = None
    previews: tuple[Preview, ...] = ()


def form_page(
    request: HttpRequest,
    what: Saying,
    words: tuple[str, str],
    page: Page,
    author: AuthorityId,
    *,
    status: int = 200,
    conditions: tuple[Part, ...] = (),
    previewed: bool = False,
) -> HttpResponse:
    """``words`` are the title and one sentence, in the reader's language; ``conditions`` are those on an exhibit.

    ``previewed``: whether it can be shown as the other side will read it.
    """
    limits = what.measure.use_limits if what.measure is not None else ()
    shown = {
        "ref": what.case,
        "title": words[0],
        "about": words[1],
        "page": page,
        "previewed": previewed,
        "wrong": [one for one in page.fields if one.error],
        "exercise": what.state.exercise,
        "measure": what.measure.label if what.measure is not None else None,
        "rules": [rule_view(one.rule) for one in limits],
        "author": open_house(what.ports).authority(author),
        "conditions": conditions,
        "evidence": True,
    }
    house.looked(request, what.case, "evidence")
    return render(request, "desk/answering/form.html", shown, status=status)
