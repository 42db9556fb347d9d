"""Rows of facts: CSV and JSON in, facts with their place out, and back. The columns are those of docs/register.md.

In order: 1. the table and its columns; 2. each field by its column; 3. the fields of a row against one another and
against the catalogue; 4. no row twice. Left to ``change.apply``: what rows say against each other and against what
stands. The first defect is raised with file, line and field; nothing is half-read.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from musnad.core.kernel.errors import BadForm, NotJson, TooLarge
from musnad.core.kernel.ijson import parse_object, write_canonical
from musnad.core.kernel.names import Digest, PartyCode, Slug, parse_digest, parse_party
from musnad.core.kernel.times import Day, parse_day
from musnad.core.register.errors import (
    BadColumn,
    BadDay,
    BadRow,
    FactWithoutSource,
    FactWithoutStatus,
    NotATable,
    RepeatedRow,
    UnknownState,
    UnknownSubject,
)
from musnad.core.register.values import GENERAL, SUBJECTLESS, Catalogue, Fact, FactKind, Record, ValueForm
from musnad.core.treaty.values import Certainty

COLUMNS = (
    "fact", "party", "kind", "about", "value", "day", "not_before", "by", "status", "source", "as_of", "en", "ar",
)  # fmt: skip
TABLE_LIMIT_OCTETS = 4 * 1024 * 1024
ROWS_LIMIT = 20_000
FIELD_LIMIT = 1000

_FORMS: Mapping[ValueForm, tuple[re.Pattern[str], str]] = {
    "": (re.compile(""), "this subject takes no value"),
    "text": (re.compile(".*", re.DOTALL), ""),
    "number": (re.compile("[0-9]{0,6}"), "not a whole number"),
    "yes-no": (re.compile("yes|no"), "neither yes nor no"),
    "languages": (
        re.compile("[a-z]{2,3}(-[A-Za-z0-9]{2,8})*( [a-z]{2,3}(-[A-Za-z0-9]{2,8})*)*"),
        "not language codes with one space between them",
    ),
    "articles": (
        re.compile(r"[0-9]{1,3}(\([0-9a-z]{1,3}\))*( [0-9]{1,3}(\([0-9a-z]{1,3}\))*)*"),
        "not articles with one space between them",
    ),
}
_CODE = re.compile("[A-Z]{1,3}[0-9]{1,4}", re.ASCII)
_FORMULA = ("=", "+", "-", "@")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Row:
    """A fact from a table; ``stands_for`` is the digest in its column ``fact``: what it repeats or corrects."""

    file: str
    line: int
    fact: Fact
    stands_for: Digest | None


def parse_csv(data: bytes, file: str, catalogue: Catalogue) -> tuple[Row, ...]:
    """The rows of a CSV file (UTF-8, a header line, commas; RFC 4180 quotes).

    Raises:
        TooLarge, NotATable, BadColumn: the table. BadRow, BadDay, UnknownState, UnknownSubject, FactWithoutSource,
        FactWithoutStatus: a row. RepeatedRow: two rows are one.
    """
    _check_size(data, file)
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
        reader = csv.reader((line + "\n" for line in text.split("\n")), strict=True)
        table = [(reader.line_num, row) for row in reader if row]
    except UnicodeDecodeError as error:
        raise NotATable(file, "not UTF-8") from error
    except csv.Error as error:
        raise NotATable(file, str(error)[:200]) from error
    if not table:
        raise NotATable(file, "no header line")
    (first, header), *rest = table
    for place, name in enumerate(header):
        if name not in COLUMNS or name in header[:place]:
            raise BadColumn(file, first, name[:80])
    for name in COLUMNS:
        if name not in header and name != "fact":
            raise BadColumn(file, first, name)
    found = []
    for line, row in rest:
        if len(row) != len(header):
            raise BadRow(
                file, line, header[min(len(row), len(header) - 1)], f"{len(row)} fields, {len(header)} columns"
            )
        found.append((line, dict(zip(header, row, strict=True))))
    return _rows(file, found, catalogue)


def parse_json(data: bytes, file: str, catalogue: Catalogue) -> tuple[Row, ...]:
    """The rows of a JSON object ``{"rows": [{column: text}]}``; a column left out is empty. Errors as ``parse_csv``."""
    _check_size(data, file)
    try:
        members = parse_object(data, what=file, limit_octets=TABLE_LIMIT_OCTETS)
    except NotJson as error:
        raise NotATable(file, error.why) from error
    rows = members.get("rows")
    if set(members) != {"rows"} or not isinstance(rows, list):
        raise NotATable(file, "not an object whose only member is the list rows")
    found = []
    for line, row in enumerate(rows, start=1):
        if not isinstance(row, dict):
            raise NotATable(file, f"row {line} is not an object")
        for name, value in row.items():
            if name not in COLUMNS:
                raise BadColumn(file, line, str(name)[:80])
            if not isinstance(value, str):
                raise BadRow(file, line, name, "not text")
        found.append((line, {name: str(row.get(name, "")) for name in COLUMNS}))
    return _rows(file, found, catalogue)


def check_sources(rows: Iterable[Row], catalogue: Catalogue) -> None:
    """``BadRow`` at the first source that is made of codes, like ``T1 T4``, of which the register describes one not.

    A source in words is taken as it is. Not asked of what was kept before: that is told as it was said.
    """
    for row in rows:
        codes = row.fact.source.split()
        if all(_CODE.fullmatch(code) for code in codes):
            unknown = next((code for code in codes if code not in catalogue.sources), None)
            if unknown is not None:
                why = f"the register describes no source {unknown}; name the source in words"
                raise BadRow(row.file, row.line, "source", why)


def write_csv(records: Iterable[Record]) -> bytes:
    """The standing facts as CSV that ``parse_csv`` reads; ``fact`` names each, so that an edited row corrects it."""
    sheet = _Sheet()
    writer = csv.writer(sheet, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in _told(records):
        writer.writerow([row[name] for name in COLUMNS])
    return "".join(sheet.lines).encode("utf-8")


def write_json(records: Iterable[Record]) -> bytes:
    """The standing facts as JSON that ``parse_json`` reads."""
    rows = [{name: value for name, value in row.items() if value} for row in _told(records)]
    return write_canonical({"rows": rows})


def read_fact(members: Mapping[str, str], file: str, line: int, catalogue: Catalogue) -> Fact:
    """The fact of one row, its fields checked; errors of a row, as ``parse_csv``."""
    row = _RowReader(file, line, members, catalogue)
    return row.fact()


def _told(records: Iterable[Record]) -> Iterable[dict[str, str]]:
    for record in records:
        if record.replaced is None:
            yield {"fact": record.fact.digest, **record.fact.members()}


def _check_size(data: bytes, file: str) -> None:
    if len(data) > TABLE_LIMIT_OCTETS:
        raise TooLarge(file, len(data), TABLE_LIMIT_OCTETS)


def _rows(file: str, found: list[tuple[int, dict[str, str]]], catalogue: Catalogue) -> tuple[Row, ...]:
    if len(found) > ROWS_LIMIT:
        raise NotATable(file, f"more than {ROWS_LIMIT} rows")
    rows: list[Row] = []
    seen: dict[Digest, int] = {}
    for line, members in found:
        fact = read_fact(members, file, line, catalogue)
        if fact.digest in seen:
            raise RepeatedRow(file, line, seen[fact.digest])
        seen[fact.digest] = line
        rows.append(Row(file, line, fact, _stands_for(file, line, members.get("fact", ""))))
    return tuple(rows)


def _stands_for(file: str, line: int, text: str) -> Digest | None:
    if not text:
        return None
    try:
        return parse_digest(text)
    except BadForm as error:
        raise BadRow(file, line, "fact", error.why) from error


@dataclass(frozen=True, slots=True)
class _RowReader:
    file: str
    line: int
    members: Mapping[str, str]
    catalogue: Catalogue

    def fact(self) -> Fact:
        for name in COLUMNS[1:]:
            self._check_text(name)
        kind = self._kind()
        certainty, source = self._status(), self._source()
        as_of = self._day("as_of")
        if as_of is None:
            raise BadDay(self.file, self.line, "as_of", "missing")
        day, not_before, by = self._day("day"), self._day("not_before"), self._day("by")
        self._check_days(kind, as_of, day, not_before, by)
        party = self._get("party")
        texts = {name: self._get(name) for name in ("en", "ar") if self._get(name)}
        about = self._about(kind)
        return Fact(
            party=self._party(kind, party),
            kind=kind,
            about=about,
            value=self._value(kind, about),
            day=day,
            not_before=not_before,
            by=by,
            certainty=certainty,
            source=source,
            as_of=as_of,
            texts=MappingProxyType(texts),
        )

    def _get(self, name: str) -> str:
        return self.members.get(name, "")

    def _bad(self, field: str, why: str) -> BadRow:
        return BadRow(self.file, self.line, field, why)

    def _check_text(self, name: str) -> None:
        text = self._get(name)
        if len(text) > FIELD_LIMIT:
            raise self._bad(name, f"more than {FIELD_LIMIT} characters")
        if _CONTROL.search(text):
            raise self._bad(name, "a control character or a line end")
        if text != text.strip():
            raise self._bad(name, "a space at its beginning or end")
        if text.startswith(_FORMULA):
            raise self._bad(name, "begins with a sign that a spreadsheet takes for a formula")

    def _kind(self) -> FactKind:
        try:
            return FactKind(self._get("kind"))
        except ValueError as error:
            raise self._bad("kind", f"none of {', '.join(kind.value for kind in FactKind)}") from error

    def _party(self, kind: FactKind, code: str) -> PartyCode | None:
        if kind in GENERAL:
            if code:
                raise self._bad("party", f"a {kind.value} is of no Party")
            return None
        try:
            party = parse_party(code)
        except BadForm as error:
            raise UnknownState(self.file, self.line, "party", code[:80]) from error
        if party not in self.catalogue.states:
            raise UnknownState(self.file, self.line, "party", code)
        return party

    def _about(self, kind: FactKind) -> Slug | None:
        about = self._get("about")
        if kind in SUBJECTLESS:
            if about:
                raise UnknownSubject(self.file, self.line, "about", about)
            return None
        subject = self.catalogue.subjects.get(Slug(about))
        if subject is None or kind not in subject.kinds:
            raise UnknownSubject(self.file, self.line, "about", about)
        return subject.name

    def _value(self, kind: FactKind, about: Slug | None) -> str:
        value = self._get("value")
        form: ValueForm = "" if about is None or kind is FactKind.STEP else self.catalogue.subjects[about].value
        if kind is FactKind.COUNT and not value:
            raise self._bad("value", "a count without its number")
        if kind is FactKind.STEP and about is not None:
            form = "text"
        pattern, why = _FORMS[form]
        if value and not pattern.fullmatch(value):
            raise self._bad("value", why)
        if not value and form in ("languages", "yes-no"):
            raise self._bad("value", "missing")
        return value

    def _status(self) -> Certainty:
        status = self._get("status")
        if not status:
            raise FactWithoutStatus(self.file, self.line, "status")
        if status not in (Certainty.CERTAIN, Certainty.REPORTED, Certainty.FROM_MEMORY):
            raise self._bad("status", "none of certain, reported, from-memory-verify")
        return Certainty(status)

    def _source(self) -> str:
        source = self._get("source")
        if not source:
            raise FactWithoutSource(self.file, self.line, "source")
        return source

    def _day(self, name: str) -> Day | None:
        text = self._get(name)
        if not text:
            return None
        try:
            return parse_day(text)
        except BadForm as error:
            raise BadDay(self.file, self.line, name, error.why) from error

    def _check_days(self, kind: FactKind, as_of: Day, day: Day | None, not_before: Day | None, by: Day | None) -> None:
        for name, told in (("day", day), ("not_before", not_before), ("by", by)):
            if told is not None and told > as_of and kind is not FactKind.MILESTONE:
                raise BadDay(self.file, self.line, name, "after the day of as_of, on which nobody could know it")
        if day is not None and (not_before is not None or by is not None):
            raise BadDay(self.file, self.line, "not_before" if not_before else "by", "given although the day is")
        if not_before is not None and by is not None and by < not_before:
            raise BadDay(self.file, self.line, "by", "before not_before")
        if kind in (FactKind.LIST, FactKind.MILESTONE) and day is None:
            raise BadDay(self.file, self.line, "day", f"a {kind.value} without its day")


class _Sheet:
    """What ``csv.writer`` writes to."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def write(self, line: str) -> int:
        self.lines.append(line)
        return len(line)
