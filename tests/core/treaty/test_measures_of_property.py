"""Freezing, confiscation and return of property, information on proceeds, and what every measure that only an offence
of the Convention opens has in common."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from musnad.core.kernel.names import Slug
from musnad.core.treaty import engine
from musnad.core.treaty.findings import Severity
from musnad.core.treaty.reader import parse_treaty
from musnad.core.treaty.values import Certainty
from tests.core.treaty.data import TREATY, changed, codes
from tests.core.treaty.data_property import (
    ARREST,
    CONFISCATION,
    DUE,
    EXTRADITION,
    FREEZING,
    FULL_PROPERTY,
    JOINT,
    OTHER_CHOICES,
    PARALLEL,
    POLICE,
    PROCEEDINGS,
    PROCEEDS,
    RETURN,
    ROLES_PROPERTY,
    SENTENCED,
    SERIOUS,
    ask_property,
    without,
)

ASSISTANCE_GROUNDS = {
    "not-in-conformity",
    "essential-interests",
    "measure-barred-at-home",
    "contrary-to-assistance-law",
    "persecution",
    "dual-criminality",
    "trivial-matter",
    "available-otherwise",
    "data-protection",
}
CONSULTED = {"not-in-conformity", "essential-interests", "measure-barred-at-home", "contrary-to-assistance-law"}
REQUIRED = [(measure, name) for measure, names in DUE.items() for name in sorted(names)]
OPTIONAL = [(measure, name) for measure, full in FULL_PROPERTY.items() for name in sorted(set(full) - DUE[measure])]
CHOICES = [
    (m, n, choice.name)
    for m in FULL_PROPERTY
    for n, field in TREATY.measure(m).fields.items()
    for choice in field.choices
]


DAY = date(2026, 11, 23)


# --- what all of them share ---


@pytest.mark.parametrize("measure", FULL_PROPERTY)
def test_a_full_request_draws_no_finding(measure: str) -> None:
    assert ask_property(measure, FULL_PROPERTY[measure]) == ()
    assert set(TREATY.measure(measure).fields) == set(FULL_PROPERTY[measure]) | OTHER_CHOICES.get(measure, frozenset())


@pytest.mark.parametrize(("measure", "name"), REQUIRED)
def test_a_missing_field_is_found_and_names_its_rule(measure: str, name: str) -> None:
    found = {one.code.value: one for one in ask_property(measure, without(measure, name)) if one.field == name}
    missing = found["field-missing"]
    assert missing.rule == TREATY.measure(measure).fields[Slug(name)].rule.name
    assert missing.severity is Severity.WARNS
    assert missing.certainty in {Certainty.FROM_MEMORY, Certainty.DESIGN}


@pytest.mark.parametrize(("measure", "name"), OPTIONAL)
def test_an_optional_field_is_missed_only_where_another_calls_for_it(measure: str, name: str) -> None:
    found = ask_property(measure, without(measure, name))
    called_for = {
        needs.field
        for other, field in TREATY.measure(measure).fields.items()
        for needs in (
            *(field.needs if other in FULL_PROPERTY[measure] else ()),
            *(
                one
                for choice in field.choices
                if FULL_PROPERTY[measure].get(other) == choice.name
                for one in choice.needs
            ),
        )
    }
    assert {one.code.value for one in found} == ({"field-needed-with"} if name in called_for else set())


@pytest.mark.parametrize(("measure", "name", "choice"), CHOICES)
def test_each_choice_calls_for_its_own_fields(measure: str, name: str, choice: str) -> None:
    [chosen] = [one for one in TREATY.measure(measure).fields[Slug(name)].choices if one.name == choice]
    bare = {name: choice}
    found = {
        one.field: one.rule
        for one in ask_property(measure, bare)
        if one.code == "field-needed-with" and one.about == choice
    }
    assert found == {needs.field: needs.rule.name for needs in chosen.needs}


@pytest.mark.parametrize("measure", FULL_PROPERTY)
def test_only_an_offence_of_the_convention_opens_it(measure: str) -> None:
    for offence in (SERIOUS, {"class": "other-offence", "provision": "x"}):
        [found] = ask_property(measure, {**FULL_PROPERTY[measure], "offence": offence})
        assert (found.code, found.field, found.about) == ("offence-not-open", "offence", offence["class"])
        assert (found.rule, found.severity) == ("other-tools-for-convention-offences-only", Severity.WARNS)


@pytest.mark.parametrize("measure", FULL_PROPERTY)
def test_nothing_of_law_blocks_while_it_is_not_certain(measure: str) -> None:
    found = ask_property(measure, {"offence": SERIOUS}, asker_roles=[], addressee_roles=[])
    assert {"asker-role", "addressee-role", "field-missing", "offence-not-open"} <= {one.code.value for one in found}
    assert {one.severity for one in found} == {Severity.WARNS}


@pytest.mark.parametrize("measure", FULL_PROPERTY)
def test_a_field_of_another_measure_blocks(measure: str) -> None:
    [found] = ask_property(measure, {**FULL_PROPERTY[measure], "data-sought": "The mailbox"})
    assert (found.code, found.about, found.severity) == ("field-unknown", "data-sought", Severity.BLOCKS)


ROLES = {
    EXTRADITION: {"extradition-authority"},
    ARREST: {"extradition-authority"},
    SENTENCED: {"central-authority", "extradition-authority"},
    PROCEEDINGS: {"central-authority", "judicial-authority"},
    PARALLEL: {"central-authority", "judicial-authority", "law-enforcement"},
    FREEZING: {"central-authority"},
    CONFISCATION: {"central-authority"},
    RETURN: {"central-authority"},
    PROCEEDS: {"central-authority", "judicial-authority", "law-enforcement"},
    POLICE: {"law-enforcement", "contact-24-7"},
    JOINT: {"central-authority", "judicial-authority", "law-enforcement"},
}


@pytest.mark.parametrize("measure", FULL_PROPERTY)
def test_who_may_ask_whom(measure: str) -> None:
    asked = TREATY.measure(measure)
    assert asked.askers.roles == asked.addressees.roles == ROLES[measure]
    for role in TREATY.roles:
        found = ask_property(measure, FULL_PROPERTY[measure], asker_roles=[role])
        assert {one.code.value for one in found} == (set() if role in ROLES[measure] else {"asker-role"})
    assert set(ROLES_PROPERTY[measure]) <= ROLES[measure]


SETTLED_BY = {
    EXTRADITION: "answer",
    ARREST: "answer",
    SENTENCED: "answer",
    PROCEEDINGS: "answer",
    PARALLEL: "answer",
    FREEZING: "answer",
    CONFISCATION: "answer",
    RETURN: "answer",
    PROCEEDS: "notice",
    POLICE: "answer",
    JOINT: "joint",
}
FOLLOWED_BY: dict[str, set[tuple[str, str]]] = {
    FREEZING: {(CONFISCATION, "must")},
    CONFISCATION: {(RETURN, "may")},
    RETURN: set(),
    PROCEEDS: {(FREEZING, "may"), ("mutual-legal-assistance", "may")},
    POLICE: {("mutual-legal-assistance", "may"), (JOINT, "may")},
    JOINT: {
        ("mutual-legal-assistance", "may"),
        ("expedited-preservation", "may"),
        ("access-to-stored-data", "may"),
        (FREEZING, "may"),
    },
    EXTRADITION: {(PROCEEDINGS, "may"), (SENTENCED, "may"), ("mutual-legal-assistance", "may")},
    ARREST: {(EXTRADITION, "must")},
    SENTENCED: set(),
    PROCEEDINGS: {("mutual-legal-assistance", "may")},
    PARALLEL: {(PROCEEDINGS, "may"), (JOINT, "may")},
}
CRIMINAL_IN_BOTH = {
    EXTRADITION: ("required", "extradition-punishable-in-both"),
    ARREST: ("required", "extradition-punishable-in-both"),
    SENTENCED: ("may-be-asked", "dual-criminality-left-to-agreement"),
    PROCEEDINGS: ("may-be-asked", "dual-criminality-left-to-agreement"),
    PARALLEL: ("no-condition", "no-condition-to-consult"),
    FREEZING: ("may-be-asked", "refusal-dual-criminality"),
    CONFISCATION: ("may-be-asked", "refusal-dual-criminality"),
    RETURN: ("may-be-asked", "refusal-dual-criminality"),
    PROCEEDS: ("no-condition", "notice-asks-nothing"),
    POLICE: ("may-be-asked", "police-cooperate-within-home-systems"),
    JOINT: ("may-be-asked", "dual-criminality-left-to-agreement"),
}


@pytest.mark.parametrize("measure", FULL_PROPERTY)
def test_what_settles_it_and_what_comes_after(measure: str) -> None:
    asked = TREATY.measure(measure)
    assert asked.outcome == SETTLED_BY[measure]
    assert {(one.measure, one.force) for one in asked.follow_ups} == FOLLOWED_BY[measure]
    assert asked.dual_criminality is not None
    criminality = asked.dual_criminality
    assert (criminality.policy, criminality.rule.name) == CRIMINAL_IN_BOTH[measure]
    assert engine.check_confirmation(TREATY, measure, counted_from=DAY, until=DAY)[0].code == "confirmation-not-due"
    assert asked.limits == ()  # no text that was read sets a period for any of these


@pytest.mark.parametrize("measure", FULL_PROPERTY)
def test_personal_data_go_on_only_with_consent_and_under_safeguards(measure: str) -> None:
    limits = {(one.limit, one.force, one.rule.name) for one in TREATY.measure(measure).use_limits}
    assert ("onward-consent", "must", "onward-transfer-authorised") in limits
    assert ("safeguards", "must", "safeguards-for-received-data") in limits
    told = {duty.rule.name for duty in engine.duties(TREATY, measure, "using")}
    assert {"onward-transfer-authorised", "safeguards-for-received-data"} <= told


@pytest.mark.parametrize("measure", [one for one in FULL_PROPERTY if one != PROCEEDS])
def test_a_request_first_made_otherwise_is_confirmed(measure: str) -> None:
    for way in ("orally", "through-interpol"):
        fields = {**without(measure, "first-made-on", "first-made-to"), "first-made": way}
        assert codes(ask_property(measure, fields)) == {
            ("field-needed-with", "first-made-on"),
            ("field-needed-with", "first-made-to"),
        }
    in_writing = {**without(measure, "first-made-on", "first-made-to"), "first-made": "in-writing"}
    assert ask_property(measure, in_writing) == ()
    told = {duty.rule.name for duty in engine.duties(TREATY, measure, "asking")}
    assert told & {"oral-request-confirmed", "other-requests-confirmed"}


# --- property ---


@pytest.mark.parametrize(
    ("measure", "own"),
    [
        (FREEZING, {"insufficient-evidence", "trivial-value"}),
        (CONFISCATION, {"insufficient-evidence", "trivial-value"}),
        (RETURN, {"return-not-permitted"}),
    ],
)
def test_the_grounds_of_measures_on_property(measure: str, own: set[str]) -> None:
    assert set(TREATY.measure(measure).grounds) == ASSISTANCE_GROUNDS | own
    for ground in TREATY.grounds:
        found = {one.code.value for one in engine.check_refusal(TREATY, measure, [ground])}
        if ground in {"bank-secrecy", "fiscal-matter"}:
            assert found == {"ground-barred"}
        elif ground in ASSISTANCE_GROUNDS | own:
            assert found == ({"consultation-missing"} if ground in CONSULTED else set())
            assert engine.check_refusal(TREATY, measure, [ground], consulted=True) == ()
        else:
            assert found == {"ground-not-open"}


@pytest.mark.parametrize("measure", [FREEZING, CONFISCATION, RETURN])
def test_a_barred_ground_blocks_once_its_rule_is_certain(measure: str) -> None:
    [warned] = engine.check_refusal(TREATY, measure, ["bank-secrecy"])
    assert (warned.rule, warned.severity) == ("bank-secrecy-no-ground", Severity.WARNS)
    treaty = parse_treaty(changed("rules.bank-secrecy-no-ground", r'^status = ".*"$', 'status = "certain"'))
    [blocked] = engine.check_refusal(treaty, measure, ["bank-secrecy"])
    assert (blocked.code, blocked.severity) == ("ground-barred", Severity.BLOCKS)


@pytest.mark.parametrize("measure", [FREEZING, CONFISCATION, RETURN])
def test_the_two_states_consult_before_a_postponement(measure: str) -> None:
    assert [one.rule for one in engine.check_postponement(TREATY, measure)] == ["consult-before-postponing"]


def test_a_freeze_gives_facts_and_actions_and_the_order_only_where_there_is_one() -> None:
    assert codes(ask_property(FREEZING, without(FREEZING, "actions-wanted", "foreign-order"))) == {
        ("field-missing", "actions-wanted")
    }
    assert TREATY.measure(FREEZING).fields[Slug("actions-wanted")].rule.name == "freezing-contents"


def test_a_freeze_announces_the_confiscation_that_must_follow() -> None:
    [found] = ask_property(FREEZING, {**FULL_PROPERTY[FREEZING], "confiscation-intended": False})
    assert (found.code, found.rule, found.severity) == ("field-not-as-due", "freezing-for-confiscation", "warns")


def test_virtual_assets_are_named_by_their_addresses() -> None:
    for measure in (FREEZING, CONFISCATION, RETURN, PROCEEDS):
        [found] = ask_property(measure, without(measure, "identifiers"))
        assert (found.code, found.field, found.about) == ("field-needed-with", "identifiers", "virtual-assets")
        money = {**without(measure, "identifiers"), "property-kind": "money"}
        assert ask_property(measure, money) == ()


FOREIGN = ("foreign-order", "extent-of-execution", "third-party-notice", "due-process", "order-final")


def test_a_foreign_order_comes_with_all_that_its_execution_needs() -> None:
    bare = without(CONFISCATION, *FOREIGN)
    found = ask_property(CONFISCATION, bare)
    assert {one.field for one in found} == set(FOREIGN)
    assert {one.rule for one in found} == {"foreign-order-contents"}
    assert ask_property(CONFISCATION, {**bare, "confiscation-route": "domestic-order"}) == ()


def test_an_order_that_is_not_final_is_found() -> None:
    [found] = ask_property(CONFISCATION, {**FULL_PROPERTY[CONFISCATION], "order-final": False})
    assert (found.code, found.field, found.rule) == ("field-not-as-due", "order-final", "foreign-order-contents")


def test_a_domestic_order_needs_the_property_and_its_facts() -> None:
    fields = {**without(CONFISCATION, "property-description", "facts"), "confiscation-route": "domestic-order"}
    found = {one.field: one.rule for one in ask_property(CONFISCATION, fields)}
    assert found == {"property-description": "domestic-order-contents", "facts": "summarises-facts"}


def test_the_asking_state_is_heard_before_a_freeze_is_lifted() -> None:
    told = {duty.rule.name for duty in engine.duties(TREATY, FREEZING, "executing")}
    assert {"hear-before-lifting", "good-faith-third-parties", "property-decided-under-home-law"} <= told


def test_victims_come_first_in_a_return() -> None:
    [found] = ask_property(RETURN, without(RETURN, "victims"))
    assert (found.code, found.rule, found.certainty) == ("field-missing", "victims-named-first", Certainty.DESIGN)
    choices = TREATY.measure(RETURN).fields[Slug("return-purpose")].choices
    assert choices[0].name == "victims"
    for purpose, wanted in (
        ("victims", {"losses-of-victims"}),
        ("lawful-owners", {"lawful-owners"}),
        ("victims-and-owners", {"losses-of-victims", "lawful-owners"}),
        ("sharing", {"sharing-proposed"}),
    ):
        bare = without(RETURN, "losses-of-victims", "lawful-owners", "sharing-proposed")
        assert {one.field for one in ask_property(RETURN, {**bare, "return-purpose": purpose})} == wanted
    told = {duty.rule.name for duty in engine.duties(TREATY, RETURN, "executing")}
    assert "victims-heard" in told


def test_nothing_can_be_refused_where_nothing_is_asked() -> None:
    assert TREATY.measure(PROCEEDS).grounds == {}
    for ground in TREATY.grounds:
        [found] = engine.check_refusal(TREATY, PROCEEDS, [ground])
        assert (found.code, found.rule) == ("ground-not-open", "notice-asks-nothing")


# --- work together ---


@pytest.mark.parametrize(
    ("measure", "open_", "closing"),
    [
        (POLICE, {"outside-home-systems", "data-protection"}, "police-cooperate-within-home-systems"),
        (
            JOINT,
            {"no-agreement-on-joint-work", "host-sovereignty", "harm-to-own-case", "data-protection"},
            "no-joint-work-without-agreement",
        ),
    ],
)
def test_the_grounds_of_joint_work(measure: str, open_: set[str], closing: str) -> None:
    assert set(TREATY.measure(measure).grounds) == open_
    for ground in open_:
        assert engine.check_refusal(TREATY, measure, [ground]) == ()
    for ground in set(TREATY.grounds) - open_:
        [found] = engine.check_refusal(TREATY, measure, [ground])
        assert (found.code, found.rule) == ("ground-not-open", closing)


TERMS = {
    "team-parties", "team-leader", "team-members", "team-duration", "host-law", "evidence-use", "team-confidentiality",
    "cost-arrangement", "liability-arrangement", "media-arrangement", "team-end", "purpose", "subject",
}  # fmt: skip


def test_joint_work_asks_for_every_term_that_an_agreement_needs() -> None:
    fields = TREATY.measure(JOINT).fields
    assert {name for name, field in fields.items() if field.required} >= TERMS
    assert fields[Slug("host-law")].rule.name == "host-sovereignty-respected"
    for name in TERMS - {"host-law"}:
        assert fields[Slug(name)].rule.certainty is Certainty.DESIGN  # our list, not the treaty's


def test_joint_work_respects_the_host_and_protects_witnesses() -> None:
    told = {duty.rule.name for duty in engine.duties(TREATY, JOINT, "executing")}
    assert {"host-sovereignty-respected", "witnesses-protected", "victims-protected-as-witnesses"} <= told


def test_a_joint_investigation_that_ends_before_it_begins_blocks() -> None:
    period = {"from": "2027-01-02", "until": "2027-01-01", "zone": "Asia/Qatar"}
    [found] = ask_property(JOINT, {**FULL_PROPERTY[JOINT], "team-duration": period})
    assert (found.code, found.field, found.severity) == ("period-reversed", "team-duration", Severity.BLOCKS)
    [found] = ask_property(
        JOINT, {**FULL_PROPERTY[JOINT], "team-duration": {**period, "until": "2027-06-30", "zone": "somewhere"}}
    )
    assert (found.code, found.severity) == ("time-zone-missing", Severity.BLOCKS)


KINDS = {
    "inquiries": {"offence", "persons-concerned"},
    "items-or-data": {"items-wanted"},
    "methods": set(),
    "coordination": set(),
    "early-identification": set(),
}


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_police_cooperation_asks_for_what_it_needs(kind: str) -> None:
    bare = without(POLICE, "offence", "persons-concerned", "items-wanted")
    assert {one.field for one in ask_property(POLICE, {**bare, "cooperation-kind": kind})} == KINDS[kind]
    assert {one.name for one in TREATY.measure(POLICE).fields[Slug("cooperation-kind")].choices} == set(KINDS)


def test_what_police_gave_police_is_no_evidence_yet() -> None:
    told = {duty.rule.name for duty in engine.duties(TREATY, POLICE, "using")}
    assert "police-information-is-not-evidence" in told


VALUES: list[tuple[str, str, Any]] = [
    (FREEZING, "property-kind", "dreams"),
    (FREEZING, "confiscation-intended", "yes"),
    (CONFISCATION, "confiscation-route", "seizure"),
    (CONFISCATION, "order-final", 1),
    (CONFISCATION, "no-conviction-reason", ["death"]),
    (RETURN, "return-purpose", ""),
    (RETURN, "expenses-accepted", None),
    (JOINT, "team-leader", "Somebody"),
    (JOINT, "team-duration", "Six months"),
    (POLICE, "cooperation-kind", "all"),
    (PROCEEDINGS, "limitation-ends-on", "2036-02-30"),
]


@pytest.mark.parametrize(("measure", "name", "value"), VALUES)
def test_a_value_of_the_wrong_form_blocks(measure: str, name: str, value: Any) -> None:
    found = [one for one in ask_property(measure, {**FULL_PROPERTY[measure], name: value}) if one.field == name]
    assert [(one.code, one.severity) for one in found] == [("field-wrong-form", Severity.BLOCKS)]
