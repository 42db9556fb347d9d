"""A State's law as values, and which of its powers each measure of cooperation needs.

A fact that a profile does not hold is not known; it is never taken for a no. ``Extent.MISSING`` is a statement with a
source: somebody looked, and the law has nothing of the kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from musnad.core.kernel.names import Digest, PartyCode, Slug
from musnad.core.kernel.times import Day
from musnad.core.treaty.values import Certainty, Label, Numbering

MONTHS_IN_A_YEAR = 12

PenaltyUnit = Literal["months", "years", "life-or-heavier"]
DualPolicy = Literal["no-condition", "may-be-asked", "required"]
Transfer = Literal["free", "with-conditions", "restricted"]


class Extent(StrEnum):
    """How far a State's law has what the Convention asks for."""

    WHOLE = "whole"
    PARTLY = "partly"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Penalty:
    """A maximum penalty: so many months or years of deprivation of liberty, or life or heavier (without a number)."""

    unit: PenaltyUnit
    number: int | None = None

    @property
    def months(self) -> int | None:
        """Its length; ``None`` is longer than any."""
        if self.unit == "life-or-heavier":
            return None
        return (self.number or 0) * (MONTHS_IN_A_YEAR if self.unit == "years" else 1)

    def reaches(self, other: Penalty) -> bool:
        """Whether it is as long as the other, or longer."""
        mine, theirs = self.months, other.months
        return mine is None or (theirs is not None and mine >= theirs)


@dataclass(frozen=True, slots=True)
class Sourced:
    """Where a fact was read, as the profile's own words, and how sure it is."""

    source: str
    certainty: Certainty


@dataclass(frozen=True, slots=True)
class HomeOffence:
    """What a State's law has of an offence of the Convention. ``maximum`` is ``None`` where it is not known."""

    name: Slug
    extent: Extent
    provision: str
    maximum: Penalty | None
    read: Sourced
    note: str


@dataclass(frozen=True, slots=True)
class HomePower:
    """What a State's law has of a procedural power: who orders it, on what conditions, from which penalty on."""

    name: Slug
    extent: Extent
    provision: str
    ordered_by: tuple[str, ...]
    conditions: tuple[str, ...]
    from_maximum: Penalty | None
    read: Sourced
    note: str


@dataclass(frozen=True, slots=True)
class Languages:
    """The languages in which a State's law or practice takes a request, as ISO 639 codes."""

    accepted: tuple[str, ...]
    read: Sourced


@dataclass(frozen=True, slots=True)
class Dual:
    """Whether a State makes its help depend on the conduct being an offence at home: in general, and by measure."""

    policy: DualPolicy
    measures: Mapping[Slug, DualPolicy]
    provision: str
    read: Sourced

    def for_measure(self, measure: str) -> DualPolicy:
        return self.measures.get(Slug(measure), self.policy)


@dataclass(frozen=True, slots=True)
class DataProtection:
    """How a State's data-protection law stands to handing personal data to another State."""

    transfer: Transfer
    provision: str
    conditions: tuple[str, ...]
    read: Sourced


@dataclass(frozen=True, slots=True)
class OtherBasis:
    """Another legal basis on which a State helps; with the States named, or with any where none is."""

    instrument: Slug
    accepted: bool
    partners: frozenset[PartyCode]
    provision: str
    read: Sourced

    def serves(self, partner: PartyCode) -> bool:
        return self.accepted and (not self.partners or partner in self.partners)


@dataclass(frozen=True, slots=True)
class Profile:
    """One State's law as of a day. ``sample`` marks what was invented to show the format and is nobody's law."""

    state: PartyCode
    sample: bool
    as_of: Day
    digest: Digest
    file: str
    languages: Languages | None
    dual_criminality: Dual | None
    data_protection: DataProtection | None
    offences: Mapping[Slug, HomeOffence]
    powers: Mapping[Slug, HomePower]
    bases: Mapping[Slug, OtherBasis]


@dataclass(frozen=True, slots=True)
class Power:
    """A procedural power that the Convention asks States to have; the reference is data for the reader."""

    name: Slug
    label: Label
    help: Label
    article: int
    numbering: Numbering
    certainty: Certainty
    source: str


@dataclass(frozen=True, slots=True)
class Needs:
    """The powers that a measure needs in the asked State: all of them, or any one."""

    powers: tuple[Slug, ...]
    enough: Literal["all", "any"]


@dataclass(frozen=True, slots=True)
class LawData:
    """What all profiles share: the powers, and which of them each measure needs. A measure not named needs none."""

    powers: Mapping[Slug, Power]
    measures: Mapping[Slug, Needs]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The names that a profile may use."""

    offences: frozenset[Slug]
    powers: frozenset[Slug]
    measures: frozenset[Slug]
    bases: frozenset[Slug]
