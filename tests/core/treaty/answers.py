"""Everything the engine says of a treaty to a fixed set of questions, as lines that a person can read.

A line names what was asked, the answer's code, and the rule behind it with how sure it is. The lines are kept under
``tests/vectors/treaty``; a change of the data that changes no line is a change that nobody would notice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any, get_args

from musnad.core.kernel.names import Slug
from musnad.core.treaty import engine
from musnad.core.treaty.findings import Finding
from musnad.core.treaty.values import ApprovalAct, Field, FieldKind, Limit, Measure, Needs, Rule, Stage, Treaty

Lines = dict[str, list[str]]

DAY = date(2026, 11, 23)
TIME = "2026-10-03T10:00:00Z"
STAGES: tuple[Stage, ...] = ("asking", "answering", "executing", "using")
NOBODY: tuple[str, ...] = ()


def answers(treaty: Treaty) -> dict[str, Lines]:
    """The lines of every measure, and of the treaty itself under its name."""
    return {str(treaty.name): of_treaty(treaty), **{name: of_measure(treaty, name) for name in sorted(treaty.measures)}}


def of_treaty(treaty: Treaty) -> Lines:
    life, standing = treaty.life, treaty.in_force
    return {
        "legal basis": [
            line
            for one in sorted(treaty.instruments)
            for line in said(one, engine.check_basis(treaty, one)) or [f"{one}: nothing"]
        ],
        "life": [
            f"{name}: {one.number} {one.unit} {by(one)}"
            for name, one in (
                ("instruments", life.instruments),
                ("delay", life.delay),
                ("later party", life.later_party_delay),
                ("withdrawal", life.withdrawal_delay),
            )
            if one is not None
        ],
        "in force": [f"{standing.value} {standing.certainty} as of {standing.as_of} {by(standing.rule)}"],
        "meanings": [f"{one.name} {by(one.rule)}" for one in treaty.data_categories.values() if one.rule is not None],
        "identifiers": [
            f"{one.name}: {one.form}{', with its time' if one.timed else ''}"
            for one in treaty.identifier_types.values()
        ],
        "offences": [
            line
            for one in treaty.offence_classes.values()
            for line in (one.name, *(f"{one.name} {own.name} [{own.certainty}]" for own in one.offences.values()))
        ],
        "grounds": [f"{name} {by(ground.rule)}" for name, ground in sorted(treaty.grounds.items())],
    }


def of_measure(treaty: Treaty, name: str) -> Lines:
    measure = treaty.measure(name)
    given = full(treaty, measure)
    found: Lines = {
        "outcome": [f"{measure.outcome} {by(measure.rule)}"],
        "roles": said("of nobody", _roles(treaty, name)),
        "open for": [
            *(f"{one} {by(rule)}" for one, rule in measure.opened_by.items()),
            f"nothing else {by(measure.scope_rule)}",
        ],
        "empty": said("", _asked(treaty, measure, {})),
        "full": said("", _asked(treaty, measure, given)),
        "fields": [
            f"{field.name}: {field.kind}{', required' if field.required else ''} {by(field.rule)}"
            for field in measure.fields.values()
        ],
        "companions": list(_companions(treaty, measure)),
        "excused": [
            f"{field.name} with {other} {chosen}"
            for field in measure.fields.values()
            for other, chosen in field.unless.items()
            if not _missing(treaty, measure, {other: chosen}, field)
        ],
        "otherwise": list(_otherwise(treaty, measure, given)),
        "refusal": list(_refusals(treaty, measure)),
        "postponement": said("", engine.check_postponement(treaty, name)),
        "limits": [line for one in engine.limits(treaty, name) for line in _limit(treaty, measure, one)],
        "dual criminality": [],
        "use": [f"{one.limit} {one.force} {by(one.rule)}" for one in engine.use_limits(treaty, name)],
        "follow-ups": [f"{one.measure} {one.force} {by(one.rule)}" for one in engine.follow_ups(treaty, name)],
        "approvals": list(_approvals(treaty, measure)),
        **{stage: [_told(duty.rule) for duty in engine.duties(treaty, name, stage)] for stage in STAGES},
    }
    criminality = engine.dual_criminality(treaty, name)
    if criminality is not None:
        found["dual criminality"] = [f"{criminality.policy} {by(criminality.rule)}"]
    return {question: lines for question, lines in found.items() if lines}


def by(rule: Rule) -> str:
    return f"[{rule.name}, {rule.certainty}]"


def _told(rule: Rule) -> str:
    """What an officer is told of a duty, its number as both languages say it."""
    numbers = [one for one in re.findall(r"\d+", rule.says.for_language("en")) if one in rule.says.for_language("ar")]
    return f"{' '.join([*numbers, rule.unit or ''])} {by(rule)}" if rule.number is not None else by(rule)


def said(about: str, findings: Iterable[Finding]) -> list[str]:
    return [
        " ".join(
            part
            for part in (
                f"{about}:" if about else "",
                one.code,
                one.field or "",
                one.about,
                one.severity,
                f"[{one.rule}, {one.certainty}]" if one.rule else "",
            )
            if part
        )
        for one in findings
    ]


def full(treaty: Treaty, measure: Measure) -> dict[str, Any]:
    """A request of this measure with every field filled as it should be."""
    return {field.name: value_of(treaty, measure, field) for field in measure.fields.values()}


def value_of(treaty: Treaty, measure: Measure, field: Field) -> Any:
    """A good value of the field."""
    match field.kind:
        case FieldKind.DAY:
            return "2026-12-31"
        case FieldKind.PERIOD:
            return {"from": "2026-10-01", "until": "2026-10-31", "zone": "Asia/Qatar"}
        case FieldKind.CHOICE:
            return field.choices[-1].name
        case FieldKind.YES_NO:
            return True if field.must_be is None else field.must_be
        case FieldKind.IDENTIFIERS:
            return [{"type": kind, "value": "192.0.2.7", "from": TIME} for kind in treaty.identifier_types]
        case FieldKind.DATA_CATEGORIES:
            return sorted(measure.data_categories.allowed if measure.data_categories else treaty.data_categories)
        case FieldKind.OFFENCE:
            return _offence(treaty, next(iter(measure.opened_by)), 40)
        case FieldKind.CONTACT:
            return {"name": "Duty officer", "reach": "+974 4000 0000"}
        case _:
            return "as it should be"


def _offence(treaty: Treaty, name: str, years: int | None) -> dict[str, Any]:
    found: dict[str, Any] = {"class": name, "provision": "Penal Code, s. 1"}
    own = treaty.offence_classes[Slug(name)].offences
    if own:
        found["name"] = next(iter(own))
    if years is not None:
        found["maximum"] = {"number": years, "unit": "years"}
    return found


def _asked(treaty: Treaty, measure: Measure, fields: dict[str, Any]) -> tuple[Finding, ...]:
    roles, others = measure.askers.roles, measure.addressees.roles
    return engine.check_request(treaty, measure.name, fields, asker_roles=roles, addressee_roles=others)


def _roles(treaty: Treaty, name: str) -> list[Finding]:
    asked = engine.check_request(treaty, name, {}, asker_roles=NOBODY, addressee_roles=NOBODY)
    return [one for one in asked if one.code.endswith("role")]


def _missing(treaty: Treaty, measure: Measure, fields: dict[str, Any], field: Field) -> bool:
    return any(one.code == "field-missing" and one.field == field.name for one in _asked(treaty, measure, fields))


def _companions(treaty: Treaty, measure: Measure) -> Iterator[str]:
    """Which fields another field, or the choice made in it, calls for."""
    for field in measure.fields.values():
        if field.needs:
            asked = _asked(treaty, measure, {field.name: value_of(treaty, measure, field)})
            yield from said(field.name, _called_for(asked, field.needs))
        for choice in field.choices:
            asked = _asked(treaty, measure, {field.name: choice.name})
            found = list(_called_for(asked, choice.needs))
            yield from said(f"{field.name} {choice.name}", found) or [f"{field.name} {choice.name}: nothing"]


def _called_for(asked: Iterable[Finding], needs: tuple[Needs, ...]) -> list[Finding]:
    names = {one.field for one in needs}
    return [one for one in asked if one.code == "field-needed-with" and one.field in names]


def _otherwise(treaty: Treaty, measure: Measure, given: dict[str, Any]) -> Iterator[str]:
    """What is said of a full request in which one value is other than it should be."""

    def asked(about: str, name: str, value: Any) -> list[str]:
        return said(about, _asked(treaty, measure, {**given, name: value})) or [f"{about}: nothing"]

    for field in measure.fields.values():
        if field.must_be is not None:
            yield from asked(f"{field.name} {not field.must_be}", field.name, not field.must_be)
        elif field.kind is FieldKind.DATA_CATEGORIES:
            for category in sorted(treaty.data_categories):
                yield from asked(f"{category} data", field.name, [category])
        elif field.kind is FieldKind.IDENTIFIERS:
            yield from asked("no time", field.name, [{"type": "internet-address", "value": "192.0.2.7"}])
        elif field.kind is FieldKind.OFFENCE:
            for name, found in treaty.offence_classes.items():
                yield from asked(f"{name} without a maximum", field.name, _offence(treaty, name, None))
                if found.threshold is not None:
                    number = found.threshold.number or 0
                    for years in (number - 1, number):
                        offence = _offence(treaty, name, years)
                        yield from asked(f"{name} of {years} years", field.name, offence)
                        both = {**offence, "maximum-in-asked-state": offence["maximum"]}
                        yield from asked(f"{name} of {years} years in both States", field.name, both)


def _refusals(treaty: Treaty, measure: Measure) -> Iterator[str]:
    offences = sorted(one for found in treaty.offence_classes.values() for one in found.offences)
    for name in sorted(treaty.grounds):
        found = engine.check_refusal(treaty, measure.name, [name])
        if name in measure.grounds:
            yield f"{name} is open"
        elif [one.code for one in found] == ["ground-not-open"]:
            continue
        yield from said(name, found)
        spared = [one for one in offences if engine.check_refusal(treaty, measure.name, [name], offence=one) != found]
        if spared:
            yield f"{name}: not for {' '.join(spared)}"
    yield f"nothing else {by(measure.grounds_rule)}"


def _approvals(treaty: Treaty, measure: Measure) -> Iterator[str]:
    """How many officers each act asks for, with no data named and with each category; and what one fewer draws."""
    named = [one.name for one in measure.fields.values() if one.kind is FieldKind.DATA_CATEGORIES]
    asked: dict[str, dict[str, object]] = {
        "": {},
        **{f" {one} data": {name: [one]} for name in named for one in sorted(treaty.data_categories)},
    }
    for act in get_args(ApprovalAct):
        for about, fields in asked.items():
            due = engine.approval_due(treaty, measure.name, act, fields)
            if due is not None:
                numbers = re.findall(r"\d+", due.rule.says.for_language("ar"))
                yield f"{act}{about}: {due.officers} officers, told as {' '.join(numbers)} {by(due.rule)}"
                for officers in (due.officers - 1, due.officers):
                    found = engine.check_approvals(treaty, measure.name, act, fields, officers=officers)
                    yield from said(f"{act}{about} by {officers}", found)


def _limit(treaty: Treaty, measure: Measure, limit: Limit) -> Iterator[str]:
    least = engine.least_last_day(treaty, measure.name, DAY)
    yield f"{limit.name}: {limit.at_least_days} days {by(limit.rule)}, to {least} from {DAY}"
    yield f"{limit.name}: counted from {limit.counted_from} {by(limit.counting_rule)}"
    if limit.keeping_rule is not None:
        yield f"{limit.name}: kept until {limit.kept_until} {by(limit.keeping_rule)}"
    if limit.suspending_rule is not None:
        yield f"{limit.name}: suspended by {limit.suspended_by} {by(limit.suspending_rule)}"
    if limit.warn_days:
        yield f"{limit.name}: warned {' '.join(map(str, limit.warn_days))} days before"
    if measure.outcome == "preservation":
        early = least - timedelta(days=1)
        yield from said(
            f"{limit.name} until {early}",
            engine.check_confirmation(treaty, measure.name, counted_from=DAY, until=early),
        )
    late = engine.check_extension(
        treaty, measure.name, lapses=DAY, asked_on=DAY + timedelta(days=1), until=DAY + timedelta(days=9)
    )
    yield from said(f"{limit.name} extended late", late)
