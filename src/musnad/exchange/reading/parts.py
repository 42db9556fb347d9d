"""What a message says, in pieces that a door can lay out: the members of its body, the fields of a request."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, replace
from datetime import datetime

from musnad.core.kernel.errors import BadForm
from musnad.core.kernel.names import Slug
from musnad.core.kernel.times import Day, instant, parse_day
from musnad.core.messages import bodies
from musnad.core.messages.message import Message
from musnad.core.treaty.values import Choice, Field, FieldKind, Label, Measure, Named, Treaty
from musnad.exchange.reading.house import rule_view
from musnad.exchange.reading.pieces import FieldView, GroundView, Part, PartKind

_CODES = frozenset({"zone", "reference", "payload-manifest", "receipt", "seal"})
_SAID = frozenset({"result", "use", "onward", "at-end", "channel"})
"""Members whose value is one of a few words (``language.words``, table ``said``)."""
_UNITS: dict[str, PartKind] = {"months": "months", "years": "years", "life-or-heavier": "life-or-heavier"}


def body_parts(message: Message, measure: Measure | None) -> tuple[Part, ...]:
    """The members of the body in their order; a request's fields stand in its ``RequestView`` instead."""
    body = message.body
    match body:
        case bodies.Request():
            return ()
        case bodies.Refusal():
            grounds = tuple(Part("ground", "label", one.name, one.label) for one in grounds_of(body.grounds, measure))
            return (*grounds, Part("reasons", "text", body.reasons))
        case bodies.Acceptance():
            conditions = (Part("condition", "text", one) for one in body.conditions)
            return (*conditions, *limit_parts(body.limits))
        case bodies.Custody():
            return tuple(_custody(body))
        case bodies.Closing():
            return (Part("summary", "text", body.summary),) if body.summary else ()
        case bodies.Transcript():
            return tuple(_transcript(body, message, measure))
        case _:
            return tuple(_members(body))


def limit_parts(limits: bodies.UseLimits | None) -> tuple[Part, ...]:
    """The conditions of use that a message sets."""
    return tuple(_members(limits)) if limits is not None else ()


def _transcript(body: bodies.Transcript, message: Message, measure: Measure | None) -> Iterator[Part]:
    yield Part("speaker", "code", body.speaker)
    yield Part("channel", "said", body.channel)
    yield Part("received-on", "day", day=body.received_on)
    if body.reference is not None:
        yield Part("reference", "code", body.reference)
    if body.document is not None:
        yield Part("document", "code", body.document)
    yield Part("said-kind", "kind", body.said.kind)
    yield from body_parts(replace(message, body=body.said), measure)


def _custody(body: bodies.Custody) -> Iterator[Part]:
    yield Part("event", "event", body.event)
    yield Part("seal", "seal", body.seal)
    yield Part("event-at", "moment", moment=body.at)
    for name in ("place", "note"):
        if text := getattr(body, name):
            yield Part(name, "text", text)
    if body.sha256 is not None:
        yield Part("sha256", "code", body.sha256)


def _members(body: bodies.Body | bodies.UseLimits | bodies.Attempts) -> Iterator[Part]:
    for member in fields(body):
        value = getattr(body, member.name)
        name = member.name.replace("_", "-")
        if isinstance(value, tuple):
            yield from (Part(name, "code", str(one)) for one in value if name != "heads")
        elif isinstance(value, bodies.UseLimits | bodies.Attempts):
            yield from _members(value)
        elif value is not None:
            yield _member("limit-until" if isinstance(body, bodies.UseLimits) and name == "until" else name, value)


def _member(name: str, value: object) -> Part:
    if isinstance(value, bool):
        return Part(name, "yes" if value else "no")
    if isinstance(value, datetime):
        return Part(name, "moment", moment=instant(value))
    if isinstance(value, Day):
        return Part(name, "day", day=value)
    coded = name in _CODES or isinstance(value, int)
    return Part(name, "said" if name in _SAID else "code" if coded else "text", str(value))


def grounds_of(names: tuple[Slug, ...], measure: Measure | None) -> tuple[GroundView, ...]:
    """The grounds with what the treaty data calls them, where it is at hand."""
    known = measure.grounds if measure is not None else {}
    return tuple(
        GroundView(one, known[one].label, rule_view(known[one].rule)) if one in known else GroundView(one, None, None)
        for one in names
    )


def request_fields(
    values: Mapping[str, object], measure: Measure | None, treaty: Treaty | None
) -> tuple[FieldView, ...]:
    """The filled fields in the order of the form; then the ones that the data does not know."""
    known = measure.fields if measure is not None else {}
    names = [*(name for name in known if name in values), *sorted(Slug(one) for one in values if one not in known)]
    return tuple(_field(name, values[name], known.get(name), treaty) for name in names)


