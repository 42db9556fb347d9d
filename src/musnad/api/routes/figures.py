"""Figures over all cases of the node, and the reports for the public that were published."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Path, Query, Router

from musnad.api.caller import caller_of
from musnad.api.interface import reads
from musnad.api.shapes.figures import FiguresAsked, FiguresShape, PublicReportShape, Year
from musnad.core.kernel.ijson import JsonObject
from musnad.exchange.publication import published, published_members
from musnad.exchange.statistics import DIRECTIONS, figures_members, read_figures

router = Router(tags=["figures"])


@reads(router, "/figures", "figures:read", FiguresShape)
def figures(request: HttpRequest, asked: Query[FiguresAsked]) -> FiguresShape:
    """How many requests, how fast, with what outcome, which clocks were missed; by partner and measure."""
    whole = read_figures(caller_of(request).ports, asked.year, exercise=asked.exercise)
    found = figures_members(whole.only(asked.measure or "", asked.partner or ""))
    return FiguresShape.model_validate(_by_direction(found))


@reads(router, "/figures/public/{year}", "figures:read", PublicReportShape)
def public_report(request: HttpRequest, year: Path[Year]) -> PublicReportShape:
    """The report of a year for the public, as it was published once; small numbers are hidden."""
    found = published(caller_of(request).ports, year)
    return PublicReportShape.model_validate(_by_direction(published_members(found)))


def _by_direction(members: JsonObject) -> dict[str, Any]:
    """The same members, the directions as a list."""
    sides: list[dict[str, Any]] = [{"direction": one, **members[one]} for one in DIRECTIONS]  # type: ignore[dict-item]
    return {**members, "directions": sides}
