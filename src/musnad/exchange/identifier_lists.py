"""Many identifiers at once: lines that were pasted, or a CSV file, each with the line and column of what is wrong.

A file is UTF-8 or, with its byte order mark, UTF-16; fields part at a comma, a semicolon or a tab. With a first row of
names (``value`` among them, in English or Arabic) the columns are the members of an identifier; without, each row is
read as a line. Cells are text, whatever a spreadsheet would make of them.
"""

from __future__ import annotations

import codecs
import csv
import io
from dataclasses import dataclass, replace

from musnad.core.treaty.forms import ENTRIES_LIMIT
from musnad.exchange.identifier_values import Typed
from musnad.exchange.identifiers import guess

FILE_LIMIT_OCTETS = 1024 * 1024
LINE_LIMIT = 4_000
_NAMES = {
    "type": {"type", "kind", "النوع", "نوع"},
    "value": {"value", "identifier", "القيمة", "المعرف", "المعرّف", "قيمة"},
    "port": {"port", "المنفذ", "منفذ"},
    "since": {"from", "since", "start", "time", "من", "الوقت", "البداية"},
    "until": {"until", "to", "end", "حتى", "إلى", "النهاية"},
    "zone": {"zone", "time zone", "timezone", "المنطقة", "المنطقة الزمنية"},
}


@dataclass(frozen=True, slots=True)
class Unread:
    """A part of a list that could not be read. ``code``: too-large, too-many, not-text, not-csv, too-long, no-value."""

    code: str
    line: int = 0
    column: int = 0
    text: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """What was read, in order, and what could not be."""

    rows: tuple[Typed, ...]
    unread: tuple[Unread, ...] = ()


def read_lines(text: str, region: str = "") -> Listed:
    """One identifier a line; empty lines are nothing. What is past the limit is told and kept."""
    rows: list[Typed] = []
    unread: list[Unread] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        if len(line) > LINE_LIMIT:
            unread.append(Unread("too-long", number, LINE_LIMIT + 1, line))
        elif len(rows) == ENTRIES_LIMIT:
            unread.append(Unread("too-many", number, 0, line))
        else:
            rows.append(guess(line, region))
    return Listed(tuple(rows), tuple(unread))


def read_csv(data: bytes, region: str = "", types: frozenset[str] = frozenset()) -> Listed:
    """A file of identifiers. ``types``: the kinds that a column of types may name; another is guessed."""
    if len(data) > FILE_LIMIT_OCTETS:
        return Listed((), (Unread("too-large"),))
    text, problem = _decoded(data)
    if problem is not None:
        return Listed((), (problem,))
    rows: list[Typed] = []
    unread: list[Unread] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    columns: dict[str, int] | None = None
    first = True
    while True:
        try:
            cells = next(reader, None)
        except csv.Error:
            unread.append(Unread("not-csv", reader.line_num, 0, _line(text, reader.line_num)))
            continue
        if cells is None:
            break
        if first and any(cells):
            columns, first = _columns(cells), False
            if columns is not None:
                continue
        _take(cells, reader.line_num, columns, rows, unread, region, types)
    return Listed(tuple(rows), tuple(unread))


def _take(
    cells: list[str],
    line: int,
    columns: dict[str, int] | None,
    rows: list[Typed],
    unread: list[Unread],
    region: str,
    types: frozenset[str],
) -> None:
    if not any(one.strip() for one in cells):
        return
    whole = " ".join(one for one in cells if one)
    long = next((place for place, one in enumerate(cells, 1) if len(one) > LINE_LIMIT), 0)
    if long:
        unread.append(Unread("too-long", line, long, whole))
    elif len(rows) == ENTRIES_LIMIT:
        unread.append(Unread("too-many", line, 0, whole))
    elif columns is None:
        rows.append(guess(whole, region))
    else:
        held = {name: cells[place].strip() for name, place in columns.items() if place < len(cells)}
        if not held.get("value"):
            unread.append(Unread("no-value", line, columns["value"] + 1, whole))
            return
        kind = held.pop("type", "")
        found = guess(held["value"], region)
        members = {name: text for name, text in held.items() if text}
        if kind in types:
            found = replace(Typed(kind, guessed=False), **members)  # type: ignore[arg-type]  # texts by member
        else:
            own = {"port": found.port, "since": found.since, "until": found.until, "zone": found.zone}
            split = found.type == "internet-address"
            merged = {**own, **members, "value": found.value if split else held["value"]}
            found = replace(found, **merged)  # type: ignore[arg-type]  # texts by member
        rows.append(found)


def _columns(cells: list[str]) -> dict[str, int] | None:
    """Which column holds which member; None where the row has no name of a value column."""
    found: dict[str, int] = {}
    for place, cell in enumerate(cells):
        said = cell.strip().casefold()
        for name, names in _NAMES.items():
            if said in names and name not in found:
                found[name] = place
    return found if "value" in found else None


def _decoded(data: bytes) -> tuple[str, Unread | None]:
    encoding = "utf-8"
    if data.startswith(codecs.BOM_UTF8):
        encoding = "utf-8-sig"
    elif data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line = before.count(b"\n") + 1
        return "", Unread("not-text", line, error.start - (before.rfind(b"\n") + 1) + 1)
    return text.replace("\0", ""), None


def _delimiter(text: str) -> str:
    """What parts the fields: the commonest of the three in the first row that has one."""
    for line in text.splitlines():
        counts = {one: line.count(one) for one in (",", ";", "\t")}
        if any(counts.values()):
            return max(counts, key=lambda one: counts[one])
    return ","


def _line(text: str, number: int) -> str:
    lines = text.splitlines()
    return lines[number - 1] if 0 < number <= len(lines) else ""
