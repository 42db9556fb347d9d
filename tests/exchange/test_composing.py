"""Composing: what an officer approves is exactly what is sent, once; what the case forbids never leaves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from musnad.adapters.memory.journal import MemoryJournal, Outcome
from musnad.core.directory.errors import OfficerMayNot, UnknownKey, UnknownOfficer
from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.names import AuthorityId, CaseRef, MessageId, OfficerName
from musnad.core.messages.bodies import Acceptance, Acknowledgement, Confirmation, Request
from musnad.exchange.composing import (
    Intent,
    Officer,
    approve,
    compose,
    drafts,
    read_draft,
    say,
    send,
    shared_approval,
    withdraw,
)
from musnad.exchange.errors import (
    ApprovalsTooFew,
    DiskFull,
    NotApproved,
    NotHosted,
    StepRefused,
    UnknownCase,
    UnknownDraft,
    WrongOfficer,
)
from musnad.exchange.ports import Ports
from tests.core.treaty.data import FULL, PRESERVE
from tests.core.treaty.data_instruments import CONTENT as INTERCEPTION
from tests.core.treaty.data_instruments import FULL_INSTRUMENTS
from tests.world import World

CONTACT, CENTRAL = "contact-24-7", "central-authority"


@pytest.fixture
def world() -> World:
    return World()


def _ask(world: World, **changed: Any) -> Intent:
    vn, qa = world["VN"], world["QA"]
    intent = vn.intent(CONTACT, [qa.authority(CONTACT)], Request(FULL[PRESERVE]), measure=PRESERVE)
    return replace(intent, **changed)


def test_a_request_waits_for_its_officer_and_is_then_sent_once(world: World) -> None:
    vn = world["VN"]
    draft = compose(vn.ports, _ask(world))
    assert draft.missing == (vn.officer(CONTACT).name,)
    with pytest.raises(NotApproved):
        send(vn.ports, draft.id)
    assert approve(vn.ports, draft.id, vn.officer(CONTACT)).missing == ()
    assert approve(vn.ports, draft.id, vn.officer(CONTACT)).dsse.payload == draft.dsse.payload
    sent = send(vn.ports, draft.id)
    assert sent.id == draft.id, "the approved payload is the message"
    assert drafts(vn.ports) == ()
    with pytest.raises(UnknownDraft):
        send(vn.ports, draft.id)
    assert vn.journal.log_size() == 1


def test_what_needs_no_approval_is_sent_at_once(world: World) -> None:
    vn, qa = world["VN"], world["QA"]
    _, sent = say(vn.ports, _ask(world), vn.officer(CONTACT))
    assert sent is not None
    world.settle()
    intent = qa.intent(
        CONTACT, [vn.authority(CONTACT)], Acknowledgement("QA-17"), case=CaseRef(sent.id), answers=sent.id
    )
    draft, admitted = say(qa.ports, intent)
    assert admitted is not None
    assert draft.message.previous == (sent.id,)
    assert draft.message.approvals == ()


@pytest.mark.parametrize("outcome", ["not-landed", "landed"])
def test_sending_survives_a_commit_that_fails(world: World, outcome: Outcome) -> None:
    """After the answer was lost, the draft is gone because the message stands: nothing is said twice."""
    vn = world["VN"]
    draft = approve(vn.ports, compose(vn.ports, _ask(world)).id, vn.officer(CONTACT))
    assert isinstance(vn.journal, MemoryJournal)
    vn.journal.fail_next_commit(DiskFull("journal"), outcome)
    with pytest.raises(DiskFull):
        send(vn.ports, draft.id)
    if outcome == "landed":
        with pytest.raises(UnknownDraft):
            send(vn.ports, draft.id)
    else:
        send(vn.ports, draft.id)
    assert vn.journal.log_size() == len(vn.journal.waiting()) == 1


def test_approval_survives_a_commit_that_fails(world: World) -> None:
    vn = world["VN"]
    draft = compose(vn.ports, _ask(world))
    assert isinstance(vn.journal, MemoryJournal)
    vn.journal.fail_next_commit(DiskFull("journal"), "not-landed")
    with pytest.raises(DiskFull):
        approve(vn.ports, draft.id, vn.officer(CONTACT))
    assert read_draft(vn.ports, draft.id).missing == draft.missing


class _ColleagueFirst:
    """The journal of one who approves while a colleague does: between reading the draft and writing it."""

    def __init__(self, ports: Ports, approve_first: Callable[[], object]) -> None:
        self._journal, self._waiting = ports.journal, [approve_first]

    def __getattr__(self, name: str) -> object:
        return getattr(self._journal, name)

    def begin(self) -> object:
        if self._waiting:
            self._waiting.pop()()
        return self._journal.begin()


def test_of_two_officers_who_approve_at_once_neither_loses_a_signature(world: World) -> None:
    vn = world["VN"]
    first, second = vn.officer(CONTACT), vn.officer(CONTACT, "duty-2")
    draft = compose(vn.ports, _ask(world, approvers=(first.name, second.name))).id
    journal = _ColleagueFirst(vn.ports, lambda: approve(vn.ports, draft, second))
    approved = approve(replace(vn.ports, journal=journal), draft, first)  # type: ignore[arg-type]
    assert approved.missing == ()
    assert approved.dsse.key_ids == {*first.key.public.ids, *second.key.public.ids}
    assert send(vn.ports, draft).id == draft


def test_a_draft_that_was_sent_meanwhile_is_not_written_again(world: World) -> None:
    vn = world["VN"]
    draft = compose(vn.ports, _ask(world)).id
    officer = vn.officer(CONTACT)

    def send_first() -> None:
        approve(vn.ports, draft, officer)
        send(vn.ports, draft)

    with pytest.raises(UnknownDraft):
        approve(replace(vn.ports, journal=_ColleagueFirst(vn.ports, send_first)), draft, officer)  # type: ignore[arg-type]
    assert drafts(vn.ports) == ()


def test_refuses_the_approval_of_an_officer_it_does_not_wait_for(world: World) -> None:
    vn = world["VN"]
    draft = compose(vn.ports, _ask(world))
    with pytest.raises(WrongOfficer):
        approve(vn.ports, draft.id, vn.officer("central-authority"))
    assert read_draft(vn.ports, draft.id).missing == draft.missing


def test_refuses_an_approval_by_anothers_key(world: World) -> None:
    vn = world["VN"]
    draft = compose(vn.ports, _ask(world))
    impostor = Officer(vn.officer(CONTACT).name, vn.officer("central-authority").key)
    with pytest.raises((WrongOfficer, UnknownKey)):
        approve(vn.ports, draft.id, impostor)
    assert read_draft(vn.ports, draft.id).missing == draft.missing


def test_refuses_an_officer_without_the_act(world: World) -> None:
    vn = world["VN"]
    clerk = Officer(vn.keys.officer(CONTACT, "clerk-1"), vn.keys.officers[f"{CONTACT}/clerk-1"])
    with pytest.raises(OfficerMayNot):
        compose(vn.ports, _ask(world, approvers=(clerk.name,)))
    assert drafts(vn.ports) == ()


def test_waits_for_nobody_who_is_not_on_the_roster(world: World) -> None:
    nobody = OfficerName(f"VN/{CONTACT}/nobody")
    with pytest.raises(UnknownOfficer):
        compose(world["VN"].ports, _ask(world, approvers=(nobody,)))
    assert drafts(world["VN"].ports) == ()


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"author": AuthorityId("QA/contact-24-7")}, NotHosted),
        ({"case": CaseRef("0" * 64)}, UnknownCase),
        ({"approvers": ()}, NotApproved),
        ({"language": "not a language"}, MusnadError),
        ({"to": ()}, MusnadError),
    ],
)
def test_refuses_and_keeps_no_draft(world: World, changed: dict[str, Any], error: type[MusnadError]) -> None:
    with pytest.raises(error):
        compose(world["VN"].ports, _ask(world, **changed))
    assert drafts(world["VN"].ports) == ()


@pytest.mark.parametrize("zone", ["Mars/Olympus", "Asia/Atlantis"])
def test_a_period_in_a_zone_that_does_not_exist_is_not_sent(world: World, zone: str) -> None:
    period = {"from": "2026-10-01", "until": "2026-10-31", "zone": zone}
    with pytest.raises(StepRefused) as refused:
        compose(world["VN"].ports, _ask(world, body=Request({**FULL[PRESERVE], "period-of-data": period})))
    assert refused.value.grounds == "time-zone-missing: period-of-data"
    assert drafts(world["VN"].ports) == ()


def test_a_request_without_its_fields_is_warned_of(world: World) -> None:
    """The treaty data is not certain of these rules, so the officer is told and decides."""
    assert compose(world["VN"].ports, _ask(world)).warnings == ("treaty-not-in-force",)
    warnings = compose(world["VN"].ports, _ask(world, body=Request({}))).warnings
    assert len(warnings) >= 8


def test_refuses_a_step_that_the_case_forbids(world: World) -> None:
    vn, qa = world["VN"], world["QA"]
    asked = vn.say(CONTACT, [qa.authority(CONTACT)], Request(FULL[PRESERVE]), measure=PRESERVE)
    world.settle()
    case, day = CaseRef(asked), world.clock.now().date()
    early = qa.intent(CONTACT, [vn.authority(CONTACT)], Confirmation(day, day, "Asia/Qatar"), case=case, answers=asked)
    not_ours = vn.intent(CONTACT, [qa.authority(CONTACT)], Acceptance(), case=case, answers=asked)
    for node, intent in ((qa, early), (vn, not_ours)):
        with pytest.raises(StepRefused) as found:
            compose(node.ports, intent)
        assert found.value.grounds
        assert drafts(node.ports) == ()


def test_an_exercise_stays_one(world: World) -> None:
    vn, qa = world["VN"], world["QA"]
    asked = vn.say(CONTACT, [qa.authority(CONTACT)], Request(FULL[PRESERVE]), measure=PRESERVE)
    world.settle()
    real = replace(
        qa.intent(CONTACT, [vn.authority(CONTACT)], Acknowledgement(), case=CaseRef(asked), answers=asked),
        exercise=False,
    )
    with pytest.raises(StepRefused):
        compose(qa.ports, real)


def test_an_unknown_draft_is_named(world: World) -> None:
    with pytest.raises(UnknownDraft):
        read_draft(world["VN"].ports, MessageId("0" * 64))


def _tap(world: World, *names: str) -> Intent:
    """A request to intercept, which two officers sign."""
    vn = world["VN"]
    tapping = Request(FULL_INSTRUMENTS[INTERCEPTION])
    intent = vn.intent(CENTRAL, [world["QA"].authority(CENTRAL)], tapping, measure=INTERCEPTION)
    return replace(intent, approvers=tuple(vn.keys.officer(CENTRAL, one) for one in names))


@pytest.mark.parametrize("names", [(), ("duty-1",), ("duty-1", "duty-1")])
def test_refuses_fewer_officers_than_the_measure_asks_for(world: World, names: tuple[str, ...]) -> None:
    vn = world["VN"]
    with pytest.raises(ApprovalsTooFew) as found:
        compose(vn.ports, _tap(world, *names))
    assert (found.value.needed, found.value.rule) == (2, "officers-for-secret-collection")
    assert drafts(vn.ports) == ()
    due = shared_approval(vn.ports, _tap(world, *names))
    assert due is not None
    assert due.officers == 2


def test_waits_for_both_officers_and_goes_out_with_both_signatures(world: World) -> None:
    vn, qa = world["VN"], world["QA"]
    draft = compose(vn.ports, _tap(world, "duty-1", "duty-2"))
    first, second = vn.officer(CENTRAL), vn.officer(CENTRAL, "duty-2")
    assert draft.missing == (first.name, second.name)
    assert draft.message.officer == first.name
    assert approve(vn.ports, draft.id, second).missing == (first.name,)
    with pytest.raises(NotApproved):
        send(vn.ports, draft.id)
    assert approve(vn.ports, draft.id, first).missing == ()
    send(vn.ports, draft.id)
    world.settle()
    state = qa.state(CaseRef(draft.id))
    assert not state.void
    assert "approvals-fewer" not in {one.code for one in state.findings}


def test_two_names_with_one_key_are_one_officer(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A roster is refused where two officers share a key; composing does not rest on that alone."""
    vn = world["VN"]
    directory = vn.ports.directories.current()
    authority = directory.authority(vn.authority(CENTRAL))
    one = next(officer for officer in authority.officers if officer.name.endswith("duty-1"))
    shared = tuple(
        replace(officer, key=one.key) if officer.name.endswith("duty-2") else officer for officer in authority.officers
    )
    monkeypatch.setattr(type(directory), "authority", lambda _self, _name: replace(authority, officers=shared))
    with pytest.raises(ApprovalsTooFew):
        compose(vn.ports, _tap(world, "duty-1", "duty-2"))


def test_the_night_watch_sends_alone_what_cannot_wait(world: World) -> None:
    vn = world["VN"]
    assert shared_approval(vn.ports, _ask(world)) is None
    _, sent = say(vn.ports, _ask(world), vn.officer(CONTACT))
    assert sent is not None


def test_a_draft_that_is_withdrawn_is_gone_and_one_that_was_sent_stays(world: World) -> None:
    vn = world["VN"]
    draft = compose(vn.ports, _ask(world)).id
    withdraw(vn.ports, draft)
    withdraw(vn.ports, draft)
    assert drafts(vn.ports) == ()
    _, sent = say(vn.ports, _ask(world), vn.officer(CONTACT))
    assert sent is not None
    withdraw(vn.ports, sent.id)
    assert vn.journal.entry(sent.id) is not None
