"""What comes to the gate in an envelope: admitted once with its receipts, or refused with a code and no trace."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from musnad.adapters.memory.reference import MemoryDirectories
from musnad.core.crypto.dsse import parse_dsse, sign
from musnad.core.crypto.signing import SigningKey, new_signing_key
from musnad.core.envelope.envelope import ENVELOPE_LIMIT_OCTETS, close_envelope
from musnad.core.kernel.b64 import parse_b64, write_b64
from musnad.core.kernel.ijson import write_canonical
from musnad.core.kernel.names import AuthorityId, MessageId
from musnad.core.kernel.times import Instant
from musnad.core.messages import bodies
from musnad.core.messages.message import MESSAGE_TYPE
from musnad.core.messages.receipt import RECEIPT_TYPE
from musnad.core.messages.schema import parse_receipt
from tests.core.treaty.data import FULL, PRESERVE
from tests.directory_fixture import NOW, make_party, make_world, stream
from tests.doors.gate.conftest import Meeting
from tests.doors.gate.gate import CENTRAL, CONTACT, ENVELOPES, Answer, Gate, footprint
from tests.world import Node, World


def receipts(answer: Answer) -> list[Any]:
    assert answer.status == 200, answer.body
    told = json.loads(answer.body)["receipts"]
    octets = [parse_b64(one, what="receipt") for one in told]
    return [parse_receipt(parse_dsse(one, payload_type=RECEIPT_TYPE, what="receipt").payload) for one in octets]


def refused(meeting: Meeting, envelope: bytes, **more: str) -> Answer:
    """Deliver, and see that nothing of it stayed."""
    before = footprint(meeting.qa)
    answer = meeting.gate.deliver(meeting.vn, envelope, **more)
    assert footprint(meeting.qa) == before
    assert answer.status >= 400
    return answer


def closed_by_hand(meeting: Meeting, payload: bytes, *, to: list[AuthorityId], keys: list[SigningKey]) -> bytes:
    """An envelope of any payload, signed by any keys, for the present keys of any recipients."""
    directory = meeting.qa.ports.directories.current()
    wrapping = {one: directory.wrapping_key(one, NOW) for one in to}
    return close_envelope(sign(payload, MESSAGE_TYPE, keys).write(), wrapping, meeting.vn.ports.entropy).write()


def payload_of(node: Node, message: MessageId) -> bytes:
    entry = node.journal.entry(message)
    assert entry is not None
    return parse_dsse(entry.signed, payload_type=MESSAGE_TYPE, what="message").payload


def test_admits_a_request_and_answers_with_the_recipients_receipt(meeting: Meeting) -> None:
    request = meeting.request()
    place = meeting.place(request)
    headers = {"musnad-log-index": str(place.index), "musnad-log-salt": place.salt}
    answer = meeting.gate.deliver(meeting.vn, meeting.envelope(request), **headers)
    [receipt] = receipts(answer)
    assert (receipt.message, receipt.recipient, receipt.flags) == (request, meeting.qa.authority(CONTACT), ())
    kept = meeting.qa.journal.entry(request)
    assert kept is not None
    assert kept.author_place == place
    assert receipt.place == kept.place


def test_a_replayed_envelope_gets_the_same_receipts_and_leaves_nothing_new(meeting: Meeting) -> None:
    envelope = meeting.envelope(meeting.request())
    first = meeting.gate.deliver(meeting.vn, envelope)
    before = footprint(meeting.qa)
    meeting.world.clock.advance(hours=5)
    again = meeting.gate.deliver(meeting.vn, envelope)
    assert (again.status, again.body) == (200, first.body)
    assert footprint(meeting.qa) == before


def test_the_same_message_closed_anew_gets_the_same_receipts(meeting: Meeting) -> None:
    request = meeting.request()
    first, second = meeting.envelope(request), meeting.envelope(request)
    assert first != second
    assert meeting.gate.deliver(meeting.vn, first).body == meeting.gate.deliver(meeting.vn, second).body


@pytest.mark.parametrize("member", ["version", "recipients", "nonce", "ciphertext"])
def test_refuses_an_envelope_altered_in_any_region(meeting: Meeting, member: str) -> None:
    envelope = json.loads(meeting.envelope(meeting.request()))
    if member == "recipients":
        wrap = bytearray(parse_b64(envelope["recipients"][0]["wrap"], what="wrap"))
        wrap[len(wrap) // 2] ^= 1
        envelope["recipients"][0]["wrap"] = write_b64(bytes(wrap))
    elif member == "version":
        envelope["version"] = "musnad/2"
    else:
        octets = bytearray(parse_b64(envelope[member], what=member))
        octets[len(octets) // 2] ^= 1
        envelope[member] = write_b64(bytes(octets))
    answer = refused(meeting, write_canonical(envelope))
    expected = ("form.invalid", 400) if member == "version" else ("ciphertext.invalid", 403)
    assert (answer.code, answer.status) == expected


def test_refuses_an_envelope_with_one_bit_flipped_in_each_tenth_of_it(meeting: Meeting) -> None:
    envelope = meeting.envelope(meeting.request())
    codes = set()
    for tenth in range(10):
        altered = bytearray(envelope)
        altered[tenth * len(envelope) // 10 + 3] ^= 1
        codes.add(refused(meeting, bytes(altered)).code)
    assert codes <= {"form.invalid", "form.not-ijson", "ciphertext.invalid", "envelope.not-for-us"}


def test_refuses_an_envelope_whose_wraps_were_swapped_between_recipients(meeting: Meeting) -> None:
    both = [meeting.qa.authority(CONTACT), meeting.qa.authority(CENTRAL)]
    message = meeting.vn.say(CONTACT, both, bodies.Request(FULL[PRESERVE]), measure=PRESERVE)
    envelope = json.loads(meeting.envelope(message))
    one, other = envelope["recipients"]
    one["wrap"], other["wrap"] = other["wrap"], one["wrap"]
    assert refused(meeting, write_canonical(envelope)).code == "ciphertext.invalid"


def test_refuses_an_envelope_with_a_recipient_taken_away(meeting: Meeting) -> None:
    both = [meeting.qa.authority(CONTACT), meeting.qa.authority(CENTRAL)]
    message = meeting.vn.say(CONTACT, both, bodies.Request(FULL[PRESERVE]), measure=PRESERVE)
    envelope = json.loads(meeting.envelope(message))
    del envelope["recipients"][1]
    assert refused(meeting, write_canonical(envelope)).code == "ciphertext.invalid"


def test_refuses_a_message_closed_for_another_than_it_was_signed_for(meeting: Meeting) -> None:
    """What VN said to QA's contact, passed on by somebody who could read it to QA's central authority."""
    payload = payload_of(meeting.vn, meeting.request())
    signed = meeting.vn.journal.entry(MessageId(sign(payload, MESSAGE_TYPE, []).id))
    assert signed is not None
    other = meeting.qa.authority(CENTRAL)
    key = meeting.qa.ports.directories.current().wrapping_key(other, NOW)
    envelope = close_envelope(signed.signed, {other: key}, meeting.vn.ports.entropy).write()
    answer = refused(meeting, envelope)
    assert (answer.code, answer.status) == ("envelope.recipients-differ", 403)


def test_refuses_an_envelope_for_authorities_of_another_node(meeting: Meeting) -> None:
    """VN's message to QA, brought to VN's own gate: nothing there opens it."""
    envelope = meeting.envelope(meeting.request())
    home = Gate(meeting.vn)
    before = footprint(meeting.vn)
    answer = home.deliver(meeting.qa, envelope)
    assert (answer.code, answer.status) == ("envelope.not-for-us", 403)
    assert footprint(meeting.vn) == before


def test_refuses_a_message_that_comes_back_to_its_own_author(meeting: Meeting) -> None:
    """A message that QA itself signed, closed for QA again: admitted only by QA's own hand."""
    payload = json.loads(payload_of(meeting.vn, meeting.request()))
    payload |= {"author": meeting.qa.authority(CENTRAL), "approvals": [], "officer": None}
    payload = {name: value for name, value in payload.items() if value is not None}
    keys = [meeting.qa.keys.signing[CENTRAL]]
    envelope = closed_by_hand(meeting, write_canonical(payload), to=[meeting.qa.authority(CONTACT)], keys=keys)
    answer = refused(meeting, envelope)
    assert answer.code in {"message.wrong-recipient", "message.invalid"}