def _field(name: Slug, value: object, field: Field | None, treaty: Treaty | None) -> FieldView:
    if field is None or treaty is None:
        return FieldView(name, None, None, tuple(_plain(value)), required=False, rule=None)
    try:
        parts = tuple(_READERS.get(field.kind, _text)(value, field, treaty))
    except (AttributeError, BadForm, KeyError, TypeError):
        # The form of a field is the treaty engine's to judge; what has another form is shown as it is. A part made
        # by a reader is of its kind: a day is a day, a penalty of months or years has a whole number.
        parts = tuple(_plain(value))
    return FieldView(name, field.label, field.help, parts, field.required, rule_view(field.rule))


def _plain(value: object, name: str | None = None) -> Iterator[Part]:
    if isinstance(value, Mapping):
        for member, part in value.items():
            yield from _plain(part, str(member))
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _plain(part, name)
    elif isinstance(value, bool):
        yield Part(name, "yes" if value else "no")
    else:
        yield Part(name, "text", str(value))


def _text(value: object, _field: Field, _treaty: Treaty) -> Iterator[Part]:
    yield from _plain(value)


def _day(value: object, _field: Field, _treaty: Treaty) -> Iterator[Part]:
    yield Part(None, "day", day=parse_day(_string(value)))


def _period(value: object, _field: Field, _treaty: Treaty) -> Iterator[Part]:
    period = _object(value)
    yield Part("from", "day", day=parse_day(_string(period["from"])))
    yield Part("until", "day", day=parse_day(_string(period["until"])))
    yield Part("zone", "code", _string(period["zone"]))


def _choice(value: object, field: Field, _treaty: Treaty) -> Iterator[Part]:
    chosen: Choice = {one.name: one for one in field.choices}[Slug(_string(value))]
    yield Part(None, "label", chosen.name, chosen.label)


def _categories(value: object, _field: Field, treaty: Treaty) -> Iterator[Part]:
    for one in _list(value):
        yield _named(None, treaty.data_categories[Slug(_string(one))])


def _identifiers(value: object, _field: Field, treaty: Treaty) -> Iterator[Part]:
    for one in map(_object, _list(value)):
        yield Part(
            "identifier", "label", _string(one["type"]), treaty.identifier_types[Slug(_string(one["type"]))].label
        )
        yield Part("value", "code", _string(one["value"]))
        for name in ("from", "until", "port"):
            if name in one:
                yield Part(name, "code", str(one[name]))


def _offence(value: object, _field: Field, treaty: Treaty) -> Iterator[Part]:
    offence = _object(value)
    found = treaty.offence_classes[Slug(_string(offence["class"]))]
    yield Part("class", "label", found.name, found.label)
    if "name" in offence:
        named = found.offences[Slug(_string(offence["name"]))]
        yield Part("offence", "label", named.name, named.label)
    yield Part("provision", "text", _string(offence["provision"]))
    for name in ("maximum", "maximum-in-asked-state"):
        if name in offence:
            yield _penalty(name, _object(offence[name]))


def _penalty(name: str, penalty: Mapping[str, object]) -> Part:
    unit = _UNITS[_string(penalty["unit"])]
    if unit == "life-or-heavier":
        return Part(name, unit)
    length = penalty["number"]
    if not isinstance(length, int) or isinstance(length, bool):
        raise TypeError(type(length).__name__)
    return Part(name, unit, str(length))


def _contact(value: object, _field: Field, _treaty: Treaty) -> Iterator[Part]:
    contact = _object(value)
    for name in ("name", "function"):
        if name in contact:
            yield Part(name, "text", _string(contact[name]))
    yield Part("reach", "code", _string(contact["reach"]))


_READERS: dict[FieldKind, Callable[[object, Field, Treaty], Iterator[Part]]] = {
    FieldKind.DAY: _day,
    FieldKind.PERIOD: _period,
    FieldKind.CHOICE: _choice,
    FieldKind.DATA_CATEGORIES: _categories,
    FieldKind.IDENTIFIERS: _identifiers,
    FieldKind.OFFENCE: _offence,
    FieldKind.CONTACT: _contact,
}


def _named(name: str | None, found: Named) -> Part:
    label: Label = found.label
    return Part(name, "label", found.name, label)


def _string(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(type(value).__name__)
    return value


def _object(value: object) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise TypeError(type(value).__name__)
    return value


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise TypeError(type(value).__name__)
    return value
