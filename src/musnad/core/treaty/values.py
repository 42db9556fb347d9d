"""The treaty as values: what a lawyer wrote in the files, linked and checked.

Everything is frozen. A ``Rule`` is the only thing that carries an article and a paragraph; all else names rules, and
code asks for what a rule does, never for its number. Periods and thresholds are the ``number`` of a rule, written once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from musnad.core.kernel.names import Digest, Slug
from musnad.core.kernel.times import Day
from musnad.core.treaty.errors import UnknownMeasure


class Certainty(StrEnum):
    """How sure a statement is. Only what is certain may block; all else warns."""

    CERTAIN = "certain"
    REPORTED = "reported"
    FROM_MEMORY = "from-memory-verify"
    DESIGN = "design"


class Numbering(StrEnum):
    """How sure the article and paragraph number of a rule is, whatever the certainty of its substance."""

    CERTAIN = "certain"
    CORROBORATED = "corroborated"
    FROM_MEMORY = "from-memory-verify"
    DISPUTED = "disputed"


class FieldKind(StrEnum):
    """The form of a field's value; ``forms.py`` says what each takes."""

    TEXT = "text"
    LONG_TEXT = "long-text"
    DAY = "day"
    PERIOD = "period"
    CHOICE = "choice"
    YES_NO = "yes-no"
    IDENTIFIERS = "identifiers"
    DATA_CATEGORIES = "data-categories"
    OFFENCE = "offence"
    REFERENCE = "reference"
    CONTACT = "contact"


Outcome = Literal["preservation", "evidence", "answer", "notice", "joint"]
"""What a request that is not refused ends in: a confirmation with a last day; exhibits offered and received; a report
of execution; nothing more than its receipt; joint work, until the asked side reports its end."""
Stage = Literal["asking", "answering", "executing", "using"]
Force = Literal["must", "may"]
Unit = Literal["days", "years", "instruments", "officers"]
ApprovalAct = Literal["send", "release", "open"]
CriminalityPolicy = Literal["no-condition", "may-be-asked", "required"]
UseLimitName = Literal["speciality", "confidentiality", "onward-consent", "return-or-deletion", "safeguards"]


@dataclass(frozen=True, slots=True)
class Label:
    """One text in several languages; English and Arabic always stand."""

    texts: Mapping[str, str]

    def for_language(self, language: str) -> str:
        """The text in that language (``ar``, ``ar-QA``), or in English where there is none."""
        return self.texts.get(language.partition("-")[0].lower(), self.texts["en"])


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of law or of practice, with its reference and how sure it is."""

    name: Slug
    article: int | None
    paragraph: str | None
    numbering: Numbering | None
    certainty: Certainty
    parallel: tuple[str, ...]
    source: str
    says: Label
    number: int | None
    unit: Unit | None
    note: str | None


@dataclass(frozen=True, slots=True)
class Named:
    """A word with a label and, where it helps, an explanation: a role, an event, a data category, a legal basis."""

    name: Slug
    label: Label
    help: Label | None
    rule: Rule | None


@dataclass(frozen=True, slots=True)
class IdentifierType:
    """A kind of identifier; ``timed`` where it means little without the moment at which it was in use."""

    name: Slug
    label: Label
    form: Literal["text", "internet-address"]
    timed: bool


@dataclass(frozen=True, slots=True)
class Offence:
    """An offence that the Convention itself establishes; its reference is data for the reader, not for code."""

    name: Slug
    label: Label
    article: int
    certainty: Certainty
    source: str


@dataclass(frozen=True, slots=True)
class OffenceClass:
    """How an offence stands to the Convention: its own, another serious crime, or any other."""

    name: Slug
    label: Label
    offences: Mapping[Slug, Offence]
    threshold: Rule | None
    maxima_rule: Rule | None


@dataclass(frozen=True, slots=True)
class Ground:
    """A lawful reason to refuse, or one that may never serve; which of the two, the measure says."""

    name: Slug
    label: Label
    help: Label
    rule: Rule
    needs_reservation: bool
    not_for_offences: frozenset[Slug]


@dataclass(frozen=True, slots=True)
class Needs:
    """A second field that must be filled when the first is, and the rule that says so."""

    field: Slug
    rule: Rule


@dataclass(frozen=True, slots=True)
class Choice:
    name: Slug
    label: Label
    needs: tuple[Needs, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a request's form, as one measure uses it."""

    name: Slug
    kind: FieldKind
    required: bool
    must_be: bool | None
    label: Label
    help: Label
    rule: Rule
    choices: tuple[Choice, ...]
    needs: tuple[Needs, ...]
    unless: Mapping[Slug, Slug]
    """Choices (by the field that holds each) under which a required field is not required."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A period: how long at least, from what, what stops or keeps it running, how it is lengthened, when to warn."""

    name: Slug
    rule: Rule
    counted_from: Slug
    counting_rule: Rule
    kept_until: Slug | None
    keeping_rule: Rule | None
    extension_rule: Rule | None
    suspended_by: Slug | None
    suspending_rule: Rule | None
    warn_days: tuple[int, ...]
    """How many days before the last day somebody is warned, the earliest warning first."""

    @property
    def at_least_days(self) -> int:
        return self.rule.number or 0