def test_refuses_a_message_signed_by_a_key_that_nobody_listed(meeting: Meeting) -> None:
    payload = payload_of(meeting.vn, meeting.request())
    stranger = new_signing_key(stream("a stranger"))
    officer = meeting.vn.keys.officers[f"{CONTACT}/duty-1"]
    envelope = closed_by_hand(meeting, payload, to=[meeting.qa.authority(CONTACT)], keys=[stranger, officer])
    answer = refused(meeting, envelope)
    assert (answer.code, answer.status) == ("directory.unknown-key", 403)


def test_refuses_a_message_without_its_officers_signature(meeting: Meeting) -> None:
    payload = payload_of(meeting.vn, meeting.request())
    keys = [meeting.vn.keys.signing[CONTACT]]
    answer = refused(meeting, closed_by_hand(meeting, payload, to=[meeting.qa.authority(CONTACT)], keys=keys))
    assert (answer.code, answer.status) == ("directory.unknown-key", 403)


def test_refuses_a_message_with_only_the_classical_half_signed(meeting: Meeting) -> None:
    message = meeting.request()
    entry = meeting.vn.journal.entry(message)
    assert entry is not None
    written = json.loads(entry.signed)
    classical = meeting.vn.keys.signing[CONTACT].public.ids[0]
    quantum = meeting.vn.keys.signing[CONTACT].public.ids[1]
    written["signatures"] = [one for one in written["signatures"] if one["keyid"] != quantum]
    assert classical in {one["keyid"] for one in written["signatures"]}
    to = meeting.qa.authority(CONTACT)
    key = meeting.qa.ports.directories.current().wrapping_key(to, NOW)
    envelope = close_envelope(write_canonical(written), {to: key}, meeting.vn.ports.entropy).write()
    assert refused(meeting, envelope).code in {"directory.unknown-key", "signature.invalid"}


