"""An approval that was signed elsewhere: the officer's own signature over this very draft, or nothing."""

from __future__ import annotations

import pytest

from musnad.core.crypto.errors import BadSignature
from musnad.core.crypto.signing import Signature, new_signing_key
from musnad.core.directory.errors import UnknownKey
from musnad.core.kernel.names import MessageId, OfficerName
from musnad.core.messages import bodies
from musnad.exchange.approving import approve_with, to_be_signed
from musnad.exchange.composing import read_draft, send
from musnad.exchange.errors import NotApproved, UnknownDraft, WrongOfficer
from tests.core.treaty.data import FULL, PRESERVE
from tests.world import Node, World

CONTACT = "contact-24-7"


@pytest.fixture
def qa() -> Node:
    return World()["QA"]


def draft(qa: Node, **changes: object) -> MessageId:
    fields = {**FULL[PRESERVE], **changes}
    return qa.draft(CONTACT, [qa.keys.authority(CONTACT).replace("QA", "VN")], bodies.Request(fields), measure=PRESERVE)  # type: ignore[list-item]


def signatures(qa: Node, name: MessageId, authority: str = CONTACT) -> tuple[Signature, ...]:
    return qa.officer(authority).key.sign(to_be_signed(read_draft(qa.ports, name)))


def test_both_halves_approve_and_the_message_verifies(qa: Node) -> None:
    name = draft(qa)
    officer = qa.keys.officer(CONTACT)
    given = signatures(qa, name)
    assert approve_with(qa.ports, name, officer, given).missing == ()
    again = approve_with(qa.ports, name, officer, signatures(qa, name))
    assert [one.value for one in again.dsse.signatures] == [one.value for one in given]
    assert send(qa.ports, name).id == name


def test_what_is_signed_is_this_draft(qa: Node) -> None:
    name, other = draft(qa), draft(qa, facts="Another matter.")
    assert to_be_signed(read_draft(qa.ports, name)) != to_be_signed(read_draft(qa.ports, other))
    with pytest.raises(BadSignature):
        approve_with(qa.ports, name, qa.keys.officer(CONTACT), signatures(qa, other))
    with pytest.raises(NotApproved):
        send(qa.ports, name)


@pytest.mark.parametrize("broken", [0, 1])
def test_each_half_must_hold(qa: Node, broken: int) -> None:
    name = draft(qa)
    given = list(signatures(qa, name))
    given[broken] = Signature(given[broken].key_id, bytes(len(given[broken].value)))
    with pytest.raises(BadSignature):
        approve_with(qa.ports, name, qa.keys.officer(CONTACT), tuple(given))
    assert read_draft(qa.ports, name).missing


def test_half_a_signature_or_too_much_is_refused(qa: Node) -> None:
    name, officer = draft(qa), qa.keys.officer(CONTACT)
    classical, quantum = signatures(qa, name)
    extra = Signature(qa.officer("central-authority").key.public.ids[0], b"x" * 64)
    for given, error in (
        ((classical,), UnknownKey),
        ((), UnknownKey),
        ((classical, classical), UnknownKey),
        ((classical, quantum, extra), WrongOfficer),
        ((classical, quantum, quantum), WrongOfficer),
    ):
        with pytest.raises(error):
            approve_with(qa.ports, name, officer, given)
    assert read_draft(qa.ports, name).dsse.signatures == ()


def test_only_the_officer_that_the_draft_names(qa: Node) -> None:
    name = draft(qa)
    for officer in (qa.keys.officer("central-authority"), OfficerName("QA/contact-24-7/nobody")):
        with pytest.raises(WrongOfficer):
            approve_with(qa.ports, name, officer, signatures(qa, name))
    stranger = new_signing_key(qa.ports.entropy).sign(to_be_signed(read_draft(qa.ports, name)))
    with pytest.raises(UnknownKey):
        approve_with(qa.ports, name, qa.keys.officer(CONTACT), stranger)


def test_a_draft_that_is_not_there(qa: Node) -> None:
    with pytest.raises(UnknownDraft):
        approve_with(qa.ports, MessageId("0" * 64), qa.keys.officer(CONTACT), ())
