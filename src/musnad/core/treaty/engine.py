"""Ask the data: is this request, refusal, confirmation or extension as the treaty's rules have it?

Pure functions of the treaty and of facts that the caller gives. Every answer is a tuple of findings, complete and in
the order of the form. Left to the caller: who the authorities are and which roles they have (the directory), which
day it is, whether a consultation took place (the case), and what to do with a warning.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import timedelta
from typing import cast

from musnad.core.kernel.errors import BadForm
from musnad.core.kernel.names import Slug
from musnad.core.kernel.times import Day, write_day
from musnad.core.treaty.findings import Finding, FindingCode, of_form, of_rule
from musnad.core.treaty.forms import check_form, reaches
from musnad.core.treaty.values import (
    ApprovalAct,
    Certainty,
    DualCriminality,
    Duty,
    Field,
    FieldKind,
    FollowUp,
    Limit,
    Measure,
    Needs,
    Parties,
    SharedApproval,
    Stage,
    Treaty,
    UseLimit,
)


def check_request(
    treaty: Treaty,
    measure: str,
    fields: Mapping[str, object],
    *,
    asker_roles: Collection[str],
    addressee_roles: Collection[str],
) -> tuple[Finding, ...]:
    """Everything to say about a request before it leaves, or when it arrives.

    1. the roles of both sides; 2. fields that the measure does not have; 3. each field: there if required, of its
    form, as it must be, with the fields it calls for; 4. the offence: its class, its maxima.

    Raises:
        UnknownMeasure: the treaty data holds no such measure.
    """
    asked = treaty.measure(measure)
    found = [
        *_check_roles(FindingCode.ASKER_ROLE, asked.askers, asker_roles),
        *_check_roles(FindingCode.ADDRESSEE_ROLE, asked.addressees, addressee_roles),
    ]
    found += [of_form(FindingCode.FIELD_UNKNOWN, about=str(name)[:64]) for name in fields if name not in asked.fields]
    for field in asked.fields.values():
        if field.name not in fields:
            if field.required and not _is_excused(field, fields):
                found.append(of_rule(FindingCode.FIELD_MISSING, field.rule, field=field.name))
            continue
        value = fields[field.name]
        defects = check_form(treaty, field, value)
        found += defects or _check_field(treaty, asked, field, value, fields)
    return tuple(found)


def check_zones(
    treaty: Treaty, measure: str, fields: Mapping[str, object], known: Collection[str]
) -> tuple[Finding, ...]:
    """Each period of good form whose time zone has the shape of a name and is the name of none.

    Apart from ``check_request``, for the names change with the world: a message that was signed is never held to them.

    Args:
        known: the names of the time zones that there are.
    Raises:
        UnknownMeasure: the treaty data holds no such measure.
    """
    return tuple(
        of_form(FindingCode.TIME_ZONE_MISSING, field=field.name, about=".zone")
        for field in treaty.measure(measure).fields.values()
        if field.kind is FieldKind.PERIOD and field.name in fields
        if not check_form(treaty, field, fields[field.name])
        if cast("Mapping[str, str]", fields[field.name])["zone"] not in known
    )


def check_refusal(
    treaty: Treaty, measure: str, grounds: Collection[str], *, offence: str | None = None, consulted: bool = False
) -> tuple[Finding, ...]:
    """Everything to say about refusing a request of this measure on these grounds.

    Args:
        offence: the Convention's offence that the request names, if it names one.
        consulted: whether a consultation is on record in the case.
    Raises:
        UnknownMeasure: the treaty data holds no such measure.
    """
    asked = treaty.measure(measure)
    found: list[Finding] = []
    if not grounds:
        found.append(of_form(FindingCode.GROUND_MISSING))
    for name in grounds:
        ground = treaty.grounds.get(Slug(name))
        if ground is None:
            found.append(of_form(FindingCode.GROUND_UNKNOWN, about=str(name)[:64]))
        elif ground.name in asked.barred:
            found.append(of_rule(FindingCode.GROUND_BARRED, asked.barred[ground.name], about=ground.name))
        elif ground.name not in asked.grounds:
            found.append(of_rule(FindingCode.GROUND_NOT_OPEN, asked.grounds_rule, about=ground.name))
        else:
            if ground.needs_reservation:
                found.append(of_rule(FindingCode.GROUND_NEEDS_RESERVATION, ground.rule, about=ground.name))
            if offence in ground.not_for_offences:
                found.append(of_rule(FindingCode.GROUND_NOT_FOR_OFFENCE, ground.rule, about=ground.name))
    return (*found, *_check_consultation(asked, "refusal", grounds, consulted=consulted))


def check_postponement(treaty: Treaty, measure: str, *, consulted: bool = False) -> tuple[Finding, ...]:
    """Everything to say about postponing; errors as ``check_refusal``."""
    return tuple(_check_consultation(treaty.measure(measure), "postponement", (), consulted=consulted))


def check_confirmation(treaty: Treaty, measure: str, *, counted_from: Day, until: Day) -> tuple[Finding, ...]:
    """Everything to say about a confirmation that data are preserved.

    Args:
        counted_from: the civil day, in the asked authority's zone, of the event that starts the period. Not counted.
        until: the last day, included.
    Raises:
        UnknownMeasure: the treaty data holds no such measure.
    """
    asked = treaty.measure(measure)
    if asked.outcome != "preservation":
        return (of_form(FindingCode.CONFIRMATION_NOT_DUE, about=asked.name),)
    if until < counted_from:
        return (of_form(FindingCode.PERIOD_REVERSED, about=write_day(until)),)
    given = (until - counted_from).days
    return tuple(
        of_rule(FindingCode.PERIOD_TOO_SHORT, limit.rule, about=str(limit.at_least_days))
        for limit in asked.limits
        if given < limit.at_least_days
    )


def check_extension(treaty: Treaty, measure: str, *, lapses: Day, asked_on: Day, until: Day) -> tuple[Finding, ...]:
    """Everything to say about asking that a period whose last day is ``lapses`` run to ``until`` instead.

    Raises:
        UnknownMeasure: the treaty data holds no such measure.
    """
    asked = treaty.measure(measure)
    found = [] if until > lapses else [of_form(FindingCode.EXTENSION_NOT_LATER, about=write_day(until))]
    rules = [limit.extension_rule for limit in asked.limits if limit.extension_rule is not None]
    late = [of_rule(FindingCode.EXTENSION_TOO_LATE, rule, about=write_day(lapses)) for rule in rules]
    return (*found, *(late if asked_on > lapses else ()))


def approval_due(treaty: Treaty, measure: str, act: ApprovalAct, fields: Mapping[str, object]) -> SharedApproval | None:
    """What asks that several officers approve this act under a request with these fields; None: one suffices.

    Where the rule is for some categories of data only, a request that names no category reaches them all.

    Raises:
        UnknownMeasure: the treaty data holds no such measure.
    """
    asked = treaty.measure(measure)
    named = {
        one
        for field in asked.fields.values()
        if field.kind is FieldKind.DATA_CATEGORIES and isinstance(given := fields.get(field.name), list)
        for one in given
        if isinstance(one, str)
    }
    return next(
        (
            one
            for one in asked.approvals
            if act in one.acts and (not one.categories or not named or not one.categories.isdisjoint(named))
        ),
        None,
    )


def check_approvals(
    treaty: Treaty, measure: str, act: ApprovalAct, fields: Mapping[str, object], *, officers: int
) -> tuple[Finding, ...]:
    """What to say of an act that so many officers approved; errors as ``approval_due``."""
    due = approval_due(treaty, measure, act, fields)
    if due is None or officers >= due.officers:
        return ()
    return (of_rule(FindingCode.APPROVALS_FEWER, due.rule, about=str(due.officers)),)


def check_basis(treaty: Treaty, instrument: str) -> tuple[Finding, ...]:
    """Everything to say about the legal basis that a request names."""
    if instrument not in treaty.instruments:
        return (of_form(FindingCode.BASIS_UNKNOWN, about=str(instrument)[:64]),)
    standing = treaty.in_force
    if instrument == treaty.name and not standing.value:
        about = write_day(standing.as_of)
        return (of_rule(FindingCode.TREATY_NOT_IN_FORCE, standing.rule, about=about, at_most=standing.certainty),)
    return ()


def least_last_day(treaty: Treaty, measure: str, counted_from: Day) -> Day:
    """The earliest last day, included, that satisfies every period of the measure.

    Raises:
        UnknownMeasure: the treaty data holds no such measure.
        BadForm: the measure has no period, or the day would be past the calendar's end.
    """
    asked = treaty.measure(measure)
    if not asked.limits:
        raise BadForm("measure", "it has no period")
    try:
        return counted_from + timedelta(days=max(limit.at_least_days for limit in asked.limits))
    except OverflowError as error:
        raise BadForm("day", "past the calendar's end") from error


def limits(treaty: Treaty, measure: str) -> tuple[Limit, ...]:
    """The measure's periods: how long, from what, kept until what."""
    return treaty.measure(measure).limits