def test_refuses_a_message_signed_by_a_retired_key() -> None:
    """VN's keys are listed until a time that has passed when the message comes; that of its HTTP request as well."""
    until = Instant(NOW + timedelta(hours=1))
    retiring = make_party("VN", until=until)
    world = World(published=make_world(parties={"VN": retiring, "QA": make_party("QA")}))
    meeting = Meeting(world, Gate(world["QA"]))
    envelope = meeting.envelope(meeting.request())
    world.clock.advance(hours=2)
    before = footprint(meeting.qa)
    signed = meeting.gate.signed(meeting.vn, "POST", ENVELOPES, body=envelope)
    answer = meeting.gate.post(ENVELOPES, envelope, signed)
    assert (answer.code, answer.status) == ("request.signature", 401)
    carried = meeting.gate.signed(meeting.qa, "POST", ENVELOPES, body=envelope)
    answer = meeting.gate.post(ENVELOPES, envelope, carried)
    assert (answer.code, answer.status) == ("directory.retired-key", 403)
    assert footprint(meeting.qa) == before


def test_refuses_a_message_signed_by_a_key_not_yet_in_use() -> None:
    early = make_party("VN", since=Instant(NOW + timedelta(days=2)))
    world = World(published=make_world(parties={"VN": make_party("VN"), "QA": make_party("QA")}))
    meeting = Meeting(world, Gate(world["QA"]))
    envelope = meeting.envelope(meeting.request())
    later = make_world(parties={"VN": early, "QA": make_party("QA")})
    directories = meeting.qa.ports.directories
    assert isinstance(directories, MemoryDirectories)
    directories.judge, directories.files = (lambda _: later.directory(at=world.clock.now())), later.files
    before = footprint(meeting.qa)
    carried = meeting.gate.signed(meeting.qa, "POST", ENVELOPES, body=envelope)
    answer = meeting.gate.post(ENVELOPES, envelope, carried)
    assert (answer.code, footprint(meeting.qa)) == ("directory.retired-key", before)


