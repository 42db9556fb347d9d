"""What is due over all cases: nothing missed, nothing stale, the most urgent first, and said before data die."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import pytest

from musnad.core.case.countdown import EMERGENCY_MINUTES, Countdown
from musnad.core.case.duty import duties
from musnad.core.kernel.errors import BadForm
from musnad.core.kernel.names import CaseRef, Digest, MessageId, party_of
from musnad.core.messages import bodies
from musnad.exchange.agenda import Line, Rank
from musnad.exchange.composing import case_state
from musnad.exchange.due import Noted, note_escalations, read_line, refresh
from musnad.exchange.errors import JournalCorrupt, JournalUnavailable
from musnad.exchange.journal import Entry, Journal
from musnad.exchange.periods import confirmation
from musnad.exchange.ports import Ports
from musnad.exchange.reading.due import LONGEST_PAGE_LINES, DueView, show_due
from tests.doors.desk.story import ACCESS, ACCESS_FIELDS, FIELDS, PRESERVATION, Story, published, tell_story
from tests.world import World

CONTACT, CENTRAL = "contact-24-7", "central-authority"


@pytest.fixture(scope="module")
def story() -> Story:
    return tell_story()


@pytest.fixture
def world() -> World:
    return World(published=published())


def ask(world: World, fields: dict[str, object] = FIELDS, measure: str = PRESERVATION) -> CaseRef:
    author = CONTACT if measure == PRESERVATION else CENTRAL
    to = [world["QA"].authority(author)]
    facts = f"Case {len(world['VN'].journal.cases())}."  # the same words are said once
    case = CaseRef(world["VN"].say(author, to, bodies.Request({**fields, "facts": facts}), measure=measure))
    world.settle()
    return case


def answer(world: World, case: CaseRef, *said: bodies.Body, author: str = CONTACT) -> None:
    for body in said:
        to = [world["VN"].authority(author)]
        world["QA"].say(author, to, body, case=case, answers=MessageId(case))
    world.settle()


def preserve(world: World, days: int = 60) -> CaseRef:
    case = ask(world)
    answer(world, case, bodies.Acknowledgement(), bodies.Acceptance())
    until = world.clock.now().date() + timedelta(days=days)
    answer(world, case, confirmation(world["QA"].ports, case, MessageId(case), until))
    return case


def codes(due: DueView) -> list[tuple[str, str]]:
    return [
        (line.case, line.duty.code if line.duty else line.countdown.what if line.countdown else line.fault or "")
        for line in due.lines
    ]


@pytest.mark.parametrize("code", ["VN", "QA"])
def test_the_list_has_every_duty_of_this_nodes_authorities_and_no_other(story: Story, code: str) -> None:
    ports = story.world[code].ports
    expected = sorted(
        (row.case, duty.code, duty.owner)
        for row in ports.journal.cases()
        for duty in duties(case_state(ports, row.case), ports.treaties.known(), {})
        if party_of(duty.owner) == code
    )
    told = [(one.case, one.duty.code, one.duty.owner.id) for one in show_due(ports, 1000).lines if one.duty]
    assert sorted(told) == expected
    assert len(told) >= 2


def test_escalations_come_first_then_acting_by_last_day_then_what_only_stands(world: World) -> None:
    late = preserve(world, 90)
    soon = preserve(world, 61)
    asked = ask(world)
    world.clock.advance(days=50)
    assert codes(show_due(world["VN"].ports)) == [
        (soon, "preservation"),
        (soon, "submit-follow-up"),
        (late, "submit-follow-up"),
    ]
    assert codes(show_due(world["QA"].ports)) == [
        (soon, "preservation"),
        (asked, "acknowledge"),
        (soon, "keep-preserved"),
        (late, "keep-preserved"),
    ]


def test_a_line_says_both_clocks_the_rule_and_what_is_left(world: World) -> None:
    case = preserve(world, 60)
    line = next(one for one in show_due(world["VN"].ports).lines)
    assert line.duty is not None
    assert (line.case, line.exercise, [one.code for one in line.others]) == (case, True, ["QA"])
    assert line.duty.rule is not None
    assert line.duty.certainty == line.duty.rule.certainty
    assert [one.zone for one in line.duty.clocks] == ["Asia/Ho_Chi_Minh", "Asia/Qatar"]
    assert (line.duty.days_left, line.duty.set_by) == (60, "rule")


@dataclass
class Reads:
    """A journal that counts whose entries are read."""

    journal: Journal
    read: list[CaseRef] = field(default_factory=list)

    def __getattr__(self, name: str) -> object:
        return getattr(self.journal, name)

    def case_entries(self, case: CaseRef) -> tuple[Entry, ...]:
        self.read.append(case)
        return self.journal.case_entries(case)


def counted(ports: Ports) -> tuple[Ports, Reads]:
    reads = Reads(ports.journal)
    return replace(ports, journal=reads), reads  # type: ignore[arg-type]


def test_only_a_case_that_changed_is_folded_again(world: World) -> None:
    cases = [ask(world) for _ in range(3)]
    ports, reads = counted(world["QA"].ports)
    assert refresh(ports) == 3
    assert sorted(reads.read) == sorted(cases)
    reads.read.clear()
    assert refresh(ports) == 0
    assert show_due(ports).lines
    assert reads.read == []
    answer(world, cases[1], bodies.Acknowledgement())
    assert refresh(ports) == 1
    assert reads.read == [cases[1]]


def test_what_was_done_is_due_no_more(world: World) -> None:
    case = ask(world)
    qa = world["QA"].ports
    assert codes(show_due(qa)) == [(case, "acknowledge")]
    answer(world, case, bodies.Acknowledgement())
    assert codes(show_due(qa)) == [(case, "decide")]
    answer(world, case, bodies.Acceptance(), confirmation(qa, case, MessageId(case), None))
    assert codes(show_due(qa)) == [(case, "keep-preserved")]


def test_of_a_closed_case_only_what_stands_on_is_listed(story: Story) -> None:
    found = [code for case, code in codes(show_due(story.world["QA"].ports)) if case == story.whole]
    assert found == ["keep-preserved"]
    assert story.whole not in {one.case for one in show_due(story.world["VN"].ports).lines}


def test_what_old_cases_leave_behind_is_not_even_looked_at(world: World) -> None:
    preserve(world)
    kept = preserve(world, 90)
    qa = world["QA"].ports
    refresh(qa)
    world.clock.advance(days=63)
    looked: list[Line] = []

    class Watched:
        def page(self, *given: object) -> tuple[Line, ...]:
            found = qa.agenda.page(*given)  # type: ignore[arg-type]
            looked.extend(found)
            return found

        def __getattr__(self, name: str) -> object:
            return getattr(qa.agenda, name)

    show_due(replace(qa, agenda=Watched()))  # type: ignore[arg-type]
    assert {one.case for one in looked if one.rank is Rank.STANDING} == {kept}


def test_a_period_that_is_over_stands_no_more(world: World) -> None:
    case = preserve(world)
    qa = world["QA"].ports
    assert (case, "keep-preserved") in codes(show_due(qa))
    world.clock.advance(days=61)
    assert codes(show_due(qa)) == [(case, "preservation")], "it lapsed, and that is to be reported"
    (line,) = show_due(qa).lines
    assert line.countdown is not None
    assert (line.countdown.lapsed, line.countdown.level, line.countdown.remedy) == (True, 0, "report-loss")


def test_pages_follow_each_other_without_a_gap(world: World) -> None:
    for _ in range(3):
        ask(world)
    preserve(world)
    world.clock.advance(days=58)
    ports = world["QA"].ports
    whole = show_due(ports)
    assert len(whole.lines) == 5
    assert whole.after is None
    read, after = [], None
    for _ in range(5):
        part = show_due(ports, 1, after)
        read += codes(part)
        after = part.after
    assert after is None
    assert read == codes(whole)


@pytest.mark.parametrize("limit", [0, -1, LONGEST_PAGE_LINES + 1])
def test_refuses_a_limit_that_is_none(world: World, limit: int) -> None:
    with pytest.raises(BadForm):
        show_due(world["QA"].ports, limit)


@pytest.mark.parametrize(
    "after", ["", "x", "9.2026-11-23." + "0" * 64 + ".0", "1.2026-13-23." + "0" * 64 + ".0", "1.2.3"]
)
def test_refuses_a_place_that_was_never_told(world: World, after: str) -> None:
    with pytest.raises(BadForm):
        show_due(world["QA"].ports, 1, after)


def test_a_case_that_cannot_be_read_is_the_first_line(world: World) -> None:
    asked, broken = ask(world), ask(world)
    ports = world["QA"].ports

    class Broken(Reads):
        def case_entries(self, case: CaseRef) -> tuple[Entry, ...]:
            if case == broken:
                raise JournalCorrupt(case)
            return super().case_entries(case)

    ports = replace(ports, journal=Broken(ports.journal))  # type: ignore[arg-type]
    assert codes(show_due(ports)) == [(broken, "journal.corrupt"), (asked, "acknowledge")]


def test_a_journal_that_is_out_of_reach_is_an_error_and_no_line(world: World) -> None:
    case = ask(world)
    ports = world["QA"].ports

    class Away(Reads):
        def case_entries(self, case: CaseRef) -> tuple[Entry, ...]:
            raise JournalUnavailable("SQLITE_BUSY")

    with pytest.raises(JournalUnavailable):
        show_due(replace(ports, journal=Away(ports.journal)))  # type: ignore[arg-type]
    assert codes(show_due(ports)) == [(case, "acknowledge")]


def test_new_treaty_data_have_every_case_folded_again(world: World) -> None:
    ask(world)
    ports, reads = counted(world["QA"].ports)
    refresh(ports)
    reads.read.clear()

    class More:
        def known(self) -> dict[Digest, object]:
            return {**ports.treaties.known(), Digest("0" * 64): ports.treaties.current()}

        def __getattr__(self, name: str) -> object:
            return getattr(ports.treaties, name)

    assert refresh(replace(ports, treaties=More())) == 1  # type: ignore[arg-type]
    assert len(reads.read) == 1


def noted(found: Iterable[Noted]) -> list[tuple[str, int]]:
    return [(one.what, one.level) for one in found]


def test_each_level_is_noted_once_whoever_looks_and_however_often(world: World) -> None:
    case = preserve(world)
    ports = world["VN"].ports
    told: list[tuple[str, int]] = []
    for _ in range(64):
        told += noted(note_escalations(ports))
        assert note_escalations(ports) == ()
        world.clock.advance(days=1)
    assert told == [("preservation", one) for one in (30, 14, 7, 3, 1, 0)]
    assert len(ports.agenda.escalated(case)) == 6


def test_what_a_process_knows_to_be_noted_it_looks_up_no_more(world: World) -> None:
    preserve(world)
    world.clock.advance(days=50)
    ports, seen = world["VN"].ports, set[bytes]()
    assert len(note_escalations(ports, seen)) == 1

    class Blind:
        def escalated(self, case: CaseRef) -> tuple[()]:
            raise AssertionError(case)

        def __getattr__(self, name: str) -> object:
            return getattr(ports.agenda, name)

    assert note_escalations(replace(ports, agenda=Blind()), seen) == ()  # type: ignore[arg-type]


def test_an_escalation_that_could_not_be_stored_is_noted_the_next_time(world: World) -> None:
    preserve(world)
    world.clock.advance(days=50)
    ports, seen = world["VN"].ports, set[bytes]()

    class Full:
        def note(self, _: object) -> bool:
            raise JournalUnavailable("SQLITE_BUSY")

        def __getattr__(self, name: str) -> object:
            return getattr(ports.agenda, name)

    with pytest.raises(JournalUnavailable):
        note_escalations(replace(ports, agenda=Full()), seen)  # type: ignore[arg-type]
    assert noted(note_escalations(ports, seen)) == [("preservation", 14)]


def test_a_longer_period_is_warned_of_anew(world: World) -> None:
    case = preserve(world)
    ports = world["VN"].ports
    world.clock.advance(days=57)
    assert noted(note_escalations(ports)) == [("preservation", 3)]
    until = world.clock.now().date() + timedelta(days=60)
    answer(world, case, bodies.Confirmation(until, date(2026, 11, 23), "Asia/Qatar"))
    assert note_escalations(ports) == ()
    world.clock.advance(days=57)
    assert noted(note_escalations(ports)) == [("preservation", 3)]


def test_a_request_that_follows_ends_the_warnings(world: World) -> None:
    case = preserve(world)
    vn = world["VN"]
    world.clock.advance(days=50)
    assert noted(note_escalations(vn.ports)) == [("preservation", 14)]
    to = [world["QA"].authority(CENTRAL)]
    vn.say(CENTRAL, to, bodies.Request(ACCESS_FIELDS, MessageId(case)), case=case, measure=ACCESS)
    world.clock.advance(days=20)
    assert note_escalations(vn.ports) == ()
    assert not [one for one in show_due(vn.ports).lines if one.countdown]


def test_an_emergency_that_nobody_acknowledges_escalates_within_minutes_on_both_sides(world: World) -> None:
    emergency = {**ACCESS_FIELDS, "urgency": "emergency", "person-at-risk": "A hostage; hours."}
    case = ask(world, emergency, ACCESS)
    ports = world["VN"].ports
    assert note_escalations(ports) == ()
    told = []
    for _ in range(EMERGENCY_MINUTES[-1] + 2):
        world.clock.advance(minutes=1)
        told += noted(note_escalations(ports))
    assert told == [("acknowledgement", one) for one in EMERGENCY_MINUTES]
    for code in ("VN", "QA"):
        first = show_due(world[code].ports).lines[0]
        assert first.countdown is not None
        assert (first.countdown.what, first.countdown.level) == ("acknowledgement", EMERGENCY_MINUTES[-1])
    answer(world, case, bodies.Acknowledgement(), author=CENTRAL)
    assert note_escalations(ports) == ()
    assert not [one for one in show_due(ports).lines if one.countdown]


def test_what_ends_in_other_years_is_read_from_its_line_alone(world: World) -> None:
    preserve(world)
    refresh(world["VN"].ports)
    (told,) = [read_line(one) for one in world["VN"].ports.agenda.page(Rank.ENDING, 100)]
    assert isinstance(told.countdown, Countdown)
    assert (told.countdown.what, told.countdown.warn, told.countdown.remedies) == (
        "preservation",
        (30, 14, 7, 3, 1),
        ("submit-follow-up", "ask-extension"),
    )


def test_an_escalation_is_for_the_authority_that_is_asked_and_at_the_askers_node_for_who_asked(world: World) -> None:
    emergency = {**ACCESS_FIELDS, "urgency": "emergency", "person-at-risk": "A hostage; hours."}
    ask(world, emergency, ACCESS)
    world.clock.advance(minutes=EMERGENCY_MINUTES[0] + 1)
    for code in ("QA", "VN"):
        (one,) = note_escalations(world[code].ports)
        assert (one.what, one.for_whom) == ("acknowledgement", f"{code}/{CENTRAL}")
