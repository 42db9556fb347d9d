"""The figures as pages, charts and files: of all, of one measure, of one partner, or of both."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from musnad.core.kernel.ijson import JsonObject
from musnad.core.kernel.names import parse_party, parse_slug
from musnad.desk import house
from musnad.desk.needs import needs
from musnad.desk.pace import paced
from musnad.desk.statistics.files import file_of, picture
from musnad.desk.statistics.telling import choices, shown, summary_rows, total_row
from musnad.exchange.statistics import (
    COLUMNS,
    DIRECTIONS,
    TABLES,
    Direction,
    Figures,
    Side,
    about_members,
    figures_members,
    parse_year,
    read_figures,
    years,
)
from musnad.language.figure_words import direction_word
from musnad.people.powers import Power

SIDES: tuple[Side, ...] = ("partner", "measure")


@require_safe
@needs(Power.SEE_CASES, Power.OVERSEE)
@paced("statistics", "GET")
def figures(request: HttpRequest) -> HttpResponse:
    """The figures of a year or of all; exercises only where they are asked for, and then alone."""
    whole, found = _asked(request)
    given = _query(found)
    return render(
        request,
        "desk/statistics/figures.html",
        {
            "figures": found,
            "years": [str(one) for one in years(house.ports(), house.hidden_from(house.seat(request)))],
            "year": "" if found.year is None else f"{found.year:04}",
            "query": urlencode(given),
            "partners": choices(whole, "partner"),
            "measures": choices(whole, "measure"),
            "sides": [_side(found, direction, given) for direction in DIRECTIONS],
        },
    )


@require_safe
@needs(Power.SEE_CASES, Power.OVERSEE)
@paced("statistics", "GET")
def download(request: HttpRequest, form: str) -> HttpResponse:
    """Every number by partner and measure, as CSV or JSON."""
    _, found = _asked(request)
    return file_of("figures", form, COLUMNS, found.rows(), figures_members(found))


@require_safe
@needs(Power.SEE_CASES, Power.OVERSEE)
@paced("statistics", "GET")
def table(request: HttpRequest, direction: str, name: str, form: str) -> HttpResponse:
    """One table of the page: its chart as SVG, its numbers as CSV or JSON."""
    if direction not in DIRECTIONS or name not in TABLES:
        raise Http404
    _, found = _asked(request)
    numbers = found.table(name, direction)
    file = f"{name}-{direction}"
    if form == "svg":
        return picture(file, shown(name, direction, numbers))
    members: JsonObject = {**about_members(found), "direction": direction, "table": name, "numbers": numbers}
    return file_of(file, form, ("value", "count"), numbers.items(), members)


def _asked(request: HttpRequest) -> tuple[Figures, Figures]:
    """All figures of the time asked for, and those of the measure and the partner asked for; ``BadForm``.

    Of the cases that the reader may know of: two readers may be told two numbers.
    """
    given = request.GET
    measure, partner = given.get("measure", ""), given.get("partner", "")
    year, exercise = parse_year(given.get("year", "")), given.get("exercise") == "1"
    whole = read_figures(house.ports(), year, exercise=exercise, hidden=house.hidden_from(house.seat(request)))
    return whole, whole.only(parse_slug(measure) if measure else "", parse_party(partner) if partner else "")


def _query(found: Figures) -> dict[str, str]:
    """What the page was asked for, to be asked again."""
    given = {
        "year": "" if found.year is None else f"{found.year:04}",
        "exercise": "1" if found.exercise else "",
        "measure": found.measure,
        "partner": found.partner,
    }
    return {name: value for name, value in given.items() if value}


def _side(found: Figures, direction: Direction, given: dict[str, str]) -> dict[str, object]:
    """Everything that is shown of one direction."""
    tables = {name: shown(name, direction, found.table(name, direction)) for name in TABLES}
    crossed = [
        (tables[side], [(row, urlencode({**given, side: row.code})) for row in summary_rows(found, side, direction)])
        for side in SIDES
    ]
    return {
        "title": direction_word(direction),
        "direction": direction,
        "asked": found.asked(direction),
        "total": total_row(found, direction),
        "volumes": tables["month"],
        "crossed": crossed,
        "tables": [one for name, one in tables.items() if name not in {"month", *SIDES} and one.rows],
    }
