"""An envelope opens for its recipients, whole and unaltered, and says nothing else."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from musnad.core.crypto.errors import CannotDecrypt
from musnad.core.crypto.wrapping import UnwrappingKey
from musnad.core.envelope.envelope import (
    RECIPIENTS_LIMIT,
    Envelope,
    check_recipients,
    close_envelope,
    open_envelope,
    parse_envelope,
)
from musnad.core.envelope.errors import NotForUs, RecipientsDiffer
from musnad.core.kernel.errors import BadForm, MusnadError, TooLarge
from musnad.core.kernel.names import AuthorityId, MessageId
from tests.case_story import QA, QA_CENTRAL, VN, XX

SIGNED = b'{"payload":"a signed message"}'
HERE = UnwrappingKey(bytes(range(64)), bytes(range(32)))
RETIRED = UnwrappingKey(bytes(range(1, 65)), bytes(range(1, 33)))
THERE = UnwrappingKey(bytes(range(2, 66)), bytes(range(2, 34)))


def closed() -> Envelope:
    return close_envelope(SIGNED, {QA: HERE.public, QA_CENTRAL: THERE.public}, lambda size: b"e" * size)


def test_an_envelope_is_read_as_written_and_opens_for_each_recipient() -> None:
    envelope = closed()
    assert parse_envelope(envelope.write()) == envelope
    assert open_envelope(envelope, {QA: [RETIRED, HERE]}) == SIGNED
    assert open_envelope(envelope, {QA_CENTRAL: [THERE]}) == SIGNED
    assert SIGNED not in envelope.write()


@pytest.mark.parametrize("keys", [{}, {VN: [HERE]}, {QA: [RETIRED]}, {QA: [THERE]}, {QA: []}])
def test_refuses_an_envelope_that_is_for_others(keys: dict[AuthorityId, list[UnwrappingKey]]) -> None:
    with pytest.raises(NotForUs):
        open_envelope(closed(), keys)


def test_refuses_a_recipient_removed_added_or_reordered() -> None:
    envelope = closed()
    other, mine = envelope.recipients
    changed = (
        (mine,),
        (mine, other),
        (replace(other, authority=XX), mine),
        (other, mine, replace(other, authority=VN)),
    )
    for recipients in changed:
        with pytest.raises(CannotDecrypt):
            open_envelope(replace(envelope, recipients=recipients), {QA: [HERE]})


def test_refuses_any_octet_changed() -> None:
    envelope = closed()
    for place in range(len(envelope.ciphertext)):
        text = bytearray(envelope.ciphertext)
        text[place] ^= 1
        with pytest.raises(CannotDecrypt):
            open_envelope(replace(envelope, ciphertext=bytes(text)), {QA: [HERE]})
    with pytest.raises(CannotDecrypt):
        open_envelope(replace(envelope, nonce=b"n" * 12), {QA: [HERE]})
    with pytest.raises(CannotDecrypt):
        open_envelope(replace(envelope, ciphertext=b""), {QA: [HERE]})


def test_refuses_a_wrap_moved_to_another_recipient() -> None:
    """The same key, wrapped for QA, does not open as somebody else's: the context binds the recipient."""
    envelope = closed()
    moved = replace(envelope.recipients[0], authority=VN)
    with pytest.raises(CannotDecrypt):
        open_envelope(replace(envelope, recipients=(moved,)), {VN: [THERE]})


def test_refuses_a_message_passed_on_in_an_envelope_of_ones_own() -> None:
    envelope = close_envelope(SIGNED, {VN: HERE.public}, lambda size: b"e" * size)
    with pytest.raises(RecipientsDiffer):
        check_recipients(envelope, [QA], MessageId("0" * 64))
    check_recipients(closed(), [QA_CENTRAL, QA], MessageId("0" * 64))


def test_only_a_whole_party_may_be_left_out_since_it_may_have_no_node() -> None:
    check_recipients(closed(), [QA_CENTRAL, QA, AuthorityId("EG/central-authority")], MessageId("0" * 64))
    with pytest.raises(RecipientsDiffer):
        check_recipients(closed(), [QA_CENTRAL, QA, AuthorityId("QA/court")], MessageId("0" * 64))
    with pytest.raises(RecipientsDiffer):
        check_recipients(closed(), [QA_CENTRAL], MessageId("0" * 64))


def _written(**changes: object) -> bytes:
    found = json.loads(closed().write())
    found.update(changes)
    return json.dumps({name: value for name, value in found.items() if value is not None}).encode()


WRAP = json.loads(closed().write())["recipients"][0]


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"version": "musnad/2"}, BadForm),
        ({"nonce": None}, BadForm),
        ({"more": 1}, BadForm),
        ({"nonce": "AA=="}, BadForm),
        ({"ciphertext": 1}, BadForm),
        ({"recipients": {}}, BadForm),
        ({"recipients": []}, TooLarge),
        ({"recipients": [WRAP] * 2}, BadForm),
        ({"recipients": [{**WRAP, "authority": f"VN/a{n}"} for n in range(RECIPIENTS_LIMIT + 1)]}, TooLarge),
        ({"recipients": [1]}, BadForm),
        ({"recipients": [{**WRAP, "more": 1}]}, BadForm),
        ({"recipients": [{**WRAP, "key": 1}]}, BadForm),
        ({"recipients": [{**WRAP, "key": "x"}]}, BadForm),
        ({"recipients": [{**WRAP, "authority": "QA"}]}, BadForm),
        ({"recipients": [{**WRAP, "wrap": "AAAA"}]}, BadForm),
    ],
)
def test_refuses_what_is_not_an_envelope(changes: dict[str, object], error: type[MusnadError]) -> None:
    with pytest.raises(error):
        parse_envelope(_written(**changes))


def test_refuses_an_envelope_past_its_limit_and_one_for_nobody() -> None:
    with pytest.raises(TooLarge):
        parse_envelope(b" " * (3 * 1024 * 1024 + 1))
    with pytest.raises(BadForm):
        close_envelope(SIGNED, {}, lambda size: b"e" * size)