def follow_ups(treaty: Treaty, measure: str) -> tuple[FollowUp, ...]:
    """The measures that must or may follow this one."""
    return treaty.measure(measure).follow_ups


def use_limits(treaty: Treaty, measure: str) -> tuple[UseLimit, ...]:
    """The limits on use that the law sets, or lets the sender set, for what this measure hands over."""
    return treaty.measure(measure).use_limits


def dual_criminality(treaty: Treaty, measure: str) -> DualCriminality | None:
    """Whether the conduct must be criminal in both States, by which rule; None where the data do not say."""
    return treaty.measure(measure).dual_criminality


def duties(treaty: Treaty, measure: str, stage: Stage) -> tuple[Duty, ...]:
    """The rules that an officer is told at this stage; nothing judges them."""
    return tuple(duty for duty in treaty.measure(measure).duties if duty.stage == stage)


def _check_roles(code: FindingCode, parties: Parties, roles: Collection[str]) -> Iterator[Finding]:
    if parties.roles.isdisjoint(roles):
        yield of_rule(code, parties.rule, about=" ".join(sorted(parties.roles)))


def _check_field(
    treaty: Treaty, measure: Measure, field: Field, value: object, fields: Mapping[str, object]
) -> Iterator[Finding]:
    if field.must_be is not None and value is not field.must_be:
        yield of_rule(FindingCode.FIELD_NOT_AS_DUE, field.rule, field=field.name)
    yield from _check_needs(field.needs, fields, field.name)
    match field.kind:
        case FieldKind.CHOICE:
            for choice in field.choices:
                if choice.name == value:
                    yield from _check_needs(choice.needs, fields, choice.name)
        case FieldKind.DATA_CATEGORIES if measure.data_categories is not None:
            for one in cast("list[str]", value):
                if one not in measure.data_categories.allowed:
                    code = FindingCode.CATEGORY_NOT_OPEN
                    yield of_rule(code, measure.data_categories.rule, field=field.name, about=one)
        case FieldKind.IDENTIFIERS:
            for place, identifier in enumerate(cast("list[Mapping[str, str]]", value)):
                if treaty.identifier_types[Slug(identifier["type"])].timed and "from" not in identifier:
                    code = FindingCode.IDENTIFIER_WITHOUT_TIME
                    yield of_rule(code, field.rule, field=field.name, about=f"[{place}]")
        case FieldKind.OFFENCE:
            yield from _check_offence(treaty, measure, field, cast("Mapping[str, object]", value))
        case _:
            pass