def test_a_directory_past_its_expiry_and_within_grace_works_and_is_flagged(meeting: Meeting) -> None:
    meeting.world.clock.advance(days=20)
    directory = meeting.qa.ports.directories.current()
    assert directory.ref.stale
    [receipt] = receipts(meeting.gate.deliver(meeting.vn, meeting.envelope(meeting.request())))
    assert receipt.directory.stale
    assert "directory-stale" in receipt.flags


def test_a_directory_past_its_grace_admits_nothing(meeting: Meeting) -> None:
    envelope = meeting.envelope(meeting.request())
    meeting.world.clock.advance(days=800)
    answer = refused(meeting, envelope)
    assert (answer.code, answer.status) == ("directory.expired", 503)


@pytest.mark.parametrize("days", [-1, 1])
def test_a_message_of_a_clock_that_is_a_day_off_is_admitted_and_flagged(meeting: Meeting, days: int) -> None:
    there, back = {"days": days}, {"days": -days}
    meeting.world.clock.advance(**there)
    envelope = meeting.envelope(meeting.request())
    signed = meeting.gate.signed(meeting.vn, "POST", ENVELOPES, body=envelope)
    meeting.world.clock.advance(**back)
    [receipt] = receipts(meeting.gate.post(ENVELOPES, envelope, signed))
    assert receipt.flags == ("clock-differs",)


def test_a_message_of_2_mib_is_refused_at_the_message_limit(meeting: Meeting) -> None:
    payload = json.loads(payload_of(meeting.vn, meeting.request()))
    payload["body"]["fields"]["facts"] = "x" * 2 * 1024 * 1024
    keys = [meeting.vn.keys.signing[CONTACT], meeting.vn.keys.officers[f"{CONTACT}/duty-1"]]
    envelope = closed_by_hand(meeting, json.dumps(payload).encode(), to=[meeting.qa.authority(CONTACT)], keys=keys)
    assert len(envelope) > ENVELOPE_LIMIT_OCTETS
    answer = refused(meeting, envelope)
    assert (answer.code, answer.status) == ("form.too-large", 413)
    assert answer.problem["facts"]["limit_octets"] == ENVELOPE_LIMIT_OCTETS


def test_a_payload_just_over_its_limit_is_refused_inside_an_envelope_that_is_not(meeting: Meeting) -> None:
    payload = json.loads(payload_of(meeting.vn, meeting.request()))
    payload["body"]["fields"]["facts"] = "x" * 1024 * 1024
    keys = [meeting.vn.keys.signing[CONTACT], meeting.vn.keys.officers[f"{CONTACT}/duty-1"]]
    envelope = closed_by_hand(meeting, json.dumps(payload).encode(), to=[meeting.qa.authority(CONTACT)], keys=keys)
    assert len(envelope) <= ENVELOPE_LIMIT_OCTETS
    answer = refused(meeting, envelope)
    assert (answer.code, answer.status) == ("form.too-large", 413)


def test_a_body_that_declares_too_much_is_refused_unread(meeting: Meeting) -> None:
    before = footprint(meeting.qa)
    headers = {"content-length": str(ENVELOPE_LIMIT_OCTETS + 1)}
    answer = meeting.gate.post(ENVELOPES, b"{}", headers)
    assert (answer.code, answer.status) == ("form.too-large", 413)
    assert footprint(meeting.qa) == before


@pytest.mark.parametrize("declared", ["", "-1", "+2", "0x2", "1e3", "two", "²", "٢", "9" * 5000])
def test_a_body_of_unclear_length_is_refused(meeting: Meeting, declared: str) -> None:
    before = footprint(meeting.qa)
    answer = meeting.gate.post(ENVELOPES, b"{}", {"content-length": declared})
    assert (answer.code, answer.status) in {("request.header", 400), ("form.too-large", 413)}
    assert footprint(meeting.qa) == before


