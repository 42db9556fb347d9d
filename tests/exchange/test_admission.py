"""Admission: one way in, the same answer however often, and nothing half-written whatever fails when."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from musnad.adapters.memory.journal import MemoryJournal, Outcome
from musnad.adapters.memory.steps import Killed
from musnad.core.crypto.dsse import Dsse, parse_dsse, sign
from musnad.core.crypto.errors import BadSignature, CannotDecrypt
from musnad.core.crypto.signing import new_signing_key
from musnad.core.directory.errors import DirectoryExpired, OfficerMayNot, RetiredKey, UnknownAuthority, UnknownKey
from musnad.core.envelope.envelope import close_envelope, parse_envelope
from musnad.core.envelope.errors import NotForUs, RecipientsDiffer
from musnad.core.kernel.errors import BadForm, MusnadError, NotJson, TooLarge
from musnad.core.kernel.ijson import parse_object, write_canonical
from musnad.core.kernel.names import AuthorityId, Digest, OfficerName
from musnad.core.kernel.times import instant
from musnad.core.messages.bodies import Request
from musnad.core.messages.errors import BadMessage
from musnad.core.messages.message import MESSAGE_TYPE, Approval, Message, write_message
from musnad.core.messages.receipt import RECEIPT_TYPE, write_receipt
from musnad.core.messages.schema import parse_message, parse_receipt
from musnad.exchange.admission import admit_envelope, admit_own, admit_receipt
from musnad.exchange.composing import compose
from musnad.exchange.errors import DiskFull, ReceiptRefused, UnexpectedSignature, UnknownReceipt
from musnad.exchange.journal import place_of
from tests.core.treaty.data import FULL, PRESERVE
from tests.directory_fixture import NOW, make_party, make_world, stream
from tests.world import Node, World

CONTACT = "contact-24-7"


@pytest.fixture
def world() -> World:
    return World()


def _request(world: World) -> Message:
    """VN's request to QA, as it would be sent."""
    vn, qa = world["VN"], world["QA"]
    intent = vn.intent(CONTACT, [qa.authority(CONTACT)], Request(FULL[PRESERVE]), measure=PRESERVE)
    return compose(vn.ports, intent).message


def _signed(world: World, message: Message, *, officer: bool = True) -> Dsse:
    keys = world["VN"].keys
    signers = [keys.signing[CONTACT]]
    if officer:
        signers.append(keys.officers[f"{CONTACT}/duty-1"])
    return sign(write_message(message), MESSAGE_TYPE, signers)


def _closed(world: World, dsse: Dsse, to: str = f"QA/{CONTACT}") -> bytes:
    recipient = AuthorityId(to)
    key = world["QA"].ports.directories.current().wrapping_key(recipient, world.clock.now())
    return close_envelope(dsse.write(), {recipient: key}, world["VN"].ports.entropy).write()


def _nothing_stored(node: Node) -> None:
    assert node.journal.log_size() == 0
    assert node.journal.cases() == ()
    assert node.journal.waiting() == ()


def test_a_foreign_message_is_journalled_with_its_receipt_and_answered_alike_ever_after(world: World) -> None:
    qa = world["QA"]
    envelope = _closed(world, _signed(world, _request(world)))
    first = admit_envelope(qa.ports, envelope, place_of(7, b"s" * 32))
    world.clock.advance(hours=3)
    again = admit_envelope(qa.ports, envelope, None)
    assert (first.repeated, again.repeated) == (False, True)
    assert (again.id, again.place, again.receipts) == (first.id, first.place, first.receipts)
    assert qa.journal.log_size() == 2
    entry = qa.journal.entry(first.id)
    assert entry is not None
    assert (entry.own, entry.author_place) == (False, place_of(7, b"s" * 32))
    (signed,) = first.receipts
    receipt = parse_receipt(parse_dsse(signed, payload_type=RECEIPT_TYPE, what="receipt").payload)
    assert (receipt.message, receipt.place, receipt.own_place.index) == (first.id, first.place, 1)
    assert (receipt.zone, receipt.flags) == ("Asia/Qatar", ())


def test_the_same_message_in_another_envelope_is_the_same_message(world: World) -> None:
    dsse = _signed(world, _request(world))
    first = admit_envelope(world["QA"].ports, _closed(world, dsse), None)
    assert admit_envelope(world["QA"].ports, _closed(world, dsse), None).receipts == first.receipts


