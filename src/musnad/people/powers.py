"""Roles at a desk, and the powers that each gives. Data only: whoever asks, asks for a power and never for a role."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum


class Role(Enum):
    """What a person is at this desk; one person may be several."""

    DUTY_OFFICER = "duty-officer"
    LAWYER = "lawyer"
    EXAMINER = "examiner"
    APPROVER = "approver"
    OVERSEER = "overseer"
    ADMINISTRATOR = "administrator"


class Power(Enum):
    """What a page may ask for."""

    SEE_CASES = "see-cases"
    COMPOSE = "compose"
    ANSWER = "answer"
    EVIDENCE = "evidence"
    APPROVE = "approve"
    PUBLISH = "publish"
    OVERSEE = "oversee"
    ADMINISTER = "administer"
    REFERENCE = "reference"


POWERS: Mapping[Role, frozenset[Power]] = {
    Role.DUTY_OFFICER: frozenset({Power.SEE_CASES, Power.COMPOSE, Power.ANSWER, Power.EVIDENCE, Power.APPROVE}),
    Role.LAWYER: frozenset({Power.SEE_CASES, Power.COMPOSE, Power.ANSWER, Power.APPROVE}),
    Role.EXAMINER: frozenset({Power.SEE_CASES, Power.EVIDENCE, Power.APPROVE}),
    Role.APPROVER: frozenset({Power.SEE_CASES, Power.APPROVE, Power.PUBLISH}),
    Role.OVERSEER: frozenset({Power.SEE_CASES, Power.OVERSEE}),
    Role.ADMINISTRATOR: frozenset({Power.ADMINISTER}),
}
"""Everybody may look at register and law. An overseer sees everything and changes nothing; an administrator changes who
may do what and sees no case. What an officer may *approve* is said by the authority's signed roster, not here."""


OF_AN_AUTHORITY = frozenset({Power.SEE_CASES, Power.COMPOSE, Power.ANSWER, Power.EVIDENCE, Power.APPROVE})
"""What is done in cases is done for an authority: a role gives it to nobody who has no pseudonym of one."""


def powers_of(roles: Iterable[Role]) -> frozenset[Power]:
    return frozenset({Power.REFERENCE}).union(*(POWERS[one] for one in roles))
