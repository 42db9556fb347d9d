"""A draft and a question, from a node's ports: treaty by instrument, register, laws and directory."""

from __future__ import annotations

import json
from datetime import date

import pytest

from musnad.core.kernel.errors import BadForm, NotJson, TooLarge
from musnad.core.kernel.names import Slug
from musnad.core.kernel.states import UnknownState
from musnad.core.law.errors import NoProfile
from musnad.core.messages import bodies
from musnad.core.preflight.values import Answer, Found, Topic
from musnad.exchange.composing import compose
from musnad.exchange.errors import UnknownDraft
from musnad.exchange.preflight import (
    DRAFT_LIMIT_OCTETS,
    Sources,
    can_ask,
    check_draft,
    check_file,
    check_stored,
    known_on,
    profile_of,
    sources_of,
)
from musnad.exchange.reading.law import can_members, preflight_members, reason_members
from musnad.node.assemble import assemble_packaged
from tests.core.preflight.data import draft, on, reasons
from tests.core.treaty.data import ACCESS, FULL, PRESERVE
from tests.world import World

DAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def world() -> World:
    return World()


@pytest.fixture
def sources(world: World) -> Sources:
    return sources_of(world["QA"].ports)


def test_a_stored_draft_is_checked_like_a_file_of_the_same_members(world: World) -> None:
    node = world["VN"]
    intent = node.intent(
        "contact-24-7", [world["QA"].authority("contact-24-7")], bodies.Request(FULL[PRESERVE]), measure=PRESERVE
    )
    stored = compose(node.ports, intent)
    found = check_stored(node.ports, stored.id, DAY)
    assert found.ready
    assert found.draft.author == intent.author
    assert dict(found.draft.fields) == FULL[PRESERVE]
    assert (found.draft.basis, found.draft.measure) == ("un-convention-against-cybercrime", PRESERVE)
    members = {
        "author": intent.author,
        "to": list(intent.to),
        "measure": PRESERVE,
        "legal_basis": {"instrument": "un-convention-against-cybercrime"},
        "language": "en",
        "exercise": True,
        "fields": FULL[PRESERVE],
    }
    same = check_file(sources_of(node.ports), json.dumps(members).encode(), "draft.json", DAY)
    assert [(one.topic, one.found, one.weight) for one in same.reasons] == [
        (one.topic, one.found, one.weight) for one in found.reasons
    ]


def test_only_a_request_is_checked(world: World) -> None:
    node = world["VN"]
    to = [world["QA"].authority("contact-24-7")]
    case = node.say("contact-24-7", to, bodies.Request(FULL[PRESERVE]), measure=PRESERVE)
    stored = compose(node.ports, node.intent("contact-24-7", to, bodies.Withdrawal("Done."), case=case, answers=case))  # type: ignore[arg-type]
    with pytest.raises(BadForm):
        check_stored(node.ports, stored.id, DAY)
    with pytest.raises(UnknownDraft):
        check_stored(node.ports, case, DAY)


def test_a_zone_that_no_database_has_is_found(sources: Sources) -> None:
    period = {"from": "2026-10-01", "until": "2026-10-31", "zone": "Mars/Olympus"}
    found = check_draft(sources, draft(fields={"period-of-data": period}), DAY)
    assert not found.ready
    [one] = [one for one in found.reasons if one.facts.get("finding") == "time-zone-missing"]
    assert one.field == "period-of-data"
    told = reason_members(one)
    assert told["rule"] is None
    assert "IANA" in str(told["remedy"])
    asked_for_by = one.asked_for_by
    assert asked_for_by is not None
    assert told["asked_for_by"]["rule"] == asked_for_by.name  # type: ignore[index]
    assert check_draft(sources, draft(fields={"period-of-data": {**period, "zone": "Asia/Qatar"}}), DAY).ready


def test_the_directory_of_the_node_is_asked(sources: Sources) -> None:
    found = check_draft(sources, draft(), DAY)
    assert {code for code, _ in on(found, Topic.AUTHORITY)} <= {
        Found.AUTHORITY_THERE,
        Found.AUTHORITY_MEASURE_NOT_LISTED,
    }
    packaged = check_draft(assemble_packaged(), draft(), DAY)
    assert {code for code, _ in on(packaged, Topic.AUTHORITY)} == {Found.DIRECTORY_NOT_AT_HAND}


def test_the_basis_chooses_the_treaty_and_only_the_convention_has_a_register() -> None:
    packaged = assemble_packaged()
    own = known_on(packaged, "reciprocity", DAY)
    assert own.treaty.name == "un-convention-against-cybercrime"
    assert own.register is not None
    other = known_on(packaged, "budapest-convention", DAY)
    assert other.treaty.name == "budapest-convention"
    assert other.register is None
    members = draft(PRESERVE, author="QA/contact-24-7", to=["VN/contact-24-7"])
    found = check_draft(packaged, {**members, "legal_basis": {"instrument": "budapest-convention"}}, DAY)
    assert found.treaty.name == "budapest-convention"
    assert reasons(found, Found.REGISTER_OF_ANOTHER_TREATY)


def test_can_one_ask_the_other(sources: Sources) -> None:
    found = can_ask(sources, "QA", "VN", ACCESS, "illegal-access", DAY)
    assert found.answer is Answer.ONLY_IF
    told = can_members(found)
    assert told["answer"] == "only-if"
    assert told["sample"] is True
    assert "not the law of" in str(told["sample_notice"])
    other = can_ask(sources, "QA", "VN", ACCESS, "illegal-access", DAY, basis="reciprocity")
    assert other.question.basis == Slug("reciprocity")


def test_refuses_a_state_that_does_not_exist(sources: Sources) -> None:
    for pair in (("XX", "VN"), ("QA", "ZZ"), ("qa", "VN")):
        with pytest.raises(UnknownState):
            can_ask(sources, *pair, ACCESS, "illegal-access", DAY)
    assert can_ask(sources, "EU", "VN", ACCESS, "illegal-access", DAY).answer is not Answer.YES


def test_a_state_without_a_profile_says_so(sources: Sources) -> None:
    with pytest.raises(NoProfile):
        profile_of(sources, "JP")
    with pytest.raises(UnknownState):
        profile_of(sources, "XX")
    assert profile_of(sources, "QA").sample


def test_what_is_no_draft_is_one_error() -> None:
    packaged = assemble_packaged()
    for data in (b"", b"[]", b'{"a": 1.5}', b'{"a": 1, "a": 2}', b"\xff"):
        with pytest.raises(NotJson) as caught:
            check_file(packaged, data, "draft.json", DAY)
        assert caught.value.what == "draft.json"
    with pytest.raises(TooLarge) as large:
        check_file(packaged, b" " * (DRAFT_LIMIT_OCTETS + 1), "draft.json", DAY)
    assert large.value.what == "draft.json"


def test_the_members_of_a_preflight_carry_rule_status_and_source(sources: Sources) -> None:
    told = preflight_members(check_draft(sources, {**draft(), "fields": {}}, DAY))
    found = told["reasons"]
    assert isinstance(found, list)
    missing = [one for one in found if one["facts"].get("finding") == "field-missing"]
    assert missing
    for one in missing:
        assert one["rule"]["status"]
        assert one["rule"]["source"]
        assert one["field"]
    json.dumps(told)
