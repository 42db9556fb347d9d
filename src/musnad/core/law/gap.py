"""What a State's law has of what a treaty asks for, entry by entry: covered, partly, missing, or not known.

What the profile does not hold is not known. Whether an offence is a serious crime is told from its maximum and the
treaty's own threshold, where the treaty has one and the maximum is known.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from musnad.core.kernel.names import PartyCode, Slug
from musnad.core.law.values import Extent, HomeOffence, HomePower, LawData, Penalty, Power, Profile
from musnad.core.treaty.values import Offence, Rule, Treaty


class Coverage(StrEnum):
    """How a State's law stands to one thing that the treaty asks for."""

    COVERED = "covered"
    PARTLY = "partly"
    MISSING = "missing"
    NOT_KNOWN = "not-known"


_BY_EXTENT = {Extent.WHOLE: Coverage.COVERED, Extent.PARTLY: Coverage.PARTLY, Extent.MISSING: Coverage.MISSING}


@dataclass(frozen=True, slots=True)
class GapLine:
    """One thing asked for, and what was found. ``serious`` is ``None`` where nothing can be said of it."""

    kind: Literal["offence", "power"]
    asked: Offence | Power
    coverage: Coverage
    found: HomeOffence | HomePower | None
    serious: bool | None

    @property
    def name(self) -> Slug:
        return self.asked.name


@dataclass(frozen=True, slots=True)
class GapReport:
    """A State's law against one treaty. ``sample`` says that the law is invented."""

    state: PartyCode
    sample: bool
    profile: Profile
    treaty: Treaty
    threshold: Rule | None
    lines: tuple[GapLine, ...]

    def count(self, coverage: Coverage) -> int:
        return sum(line.coverage is coverage for line in self.lines)


def gap_report(treaty: Treaty, data: LawData, profile: Profile) -> GapReport:
    """Every offence of the treaty, then every power, in the order of the data."""
    threshold = serious_crime_rule(treaty)
    lines = [
        _offence_line(offence, profile.offences.get(name), threshold) for name, offence in offences_of(treaty).items()
    ]
    lines += [_power_line(power, profile.powers.get(name)) for name, power in data.powers.items()]
    return GapReport(profile.state, profile.sample, profile, treaty, threshold, tuple(lines))


def offences_of(treaty: Treaty) -> dict[Slug, Offence]:
    """The offences that the treaty itself establishes."""
    return {name: one for kind in treaty.offence_classes.values() for name, one in kind.offences.items()}


def serious_crime_rule(treaty: Treaty) -> Rule | None:
    """The rule that says from which maximum a crime is serious, if the treaty has one."""
    return next((kind.threshold for kind in treaty.offence_classes.values() if kind.threshold is not None), None)


def is_serious(maximum: Penalty | None, threshold: Rule | None) -> bool | None:
    """Whether this maximum reaches the threshold; ``None`` where either is not known."""
    if maximum is None or threshold is None or threshold.number is None:
        return None
    return maximum.reaches(Penalty("years", threshold.number))


def coverage_of(found: HomeOffence | HomePower | None) -> Coverage:
    return Coverage.NOT_KNOWN if found is None else _BY_EXTENT[found.extent]


def _offence_line(offence: Offence, found: HomeOffence | None, threshold: Rule | None) -> GapLine:
    serious = is_serious(found.maximum, threshold) if found is not None else None
    return GapLine("offence", offence, coverage_of(found), found, serious)


def _power_line(power: Power, found: HomePower | None) -> GapLine:
    return GapLine("power", power, coverage_of(found), found, None)