@pytest.mark.parametrize("days", [-1, 1])
def test_a_clock_a_day_off_is_admitted_and_flagged(world: World, days: int) -> None:
    at = instant(world.clock.now() + timedelta(days=days))
    envelope = _closed(world, _signed(world, replace(_request(world), at=at)))
    (signed,) = admit_envelope(world["QA"].ports, envelope, None).receipts
    receipt = parse_receipt(parse_dsse(signed, payload_type=RECEIPT_TYPE, what="receipt").payload)
    assert receipt.flags == ("clock-differs",)
    assert receipt.at == world.clock.now()


def test_a_message_under_a_stale_directory_is_admitted_and_flagged(world: World) -> None:
    world.clock.advance(days=4)
    envelope = _closed(world, _signed(world, _request(world)))
    (signed,) = admit_envelope(world["QA"].ports, envelope, None).receipts
    receipt = parse_receipt(parse_dsse(signed, payload_type=RECEIPT_TYPE, what="receipt").payload)
    assert receipt.directory.stale
    assert "directory-stale" in receipt.flags


def test_past_the_grace_of_the_directory_nothing_is_judged(world: World) -> None:
    envelope = _closed(world, _signed(world, _request(world)))
    world.clock.advance(days=400)
    with pytest.raises(DirectoryExpired):
        admit_envelope(world["QA"].ports, envelope, None)
    _nothing_stored(world["QA"])


def _to_another_party(world: World) -> bytes:
    message = replace(_request(world), to=(AuthorityId("QA/central-authority"),))
    return _closed(world, _signed(world, message))


def _for_another_key(world: World) -> bytes:
    dsse = _signed(world, _request(world))
    key = make_party("QA", seed="elsewhere").wrapping[CONTACT].public
    return close_envelope(dsse.write(), {AuthorityId(f"QA/{CONTACT}"): key}, stream("x")).write()


def _unknown_key(world: World) -> bytes:
    stranger = new_signing_key(stream("stranger"))
    return _closed(world, sign(write_message(_request(world)), MESSAGE_TYPE, [stranger]))


def _one_half_of_the_signature(world: World) -> bytes:
    dsse = _signed(world, _request(world))
    return _closed(world, replace(dsse, signatures=dsse.signatures[1:]))


def _signature_of_another_message(world: World) -> bytes:
    message = _request(world)
    other = _signed(world, replace(message, language="ar"))
    return _closed(world, replace(_signed(world, message), signatures=other.signatures))


def _no_approval_signed(world: World) -> bytes:
    return _closed(world, _signed(world, _request(world), officer=False))


def _officer_without_the_act(world: World) -> bytes:
    clerk = OfficerName(f"VN/{CONTACT}/clerk-1")
    message = replace(_request(world), officer=clerk, approvals=(Approval(clerk, "send"),))
    keys = world["VN"].keys
    signers = [keys.signing[CONTACT], keys.officers[f"{CONTACT}/clerk-1"]]
    return _closed(world, sign(write_message(message), MESSAGE_TYPE, signers))


def _unknown_recipient_beside(world: World) -> bytes:
    message = replace(_request(world), to=(AuthorityId(f"QA/{CONTACT}"), AuthorityId("QA/nobody")))
    return _closed(world, _signed(world, message))


def _recipients_differ(world: World) -> bytes:
    message = replace(_request(world), to=(AuthorityId(f"QA/{CONTACT}"), AuthorityId("QA/central-authority")))
    return _closed(world, _signed(world, message))


def _altered_ciphertext(world: World) -> bytes:
    envelope = parse_envelope(_closed(world, _signed(world, _request(world))))
    return replace(envelope, ciphertext=bytes([envelope.ciphertext[0] ^ 1]) + envelope.ciphertext[1:]).write()


def _a_receipt_as_a_message(world: World) -> bytes:
    dsse = _signed(world, _request(world))
    return _closed(world, replace(dsse, payload_type=RECEIPT_TYPE))


def _two_mebioctets(world: World) -> bytes:
    """More than a message may be, in an envelope that may still carry it."""
    payload = write_message(_request(world))
    large = payload[:-1] + b',"x":"' + b"x" * (2 * 1024 * 1024) + b'"}'
    return _closed(world, sign(large, MESSAGE_TYPE, [world["VN"].keys.signing[CONTACT]]))


