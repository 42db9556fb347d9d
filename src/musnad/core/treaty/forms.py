"""The form of each kind of field: what a value must look like before any rule of law is asked.

Values are those of I-JSON: text, whole number, true or false, list, object. docs/treaty.md, "Kinds of fields", shows
each. Nothing here knows a measure or a rule.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import cast

from musnad.core.kernel.errors import BadForm
from musnad.core.kernel.names import Slug
from musnad.core.kernel.times import parse_day
from musnad.core.treaty.findings import Finding, FindingCode, of_form
from musnad.core.treaty.values import Field, FieldKind, Treaty

TEXT_LIMIT = 500
LONG_TEXT_LIMIT = 20_000
ENTRIES_LIMIT = 2_000

_UNSEEN = re.compile("[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202d\u202e\ud800-\udfff]")
"""Controls, and the overrides that would show a text in another order than it has."""
_ZONE = re.compile(r"UTC|[A-Z][A-Za-z_]{1,20}(?:/[A-Z][A-Za-z0-9_+-]{1,30}){1,2}")
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(Z|[+-]\d{2}:\d{2})?", re.ASCII)
_PENALTY_UNITS = ("months", "years")
_HEAVIER = "life-or-heavier"


def check_form(treaty: Treaty, field: Field, value: object) -> tuple[Finding, ...]:
    """Everything wrong with the form of one field's value; empty if it may be read by the rules."""
    return tuple(of_form(code, field=field.name, about=about) for code, about in _defects(treaty, field, value))


def limit_of(field: Field) -> int | None:
    """How many characters, or entries, a field of this kind takes; None where neither is counted."""
    match field.kind:
        case FieldKind.TEXT | FieldKind.REFERENCE | FieldKind.CONTACT | FieldKind.OFFENCE:
            return TEXT_LIMIT
        case FieldKind.LONG_TEXT:
            return LONG_TEXT_LIMIT
        case FieldKind.IDENTIFIERS:
            return ENTRIES_LIMIT
        case _:
            return None


_Defects = Iterator[tuple[FindingCode, str]]


def _defects(treaty: Treaty, field: Field, value: object) -> _Defects:
    match field.kind:
        case FieldKind.TEXT | FieldKind.REFERENCE | FieldKind.LONG_TEXT:
            long = field.kind is FieldKind.LONG_TEXT
            yield from _text(value, LONG_TEXT_LIMIT if long else TEXT_LIMIT, lines=long)
        case FieldKind.DAY:
            yield from _day(value, "")
        case FieldKind.YES_NO:
            if not isinstance(value, bool):
                yield FindingCode.FIELD_WRONG_FORM, ""
        case FieldKind.CHOICE:
            if not isinstance(value, str) or value not in {choice.name for choice in field.choices}:
                yield FindingCode.FIELD_WRONG_FORM, ""
        case FieldKind.DATA_CATEGORIES:
            yield from _categories(value, treaty.data_categories)
        case FieldKind.PERIOD:
            yield from _period(value)
        case FieldKind.IDENTIFIERS:
            yield from _identifiers(value, treaty)
        case FieldKind.OFFENCE:
            yield from _offence(value, treaty)
        case FieldKind.CONTACT:
            yield from _contact(value)


def _text(value: object, limit: int, *, lines: bool, at: str = "") -> _Defects:
    if not isinstance(value, str) or not value.strip() or _UNSEEN.search(value) or (not lines and "\n" in value):
        yield FindingCode.FIELD_WRONG_FORM, at
    elif len(value) > limit:
        yield FindingCode.FIELD_TOO_LONG, at


def _day(value: object, at: str) -> _Defects:
    try:
        parse_day(value if isinstance(value, str) else "")
    except BadForm:
        yield FindingCode.FIELD_WRONG_FORM, at


def _members(value: object, due: Iterable[str], may: Iterable[str], at: str = "") -> _Defects:
    """Defects of an object's member names; the caller reads members only if there is none."""
    if not isinstance(value, Mapping) or not all(isinstance(name, str) for name in value):
        yield FindingCode.FIELD_WRONG_FORM, at
        return
    due = set(due)
    for name in sorted(due - value.keys()):
        yield (FindingCode.TIME_ZONE_MISSING if name == "zone" else FindingCode.FIELD_WRONG_FORM), f"{at}.{name}"
    for _ in value.keys() - due - set(may):
        yield FindingCode.FIELD_WRONG_FORM, at
        return


def _categories(value: object, known: Mapping[Slug, object]) -> _Defects:
    if not isinstance(value, list) or not value or len(value) > len(known):
        yield FindingCode.FIELD_WRONG_FORM, ""
        return
    for place, one in enumerate(value):
        if not isinstance(one, str) or one not in known or one in value[:place]:
            yield FindingCode.FIELD_WRONG_FORM, f"[{place}]"


