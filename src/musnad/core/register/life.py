"""The numbers of a treaty's own life, read from its rules by name, and the days that follow from them."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from musnad.core.kernel.names import Slug
from musnad.core.kernel.times import Day
from musnad.core.register.errors import LifeRuleMissing
from musnad.core.treaty.values import Rule

INSTRUMENTS = Slug("entry-into-force-instruments")
DELAY = Slug("entry-into-force-delay")
LATER_PARTY = Slug("later-party-delay")
WITHDRAWAL = Slug("withdrawal-delay")


@dataclass(frozen=True, slots=True)
class LifeNumbers:
    """The four rules with their numbers: how many instruments, and how long after what."""

    instruments: Rule
    delay: Rule
    later_party: Rule
    withdrawal: Rule

    @property
    def needed(self) -> int:
        return self.instruments.number or 0


def life_numbers(rules: Mapping[Slug, Rule]) -> LifeNumbers:
    """The numbers from a treaty's rules (``Treaty.rules``); ``LifeRuleMissing`` where one has no number or unit."""

    def rule(name: Slug, *units: str) -> Rule:
        found = rules.get(name)
        if found is None or not found.number or found.unit not in units:
            raise LifeRuleMissing(name)
        return found

    return LifeNumbers(
        rule(INSTRUMENTS, "instruments"),
        rule(DELAY, "days", "years"),
        rule(LATER_PARTY, "days", "years"),
        rule(WITHDRAWAL, "days", "years"),
    )


def after(day: Day, rule: Rule) -> Day:
    """The day on which the rule's period, counted from ``day``, has run.

    Days are counted from the day after. A year ends on the day of the same date; the last of February for the 29th.
    What lies past the last day that a calendar here holds is that last day.
    """
    number = rule.number or 0
    try:
        if rule.unit == "years":
            year = day.year + number
            return day.replace(year=year, day=min(day.day, monthrange(year, day.month)[1]))
        return day + timedelta(days=number)
    except (ValueError, OverflowError):
        return Day.max
