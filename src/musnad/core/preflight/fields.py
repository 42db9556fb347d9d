"""A draft's fields: what the treaty's engine says of them, and which of them are weak by the rules of practice.

Findings of one code about one field are told once, with their count and their first places: of two thousand addresses
without a time nobody wants two thousand lines. A field whose form is wrong is not also called weak.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import cast

from musnad.core.kernel.errors import BadForm
from musnad.core.kernel.names import Slug
from musnad.core.kernel.times import parse_day
from musnad.core.preflight.draft import Draft
from musnad.core.preflight.practice import Check, CheckKind
from musnad.core.preflight.states import is_force_known
from musnad.core.preflight.values import FactValue, Found, Known, Read, Reason, Topic, Weight, Word
from musnad.core.treaty.engine import check_basis, check_request, check_zones
from musnad.core.treaty.findings import Finding, FindingCode, Severity
from musnad.core.treaty.forms import limit_of
from musnad.core.treaty.values import Measure, Treaty

PLACES_SHOWN = 5
_SECONDS_IN_AN_HOUR = 3600


def on_fields(known: Known, draft: Draft, measure: Measure) -> Iterator[Reason]:
    """The topics FIELDS and WEAK_FIELDS. Roles of authorities are the directory's to tell, not asked here."""
    treaty = known.treaty
    findings = list(
        check_request(
            treaty,
            measure.name,
            draft.fields,
            asker_roles=measure.askers.roles,
            addressee_roles=measure.addressees.roles,
        )
    )
    if known.zones is not None:
        findings += check_zones(treaty, measure.name, draft.fields, known.zones)
    if draft.basis is not None:
        findings += _on_basis(known, draft.basis)
    if findings:
        yield from _told(treaty, measure, findings)
    else:
        yield Reason(Topic.FIELDS, Found.FIELDS_IN_ORDER, Weight.HOLDS)
    defective = malformed(findings)
    weak = [one for check in known.practice.checks for one in _weak(known, draft, measure, check, defective)]
    yield from weak or [Reason(Topic.WEAK_FIELDS, Found.NOTHING_WEAK, Weight.HOLDS)]


def _on_basis(known: Known, basis: Slug) -> Iterator[Finding]:
    """What the data says of the legal basis; of its being in force only where the register does not know better."""
    for one in check_basis(known.treaty, basis):
        if one.code is not FindingCode.TREATY_NOT_IN_FORCE or not is_force_known(known):
            yield one


def malformed(findings: Iterable[Finding]) -> frozenset[Slug]:
    """The fields whose values the rules cannot read."""
    return frozenset(one.field for one in findings if one.rule is None and one.field is not None)


def _told(treaty: Treaty, measure: Measure, findings: Iterable[Finding]) -> Iterator[Reason]:
    groups: dict[tuple[object, ...], list[Finding]] = {}
    for one in findings:
        key = (one.code, one.severity, one.field, one.rule, one.certainty)
        groups.setdefault(key, []).append(one)
    for group in groups.values():
        first = group[0]
        facts: dict[str, FactValue] = {"finding": first.code.value, "about": first.about, "count": len(group)}
        if len(group) > 1:
            facts["about"] = ", ".join(one.about for one in group[:PLACES_SHOWN])
        _add_label(facts, measure, first.field)
        asked = measure.fields.get(first.field) if first.field is not None else None
        limit = limit_of(asked) if asked is not None and first.code is FindingCode.FIELD_TOO_LONG else None
        if limit is not None:
            facts["limit"] = limit
        yield Reason(
            Topic.FIELDS,
            Found.FINDING,
            Weight.BLOCKS if first.severity is Severity.BLOCKS else Weight.WARNS,
            facts=facts,
            rule=treaty.rules.get(first.rule) if first.rule is not None else None,
            read=(Read("draft", None, "", first.certainty),),
            field=first.field,
            asked_for_by=asked.rule if asked is not None and first.rule is None else None,
        )


def _add_label(facts: dict[str, FactValue], measure: Measure, name: Slug | None) -> None:
    if name is not None:
        field = measure.fields.get(name)
        facts["field"] = Word(name, field.label if field is not None else None)


def _weak(known: Known, draft: Draft, measure: Measure, check: Check, defective: frozenset[Slug]) -> Iterator[Reason]:
    held = [name for name in check.fields if name in measure.fields]
    match check.kind:
        case "filled" | "filled-unless-following":
            excused = check.kind == "filled-unless-following" and draft.follows
            weak = [(name, 0, "") for name in held if name not in draft.fields and not excused]
        case "one-filled":
            filled = any(name in draft.fields for name in held)
            weak = [] if filled or not held else [(held[0], 0, "")]
        case kind:
            weak = [
                (name, count, places)
                for name in held
                if name in draft.fields and name not in defective
                for count, places in _counted(_PLACES[kind](draft.fields[name], check.rule.number or 0, known))
            ]
    for name, count, places in weak:
        facts: dict[str, FactValue] = {"about": places, "count": count}
        _add_label(facts, measure, name)
        yield Reason(Topic.WEAK_FIELDS, Found.WEAK, Weight.WARNS, facts=facts, rule=check.rule, field=name)


def _counted(places: Iterable[str]) -> Iterator[tuple[int, str]]:
    """How many places, and the first of them; nothing where there is none."""
    found = list(places)
    if found:
        yield len(found), ", ".join(one for one in found[:PLACES_SHOWN] if one)


def _short(value: object, number: int, _: Known) -> Iterator[str]:
    if isinstance(value, str) and len(value.strip()) < number:
        yield ""


def _wide(value: object, number: int, _: Known) -> Iterator[str]:
    period = cast("Mapping[str, str]", value)
    if (parse_day(period["until"]) - parse_day(period["from"])).days + 1 > number:
        yield ""


def _ahead(value: object, _: int, known: Known) -> Iterator[str]:
    if parse_day(cast("Mapping[str, str]", value)["until"]) > known.day:
        yield ""


def _many(value: object, number: int, _: Known) -> Iterator[str]:
    if isinstance(value, list) and len(value) > number:
        yield ""


def _portless(value: object, _: int, known: Known) -> Iterator[str]:
    for place, one in _addresses(value, known):
        if "port" not in one:
            yield place


def _long_window(value: object, number: int, known: Known) -> Iterator[str]:
    for place, one in _addresses(value, known):
        if "from" in one and "until" in one:
            span = datetime.fromisoformat(str(one["until"])) - datetime.fromisoformat(str(one["from"]))
            if span.total_seconds() > number * _SECONDS_IN_AN_HOUR:
                yield place


def _addresses(value: object, known: Known) -> Iterator[tuple[str, Mapping[str, object]]]:
    types = known.treaty.identifier_types
    for place, one in enumerate(cast("list[Mapping[str, object]]", value)):
        if types[Slug(str(one["type"]))].form == "internet-address":
            yield f"[{place}]", one


def _past(value: object, _: int, known: Known) -> Iterator[str]:
    try:
        if isinstance(value, str) and parse_day(value) < known.day:
            yield ""
    except BadForm:
        return


_PLACES: Mapping[CheckKind, Callable[[object, int, Known], Iterator[str]]] = {
    "text-at-least": _short,
    "period-at-most": _wide,
    "period-past": _ahead,
    "entries-at-most": _many,
    "address-with-port": _portless,
    "address-window-at-most": _long_window,
    "day-ahead": _past,
}
