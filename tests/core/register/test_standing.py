"""Where a State stands, and when the Convention enters into force, as of any date."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from musnad.adapters.treaty_files import load_treaty
from musnad.core.kernel.names import Slug
from musnad.core.register.errors import LifeRuleMissing, NoSuchState
from musnad.core.register.force import entry_into_force
from musnad.core.register.life import LifeNumbers, after, life_numbers
from musnad.core.register.standing import may_be_party, standing, told
from musnad.core.register.values import FactKind, Register, Span
from musnad.core.treaty.values import Certainty
from tests.core.register.data import BASE, STATES, day, load, numbers, register_of, row, rule

TREATY_NUMBERS = life_numbers(load_treaty().rules)
LISTS = (
    ",,list,signatures,,2039-01-01,,,certain,T1,2040-01-01,,",
    ",,list,deposits,,2039-01-01,,,certain,T1,2040-01-01,,",
)


def exact(text: str) -> Span:
    return Span(day(text), day(text))


def joined(count: int, first: str = "2027-01-01", step: int = 1, *more: str) -> Register:
    """A register in which so many States acceded, one every ``step`` days from the first."""
    begin = day(first)
    lines = [row(code, "accession", str(begin + timedelta(days=step * n))) for n, code in enumerate(STATES[:count])]
    return register_of([*LISTS, *lines, *more])


def test_the_treatys_own_numbers_are_read_by_name() -> None:
    assert TREATY_NUMBERS.needed == 40
    assert after(day("2027-01-01"), TREATY_NUMBERS.delay) == day("2027-04-01")
    assert after(day("2027-01-01"), TREATY_NUMBERS.later_party) == day("2027-01-31")
    assert after(day("2027-01-01"), TREATY_NUMBERS.withdrawal) == day("2028-01-01")


@pytest.mark.parametrize(
    "name", ["entry-into-force-instruments", "entry-into-force-delay", "later-party-delay", "withdrawal-delay"]
)
def test_a_number_that_the_treaty_data_lacks_is_an_error_and_not_a_guess(name: str) -> None:
    rules = dict(load_treaty().rules)
    for broken in (
        {key: one for key, one in rules.items() if key != name},
        {**rules, Slug(name): replace(rules[Slug(name)], number=None, unit=None)},
        {**rules, Slug(name): replace(rules[Slug(name)], unit="days" if "instruments" in name else "instruments")},
    ):
        with pytest.raises(LifeRuleMissing) as caught:
            life_numbers(broken)
        assert caught.value.rule == name


def test_a_year_ends_on_the_same_date_or_the_last_of_february() -> None:
    year = rule("withdrawal-delay", 1, "years")
    assert after(day("2028-02-29"), year) == day("2029-02-28")
    assert after(day("2028-02-28"), year) == day("2029-02-28")
    assert after(day("9999-12-31"), year) == day("9999-12-31")
    assert after(day("9999-12-31"), rule("x", 1, "days")) == day("9999-12-31")


def test_as_found_the_convention_is_not_in_force_and_the_count_is_a_bound() -> None:
    found = entry_into_force(BASE, day("2026-08-19"), TREATY_NUMBERS)
    assert (found.verdict, found.counted, found.possible, found.needed) == ("not-in-force", 3, 3, 40)
    assert found.is_bound
    assert len(found.inexact) == 3
    assert found.enters is None
    assert found.certainty is Certainty.REPORTED
    assert [one.fact.value for one in found.counts] == ["72", "76"]


def test_what_deposits_past_the_lists_end_could_have_changed_is_not_known() -> None:
    """The list of deposits ends on 21 May 2026; what was deposited on the 22nd could take effect on 20 August."""
    for asked in ("2026-08-20", "2026-11-23", "2027-06-01", "9999-12-31"):
        found = entry_into_force(BASE, day(asked), TREATY_NUMBERS)
        assert (found.verdict, found.counted, found.enters) == ("not-known", 3, None)
    whole = load(BASE, row("", "list", "2027-06-01", about="deposits"))
    assert entry_into_force(whole, day("2027-08-30"), TREATY_NUMBERS).verdict == "not-in-force"
    assert entry_into_force(whole, day("2027-08-31"), TREATY_NUMBERS).verdict == "not-known"


def test_a_known_day_to_come_could_come_sooner_by_deposits_that_no_list_has() -> None:
    few = numbers(needed=2, delay=90)
    early = load(BASE, *(row(code, "ratification", "2026-07-01") for code in ("FR", "ES")))
    found = entry_into_force(early, day("2026-06-30"), numbers(needed=5, delay=90))
    assert found.verdict == "not-in-force"
    told = entry_into_force(early, day("2026-09-01"), numbers(needed=5, delay=90))
    assert told.verdict == "not-known", "on 20 August it could have entered already; surely on 29 September"
    assert entry_into_force(early, day("2026-09-29"), numbers(needed=5, delay=90)).verdict == "in-force"
    assert entry_into_force(BASE, day("2026-12-01"), few).verdict == "in-force"


def test_where_it_is_in_force_another_state_could_have_joined_past_the_lists_end() -> None:
    life = numbers(needed=3, delay=90, later=30)
    for asked, could in (("2026-06-20", False), ("2026-06-21", True), ("2027-01-01", True)):
        assert may_be_party(BASE, standing(BASE, "FR", day(asked), life), life) is could
    assert not may_be_party(BASE, standing(BASE, "QA", day("2027-01-01"), life), life), "it is one"


def test_a_deposit_known_only_by_a_report_counts_surely_from_that_day_alone() -> None:
    for asked, counted, possible in (("2026-02-12", 0, 3), ("2026-02-13", 1, 3), ("2025-10-24", 0, 0)):
        found = entry_into_force(BASE, day(asked), TREATY_NUMBERS)
        assert (found.counted, found.possible) == (counted, possible)


def test_enters_into_force_on_the_ninetieth_day_after_the_fortieth_instrument() -> None:
    register = joined(40)
    fortieth = day("2027-01-01") + timedelta(days=39)
    found = entry_into_force(register, fortieth, numbers())
    enters = fortieth + timedelta(days=90)
    assert (found.verdict, found.counted, found.enters) == ("not-in-force", 40, Span(enters, enters))
    assert entry_into_force(register, enters - timedelta(days=1), numbers()).verdict == "not-in-force"
    at = entry_into_force(register, enters, numbers())
    assert (at.verdict, at.is_bound, at.inexact) == ("in-force", False, ())
    assert {one.name for one in at.rules} == {"entry-into-force-instruments", "entry-into-force-delay"}


def test_an_organisations_instrument_is_not_counted() -> None:
    register = joined(39, "2027-01-01", 1, row("EU", "accession", "2027-01-02"))
    found = entry_into_force(register, day("2030-01-01"), numbers())
    assert (found.verdict, found.counted) == ("not-in-force", 39)
    assert [one.fact.party for one in found.uncounted] == ["EU"]


def test_deposits_after_the_asked_day_do_not_count() -> None:
    found = entry_into_force(joined(40), day("2027-01-10"), numbers())
    assert (found.counted, found.enters) == (10, None)


def test_a_bounded_day_makes_the_answer_a_span_and_says_so() -> None:
    register = joined(1, "2027-01-01", 1, row(STATES[1], "accession", not_before="2027-02-01", by="2027-03-01"))
    few = numbers(needed=2, delay=90)
    found = entry_into_force(register, day("2027-05-15"), few)
    assert found.enters == Span(day("2027-05-02"), day("2027-05-30"))
    assert (found.verdict, found.counted) == ("not-known", 2)
    assert [one.fact.party for one in found.inexact] == [STATES[1]]
    assert entry_into_force(register, day("2027-05-30"), few).verdict == "in-force"
    assert entry_into_force(register, day("2027-05-01"), few).verdict == "not-in-force"
    assert entry_into_force(register, day("2027-02-15"), few).counted == 1


def test_a_withdrawal_does_not_uncount_an_instrument_but_is_named() -> None:
    register = joined(2, "2027-01-01", 1, row(STATES[0], "withdrawal", "2027-06-01"))
    found = entry_into_force(register, day("2028-01-01"), numbers(needed=2))
    assert found.verdict == "in-force"
    assert [one.fact.party for one in found.left] == [STATES[0]]
    assert entry_into_force(register, day("2027-05-31"), numbers(needed=2)).left == ()


def steps_of(register: Register, code: str, life: LifeNumbers, *days: str) -> list[str]:
    return [standing(register, code, day(one), life).status for one in days]


def test_a_state_goes_from_nothing_to_signed_to_deposited_to_party_to_withdrawn() -> None:
    lines = [
        row("QA", "signature", "2025-10-26"),
        row("QA", "ratification", "2026-02-10"),
        row("QA", "withdrawal", "2028-03-01"),
        row("VN", "accession", "2026-03-01"),
    ]
    register, few = register_of([*LISTS, *lines]), numbers(needed=2)
    days = [
        "2025-10-25",
        "2025-10-26",
        "2026-02-09",
        "2026-02-10",
        "2026-05-29",
        "2026-05-30",
        "2029-02-28",
        "2029-03-01",
    ]
    assert steps_of(register, "QA", few, *days) == [
        "none", "signed", "signed", "deposited", "deposited", "party", "party", "withdrawn",
    ]  # fmt: skip
    found = standing(register, "QA", day("2028-06-01"), few)
    assert found.in_force_from == exact("2026-05-30")
    assert found.withdrawal_effective == exact("2029-03-01")
    assert found.certainty is Certainty.FROM_MEMORY  # the rule for later Parties is, and it was asked
    assert not found.is_bound
    assert {one.name for one in found.rules} >= {"withdrawal-delay", "later-party-delay"}


def test_a_later_party_waits_for_its_own_thirtieth_day_or_the_general_one() -> None:
    late = row("QA", "accession", "2027-05-01")
    register = register_of([*LISTS, row("VN", "accession", "2027-01-01"), row("FR", "accession", "2027-02-01"), late])
    few = numbers(needed=2)
    general = day("2027-02-01") + timedelta(days=90)
    assert standing(register, "VN", day("2028-01-01"), few).in_force_from == Span(general, general)
    assert standing(register, "FR", day("2028-01-01"), few).in_force_from == Span(general, general)
    assert standing(register, "QA", day("2028-01-01"), few).in_force_from == exact("2027-05-31")
    soon = load(register, row("EG", "accession", "2027-02-02"))
    assert standing(soon, "EG", day("2028-01-01"), few).in_force_from == Span(general, general)
    assert steps_of(register, "QA", few, "2027-05-30", "2027-05-31") == ["deposited", "party"]


def test_an_organisation_becomes_a_party_although_it_is_not_counted() -> None:
    register = joined(2, "2027-01-01", 1, row("EU", "approval", "2027-08-01"), row("EU", "signature", "2025-10-25"))
    found = standing(register, "EU", day("2027-09-01"), numbers(needed=2))
    assert (found.status, found.in_force_from) == ("party", exact("2027-08-31"))


def test_a_state_that_joins_again_is_a_party_again() -> None:
    register = joined(
        2, "2027-01-01", 1, row(STATES[0], "withdrawal", "2028-01-01"), row(STATES[0], "accession", "2030-01-01")
    )
    few = numbers(needed=2)
    days = ["2028-12-31", "2029-01-01", "2030-01-01", "2030-01-31"]
    assert steps_of(register, STATES[0], few, *days) == ["party", "withdrawn", "deposited", "party"]


def test_what_is_not_known_is_told_as_such() -> None:
    nothing = standing(BASE, "US", day("2026-11-23"), TREATY_NUMBERS)
    assert (nothing.status, nothing.certainty, nothing.facts, nothing.is_bound) == ("none", None, (), True)
    assert standing(BASE, "US", day("2026-01-01"), TREATY_NUMBERS).is_bound is False
    qatar = standing(BASE, "QA", day("2026-01-15"), TREATY_NUMBERS)
    assert (qatar.status, qatar.at_most, qatar.is_known) == ("signed", "deposited", False)
    assert qatar.certainty is Certainty.CERTAIN
    later = standing(BASE, "QA", day("2026-11-23"), TREATY_NUMBERS)
    assert (later.status, later.is_known, later.certainty) == ("deposited", True, Certainty.REPORTED)
    assert later.since == Span(day("2025-10-25"), day("2026-02-13"))
    assert later.in_force_from is None
    fiji = standing(BASE, "FJ", day("2025-12-01"), TREATY_NUMBERS)
    assert (fiji.status, fiji.at_most, fiji.certainty) == ("none", "signed", Certainty.REPORTED)


def test_a_register_without_lists_is_a_bound_on_every_day() -> None:
    register = register_of([row("QA", "signature", "2025-10-25")])
    assert standing(register, "QA", day("2025-10-25"), numbers()).is_bound
    assert entry_into_force(register, day("2025-10-25"), numbers()).is_bound


def test_a_code_of_no_state_is_an_error() -> None:
    for code in ("XX", "UN", "qa", ""):
        with pytest.raises(NoSuchState):
            standing(BASE, code, day("2026-01-01"), TREATY_NUMBERS)


def test_what_a_state_has_told_can_be_asked_for_by_kind_and_subject() -> None:
    found = told(BASE, "QA", day("2026-11-23"), FactKind.RESERVATION, about=Slug("dispute-settlement"))
    assert [one.fact.source for one in found] == ["T8"]
    assert told(BASE, "QA", day("2025-10-24"), FactKind.RESERVATION) == ()
