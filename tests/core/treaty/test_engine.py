"""What the engine says of requests, refusals, periods and bases, under the two measures."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from musnad.core.kernel.errors import BadForm
from musnad.core.kernel.names import Slug
from musnad.core.messages.version import MUSNAD_1
from musnad.core.treaty import engine
from musnad.core.treaty.errors import UnknownMeasure
from musnad.core.treaty.findings import Severity
from musnad.core.treaty.forms import ENTRIES_LIMIT, LONG_TEXT_LIMIT, TEXT_LIMIT
from musnad.core.treaty.measure import OFFICERS_LIMIT
from musnad.core.treaty.reader import parse_treaty
from musnad.core.treaty.values import ApprovalAct, Certainty
from tests.core.treaty.data import (
    ACCESS,
    FULL,
    IDENTIFIERS,
    OFFENCE,
    PERIOD,
    PRESERVE,
    TREATY,
    ask,
    changed,
    codes,
    rule,
)

DAY = date(2026, 11, 23)
REQUIRED = [(m, name) for m in (PRESERVE, ACCESS) for name, field in TREATY.measure(m).fields.items() if field.required]


@pytest.mark.parametrize("measure", [PRESERVE, ACCESS])
def test_a_full_request_draws_no_finding(measure: str) -> None:
    assert ask(TREATY, measure, FULL[measure]) == ()
    assert set(FULL[measure]) | {"person-at-risk"} >= set(TREATY.measure(measure).fields)


@pytest.mark.parametrize(("measure", "name"), REQUIRED)
def test_a_missing_field_warns_while_its_rule_is_from_memory(measure: str, name: str) -> None:
    [found] = ask(TREATY, measure, {k: v for k, v in FULL[measure].items() if k != name})
    assert (found.code, found.field, found.severity) == ("field-missing", name, Severity.WARNS)
    assert found.rule == TREATY.measure(measure).fields[Slug(name)].rule.name
    assert found.certainty is Certainty.FROM_MEMORY


def test_a_missing_field_blocks_once_its_rule_is_certain() -> None:
    treaty = parse_treaty(changed("rules.preservation-states-necessity", r'^status = ".*"$', 'status = "certain"'))
    [found] = ask(treaty, PRESERVE, {k: v for k, v in FULL[PRESERVE].items() if k != "necessity"})
    assert found.severity is Severity.BLOCKS


def test_nothing_of_law_that_is_not_certain_ever_blocks() -> None:
    for measure in (PRESERVE, ACCESS):
        for fields in ({}, {**FULL[measure], "offence": {"class": "other-offence", "provision": "x"}}):
            for found in ask(TREATY, measure, fields, asker_roles=[], addressee_roles=[]):
                assert (found.severity is Severity.BLOCKS) == (found.certainty is Certainty.CERTAIN)


def test_warns_of_an_authority_without_the_role() -> None:
    found = ask(TREATY, ACCESS, FULL[ACCESS], asker_roles=["contact-24-7"], addressee_roles=[])
    assert codes(found) == {("asker-role", "central-authority"), ("addressee-role", "central-authority")}
    assert ask(TREATY, PRESERVE, FULL[PRESERVE], asker_roles=["central-authority", "court"]) == ()


def test_refuses_a_field_that_the_measure_does_not_have() -> None:
    [found] = ask(TREATY, PRESERVE, {**FULL[PRESERVE], "purpose": "x"})
    assert (found.code, found.about, found.severity) == ("field-unknown", "purpose", Severity.BLOCKS)


BAD: list[tuple[str, Any, str]] = [
    ("necessity", "", "field-wrong-form"),
    ("necessity", "   \n", "field-wrong-form"),
    ("necessity", 7, "field-wrong-form"),
    ("necessity", "seen as \u202egnp.exe", "field-wrong-form"),
    ("necessity", "\x00", "field-wrong-form"),
    ("necessity", "x" * (LONG_TEXT_LIMIT + 1), "field-too-long"),
    ("holder", "two\nlines", "field-wrong-form"),
    ("holder", "x" * (TEXT_LIMIT + 1), "field-too-long"),
    ("confidential", 1, "field-wrong-form"),
    ("confidential", "yes", "field-wrong-form"),
    ("data-categories", [], "field-wrong-form"),
    ("data-categories", "content", "field-wrong-form"),
    ("data-categories", ["everything"], "field-wrong-form"),
    ("data-categories", ["content", "content"], "field-wrong-form"),
    ("data-categories", [["content"]], "field-wrong-form"),
    ("period-of-data", {**PERIOD, "from": "2026-11-01"}, "period-reversed"),
    ("period-of-data", {**PERIOD, "zone": "somewhere"}, "time-zone-missing"),
    ("period-of-data", {**PERIOD, "zone": None}, "time-zone-missing"),
    ("period-of-data", {"from": "2026-10-01", "until": "2026-10-02"}, "time-zone-missing"),
    ("period-of-data", {**PERIOD, "until": "2026-02-30"}, "field-wrong-form"),
    ("period-of-data", {**PERIOD, "about": "x"}, "field-wrong-form"),
    ("period-of-data", "October", "field-wrong-form"),
    ("identifiers", [], "field-wrong-form"),
    ("identifiers", {}, "field-wrong-form"),
    ("identifiers", ["someone@example.org"], "field-wrong-form"),
    ("identifiers", [IDENTIFIERS[0]] * (ENTRIES_LIMIT + 1), "field-too-long"),
    ("identifiers", [{"type": "email"}], "field-wrong-form"),
    ("identifiers", [{"type": "soul", "value": "x"}], "field-wrong-form"),
    ("identifiers", [{"type": [], "value": "x"}], "field-wrong-form"),
    ("identifiers", [{**IDENTIFIERS[1], "value": "192.0.2.256"}], "field-wrong-form"),
    ("identifiers", [{**IDENTIFIERS[1], "value": "fe80::1%eth0"}], "field-wrong-form"),
    ("identifiers", [{**IDENTIFIERS[1], "port": 0}], "field-wrong-form"),
    ("identifiers", [{**IDENTIFIERS[1], "port": True}], "field-wrong-form"),
    ("identifiers", [{**IDENTIFIERS[1], "from": "2026-10-03T10:00:00"}], "time-zone-missing"),
    ("identifiers", [{**IDENTIFIERS[1], "from": "2026-10-03"}], "field-wrong-form"),
    ("identifiers", [{**IDENTIFIERS[1], "from": "2026-10-03T25:00:00Z"}], "field-wrong-form"),
    ("identifiers", [{**IDENTIFIERS[1], "until": "2026-10-03T02:59:59Z"}], "period-reversed"),
    ("offence", "theft", "field-wrong-form"),
    ("offence", {"class": "serious-crime"}, "field-wrong-form"),
    ("offence", {"class": "misdemeanour", "provision": "x"}, "field-wrong-form"),
    ("offence", {"class": "convention-offence", "provision": "x"}, "field-wrong-form"),
    ("offence", {"class": "convention-offence", "name": "theft", "provision": "x"}, "field-wrong-form"),
    ("offence", {**OFFENCE, "name": "illegal-access"}, "field-wrong-form"),
    ("offence", {**OFFENCE, "maximum": {"number": 7}}, "field-wrong-form"),
    ("offence", {**OFFENCE, "maximum": 7}, "field-wrong-form"),
    ("offence", {**OFFENCE, "maximum": {"number": 7, "unit": "lashes"}}, "field-wrong-form"),
    ("offence", {**OFFENCE, "maximum": {"number": 7.5, "unit": "years"}}, "field-wrong-form"),
    ("offence", {**OFFENCE, "maximum": {"number": 7, "unit": "life-or-heavier"}}, "field-wrong-form"),
    ("authenticity-contact", {"name": "x"}, "field-wrong-form"),
    ("authenticity-contact", {"name": "x", "reach": ""}, "field-wrong-form"),
    ("access-request-intended", None, "field-wrong-form"),
]


@pytest.mark.parametrize(("name", "value", "code"), BAD)
def test_a_value_of_the_wrong_form_blocks(name: str, value: Any, code: str) -> None:
    [found] = ask(TREATY, PRESERVE, {**FULL[PRESERVE], name: value})
    assert (found.code, found.field, found.severity, found.rule) == (code, name, Severity.BLOCKS, None)


@pytest.mark.parametrize("value", ["tomorrow", "2026-13-01", 20261231])
def test_a_day_that_is_none_blocks(value: Any) -> None:
    [found] = ask(TREATY, ACCESS, {**FULL[ACCESS], "wanted-by": value})
    assert found.code == "field-wrong-form"


def test_names_the_place_of_a_defect_in_a_list() -> None:
    fields = {**FULL[PRESERVE], "identifiers": [*IDENTIFIERS, {"type": "internet-address", "value": "x"}]}
    assert [found.about for found in ask(TREATY, PRESERVE, fields)] == ["[2].value"]


def test_warns_of_an_internet_address_without_its_time() -> None:
    fields = {**FULL[PRESERVE], "identifiers": [{"type": "internet-address", "value": "2001:db8::1"}]}
    [found] = ask(TREATY, PRESERVE, fields)
    assert (found.code, found.severity, found.certainty) == ("identifier-without-time", "warns", Certainty.DESIGN)


def test_a_preservation_without_the_intention_to_ask_for_the_data() -> None:
    [found] = ask(TREATY, PRESERVE, {**FULL[PRESERVE], "access-request-intended": False})
    assert (found.code, found.rule) == ("field-not-as-due", "preservation-announces-access-request")


def test_an_emergency_says_who_is_at_risk() -> None:
    fields = {**FULL[ACCESS], "urgency": "emergency"}
    [found] = ask(TREATY, ACCESS, fields)
    assert (found.code, found.field, found.about) == ("field-needed-with", "person-at-risk", "emergency")
    assert ask(TREATY, ACCESS, {**fields, "person-at-risk": "A child"}) == ()


def test_a_wanted_day_gives_its_reasons() -> None:
    fields = {k: v for k, v in FULL[ACCESS].items() if k not in {"urgency", "urgency-reasons"}}
    assert codes(ask(TREATY, ACCESS, fields)) == {("field-needed-with", "urgency-reasons")}


@pytest.mark.parametrize(
    ("offence", "expected"),
    [
        ({"class": "other-offence"}, {("offence-not-open", "warns")}),
        ({"class": "convention-offence", "name": "illegal-access"}, set()),
        ({"class": "serious-crime"}, {("maximum-missing", "warns")}),
        ({"class": "serious-crime", "maximum": {"number": 4, "unit": "years"}}, set()),
        ({"class": "serious-crime", "maximum": {"number": 48, "unit": "months"}}, set()),
        ({"class": "serious-crime", "maximum": {"unit": "life-or-heavier"}}, set()),
        ({"class": "serious-crime", "maximum": {"number": 47, "unit": "months"}}, {("below-threshold", "warns")}),
        (
            {
                "class": "serious-crime",
                "maximum": {"number": 3, "unit": "years"},
                "maximum-in-asked-state": {"number": 5, "unit": "years"},
            },
            set(),
        ),
        (
            {
                "class": "serious-crime",
                "maximum": {"number": 3, "unit": "years"},
                "maximum-in-asked-state": {"number": 2, "unit": "years"},
            },
            {("below-threshold", "blocks")},
        ),
    ],
)
def test_the_offence_opens_the_measure(offence: dict[str, Any], expected: set[tuple[str, str]]) -> None:
    fields = {**FULL[PRESERVE], "offence": {**offence, "provision": "Penal Code, s. 1"}}
    assert {(one.code.value, one.severity.value) for one in ask(TREATY, PRESERVE, fields)} == expected


def test_an_unknown_measure_is_an_error() -> None:
    with pytest.raises(UnknownMeasure):
        engine.check_request(TREATY, "torture", {}, asker_roles=[], addressee_roles=[])


@pytest.mark.parametrize(
    ("measure", "ground", "expected"),
    [
        (PRESERVE, "essential-interests", {"consultation-missing"}),
        (PRESERVE, "persecution", set()),
        (PRESERVE, "dual-criminality", {"ground-barred"}),
        (PRESERVE, "trivial-matter", {"ground-not-open"}),
        (PRESERVE, "preservation-reservation", {"ground-needs-reservation"}),
        (ACCESS, "dual-criminality", set()),
        (ACCESS, "contrary-to-assistance-law", {"consultation-missing"}),
        (ACCESS, "preservation-reservation", {"ground-not-open"}),
        (ACCESS, "bank-secrecy", {"ground-barred"}),
        (ACCESS, "fiscal-matter", {"ground-barred"}),
    ],
)
def test_the_grounds_of_a_refusal(measure: str, ground: str, expected: set[str]) -> None:
    found = engine.check_refusal(TREATY, measure, [ground])
    assert {one.code.value for one in found} == expected
    assert all(one.severity is Severity.WARNS for one in found)


def test_a_consultation_on_record_is_enough() -> None:
    assert engine.check_refusal(TREATY, ACCESS, ["essential-interests"], consulted=True) == ()
    assert engine.check_postponement(TREATY, ACCESS, consulted=True) == ()
    assert [one.code for one in engine.check_postponement(TREATY, ACCESS)] == ["consultation-missing"]


def test_a_reservation_never_serves_for_the_conventions_own_offences() -> None:
    found = engine.check_refusal(TREATY, PRESERVE, ["preservation-reservation"], offence="illegal-access")
    assert {one.code.value for one in found} == {"ground-needs-reservation", "ground-not-for-offence"}
    found = engine.check_refusal(TREATY, PRESERVE, ["preservation-reservation"], offence="laundering-of-proceeds")
    assert {one.code.value for one in found} == {"ground-needs-reservation"}


def test_a_refusal_without_a_known_ground_blocks() -> None:
    assert [(f.code, f.severity) for f in engine.check_refusal(TREATY, ACCESS, [])] == [("ground-missing", "blocks")]
    [found] = engine.check_refusal(TREATY, ACCESS, ["weather"])
    assert (found.code, found.about, found.severity) == ("ground-unknown", "weather", Severity.BLOCKS)


def test_the_last_day_is_included_and_the_first_is_not_counted() -> None:
    least = engine.least_last_day(TREATY, PRESERVE, DAY)
    assert least == date(2027, 1, 22)
    assert (least - DAY).days == 60
    assert engine.check_confirmation(TREATY, PRESERVE, counted_from=DAY, until=least) == ()
    [short] = engine.check_confirmation(TREATY, PRESERVE, counted_from=DAY, until=date(2027, 1, 21))
    assert (short.code, short.rule, short.about, short.severity) == (
        "period-too-short",
        "preservation-at-least",
        "60",
        "warns",
    )


def test_the_period_follows_the_data() -> None:
    treaty = parse_treaty(changed("rules.preservation-at-least", "number = 60", "number = 90"))
    assert (engine.least_last_day(treaty, PRESERVE, DAY) - DAY).days == 90
    assert rule("preservation-at-least", treaty).says.for_language("en").count("90") == 1


def test_a_confirmation_that_ends_before_it_begins_blocks() -> None:
    [found] = engine.check_confirmation(TREATY, PRESERVE, counted_from=DAY, until=date(2026, 11, 22))
    assert (found.code, found.severity) == ("period-reversed", "blocks")
    [found] = engine.check_confirmation(TREATY, ACCESS, counted_from=DAY, until=DAY)
    assert (found.code, found.severity) == ("confirmation-not-due", "blocks")


def test_no_last_day_where_there_is_no_period_or_no_calendar() -> None:
    with pytest.raises(BadForm):
        engine.least_last_day(TREATY, ACCESS, DAY)
    with pytest.raises(BadForm):
        engine.least_last_day(TREATY, PRESERVE, date.max)
    [found] = engine.check_confirmation(TREATY, PRESERVE, counted_from=date.max, until=date.max)
    assert found.code == "period-too-short"


def test_an_extension_is_asked_before_the_period_ends_and_lengthens_it() -> None:
    later = date(2027, 2, 1)
    assert engine.check_extension(TREATY, PRESERVE, lapses=DAY, asked_on=DAY, until=later) == ()
    [late] = engine.check_extension(TREATY, PRESERVE, lapses=DAY, asked_on=date(2026, 11, 24), until=later)
    assert (late.code, late.severity) == ("extension-too-late", "warns")
    [same] = engine.check_extension(TREATY, PRESERVE, lapses=DAY, asked_on=DAY, until=DAY)
    assert (same.code, same.severity) == ("extension-not-later", "blocks")


def test_the_period_is_kept_until_the_access_request_is_decided() -> None:
    [limit] = engine.limits(TREATY, PRESERVE)
    assert (limit.counted_from, limit.kept_until, limit.at_least_days) == ("request-received", "follow-up-decided", 60)
    follow = [(one.measure, one.force) for one in engine.follow_ups(TREATY, PRESERVE)]
    assert follow == [(ACCESS, "must"), ("disclosure-of-traffic-data", "may")]
    assert limit.warn_days == (30, 14, 7, 3, 1)
    assert engine.follow_ups(TREATY, ACCESS) == ()


def test_the_convention_is_not_in_force_and_says_so_without_blocking() -> None:
    [found] = engine.check_basis(TREATY, TREATY.name)
    assert (found.code, found.severity, found.certainty) == ("treaty-not-in-force", "warns", Certainty.REPORTED)
    assert engine.check_basis(TREATY, "reciprocity") == ()
    [found] = engine.check_basis(TREATY, "friendship")
    assert (found.code, found.severity) == ("basis-unknown", "blocks")


def test_tells_the_officer_of_the_rules_at_each_stage() -> None:
    told = {duty.rule.name for duty in engine.duties(TREATY, ACCESS, "using")}
    assert {"use-limited-to-purpose", "onward-transfer-authorised"} <= told
    assert engine.duties(TREATY, PRESERVE, "executing")


def test_what_suspends_a_period_is_told_with_its_rule() -> None:
    """No treaty here suspends a period; one that did would say so in its data."""
    table = "measures.expedited-preservation.limits.preservation"
    suspended = 'suspended_by = { event = "follow-up-decided", rule = "further-information" }\nwarn_days'
    [limit] = engine.limits(parse_treaty(changed(table, r"^warn_days", suspended)), PRESERVE)
    assert limit.suspending_rule is not None
    assert (limit.suspended_by, limit.suspending_rule.name) == ("follow-up-decided", "further-information")
    [limit] = engine.limits(TREATY, PRESERVE)
    assert (limit.suspended_by, limit.suspending_rule) == (None, None)


def officers_due(measure: str, act: ApprovalAct, **fields: object) -> int:
    due = engine.approval_due(TREATY, measure, act, fields)
    return due.officers if due is not None else 1


def test_what_cannot_be_undone_asks_for_two_officers_and_what_cannot_wait_for_one() -> None:
    two = ("interception-of-content", "collection-of-traffic-data", "extradition", "provisional-arrest")
    assert {officers_due(measure, "send") for measure in (*two, "confiscation-of-property")} == {2}
    one = (PRESERVE, ACCESS, "data-for-emergency", "freezing-of-property", "disclosure-of-traffic-data")
    assert {officers_due(measure, "send") for measure in one} == {1}
    for measure in (PRESERVE, "data-for-emergency"):
        assert TREATY.measures[Slug(measure)].approvals == (), "the night watch can act alone"
    assert officers_due("interception-of-content", "release") == officers_due("interception-of-content", "open") == 2


def test_content_is_released_by_two_officers_and_other_stored_data_by_one() -> None:
    assert officers_due(ACCESS, "release", **{"data-categories": ["traffic", "content"]}) == 2
    assert officers_due(ACCESS, "release", **{"data-categories": ["subscriber", "traffic"]}) == 1
    assert officers_due(ACCESS, "release") == 2, "what names no category may be content"
    for unsaid in ([], "content", [7]):
        assert officers_due(ACCESS, "release", **{"data-categories": unsaid}) == 2
    assert officers_due(ACCESS, "open") == 1


def test_fewer_officers_than_the_rule_says_are_remarked_and_block_nothing() -> None:
    asked = {"data-categories": ["content"]}
    [found] = engine.check_approvals(TREATY, ACCESS, "release", asked, officers=1)
    assert (found.code, found.severity, found.about) == ("approvals-fewer", Severity.WARNS, "2")
    assert (found.rule, found.certainty) == ("officers-for-release-of-content", Certainty.DESIGN)
    for officers in (2, 3):
        assert engine.check_approvals(TREATY, ACCESS, "release", asked, officers=officers) == ()
    with pytest.raises(UnknownMeasure):
        engine.check_approvals(TREATY, "gone", "send", {}, officers=1)


def test_no_rule_asks_for_more_officers_than_a_message_can_name() -> None:
    assert MUSNAD_1.approvals_limit == OFFICERS_LIMIT