def _four_mebioctets(world: World) -> bytes:
    return b"{" + b" " * (4 * 1024 * 1024) + b"}"


def _garbage(world: World) -> bytes:
    return b"\xff\x00 not an envelope"


@pytest.mark.parametrize(
    ("attack", "error"),
    [
        (_to_another_party, RecipientsDiffer),
        (_for_another_key, NotForUs),
        (_unknown_key, UnknownKey),
        (_one_half_of_the_signature, UnknownKey),
        (_signature_of_another_message, BadSignature),
        (_no_approval_signed, UnknownKey),
        (_officer_without_the_act, OfficerMayNot),
        (_unknown_recipient_beside, UnknownAuthority),
        (_recipients_differ, RecipientsDiffer),
        (_altered_ciphertext, CannotDecrypt),
        (_a_receipt_as_a_message, BadForm),
        (_two_mebioctets, TooLarge),
        (_four_mebioctets, TooLarge),
        (_garbage, NotJson),
    ],
)
def test_refuses_and_stores_nothing(world: World, attack: Callable[[World], bytes], error: type[MusnadError]) -> None:
    envelope = attack(world)
    with pytest.raises(error):
        admit_envelope(world["QA"].ports, envelope, None)
    _nothing_stored(world["QA"])


def test_refuses_a_retired_key() -> None:
    old = make_party("VN", until=instant(NOW + timedelta(minutes=1)))
    world = World(published=make_world(parties={"VN": old, "QA": make_party("QA")}))
    envelope = _closed(world, _signed(world, _request(world)))
    world.clock.advance(minutes=2)
    with pytest.raises(RetiredKey):
        admit_envelope(world["QA"].ports, envelope, None)
    _nothing_stored(world["QA"])


def test_refuses_its_own_message_from_outside(world: World) -> None:
    """A peer cannot hand a node its own words back as foreign ones, though it closed them for this node."""
    vn, qa = world["VN"], world["QA"]
    dsse = _signed(world, _request(world))
    directory, now = vn.ports.directories.current(), world.clock.now()
    to = (qa.authority(CONTACT), vn.authority("central-authority"))
    keys = {one: directory.wrapping_key(one, now) for one in to}
    envelope = close_envelope(dsse.write(), keys, vn.ports.entropy).write()
    with pytest.raises(RecipientsDiffer):
        admit_envelope(vn.ports, envelope, None)
    _nothing_stored(vn)


@pytest.mark.parametrize("kept_by_its_author", ["VN/central-authority", "VN/contact-24-7"])
def test_refuses_what_is_said_to_the_authors_own_party(world: World, kept_by_its_author: str) -> None:
    """What only one side can hold would leave the two nodes with two cases for ever."""
    vn, qa = world["VN"], world["QA"]
    to = (qa.authority(CONTACT), AuthorityId(kept_by_its_author))
    dsse = _signed(world, replace(_request(world), to=to))
    with pytest.raises(BadMessage):
        admit_own(vn.ports, dsse)
    _nothing_stored(vn)


def test_refuses_a_signature_that_the_message_does_not_name(world: World) -> None:
    """Nobody could prove the case later: the verifier takes no signature that nobody answers for."""
    stranger = new_signing_key(stream("stranger"))
    dsse = _signed(world, _request(world)).signed_also_by(stranger)
    with pytest.raises(UnexpectedSignature):
        admit_envelope(world["QA"].ports, _closed(world, dsse), None)
    _nothing_stored(world["QA"])


def test_refuses_an_officer_who_is_named_and_did_not_sign(world: World) -> None:
    message = replace(_request(world), officer=OfficerName(f"VN/{CONTACT}/ghost"))
    with pytest.raises(BadMessage):
        admit_envelope(world["QA"].ports, _closed(world, _signed(world, message)), None)
    _nothing_stored(world["QA"])


def test_refuses_what_is_closed_for_others(world: World) -> None:
    with pytest.raises(NotForUs):
        admit_envelope(world["VN"].ports, _closed(world, _signed(world, _request(world))), None)
    _nothing_stored(world["VN"])


