"""What both laws say: the offence, the threshold, dual criminality, the asked State's powers, its data protection.

A profile that is not at hand, or that does not hold the fact, makes the answer not known. Facts of a sample are told
as such in every reason that rests on them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from musnad.core.kernel.names import PartyCode, Slug
from musnad.core.law.gap import is_serious, serious_crime_rule
from musnad.core.law.meeting import Met, meet_on, policy_of, powers_met
from musnad.core.law.values import Extent, HomeOffence, HomePower, Penalty, Profile, Sourced
from musnad.core.preflight.reservations import made_by, offence_word
from musnad.core.preflight.values import FactValue, Found, Known, Question, Read, Reason, Topic, Weight, Word, of_law
from musnad.core.treaty.values import Certainty, Measure, Rule

_BY_EXTENT = {
    Extent.WHOLE: Found.OFFENCE_THERE,
    Extent.PARTLY: Found.OFFENCE_PARTLY,
    Extent.MISSING: Found.OFFENCE_MISSING,
}


def read_law(profile: Profile, read: Sourced) -> Read:
    """Where a fact of a profile was read."""
    return Read("law", profile.state, read.source, read.certainty, profile.as_of, profile.sample)


def on_measure(known: Known, question: Question, measure: Measure) -> Iterator[Reason]:
    """The topics MEASURE_OPEN and SERIOUSNESS.

    Where the asked State is not bound by the offence's provision, the measure may still be open to it as a serious
    crime: then the maxima weigh.
    """
    facts: dict[str, FactValue] = {"measure": Word(measure.name, measure.label)}
    if question.offence_class is None:
        yield Reason(Topic.MEASURE_OPEN, Found.OFFENCE_NOT_NAMED, Weight.NOT_KNOWN, facts=facts, decides=True)
        return
    found = known.treaty.offence_classes[question.offence_class]
    facts["offence_class"] = Word(found.name, found.label)
    rule = measure.opened_by.get(found.name)
    if rule is not None:
        yield Reason(Topic.MEASURE_OPEN, Found.MEASURE_OPEN, Weight.HOLDS, facts=facts, rule=rule)
    else:
        scope = measure.scope_rule
        weight = of_law(scope.certainty)
        yield Reason(Topic.MEASURE_OPEN, Found.MEASURE_NOT_OPEN, weight, facts=facts, rule=scope)
    if found.threshold is not None:
        yield on_threshold(known, question, found.threshold, weighs=True)
        return
    threshold = serious_crime_rule(known.treaty)
    if threshold is None or question.offence is None:
        return
    made = made_by(known, question.asked, measure, question.offence)
    yield on_threshold(known, question, threshold, weighs=any(one.offence for one in made))


def maxima(known: Known, question: Question) -> tuple[tuple[Penalty | None, Read | None], ...]:
    """The maximum by the asking and the asked State's law: as the question states it, else as the profile has it."""
    found: list[tuple[Penalty | None, Read | None]] = []
    for state, stated in zip((question.asker, question.asked), question.maxima, strict=True):
        held = _offence_of(known, state, question.offence)
        profile = known.profiles.get(state)
        if stated is not None:
            found.append((stated, Read("draft", state, "", None)))
        elif held is not None and profile is not None and held.maximum is not None:
            found.append((held.maximum, read_law(profile, held.read)))
        else:
            found.append((None, None))
    return tuple(found)


def on_threshold(known: Known, question: Question, threshold: Rule, *, weighs: bool) -> Reason:
    """Whether the offence is a serious crime by both laws. Whose law counts is not settled: one alone is a condition.

    Both below block only where the rule and both maxima are certain; a maximum that the draft states is taken as such.
    """
    found = maxima(known, question)
    serious = [is_serious(one, threshold) for one, _ in found]
    read = tuple(dict.fromkeys(one for _, one in found if one is not None))
    facts: dict[str, FactValue] = {"years": threshold.number or 0}
    for name, (maximum, _) in zip(("asker_maximum", "asked_maximum"), found, strict=True):
        if maximum is not None:
            facts[name] = maximum
    if all(serious):
        code, weight = Found.SERIOUS_BY_BOTH, Weight.HOLDS
    elif None in serious:
        code, weight = Found.SERIOUSNESS_NOT_KNOWN, Weight.NOT_KNOWN
    elif any(serious):
        code, weight = Found.SERIOUS_BY_ONE, Weight.ONLY_IF
    else:
        sure = [one.certainty or Certainty.CERTAIN for one in read]
        code, weight = Found.SERIOUS_BY_NEITHER, of_law(threshold.certainty, *sure)
    if not weighs:
        weight = Weight.NOTE
    decides = weight is Weight.NOT_KNOWN
    return Reason(Topic.SERIOUSNESS, code, weight, facts=facts, rule=threshold, read=read, decides=decides)


