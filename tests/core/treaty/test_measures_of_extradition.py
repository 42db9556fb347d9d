"""Extradition, provisional arrest, transfers of sentenced persons and of proceedings, and consultation on parallel
cases: their grounds, the step before a refusal, and what comes instead of one. What these measures share with others
that only an offence of the Convention opens is in ``test_measures_of_property.py``."""

from __future__ import annotations

import pytest

from musnad.core.kernel.names import Slug
from musnad.core.treaty import engine
from musnad.core.treaty.findings import Severity
from musnad.core.treaty.reader import parse_treaty
from musnad.core.treaty.values import Certainty, Numbering
from tests.core.treaty.data import TREATY, changed, codes, rule
from tests.core.treaty.data_property import (
    ARREST,
    EXTRADITION,
    FULL_PROPERTY,
    PARALLEL,
    PROCEEDINGS,
    SENTENCED,
    ask_property,
    without,
)

OF_EXTRADITION = {
    "not-punishable-in-both",
    "minimum-penalty",
    "nationality",
    "persecution-of-person-sought",
    "ground-of-extradition-law",
}
OPEN = {
    ARREST: (OF_EXTRADITION | {"arrest-not-warranted"}, "extradition-under-home-conditions"),
    SENTENCED: (
        {"no-agreement-on-transfer", "person-does-not-consent", "agreement-conditions-not-met"},
        "no-transfer-without-agreement",
    ),
    PROCEEDINGS: (
        {"transfer-serves-no-justice", "no-jurisdiction-to-take-over"},
        "transfer-not-in-interest-of-justice",
    ),
    PARALLEL: ({"harm-to-own-case", "not-the-same-conduct"}, "consultation-as-appropriate"),
}


@pytest.mark.parametrize("ground", sorted(TREATY.grounds))
def test_the_grounds_of_refusing_extradition(ground: str) -> None:
    found = {one.code.value for one in engine.check_refusal(TREATY, EXTRADITION, [ground])}
    due = {"consultation-missing"}  # before every refusal of extradition
    if ground == "fiscal-matter":
        assert found == {"ground-barred", *due}
    else:
        assert found == (due if ground in OF_EXTRADITION else {"ground-not-open", *due})
    left = {one.code.value for one in engine.check_refusal(TREATY, EXTRADITION, [ground], consulted=True)}
    assert left == found - due


@pytest.mark.parametrize("measure", OPEN)
def test_the_grounds_of_the_other_measures(measure: str) -> None:
    open_, closing = OPEN[measure]
    assert set(TREATY.measure(measure).grounds) == open_
    for ground in TREATY.grounds:
        found = engine.check_refusal(TREATY, measure, [ground])
        assert [(one.code, one.rule) for one in found] == ([] if ground in open_ else [("ground-not-open", closing)])


def test_a_fiscal_matter_blocks_a_refusal_once_its_rule_is_certain() -> None:
    [warned] = engine.check_refusal(TREATY, EXTRADITION, ["fiscal-matter"], consulted=True)
    assert (warned.rule, warned.severity) == ("fiscal-matter-no-ground-in-extradition", Severity.WARNS)
    table = "rules.fiscal-matter-no-ground-in-extradition"
    treaty = parse_treaty(changed(table, r'^status = ".*"$', 'status = "certain"'))
    [blocked] = engine.check_refusal(treaty, EXTRADITION, ["fiscal-matter"], consulted=True)
    assert blocked.severity is Severity.BLOCKS


def test_the_consultation_before_a_refusal_names_its_own_rule() -> None:
    [found] = engine.check_refusal(TREATY, EXTRADITION, ["minimum-penalty"])
    assert (found.code, found.rule, found.severity) == (
        "consultation-missing",
        "consult-before-refusing-extradition",
        Severity.WARNS,
    )
    assert engine.check_refusal(TREATY, ARREST, ["minimum-penalty"]) == ()  # an arrest cannot wait for talks


def test_the_ground_of_dual_criminality_is_that_of_its_rule() -> None:
    for measure in (EXTRADITION, ARREST):
        asked = TREATY.measure(measure)
        assert asked.dual_criminality is not None
        [ground] = [one.name for one in asked.grounds.values() if one.rule == asked.dual_criminality.rule]
        assert ground == "not-punishable-in-both"
        told = {duty.rule.name for duty in engine.duties(TREATY, measure, "answering")}
        assert {"dual-criminality-by-conduct", "dual-criminality-may-be-waived"} <= told


