"""Fold a measure's form and its parts into one ``Measure``.

Parts come first, in the order that the measure names them, then the measure's own entries. What may stand once
(askers, addressees, scope, the rule that closes the grounds) stands in exactly one of them; what is said of dual
criminality and of the categories of data in at most one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeVar

from musnad.core.kernel.names import Slug
from musnad.core.treaty.errors import BadEntry, BadPeriod, Dangling, DuplicateEntry, MissingEntry
from musnad.core.treaty.link import Place, Table, label_of, refuse_repeated
from musnad.core.treaty.schema import FieldForm, FieldUseForm, LimitForm, MeasureForm, PartForm, PartiesForm
from musnad.core.treaty.values import (
    Choice,
    DualCriminality,
    Duty,
    Field,
    FieldKind,
    FollowUp,
    Ground,
    Label,
    Limit,
    Measure,
    Named,
    Needs,
    Offence,
    OffenceClass,
    OpenCategories,
    Parties,
    Preceding,
    Rule,
    SharedApproval,
    UseLimit,
)

T = TypeVar("T")

OFFICERS_LIMIT = 8
"""As many approvals as a message takes."""


@dataclass(frozen=True, slots=True)
class FieldWord:
    """What a field means whichever measure takes it."""

    label: Label
    help: Label
    choices: tuple[Choice, ...]
    needs: tuple[Needs, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """The tables that a measure may name, and what of them was made once for all measures."""

    rules: Table[Rule]
    sources: Table[str]
    roles: Table[Named]
    events: Table[Named]
    classes: Table[OffenceClass]
    grounds: Table[Ground]
    fields: Table[FieldForm]
    parts: Table[PartForm]
    measures: Table[MeasureForm]
    categories: Table[Named]
    offences: Table[Offence]
    made: dict[str, FieldWord] = field(default_factory=dict)
    used: dict[Place, Field] = field(default_factory=dict)


_Pieces = list[tuple[Place, PartForm]]


def build_measure(name: Slug, place: Place, form: MeasureForm, words: Words) -> Measure:
    """The measure; errors as ``reader.parse_treaty`` names them."""
    refuse_repeated(place.at("parts"), form.parts)
    pieces: _Pieces = [(place, form)]
    for shared in reversed(form.parts):
        part = words.parts.find(place.at("parts"), shared)
        pieces.insert(0, (words.parts.entries[shared][0], part))

    def rule(where: Place, entry: str, named: str) -> Rule:
        return words.rules.find(where.at(entry), named)

    def parties(where: Place, found: PartiesForm) -> Parties:
        refuse_repeated(where.at("roles"), found.roles)
        for role in found.roles:
            words.roles.find(where.at("roles"), role)
        return Parties(frozenset(Slug(role) for role in found.roles), rule(where, "rule", found.rule))

    askers = _once(place, "askers", [(at, one.askers) for at, one in pieces])
    addressees = _once(place, "addressees", [(at, one.addressees) for at, one in pieces])
    opening_at, opening = _once(place, "opened_by", [(at, one.opened_by) for at, one in pieces])
    closing_at, closing = _once(place, "grounds_rule", [(at, one.grounds_rule) for at, one in pieces])
    fields = _fields(pieces, words)
    grounds, barred = _grounds(pieces, words, is_notice=form.outcome == "notice")
    precedes = []
    for at, piece in pieces:
        for step in piece.precedes:
            for ground in step.grounds:
                words.grounds.find(at.at("precedes.grounds"), ground)
            only = frozenset(Slug(ground) for ground in step.grounds)
            precedes.append(Preceding(Slug(step.step), Slug(step.before), only, rule(at, "precedes.rule", step.rule)))
    follow_ups = []
    for one in form.follow_ups:
        words.measures.find(place.at("follow_ups.measure"), one.measure)
        follow_ups.append(FollowUp(Slug(one.measure), one.force, rule(place, "follow_ups.rule", one.rule)))
    duties = tuple(Duty(one.stage, rule(at, "duties.rule", one.rule)) for at, piece in pieces for one in piece.duties)
    refuse_repeated(place.at("duties"), [f"{one.stage}.{one.rule.name}" for one in duties])
    if form.outcome == "preservation" and not form.limits:
        raise MissingEntry(place.file, place.at("limits").path)
    return Measure(
        name=name,
        label=label_of(form.label),
        help=label_of(form.help),
        outcome=form.outcome,
        rule=rule(place, "rule", form.rule),
        askers=parties(*askers),
        addressees=parties(*addressees),
        scope_rule=rule(opening_at, "rule", opening.rule),
        opened_by=MappingProxyType(
            {
                words.classes.find(opening_at.at("classes"), one).name: rule(opening_at, "classes", by)
                for one, by in opening.classes.items()
            }
        ),
        dual_criminality=_dual_criminality(place, pieces, words),
        data_categories=_categories(place, pieces, fields, words),
        fields=fields,
        limits=tuple(_limit(one, place.at(f"limits.{one}"), limit, words) for one, limit in form.limits.items()),
        grounds=grounds,
        grounds_rule=words.rules.find(closing_at, closing),
        barred=barred,
        precedes=tuple(precedes),
        follow_ups=tuple(follow_ups),
        duties=duties,
        use_limits=_use_limits(place, pieces, words),
        approvals=_approvals(place, pieces, fields, words),
    )


def _once(place: Place, entry: str, found: list[tuple[Place, T | None]]) -> tuple[Place, T]:
    given = [(at.at(entry), one) for at, one in found if one is not None]
    if not given:
        raise MissingEntry(place.file, place.at(entry).path)
    if len(given) > 1:
        raise DuplicateEntry(place.file, place.at(entry).path)
    return given[0]


def _at_most_once(place: Place, entry: str, found: list[tuple[Place, T | None]]) -> tuple[Place, T | None]:
    given = [(at.at(entry), one) for at, one in found if one is not None]
    if len(given) > 1:
        raise DuplicateEntry(place.file, place.at(entry).path)
    return given[0] if given else (place.at(entry), None)


def _fields(pieces: _Pieces, words: Words) -> Mapping[Slug, Field]:
    found: dict[Slug, Field] = {}
    places: list[tuple[Place, Needs]] = []
    for at, piece in pieces:
        for name, use in piece.fields.items():
            where = at.at(f"fields.{name}")
            if name in found:
                raise DuplicateEntry(where.file, where.path)
            field = words.used.get(where) or words.used.setdefault(where, _field(Slug(name), where, use, words))
            found[field.name] = field
            places.extend((where, one) for one in field.needs)
            places.extend((where, one) for choice in field.choices for one in choice.needs)
    for where, needs in places:
        if needs.field not in found:
            raise MissingEntry(where.file, f"{where.path.rpartition('.')[0]}.{needs.field}")
    return MappingProxyType(found)


def _field(name: Slug, where: Place, use: FieldUseForm, words: Words) -> Field:
    form = words.fields.find(where, name)
    word = words.made.get(name) or words.made.setdefault(name, _word(words.fields.entries[name][0], form, words))
    if use.must_be is not None and form.kind is not FieldKind.YES_NO:
        raise BadEntry(where.file, where.at("must_be").path, "only a yes-no field must be one of the two")
    for other, chosen in use.unless.items():
        if chosen not in words.fields.find(where.at("unless"), other).choices:
            raise Dangling(where.file, where.at(f"unless.{other}").path, f"fields.{other}.choices.{chosen}")
    return Field(
        name=name,
        kind=form.kind,
        required=use.required,
        must_be=use.must_be,
        label=word.label,
        help=word.help,
        rule=words.rules.find(where.at("rule"), use.rule),
        choices=word.choices,
        needs=(*word.needs, *_needs(where, use.needs, words)),
        unless=MappingProxyType({Slug(other): Slug(chosen) for other, chosen in use.unless.items()}),
    )


def _word(home: Place, form: FieldForm, words: Words) -> FieldWord:
    if (form.kind is FieldKind.CHOICE) != bool(form.choices):
        raise BadEntry(home.file, home.at("choices").path, "a choice, and nothing else, has choices")
    choices = tuple(
        Choice(Slug(one), label_of(choice.label), _needs(home.at(f"choices.{one}"), choice.needs, words))
        for one, choice in form.choices.items()
    )
    return FieldWord(label_of(form.label), label_of(form.help), choices, _needs(home, form.needs, words))


def _needs(at: Place, named: Mapping[str, str], words: Words) -> tuple[Needs, ...]:
    return tuple(Needs(Slug(field), words.rules.find(at.at(f"needs.{field}"), by)) for field, by in named.items())


def _grounds(pieces: _Pieces, words: Words, *, is_notice: bool) -> tuple[Mapping[Slug, Ground], Mapping[Slug, Rule]]:
    grounds: dict[Slug, Ground] = {}
    barred: dict[Slug, Rule] = {}
    for at, piece in pieces:
        for name in piece.grounds:
            if name in grounds:
                raise DuplicateEntry(at.file, at.at(f"grounds.{name}").path)
            grounds[Slug(name)] = words.grounds.find(at.at("grounds"), name)
        for name, by in piece.barred.items():
            if name in barred or name in grounds:
                raise DuplicateEntry(at.file, at.at(f"barred.{name}").path)
            words.grounds.find(at.at("barred"), name)
            barred[Slug(name)] = words.rules.find(at.at(f"barred.{name}"), by)
    for name in barred:
        if name in grounds:
            raise DuplicateEntry(pieces[-1][0].file, pieces[-1][0].at(f"grounds.{name}").path)
    own = (pieces[-1][0].file, pieces[-1][0].at("grounds").path)
    if is_notice and grounds:
        raise BadEntry(*own, "a notice asks for nothing that could be refused")
    if not grounds and not is_notice:
        raise MissingEntry(*own)
    return MappingProxyType(grounds), MappingProxyType(barred)


def _dual_criminality(place: Place, pieces: _Pieces, words: Words) -> DualCriminality | None:
    at, found = _at_most_once(place, "dual_criminality", [(where, one.dual_criminality) for where, one in pieces])
    return DualCriminality(found.policy, words.rules.find(at.at("rule"), found.rule)) if found is not None else None


def _categories(place: Place, pieces: _Pieces, fields: Mapping[Slug, Field], words: Words) -> OpenCategories | None:
    at, found = _at_most_once(place, "data_categories", [(where, one.data_categories) for where, one in pieces])
    if found is None:
        return None
    refuse_repeated(at.at("allowed"), found.allowed)
    for category in found.allowed:
        words.categories.find(at.at("allowed"), category)
    if not any(field.kind is FieldKind.DATA_CATEGORIES for field in fields.values()):
        raise BadEntry(at.file, at.path, "the measure has no field for categories of data")
    return OpenCategories(frozenset(map(Slug, found.allowed)), words.rules.find(at.at("rule"), found.rule))


def _use_limits(place: Place, pieces: _Pieces, words: Words) -> tuple[UseLimit, ...]:
    found = [(at.at("use_limits"), one) for at, piece in pieces for one in piece.use_limits]
    refuse_repeated(place.at("use_limits"), [one.limit for _, one in found])
    return tuple(UseLimit(one.limit, one.force, words.rules.find(at.at("rule"), one.rule)) for at, one in found)


def _approvals(place: Place, pieces: _Pieces, fields: Mapping[Slug, Field], words: Words) -> tuple[SharedApproval, ...]:
    found = [(at.at("approvals"), one) for at, piece in pieces for one in piece.approvals]
    refuse_repeated(place.at("approvals"), [act for _, one in found for act in one.acts])
    made = []
    for at, one in found:
        rule = words.rules.find(at.at("rule"), one.rule)
        if rule.unit != "officers":
            raise BadPeriod(at.file, at.at("rule").path, "the rule has no quantity in officers")
        if not 2 <= (rule.number or 0) <= OFFICERS_LIMIT:
            why = f"not between 2 (one officer approves in any case) and {OFFICERS_LIMIT}"
            raise BadPeriod(at.file, at.at("rule").path, why)
        refuse_repeated(at.at("categories"), one.categories)
        for category in one.categories:
            words.categories.find(at.at("categories"), category)
        if one.categories and not any(field.kind is FieldKind.DATA_CATEGORIES for field in fields.values()):
            raise BadEntry(at.file, at.at("categories").path, "the measure has no field for categories of data")
        made.append(SharedApproval(frozenset(one.acts), frozenset(map(Slug, one.categories)), rule))
    return tuple(made)


def _limit(name: str, place: Place, form: LimitForm, words: Words) -> Limit:
    rule = words.rules.find(place.at("rule"), form.rule)
    if rule.unit != "days":
        raise BadPeriod(place.file, place.at("rule").path, "the rule has no quantity in days")
    counting, kept, suspended = form.counted_from, form.kept_until, form.suspended_by
    words.events.find(place.at("counted_from.event"), counting.event)
    if kept is not None:
        words.events.find(place.at("kept_until.event"), kept.event)
    if suspended is not None:
        words.events.find(place.at("suspended_by.event"), suspended.event)
    if form.warn_days != sorted({day for day in form.warn_days if day < (rule.number or 0)}, reverse=True):
        raise BadPeriod(place.file, place.at("warn_days").path, "not fewer days than the period has, the most first")
    return Limit(
        name=Slug(name),
        rule=rule,
        counted_from=Slug(counting.event),
        counting_rule=words.rules.find(place.at("counted_from.rule"), counting.rule),
        kept_until=Slug(kept.event) if kept else None,
        keeping_rule=words.rules.find(place.at("kept_until.rule"), kept.rule) if kept else None,
        extension_rule=words.rules.find(place.at("extension"), form.extension) if form.extension else None,
        suspended_by=Slug(suspended.event) if suspended else None,
        suspending_rule=words.rules.find(place.at("suspended_by.rule"), suspended.rule) if suspended else None,
        warn_days=tuple(form.warn_days),
    )