def on_offence(known: Known, question: Question) -> Iterator[Reason]:
    """The topic OFFENCE: what each law has of it, and where the only profile is of a later day.

    Dual criminality, not this, decides.
    """
    for state in (question.asker, question.asked):
        profile = known.later.get(state)
        if profile is not None:
            later: dict[str, FactValue] = {"known_from": profile.as_of, "day": known.day}
            yield Reason(Topic.OFFENCE, Found.LAW_OF_LATER_DAY, Weight.NOT_KNOWN, state, later)
    if question.offence is None:
        return
    facts: dict[str, FactValue] = {"offence": offence_word(known, question.offence)}
    for state in (question.asker, question.asked):
        profile, held = known.profiles.get(state), _offence_of(known, state, question.offence)
        if profile is None or held is None:
            yield Reason(Topic.OFFENCE, Found.OFFENCE_NOT_KNOWN, Weight.NOT_KNOWN, state=state, facts=facts)
            continue
        code = _BY_EXTENT[held.extent]
        weight = Weight.HOLDS if held.extent is Extent.WHOLE else Weight.NOTE
        more = {**facts, "provision": held.provision, "note": held.note}
        if held.maximum is not None:
            more["maximum"] = held.maximum
        yield Reason(Topic.OFFENCE, code, weight, state, more, read=(read_law(profile, held.read),))


def on_dual_criminality(known: Known, question: Question, measure: Measure) -> Iterator[Reason]:
    """The topic DUAL_CRIMINALITY: whether it may be asked, whether the asked State asks it, whether it is met."""
    condition = measure.dual_criminality
    asked, profile = question.asked, known.profiles.get(question.asked)
    facts: dict[str, FactValue] = {"measure": Word(measure.name, measure.label)}
    if condition is not None and condition.policy == "no-condition":
        yield Reason(Topic.DUAL_CRIMINALITY, Found.DUAL_NOT_ASKED, Weight.HOLDS, facts=facts, rule=condition.rule)
        return
    rule = condition.rule if condition is not None else None
    policy = policy_of(profile, measure.name)
    read: tuple[Read, ...] = ()
    if profile is not None and profile.dual_criminality is not None:
        read = (read_law(profile, profile.dual_criminality.read),)
    must = condition is not None and condition.policy == "required"
    if policy == "no-condition" and not must:
        yield Reason(
            Topic.DUAL_CRIMINALITY, Found.DUAL_NOT_ASKED_THERE, Weight.HOLDS, asked, facts, rule=rule, read=read
        )
        return
    if policy is None and not must:
        yield Reason(Topic.DUAL_CRIMINALITY, Found.DUAL_POLICY_NOT_KNOWN, Weight.NOTE, asked, facts, rule=rule)
    if question.offence is None:
        yield Reason(Topic.DUAL_CRIMINALITY, Found.DUAL_NOT_KNOWN, Weight.NOT_KNOWN, asked, facts, rule=rule, read=read)
        return
    met = meet_on(known.treaty, known.profiles.get(question.asker), profile, question.offence).dual_criminality
    facts = {**facts, "offence": offence_word(known, question.offence)}
    read = tuple(dict.fromkeys([*read, *_read_offences(known, question, question.offence)]))
    sure = [one.certainty for one in read if one.certainty is not None]
    match met:
        case Met.MET:
            code, weight = Found.DUAL_MET, Weight.HOLDS
        case Met.PARTLY:
            code, weight = Found.DUAL_PARTLY, Weight.ONLY_IF
        case Met.NOT_KNOWN:
            code, weight = Found.DUAL_NOT_KNOWN, Weight.NOT_KNOWN
        case _:
            required = rule is not None and (must or policy == "required")
            code, weight = Found.DUAL_NOT_MET, Weight.ONLY_IF
            if required and rule is not None:
                weight = of_law(rule.certainty, *sure)
    decides = weight is Weight.NOT_KNOWN and (must or policy != "may-be-asked")
    yield Reason(Topic.DUAL_CRIMINALITY, code, weight, asked, facts, rule=rule, read=read, decides=decides)


