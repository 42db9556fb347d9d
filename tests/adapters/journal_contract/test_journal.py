"""The contract of ``exchange.journal``: what every journal does, whatever it is made of."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from musnad.core.kernel.names import AuthorityId, CaseRef, Digest, MessageId, SealId
from musnad.core.messages.receipt import Place
from musnad.core.transparency.entry import blind_entry
from musnad.core.transparency.errors import OutOfTree
from musnad.core.transparency.tree import inclusion_proof, leaf_hash, root, verify_inclusion
from musnad.exchange.errors import JournalCorrupt, LostLease
from musnad.exchange.journal import Enclosure, Head, Journal, KeptExhibit, SeenFork
from tests.adapters.journal_contract.entries import NOW, QA, SG, VN, admit, after, append, draft, dsse

LEASE = timedelta(seconds=30)


class Stop(Exception):
    pass


def test_gives_back_what_was_admitted_as_it_was(journal: Journal) -> None:
    with journal.begin() as transaction:
        entry = append(transaction, "one", own=True, author_place=Place(7, Digest("7e" * 32)))
        assert transaction.entry(entry.id) == entry
    assert journal.entry(entry.id) == entry
    assert journal.case_entries(entry.case) == (entry,)
    assert tuple(journal.entries()) == (entry,)
    assert journal.log_size() == 1


def test_knows_nothing_of_what_it_never_had(journal: Journal) -> None:
    nobody = MessageId("0" * 64)
    assert journal.entry(nobody) is None
    assert journal.case_entries(CaseRef(nobody)) == ()
    assert journal.receipts_of(nobody) == ()
    assert journal.cases() == ()
    assert journal.head() is None
    assert journal.peer_head(QA) is None
    assert journal.draft(nobody) is None
    assert journal.exhibit(SealId("0" * 32)) is None
    assert journal.log_size() == 0
    with pytest.raises(JournalCorrupt):
        journal.tree_node(0, 0)


def test_stores_nothing_of_a_transaction_that_fails(journal: Journal) -> None:
    kept = admit(journal, "kept")
    with pytest.raises(Stop), journal.begin() as transaction:
        entry = append(transaction, "lost", own=True)
        transaction.enqueue(entry.id, QA, NOW)
        transaction.put_draft(draft("lost"))
        transaction.put_head(Head(2, b"r" * 32, b"note"))
        raise Stop
    assert tuple(journal.entries()) == (kept,)
    assert journal.log_size() == 1
    assert (journal.waiting(), journal.drafts(), journal.head()) == ((), (), None)
    assert [row.case for row in journal.cases()] == [kept.case]
    with pytest.raises(JournalCorrupt):
        journal.tree_node(0, 1)
    assert admit(journal, "next").place.index == 1


def test_refuses_a_place_that_is_not_the_next(journal: Journal) -> None:
    entry = admit(journal, "one")
    with pytest.raises(ValueError, match="place"), journal.begin() as transaction:
        transaction.append(replace(entry, place=Place(5, entry.place.salt)), ())
    assert journal.log_size() == 1


def test_refuses_to_journal_one_thing_twice(journal: Journal) -> None:
    admit(journal, "one")
    with pytest.raises(JournalCorrupt), journal.begin() as transaction:
        append(transaction, "one")
    assert journal.log_size() == 1


def test_every_leaf_is_proven_by_the_nodes_that_were_stored(journal: Journal) -> None:
    entries = [admit(journal, f"entry {number}") for number in range(9)]
    size, top = journal.log_size(), root(journal.log_size(), journal.tree_node)
    blind = journal.leaf_entries(0, size)
    for entry in entries:
        salt = bytes.fromhex(entry.place.salt)
        assert blind[entry.place.index] == blind_entry(salt, entry.id)
        proof = inclusion_proof(entry.place.index, size, journal.tree_node)
        verify_inclusion(leaf_hash(blind[entry.place.index]), entry.place.index, size, proof, top)
    assert journal.leaf_entries(3, 5) == blind[3:5]
    assert journal.tree_nodes(0, 2, 7) == tuple(journal.tree_node(0, at) for at in range(2, 7))
    assert journal.tree_nodes(1, 0, 4) == tuple(journal.tree_node(1, at) for at in range(4))
    with pytest.raises(JournalCorrupt):
        journal.tree_nodes(1, 0, 5)
    with pytest.raises(OutOfTree):
        journal.leaf_entries(3, size + 1)


def test_counts_cases_and_finds_them_by_the_beginning_of_their_name(journal: Journal) -> None:
    first = admit(journal, "first")
    second = admit(journal, "second")
    with journal.begin() as transaction:
        append(transaction, "more", case=first.case, at=after(60))
    newest, older = journal.cases()
    assert (newest.case, newest.entries, newest.first_at, newest.last_at) == (first.case, 2, NOW, after(60))
    assert (newest.last_index, older.last_index, older.case) == (2, 1, second.case)
    assert journal.find_case(first.case[:10]) == (first.case,)
    assert journal.find_case(first.case[:10].upper()) == (first.case,)
    assert journal.find_case("") == tuple(sorted((first.case, second.case)))
    assert journal.find_case("%") == ()


def test_records_of_the_house_stand_in_the_log_and_in_no_list_of_cases(journal: Journal) -> None:
    with journal.begin() as transaction:
        message = append(transaction, "one")
        notes = [append(transaction, f"note {one}", case=message.case, kind="record", own=True) for one in range(3)]
        append(transaction, "of the house", case=CaseRef("f" * 64), kind="record", own=True)
    (row,) = journal.cases()
    assert (row.case, row.entries, row.last_index) == (message.case, 1, 0)
    assert journal.case_entries(message.case) == (message,)
    assert journal.find_case("f" * 8) == ()
    assert [one.place.index for one in journal.records(10)] == [4, 3, 2, 1]
    assert journal.records(1, before=4) == (notes[-1],)
    assert [journal.records_of(one.case) for one in notes] == [
        tuple(one for one in notes if one.case == other.case) for other in notes
    ]
    assert journal.records_of(CaseRef("e" * 64)) == ()
    assert journal.log_size() == 5


def test_tells_a_messages_receipts_in_log_order(journal: Journal) -> None:
    with journal.begin() as transaction:
        message = append(transaction, "asked")
        receipts = tuple(
            append(transaction, f"receipt {one}", kind="receipt", case=message.case, subject=message.id, own=True)
            for one in range(2)
        )
        assert transaction.receipts_of(message.id) == receipts
    assert journal.receipts_of(message.id) == receipts
    assert journal.case_entries(message.case) == (message, *receipts)


def test_keeps_drafts_until_they_are_dropped(journal: Journal) -> None:
    case = admit(journal, "case").case
    opening, inside = draft("opening"), draft("inside", case)
    with journal.begin() as transaction:
        for one in (opening, inside, opening):
            transaction.put_draft(one)
    assert set(journal.drafts()) == {opening, inside}
    with journal.begin() as transaction:
        transaction.drop_draft(opening.id)
        transaction.drop_draft(opening.id)
    assert journal.draft(opening.id) is None
    assert journal.draft(inside.id) == inside


def test_keeps_an_enclosure_until_it_is_dropped(journal: Journal) -> None:
    case = admit(journal, "case").case
    assert case is not None
    late, early = (Enclosure(Digest(one * 32), case, after(at), b"data " * 99) for one, at in (("0a", 2), ("0b", 1)))
    with journal.begin() as transaction:
        for one in (late, late, early):
            transaction.put_enclosure(one)
    assert journal.enclosure(late.id) == late
    assert journal.enclosed() == ((early.id, early.at), (late.id, late.at))
    again = replace(late, data=b"other")
    with journal.begin() as transaction:
        transaction.put_enclosure(again)
        transaction.drop_enclosure(early.id)
        transaction.drop_enclosure(early.id)
    assert (journal.enclosure(late.id), journal.enclosure(early.id)) == (again, None)
    assert journal.enclosed() == ((late.id, late.at),)


def test_keeps_an_exhibit_as_it_was_last_put(journal: Journal) -> None:
    case = admit(journal, "case").case
    exhibit = KeptExhibit(SealId("5e" * 16), b"k" * 32, b"manifest", "sealed")
    offered = replace(exhibit, state="offered", case=case, holders=(AuthorityId("VN/central-authority"),))
    for state in (exhibit, offered):
        with journal.begin() as transaction:
            transaction.put_exhibit(state)
        assert journal.exhibit(exhibit.seal) == state
    assert journal.exhibits() == (offered,)
    assert b"kkkk" not in repr(offered).encode()


def test_gives_the_newest_head_and_adds_cosignatures_to_one(journal: Journal) -> None:
    for number in range(3):
        admit(journal, f"entry {number}")
    first, second = Head(2, b"2" * 32, b"two"), Head(3, b"3" * 32, b"three")
    with journal.begin() as transaction:
        transaction.put_head(second)
        transaction.put_head(first)
    assert journal.head() == second
    with journal.begin() as transaction:
        transaction.put_head(replace(second, note=b"three, cosigned"))
    assert journal.head() == replace(second, note=b"three, cosigned")


def test_never_keeps_two_roots_of_one_size_or_a_head_past_the_log(journal: Journal) -> None:
    admit(journal, "entry")
    head = Head(1, b"1" * 32, b"one")
    with journal.begin() as transaction:
        transaction.put_head(head)
    for other in (replace(head, root=b"x" * 32), Head(2, b"2" * 32, b"two")):
        with pytest.raises(JournalCorrupt), journal.begin() as transaction:
            transaction.put_head(other)
    assert journal.head() == head


def test_keeps_a_peers_newest_head_and_the_proof_of_a_fork(journal: Journal) -> None:
    for size in (4, 9):
        with journal.begin() as transaction:
            transaction.put_peer_head(QA, Head(size, b"r" * 32, b"note"))
            assert transaction.peer_head(QA) == Head(size, b"r" * 32, b"note")
    with journal.begin() as transaction:
        transaction.put_fork(QA, b"held", b"shown")
    with journal.begin() as transaction:
        transaction.put_fork(QA, b"held", b"shown again")
        transaction.put_fork(VN, b"held", b"shown")
    assert journal.forks() == (SeenFork(QA, b"held", b"shown", 2), SeenFork(VN, b"held", b"shown", 1))
    assert journal.peer_head(QA) == Head(9, b"r" * 32, b"note")
    assert journal.peer_head(VN) is None


def test_what_is_not_due_is_not_leased(journal: Journal) -> None:
    admit(journal, "later", QA, due=after(60))
    assert journal.lease(NOW, LEASE, 8) == ()
    assert [one.party for one in journal.lease(after(60), LEASE, 8)] == [QA]


def test_a_party_has_one_delivery_in_flight_and_gets_them_in_order(journal: Journal) -> None:
    first, second = admit(journal, "first", QA), admit(journal, "second", QA)
    (held,) = journal.lease(NOW, LEASE, 8)
    assert (held.message, held.attempts) == (first.id, 0)
    assert journal.lease(NOW, LEASE, 8) == ()
    with journal.begin() as transaction:
        transaction.delivered(first.id, QA)
    (held,) = journal.lease(NOW, LEASE, 8)
    assert held.message == second.id
    assert [one.message for one in journal.waiting()] == [second.id]


def test_a_party_that_is_down_holds_up_its_own_messages_and_nobody_elses(journal: Journal) -> None:
    first = admit(journal, "first", QA)
    second = admit(journal, "second", QA, VN)
    to_qa, to_vn = sorted(journal.lease(NOW, LEASE, 8), key=lambda one: one.party)
    assert (to_qa.message, to_vn.message) == (first.id, second.id)
    journal.retry(to_qa, after(300), "peer.unreachable")
    with journal.begin() as transaction:
        transaction.delivered(second.id, VN)
    assert journal.lease(after(299), LEASE, 8) == ()
    told = next(one for one in journal.waiting() if one.message == first.id)
    assert (told.attempts, told.next_at, told.last_error) == (1, after(300), "peer.unreachable")
    (again,) = journal.lease(after(300), LEASE, 8)
    assert (again.message, again.attempts) == (first.id, 1)


def test_a_message_that_the_party_will_not_take_lets_the_others_pass(journal: Journal) -> None:
    refused, good = admit(journal, "refused", QA), admit(journal, "good", QA)
    (held,) = journal.lease(NOW, LEASE, 8)
    journal.retry(held, after(10), "peer.refused", holds_up=False)
    (held,) = journal.lease(NOW, LEASE, 8)
    assert held.message == good.id
    assert journal.lease(after(10), LEASE, 8) == (), "still one in flight a Party"
    with journal.begin() as transaction:
        transaction.delivered(good.id, QA)
    (held,) = journal.lease(after(10), LEASE, 8)
    assert held.message == refused.id


def test_the_limit_of_a_lease_is_kept(journal: Journal) -> None:
    admit(journal, "first", QA, VN)
    assert len(journal.lease(NOW, LEASE, 1)) == 1
    assert len(journal.lease(NOW, LEASE, 1)) == 1
    assert journal.lease(NOW, LEASE, 1) == ()


def test_a_killed_workers_lease_is_taken_over_and_its_token_refused(journal: Journal) -> None:
    admit(journal, "first", QA)
    (dead,) = journal.lease(NOW, LEASE, 8)
    assert journal.lease(after(29), LEASE, 8) == ()
    (alive,) = journal.lease(after(30), LEASE, 8)
    assert (alive.message, alive.attempts) == (dead.message, 1)
    assert alive.token > dead.token
    with pytest.raises(LostLease):
        journal.heartbeat(dead, after(90))
    journal.retry(dead, after(0), "stale")
    assert journal.lease(after(31), LEASE, 8) == ()
    assert journal.waiting()[0].last_error == ""


def test_a_heartbeat_keeps_a_lease_past_its_end(journal: Journal) -> None:
    admit(journal, "first", QA)
    (held,) = journal.lease(NOW, LEASE, 8)
    journal.heartbeat(held, after(60))
    assert journal.lease(after(31), LEASE, 8) == ()
    with journal.begin() as transaction:
        transaction.delivered(held.message, QA)
    with pytest.raises(LostLease):
        journal.heartbeat(held, after(90))


def test_a_clock_that_ran_a_day_ahead_and_was_corrected_delays_nothing(journal: Journal) -> None:
    day = 24 * 3600.0
    leased, put_off = admit(journal, "leased", QA, due=after(day)), admit(journal, "put off", VN, due=after(day))
    for one in journal.lease(after(day), LEASE, 8):
        if one.party == VN:
            journal.retry(one, after(day + 300), "peer.unreachable")
    queued = admit(journal, "queued", SG, due=after(day))
    pause = timedelta(seconds=300)
    found = journal.lease(NOW, LEASE, 8, pause)
    assert {one.message for one in found} == {leased.id, put_off.id, queued.id}
    assert journal.lease(NOW, LEASE, 8, pause) == (), "leased by the corrected clock, they are held as ever"
    assert {one.token for one in found if one.party != SG} == {2}, "the leases given before are void"


def test_what_such_a_clock_leaves_holds_up_no_order(journal: Journal) -> None:
    first, _second = admit(journal, "first", QA, due=after(90_000)), admit(journal, "second", QA)
    (held,) = journal.lease(NOW, LEASE, 8)
    assert held.message == first.id


def test_a_pause_and_a_lease_within_their_limits_are_kept(journal: Journal) -> None:
    admit(journal, "paused", QA, due=after(300))
    admit(journal, "held", VN)
    pause = timedelta(seconds=300)
    (held,) = journal.lease(NOW, LEASE, 8, pause)
    journal.heartbeat(held, after(60))
    assert journal.lease(NOW, LEASE, 8, pause) == (), "a colleague's clock may be ahead by the length of a lease"
    journal.heartbeat(held, after(61))
    assert [one.party for one in journal.lease(NOW, LEASE, 8, pause)] == [VN]


def test_a_delivery_that_is_done_stays_done(journal: Journal) -> None:
    entry = admit(journal, "first", QA)
    (held,) = journal.lease(NOW, LEASE, 8)
    with journal.begin() as transaction:
        transaction.delivered(entry.id, QA)
        transaction.delivered(entry.id, QA)
        transaction.enqueue(entry.id, QA, NOW)
    journal.retry(held, NOW, "late")
    assert journal.waiting() == ()
    assert journal.lease(after(3600), LEASE, 8) == ()


def test_an_entry_is_of_the_payload_it_is_named_after(journal: Journal) -> None:
    entry = admit(journal, "one")
    assert journal.entry(entry.id) is not None
    assert dsse("one").id == entry.id


def test_the_time_of_the_last_attempt_is_kept(journal: Journal) -> None:
    entry = admit(journal, "one", QA)
    assert [one.last_at for one in journal.waiting()] == [None]
    (delivery,) = journal.lease(after(5), timedelta(seconds=10), 1)
    assert [(one.attempts, one.last_at) for one in journal.waiting()] == [(1, after(5))]
    journal.retry(delivery, after(60), "peer.unreachable")
    assert [(one.attempts, one.last_at) for one in journal.waiting()] == [(1, after(5))]
    journal.lease(after(61), timedelta(seconds=10), 1)
    assert [(one.message, one.attempts, one.last_at) for one in journal.waiting()] == [(entry.id, 2, after(61))]
