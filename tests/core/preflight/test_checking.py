"""A draft before it leaves: what blocks, what is weak, what the recipient declared, which refusal is likely and why."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from musnad.core.kernel.ijson import PAYLOAD_LIMIT_OCTETS
from musnad.core.kernel.names import AuthorityId, PartyCode, Slug
from musnad.core.preflight.checking import Preflight, preflight
from musnad.core.preflight.values import Answer, Found, Known, Reason, Topic, Weight, Word
from musnad.core.treaty.values import Certainty
from tests.core.preflight.data import (
    KNOWN_DAY,
    KNOWN_NOW,
    LATER,
    LONG,
    QA,
    TREATY,
    VN,
    certain,
    draft,
    in_force,
    known,
    of_day,
    on,
    profile,
    reasons,
    registered,
    sure,
    with_profiles,
)
from tests.core.treaty.data import ACCESS, CONTACT, PERIOD, PRESERVE

OWN = {"class": "convention-offence", "name": "illegal-access", "provision": "s. 3"}


def checked(
    measure: str = ACCESS, *, within: Known = KNOWN_NOW, size: int = 0, drop: tuple[str, ...] = (), **members: Any
) -> Preflight:
    fields = members.pop("fields", {})
    value = draft(measure, fields={"offence": OWN, **fields}, **members)
    value["fields"] = {name: one for name, one in value["fields"].items() if name not in drop}
    return preflight(within, value, size_octets=size)


def weak(found: Preflight) -> set[tuple[str, str | None]]:
    return {(one.rule.name, one.field) for one in reasons(found, Found.WEAK) if one.rule is not None}


def findings(found: Preflight) -> dict[str, Reason]:
    return {str(one.facts["finding"]): one for one in reasons(found, Found.FINDING)}


def grounds(found: Preflight) -> dict[str, Found]:
    told = [one for one in found.reasons if one.topic is Topic.GROUNDS]
    return {one.facts["ground"].code: one.found for one in told if isinstance(one.facts["ground"], Word)}


def test_a_whole_draft_is_ready() -> None:
    found = checked()
    assert found.ready
    assert found.answer is Answer.YES
    assert on(found, Topic.FIELDS) == [(Found.FIELDS_IN_ORDER, Weight.HOLDS)]
    assert on(found, Topic.WEAK_FIELDS) == [(Found.NOTHING_WEAK, Weight.HOLDS)]
    assert found.samples == (QA, VN)


@pytest.mark.parametrize("measure", sorted(TREATY.measures))
def test_an_empty_draft_of_any_measure_misses_every_required_field(measure: str) -> None:
    value = {**draft(), "measure": measure, "fields": {}}
    found = preflight(KNOWN_NOW, value)
    required = {name for name, one in TREATY.measures[Slug(measure)].fields.items() if one.required}
    missing = [one for one in reasons(found, Found.FINDING) if one.facts["finding"] == "field-missing"]
    assert {one.field for one in missing} == required
    assert all(
        one.rule is not None and one.rule == TREATY.measures[Slug(measure)].fields[one.field or Slug("")].rule
        for one in missing
    )


def test_of_the_treatys_being_in_force_one_truth_is_told() -> None:
    basis = {"instrument": TREATY.name, "note": ""}
    in_conformity = "not-in-conformity"
    joined = checked(within=known(register=in_force(), day=LATER), legal_basis=basis)
    assert on(joined, Topic.IN_FORCE) == [(Found.IN_FORCE_BETWEEN, Weight.HOLDS)]
    assert "treaty-not-in-force" not in findings(joined)
    assert grounds(joined)[in_conformity] is not Found.GROUND_LIKELY
    before = checked(within=known(profiles=of_day(KNOWN_DAY), day=KNOWN_DAY), legal_basis=basis)
    assert [one for one, _ in on(before, Topic.IN_FORCE)] == [Found.NOT_IN_FORCE_BETWEEN]
    assert "treaty-not-in-force" not in findings(before)
    assert grounds(before)[in_conformity] is Found.GROUND_LIKELY
    [because] = [one.because for one in before.reasons if one.found is Found.GROUND_LIKELY and one.because]
    assert because.found is Found.NOT_IN_FORCE_BETWEEN


@pytest.mark.parametrize("within", [KNOWN_NOW, known(register=None)])
def test_where_no_register_tells_the_datas_flag_stays_with_its_day(within: Known) -> None:
    found = checked(within=within, legal_basis={"instrument": TREATY.name, "note": ""})
    assert findings(found)["treaty-not-in-force"].facts["about"] == "2026-05-21"
    assert Weight.HOLDS not in {weight for _, weight in on(found, Topic.IN_FORCE)}


ZONES = frozenset({"Asia/Qatar", "UTC"})


@pytest.mark.parametrize("zone", ["Mars/Olympus", "Asia/Atlantis", "Europe/Qatar"])
def test_a_zone_that_is_none_is_a_zone_missing(zone: str) -> None:
    period = {"from": "2026-10-01", "until": "2026-10-31", "zone": zone}
    found = checked(fields={"period-of-data": period}, within=known(zones=ZONES))
    assert not found.ready
    one = findings(found)["time-zone-missing"]
    assert (one.weight, one.field, one.facts["about"]) == (Weight.BLOCKS, "period-of-data", ".zone")
    assert checked(fields={"period-of-data": period}).ready, "nobody could tell which zones there are"
    assert checked(fields={"period-of-data": {**period, "zone": "Asia/Qatar"}}, within=known(zones=ZONES)).ready
    shapeless = checked(fields={"period-of-data": {**period, "zone": "+03:00"}}, within=known(zones=ZONES))
    assert findings(shapeless)["time-zone-missing"].facts["count"] == 1


@pytest.mark.parametrize(("until", "ahead"), [("2026-11-23", False), ("2026-11-24", True), ("2099-12-31", True)])
def test_stored_data_lie_behind_the_day(until: str, ahead: bool) -> None:
    period = {"from": "2026-11-01", "until": until, "zone": "UTC"}
    found = checked(fields={"period-of-data": period})
    assert (("stored-data-lie-behind", "period-of-data") in weak(found)) is ahead
    assert found.ready
    [rule] = [check.rule for check in KNOWN_NOW.practice.checks if check.rule.name == "stored-data-lie-behind"]
    assert rule.certainty is Certainty.DESIGN


def test_a_period_of_collection_lies_ahead_as_it_should() -> None:
    period = {"from": "2027-01-01", "until": "2027-01-31", "zone": "UTC"}
    found = checked("collection-of-traffic-data", fields={"collection-period": period})
    assert ("stored-data-lie-behind", "collection-period") not in weak(found)


def test_the_missing_fields_are_named_apart() -> None:
    found = preflight(KNOWN_NOW, {**draft(), "fields": {}})
    required = [name for name, one in TREATY.measures[Slug(ACCESS)].fields.items() if one.required]
    assert list(found.missing) == required
    assert checked().missing == ()


# --- bad input: a clear reason that names field and rule; nothing half-read ---


def test_a_period_without_a_time_zone_blocks() -> None:
    found = checked(fields={"period-of-data": {"from": "2026-10-01", "until": "2026-10-31"}})
    reason = findings(found)["time-zone-missing"]
    assert (reason.weight, reason.field) == (Weight.BLOCKS, "period-of-data")
    assert not found.ready


def test_an_address_without_a_time_zone_blocks() -> None:
    one = {"type": "internet-address", "value": "192.0.2.7", "port": 443, "from": "2026-10-03T10:00:00"}
    reason = findings(checked(fields={"identifiers": [one]}))["time-zone-missing"]
    assert (reason.weight, reason.field, reason.facts["about"]) == (Weight.BLOCKS, "identifiers", "[0].from")


def test_an_address_without_a_time_warns_by_its_rule() -> None:
    bare = {"type": "internet-address", "value": "192.0.2.7", "port": 443}
    found = checked(fields={"identifiers": [bare] * 7})
    reason = findings(found)["identifier-without-time"]
    assert reason.weight is Weight.WARNS
    assert reason.rule == TREATY.measures[Slug(ACCESS)].fields[Slug("identifiers")].rule
    assert reason.facts["count"] == 7
    assert reason.facts["about"] == "[0], [1], [2], [3], [4]"
    assert found.ready


def test_a_period_that_ends_before_it_begins_blocks() -> None:
    reason = findings(checked(fields={"period-of-data": {**PERIOD, "until": "2026-09-01"}}))["period-reversed"]
    assert (reason.weight, reason.field) == (Weight.BLOCKS, "period-of-data")


def test_a_million_identifiers_are_one_reason() -> None:
    many = [{"type": "email", "value": "someone@example.org"}] * 1_000_000
    found = checked(fields={"identifiers": many}, size=50_000_000)
    reason = findings(found)["field-too-long"]
    assert (reason.weight, reason.field, reason.facts["count"]) == (Weight.BLOCKS, "identifiers", 1)
    assert [one.facts["limit_octets"] for one in reasons(found, Found.DRAFT_TOO_LARGE)] == [PAYLOAD_LIMIT_OCTETS]
    assert len(found.reasons) < 80


def test_a_thousand_unknown_fields_are_one_reason() -> None:
    found = checked(fields={f"colour-{number}": "green" for number in range(1000)})
    reason = findings(found)["field-unknown"]
    assert (reason.weight, reason.facts["count"]) == (Weight.BLOCKS, 1000)


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("author", "Qatar"),
        ("author", 7),
        ("to", ["VN"]),
        ("to", [7]),
        ("to", []),
        ("to", ["VN/central-authority", "VN/central-authority"]),
        ("measure", "Access To Data"),
        ("legal_basis", 7),
        ("legal_basis", {"instrument": "No Slug"}),
        ("legal_basis", {"instrument": "reciprocity", "more": 1}),
        ("fields", []),
        ("language", ["en"]),
        ("follows", ""),
        ("exercise", "yes"),
    ],
)
def test_an_outer_member_of_the_wrong_form_blocks(member: str, value: object) -> None:
    found = preflight(KNOWN_NOW, {**draft(), member: value})
    told = [str(one.facts["member"]) for one in reasons(found, Found.DRAFT_MEMBER_WRONG)]
    assert [one.partition("[")[0] for one in told] == [member]
    assert not found.ready
    assert found.answer is Answer.NO


@pytest.mark.parametrize("member", ["author", "to", "measure", "legal_basis", "fields"])
def test_an_outer_member_that_is_missing_blocks(member: str) -> None:
    value = draft()
    del value[member]
    found = preflight(KNOWN_NOW, value)
    assert [one.facts["member"] for one in reasons(found, Found.DRAFT_MEMBER_MISSING)] == [member]
    assert not found.ready


def test_a_member_that_no_draft_has_blocks() -> None:
    found = preflight(KNOWN_NOW, {**draft(), "colour": "green"})
    assert [one.facts["member"] for one in reasons(found, Found.DRAFT_MEMBER_UNKNOWN)] == ["colour"]


def test_an_unknown_measure_or_basis_blocks() -> None:
    found = preflight(KNOWN_NOW, {**draft(), "measure": "telepathy"})
    assert [one.weight for one in reasons(found, Found.MEASURE_UNKNOWN)] == [Weight.BLOCKS]
    other = checked(legal_basis="friendship")
    assert findings(other)["basis-unknown"].weight is Weight.BLOCKS


# --- weak fields, by practice ---


@pytest.mark.parametrize(
    ("change", "rule", "field"),
    [
        ({"facts": LONG[:119]}, "facts-tell-the-story", "facts"),
        ({"purpose": "Trial of the sender of the message"}, "reasons-are-reasons", "purpose"),
        ({"urgency-reasons": "A hearing"}, "reasons-are-reasons", "urgency-reasons"),
        ({"period-of-data": {**PERIOD, "from": "2025-10-30"}}, "period-is-narrow", "period-of-data"),
        ({"identifiers": [{"type": "email", "value": "a@example.org"}] * 201}, "few-identifiers", "identifiers"),
        ({"data-categories": ["content", "traffic"]}, "one-category-one-order", "data-categories"),
        ({"wanted-by": "2026-11-22"}, "wish-lies-ahead", "wanted-by"),
    ],
)
def test_a_weak_field_warns_by_a_rule_of_practice(change: dict[str, Any], rule: str, field: str) -> None:
    found = checked(fields=change)
    assert weak(found) == {(rule, field)}
    [reason] = reasons(found, Found.WEAK)
    assert reason.weight is Weight.WARNS
    assert reason.rule is not None
    assert reason.rule.certainty is Certainty.DESIGN
    assert found.ready, "practice never blocks"


@pytest.mark.parametrize(
    "change",
    [
        {"facts": LONG[:120].ljust(120, "x")},
        {"period-of-data": {**PERIOD, "from": "2025-10-31"}},
        {"identifiers": [{"type": "email", "value": "a@example.org"}] * 200},
        {"wanted-by": "2026-11-23"},
    ],
)
def test_what_just_reaches_the_rules_number_is_not_weak(change: dict[str, Any]) -> None:
    assert weak(checked(fields=change)) == set()


def test_an_address_is_weak_without_port_or_over_days() -> None:
    def address(**more: object) -> dict[str, object]:
        return {"type": "internet-address", "value": "192.0.2.7", "from": "2026-10-03T10:00:00Z", **more}

    portless = checked(fields={"identifiers": [address()]})
    assert weak(portless) == {("address-with-port", "identifiers")}
    wide = checked(fields={"identifiers": [address(port=443, until="2026-10-04T10:00:01Z")]})
    assert weak(wide) == {("address-at-a-moment", "identifiers")}
    narrow = checked(fields={"identifiers": [address(port=443, until="2026-10-04T10:00:00Z")]})
    assert weak(narrow) == set()


def test_what_nobody_can_find_or_confirm_is_weak() -> None:
    found = checked(drop=("identifiers", "holder", "authenticity-contact"))
    assert weak(found) == {
        ("data-can-be-found", "identifiers"),
        ("holder-named", "holder"),
        ("somebody-else-confirms", "authenticity-contact"),
    }


def test_an_earlier_preservation_is_named_or_followed() -> None:
    assert weak(checked(drop=("preservation-reference",))) == {("earlier-preservation-helps", "preservation-reference")}
    assert weak(checked(drop=("preservation-reference",), follows="3f2a")) == set()


def test_urgent_without_reasons_is_told_by_the_treatys_rule() -> None:
    reason = findings(checked(drop=("urgency-reasons", "wanted-by")))["field-needed-with"]
    assert reason.rule == TREATY.rules[Slug("urgency-gives-reasons")]


def test_a_field_of_wrong_form_is_not_also_weak() -> None:
    wrong: object
    for wrong in (7, None, [], {"from": 1}, "x" * 30_000):
        fields: dict[str, object] = dict.fromkeys(TREATY.measures[Slug(ACCESS)].fields, wrong)
        assert isinstance(checked(fields=fields), Preflight)
    assert weak(checked(fields={"period-of-data": {"from": "2020-01-01", "until": "2026-01-01"}})) == set()


# --- the recipient ---


def test_the_named_authorities_are_looked_up() -> None:
    found = checked(to=["VN/contact-24-7"])
    assert (Found.AUTHORITY_ROLE_MISSING, Weight.WARNS) in on(found, Topic.AUTHORITY)
    unknown = checked(to=["VN/post-office"])
    assert (Found.AUTHORITY_UNKNOWN, Weight.WARNS) in on(unknown, Topic.AUTHORITY)
    own = checked(author="QA/contact-24-7")
    assert (Found.AUTHORITY_ROLE_MISSING, Weight.WARNS) in on(own, Topic.AUTHORITY)


def test_a_certain_rule_on_roles_blocks() -> None:
    rule = TREATY.measures[Slug(ACCESS)].addressees.rule.name
    found = checked(to=["VN/contact-24-7"], within=known(treaty=certain(TREATY, rule)))
    assert (Found.AUTHORITY_ROLE_MISSING, Weight.BLOCKS) in on(found, Topic.AUTHORITY)
    assert not found.ready


def test_the_language_of_the_draft_is_held_against_those_accepted() -> None:
    assert on(checked(language="en"), Topic.LANGUAGE) == [(Found.LANGUAGE_ACCEPTED, Weight.HOLDS)]
    found = checked(language="ar")
    assert on(found, Topic.LANGUAGE) == [(Found.LANGUAGE_NOT_ACCEPTED, Weight.WARNS)]
    [reason] = reasons(found, Found.LANGUAGE_NOT_ACCEPTED)
    assert reason.rule == TREATY.rules[KNOWN_NOW.practice.language_rule]


def test_everything_that_the_recipient_declared_is_told() -> None:
    found = checked(author="VN/central-authority", to=["QA/central-authority"])
    told = {
        one.facts["subject"].code for one in reasons(found, Found.DECLARED) if isinstance(one.facts["subject"], Word)
    }
    assert told == {"provisions-excluded", "dispute-settlement"}
    assert all(one.read[0].source and one.read[0].certainty for one in reasons(found, Found.DECLARED))


def test_three_states_are_each_asked() -> None:
    found = checked(to=["VN/central-authority", "EG/central-authority"])
    states = {one.state for one in found.reasons if one.topic is Topic.GROUNDS}
    assert states == {VN, PartyCode("EG")}
    standing = [one.state for one in found.reasons if one.topic is Topic.STANDING]
    assert standing.count(QA) == 1, "what is found of the asker is told once"


def test_nobody_asks_himself() -> None:
    assert (Found.SAME_STATE, Weight.BLOCKS) in on(checked(to=["QA/contact-24-7"]), Topic.STANDING)


# --- the offence ---


def test_a_serious_crime_takes_the_asked_states_maximum_from_the_draft() -> None:
    serious = {"class": "serious-crime", "provision": "s. 1", "maximum": {"number": 7, "unit": "years"}}
    found = checked(fields={"offence": serious})
    assert on(found, Topic.SERIOUSNESS) == [(Found.SERIOUSNESS_NOT_KNOWN, Weight.NOT_KNOWN)]
    assert found.answer is Answer.NOT_KNOWN
    both = {**serious, "maximum-in-asked-state": {"unit": "life-or-heavier"}}
    assert on(checked(fields={"offence": both}), Topic.SERIOUSNESS) == [(Found.SERIOUS_BY_BOTH, Weight.HOLDS)]
    low = {**serious, "maximum": {"number": 1, "unit": "years"}}
    low["maximum-in-asked-state"] = {"number": 47, "unit": "months"}
    told = checked(fields={"offence": low})
    assert on(told, Topic.SERIOUSNESS) == [(Found.SERIOUS_BY_NEITHER, Weight.BLOCKS)]
    assert not told.ready


def test_the_asked_states_profile_gives_the_maximum_that_the_draft_lacks() -> None:
    [reason] = reasons(checked(), Found.SERIOUS_BY_ONE)
    assert reason.facts["asked_maximum"] == known().profiles[VN].offences[Slug("illegal-access")].maximum
    assert any(one.origin == "law" and one.state == VN for one in reason.read)


def test_an_emergency_is_told_what_one_is_and_what_measure_it_opens() -> None:
    marked = {"urgency": "emergency", "person-at-risk": LONG}
    found = checked(fields=marked)
    [reason] = reasons(found, Found.EMERGENCY_MARKED)
    assert reason.rule == TREATY.rules[Slug("emergency-meaning")]
    [opened] = reasons(found, Found.EMERGENCY_HAS_MEASURE)
    assert opened.facts["measure"] == Word("data-for-emergency", TREATY.measures[Slug("data-for-emergency")].label)
    assert on(checked(), Topic.EMERGENCY) == []


# --- grounds of refusal ---


def test_every_ground_of_the_measure_is_ranked_the_likeliest_first() -> None:
    measure = TREATY.measures[Slug(ACCESS)]
    found = checked(to=["EG/central-authority"])
    told = [one for one in found.reasons if one.topic is Topic.GROUNDS]
    assert {one.facts["ground"].code for one in told if isinstance(one.facts["ground"], Word)} == {
        *measure.grounds,
        *measure.barred,
    }
    weights = [one.weight for one in told]
    assert weights == sorted(weights, key=list(Weight).index)
    assert all(one.rule is not None for one in told)


def test_dual_criminality_is_likely_where_the_law_lacks_the_offence() -> None:
    lacking = checked(fields={"offence": {**OWN, "name": "grooming-of-a-child"}})
    assert grounds(lacking)["dual-criminality"] is Found.GROUND_LIKELY
    [reason] = reasons(lacking, Found.GROUND_LIKELY)
    assert reason.because is not None
    assert reason.because.found is Found.DUAL_NOT_MET
    assert reason.weight is Weight.WARNS
    assert reason.rule == TREATY.grounds[Slug("dual-criminality")].rule
    assert grounds(checked())["dual-criminality"] is Found.GROUND_UNLIKELY
    unknown = checked(fields={"offence": {**OWN, "name": "system-related-forgery"}})
    assert grounds(unknown)["dual-criminality"] is Found.GROUND_NOT_KNOWN
    partly = checked(fields={"offence": {**OWN, "name": "illegal-interception"}})
    assert grounds(partly)["dual-criminality"] is Found.GROUND_POSSIBLE


def test_data_protection_is_likely_where_the_law_restricts_transfers() -> None:
    assert grounds(checked(to=["EG/central-authority"]))["data-protection"] is Found.GROUND_LIKELY
    back = checked(author="VN/central-authority", to=["QA/central-authority"])
    assert grounds(back)["data-protection"] is Found.GROUND_POSSIBLE
    assert grounds(checked())["data-protection"] is Found.GROUND_UNLIKELY


def test_a_measure_barred_at_home_is_likely_where_the_power_is_missing() -> None:
    found = checked("interception-of-content")
    assert grounds(found)["measure-barred-at-home"] is Found.GROUND_LIKELY
    assert grounds(checked())["measure-barred-at-home"] is Found.GROUND_UNLIKELY


def test_a_defective_request_is_likely_to_be_called_so() -> None:
    assert grounds(checked(drop=("subject",)))["not-in-conformity"] is Found.GROUND_LIKELY
    assert grounds(checked(drop=("holder",)))["not-in-conformity"] is Found.GROUND_POSSIBLE
    assert grounds(checked())["not-in-conformity"] is Found.GROUND_UNLIKELY


def test_a_trivial_matter_is_possible_where_neither_maximum_is_high() -> None:
    small = profile("VN", ("number = 12", "number = 1"))
    found = checked(within=known(profiles=with_profiles(small)))
    assert grounds(found)["trivial-matter"] is Found.GROUND_POSSIBLE
    assert grounds(checked(fields={"offence": {**OWN, "name": "data-interference"}}))["trivial-matter"] is (
        Found.GROUND_UNLIKELY
    )


def test_the_preservation_reservation_is_likely_only_where_the_register_shows_it() -> None:
    ground = "preservation-reservation"
    row = {"party": "VN", "kind": "reservation", "about": ground, "day": "2026-04-01"}
    made = known(register=registered(row))
    other = {"offence": {**OWN, "name": "laundering-of-proceeds"}}
    to: dict[str, Any] = {"author": "QA/contact-24-7", "to": ["VN/contact-24-7"]}
    assert grounds(checked(PRESERVE, fields=other, within=made, **to))[ground] is Found.GROUND_LIKELY
    assert grounds(checked(PRESERVE, fields=other, **to))[ground] is Found.GROUND_UNLIKELY
    assert grounds(checked(PRESERVE, within=made, **to))[ground] is Found.GROUND_BARRED
    assert grounds(checked(PRESERVE, **to))["dual-criminality"] is Found.GROUND_BARRED


def test_a_ground_without_a_sign_is_open() -> None:
    assert grounds(checked())["essential-interests"] is Found.GROUND_OPEN


# --- afterwards ---


@pytest.mark.parametrize("measure", sorted(TREATY.measures))
def test_the_limits_and_what_follows_are_those_of_the_data(measure: str) -> None:
    found = preflight(KNOWN_NOW, {**draft(), "measure": measure})
    held = TREATY.measures[Slug(measure)]
    force = {"must": Found.LIMIT_MUST, "may": Found.LIMIT_MAY}
    codes = [one for one, _ in on(found, Topic.USE_LIMITS)]
    assert codes == ([force[one.force] for one in held.use_limits] or [Found.NO_LIMIT])
    follow = {"must": Found.FOLLOWS_MUST, "may": Found.FOLLOWS_MAY}
    assert [one for one, _ in on(found, Topic.NEXT)] == [follow[one.force] for one in held.follow_ups]
    limits = [(one.facts["limit"], one.rule) for one in found.reasons if one.topic is Topic.USE_LIMITS and one.rule]
    assert limits == [(one.limit, one.rule) for one in held.use_limits]
    follows = {one.facts["measure"].code for one in found.reasons if one.topic is Topic.NEXT}  # type: ignore[union-attr]
    assert follows == {one.measure for one in held.follow_ups}


def test_a_draft_is_ready_only_if_nothing_blocks() -> None:
    blocked = checked(fields={"period-of-data": {}})
    assert not blocked.ready
    assert blocked.answer is Answer.NO
    assert blocked.count(Weight.BLOCKS) > 0


def test_without_samples_nothing_is_marked() -> None:
    found = checked(within=known(profiles=with_profiles(sure("QA"), sure("VN"))))
    assert found.samples == ()


def test_the_contact_may_be_of_any_name() -> None:
    contact = {**CONTACT, "name": "ضابط المناوبة"}
    assert checked(fields={"authenticity-contact": contact}).ready


def test_another_authority_than_the_directorys_is_not_invented() -> None:
    listed = dict(KNOWN_NOW.directory or {})
    listed[VN] = tuple(replace(one, id=AuthorityId(f"VN/other-{place}")) for place, one in enumerate(listed[VN]))
    found = checked(within=known(directory=listed))
    assert (Found.AUTHORITY_UNKNOWN, Weight.WARNS) in on(found, Topic.AUTHORITY)