def test_keeps_what_a_newer_version_says_and_flags_it(world: World) -> None:
    payload = parse_object(write_message(_request(world)), what="message")
    newer = write_canonical({**payload, "kind": "warning", "surprise": True})
    dsse = sign(newer, MESSAGE_TYPE, [world["VN"].keys.signing[CONTACT]])
    (signed,) = admit_envelope(world["QA"].ports, _closed(world, dsse), None).receipts
    receipt = parse_receipt(parse_dsse(signed, payload_type=RECEIPT_TYPE, what="receipt").payload)
    assert receipt.flags == ("not-understood",)
    assert next(world["QA"].journal.entries()).kind == "not-understood"


@pytest.mark.parametrize("outcome", ["not-landed", "landed"])
def test_a_foreign_message_survives_a_commit_that_fails(world: World, outcome: Outcome) -> None:
    qa = world["QA"]
    envelope = _closed(world, _signed(world, _request(world)))
    assert isinstance(qa.journal, MemoryJournal)
    qa.journal.fail_next_commit(DiskFull("journal"), outcome)
    with pytest.raises(DiskFull):
        admit_envelope(qa.ports, envelope, None)
    assert qa.journal.log_size() == (2 if outcome == "landed" else 0)
    again = admit_envelope(qa.ports, envelope, None)
    assert again.repeated == (outcome == "landed")
    assert len(again.receipts) == 1
    assert qa.journal.log_size() == 2


@pytest.mark.parametrize("moment", ["before", "after"])
def test_an_own_message_is_queued_in_the_transaction_that_journals_it(world: World, moment: str) -> None:
    vn = world["VN"]
    dsse = _signed(world, _request(world))
    vn.steps.kill_at("message.admitted", moment)  # type: ignore[arg-type]
    with pytest.raises(Killed):
        admit_own(vn.ports, dsse)
    assert vn.journal.log_size() == len(vn.journal.waiting()) == (1 if moment == "after" else 0)
    vn.restart()
    admitted = admit_own(vn.ports, dsse)
    assert admitted.repeated == (moment == "after")
    (waiting,) = vn.journal.waiting()
    assert (waiting.message, waiting.party) == (admitted.id, "QA")
    assert vn.journal.log_size() == 1


def test_what_a_peer_would_refuse_is_not_kept(world: World) -> None:
    with pytest.raises(UnknownKey):
        admit_own(world["VN"].ports, _signed(world, _request(world), officer=False))
    _nothing_stored(world["VN"])


def _sent_and_received(world: World) -> bytes:
    dsse = _signed(world, _request(world))
    admit_own(world["VN"].ports, dsse)
    (receipt,) = admit_envelope(world["QA"].ports, _closed(world, dsse), None).receipts
    return receipt


def test_a_receipt_ends_the_delivery_and_is_journalled_once(world: World) -> None:
    receipt, vn = _sent_and_received(world), world["VN"]
    for _ in range(2):
        admit_receipt(vn.ports, receipt, world["QA"].code)
    assert vn.journal.waiting() == ()
    assert vn.journal.log_size() == 2


def test_a_delivery_to_two_authorities_ends_with_the_second_receipt(world: World) -> None:
    vn, qa = world["VN"], world["QA"]
    to = (qa.authority(CONTACT), qa.authority("central-authority"))
    sent = vn.say(CONTACT, to, Request(FULL[PRESERVE]), measure=PRESERVE)
    world.settle()
    receipts = vn.journal.receipts_of(sent)
    assert len(receipts) == 2
    again = world.new_node("VN", MemoryJournal())
    entry = vn.journal.entry(sent)
    assert entry is not None
    admit_own(again.ports, parse_dsse(entry.signed, payload_type=MESSAGE_TYPE, what="own"))
    admit_receipt(again.ports, receipts[0].signed, qa.code)
    assert len(again.journal.waiting()) == 1
    admit_receipt(again.ports, receipts[1].signed, qa.code)
    assert again.journal.waiting() == ()