def _is_excused(field: Field, fields: Mapping[str, object]) -> bool:
    return any(fields.get(other) == choice for other, choice in field.unless.items())


def _check_needs(needs: tuple[Needs, ...], fields: Mapping[str, object], because_of: Slug) -> Iterator[Finding]:
    for one in needs:
        if one.field not in fields:
            yield of_rule(FindingCode.FIELD_NEEDED_WITH, one.rule, field=one.field, about=because_of)


def _check_offence(treaty: Treaty, measure: Measure, field: Field, value: Mapping[str, object]) -> Iterator[Finding]:
    """The class must open the measure; where the class has a threshold, the maxima are weighed.

    Whose law counts is not settled: below the threshold by both laws is below it; by one law alone, with the other
    not stated, is only a warning.
    """
    found = treaty.offence_classes[Slug(cast("str", value["class"]))]
    if found.name not in measure.opened_by:
        yield of_rule(FindingCode.OFFENCE_NOT_OPEN, measure.scope_rule, field=field.name, about=found.name)
    maxima = [
        cast("Mapping[str, object]", value[entry]) for entry in ("maximum", "maximum-in-asked-state") if entry in value
    ]
    if found.maxima_rule is not None and "maximum" not in value:
        yield of_rule(FindingCode.MAXIMUM_MISSING, found.maxima_rule, field=field.name)
    if found.threshold is not None and maxima:
        years = found.threshold.number or 0
        if not any(reaches(penalty, years) for penalty in maxima):
            known = Certainty.CERTAIN if len(maxima) == 2 else Certainty.REPORTED
            code = FindingCode.BELOW_THRESHOLD
            yield of_rule(code, found.threshold, field=field.name, about=str(years), at_most=known)


def _check_consultation(
    measure: Measure, before: str, grounds: Collection[str], *, consulted: bool
) -> Iterator[Finding]:
    for one in measure.precedes:
        touched = not one.grounds or not one.grounds.isdisjoint(grounds)
        if one.before == before and touched and not consulted:
            yield of_rule(FindingCode.CONSULTATION_MISSING, one.rule, about=before)
