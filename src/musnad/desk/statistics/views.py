"""The figures as pages, charts and files; and the public report, small numbers protected."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from musnad.core.kernel.ijson import JsonObject, write_canonical
from musnad.core.kernel.names import PartyCode, Slug
from musnad.core.treaty.values import Treaty
from musnad.desk import house
from musnad.desk.needs import needs
from musnad.desk.pace import paced
from musnad.desk.statistics.charts import Chart, chart
from musnad.exchange.disclosure import SMALLEST
from musnad.exchange.statistics import (
    COLUMNS,
    DIRECTIONS,
    PUBLIC,
    TABLES,
    Figures,
    Table,
    figures_members,
    parse_year,
    public_members,
    public_report,
    read_figures,
    years,
)
from musnad.language import current
from musnad.language.figure_words import direction_word, missed_word, table_title, time_word
from musnad.language.register_words import state_name
from musnad.language.words import word
from musnad.people.powers import Power


@dataclass(frozen=True, slots=True)
class Shown:
    """One table with its chart. A number that is hidden is None."""

    id: str
    title: str
    rows: tuple[tuple[str, int | None], ...]
    chart: Chart
    total: int | None


@require_safe
@needs(Power.SEE_CASES, Power.OVERSEE)
@paced("statistics", "GET")
def figures(request: HttpRequest) -> HttpResponse:
    """The figures of a year or of all; exercises only where they are asked for, and then alone."""
    found = _asked(request)
    sides = [
        (
            direction_word(direction),
            direction,
            found.asked(direction),
            found.unanswered(direction),
            [_shown(name, direction, found.table(name, direction), ()) for name in TABLES],
        )
        for direction in DIRECTIONS
    ]
    return render(request, "desk/statistics/figures.html", {**_about(request, found), "sides": sides})


@require_safe
@needs(Power.SEE_CASES, Power.OVERSEE)
@paced("statistics", "GET")
def download(request: HttpRequest, form: str) -> HttpResponse:
    """Every number by partner and measure, as CSV or JSON."""
    found = _asked(request)
    return _file("figures", form, COLUMNS, found.rows(), figures_members(found))


@require_safe
@needs(Power.SEE_CASES, Power.OVERSEE)
@paced("statistics", "GET")
def public(request: HttpRequest) -> HttpResponse:
    """What may be published of real cases; exercises are no part of it."""
    found = _asked(request, exercise=False)
    sides = [
        (
            direction_word(direction),
            direction,
            [(_shown(name, direction, one.shown, one.hidden, one.total), one) for name, one in tables.items()],
        )
        for direction, tables in public_report(found).items()
    ]
    shown = {**_about(request, found), "sides": sides, "smallest": SMALLEST}
    return render(request, "desk/statistics/public.html", shown)


@require_safe
@needs(Power.SEE_CASES, Power.OVERSEE)
@paced("statistics", "GET")
def public_download(request: HttpRequest, form: str) -> HttpResponse:
    """The same as CSV or JSON; a hidden number is empty."""
    found = _asked(request, exercise=False)
    rows: list[tuple[object, ...]] = []
    for direction, tables in public_report(found).items():
        for name in PUBLIC:
            one = tables[name]
            rows += [(direction, name, value, number) for value, number in one.shown.items()]
            rows += [(direction, name, value, "") for value in one.hidden]
            rows.append((direction, name, "total", "" if one.total is None else one.total))
    return _file("public-report", form, ("direction", "table", "value", "count"), rows, public_members(found))


def _asked(request: HttpRequest, *, exercise: bool | None = None) -> Figures:
    year = parse_year(request.GET.get("year", ""))
    drills = request.GET.get("exercise") == "1" if exercise is None else exercise
    return read_figures(house.ports(), year, exercise=drills)


def _about(request: HttpRequest, found: Figures) -> dict[str, object]:
    return {
        "figures": found,
        "years": [str(one) for one in years(house.ports())],
        "year": "" if found.year is None else f"{found.year:04}",
        "query": request.GET.urlencode(),
    }


def _file(name: str, form: str, columns: tuple[str, ...], rows: Iterable[object], members: JsonObject) -> HttpResponse:
    if form == "json":
        answer = HttpResponse(write_canonical(members), content_type="application/json")
    elif form == "csv":
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(columns)
        writer.writerows(rows)  # type: ignore[arg-type]  # tuples of codes and numbers
        answer = HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8")
    else:
        raise Http404
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return answer


def _shown(
    name: Table, direction: str, numbers: Mapping[str, int], hidden: tuple[str, ...], total: int | None = None
) -> Shown:
    treaty = house.ports().treaties.current()
    told = [(_named(name, value, treaty), number) for value, number in numbers.items()]
    bars = chart(told, current().direction)
    rows: list[tuple[str, int | None]] = [*told]
    rows += [(_named(name, value, treaty), None) for value in hidden]
    return Shown(f"{name}-{direction}", table_title(name), tuple(rows), bars, total)


def _named(name: Table, value: str, treaty: Treaty) -> str:
    """A code of a table in words."""
    language = current().language
    match name:
        case "partner":
            entry = house.ports().register.current().entries.get(PartyCode(value))
            return state_name(entry.state) if entry is not None else value
        case "measure":
            measure = treaty.measures.get(Slug(value))
            return measure.label.for_language(language) if measure is not None else value
        case "ground":
            ground = treaty.grounds.get(Slug(value))
            return ground.label.for_language(language) if ground is not None else word("ground", value)
        case "status":
            return word("status", value)
        case "missed":
            return missed_word(value)
        case _:
            return time_word(value)
