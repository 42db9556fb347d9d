"""The demo's case between two whole nodes: however it is disturbed, both end with one and the same case."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connections

from musnad.adapters.memory.journal import MemoryJournal
from musnad.adapters.memory.steps import Killed
from musnad.core.crypto.dsse import parse_dsse
from musnad.core.kernel.names import PartyCode
from musnad.core.messages.message import MESSAGE_TYPE
from musnad.core.transparency.tree import leaf_hash, root, verify_inclusion
from musnad.exchange.admission import admit_envelope, admit_own, admit_receipt
from musnad.exchange.composing import case_state, fold_entries
from musnad.exchange.evidence.errors import ShortBody
from musnad.exchange.exhibits import fetch
from musnad.exchange.steps import Moment
from musnad.exchange.witnessing import is_cosigned_by, own_proof
from tests.adapters.journal_contract.journals import sqlite_journal
from tests.scenarios.demo_case import EVIDENCE, DemoCase, own_messages
from tests.world import World

VN, QA = PartyCode("VN"), PartyCode("QA")
VN_SAYS = ["request", "request", "reply", "received", "opened", "closing"]
QA_SAYS = ["acknowledgement", "acceptance", "confirmation", "question", "acceptance", "sealed", "offer", "closing"]
ENTRIES = 2 * (len(VN_SAYS) + len(QA_SAYS))
"""Each message and its one receipt, at both nodes."""

BOTH: tuple[Moment, ...] = ("before", "after")
KILLS = [
    (code, step, moment)
    for code, step, moments in (
        ("VN", "message.admitted", BOTH),
        ("QA", "message.admitted", BOTH),
        ("VN", "receipt.admitted", BOTH),
        ("QA", "receipt.admitted", BOTH),
        ("VN", "delivery.leased", ("after",)),
        ("QA", "delivery.answered", ("after",)),
        ("VN", "head.signed", BOTH),
        ("QA", "head.cosigned", BOTH),
        ("QA", "peer-head.cosigned", BOTH),
        ("QA", "exhibit.sealed", BOTH),
        ("VN", "exhibit.part", BOTH),
        ("VN", "exhibit.received", BOTH),
        ("VN", "exhibit.opened", BOTH),
    )
    for moment in moments
]
ONCE_ONLY = {"exhibit.sealed", "exhibit.part", "exhibit.received"}
"""Steps that are not come to again once they are done."""


@pytest.fixture(scope="module")
def told() -> DemoCase:
    """The case, undisturbed. Nobody changes it."""
    demo = DemoCase(World())
    demo.run()
    return demo


def _is_one_case(demo: DemoCase) -> None:
    vn, qa = demo.world["VN"], demo.world["QA"]
    ours, theirs = vn.state(demo.case), qa.state(demo.case)
    assert ours.digest() == theirs.digest()
    assert ours.closed
    assert ours.exercise
    assert (ours.void, ours.waiting, ours.unjudged) == ((), (), ())
    assert (own_messages(vn), own_messages(qa)) == (VN_SAYS, QA_SAYS)
    for node in (vn, qa):
        assert node.journal.waiting() == ()
        assert node.journal.drafts() == ()
        assert node.journal.log_size() == ENTRIES
        assert len({entry.id for entry in node.journal.entries()}) == ENTRIES
    (exhibit,) = ours.exhibits.values()
    assert exhibit.gaps == ()
    assert set(exhibit.holders) == {VN, QA}
    assert demo.opened == EVIDENCE


def test_both_nodes_end_with_one_closed_case(told: DemoCase) -> None:
    _is_one_case(told)
    state = told.world["VN"].state(told.case)
    assert [one.status for one in state.requests.values()] == ["fulfilled", "fulfilled"]
    first = next(iter(state.requests.values()))
    assert first.preserved_until is not None
    assert first.zone == "Asia/Qatar"
    assert all(message.exercise for _, message in told.world["VN"].messages())


def test_each_heads_peer_has_cosigned_it_and_every_entry_is_in_it(told: DemoCase) -> None:
    for code, peer in ((VN, QA), (QA, VN)):
        node = told.world[code]
        directory = node.ports.directories.current()
        head = node.journal.head()
        assert head is not None
        assert is_cosigned_by(head, directory.party(code), directory.party(peer))
        assert head.root == root(head.size, node.journal.tree_node)
        blind = node.journal.leaf_entries(0, head.size)
        for index in range(head.size):
            proof = own_proof(node.ports, index, head.size)
            verify_inclusion(leaf_hash(blind[index]), index, head.size, proof, head.root)
        held = told.world[peer].journal.peer_head(code)
        assert held is not None
        assert (held.size, held.root) == (head.size, head.root)


def test_any_order_of_the_entries_folds_to_the_same_state(told: DemoCase) -> None:
    node = told.world["VN"]
    entries, due = list(node.journal.case_entries(told.case)), node.state(told.case).digest()
    chance = random.Random(2)
    for _ in range(12):
        chance.shuffle(entries)
        assert fold_entries(node.ports, told.case, [*entries, *entries[:5]]).digest() == due


@pytest.mark.parametrize("seed", range(3))
def test_any_order_of_arrival_ends_in_the_same_case(told: DemoCase, seed: int) -> None:
    """A node that lost its disk admits everything again, in another order, much of it twice."""
    node = told.world["VN"]
    again = told.world.new_node("VN", MemoryJournal())
    envelopes = [envelope for party, envelope in told.world["QA"].faults.delivered if party == VN]
    own = [entry for entry in node.journal.entries() if entry.own and entry.kind == "message"]
    acts: list[Callable[[], object]] = [
        *(lambda data=data: admit_envelope(again.ports, data, None) for data in envelopes),
        *(
            lambda entry=entry: admit_own(again.ports, parse_dsse(entry.signed, payload_type=MESSAGE_TYPE, what="own"))
            for entry in own
        ),
    ]
    acts += acts[:7]
    random.Random(seed).shuffle(acts)
    for act in acts:
        act()
    for entry in own:
        for receipt in node.journal.receipts_of(entry.id):
            admit_receipt(again.ports, receipt.signed, QA)
    assert case_state(again.ports, told.case).digest() == node.state(told.case).digest()
    assert again.journal.log_size() == ENTRIES
    assert again.journal.waiting() == ()


def test_duplicates_and_lost_answers_change_nothing() -> None:
    demo = DemoCase(World())
    for node in demo.world.nodes.values():
        node.faults.duplicate = True

    def between() -> None:
        for node in demo.world.nodes.values():
            node.faults.drop_answers = 1
        demo.world.settle()
        for node in demo.world.nodes.values():
            node.faults.drop_answers = 0

    demo.run(between)
    _is_one_case(demo)


def test_a_peer_that_is_down_or_answers_garbage_delays_and_changes_nothing() -> None:
    demo = DemoCase(World())

    def between() -> None:
        for node, peer, faults in (("VN", QA, "down"), ("QA", VN, "garbage")):
            getattr(demo.world[node].faults, faults).add(peer)
            demo.world[node].deliver()
            getattr(demo.world[node].faults, faults).clear()
        demo.world.settle()

    demo.run(between)
    _is_one_case(demo)


def test_a_cut_line_is_taken_up_again() -> None:
    demo = DemoCase(World())
    script = demo.script()
    for _, act, _ in script[:11]:
        act()
        demo.world.settle()
    vn = demo.world["VN"]
    vn.faults.cut_after_octets = 1000
    with pytest.raises(ShortBody):
        fetch(vn.ports, demo.case, demo.seal)
    assert vn.journal.exhibits()[0].state == "receiving"
    vn.faults.cut_after_octets = None
    demo.run()
    _is_one_case(demo)


@pytest.mark.parametrize(("code", "step", "moment"), KILLS)
@pytest.mark.parametrize("times", [1, pytest.param(4, marks=pytest.mark.slow)])
def test_a_kill_at_a_durable_step_loses_and_repeats_nothing(code: str, step: str, moment: Moment, times: int) -> None:
    """The node is killed when it comes to the step, so many times, started again each time, and everybody goes on."""
    demo = DemoCase(World())
    node = demo.world[code]
    for _ in range(times):
        node.steps.kill_at(step, moment)
    kills = 0

    def goes_on(act: Callable[[], object]) -> None:
        nonlocal kills
        try:
            act()
        except Killed:
            kills += 1
            planned = node.steps.planned
            node.restart()
            node.steps.planned = planned
            goes_on(lambda: demo.resume(code))

    for _, act, is_done in demo.script():
        while not is_done():
            goes_on(act)
        before = -1
        while before != kills:
            before = kills
            goes_on(demo.world.settle)
    assert kills == (1 if step in ONCE_ONLY and moment == "after" else times)
    _is_one_case(demo)


def test_the_case_on_real_databases(tmp_path: Path) -> None:
    world = World(lambda code: sqlite_journal(tmp_path / f"{code}.sqlite3", alias=f"node_{code.lower()}"))
    demo = DemoCase(world)
    try:
        demo.run()
        _is_one_case(demo)
    finally:
        connections.close_all()
