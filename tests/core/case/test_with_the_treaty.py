"""The case under the treaty data that ships: what only memory says is shown and voids nothing."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from musnad.adapters.treaty_files import load_treaty
from musnad.core.case import Accepted, CaseState, Refused, fold, judge
from musnad.core.case.approvals import approval_asked
from musnad.core.kernel.names import AuthorityId, CaseRef, MessageId, OfficerName, Slug
from musnad.core.messages import bodies
from musnad.core.messages.bodies import Act
from musnad.core.messages.message import Approval, LegalBasis
from tests.case_story import QA, QA_CENTRAL, UNTIL, VN, VN_CENTRAL, Story, custody

TREATY = load_treaty()
TREATIES = {TREATY.digest: TREATY}
PRESERVE = Slug("expedited-preservation")
BASIS = LegalBasis(Slug("reciprocity"), "")


def asked() -> tuple[Story, MessageId]:
    story = Story()
    return story, story.say(VN, bodies.Request({}), measure_name=PRESERVE, treaty=TREATY.digest, legal_basis=BASIS)


def refuse(*grounds: str) -> bodies.Refusal:
    return bodies.Refusal(tuple(Slug(ground) for ground in grounds), "no")


def folded(story: Story) -> CaseState:
    return fold(story.case, story.steps, (), TREATIES)


def codes(state: CaseState, message: MessageId) -> set[str]:
    return {one.code for one in state.findings if one.message == message}


def test_a_request_with_nothing_in_it_stands_and_every_missing_field_is_found() -> None:
    story, request = asked()
    state = folded(story)
    assert state.requests[request].outcome == "preservation"
    assert codes(state, request) == {"field-missing"}
    assert all(one.rule and one.certainty for one in state.findings)


def test_a_ground_that_a_rule_from_memory_bars_is_found_and_not_void() -> None:
    story, request = asked()
    refusal = story.say(QA, refuse("dual-criminality"), answers=request)
    state = folded(story)
    assert not state.void
    assert "ground-barred" in codes(state, refusal)


def test_a_ground_that_the_measure_does_not_have_is_void() -> None:
    story, request = asked()
    story.say(QA, refuse("fiscal-matter"), answers=request)
    assert [void.ground for void in folded(story).void] == ["ground-not-lawful"]


def test_a_refusal_without_a_consultation_is_found_and_after_one_is_not() -> None:
    story, request = asked()
    refusal = story.say(QA, refuse("essential-interests"), answers=request)
    assert codes(folded(story), refusal) == {"consultation-missing"}
    story, request = asked()
    story.say(QA, bodies.Consultation("a word"), answers=request)
    story.say(QA, refuse("essential-interests"), answers=request)
    assert "consultation-missing" not in {one.code for one in folded(story).findings}


def test_sixty_days_satisfy_the_period_and_fifty_nine_are_found() -> None:
    for until, found in ((UNTIL.preserved_until, False), (date(2027, 1, 21), True)):
        story, request = asked()
        story.say(QA, bodies.Acceptance(), answers=request)
        said = bodies.Confirmation(until, UNTIL.counted_from, UNTIL.zone)
        confirmation = story.say(QA, said, answers=request)
        assert (codes(folded(story), confirmation) == {"period-too-short"}) is found


@pytest.mark.parametrize(("roles", "found"), [({VN: ["court"]}, True), ({VN: ["contact-24-7"]}, False), ({}, False)])
def test_roles_are_weighed_where_the_caller_gives_them(roles: dict[AuthorityId, list[str]], found: bool) -> None:
    message = Story().draft(VN, bodies.Request({}), measure_name=PRESERVE, treaty=TREATY.digest, legal_basis=BASIS)
    verdict = judge(fold(CaseRef("ab" * 32), (), (), {}), message, TREATIES, roles=roles)
    assert ("asker-role" in {one.code for one in verdict.warnings}) is found


def test_a_value_of_the_wrong_form_blocks_before_sending_and_voids_nothing() -> None:
    story = Story()
    name = next(iter(TREATY.measure(PRESERVE).fields))
    members = {"measure_name": PRESERVE, "treaty": TREATY.digest, "legal_basis": BASIS}
    message = story.draft(VN, bodies.Request({name: 7, "invented": 1}), **members)  # type: ignore[arg-type]
    verdict = judge(fold(CaseRef("ab" * 32), (), (), {}), message, TREATIES)
    assert isinstance(verdict, Refused)
    assert verdict.grounds == ()
    assert {one.code for one in verdict.blocking} == {"field-unknown", "field-wrong-form"}
    story.say(VN, bodies.Request({name: 7, "invented": 1}), **members)
    assert not folded(story).void


def test_the_convention_as_basis_of_an_exercise_warns_while_it_is_not_in_force() -> None:
    basis = LegalBasis(Slug(TREATY.name), "")
    message = Story().draft(VN, bodies.Request({}), measure_name=PRESERVE, treaty=TREATY.digest, legal_basis=basis)
    verdict = judge(fold(CaseRef("ab" * 32), (), (), {}), message, TREATIES)
    assert isinstance(verdict, Accepted)
    assert ("treaty-not-in-force" in {one.code for one in verdict.warnings}) is not TREATY.in_force.value


def test_information_given_without_conditions_is_told_so_and_names_the_rule() -> None:
    given = bodies.UseLimits(confidential=True, onward="with-consent")
    for limits, found in ((None, {"limits-missing"}), (given, set())):
        story = Story()
        body = bodies.Request({"information-sent": "x", "use-of-information": "y"}, None, limits)
        measure = Slug("spontaneous-information")
        told = story.say(VN, body, measure_name=measure, treaty=TREATY.digest, legal_basis=BASIS)
        state = folded(story)
        assert codes(state, told) & {"limits-missing"} == found
        assert all(one.rule in TREATY.rules and not one.blocks for one in state.findings if one.code in found)


STORED, TAPPED = Slug("access-to-stored-data"), Slug("interception-of-content")


def by(author: AuthorityId, act: Act, *officers: str) -> Any:
    return {"approvals": tuple(Approval(OfficerName(f"{author}/{one}"), act) for one in officers)}


def ask_for(story: Story, measure: Slug, fields: dict[str, object], *officers: str) -> MessageId:
    members: Any = {"measure_name": measure, "treaty": TREATY.digest, "legal_basis": BASIS}
    return story.say(VN, bodies.Request(fields), **members, **by(VN, "send", *officers))


@pytest.mark.parametrize(("officers", "found"), [((), True), (("a",), True), (("a", "b"), False)])
def test_a_request_that_fewer_officers_approved_stands_and_is_remarked(officers: tuple[str, ...], found: bool) -> None:
    story = Story()
    asked = ask_for(story, TAPPED, {}, *officers)
    state = folded(story)
    assert not state.void
    remarks = [one for one in state.findings if one.code == "approvals-fewer"]
    assert [(one.message, one.rule, one.about, one.blocks) for one in remarks] == [
        (asked, "officers-for-secret-collection", "2", False)
    ] * found


def test_an_approval_of_another_act_does_not_count() -> None:
    story = Story()
    members: Any = {"measure_name": TAPPED, "treaty": TREATY.digest, "legal_basis": BASIS}
    approvals = (*by(VN, "send", "a")["approvals"], *by(VN, "release", "b")["approvals"])
    asked = story.say(VN, bodies.Request({}), **members, approvals=approvals)
    assert "approvals-fewer" in codes(folded(story), asked)


@pytest.mark.parametrize(
    ("categories", "officers", "found"),
    [(["content"], ("a",), True), (["content"], ("a", "b"), False), (["traffic"], ("a",), False), (None, ("a",), True)],
)
def test_a_release_is_held_against_the_request_that_it_answers(
    categories: list[str] | None, officers: tuple[str, ...], found: bool
) -> None:
    story = Story()
    asked = ask_for(story, STORED, {} if categories is None else {"data-categories": categories}, "a")
    story.say(QA, bodies.Acceptance(), answers=asked)
    offer = story.say(QA_CENTRAL, bodies.Offer(), answers=asked, **by(QA_CENTRAL, "release", *officers))
    state = folded(story)
    assert not state.void
    assert ("approvals-fewer" in codes(state, offer)) is found


@pytest.mark.parametrize(("officers", "found"), [(("a",), True), (("a", "b"), False)])
def test_opening_is_held_against_the_request_that_the_exhibit_was_given_for(
    officers: tuple[str, ...], found: bool
) -> None:
    story = Story()
    asked = ask_for(story, TAPPED, {}, "a", "b")
    story.say(QA, bodies.Acceptance(), answers=asked)
    story.say(QA_CENTRAL, bodies.Offer(), answers=asked, **by(QA_CENTRAL, "release", "a", "b"))
    received = story.say(VN_CENTRAL, custody("received"))
    opened = story.say(VN_CENTRAL, custody("opened"), **by(VN_CENTRAL, "open", *officers))
    state = folded(story)
    assert not state.void
    assert ("approvals-fewer" in codes(state, opened)) is found
    assert codes(state, received) == set()


def test_what_cannot_be_held_against_the_data_is_said_to_be_so() -> None:
    story = Story()
    asked = ask_for(story, TAPPED, {}, "a")
    story.say(QA, bodies.Acceptance(), answers=asked)
    story.say(QA_CENTRAL, bodies.Offer(), answers=asked, **by(QA_CENTRAL, "release", "a"))
    received = story.say(VN_CENTRAL, custody("received"))
    opened = story.say(VN_CENTRAL, custody("opened"), **by(VN_CENTRAL, "open", "a"))
    state = fold(story.case, story.steps, (), {})
    assert opened in state.unjudged
    assert received not in state.unjudged
    assert not [one for one in state.findings if one.code == "approvals-fewer"]


def test_what_the_next_step_will_ask_for_is_told_before() -> None:
    story = Story()
    asked = ask_for(story, STORED, {"data-categories": ["content"]}, "a")
    story.say(QA, bodies.Acceptance(), answers=asked)
    other = Story()
    due = approval_asked(folded(story), story.draft(QA_CENTRAL, bodies.Offer(), answers=asked), TREATIES)
    assert due is not None
    assert (due.officers, due.rule.name) == (2, "officers-for-release-of-content")
    opening = other.draft(VN, bodies.Request({}), measure_name=PRESERVE, treaty=TREATY.digest, legal_basis=BASIS)
    assert approval_asked(fold(CaseRef(""), (), (), {}), opening, TREATIES) is None
