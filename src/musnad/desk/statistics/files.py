"""Figures as files: rows as CSV, members as JSON, a chart as SVG. Our own words and numbers alone stand in them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from django.http import Http404, HttpResponse
from django.template.loader import render_to_string

from musnad.core.kernel.ijson import JsonObject, write_canonical
from musnad.desk.statistics.telling import Shown
from musnad.language import current


def file_of(
    name: str, form: str, columns: Sequence[str], rows: Iterable[Sequence[object]], members: JsonObject
) -> HttpResponse:
    """The same numbers in either form; what is None is empty in a row. 404 for another form."""
    if form == "json":
        return _attached(name, form, "application/json", write_canonical(members))
    if form == "csv":
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(columns)
        writer.writerows(rows)
        return _attached(name, form, "text/csv; charset=utf-8", text.getvalue().encode("utf-8"))
    raise Http404


def picture(name: str, table: Shown) -> HttpResponse:
    """The chart alone, which needs no style sheet; its description tells its numbers."""
    speech = current()
    drawn = render_to_string("desk/statistics/chart.svg", {"table": table, "language": speech.language})
    return _attached(name, "svg", "image/svg+xml", drawn.encode("utf-8"))


def _attached(name: str, form: str, kind: str, content: bytes) -> HttpResponse:
    answer = HttpResponse(content, content_type=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return answer