def test_a_body_shorter_than_declared_is_not_what_was_signed(meeting: Meeting) -> None:
    envelope = meeting.envelope(meeting.request())
    before = footprint(meeting.qa)
    signed = meeting.gate.signed(meeting.vn, "POST", ENVELOPES, body=envelope)
    answer = meeting.gate.post(ENVELOPES, envelope[:-1], {**signed, "content-length": str(len(envelope))})
    assert (answer.code, answer.status) == ("request.signature", 401)
    assert footprint(meeting.qa) == before


@pytest.mark.parametrize(
    "garbage",
    [b"", b"\x00", b"null", b"[]", b"{}", b'{"version":"musnad/1"}', b"\xff\xfe", b"[" * 100_000, b'{"a":1,"a":2}'],
    ids=["empty", "nul", "null", "list", "object", "members", "utf-16", "deep", "twice"],
)
def test_refuses_garbage(meeting: Meeting, garbage: bytes) -> None:
    answer = refused(meeting, garbage)
    assert answer.status == 400
    assert answer.code in {"form.invalid", "form.not-ijson"}


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"musnad-log-index": ""}, "request.header"),
        ({"musnad-log-salt": ""}, "form.invalid"),
        ({"musnad-log-index": "-3", "musnad-log-salt": "0" * 64}, "request.header"),
        ({"musnad-log-index": "٣", "musnad-log-salt": "0" * 64}, "request.header"),
        ({"musnad-log-index": "9" * 40, "musnad-log-salt": "0" * 64}, "request.header"),
        ({"musnad-log-index": "3", "musnad-log-salt": "0" * 63}, "form.invalid"),
        ({"musnad-log-index": "3", "musnad-log-salt": "Z" * 64}, "form.invalid"),
    ],
)
def test_refuses_a_half_or_garbled_place_of_the_authors_log(
    meeting: Meeting, headers: dict[str, str], code: str
) -> None:
    answer = refused(meeting, meeting.envelope(meeting.request()), **headers)
    assert (answer.code, answer.status) == (code, 400)


def test_a_full_disk_keeps_nothing_and_the_next_attempt_is_admitted(
    meeting: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    from musnad.exchange.errors import DiskFull

    envelope = meeting.envelope(meeting.request())

    def full(*_: object) -> None:
        raise DiskFull("message")

    kept = meeting.qa.ports
    broken = replace(kept, journal=_Breaking(kept.journal, full))
    meeting.qa.ports = broken
    before = _count(kept)
    answer = meeting.gate.deliver(meeting.vn, envelope)
    assert (answer.code, answer.status) == ("journal.full", 507)
    assert _count(kept) == before
    meeting.qa.ports = kept
    assert len(receipts(meeting.gate.deliver(meeting.vn, envelope))) == 1


def test_what_goes_wrong_inside_is_logged_once_and_never_told(
    meeting: Meeting, caplog: pytest.LogCaptureFixture
) -> None:
    secret = "the storage key is 0123456789abcdef"

    def broken(*_: object) -> None:
        raise RuntimeError(secret)

    envelope = meeting.envelope(meeting.request())
    kept = meeting.qa.ports
    meeting.qa.ports = replace(kept, journal=_Breaking(kept.journal, broken))
    before = _count(kept)
    answer = meeting.gate.deliver(meeting.vn, envelope)
    assert (answer.status, answer.code, answer.problem["facts"]) == (500, "internal", {})
    assert secret.encode() not in answer.body
    assert b"Traceback" not in answer.body
    assert len([record for record in caplog.records if record.name == "musnad.gate"]) == 1
    assert _count(kept) == before


def _count(ports: Any) -> tuple[int, int]:
    return ports.journal.log_size(), len(ports.journal.waiting())


class _Breaking:
    """A journal whose transactions end before they begin."""

    def __init__(self, journal: Any, fail: Callable[..., None]) -> None:
        self._journal, self._fail = journal, fail

    def begin(self) -> Any:
        self._fail()
        return self._journal.begin()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._journal, name)
