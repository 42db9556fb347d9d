"""Each number of each treaty, by what it does at its boundary; the table is written by hand, never read from the data.

For every number: the number it should be, and a way to find it out by behaviour. The same ways, put to data in which
the number is one more or one less, must find something else.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from musnad.adapters.treaty_files import load_treaty, read_treaty_files, treaty_names
from musnad.core.register.life import after, life_numbers
from musnad.core.treaty import engine
from musnad.core.treaty.build import build_treaty
from musnad.core.treaty.values import ApprovalAct, Rule, Treaty
from tests.core.treaty.answers import full
from tests.core.treaty.data import PRESERVE
from tests.core.treaty.mutants import Data

DAY = date(2026, 11, 23)
CONVENTION, BUDAPEST, ARAB = "un-convention-against-cybercrime", "budapest-convention", "arab-convention"
Way = Callable[[Treaty], int]


def days_of_preservation(treaty: Treaty) -> int:
    """The fewest days that a confirmation may give without a finding; one day fewer draws one."""
    for days in range(1, 4000):
        until = DAY + timedelta(days=days)
        if not engine.check_confirmation(treaty, PRESERVE, counted_from=DAY, until=until):
            return days
    return 0


def years_of_a_serious_crime(treaty: Treaty) -> int:
    """The fewest years, as the maximum in both States, that open the measure for a serious crime."""
    measure = treaty.measure(PRESERVE)
    for years in range(1, 60):
        maximum = {"number": years, "unit": "years"}
        both = {"maximum": maximum, "maximum-in-asked-state": maximum}
        offence = {"class": "serious-crime", "provision": "x", **both}
        roles = {"asker_roles": measure.askers.roles, "addressee_roles": measure.addressees.roles}
        if not engine.check_request(treaty, PRESERVE, {**full(treaty, measure), "offence": offence}, **roles):
            return years
    return 0


def days_of_safe_conduct(treaty: Treaty) -> int:
    return (engine.least_last_day(treaty, "mutual-legal-assistance", DAY) - DAY).days


def told_at_home(treaty: Treaty) -> int:
    """The days of an order at home, as whoever carries out a preservation reads them."""
    [duty] = [
        one for one in engine.duties(treaty, PRESERVE, "executing") if one.rule.name == "preservation-order-at-home"
    ]
    return digits(duty.rule)


def years_told_for_extradition(treaty: Treaty) -> int:
    [duty] = [one for one in engine.duties(treaty, "extradition", "asking") if one.rule.name == "extradition-at-least"]
    return digits(duty.rule)


def digits(rule: Rule) -> int:
    """The one number that both languages of a rule's text give."""
    [english, arabic] = [
        {int(run) for run in "".join(c if c.isdigit() else " " for c in rule.says.for_language(language)).split()}
        for language in ("en", "ar")
    ]
    [number] = english & arabic
    return number


def officers_for(measure: str, act: ApprovalAct) -> Way:
    """The fewest officers whose signatures draw no remark."""

    def count(treaty: Treaty) -> int:
        return next(
            officers
            for officers in range(1, 99)
            if not engine.check_approvals(treaty, measure, act, {}, officers=officers)
        )

    return count


def life_of(treaty: Treaty, name: str) -> Rule:
    found: Rule | None = getattr(treaty.life, name)
    assert found is not None
    return found


def instruments_needed(treaty: Treaty) -> int:
    found = life_of(treaty, "instruments")
    return life_numbers(treaty.rules).needed if treaty.life.withdrawal_delay is not None else found.number or 0


def days_after(name: str) -> Way:
    """How many days after a deposit the register puts the day that follows from it."""
    return lambda treaty: (after(DAY, life_of(treaty, name)) - DAY).days


def years_until_withdrawal(treaty: Treaty) -> int:
    last = after(DAY, life_of(treaty, "withdrawal_delay"))
    assert (last.month, last.day) == (DAY.month, DAY.day)
    return last.year - DAY.year


TABLE: dict[tuple[str, str], tuple[int, Way]] = {
    (CONVENTION, "preservation-at-least"): (60, days_of_preservation),
    (CONVENTION, "preservation-order-at-home"): (90, told_at_home),
    (CONVENTION, "serious-crime-meaning"): (4, years_of_a_serious_crime),
    (CONVENTION, "safe-conduct"): (15, days_of_safe_conduct),
    (CONVENTION, "entry-into-force-instruments"): (40, instruments_needed),
    (CONVENTION, "entry-into-force-delay"): (90, days_after("delay")),
    (CONVENTION, "later-party-delay"): (30, days_after("later_party_delay")),
    (CONVENTION, "withdrawal-delay"): (1, years_until_withdrawal),
    (BUDAPEST, "preservation-at-least"): (60, days_of_preservation),
    (BUDAPEST, "preservation-order-at-home"): (90, told_at_home),
    (BUDAPEST, "extradition-at-least"): (1, years_told_for_extradition),
    (ARAB, "preservation-at-least"): (60, days_of_preservation),
    (ARAB, "preservation-order-at-home"): (90, told_at_home),
    (ARAB, "extradition-at-least"): (1, years_told_for_extradition),
    (ARAB, "entry-into-force-instruments"): (7, instruments_needed),
    (ARAB, "entry-into-force-delay"): (30, days_after("delay")),
    (ARAB, "later-party-delay"): (30, days_after("later_party_delay")),
    (CONVENTION, "officers-for-property"): (2, officers_for("confiscation-of-property", "send")),
}
for _treaty in (CONVENTION, BUDAPEST, ARAB):
    TABLE |= {
        (_treaty, "officers-for-secret-collection"): (2, officers_for("collection-of-traffic-data", "send")),
        (_treaty, "officers-for-liberty"): (2, officers_for("extradition", "send")),
        (_treaty, "officers-for-release-of-content"): (2, officers_for("access-to-stored-data", "release")),
        (_treaty, "officers-for-opening-of-intercepted-content"): (2, officers_for("interception-of-content", "open")),
    }


FEWEST = {"officers": 2}
"""One officer signs in any case: the reader refuses a rule that says no more."""


def test_every_number_of_every_treaty_is_in_the_table() -> None:
    numbered = {
        (name, rule.name) for name in treaty_names() for rule in load_treaty(name).rules.values() if rule.number
    }
    assert numbered == TABLE.keys()


@pytest.mark.parametrize(("treaty", "rule"), TABLE)
def test_the_number_does_what_it_should(treaty: str, rule: str) -> None:
    number, way = TABLE[treaty, rule]
    assert way(load_treaty(treaty)) == number


@pytest.mark.parametrize("treaty", treaty_names())
def test_one_more_or_one_less_does_something_else(treaty: str) -> None:
    data = Data(read_treaty_files(treaty))
    for (name, rule), (number, way) in TABLE.items():
        if name == treaty:
            for other in {number + 1, max(number - 1, FEWEST.get(rule.partition("-")[0], 1))} - {number}:
                assert way(with_number(data, rule, other)) == other


def with_number(data: Data, rule: str, number: int) -> Treaty:
    """The treaty with another number in one rule; nothing else of it is touched."""
    [(file, form)] = [(file, form) for file, form in data.forms.items() if rule in form.rules]
    found = form.rules[rule]
    assert found.quantity is not None
    changed = found.model_copy(update={"quantity": found.quantity.model_copy(update={"number": number})})
    other = form.model_copy(update={"rules": {**form.rules, rule: changed}})
    return build_treaty({**data.forms, file: other}, data.digest)[0]