def _period(value: object) -> _Defects:
    defects = list(_members(value, ("from", "until", "zone"), ()))
    if defects:
        yield from defects
        return
    period = cast("Mapping[str, object]", value)
    zone = period["zone"]
    if not isinstance(zone, str) or not _ZONE.fullmatch(zone):
        yield FindingCode.TIME_ZONE_MISSING, ".zone"
    defects = [*_day(period["from"], ".from"), *_day(period["until"], ".until")]
    yield from defects
    if not defects and parse_day(str(period["until"])) < parse_day(str(period["from"])):
        yield FindingCode.PERIOD_REVERSED, ""


def _identifiers(value: object, treaty: Treaty) -> _Defects:
    if not isinstance(value, list) or not value:
        yield FindingCode.FIELD_WRONG_FORM, ""
        return
    if len(value) > ENTRIES_LIMIT:
        yield FindingCode.FIELD_TOO_LONG, ""
        return
    for place, one in enumerate(value):
        yield from _identifier(one, treaty, f"[{place}]")


def _identifier(value: object, treaty: Treaty, at: str) -> _Defects:
    defects = list(_members(value, ("type", "value"), ("from", "until", "port"), at))
    if defects:
        yield from defects
        return
    found = cast("Mapping[str, object]", value)
    known = treaty.identifier_types.get(Slug(found["type"])) if isinstance(found["type"], str) else None
    if known is None:
        yield FindingCode.FIELD_WRONG_FORM, f"{at}.type"
    defects = list(_text(found["value"], TEXT_LIMIT, lines=False, at=f"{at}.value"))
    yield from defects
    if not defects and known is not None and known.form == "internet-address" and not _is_address(str(found["value"])):
        yield FindingCode.FIELD_WRONG_FORM, f"{at}.value"
    port = found.get("port", 1)
    if isinstance(port, bool) or not isinstance(port, int) or not 1 <= port <= 65535:
        yield FindingCode.FIELD_WRONG_FORM, f"{at}.port"
    times: dict[str, datetime] = {}
    for end in ("from", "until"):
        if end in found:
            read = _time(found[end])
            if isinstance(read, FindingCode):
                yield read, f"{at}.{end}"
            else:
                times[end] = read
    if len(times) == 2 and times["until"] < times["from"]:
        yield FindingCode.PERIOD_REVERSED, at


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return "%" not in text


def _time(value: object) -> datetime | FindingCode:
    found = _TIME.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return FindingCode.FIELD_WRONG_FORM
    if found[1] is None:
        return FindingCode.TIME_ZONE_MISSING
    try:
        return datetime.fromisoformat(found[0])
    except ValueError:
        return FindingCode.FIELD_WRONG_FORM


def _offence(value: object, treaty: Treaty) -> _Defects:
    may = ("name", "maximum", "maximum-in-asked-state")
    defects = list(_members(value, ("class", "provision"), may))
    if defects:
        yield from defects
        return
    found = cast("Mapping[str, object]", value)
    known = treaty.offence_classes.get(Slug(found["class"])) if isinstance(found["class"], str) else None
    if known is None:
        yield FindingCode.FIELD_WRONG_FORM, ".class"
    elif bool(known.offences) != ("name" in found) or (
        "name" in found and not _is_one_of(found["name"], known.offences)
    ):
        yield FindingCode.FIELD_WRONG_FORM, ".name"
    yield from _text(found["provision"], TEXT_LIMIT, lines=False, at=".provision")
    for entry in ("maximum", "maximum-in-asked-state"):
        if entry in found:
            yield from _penalty(found[entry], f".{entry}")


def _is_one_of(value: object, known: Mapping[Slug, object]) -> bool:
    return isinstance(value, str) and value in known


def _penalty(value: object, at: str) -> _Defects:
    defects = list(_members(value, ("unit",), ("number",), at))
    if defects:
        yield from defects
        return
    found = cast("Mapping[str, object]", value)
    unit, number = found["unit"], found.get("number")
    if unit == _HEAVIER:
        if number is not None:
            yield FindingCode.FIELD_WRONG_FORM, f"{at}.number"
    elif not isinstance(unit, str) or unit not in _PENALTY_UNITS:
        yield FindingCode.FIELD_WRONG_FORM, f"{at}.unit"
    elif isinstance(number, bool) or not isinstance(number, int) or not 1 <= number <= 12_000:
        yield FindingCode.FIELD_WRONG_FORM, f"{at}.number"


def reaches(penalty: Mapping[str, object], years: int) -> bool:
    """Whether a penalty of good form is deprivation of liberty for so many years, or heavier."""
    if penalty["unit"] == _HEAVIER:
        return True
    months = cast("int", penalty["number"]) * (12 if penalty["unit"] == "years" else 1)
    return months >= years * 12


def _contact(value: object) -> _Defects:
    defects = list(_members(value, ("name", "reach"), ("function",)))
    if defects:
        yield from defects
        return
    for name, text in cast("Mapping[str, object]", value).items():
        yield from _text(text, TEXT_LIMIT, lines=False, at=f".{name}")