@dataclass(frozen=True, slots=True)
class Preceding:
    """A step that comes before another: a consultation before a refusal on certain grounds (all, if none is named)."""

    step: Slug
    before: Slug
    grounds: frozenset[Slug]
    rule: Rule


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A measure that must or may follow this one."""

    measure: Slug
    force: Force
    rule: Rule


@dataclass(frozen=True, slots=True)
class Duty:
    """A rule that the officer is told at one stage; the engine does not judge it."""

    stage: Stage
    rule: Rule


@dataclass(frozen=True, slots=True)
class DualCriminality:
    """Whether the conduct must be criminal in both States before this measure is taken."""

    policy: CriminalityPolicy
    rule: Rule


@dataclass(frozen=True, slots=True)
class OpenCategories:
    """The only categories of data that a measure reaches."""

    allowed: frozenset[Slug]
    rule: Rule


@dataclass(frozen=True, slots=True)
class UseLimit:
    """A limit on what is handed over that the law sets (``must``), or lets the sender set (``may``)."""

    limit: UseLimitName
    force: Force
    rule: Rule


@dataclass(frozen=True, slots=True)
class SharedApproval:
    """How many officers of one authority must each have signed before one of these acts is done under a measure."""

    acts: frozenset[ApprovalAct]
    categories: frozenset[Slug]
    """Only for requests that reach data of one of these categories, or that name none; empty: for every request."""
    rule: Rule

    @property
    def officers(self) -> int:
        return self.rule.number or 0


@dataclass(frozen=True, slots=True)
class Parties:
    """Which roles of authorities may stand on one side of a measure."""

    roles: frozenset[Slug]
    rule: Rule


@dataclass(frozen=True, slots=True)
class Measure:
    """A form of cooperation: everything that the data says of it, parts included."""

    name: Slug
    label: Label
    help: Label
    outcome: Outcome
    rule: Rule
    askers: Parties
    addressees: Parties
    scope_rule: Rule
    opened_by: Mapping[Slug, Rule]
    dual_criminality: DualCriminality | None
    data_categories: OpenCategories | None
    fields: Mapping[Slug, Field]
    limits: tuple[Limit, ...]
    grounds: Mapping[Slug, Ground]
    grounds_rule: Rule
    barred: Mapping[Slug, Rule]
    precedes: tuple[Preceding, ...]
    follow_ups: tuple[FollowUp, ...]
    duties: tuple[Duty, ...]
    use_limits: tuple[UseLimit, ...]
    approvals: tuple[SharedApproval, ...]
    """What one officer alone may not do; each act stands at most once, and one officer suffices for the others."""


@dataclass(frozen=True, slots=True)
class InForce:
    """Whether the treaty is in force, as far as a source said on a day; never more than that."""

    value: bool
    certainty: Certainty
    source: str
    as_of: Day
    rule: Rule


@dataclass(frozen=True, slots=True)
class Life:
    """The rules that give the numbers of the treaty's own life: when it begins for whom, and when it ends."""

    instruments: Rule | None
    delay: Rule | None
    later_party_delay: Rule | None
    withdrawal_delay: Rule | None


@dataclass(frozen=True, slots=True)
class Treaty:
    """One version of the data. ``digest`` is that of its bundle, and each request names it."""

    digest: Digest
    name: Slug
    label: Label
    adopted_on: Day
    in_force: InForce
    life: Life
    instruments: Mapping[Slug, Named]
    roles: Mapping[Slug, Named]
    events: Mapping[Slug, Named]
    data_categories: Mapping[Slug, Named]
    identifier_types: Mapping[Slug, IdentifierType]
    offence_classes: Mapping[Slug, OffenceClass]
    grounds: Mapping[Slug, Ground]
    rules: Mapping[Slug, Rule]
    sources: Mapping[str, str]
    measures: Mapping[Slug, Measure]

    def measure(self, name: str) -> Measure:
        """The measure of that name; ``UnknownMeasure`` if the data holds none."""
        found = self.measures.get(Slug(name))
        if found is None:
            raise UnknownMeasure(name)
        return found
