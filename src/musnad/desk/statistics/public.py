"""The report for the public: a preview of a year, publishing it once it is over, and afterwards its files."""

from __future__ import annotations

from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from musnad.desk import house
from musnad.desk.needs import needs
from musnad.desk.pace import paced
from musnad.desk.statistics.files import file_of, picture
from musnad.desk.statistics.telling import shown_protected
from musnad.exchange.disclosure import SMALLEST, Protected
from musnad.exchange.errors import NotPublished, YearNotOver
from musnad.exchange.publication import (
    COLUMNS,
    TOLD,
    Published,
    Report,
    digest_of_members,
    public_members,
    public_report,
    public_rows,
    publish,
    published,
    published_members,
)
from musnad.exchange.statistics import DIRECTIONS, parse_year, read_figures, years
from musnad.language import gettext as _
from musnad.language.figure_words import direction_word, table_title
from musnad.people.powers import Power


@require_safe
@needs(Power.SEE_CASES, Power.OVERSEE)
@paced("statistics", "GET")
def public(request: HttpRequest) -> HttpResponse:
    """What may be told of a year: as it was published, or as it would be now."""
    ports = house.ports()
    this_year = ports.clock.now().year
    known = years(ports)
    year = parse_year(request.GET.get("year", "")) or next((one for one in known if one < this_year), this_year)
    found = _published(year)
    report = found.report if found is not None else public_report(read_figures(ports, year))
    shown = {
        "year": str(year),
        "years": [str(one) for one in sorted({*known, this_year}, reverse=True)],
        "published": found,
        "is_over": year < this_year,
        **_told(report),
    }
    return render(request, "desk/statistics/public.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Power.PUBLISH)
@paced("statistics", "GET", "POST")
def put_out(request: HttpRequest) -> HttpResponse:
    """Show exactly what would be published of a year; POST, with the digest of what was shown, publishes that.

    Where the report is another by then, it is shown anew and nothing is published. ``YearNotOver``.
    """
    ports, posted = house.ports(), request.method == "POST"
    year = _year((request.POST if posted else request.GET).get("year", ""))
    if year >= ports.clock.now().year:
        raise YearNotOver(str(year))
    onward = redirect(f"{reverse('statistics:public')}?year={year:04}")
    if _published(year) is not None:
        return onward
    figures = read_figures(ports, year)
    members = public_members(figures)
    seen = digest_of_members(members)
    if posted and request.POST.get("seen") == seen:
        publish(ports, year, house.seat(request).name, members)
        return onward
    shown = {"year": f"{year:04}", "day": figures.day, "seen": seen, "changed": posted, **_told(public_report(figures))}
    return render(
        request, "desk/statistics/publish.html", shown, status=HTTPStatus.CONFLICT if posted else HTTPStatus.OK
    )


@require_safe
@needs(Power.SEE_CASES, Power.OVERSEE)
@paced("statistics", "GET")
def public_download(request: HttpRequest, year: str, form: str) -> HttpResponse:  # noqa: ARG001  # Django's signature
    """A published report as CSV or JSON; a hidden number is empty. ``NotPublished``."""
    found = published(house.ports(), _year(year))
    return file_of(f"public-report-{found.year:04}", form, COLUMNS, public_rows(found.report), published_members(found))


@require_safe
@needs(Power.SEE_CASES, Power.OVERSEE)
@paced("statistics", "GET")
def public_chart(request: HttpRequest, year: str, direction: str, name: str) -> HttpResponse:  # noqa: ARG001
    """A chart of a published report. ``NotPublished``."""
    if direction not in DIRECTIONS or name not in TOLD:
        raise Http404
    found = published(house.ports(), _year(year))
    drawn = shown_protected(name, direction, found.report[direction][name])
    return picture(f"public-report-{found.year:04}-{name}-{direction}", drawn)


def _told(report: Report) -> dict[str, object]:
    """The report as both pages show it."""
    sides = [
        (
            direction_word(direction),
            direction,
            [(shown_protected(name, direction, one), one) for name, one in tables.items() if _is_told(one)],
            _(", ").join(table_title(name) for name, one in tables.items() if not _is_told(one)),
        )
        for direction, tables in report.items()
    ]
    return {"sides": sides, "smallest": SMALLEST}


def _is_told(one: Protected) -> bool:
    return one.is_broken_down or one.total is not None


def _published(year: int) -> Published | None:
    try:
        return published(house.ports(), year)
    except NotPublished:
        return None


def _year(text: str) -> int:
    found = parse_year(text)
    if found is None:
        raise Http404
    return found
