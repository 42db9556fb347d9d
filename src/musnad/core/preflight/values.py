"""What a pre-flight is asked with and what it answers: facts at hand, reasons, an answer.

A ``Reason`` carries codes and facts, never sentences. ``Weight`` orders them: what blocks is certain in rule and fact;
what warns rests on something unverified; ``ONLY_IF`` names a condition; ``NOT_KNOWN`` says which fact is missing, and
``decides`` whether the answer hangs on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Literal

from musnad.core.kernel.names import AuthorityId, PartyCode, Slug
from musnad.core.kernel.times import Day
from musnad.core.law.values import LawData, Penalty, Profile
from musnad.core.preflight.practice import Practice
from musnad.core.register.values import Register
from musnad.core.treaty.values import Certainty, Label, Rule, Treaty


class Answer(StrEnum):
    """Whether one State can ask another."""

    YES = "yes"
    NO = "no"
    ONLY_IF = "only-if"
    NOT_KNOWN = "not-known"


class Weight(StrEnum):
    """What a reason weighs, heaviest first."""

    BLOCKS = "blocks"
    WARNS = "warns"
    ONLY_IF = "only-if"
    NOT_KNOWN = "not-known"
    NOTE = "note"
    HOLDS = "holds"


class Topic(StrEnum):
    """What was asked, in the order in which it is told."""

    DRAFT = "draft"
    FIELDS = "fields"
    WEAK_FIELDS = "weak-fields"
    STANDING = "standing"
    IN_FORCE = "in-force"
    BASIS = "basis"
    OTHER_BASES = "other-bases"
    RESERVATIONS = "reservations"
    MEASURE_OPEN = "measure-open"
    SERIOUSNESS = "seriousness"
    EMERGENCY = "emergency"
    OFFENCE = "offence"
    DUAL_CRIMINALITY = "dual-criminality"
    POWERS = "powers"
    DATA_PROTECTION = "data-protection"
    AUTHORITY = "authority"
    LANGUAGE = "language"
    DECLARED = "declared"
    GROUNDS = "grounds"
    USE_LIMITS = "use-limits"
    NEXT = "next"


class Found(StrEnum):
    """What was found. The value is stable; ``language.preflight_words`` has its sentence."""

    # the draft itself
    DRAFT_MEMBER_WRONG = "draft-member-wrong"
    DRAFT_MEMBER_UNKNOWN = "draft-member-unknown"
    DRAFT_MEMBER_MISSING = "draft-member-missing"
    DRAFT_TOO_LARGE = "draft-too-large"
    MEASURE_UNKNOWN = "measure-unknown"
    SAME_STATE = "same-state"
    FIELDS_IN_ORDER = "fields-in-order"
    FINDING = "finding"  # of the treaty engine: the fact "finding" is its code
    WEAK = "weak"  # under a rule of practice
    NOTHING_WEAK = "nothing-weak"
    # where the States stand
    STATE_IS_PARTY = "state-is-party"
    STATE_DEPOSITED = "state-deposited"
    STATE_SIGNED = "state-signed"
    STATE_WITHDREW = "state-withdrew"
    STATE_NOTHING_KNOWN = "state-nothing-known"
    STATE_NOT_IN_REGISTER = "state-not-in-register"
    REGISTER_OF_ANOTHER_TREATY = "register-of-another-treaty"
    IN_FORCE_BETWEEN = "in-force-between"
    NOT_IN_FORCE_BETWEEN = "not-in-force-between"
    NOT_IN_FORCE_BY_DATA = "not-in-force-by-data"
    IN_FORCE_NOT_KNOWN = "in-force-not-known"
    IN_FORCE_NOT_ASKED = "in-force-not-asked"
    BASIS_ACCEPTED = "basis-accepted"
    BASIS_NOT_ACCEPTED = "basis-not-accepted"
    BASIS_NOT_KNOWN = "basis-not-known"
    NOTHING_RESERVED = "nothing-reserved"
    RESERVED_OFFENCE = "reserved-offence"
    RESERVED_MEASURE = "reserved-measure"
    RESERVED_GROUND = "reserved-ground"
    RESERVATIONS_NOT_KNOWN = "reservations-not-known"
    # the measure and the offence
    MEASURE_OPEN = "measure-open"
    MEASURE_NOT_OPEN = "measure-not-open"
    OFFENCE_NOT_NAMED = "offence-not-named"
    SERIOUS_BY_BOTH = "serious-by-both"
    SERIOUS_BY_ONE = "serious-by-one"
    SERIOUS_BY_NEITHER = "serious-by-neither"
    SERIOUSNESS_NOT_KNOWN = "seriousness-not-known"
    EMERGENCY_MARKED = "emergency-marked"
    EMERGENCY_HAS_MEASURE = "emergency-has-measure"
    LAW_OF_LATER_DAY = "law-of-later-day"
    OFFENCE_THERE = "offence-there"
    OFFENCE_PARTLY = "offence-partly"
    OFFENCE_MISSING = "offence-missing"
    OFFENCE_NOT_KNOWN = "offence-not-known"
    DUAL_NOT_ASKED = "dual-not-asked"
    DUAL_NOT_ASKED_THERE = "dual-not-asked-there"
    DUAL_MET = "dual-met"
    DUAL_PARTLY = "dual-partly"
    DUAL_NOT_MET = "dual-not-met"
    DUAL_NOT_KNOWN = "dual-not-known"
    DUAL_POLICY_NOT_KNOWN = "dual-policy-not-known"
    POWER_NOT_NEEDED = "power-not-needed"
    POWER_THERE = "power-there"
    POWER_PARTLY = "power-partly"
    POWER_MISSING = "power-missing"
    POWER_NOT_KNOWN = "power-not-known"
    POWER_CONDITION = "power-condition"
    POWER_FROM_MAXIMUM_MET = "power-from-maximum-met"
    POWER_FROM_MAXIMUM_NOT_MET = "power-from-maximum-not-met"
    POWER_FROM_MAXIMUM_NOT_KNOWN = "power-from-maximum-not-known"
    TRANSFER_FREE = "transfer-free"
    TRANSFER_WITH_CONDITION = "transfer-with-condition"
    TRANSFER_RESTRICTED = "transfer-restricted"
    TRANSFER_NOT_KNOWN = "transfer-not-known"
    # the recipient
    AUTHORITY_THERE = "authority-there"
    AUTHORITY_MEASURE_NOT_LISTED = "authority-measure-not-listed"
    AUTHORITY_ROLE_MISSING = "authority-role-missing"
    STATE_NOT_IN_DIRECTORY = "state-not-in-directory"
    AUTHORITY_UNKNOWN = "authority-unknown"
    DIRECTORY_NOT_AT_HAND = "directory-not-at-hand"
    LANGUAGES_ACCEPTED = "languages-accepted"
    LANGUAGE_ACCEPTED = "language-accepted"
    LANGUAGE_NOT_ACCEPTED = "language-not-accepted"
    LANGUAGES_NOT_KNOWN = "languages-not-known"
    DECLARED = "declared"
    # afterwards
    GROUND_LIKELY = "ground-likely"
    GROUND_POSSIBLE = "ground-possible"
    GROUND_OPEN = "ground-open"
    GROUND_UNLIKELY = "ground-unlikely"
    GROUND_NOT_KNOWN = "ground-not-known"
    GROUND_BARRED = "ground-barred"
    LIMIT_MUST = "limit-must"
    LIMIT_MAY = "limit-may"
    NO_LIMIT = "no-limit"
    FOLLOWS_MUST = "follows-must"
    FOLLOWS_MAY = "follows-may"


Origin = Literal["register", "law", "directory", "draft"]


@dataclass(frozen=True, slots=True)
class Word:
    """A name of the data with its text for people, where it has one."""

    code: str
    label: Label | None = None


FactValue = str | int | Day | Word | Penalty | tuple[str, ...] | tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Read:
    """The fact that a reason was found in: whose, where it was read, how sure it is. ``sample`` is nobody's law."""

    origin: Origin
    state: PartyCode | None
    source: str
    certainty: Certainty | None
    as_of: Day | None = None
    sample: bool = False


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that was asked and found, in which facts, under which rule; ``because`` of which other finding.

    A defect of form rests on no rule; ``asked_for_by`` is then the rule that calls for the field, where there is one.
    """

    topic: Topic
    found: Found
    weight: Weight
    state: PartyCode | None = None
    facts: Mapping[str, FactValue] = field(default_factory=dict)
    rule: Rule | None = None
    read: tuple[Read, ...] = ()
    field: Slug | None = None
    decides: bool = False
    because: Reason | None = None
    asked_for_by: Rule | None = None


@dataclass(frozen=True, slots=True)
class AuthorityFacts:
    """What the directory says of an authority, as far as a question needs it."""

    id: AuthorityId
    roles: tuple[Slug, ...]
    measures: tuple[Slug, ...]
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """Everything at hand. ``register`` is ``None`` where none is of this treaty; ``directory`` where there is none.

    ``zones`` are the names of time zones that there are; ``None`` where nobody could tell. ``later`` are the profiles
    that are dated after ``day``: no answer rests on them.
    """

    treaty: Treaty
    register: Register | None
    law: LawData
    profiles: Mapping[PartyCode, Profile]
    directory: Mapping[PartyCode, tuple[AuthorityFacts, ...]] | None
    practice: Practice
    day: Day
    zones: frozenset[str] | None = None
    later: Mapping[PartyCode, Profile] = field(default_factory=dict)

    def on_its_day(self) -> Known:
        """The same, in which a profile dated after the day counts as absent."""
        later = {code: one for code, one in self.profiles.items() if one.as_of > self.day}
        if not later:
            return self
        held = {code: one for code, one in self.profiles.items() if code not in later}
        return replace(self, profiles=held, later={**self.later, **later})


@dataclass(frozen=True, slots=True)
class Question:
    """May ``asker`` ask ``asked`` for the measure about the offence, on this basis?

    ``offence_class`` is how the offence stands to the treaty; ``offence`` its name where it is one of the treaty's own.
    ``maxima`` are the asker's and the asked State's maximum penalties where the question itself states them.
    """

    asker: PartyCode
    asked: PartyCode
    measure: Slug
    offence_class: Slug | None
    offence: Slug | None
    basis: Slug
    maxima: tuple[Penalty | None, Penalty | None] = (None, None)


@dataclass(frozen=True, slots=True)
class Can:
    """The answer to a question, with all its reasons in the order of topics."""

    question: Question
    answer: Answer
    reasons: tuple[Reason, ...]
    treaty: Treaty
    day: Day

    @property
    def samples(self) -> tuple[PartyCode, ...]:
        return samples_of(self.reasons)


def samples_of(reasons: Iterable[Reason]) -> tuple[PartyCode, ...]:
    """The States whose law, as far as the reasons rest on it, is invented."""
    held = {read.state for one in reasons for read in one.read if read.sample and read.state is not None}
    return tuple(sorted(held))


def answer_of(reasons: Iterable[Reason]) -> Answer:
    """No where something blocks; not known where the answer hangs on a missing fact; yes where nothing is left open."""
    weights: set[Weight] = set()
    hangs = False
    for one in reasons:
        weights.add(one.weight)
        hangs = hangs or (one.weight is Weight.NOT_KNOWN and one.decides)
    if Weight.BLOCKS in weights:
        return Answer.NO
    if hangs:
        return Answer.NOT_KNOWN
    if weights & {Weight.ONLY_IF, Weight.WARNS, Weight.NOT_KNOWN}:
        return Answer.ONLY_IF
    return Answer.YES


def in_order(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """By topic, the heaviest first in each; otherwise as they came."""
    topics, weights = list(Topic), list(Weight)
    return tuple(sorted(reasons, key=lambda one: (topics.index(one.topic), weights.index(one.weight))))


def of_law(certainty: Certainty, *others: Certainty) -> Weight:
    """What an obstacle weighs: it blocks only where the rule and every fact under it are certain."""
    return Weight.BLOCKS if {certainty, *others} == {Certainty.CERTAIN} else Weight.WARNS
