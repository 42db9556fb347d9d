"""Delivery: for as long as it takes, in order, at a pace of each Party's own, done when the receipts are durable."""

from __future__ import annotations

import pytest

from musnad.adapters.memory.journal import MemoryJournal
from musnad.adapters.memory.steps import Killed
from musnad.core.kernel.names import PartyCode
from musnad.core.messages.bodies import Acceptance, Acknowledgement, Question, Request
from musnad.exchange.delivery import LEASE, back_off_seconds
from musnad.exchange.errors import DiskFull
from tests.core.treaty.data import FULL, PRESERVE
from tests.directory_fixture import make_world
from tests.world import Node, World

CONTACT = "contact-24-7"
QA = PartyCode("QA")


@pytest.fixture
def world() -> World:
    return World()


def _ask(node: Node, *parties: str) -> str:
    to = [f"{party}/{CONTACT}" for party in parties]
    return node.say(CONTACT, to, Request(FULL[PRESERVE]), measure=PRESERVE)  # type: ignore[arg-type]


def test_is_done_when_the_receipt_is_journalled(world: World) -> None:
    vn, sent = world["VN"], _ask(world["VN"], "QA")
    (attempt,) = vn.deliver()
    assert (attempt.message, attempt.party, attempt.error) == (sent, "QA", None)
    assert vn.journal.waiting() == ()
    assert vn.deliver() == ()
    assert [entry.kind for entry in vn.journal.entries()] == ["message", "receipt"]
    entry = world["QA"].journal.entry(attempt.message)
    assert entry is not None
    assert entry.author_place is not None
    assert entry.author_place.index == 0


def test_tries_a_peer_that_is_down_again_and_ever_later(world: World) -> None:
    vn, pauses = world["VN"], []
    _ask(vn, "QA")
    vn.faults.down.add(QA)
    for attempt in range(12):
        (tried,) = vn.deliver()
        assert tried.error == "peer.unreachable"
        (waiting,) = vn.journal.waiting()
        assert (waiting.attempts, waiting.last_error) == (attempt + 1, "peer.unreachable")
        pauses.append((waiting.next_at - world.clock.now()).total_seconds())
        world.clock.advance(seconds=pauses[-1])
    assert max(pauses) <= 300
    assert pauses[-1] >= 150
    assert pauses[5] > pauses[1]
    vn.faults.down.clear()
    (tried,) = vn.deliver()
    assert tried.error is None
    assert world["QA"].journal.log_size() == 2


def test_a_peer_that_is_down_delays_no_other() -> None:
    world = World(published=make_world(("VN", "QA", "PE")))
    vn = world["VN"]
    vn.faults.down.add(QA)
    sent = _ask(vn, "QA", "PE")
    assert {one.party: one.error for one in vn.deliver()} == {"QA": "peer.unreachable", "PE": None}
    assert [one.party for one in vn.journal.waiting()] == ["QA"]
    entry = world["PE"].journal.entry(sent)  # type: ignore[arg-type]
    assert entry is not None


@pytest.mark.parametrize("fault", ["garbage", "drop"])
def test_what_arrived_is_not_admitted_twice_when_the_answer_is_bad(world: World, fault: str) -> None:
    vn = world["VN"]
    _ask(vn, "QA")
    if fault == "garbage":
        vn.faults.garbage.add(QA)
    else:
        vn.faults.drop_answers = 1
    (tried,) = vn.deliver()
    assert tried.error is not None
    assert len(vn.journal.waiting()) == 1
    assert world["QA"].journal.log_size() == 2
    vn.faults.garbage.clear()
    world.settle()
    assert vn.journal.log_size() == world["QA"].journal.log_size() == 2


def test_a_peer_with_a_full_disk_is_tried_again(world: World) -> None:
    vn, qa = world["VN"], world["QA"]
    _ask(vn, "QA")
    assert isinstance(qa.journal, MemoryJournal)
    qa.journal.fail_next_commit(DiskFull("journal"), "not-landed")
    (tried,) = vn.deliver()
    assert tried.error is not None
    assert qa.journal.log_size() == 0
    world.settle()
    assert qa.journal.log_size() == vn.journal.log_size() == 2


def test_our_own_full_disk_asks_for_the_receipt_again(world: World) -> None:
    vn = world["VN"]
    _ask(vn, "QA")
    assert isinstance(vn.journal, MemoryJournal)
    vn.journal.fail_next_commit(DiskFull("journal"), "not-landed")
    (tried,) = vn.deliver()
    assert tried.error == "journal.full"
    assert (len(vn.journal.waiting()), vn.journal.log_size()) == (1, 1)
    world.settle()
    assert (vn.journal.waiting(), vn.journal.log_size()) == ((), 2)


@pytest.mark.parametrize(
    ("step", "moment"),
    [
        ("delivery.leased", "after"),
        ("delivery.answered", "after"),
        ("receipt.admitted", "before"),
        ("receipt.admitted", "after"),
    ],
)
def test_a_killed_worker_is_taken_over_from_when_its_lease_ends(world: World, step: str, moment: str) -> None:
    vn = world["VN"]
    _ask(vn, "QA")
    vn.steps.kill_at(step, moment)  # type: ignore[arg-type]
    with pytest.raises(Killed):
        vn.deliver()
    vn.restart()
    assert vn.deliver() == (), "the lease still holds, or it is done"
    world.clock.advance(seconds=LEASE.total_seconds() + 1)
    vn.deliver()
    assert vn.journal.waiting() == ()
    assert vn.journal.log_size() == world["QA"].journal.log_size() == 2


def test_messages_to_one_party_arrive_in_the_order_they_were_said(world: World) -> None:
    vn, qa = world["VN"], world["QA"]
    first = _ask(vn, "QA")
    world.settle()
    to = [vn.authority(CONTACT)]
    bodies = (Acknowledgement("QA-17"), Question("Which mailbox?"), Acceptance(), Question("Which day?"))
    said = [qa.say(CONTACT, to, body, case=first, answers=first) for body in bodies]
    qa.faults.drop_answers = 2
    world.settle()
    assert [entry.id for entry in vn.journal.entries() if entry.kind == "message"] == [first, *said]


def test_the_pause_doubles_up_to_its_limit() -> None:
    assert [back_off_seconds(number, 1.0, 300) for number in range(11)] == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]
    assert back_off_seconds(3, 0.0, 300) == 4
    assert back_off_seconds(10**9, 1.0, 300) == 300
