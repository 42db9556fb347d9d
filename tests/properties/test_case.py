"""The fold is a function of sets: any order, any repetition, any detour over a subset ends in the same state."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, cast

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from musnad.core.case import Accepted, CaseState, Step, duties, fold, judge, next_steps
from musnad.core.kernel.names import AuthorityId, MessageId, PartyCode, Slug, digest_of, party_of
from musnad.core.messages import bodies
from musnad.core.messages.message import Message, write_message
from tests.case_story import (
    ACCESS,
    ADVICE,
    INFORMATION,
    OTHER_SEAL,
    PRESERVATION,
    QA,
    QA_CENTRAL,
    SEAL,
    TEAM,
    TREATIES,
    TREATY,
    UNTIL,
    VN,
    VN_CENTRAL,
    XX,
    Story,
    at,
    receipt_of,
    whole,
)

AUTHORITIES = [VN, VN_CENTRAL, QA, QA_CENTRAL]
EVENTS = ["collected", "sealed", "received", "opened", "copied", "exported", "forwarded", "returned", "destroyed"]
MEASURES = [PRESERVATION, ACCESS, ADVICE, INFORMATION, TEAM]
UNANSWERING = {"request", "custody", "closing", "takeover"}
LIMITS = bodies.UseLimits(True, "with-consent", "the case", date(2027, 1, 1), "destroy")
DAY = date(2026, 11, 23)


@st.composite
def body_of(draw: Any, ids: list[MessageId]) -> bodies.Body:
    return cast(
        "bodies.Body",
        draw(
            st.sampled_from(
                [
                    bodies.Request({}, draw(st.sampled_from([None, *ids]))),
                    bodies.Acknowledgement(),
                    bodies.Question("?"),
                    bodies.Reply("!"),
                    bodies.Acceptance(),
                    bodies.Acceptance((), LIMITS),
                    bodies.Execution(draw(st.sampled_from(["executed", "partly-executed", "not-executed"])), "done"),
                    bodies.ConsentRequest("other-use", "may we?", (), draw(st.sampled_from([None, SEAL]))),
                    bodies.Consent(draw(st.booleans())),
                    bodies.Silence("none", receipt=ids[0]),
                    bodies.CallBack("registry", "telephone", at(3), "confirmed"),
                    bodies.Takeover(
                        (draw(st.sampled_from(ids)),), tuple(draw(st.sets(st.sampled_from(ids), max_size=1)))
                    ),
                    bodies.Consultation("?"),
                    bodies.Refusal((Slug("essential-interests"),), "no"),
                    bodies.Refusal((Slug("weather"),), "no"),
                    bodies.Postponement("later"),
                    UNTIL,
                    bodies.Confirmation(DAY + timedelta(days=draw(st.integers(0, 200))), DAY, "Asia/Qatar"),
                    bodies.ExtensionRequest(DAY + timedelta(days=draw(st.integers(0, 200))), "more"),
                    bodies.Withdrawal("solved"),
                    bodies.Offer(),
                    bodies.Custody(
                        draw(st.sampled_from(EVENTS)),
                        draw(st.sampled_from([SEAL, OTHER_SEAL])),
                        at(draw(st.integers(0, 99))),
                    ),
                    bodies.Closing((draw(st.sampled_from(ids)),)),
                ]
            )
        ),
    )


@st.composite
def stories(draw: Any, *, lines: bool = False) -> Story:
    """A random DAG of messages, most of them forbidden by something; in ``lines``, each Party names its last one."""
    story = Story()
    own_last: dict[str, MessageId] = {}
    story.say(VN, bodies.Request({}), measure_name=draw(st.sampled_from(MEASURES)), to=(QA,))
    for _ in range(draw(st.integers(0, 14))):
        ids = [step.id for step in story.steps]
        body = draw(body_of(ids))
        author: AuthorityId = draw(
            st.sampled_from([*AUTHORITIES, XX]) if draw(st.booleans()) else st.sampled_from([VN, QA])
        )
        if body.kind in bodies.SPOKEN and draw(st.integers(0, 4)) == 0:
            body = bodies.Transcript(draw(st.sampled_from(AUTHORITIES)), "paper", DAY, body)
        said = body.said.kind if isinstance(body, bodies.Transcript) else body.kind
        answering = said not in UNANSWERING
        previous = draw(st.sets(st.sampled_from(ids[-4:]), min_size=1, max_size=3))
        if lines and party_of(author) in own_last:
            previous.add(own_last[party_of(author)])
        own_last[party_of(author)] = story.say(
            author,
            body,
            previous=sorted(previous),
            answers=draw(st.sampled_from(ids[:3] + ids[-3:])) if answering else None,
            measure_name=draw(st.sampled_from(MEASURES)),
            exercise=draw(st.integers(0, 9)) > 0,
        )
    return story


UNHURRIED = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@UNHURRIED
@given(stories(), st.randoms(use_true_random=False), st.integers(0, 15))
def test_any_order_repetition_and_subset_on_the_way_ends_in_the_same_state(story: Story, chance: Any, cut: int) -> None:
    whole = story.state()
    arrived = [*story.steps, *story.steps[: chance.randint(0, len(story.steps))]]
    chance.shuffle(arrived)
    receipts = [receipt_of(step.id, index=place) for place, step in enumerate(story.steps)]
    fold(story.case, arrived[:cut], receipts[:cut], TREATIES)  # what a node saw half-way leaves no trace
    mixed = fold(story.case, arrived, (), TREATIES)
    assert mixed == whole
    assert mixed.digest() == whole.digest()
    turned = fold(story.case, reversed(arrived), reversed(receipts), TREATIES)
    assert turned == fold(story.case, arrived, [*receipts, *receipts], TREATIES)
    assert turned.digest() == whole.digest()


@UNHURRIED
@given(stories())
def test_every_message_is_accounted_for_once(story: Story) -> None:
    state = story.state()
    ids = {step.id for step in story.steps}
    left_out = {one.id for one in state.void if one.ground in {"not-a-participant", "not-told-to-all"}}
    assert {*state.order, *(one.id for one in state.waiting), *left_out} == ids
    assert not left_out & set(state.order)
    assert len(state.order) == len(set(state.order))
    assert state.void_ids <= ids
    place = {one: index for index, one in enumerate(state.order)}
    assert all(place[parent] < place[one] for one in state.order for parent in state.messages[one].previous)


@UNHURRIED
@given(stories(lines=True))
def test_a_void_step_that_nobody_builds_on_could_as_well_be_missing(story: Story) -> None:
    """But for a Party for which something was entered: that it speaks at all tells, whatever it says."""
    state = story.state()
    entered = {party_of(m.body.speaker) for m in state.messages.values() if isinstance(m.body, bodies.Transcript)}
    for one in sorted(state.void_ids & set(state.heads)):
        if state.messages[one].author_party in entered:
            continue
        without = fold(story.case, [step for step in story.steps if step.id != one], (), TREATIES)
        if not without.opened:
            continue
        for member in ("requests", "exhibits", "closings", "parties", "findings", "unjudged"):
            assert getattr(without, member) == getattr(state, member)
        assert [void for void in state.void if void.id != one] == list(without.void)


@UNHURRIED
@given(stories(), st.dates(date(2026, 11, 1), date(2028, 1, 1)))
def test_no_duty_is_without_an_owner_of_the_case(story: Story, today: date) -> None:
    state = story.state()
    for duty in duties(state, TREATIES, {PartyCode("VN"): today, PartyCode("QA"): today}):
        assert duty.owner.partition("/")[0] in state.parties
        late = duty.last_day is not None and today > duty.last_day
        assert duty.overdue == (late and not duty.suspended)


@UNHURRIED
@given(stories())
def test_what_is_open_is_somebodys_to_do(story: Story) -> None:
    """No request of an open case waits for nobody: it is over, or someone owes a step; and so does an open case."""
    state = story.state()
    owed = duties(state, TREATIES, {})
    if state.opened and not state.closed:
        assert owed
        for request in state.requests.values():
            assert request.status in {"refused", "withdrawn", "fulfilled"} or any(
                duty.request == request.id and not duty.suspended for duty in owed
            )


@UNHURRIED
@given(stories())
def test_every_refusal_that_stands_cites_grounds_that_the_data_allow(story: Story) -> None:
    state = story.state()
    for request in state.requests.values():
        allowed = set(TREATY.measures[request.measure].grounds)
        assert (request.refused is not None) == bool(request.refusal_grounds)
        assert set(request.refusal_grounds) <= allowed


@UNHURRIED
@given(stories())
def test_what_was_entered_for_a_party_that_speaks_stands_only_under_its_takeover(story: Story) -> None:
    state = story.state()
    spoken = {message.author_party for message in state.messages.values()}
    for one, message in state.messages.items():
        if isinstance(message.body, bodies.Transcript) and one not in state.void_ids:
            party = party_of(message.body.speaker)
            taken = {other for other, said in state.messages.items() if said.kind == "takeover"}
            mine = {other for other in taken if state.messages[other].author_party == party}
            assert party not in spoken or any(one in _above(state, other) for other in mine)


def _above(state: CaseState, one: MessageId) -> set[MessageId]:
    above: set[MessageId] = set()
    ahead = list(state.messages[one].previous)
    while ahead:
        parent = ahead.pop()
        above.add(parent)
        ahead.extend(set(state.messages[parent].previous) - above)
    return above


@UNHURRIED
@given(stories(), stories())
def test_the_judge_and_the_fold_agree_on_a_next_step(story: Story, other: Story) -> None:
    """A step built on every head: what the judge says before is what the fold says after."""
    state = story.state()
    last = other.steps[-1].message
    draft = story.draft(
        last.author,
        last.body,
        answers=state.order[0] if last.answers is not None else None,
        previous=state.heads,
        exercise=last.exercise,
    )
    one = MessageId("ff" * 32)
    after = fold(story.case, [*story.steps, Step(one, draft)], (), TREATIES)
    found = [void.ground for void in after.void if void.id == one]
    verdict = judge(state, draft, TREATIES)
    assert list(getattr(verdict, "grounds", ()))[:1] == found


@UNHURRIED
@given(stories())
def test_what_may_come_next_is_never_empty_for_a_party_of_an_open_case(story: Story) -> None:
    state = story.state()
    for party in state.parties:
        assert next_steps(state, party) or state.closed


class Quarrel:
    """Two Parties in one case: one that says only what its own fold allows, on every head it has; one that lies."""

    def __init__(self, draw: Any) -> None:
        self.draw = draw
        told = whole().steps
        self.story = Story(told[: draw(st.integers(1, len(told)))], minute=60)
        self.honest, self.liar = draw(st.permutations([VN, QA]))
        self.seen = {step.id for step in self.story.steps}

    def draft(self, author: AuthorityId, previous: Iterable[MessageId], ids: list[MessageId]) -> Message:
        body = self.draw(body_of(ids))
        answering = body.kind not in UNANSWERING
        answers = self.draw(st.sampled_from([*ids[:1], *ids[4:7]])) if answering else None
        measure_name = self.draw(st.sampled_from(MEASURES))
        return self.story.draft(author, body, answers=answers, previous=previous, measure_name=measure_name)

    def add(self, message: Message) -> MessageId:
        one = MessageId(digest_of(write_message(message)))
        self.story.steps.append(Step(one, message))
        return one

    def say_rightly(self, author: AuthorityId, state: CaseState) -> MessageId | None:
        message = self.draft(author, state.heads, list(state.order))
        return self.add(message) if isinstance(judge(state, message, TREATIES), Accepted) else None

    def honestly(self) -> None:
        steps = [step for step in self.story.steps if step.id in self.seen]
        said = self.say_rightly(self.honest, fold(self.story.case, steps, (), TREATIES))
        self.seen |= {said} if said is not None else set()

    def in_line(self) -> None:
        self.say_rightly(self.liar, self.story.state())

    def back_dated(self) -> None:
        ids = [step.id for step in self.story.steps]
        previous = self.draw(st.sets(st.sampled_from([*ids[:5], *ids[-3:]]), min_size=1, max_size=2))
        self.add(self.draft(self.liar, sorted(previous), ids))

    def arrives(self) -> None:
        """One message of the liar reaches the honest Party, parents first."""
        coming = [one for one in self.story.steps if one.id not in self.seen and set(one.message.previous) <= self.seen]
        if coming:
            self.seen.add(self.draw(st.sampled_from(coming)).id)

    def built_on_by_the_other(self) -> set[MessageId]:
        """Standing steps from which a message of the other Party descends."""
        state = self.story.state()
        above: dict[MessageId, set[MessageId]] = {}
        found: set[MessageId] = set()
        for one, message in state.messages.items():
            above[one] = {ancestor for parent in message.previous for ancestor in (parent, *above[parent])}
            found |= {other for other in above[one] if state.messages[other].author_party != message.author_party}
        return found - state.void_ids


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_no_step_dated_back_voids_what_the_other_party_built_on_nor_what_its_own_did(data: Any) -> None:
    quarrel = Quarrel(data.draw)
    acts = [quarrel.honestly, quarrel.honestly, quarrel.in_line, quarrel.in_line, quarrel.arrives, quarrel.back_dated]
    for act in data.draw(st.lists(st.sampled_from(acts), max_size=6)):
        act()
    bound = quarrel.built_on_by_the_other()
    for _ in range(data.draw(st.integers(1, 4))):
        quarrel.back_dated()
    assert not bound & quarrel.story.state().void_ids


@UNHURRIED
@given(stories())
def test_a_step_over_everything_never_changes_the_order_of_the_others(story: Story) -> None:
    before = story.state()
    story.say(QA, bodies.Question("?"), answers=before.order[0], previous=before.heads)
    assert story.state().order[:-1] == before.order
