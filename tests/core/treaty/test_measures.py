"""What the Convention's measures on data, the 24/7 network's tasks and assistance in general ask, open and bar."""

from __future__ import annotations

import time
from typing import Any

import pytest

from musnad.core.kernel.names import Slug
from musnad.core.treaty import engine
from musnad.core.treaty.findings import Finding, Severity
from musnad.core.treaty.values import Certainty
from tests.core.treaty.answers import full
from tests.core.treaty.data import FULL, IDENTIFIERS, PERIOD, PRESERVE, TREATY, codes

ASSISTANCE = "mutual-legal-assistance"
MINE = [
    "disclosure-of-traffic-data",
    "collection-of-traffic-data",
    "interception-of-content",
    ASSISTANCE,
    "technical-advice",
    "evidence-and-legal-information",
    "locating-suspects",
    "data-for-emergency",
    "spontaneous-information",
]


def ask(measure: str, fields: dict[str, Any]) -> tuple[Finding, ...]:
    found = TREATY.measure(measure)
    roles = {"asker_roles": found.askers.roles, "addressee_roles": found.addressees.roles}
    return engine.check_request(TREATY, measure, fields, **roles)


def good(measure: str, **changed: Any) -> dict[str, Any]:
    return {
        **full(TREATY, TREATY.measure(measure)),
        **{name.replace("_", "-"): value for name, value in changed.items()},
    }


@pytest.mark.parametrize("measure", MINE)
def test_a_full_request_draws_no_finding(measure: str) -> None:
    assert ask(measure, good(measure)) == ()


@pytest.mark.parametrize(
    ("measure", "required"),
    [
        ("disclosure-of-traffic-data", {"offence", "data-sought", "data-categories"}),
        (
            "collection-of-traffic-data",
            {
                *("subject", "investigating-body", "facts", "offence", "assistance-sought", "purpose", "data-sought"),
                *("data-categories", "link-to-offence", "identifiers", "justification"),
                *("collection-period", "collection-period-reasons"),
            },
        ),
        (
            "interception-of-content",
            {
                *("subject", "investigating-body", "facts", "offence", "assistance-sought", "purpose", "data-sought"),
                *("data-categories", "link-to-offence", "identifiers", "justification"),
                *("collection-period", "collection-period-reasons"),
            },
        ),
        (
            ASSISTANCE,
            {
                *("subject", "investigating-body", "facts", "offence", "assistance-sought", "purpose"),
                "assistance-purpose",
            },
        ),
        ("technical-advice", {"technical-question", "subject", "offence"}),
        ("evidence-and-legal-information", {"network-help", "subject", "offence", "facts"}),
        ("locating-suspects", {"suspect", "after-location", "subject", "offence", "facts"}),
        ("data-for-emergency", {"person-at-risk", "data-sought", "data-categories", "justification"}),
        ("spontaneous-information", {"information-sent", "use-of-information"}),
    ],
)
def test_what_a_request_must_have(measure: str, required: set[str]) -> None:
    assert codes(ask(measure, {})) == {("field-missing", name) for name in required}


PURPOSES: dict[str, set[str]] = {
    "statements": {"witnesses", "questions"},
    "hearing-by-video": {"witnesses", "questions", "hearing-place", "hearing-day"},
    "serving-documents": {"documents-to-serve", "person-to-be-served"},
    "search-and-seizure": {"objects-and-sites"},
    "stored-data": {"data-sought"},
    "traffic-data-in-real-time": {"data-sought"},
    "content-interception": {"data-sought"},
    "objects-and-sites": {"objects-and-sites"},
    "information-and-expertise": {"expert-question"},
    "records": {"records-sought"},
    "tracing-proceeds": {"property-to-trace"},
    "recovering-proceeds": {"property-to-trace"},
    "voluntary-appearance": {"person-to-appear", "appearance-day", "safe-conduct-assured"},
    "transfer-of-detained-person": {"detained-person", "detained-person-consents", "detention-terms"},
    "other-lawful-assistance": set(),
}


