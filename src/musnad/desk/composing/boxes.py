"""The measure's form as boxes and inputs that a template lays out, from the treaty data and a sheet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from musnad.core.treaty.forms import limit_of
from musnad.core.treaty.values import Field, FieldKind, IdentifierType, Label, Measure, Treaty
from musnad.desk.composing.identifier_words import trouble_told
from musnad.desk.composing.needs import Group, group_of, words
from musnad.desk.composing.sheet import Sheet
from musnad.desk.composing.values import Read
from musnad.exchange.identifier_values import Checked, Typed
from musnad.exchange.reading.house import rule_view
from musnad.exchange.reading.pieces import RuleView
from musnad.language import current
from musnad.language import gettext as _


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    text: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Input:
    """``kind``: text, area, day, number, select, check. ``id`` is empty for the second and later of one name."""

    name: str
    id: str
    kind: str
    label: str
    value: str = ""
    options: tuple[Option, ...] = ()
    ltr: bool = False
    limit: int | None = None
    listing: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One identifier: its inputs, what it was read as, what is wrong with it."""

    number: int
    inputs: tuple[Input, ...]
    guessed: bool
    read_as: str
    stops: tuple[str, ...]
    odd: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Box:
    """One field. ``single`` where one input is all of it, so that its label is the field's."""

    name: str
    label: str
    help: str
    rule: RuleView
    required: bool
    inputs: tuple[Input, ...]
    rows: tuple[Row, ...] = ()
    many: bool = False
    single: bool = field(default=False)


@dataclass(frozen=True, slots=True)
class Part:
    name: str
    label: Label
    boxes: tuple[Box, ...]


def parts_of(treaty: Treaty, measure: Measure, sheet: Sheet, read: Read) -> tuple[Part, ...]:
    """The form, heading by heading; in each the required fields first, as the data orders them."""
    held: dict[str, list[Box]] = {}
    fields = sorted(measure.fields.values(), key=lambda one: not one.required)
    for one in fields:
        held.setdefault(group_of(one.name).name, []).append(_box(treaty, measure, one, sheet, read))
    groups: Iterable[Group] = words().groups
    return tuple(Part(one.name, one.label, tuple(held[one.name])) for one in groups if one.name in held)


def _box(treaty: Treaty, measure: Measure, one: Field, sheet: Sheet, read: Read) -> Box:
    many = one.kind is FieldKind.IDENTIFIERS
    inputs = () if many else tuple(_inputs(treaty, measure, one, sheet))
    rows = tuple(_rows(treaty, one, read)) if many else ()
    return Box(
        one.name,
        _told(one.label),
        _told(one.help),
        rule_view(one.rule),
        one.required,
        inputs,
        rows,
        many,
        single=len(inputs) == 1,
    )


def _inputs(treaty: Treaty, measure: Measure, one: Field, sheet: Sheet) -> Iterator[Input]:
    name, label = f"f.{one.name}", _told(one.label)
    value = sheet.one(name)
    limit = limit_of(one)
    match one.kind:
        case FieldKind.LONG_TEXT:
            yield Input(name, name, "area", label, value, limit=limit)
        case FieldKind.DAY:
            yield Input(name, name, "day", label, value, ltr=True)
        case FieldKind.YES_NO:
            yield Input(name, name, "select", label, value, _options(value, [("yes", _("Yes")), ("no", _("No"))]))
        case FieldKind.CHOICE:
            choices = [(choice.name, _told(choice.label)) for choice in one.choices]
            yield Input(name, name, "select", label, value, _options(value, choices))
        case FieldKind.DATA_CATEGORIES:
            chosen = sheet.many(name)
            allowed = measure.data_categories.allowed if measure.data_categories is not None else None
            known = [
                one for one in treaty.data_categories.values() if allowed is None or one.name in {*allowed, *chosen}
            ]
            for place, category in enumerate(known):
                option = Option(category.name, _told(category.label), category.name in chosen)
                yield Input(name, name if place == 0 else f"{name}.{place}", "check", option.text, "", (option,))
        case FieldKind.PERIOD:
            yield _member(sheet, name, "from", "day", _("First day"))
            yield _member(sheet, name, "until", "day", _("Last day, included"))
            zone = _member(sheet, name, "zone", "text", _("Time zone, such as Asia/Qatar"))
            yield Input(zone.name, zone.id, "text", zone.label, zone.value, ltr=True, limit=60, listing="zones")
        case FieldKind.CONTACT:
            yield _member(sheet, name, "name", "text", _("Name"))
            yield _member(sheet, name, "function", "text", _("Function"))
            yield _member(sheet, name, "reach", "text", _("Telephone or e-mail"))
        case FieldKind.OFFENCE:
            yield from _offence(treaty, measure, sheet, name)
        case _:
            yield Input(name, name, "text", label, value, limit=limit)


