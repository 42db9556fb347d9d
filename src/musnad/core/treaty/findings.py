"""What the engine answers: codes and facts, never sentences.

A finding of law blocks only when its rule is certain. A finding of form (a value of the wrong kind, a name that the
data does not hold) always blocks and has no rule: the form is ours, and no State can be bound by a value without one.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from musnad.core.kernel.names import Slug
from musnad.core.treaty.values import Certainty, Rule


class Severity(StrEnum):
    BLOCKS = "blocks"
    WARNS = "warns"


class FindingCode(StrEnum):
    """Every code the engine gives; the value is stable, the comment is its meaning."""

    # form: always blocks
    FIELD_UNKNOWN = "field-unknown"  # the measure has no such field
    FIELD_WRONG_FORM = "field-wrong-form"  # the value is not of the field's kind
    FIELD_TOO_LONG = "field-too-long"  # more characters or entries than the form takes
    TIME_ZONE_MISSING = "time-zone-missing"  # a time or period without its zone
    PERIOD_REVERSED = "period-reversed"  # a period that ends before it begins
    GROUND_UNKNOWN = "ground-unknown"  # the treaty data holds no such ground
    GROUND_MISSING = "ground-missing"  # a refusal that names no ground
    BASIS_UNKNOWN = "basis-unknown"  # the treaty data holds no such legal basis
    CONFIRMATION_NOT_DUE = "confirmation-not-due"  # the measure preserves nothing, so nothing is confirmed
    EXTENSION_NOT_LATER = "extension-not-later"  # the new last day is not after the present one
    # law and practice: blocks if the rule is certain, otherwise warns
    ASKER_ROLE = "asker-role"  # the asking authority has none of the roles that ask for this
    ADDRESSEE_ROLE = "addressee-role"  # the asked authority has none of the roles that are asked for this
    FIELD_MISSING = "field-missing"  # a required field is not filled
    FIELD_NEEDED_WITH = "field-needed-with"  # a field that another field, or the choice made in it, calls for
    FIELD_NOT_AS_DUE = "field-not-as-due"  # a yes-no field that must be the other of the two
    IDENTIFIER_WITHOUT_TIME = "identifier-without-time"  # an identifier that means little without its moment
    OFFENCE_NOT_OPEN = "offence-not-open"  # the measure is not open for offences of this class
    CATEGORY_NOT_OPEN = "category-not-open"  # the measure does not reach data of this category
    MAXIMUM_MISSING = "maximum-missing"  # a serious crime without its maximum penalty
    BELOW_THRESHOLD = "below-threshold"  # the maxima stated are below that of a serious crime
    GROUND_BARRED = "ground-barred"  # a rule says that this ground may not serve here
    GROUND_NOT_OPEN = "ground-not-open"  # the ground is not on the measure's list
    GROUND_NEEDS_RESERVATION = "ground-needs-reservation"  # the ground is only for a State that made a reservation
    GROUND_NOT_FOR_OFFENCE = "ground-not-for-offence"  # the ground never serves for this offence
    CONSULTATION_MISSING = "consultation-missing"  # the two States should consult before this step
    PERIOD_TOO_SHORT = "period-too-short"  # fewer days than the rule gives
    EXTENSION_TOO_LATE = "extension-too-late"  # asked for after the period ended
    APPROVALS_FEWER = "approvals-fewer"  # fewer officers approved this than the rule says
    TREATY_NOT_IN_FORCE = "treaty-not-in-force"  # the basis is a treaty that is not in force as far as known


FORM = frozenset(
    {
        FindingCode.FIELD_UNKNOWN,
        FindingCode.FIELD_WRONG_FORM,
        FindingCode.FIELD_TOO_LONG,
        FindingCode.TIME_ZONE_MISSING,
        FindingCode.PERIOD_REVERSED,
        FindingCode.GROUND_UNKNOWN,
        FindingCode.GROUND_MISSING,
        FindingCode.BASIS_UNKNOWN,
        FindingCode.CONFIRMATION_NOT_DUE,
        FindingCode.EXTENSION_NOT_LATER,
    }
)
"""The codes of form, which no rule stands behind; a catalogue says what to do about each."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to say about a request, refusal or period.

    ``about`` is a fact for the sentence: a role, ground, class or day, or the place inside a field (``[3].from``).
    """

    code: FindingCode
    severity: Severity
    field: Slug | None = None
    rule: Slug | None = None
    certainty: Certainty | None = None
    about: str = ""


def of_form(code: FindingCode, *, field: Slug | None = None, about: str = "") -> Finding:
    """A defect of form: it blocks."""
    return Finding(code, Severity.BLOCKS, field=field, about=about)


def of_rule(
    code: FindingCode, rule: Rule, *, field: Slug | None = None, about: str = "", at_most: Certainty | None = None
) -> Finding:
    """A finding under a rule: it blocks only if the rule, and the fact it is applied to (``at_most``), are certain."""
    certainty = at_most or rule.certainty
    if rule.certainty is not Certainty.CERTAIN:
        certainty = rule.certainty
    severity = Severity.BLOCKS if certainty is Certainty.CERTAIN else Severity.WARNS
    return Finding(code, severity, field=field, rule=rule.name, certainty=certainty, about=about)