@pytest.mark.parametrize(("purpose", "needed"), PURPOSES.items())
def test_each_purpose_of_assistance_calls_for_its_own_fields(purpose: str, needed: set[str]) -> None:
    asked = {**FULL["access-to-stored-data"], "assistance-purpose": purpose}
    bare = {name: asked[name] for name in asked if name in TREATY.measure(ASSISTANCE).fields and name != "data-sought"}
    assert codes(ask(ASSISTANCE, bare)) == {("field-needed-with", name) for name in needed}
    assert {str(one.name) for one in TREATY.measure(ASSISTANCE).fields[Slug("assistance-purpose")].choices} == set(
        PURPOSES
    )


def test_service_of_documents_needs_no_summary_of_the_facts() -> None:
    fields = good(ASSISTANCE, assistance_purpose="serving-documents")
    del fields["facts"]
    assert ask(ASSISTANCE, fields) == ()
    assert codes(ask(ASSISTANCE, {**fields, "assistance-purpose": "statements"})) == {("field-missing", "facts")}


@pytest.mark.parametrize("name", ["safe-conduct-assured", "detained-person-consents"])
def test_nobody_is_brought_without_safe_conduct_or_consent(name: str) -> None:
    assert codes(ask(ASSISTANCE, {**good(ASSISTANCE), name: False})) == {("field-not-as-due", name)}


def test_an_emergency_without_a_person_at_risk_is_none() -> None:
    fields = good("data-for-emergency")
    del fields["person-at-risk"]
    [found] = [one for one in ask("data-for-emergency", fields) if one.code == "field-missing"]
    assert (found.field, found.severity, found.certainty) == ("person-at-risk", Severity.BLOCKS, Certainty.CERTAIN)


@pytest.mark.parametrize(
    ("measure", "open_to"),
    [
        ("disclosure-of-traffic-data", {"traffic"}),
        ("collection-of-traffic-data", {"traffic"}),
        ("interception-of-content", {"content"}),
        ("access-to-stored-data", {"subscriber", "traffic", "content"}),
        ("data-for-emergency", {"subscriber", "traffic", "content"}),
        (PRESERVE, {"subscriber", "traffic", "content"}),
    ],
)
def test_each_measure_reaches_its_categories_of_data_and_no_other(measure: str, open_to: set[str]) -> None:
    for category in ("subscriber", "traffic", "content"):
        found = ask(measure, {**good(measure), "data-categories": [category]})
        assert [one.code for one in found] == ([] if category in open_to else ["category-not-open"])
        assert all((one.about, one.severity) == (category, Severity.WARNS) for one in found)


def test_names_each_category_that_is_not_open() -> None:
    found = ask(
        "interception-of-content", good("interception-of-content", data_categories=["traffic", "content", "subscriber"])
    )
    assert [(one.code, one.about, one.rule) for one in found] == [
        ("category-not-open", "traffic", "interception-of-content"),
        ("category-not-open", "subscriber", "interception-of-content"),
    ]


@pytest.mark.parametrize(
    ("measure", "policy", "rule"),
    [
        (PRESERVE, "no-condition", "no-dual-criminality-for-preservation"),
        ("access-to-stored-data", "may-be-asked", "refusal-dual-criminality"),
        (ASSISTANCE, "may-be-asked", "refusal-dual-criminality"),
        ("interception-of-content", "may-be-asked", "refusal-dual-criminality"),
    ],
)
def test_whether_dual_criminality_may_be_asked(measure: str, policy: str, rule: str) -> None:
    found = engine.dual_criminality(TREATY, measure)
    assert found is not None
    assert (found.policy, found.rule.name) == (policy, rule)


@pytest.mark.parametrize("measure", ["technical-advice", "data-for-emergency", "disclosure-of-traffic-data"])
def test_says_nothing_of_dual_criminality_where_nothing_is_known(measure: str) -> None:
    assert engine.dual_criminality(TREATY, measure) is None


