"""Two States' laws side by side: is the conduct an offence in both, is it serious in both, can the asked State act?

Whatever either profile does not hold makes the answer not known, unless the other already settles it. The matrix asks
this of every ordered pair, since who is asked decides whose powers and whose policy count.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from musnad.core.kernel.names import PartyCode, Slug
from musnad.core.law.gap import Coverage, coverage_of, is_serious, offences_of, serious_crime_rule
from musnad.core.law.values import DualPolicy, LawData, Needs, Penalty, Profile
from musnad.core.treaty.values import Treaty


class Met(StrEnum):
    """Whether a condition is met by what the profiles hold."""

    MET = "met"
    PARTLY = "partly"
    NOT_MET = "not-met"
    NOT_KNOWN = "not-known"


@dataclass(frozen=True, slots=True)
class OffenceMeeting:
    """One offence between an asking and an asked State. ``serious`` is by both maxima; one alone is ``PARTLY``."""

    offence: Slug
    dual_criminality: Met
    serious: Met
    asker_maximum: Penalty | None
    asked_maximum: Penalty | None


@dataclass(frozen=True, slots=True)
class PowerMeeting:
    """One measure: whether the asked State's law has the powers that it needs."""

    measure: Slug
    powers: Met
    policy: DualPolicy | None


@dataclass(frozen=True, slots=True)
class Pair:
    """What one State can hope for when it asks another."""

    asker: PartyCode
    asked: PartyCode
    sample: bool
    offences: tuple[OffenceMeeting, ...]
    measures: tuple[PowerMeeting, ...]


def matrix(treaty: Treaty, data: LawData, profiles: Iterable[Profile]) -> tuple[Pair, ...]:
    """Every ordered pair of two different States."""
    held = sorted(profiles, key=lambda one: one.state)
    return tuple(meet(treaty, data, asker, asked) for asker in held for asked in held if asker is not asked)


def meet(treaty: Treaty, data: LawData, asker: Profile, asked: Profile) -> Pair:
    """The two laws side by side."""
    return Pair(
        asker=asker.state,
        asked=asked.state,
        sample=asker.sample or asked.sample,
        offences=tuple(meet_on(treaty, asker, asked, offence) for offence in offences_of(treaty)),
        measures=tuple(
            PowerMeeting(measure, powers_met(asked, data.measures[measure]), policy_of(asked, measure))
            for measure in data.measures
            if measure in treaty.measures
        ),
    )


def meet_on(treaty: Treaty, asker: Profile | None, asked: Profile | None, offence: Slug) -> OffenceMeeting:
    """One offence by both laws; a State without a profile is one of whose law nothing is known."""
    ours = asker.offences.get(offence) if asker is not None else None
    theirs = asked.offences.get(offence) if asked is not None else None
    maxima = (ours.maximum if ours else None, theirs.maximum if theirs else None)
    threshold = serious_crime_rule(treaty)
    return OffenceMeeting(
        offence=offence,
        dual_criminality=both([coverage_of(ours), coverage_of(theirs)]),
        serious=_serious([is_serious(one, threshold) for one in maxima]),
        asker_maximum=maxima[0],
        asked_maximum=maxima[1],
    )


def both(found: Iterable[Coverage]) -> Met:
    """All of them: one that is missing settles it, then one that is not known, then one that is partial."""
    held = set(found)
    if Coverage.MISSING in held:
        return Met.NOT_MET
    if Coverage.NOT_KNOWN in held:
        return Met.NOT_KNOWN
    return Met.PARTLY if Coverage.PARTLY in held else Met.MET


def any_of(found: Iterable[Coverage]) -> Met:
    """Any one of them: one that is whole settles it, then one that is partial, then one that is not known."""
    held = set(found)
    if Coverage.COVERED in held:
        return Met.MET
    if Coverage.PARTLY in held:
        return Met.PARTLY
    return Met.NOT_KNOWN if Coverage.NOT_KNOWN in held else Met.NOT_MET


def powers_met(asked: Profile | None, needs: Needs) -> Met:
    """Whether a State's law has the powers that a measure needs."""
    found = [coverage_of(asked.powers.get(power)) if asked else Coverage.NOT_KNOWN for power in needs.powers]
    return both(found) if needs.enough == "all" else any_of(found)


def policy_of(asked: Profile | None, measure: str) -> DualPolicy | None:
    """What the State's law says of dual criminality for the measure; ``None`` where its profile says nothing."""
    dual = asked.dual_criminality if asked is not None else None
    return dual.for_measure(measure) if dual is not None else None


def _serious(found: list[bool | None]) -> Met:
    """By both laws, by one alone, by neither; by one with the other unknown is not known."""
    if None in found:
        return Met.NOT_KNOWN
    return Met.MET if all(found) else Met.PARTLY if any(found) else Met.NOT_MET