def test_a_national_who_is_not_extradited_is_prosecuted_instead() -> None:
    ground = TREATY.measure(EXTRADITION).grounds[Slug("nationality")]
    assert ground.rule.name == "refusal-nationality"
    [follow] = [one for one in engine.follow_ups(TREATY, EXTRADITION) if one.measure == PROCEEDINGS]
    assert (follow.rule.name, follow.force) == ("prosecute-instead-of-extraditing", "may")
    told = {duty.rule.name for duty in engine.duties(TREATY, EXTRADITION, "answering")}
    assert {"prosecute-own-national-not-extradited", "foreign-sentence-enforced"} <= told
    assert ask_property(PROCEEDINGS, FULL_PROPERTY[PROCEEDINGS]) == ()


def test_a_trial_calls_for_the_arrest_order_and_a_sentence_for_the_judgment() -> None:
    for measure in (EXTRADITION, ARREST):
        bare = without(measure, "arrest-order")
        assert codes(ask_property(measure, bare)) == {("field-needed-with", "arrest-order")}
        sentence = {**bare, "extradition-purpose": "sentence"}
        assert codes(ask_property(measure, sentence)) == {
            ("field-needed-with", "judgment"),
            ("field-needed-with", "sentence-left"),
        }
        assert ask_property(measure, {**sentence, "judgment": "no. 9, final", "sentence-left": "Two years"}) == ()


def test_a_provisional_arrest_announces_the_extradition_that_must_follow() -> None:
    [found] = ask_property(ARREST, {**FULL_PROPERTY[ARREST], "extradition-intended": False})
    assert (found.code, found.rule, found.severity) == (
        "field-not-as-due",
        "provisional-arrest-for-extradition",
        Severity.WARNS,
    )
    [follow] = engine.follow_ups(TREATY, ARREST)
    assert (follow.measure, follow.force) == (EXTRADITION, "must")


def test_a_wanted_day_gives_its_reasons() -> None:
    [found] = ask_property(EXTRADITION, without(EXTRADITION, "urgency-reasons"))
    assert (found.code, found.field, found.certainty) == ("field-needed-with", "urgency-reasons", Certainty.DESIGN)


def test_what_the_article_does_not_say_is_not_shown_as_law() -> None:
    for name in ("extradition-contents", "speciality-of-surrender", "sentenced-person-file", "transfer-file"):
        assert (rule(name).certainty, rule(name).article) == (Certainty.DESIGN, None)
    fields = TREATY.measure(EXTRADITION).fields
    assert fields[Slug("person-sought")].rule.certainty is Certainty.DESIGN
    assert fields[Slug("offence")].rule.certainty is Certainty.FROM_MEMORY
    [speciality] = [one for one in TREATY.measure(EXTRADITION).use_limits if one.limit == "speciality"]
    assert (speciality.force, speciality.rule.name) == ("may", "speciality-of-surrender")


def test_the_person_is_treated_fairly_and_victims_are_heard() -> None:
    for measure in (EXTRADITION, ARREST, PROCEEDINGS):
        assert "fair-treatment" in {duty.rule.name for duty in engine.duties(TREATY, measure, "executing")}
    assert "victims-heard" in {duty.rule.name for duty in engine.duties(TREATY, PROCEEDINGS, "executing")}


def test_a_transfer_may_be_proposed_without_the_consent_and_says_so() -> None:
    assert ask_property(SENTENCED, {**FULL_PROPERTY[SENTENCED], "consent-of-person": False}) == ()
    assert ask_property(SENTENCED, without(SENTENCED, "consent-of-person")) == ()
    assert "transfer-weighs-the-person" in {duty.rule.name for duty in engine.duties(TREATY, SENTENCED, "executing")}


BASES = {
    "own-territory", "own-ship-or-aircraft", "victim-is-national", "offender-is-national", "laundering-abroad",
    "against-the-state", "offender-is-here", "other",
}  # fmt: skip


def test_parallel_cases_name_a_basis_of_jurisdiction() -> None:
    assert {one.name for one in TREATY.measure(PARALLEL).fields[Slug("jurisdiction-basis")].choices} == BASES
    for basis in BASES:
        assert ask_property(PARALLEL, {**FULL_PROPERTY[PARALLEL], "jurisdiction-basis": basis}) == ()
    told = {duty.rule.name for duty in engine.duties(TREATY, PARALLEL, "asking")}
    assert {"jurisdiction-on-own-territory", "jurisdiction-that-may-be-taken"} <= told


READ_NOWHERE = {22, 33, 34, 37, 38, 39, 47, 48, 49, 50, 51, 52}


def test_no_rule_of_these_articles_is_surer_than_its_source() -> None:
    found = [one for one in TREATY.rules.values() if one.article in READ_NOWHERE]
    assert {one.article for one in found} == READ_NOWHERE
    assert {(one.certainty, one.numbering) for one in found} == {(Certainty.FROM_MEMORY, Numbering.FROM_MEMORY)}
    assert {one.source for one in found if one.parallel} == {"S10"}
    assert {one.source for one in found if not one.parallel} == {"M1"}