@pytest.mark.parametrize("outcome", ["not-landed", "landed"])
def test_a_receipt_survives_a_commit_that_fails(world: World, outcome: Outcome) -> None:
    receipt, vn = _sent_and_received(world), world["VN"]
    assert isinstance(vn.journal, MemoryJournal)
    vn.journal.fail_next_commit(DiskFull("journal"), outcome)
    with pytest.raises(DiskFull):
        admit_receipt(vn.ports, receipt, world["QA"].code)
    assert (vn.journal.waiting() == ()) == (outcome == "landed")
    admit_receipt(vn.ports, receipt, world["QA"].code)
    assert vn.journal.waiting() == ()
    assert vn.journal.log_size() == 2


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"message": "0" * 64}, UnknownReceipt),
        ({"recipient": AuthorityId("QA/central-authority")}, UnknownKey),
        ({"log": "musnad.example/XX"}, UnknownReceipt),
    ],
)
def test_refuses_a_receipt_that_says_something_else(
    world: World, changed: dict[str, str], error: type[MusnadError]
) -> None:
    receipt = parse_receipt(parse_dsse(_sent_and_received(world), payload_type=RECEIPT_TYPE, what="receipt").payload)
    forged = sign(write_receipt(replace(receipt, **changed)), RECEIPT_TYPE, [world["QA"].keys.signing[CONTACT]])  # type: ignore[arg-type]
    with pytest.raises(error):
        admit_receipt(world["VN"].ports, forged.write(), world["QA"].code)
    assert len(world["VN"].journal.waiting()) == 1


@pytest.mark.parametrize("lie", ["ahead", "day", "zone", "order", "set"])
def test_a_receipt_that_cannot_be_true_leaves_the_delivery_open(world: World, lie: str) -> None:
    """What a verifier would refuse later: the sender goes on asking instead of keeping a case that nobody can prove."""
    receipt = parse_receipt(parse_dsse(_sent_and_received(world), payload_type=RECEIPT_TYPE, what="receipt").payload)
    ahead = instant(receipt.at + timedelta(days=3))
    invented = replace(receipt.directory, snapshot=Digest("0" * 64))
    forged = {
        "ahead": replace(receipt, at=ahead, day=ahead.date()),
        "day": replace(receipt, day=receipt.day + timedelta(days=3)),
        "zone": replace(receipt, zone="Europe/Paris"),
        "order": replace(receipt, own_place=replace(receipt.own_place, index=receipt.place.index)),
        "set": replace(receipt, directory=invented),
    }[lie]
    signed = sign(write_receipt(forged), RECEIPT_TYPE, [world["QA"].keys.signing[CONTACT]])
    with pytest.raises(MusnadError) as refused:
        admit_receipt(world["VN"].ports, signed.write(), world["QA"].code)
    assert isinstance(refused.value, ReceiptRefused) == (lie != "set")
    assert len(world["VN"].journal.waiting()) == 1
    assert world["VN"].journal.log_size() == 1


def test_refuses_a_second_receipt_by_the_same_recipient(world: World) -> None:
    first = _sent_and_received(world)
    admit_receipt(world["VN"].ports, first, world["QA"].code)
    receipt = parse_receipt(parse_dsse(first, payload_type=RECEIPT_TYPE, what="receipt").payload)
    later = replace(receipt, at=instant(receipt.at + timedelta(minutes=1)))
    signed = sign(write_receipt(later), RECEIPT_TYPE, [world["QA"].keys.signing[CONTACT]])
    with pytest.raises(ReceiptRefused):
        admit_receipt(world["VN"].ports, signed.write(), world["QA"].code)
    assert world["VN"].journal.log_size() == 2


def test_refuses_a_receipt_signed_by_another_authority(world: World) -> None:
    dsse = parse_dsse(_sent_and_received(world), payload_type=RECEIPT_TYPE, what="receipt")
    forged = sign(dsse.payload, RECEIPT_TYPE, [world["VN"].keys.signing[CONTACT]])
    with pytest.raises(UnknownKey):
        admit_receipt(world["VN"].ports, forged.write(), world["QA"].code)
    assert len(world["VN"].journal.waiting()) == 1


def test_every_entry_reads_back_as_it_was_signed(world: World) -> None:
    _sent_and_received(world)
    for node in world.nodes.values():
        for entry in node.journal.entries():
            kind = RECEIPT_TYPE if entry.kind == "receipt" else MESSAGE_TYPE
            assert parse_dsse(entry.signed, payload_type=kind, what="entry").id == entry.id
    (message,) = [message for _, message in world["VN"].messages()]
    assert message == parse_message(write_message(message))