def _offence(treaty: Treaty, measure: Measure, sheet: Sheet, name: str) -> Iterator[Input]:
    opened = [one for one in treaty.offence_classes.values() if one.name in measure.opened_by]
    kind, own = sheet.one(f"{name}.class"), sheet.one(f"{name}.name")
    classes = [(str(one.name), _told(one.label)) for one in (opened or treaty.offence_classes.values())]
    yield Input(f"{name}.class", name, "select", _("Class of the offence"), kind, _options(kind, classes))
    offences = [(str(one.name), _told(one.label)) for held in opened for one in held.offences.values()]
    if offences:
        label = _("Which offence, where it is one of the treaty's own")
        yield Input(f"{name}.name", f"{name}.name", "select", label, own, _options(own, offences))
    yield _member(sheet, name, "provision", "text", _("The provision of your law that punishes it"))
    units = [("months", _("months")), ("years", _("years")), ("life-or-heavier", _("life or heavier"))]
    for member, label in (
        ("maximum", _("Maximum penalty at home")),
        ("maximum-in-asked-state", _("Maximum penalty in the asked State, if known")),
    ):
        unit = sheet.one(f"{name}.{member}.unit")
        yield _member(sheet, name, f"{member}.number", "number", label)
        unit_label = _("%(penalty)s: unit") % {"penalty": label}
        at = f"{name}.{member}.unit"
        yield Input(at, at, "select", unit_label, unit, _options(unit, units))


def _member(sheet: Sheet, name: str, member: str, kind: str, label: str) -> Input:
    at = f"{name}.{member}"
    first = member in {"from", "name"} and not name.endswith("offence")
    return Input(at, name if first else at, kind, label, sheet.one(at), ltr=kind in {"day", "number"}, limit=500)


def _rows(treaty: Treaty, one: Field, read: Read) -> Iterator[Row]:
    """Every row that was typed, and one more to type in."""
    rows = read.identifiers.get(one.name, ())
    for number, row in enumerate(rows, 1):
        yield _row(treaty.identifier_types.values(), one.name, number, row)
    yield _row(treaty.identifier_types.values(), one.name, len(rows) + 1, Checked(Typed(), None, ()))


def _row(types: Iterable[IdentifierType], field_name: str, number: int, row: Checked) -> Row:
    typed, name = row.typed, f"f.{field_name}"
    known = [(str(one.name), _told(one.label)) for one in types]
    first = name if number == 1 else f"{name}.{number}"

    def text(member: str, label: str, value: str, listing: str = "") -> Input:
        at = f"{name}.{member}"
        return Input(at, f"{at}.{number}", "text", label, value, ltr=True, limit=4000, listing=listing)

    inputs = (
        Input(f"{name}.type", first, "select", _("Kind"), typed.type, _options(typed.type, known)),
        text("value", _("Value"), typed.value),
        text("port", _("Port"), typed.port),
        text("from", _("In use from"), typed.since),
        text("until", _("In use until"), typed.until),
        text("zone", _("Time zone"), typed.zone, "zones"),
    )
    stops = tuple(trouble_told(one.code) for one in row.troubles if one.stops)
    odd = tuple(trouble_told(one.code) for one in row.troubles if not one.stops)
    return Row(number, inputs, typed.guessed, _read_as(row), stops, odd)


def _read_as(row: Checked) -> str:
    """The value as it will be sent, where that is not what was typed."""
    if row.entry is None:
        return ""
    read = [str(row.entry["value"])] + [str(row.entry[one]) for one in ("port", "from", "until") if one in row.entry]
    typed = [one for one in (row.typed.value, row.typed.port, row.typed.since, row.typed.until) if one]
    return " ".join(read) if read != typed else ""


def _options(value: str, known: Iterable[tuple[str, str]]) -> tuple[Option, ...]:
    found = [Option(name, text, name == value) for name, text in known]
    if value and not any(one.chosen for one in found):
        found.append(Option(value, value, chosen=True))
    return (Option("", "", not value), *found)


def _told(label: Label) -> str:
    return label.for_language(current().language)