def on_powers(known: Known, question: Question, measure: Measure) -> Iterator[Reason]:
    """The topic POWERS: what the measure needs in the asked State, and what that State's law has of it."""
    asked = question.asked
    needs = known.law.measures.get(measure.name)
    facts: dict[str, FactValue] = {"measure": Word(measure.name, measure.label)}
    if needs is None:
        yield Reason(Topic.POWERS, Found.POWER_NOT_NEEDED, Weight.NOTE, facts=facts)
        return
    profile = known.profiles.get(asked)
    facts["powers"] = _power_words(known, needs.powers)
    met = powers_met(profile, needs)
    held = [profile.powers[name] for name in needs.powers if name in profile.powers] if profile is not None else []
    read = tuple(dict.fromkeys(read_law(profile, one.read) for one in held)) if profile is not None else ()
    if met is Met.NOT_KNOWN or profile is None:
        yield Reason(Topic.POWERS, Found.POWER_NOT_KNOWN, Weight.NOT_KNOWN, asked, facts, read=read, decides=True)
        return
    if met is Met.NOT_MET:
        yield Reason(Topic.POWERS, Found.POWER_MISSING, Weight.WARNS, asked, facts, read=read)
        return
    free = needs.enough == "any" and any(_is_free(one) for one in held)
    for one in held:
        if one.extent is not Extent.MISSING:
            yield from _on_power(known, question, profile, one, whole=met is Met.MET, free=free)


def on_data_protection(known: Known, question: Question, rule: Rule | None) -> Iterator[Reason]:
    """The topic DATA_PROTECTION: whether the asked State's law lets personal data go; ``rule`` is the ground's."""
    asked, profile = question.asked, known.profiles.get(question.asked)
    held = profile.data_protection if profile is not None else None
    topic = Topic.DATA_PROTECTION
    if held is None or profile is None:
        yield Reason(topic, Found.TRANSFER_NOT_KNOWN, Weight.NOT_KNOWN, asked, rule=rule)
        return
    read, facts = (read_law(profile, held.read),), {"provision": held.provision}
    match held.transfer:
        case "free":
            yield Reason(topic, Found.TRANSFER_FREE, Weight.HOLDS, asked, facts, rule=rule, read=read)
        case "restricted":
            yield Reason(topic, Found.TRANSFER_RESTRICTED, Weight.WARNS, asked, facts, rule=rule, read=read)
        case _:
            for condition in held.conditions:
                more = {**facts, "condition": condition}
                yield Reason(topic, Found.TRANSFER_WITH_CONDITION, Weight.ONLY_IF, asked, more, rule=rule, read=read)


def _is_free(power: HomePower) -> bool:
    return power.extent is Extent.WHOLE and not power.conditions and power.from_maximum is None


def _on_power(
    known: Known, question: Question, profile: Profile, power: HomePower, *, whole: bool, free: bool
) -> Iterator[Reason]:
    """One power: where it stands, and its conditions; these only inform where another power serves ``free`` of any."""
    asked, read = question.asked, (read_law(profile, power.read),)
    facts: dict[str, FactValue] = {
        "power": _power_words(known, (power.name,))[0],
        "provision": power.provision,
        "ordered_by": power.ordered_by,
        "note": power.note,
    }
    code, weight = Found.POWER_THERE, Weight.HOLDS
    if power.extent is Extent.PARTLY:
        code, weight = Found.POWER_PARTLY, Weight.NOTE if whole else Weight.ONLY_IF
    yield Reason(Topic.POWERS, code, weight, asked, facts, read=read)
    for condition in power.conditions:
        more = {**facts, "condition": condition}
        weight = Weight.NOTE if free else Weight.ONLY_IF
        yield Reason(Topic.POWERS, Found.POWER_CONDITION, weight, asked, more, read=read)
    if power.from_maximum is not None and not free:
        yield _on_least(known, question, power.from_maximum, facts, read)


def _on_least(
    known: Known, question: Question, least: Penalty, facts: dict[str, FactValue], read: tuple[Read, ...]
) -> Reason:
    """A power that is given only from some maximum on: held against the asked State's own maximum."""
    maximum, where = maxima(known, question)[1]
    more = {**facts, "least": least}
    if maximum is None or where is None:
        code, weight = Found.POWER_FROM_MAXIMUM_NOT_KNOWN, Weight.NOT_KNOWN
    elif maximum.reaches(least):
        code, weight = Found.POWER_FROM_MAXIMUM_MET, Weight.HOLDS
    else:
        code, weight = Found.POWER_FROM_MAXIMUM_NOT_MET, Weight.WARNS
    if maximum is not None and where is not None:
        more["maximum"] = maximum
        read = (*read, where)
    decides = weight is Weight.NOT_KNOWN
    return Reason(Topic.POWERS, code, weight, question.asked, more, read=read, decides=decides)


def _power_words(known: Known, names: Sequence[Slug]) -> tuple[Word, ...]:
    return tuple(Word(name, known.law.powers[name].label) for name in names)


def _offence_of(known: Known, state: PartyCode, offence: Slug | None) -> HomeOffence | None:
    profile = known.profiles.get(state)
    return profile.offences.get(offence) if profile is not None and offence is not None else None


def _read_offences(known: Known, question: Question, offence: Slug) -> Iterator[Read]:
    for state in (question.asker, question.asked):
        profile, held = known.profiles.get(state), _offence_of(known, state, offence)
        if profile is not None and held is not None:
            yield read_law(profile, held.read)
