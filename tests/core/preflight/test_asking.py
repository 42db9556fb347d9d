"""Can A ask B? Yes only where nothing is left open, no only for what is certain; else the condition, or not known."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any, cast

import pytest

from musnad.core.kernel.names import PartyCode, Slug
from musnad.core.law.values import Penalty
from musnad.core.preflight.asking import ask, can
from musnad.core.preflight.errors import UnknownBasis, UnknownOffence
from musnad.core.preflight.values import Answer, Found, Known, Reason, Topic, Weight, answer_of
from musnad.core.register.force import entry_into_force
from musnad.core.register.life import life_numbers
from musnad.core.treaty.errors import UnknownMeasure
from musnad.core.treaty.values import Certainty
from tests.core.law.data import SAMPLES
from tests.core.preflight.data import (
    DAY,
    EG,
    KNOWN_DAY,
    LATER,
    QA,
    REGISTER,
    TREATY,
    VN,
    asked,
    certain,
    in_force,
    known,
    of_day,
    on,
    profile,
    reasons,
    registered,
    sure,
    with_profiles,
    without,
)
from tests.core.treaty.data import ACCESS, PRESERVE

IN_FORCE = in_force()
COLLECT, INTERCEPT = "collection-of-traffic-data", "interception-of-content"


def later(**changes: Any) -> Known:
    return known(register=IN_FORCE, day=LATER, **changes)


def test_as_far_as_the_lists_reach_only_another_basis_is_left() -> None:
    found = asked(within=known(profiles=of_day(KNOWN_DAY), day=KNOWN_DAY))
    assert found.answer is Answer.ONLY_IF
    [reason] = reasons(found, Found.NOT_IN_FORCE_BETWEEN)
    numbers = life_numbers(TREATY.rules)
    assert reason.rule == numbers.instruments
    assert reason.facts["needed"] == numbers.needed
    assert reason.facts["counted"] == entry_into_force(REGISTER, KNOWN_DAY, numbers).counted
    assert {one.certainty for one in reason.read} == {Certainty.REPORTED}
    bases = {str(one.facts["basis"].code): one.found for one in found.reasons if one.topic is Topic.OTHER_BASES}  # type: ignore[union-attr]
    assert bases["reciprocity"] is Found.BASIS_ACCEPTED
    assert bases["another-treaty"] is Found.BASIS_NOT_ACCEPTED
    assert bases["domestic-law"] is Found.BASIS_NOT_KNOWN


def test_past_what_the_lists_could_tell_another_basis_is_needed_and_the_day_they_end_is_told() -> None:
    for day in (date(2026, 8, 19), date(2026, 8, 20), DAY):
        found = asked(within=known(profiles=of_day(day), day=day))
        [reason] = reasons(found, Found.NOT_IN_FORCE_BETWEEN)
        assert (reason.weight, found.answer) == (Weight.ONLY_IF, Answer.ONLY_IF)
        assert reason.facts["known_until"] == date(2026, 5, 21)
        assert {one.certainty for one in reason.read} == {Certainty.REPORTED}


def test_a_state_that_could_have_joined_past_the_lists_end_is_not_known_to_be_no_party() -> None:
    soon, late = date(2028, 1, 30), date(2028, 1, 31)
    for day, found in ((soon, Found.NOT_IN_FORCE_BETWEEN), (late, Found.IN_FORCE_NOT_KNOWN)):
        told = asked("QA", "EG", offence="data-interference", within=known(register=IN_FORCE, day=day))
        assert [one for one, _ in on(told, Topic.IN_FORCE)] == [found]


def test_yes_where_nothing_is_left_open() -> None:
    found = asked(within=later())
    assert found.answer is Answer.YES
    assert on(found, Topic.IN_FORCE) == [(Found.IN_FORCE_BETWEEN, Weight.HOLDS)]
    assert on(found, Topic.OTHER_BASES) == []


def test_the_day_decides_whether_the_treaty_is_in_force() -> None:
    numbers = life_numbers(TREATY.rules)
    enters = entry_into_force(IN_FORCE, LATER, numbers).enters
    assert enters is not None
    assert enters.is_exact
    eve = enters.latest - timedelta(days=1)
    assert asked(within=known(register=IN_FORCE, day=eve)).answer is Answer.ONLY_IF
    assert asked(within=known(register=IN_FORCE, day=enters.latest)).answer is Answer.YES


def test_a_state_that_has_not_joined_leaves_a_condition_though_the_treaty_is_in_force() -> None:
    found = asked("QA", "EG", offence="data-interference", within=later())
    assert (Found.STATE_SIGNED, Weight.NOTE) in on(found, Topic.STANDING)
    assert (Found.NOT_IN_FORCE_BETWEEN, Weight.ONLY_IF) in on(found, Topic.IN_FORCE)


def test_a_state_that_withdrew_is_no_party_any_more() -> None:
    left = in_force({"party": "VN", "kind": "withdrawal", "day": "2026-06-30", "as_of": "2027-12-31"})
    found = asked(within=known(register=left, day=LATER))
    assert (Found.STATE_WITHDREW, Weight.NOTE) in on(found, Topic.STANDING)
    assert (Found.NOT_IN_FORCE_BETWEEN, Weight.ONLY_IF) in on(found, Topic.IN_FORCE)


def test_of_an_unknown_state_nothing_is_guessed() -> None:
    found = asked("QA", "JP", within=later())
    assert found.answer is Answer.NOT_KNOWN
    not_known = {one.found for one in found.reasons if one.weight is Weight.NOT_KNOWN}
    assert not_known >= {
        Found.OFFENCE_NOT_KNOWN,
        Found.DUAL_NOT_KNOWN,
        Found.POWER_NOT_KNOWN,
        Found.TRANSFER_NOT_KNOWN,
        Found.LANGUAGES_NOT_KNOWN,
    }
    assert not found.samples or found.samples == (QA,)


def test_where_a_state_stands_is_told_with_its_facts() -> None:
    assert on(asked(), Topic.STANDING) == [(Found.STATE_DEPOSITED, Weight.NOTE)] * 2
    assert on(asked(within=later()), Topic.STANDING) == [(Found.STATE_IS_PARTY, Weight.HOLDS)] * 2
    for reason in asked().reasons:
        if reason.topic is Topic.STANDING:
            assert reason.read
            assert all(one.origin == "register" and one.source and one.certainty for one in reason.read)
    [nothing] = reasons(asked("QA", "JP"), Found.STATE_NOTHING_KNOWN)
    assert nothing.weight is Weight.NOT_KNOWN, "the lists end before that day"


def test_a_state_that_the_register_does_not_hold_is_not_known() -> None:
    entries = {code: entry for code, entry in REGISTER.entries.items() if code != VN}
    found = asked(within=known(register=replace(REGISTER, entries=entries)))
    assert (Found.STATE_NOT_IN_REGISTER, Weight.NOT_KNOWN) in on(found, Topic.STANDING)
    assert on(found, Topic.IN_FORCE) == [(Found.IN_FORCE_NOT_KNOWN, Weight.NOT_KNOWN)]
    assert on(found, Topic.RESERVATIONS) == [(Found.RESERVATIONS_NOT_KNOWN, Weight.NOT_KNOWN)]
    assert found.answer is Answer.NOT_KNOWN


def test_what_each_law_has_of_the_offence() -> None:
    whole = asked()
    assert on(whole, Topic.OFFENCE) == [(Found.OFFENCE_THERE, Weight.HOLDS)] * 2
    maxima = {one.state: one.facts["maximum"] for one in reasons(whole, Found.OFFENCE_THERE)}
    assert maxima == {QA: Penalty("years", 3), VN: Penalty("years", 12)}
    assert (Found.OFFENCE_PARTLY, Weight.NOTE) in on(asked(offence="misuse-of-devices"), Topic.OFFENCE)
    missing = asked(offence="grooming-of-a-child")
    assert on(missing, Topic.OFFENCE) == [
        (Found.OFFENCE_NOT_KNOWN, Weight.NOT_KNOWN),
        (Found.OFFENCE_MISSING, Weight.NOTE),
    ]


def test_another_basis_is_weighed_by_the_asked_states_law() -> None:
    accepted = asked(basis="reciprocity")
    assert accepted.answer is Answer.YES
    assert on(accepted, Topic.BASIS) == [(Found.BASIS_ACCEPTED, Weight.HOLDS)]
    assert on(accepted, Topic.IN_FORCE) == [(Found.IN_FORCE_NOT_ASKED, Weight.NOTE)]
    assert on(asked(basis="another-treaty"), Topic.BASIS) == [(Found.BASIS_NOT_ACCEPTED, Weight.WARNS)]
    assert on(asked("EG", "VN", basis="another-treaty"), Topic.BASIS) == [(Found.BASIS_ACCEPTED, Weight.HOLDS)]
    unknown = asked(basis="domestic-law")
    assert on(unknown, Topic.BASIS) == [(Found.BASIS_NOT_KNOWN, Weight.NOT_KNOWN)]
    assert unknown.answer is Answer.NOT_KNOWN


def test_a_treaty_without_a_register_leaves_its_parties_unknown() -> None:
    found = asked(within=known(register=None))
    assert (Found.REGISTER_OF_ANOTHER_TREATY, Weight.NOT_KNOWN) in on(found, Topic.STANDING)
    assert on(found, Topic.IN_FORCE) == [(Found.NOT_IN_FORCE_BY_DATA, Weight.ONLY_IF)]
    forced = replace(TREATY, in_force=replace(TREATY.in_force, value=True))
    found = asked(within=known(register=None, treaty=forced))
    assert on(found, Topic.IN_FORCE) == [(Found.IN_FORCE_NOT_KNOWN, Weight.NOT_KNOWN)]


def test_a_state_does_not_ask_itself() -> None:
    found = asked("QA", "QA", within=later())
    assert (Found.SAME_STATE, Weight.BLOCKS) in on(found, Topic.STANDING)
    assert found.answer is Answer.NO


# --- reservations ---


@pytest.mark.parametrize(
    "offence", ["child-sexual-abuse-material", "grooming-of-a-child", "intimate-images-without-consent"]
)
def test_an_offence_by_whose_provision_the_asked_state_is_not_bound(offence: str) -> None:
    [reason] = [one for one in asked("VN", "QA", offence=offence).reasons if one.topic is Topic.RESERVATIONS]
    assert (reason.found, reason.weight, reason.state) == (Found.RESERVED_OFFENCE, Weight.ONLY_IF, QA)
    assert reason.read[0].certainty is Certainty.REPORTED


def test_a_reservation_does_not_touch_another_offence_or_another_state() -> None:
    assert on(asked("VN", "QA"), Topic.RESERVATIONS) == [(Found.NOTHING_RESERVED, Weight.NOTE)]
    found = asked("QA", "VN", offence="child-sexual-abuse-material")
    assert on(found, Topic.RESERVATIONS) == [(Found.NOTHING_RESERVED, Weight.NOTE)]


def test_a_reservation_made_later_is_not_there_yet() -> None:
    row = {"party": "VN", "kind": "reservation", "about": "devices-reservation", "day": "2027-05-01"}
    made = in_force(row)
    for day, weight in (("2027-04-30", Found.NOTHING_RESERVED), ("2027-05-01", Found.RESERVED_OFFENCE)):
        when = known(register=made, day=DAY.fromisoformat(day))
        found = asked("QA", "VN", offence="misuse-of-devices", within=when)
        assert [one for one, _ in on(found, Topic.RESERVATIONS)] == [weight]


def test_a_reservation_on_a_measure_and_one_on_a_ground() -> None:
    collecting = registered(
        {"party": "VN", "kind": "reservation", "about": "traffic-collection-reservation", "day": "2026-04-01"}
    )
    found = asked(measure=COLLECT, within=known(register=collecting))
    assert on(found, Topic.RESERVATIONS) == [(Found.RESERVED_MEASURE, Weight.ONLY_IF)]
    preserving = registered(
        {"party": "VN", "kind": "reservation", "about": "preservation-reservation", "day": "2026-04-01"}
    )
    within = known(register=preserving)
    other = asked(measure=PRESERVE, offence="laundering-of-proceeds", within=within)
    assert on(other, Topic.RESERVATIONS) == [(Found.RESERVED_GROUND, Weight.ONLY_IF)]
    own = asked(measure=PRESERVE, offence="illegal-access", within=within)
    assert on(own, Topic.RESERVATIONS) == [(Found.NOTHING_RESERVED, Weight.NOTE)], "never for this offence"
    access = asked(measure=ACCESS, offence="laundering-of-proceeds", within=within)
    assert on(access, Topic.RESERVATIONS) == [(Found.NOTHING_RESERVED, Weight.NOTE)], "the measure has no such ground"


def test_an_excluded_article_of_the_measure_touches_the_measure() -> None:
    article = TREATY.measures[Slug(COLLECT)].rule.article
    row = {"party": "VN", "kind": "reservation", "about": "provisions-excluded", "value": str(article)}
    excluded = registered({**row, "day": "2026-04-01"})
    found = asked(measure=COLLECT, within=known(register=excluded))
    assert on(found, Topic.RESERVATIONS) == [(Found.RESERVED_MEASURE, Weight.ONLY_IF)]
    paragraph = TREATY.measures[Slug(COLLECT)].rule.paragraph
    assert paragraph
    other = registered({**row, "value": f"{article}({int(paragraph[0]) + 7})", "day": "2026-04-01"})
    found = asked(measure=COLLECT, within=known(register=other))
    assert on(found, Topic.RESERVATIONS) == [(Found.NOTHING_RESERVED, Weight.NOTE)]


def test_extradition_declared_open_or_closed_on_this_basis() -> None:
    for value, weight in (("yes", Weight.HOLDS), ("no", Weight.ONLY_IF)):
        row = {"party": "VN", "kind": "declaration", "about": "extradition-basis", "value": value, "day": "2026-04-01"}
        found = asked(measure="extradition", within=known(register=registered(row)))
        assert on(found, Topic.RESERVATIONS) == [(Found.RESERVED_MEASURE, weight)]


# --- the measure, the offence, the threshold ---


def test_a_measure_is_open_by_class() -> None:
    [held] = reasons(asked(), Found.MEASURE_OPEN)
    assert held.rule == TREATY.measures[Slug(ACCESS)].opened_by[Slug("convention-offence")]
    closed = asked(offence="other-offence")
    [held] = reasons(closed, Found.MEASURE_NOT_OPEN)
    scope = TREATY.measures[Slug(ACCESS)].scope_rule
    assert held.rule == scope
    assert scope.certainty is not Certainty.CERTAIN
    assert held.weight is Weight.WARNS, "an unverified rule never blocks"


def test_a_certain_rule_blocks() -> None:
    scope = TREATY.measures[Slug(ACCESS)].scope_rule.name
    found = asked(offence="other-offence", within=known(treaty=certain(TREATY, scope)))
    assert on(found, Topic.MEASURE_OPEN) == [(Found.MEASURE_NOT_OPEN, Weight.BLOCKS)]
    assert found.answer is Answer.NO


def test_without_an_offence_it_is_not_known() -> None:
    found = asked(offence=None)
    assert found.answer is Answer.NOT_KNOWN
    assert on(found, Topic.MEASURE_OPEN) == [(Found.OFFENCE_NOT_NAMED, Weight.NOT_KNOWN)]


YEARS = {number: Penalty("years", number) for number in (1, 3, 4, 7)}
LOW, HIGH = Penalty("months", 47), Penalty("months", 48)


@pytest.mark.parametrize(
    ("maxima", "found", "weight"),
    [
        ((None, None), Found.SERIOUSNESS_NOT_KNOWN, Weight.NOT_KNOWN),
        ((HIGH, None), Found.SERIOUSNESS_NOT_KNOWN, Weight.NOT_KNOWN),
        ((HIGH, HIGH), Found.SERIOUS_BY_BOTH, Weight.HOLDS),
        ((HIGH, LOW), Found.SERIOUS_BY_ONE, Weight.ONLY_IF),
        ((LOW, Penalty("life-or-heavier")), Found.SERIOUS_BY_ONE, Weight.ONLY_IF),
        ((LOW, LOW), Found.SERIOUS_BY_NEITHER, Weight.BLOCKS),
    ],
)
def test_a_serious_crime_is_weighed_by_both_maxima(
    maxima: tuple[Penalty | None, Penalty | None], found: Found, weight: Weight
) -> None:
    told = asked(offence="serious-crime", maxima=maxima)
    assert on(told, Topic.SERIOUSNESS) == [(found, weight)]
    assert (told.answer is Answer.NO) == (weight is Weight.BLOCKS)


def test_maxima_that_nobody_is_sure_of_do_not_block() -> None:
    low = profile("EG", ("number = 5", "number = 1"))
    lower = profile("QA", ("number = 7", "number = 1"))
    within = known(profiles=with_profiles(low, lower), register=registered(_not_bound("EG", "9")))
    told = asked("QA", "EG", offence="data-interference", within=within)
    assert on(told, Topic.SERIOUSNESS) == [(Found.SERIOUS_BY_NEITHER, Weight.WARNS)]


def _not_bound(state: str, articles: str) -> dict[str, str]:
    row = {"party": state, "kind": "reservation", "about": "provisions-excluded", "value": articles}
    return {**row, "day": "2026-04-01"}


def test_where_the_provision_does_not_bind_the_maxima_of_both_laws_weigh() -> None:
    told = asked("QA", "VN", offence="illegal-access", within=known(register=registered(_not_bound("VN", "7"))))
    assert on(told, Topic.SERIOUSNESS) == [(Found.SERIOUS_BY_ONE, Weight.ONLY_IF)]
    assert on(asked("QA", "VN", offence="illegal-access"), Topic.SERIOUSNESS) == [(Found.SERIOUS_BY_ONE, Weight.NOTE)]


def test_the_threshold_is_the_rules_number() -> None:
    [reason] = reasons(asked(offence="serious-crime", maxima=(HIGH, HIGH)), Found.SERIOUS_BY_BOTH)
    assert reason.rule is not None
    assert reason.facts["years"] == reason.rule.number
    raised = replace(reason.rule, number=(reason.rule.number or 0) + 1)
    classes = {
        name: replace(one, threshold=raised if one.threshold else None) for name, one in TREATY.offence_classes.items()
    }
    told = asked(
        offence="serious-crime", maxima=(HIGH, HIGH), within=known(treaty=replace(TREATY, offence_classes=classes))
    )
    assert on(told, Topic.SERIOUSNESS) == [(Found.SERIOUS_BY_NEITHER, Weight.BLOCKS)]


# --- both laws ---


def test_dual_criminality_is_no_condition_of_preservation() -> None:
    found = asked("QA", "VN", PRESERVE, "intimate-images-without-consent")
    assert on(found, Topic.DUAL_CRIMINALITY) == [(Found.DUAL_NOT_ASKED, Weight.HOLDS)]


def test_dual_criminality_by_both_laws() -> None:
    assert on(asked(), Topic.DUAL_CRIMINALITY) == [(Found.DUAL_MET, Weight.HOLDS)]
    partly = asked(offence="illegal-interception")
    assert on(partly, Topic.DUAL_CRIMINALITY) == [(Found.DUAL_PARTLY, Weight.ONLY_IF)]
    missing = asked("VN", "QA", offence="intimate-images-without-consent")
    assert on(missing, Topic.DUAL_CRIMINALITY) == [(Found.DUAL_NOT_MET, Weight.ONLY_IF)]
    required = asked("VN", "EG", offence="system-related-theft-or-fraud")
    assert on(required, Topic.DUAL_CRIMINALITY) == [(Found.DUAL_NOT_MET, Weight.WARNS)]
    unknown = asked("QA", "EG", offence="system-interference")
    assert on(unknown, Topic.DUAL_CRIMINALITY) == [(Found.DUAL_NOT_KNOWN, Weight.NOT_KNOWN)]
    assert unknown.answer is Answer.NOT_KNOWN, "EG requires it"
    asked_of_vn = asked("QA", "VN", offence="system-related-forgery")
    assert on(asked_of_vn, Topic.DUAL_CRIMINALITY) == [(Found.DUAL_NOT_KNOWN, Weight.NOT_KNOWN)]
    on_the_day = known(profiles=of_day(KNOWN_DAY), day=KNOWN_DAY)
    asked_of_vn = asked("QA", "VN", offence="system-related-forgery", within=on_the_day)
    assert asked_of_vn.answer is Answer.ONLY_IF, "VN may ask it, and may help all the same"


def test_dual_criminality_required_by_certain_law_blocks() -> None:
    condition = TREATY.measures[Slug(ACCESS)].dual_criminality
    assert condition is not None
    treaty = certain(TREATY, condition.rule.name)
    profiles = with_profiles(sure("EG"), sure("VN"))
    within = known(treaty=treaty, profiles=profiles)
    found = asked("VN", "EG", offence="system-related-theft-or-fraud", within=within)
    assert on(found, Topic.DUAL_CRIMINALITY) == [(Found.DUAL_NOT_MET, Weight.BLOCKS)]
    assert found.answer is Answer.NO
    assert found.samples == ()


def test_dual_criminality_that_the_asked_state_does_not_ask() -> None:
    free = profile("VN", ('policy = "may-be-asked"', 'policy = "no-condition"'))
    found = asked(offence="grooming-of-a-child", within=known(profiles=with_profiles(free)))
    assert on(found, Topic.DUAL_CRIMINALITY) == [(Found.DUAL_NOT_ASKED_THERE, Weight.HOLDS)]


def test_dual_criminality_of_a_state_whose_policy_is_not_known() -> None:
    bare = profile("VN", (_section(profile_text("vn"), "dual_criminality"), ""))
    found = asked(offence="system-related-forgery", within=known(profiles=with_profiles(bare)))
    assert on(found, Topic.DUAL_CRIMINALITY) == [
        (Found.DUAL_NOT_KNOWN, Weight.NOT_KNOWN),
        (Found.DUAL_POLICY_NOT_KNOWN, Weight.NOTE),
    ]
    assert found.answer is Answer.NOT_KNOWN


def profile_text(state: str) -> str:
    from tests.core.law.data import FILES

    return FILES[f"{state}.toml"].decode()


def _section(text: str, name: str) -> str:
    start = text.index(f"[{name}]")
    return text[start : text.index("\n[", start) + 1]


def test_the_asked_states_powers() -> None:
    assert on(asked(), Topic.POWERS) == [(Found.POWER_THERE, Weight.HOLDS)] * 2
    lacking = asked(measure=INTERCEPT)
    assert on(lacking, Topic.POWERS) == [(Found.POWER_MISSING, Weight.WARNS)]
    unknown = asked(measure=COLLECT)
    assert on(unknown, Topic.POWERS) == [(Found.POWER_NOT_KNOWN, Weight.NOT_KNOWN)]
    assert unknown.answer is Answer.NOT_KNOWN
    partly = asked("VN", "QA", COLLECT)
    assert on(partly, Topic.POWERS) == [(Found.POWER_PARTLY, Weight.ONLY_IF)]
    none_needed = asked(measure="extradition")
    assert on(none_needed, Topic.POWERS) == [(Found.POWER_NOT_NEEDED, Weight.NOTE)]


def test_the_conditions_of_a_power() -> None:
    found = asked("VN", "QA", ACCESS)
    weights = dict(on(found, Topic.POWERS))
    assert weights[Found.POWER_CONDITION] is Weight.NOTE, "search and seizure serves without it"
    alone = asked("VN", "EG", ACCESS, "data-interference")
    assert (Found.POWER_CONDITION, Weight.ONLY_IF) in on(alone, Topic.POWERS)


def test_a_power_from_some_maximum_on() -> None:
    met = dict(on(asked("VN", "QA", INTERCEPT, "data-interference"), Topic.POWERS))
    assert met[Found.POWER_FROM_MAXIMUM_MET] is Weight.HOLDS
    not_met = dict(on(asked("VN", "QA", INTERCEPT, "illegal-access"), Topic.POWERS))
    assert not_met[Found.POWER_FROM_MAXIMUM_NOT_MET] is Weight.WARNS
    unknown = asked("VN", "QA", INTERCEPT, "participation-or-attempt")
    assert dict(on(unknown, Topic.POWERS))[Found.POWER_FROM_MAXIMUM_NOT_KNOWN] is Weight.NOT_KNOWN
    assert unknown.answer is Answer.NOT_KNOWN


def test_a_profile_of_a_later_day_is_no_answer_for_an_earlier_one() -> None:
    of = SAMPLES[VN].as_of
    on_the_day = asked(within=known(day=of))
    assert reasons(on_the_day, Found.LAW_OF_LATER_DAY) == []
    found = asked(within=known(day=of - timedelta(days=1)), basis="reciprocity")
    assert {one.state for one in reasons(found, Found.LAW_OF_LATER_DAY)} == {QA, VN}
    assert found.answer is Answer.NOT_KNOWN
    assert found.samples == ()
    assert not [one for one in found.reasons if any(read.origin == "law" for read in one.read)]
    assert (Found.DUAL_NOT_KNOWN, Weight.NOT_KNOWN) in on(found, Topic.DUAL_CRIMINALITY)
    assert on(found, Topic.POWERS) == [(Found.POWER_NOT_KNOWN, Weight.NOT_KNOWN)]
    assert on(found, Topic.BASIS) == [(Found.BASIS_NOT_KNOWN, Weight.NOT_KNOWN)]
    one_of_two = asked(within=known(profiles=with_profiles(replace(SAMPLES[VN], as_of=DAY + timedelta(days=1)))))
    assert (Found.OFFENCE_THERE, Weight.HOLDS) in on(one_of_two, Topic.OFFENCE)
    assert {one.state for one in reasons(one_of_two, Found.OFFENCE_NOT_KNOWN)} == {VN}


def test_data_protection_of_the_asked_state() -> None:
    topic = Topic.DATA_PROTECTION
    assert on(asked(), topic) == [(Found.TRANSFER_FREE, Weight.HOLDS)]
    assert on(asked("VN", "QA"), topic) == [(Found.TRANSFER_WITH_CONDITION, Weight.ONLY_IF)]
    assert on(asked("VN", "EG"), topic) == [(Found.TRANSFER_RESTRICTED, Weight.WARNS)]
    assert on(asked(within=known(profiles=without(VN))), topic) == [(Found.TRANSFER_NOT_KNOWN, Weight.NOT_KNOWN)]
    assert on(asked(measure=PRESERVE), topic) == [], "nothing is handed over"


# --- who answers ---


def test_the_directory_is_asked_for_the_role_and_the_measure() -> None:
    found = asked()
    [held] = reasons(found, Found.AUTHORITY_THERE)
    assert held.facts["authorities"] == ("VN/central-authority",)
    assert on(asked(within=known(directory=None)), Topic.AUTHORITY) == [(Found.DIRECTORY_NOT_AT_HAND, Weight.NOT_KNOWN)]
    listed = known().directory
    assert listed is not None
    nobody = {code: one for code, one in listed.items() if code != VN}
    assert on(asked(within=known(directory=nobody)), Topic.AUTHORITY) == [
        (Found.STATE_NOT_IN_DIRECTORY, Weight.ONLY_IF)
    ]
    other = {**listed, VN: tuple(replace(one, measures=(Slug(PRESERVE),)) for one in listed[VN])}
    assert on(asked(within=known(directory=other)), Topic.AUTHORITY) == [
        (Found.AUTHORITY_MEASURE_NOT_LISTED, Weight.ONLY_IF)
    ]
    roleless = {**listed, VN: tuple(replace(one, roles=(Slug("law-enforcement"),)) for one in listed[VN])}
    assert on(asked(within=known(directory=roleless)), Topic.AUTHORITY) == [
        (Found.AUTHORITY_ROLE_MISSING, Weight.ONLY_IF)
    ]


def test_languages_come_from_the_notification_then_the_law_then_the_directory() -> None:
    row = {"party": "VN", "kind": "notification", "about": "languages", "value": "en fr", "day": "2026-04-01"}
    told = {
        "register": known(register=registered(row)),
        "law": known(),
        "directory": known(profiles=without(VN)),
    }
    for origin, within in told.items():
        [reason] = [one for one in asked(within=within).reasons if one.topic is Topic.LANGUAGE]
        assert reason.read[0].origin == origin
        assert "en" in cast("tuple[str, ...]", reason.facts["languages"])


# --- the question itself ---


def test_refuses_names_that_the_data_does_not_hold() -> None:
    with pytest.raises(UnknownMeasure):
        ask(TREATY, QA, VN, "telepathy", "illegal-access")
    with pytest.raises(UnknownOffence):
        ask(TREATY, QA, VN, ACCESS, "rudeness")
    with pytest.raises(UnknownBasis):
        ask(TREATY, QA, VN, ACCESS, "illegal-access", basis="friendship")


def test_every_reason_says_where_it_was_found_or_under_which_rule() -> None:
    for measure in TREATY.measures:
        for offence in ("illegal-access", "serious-crime", None):
            for pair in (("QA", "VN"), ("VN", "EG"), ("EG", "JP")):
                for reason in asked(*pair, measure, offence).reasons:
                    bare = reason.rule is None and not reason.read
                    free = {Weight.NOT_KNOWN, Weight.NOTE}
                    assert not bare or reason.weight in free, reason


def test_what_rests_on_a_sample_says_so() -> None:
    assert asked().samples == (QA, VN)
    assert asked(within=known(profiles={})).samples == ()
    mixed = asked(within=known(profiles=with_profiles(sure("VN"))))
    assert mixed.samples == (QA,)


@pytest.mark.parametrize("asker", sorted({*SAMPLES, PartyCode("JP")}))
def test_yes_means_that_nothing_weighs_against_it(asker: PartyCode) -> None:
    for to in (QA, VN, EG):
        for measure in TREATY.measures:
            for within in (known(), later()):
                found = can(within, ask(TREATY, asker, to, measure, "illegal-access"))
                light = {Weight.HOLDS, Weight.NOTE}
                assert (found.answer is Answer.YES) == all(one.weight in light for one in found.reasons)


def test_the_heaviest_reason_decides() -> None:
    def reason(weight: Weight, *, decides: bool = False) -> Reason:
        return Reason(Topic.STANDING, Found.STATE_SIGNED, weight, decides=decides)

    blocks, hangs = reason(Weight.BLOCKS), reason(Weight.NOT_KNOWN, decides=True)
    rest = [reason(one) for one in (Weight.WARNS, Weight.ONLY_IF, Weight.NOT_KNOWN)]
    assert answer_of([hangs, blocks, *rest]) is Answer.NO
    assert answer_of([*rest, hangs]) is Answer.NOT_KNOWN
    assert {answer_of([one]) for one in rest} == {Answer.ONLY_IF}
    assert answer_of([reason(Weight.NOTE), reason(Weight.HOLDS)]) is Answer.YES
