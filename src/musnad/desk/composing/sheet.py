"""What stands in the form, as it was typed: names of inputs and their texts. The one thing that is kept of a draft.

Nothing is judged here. ``values`` reads a sheet into what a request carries; ``sheet_of`` writes a request's fields
back as they would be typed. An input of field ``f`` is named ``f.NAME``, a member of it ``f.NAME.MEMBER``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import cast

from musnad.core.kernel.ijson import JsonObject
from musnad.core.treaty.values import Field, FieldKind, Measure
from musnad.exchange.identifier_values import Typed
from musnad.exchange.identifiers import typed_of

HEADS = (
    "author",
    "to",
    "basis",
    "basis-note",
    "language",
    "approver",
    "case",
    "follows",
    "lines",
    "title",
    "limit-confidential",
    "limit-onward",
    "limit-purpose",
    "limit-until",
    "limit-at-end",
)
"""What stands in the form beside the measure's own fields."""
IDENTIFIER = ("type", "value", "port", "from", "until", "zone", "guessed")
_INPUTS_LIMIT = 400


@dataclass(frozen=True, slots=True)
class Sheet:
    inputs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def one(self, name: str) -> str:
        """The text of an input without what surrounds it; empty where there is none."""
        return next(iter(self.inputs.get(name, ())), "").strip()

    def many(self, name: str) -> tuple[str, ...]:
        return tuple(one.strip() for one in self.inputs.get(name, ()) if one.strip())

    def also(self, **inputs: str | Iterable[str]) -> Sheet:
        return self.merged({name.replace("_", "-"): value for name, value in inputs.items()})

    def merged(self, inputs: Mapping[str, str | Iterable[str]]) -> Sheet:
        new = {name: (value,) if isinstance(value, str) else tuple(value) for name, value in inputs.items()}
        return Sheet({**self.inputs, **new})

    def without(self, *prefixes: str) -> Sheet:
        return Sheet({name: value for name, value in self.inputs.items() if not name.startswith(prefixes)})

    def placed(self, name: str) -> tuple[tuple[int, Typed], ...]:
        """The rows of a field of identifiers, each with its place in the form; one that is wholly empty is none."""
        columns = [self.inputs.get(f"f.{name}.{member}", ()) for member in IDENTIFIER]
        rows = []
        for place in range(max(map(len, columns))):
            cells = [column[place] if place < len(column) else "" for column in columns]
            if any(cell.strip() for cell in cells[1:6]):
                kind, value, port, since, until, zone, guessed = cells
                rows.append((place + 1, Typed(kind, value, port, since, until, zone, guessed == "yes")))
        return tuple(rows)

    def identifiers(self, name: str) -> tuple[Typed, ...]:
        return tuple(row for _, row in self.placed(name))

    def with_identifiers(self, name: str, rows: Iterable[Typed]) -> Sheet:
        held = tuple(rows)
        columns = {
            "type": [one.type for one in held],
            "value": [one.value for one in held],
            "port": [one.port for one in held],
            "from": [one.since for one in held],
            "until": [one.until for one in held],
            "zone": [one.zone for one in held],
            "guessed": ["yes" if one.guessed else "" for one in held],
        }
        return self.merged({f"f.{name}.{member}": column for member, column in columns.items()})

    def members(self) -> JsonObject:
        return {name: list(value) for name, value in sorted(self.inputs.items()) if any(value)}


def sheet_from(members: Mapping[str, Iterable[object]]) -> Sheet:
    """A sheet of posted or kept inputs; those of no form are left out."""
    kept: dict[str, tuple[str, ...]] = {}
    for name, values in members.items():
        if (name in HEADS or name.startswith("f.")) and len(kept) < _INPUTS_LIMIT:
            kept[name] = tuple(str(one).replace("\r\n", "\n") for one in values)
    return Sheet(kept)


def sheet_of(measure: Measure, fields: Mapping[str, object]) -> Sheet:
    """A request's fields as they would be typed; of another measure's request, those that this one has too."""
    sheet = Sheet()
    for name, value in fields.items():
        found = next((one for one in measure.fields.values() if one.name == name), None)
        if found is not None:
            sheet = _typed(sheet, found, value)
    return sheet


def _typed(sheet: Sheet, found: Field, value: object) -> Sheet:
    name = f"f.{found.name}"
    match found.kind:
        case FieldKind.YES_NO:
            return sheet.merged({name: "yes" if value is True else "no"})
        case FieldKind.DATA_CATEGORIES:
            return sheet.merged({name: [str(one) for one in value]}) if isinstance(value, list) else sheet
        case FieldKind.IDENTIFIERS if isinstance(value, list):
            rows = [typed_of(cast("JsonObject", one)) for one in value if isinstance(one, Mapping)]
            return sheet.with_identifiers(str(found.name), rows)
        case FieldKind.PERIOD | FieldKind.CONTACT | FieldKind.OFFENCE if isinstance(value, Mapping):
            flat: dict[str, str] = {}
            for member, part in value.items():
                if isinstance(part, Mapping):
                    flat |= {f"{name}.{member}.{inner}": str(text) for inner, text in part.items()}
                else:
                    flat[f"{name}.{member}"] = str(part)
            return sheet.merged(flat)
        case _:
            return sheet.merged({name: str(value)})