@pytest.mark.parametrize(
    ("measure", "must", "may"),
    [
        (
            "access-to-stored-data",
            {"speciality", "onward-consent", "safeguards"},
            {"confidentiality", "return-or-deletion"},
        ),
        (ASSISTANCE, {"speciality", "onward-consent", "safeguards"}, {"confidentiality", "return-or-deletion"}),
        ("data-for-emergency", {"onward-consent", "safeguards"}, {"speciality", "return-or-deletion"}),
        ("spontaneous-information", {"onward-consent", "safeguards"}, {"speciality", "confidentiality"}),
        (PRESERVE, set(), set()),
    ],
)
def test_the_limits_on_use_travel_with_the_measure(measure: str, must: set[str], may: set[str]) -> None:
    found = engine.use_limits(TREATY, measure)
    assert {one.limit for one in found if one.force == "must"} == must
    assert {one.limit for one in found if one.force == "may"} == may


@pytest.mark.parametrize("how", ["orally", "through-interpol"])
@pytest.mark.parametrize("measure", [name for name in MINE if name != "spontaneous-information"])
def test_a_request_that_confirms_another_says_when_and_to_whom_that_was_made(measure: str, how: str) -> None:
    fields = good(measure, first_made=how)
    del fields["first-made-on"], fields["first-made-to"]
    assert codes(ask(measure, fields)) == {
        ("field-needed-with", "first-made-on"),
        ("field-needed-with", "first-made-to"),
    }
    assert ask(measure, {**fields, "first-made": "in-writing"}) == ()


@pytest.mark.parametrize("ground", sorted(TREATY.grounds))
def test_a_notice_cannot_be_refused(ground: str) -> None:
    [found] = engine.check_refusal(TREATY, "spontaneous-information", [ground])
    assert (found.code, found.rule) == ("ground-not-open", "notice-asks-nothing")


def test_the_path_of_a_communication_is_withheld_on_narrow_grounds_only() -> None:
    measure = TREATY.measure("disclosure-of-traffic-data")
    assert set(measure.grounds) == {"essential-interests", "measure-barred-at-home", "persecution"}
    assert measure.grounds_rule.name == "narrow-grounds-for-path"


def test_what_may_follow() -> None:
    follow = {name: {one.measure for one in engine.follow_ups(TREATY, name)} for name in MINE}
    assert follow["disclosure-of-traffic-data"] == {PRESERVE, "access-to-stored-data"}
    assert follow["spontaneous-information"] == {ASSISTANCE, "access-to-stored-data", PRESERVE}
    assert follow["data-for-emergency"] == {"access-to-stored-data", PRESERVE}
    assert follow["technical-advice"] == set()


def test_cooperation_on_electronic_evidence_is_closed_to_other_offences() -> None:
    for measure in ("collection-of-traffic-data", "technical-advice", "locating-suspects", ASSISTANCE):
        found = ask(measure, good(measure, offence={"class": "other-offence", "provision": "x"}))
        assert codes(found) == {("offence-not-open", "offence")}


# --- bad input ---


def test_a_million_identifiers_are_one_finding_and_cost_nothing() -> None:
    began = time.perf_counter()
    [found] = ask(PRESERVE, {**FULL[PRESERVE], "identifiers": [IDENTIFIERS[1]] * 1_000_000})
    assert time.perf_counter() - began < 0.5
    assert (found.code, found.field, found.severity) == ("field-too-long", "identifiers", Severity.BLOCKS)


def test_an_address_without_a_time_zone_and_one_without_a_time_are_told_apart() -> None:
    zoneless = {**IDENTIFIERS[1], "from": "2026-10-03T10:00:00"}
    [found] = ask(ASSISTANCE, good(ASSISTANCE, identifiers=[zoneless]))
    assert (found.code, found.about, found.severity) == ("time-zone-missing", "[0].from", Severity.BLOCKS)
    timeless = {"type": "internet-address", "value": "192.0.2.7"}
    [found] = ask(ASSISTANCE, good(ASSISTANCE, identifiers=[timeless]))
    assert (found.code, found.about, found.rule) == ("identifier-without-time", "[0]", "identifiers-precise")


def test_a_period_of_collection_that_ends_before_it_begins() -> None:
    reversed_ = {**PERIOD, "from": PERIOD["until"], "until": PERIOD["from"]}
    [found] = ask("collection-of-traffic-data", good("collection-of-traffic-data", collection_period=reversed_))
    assert (found.code, found.field, found.severity) == ("period-reversed", "collection-period", Severity.BLOCKS)
