"""A sheet read into the fields of a request: what was typed, as the kinds of fields have it.

What cannot be read stays in the value as it was typed, so that pre-flight says what is wrong with it; nothing is
judged here but the identifiers, whose troubles come beside.
"""

from __future__ import annotations

from dataclasses import dataclass

from musnad.core.kernel.ijson import JsonObject
from musnad.core.kernel.names import Slug
from musnad.core.treaty.values import Field, FieldKind, Measure
from musnad.desk.composing.sheet import Sheet
from musnad.exchange.identifier_values import Checked
from musnad.exchange.identifiers import check

DIGITS = {ord(other): str(value) for row in ("٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹") for value, other in enumerate(row)}


@dataclass(frozen=True, slots=True)
class Read:
    """``identifiers`` are the rows of each field of identifiers, checked."""

    fields: JsonObject
    identifiers: dict[Slug, tuple[Checked, ...]]

    @property
    def stopped(self) -> tuple[Slug, ...]:
        """The fields of identifiers in which a row is wrong, or its type not confirmed."""
        return tuple(
            name
            for name, rows in self.identifiers.items()
            if any(one.entry is None or one.typed.guessed for one in rows)
        )


def read_sheet(sheet: Sheet, measure: Measure, region: str) -> Read:
    """``region``: the State whose telephone numbers may stand without their country's code."""
    fields: JsonObject = {}
    identifiers: dict[Slug, tuple[Checked, ...]] = {}
    for one in measure.fields.values():
        if one.kind is FieldKind.IDENTIFIERS:
            rows = tuple(check(typed, region) for typed in sheet.identifiers(one.name))
            identifiers[one.name] = rows
            if rows:
                fields[one.name] = [row.entry or _as_typed(row) for row in rows]
            continue
        value = _value(sheet, one)
        if value not in (None, "", [], {}):
            fields[one.name] = value
    return Read(fields, identifiers)


def _value(sheet: Sheet, field: Field) -> object:
    name = f"f.{field.name}"
    match field.kind:
        case FieldKind.YES_NO:
            return {"yes": True, "no": False}.get(sheet.one(name))
        case FieldKind.DATA_CATEGORIES:
            return list(dict.fromkeys(sheet.many(name)))
        case FieldKind.DAY:
            return sheet.one(name).translate(DIGITS)
        case FieldKind.PERIOD:
            found = _members(sheet, name, "from", "until", "zone")
            return {member: text.translate(DIGITS) for member, text in found.items()}
        case FieldKind.CONTACT:
            return _members(sheet, name, "name", "function", "reach")
        case FieldKind.OFFENCE:
            return _offence(sheet, name)
        case _:
            return sheet.one(name)


def _offence(sheet: Sheet, name: str) -> JsonObject:
    found: JsonObject = {**_members(sheet, name, "class", "name", "provision")}
    for member in ("maximum", "maximum-in-asked-state"):
        number, unit = sheet.one(f"{name}.{member}.number").translate(DIGITS), sheet.one(f"{name}.{member}.unit")
        if not number and not unit:
            continue
        penalty: JsonObject = {"unit": unit}
        if number:
            penalty["number"] = int(number) if number.isascii() and number.isdecimal() and len(number) < 7 else number
        found[member] = penalty
    return found


def _members(sheet: Sheet, name: str, *members: str) -> dict[str, str]:
    held = {member: sheet.one(f"{name}.{member}") for member in members}
    return {member: text for member, text in held.items() if text}


def _as_typed(row: Checked) -> JsonObject:
    """A row that something is wrong with, as near to a value as it comes."""
    typed = row.typed
    entry: JsonObject = {"type": typed.type, "value": typed.value}
    if typed.port:
        port = typed.port.translate(DIGITS)
        entry["port"] = int(port) if port.isascii() and port.isdecimal() and len(port) < 7 else port
    entry |= {name: text for name, text in (("from", typed.since), ("until", typed.until)) if text}
    return entry
