"""An officer's passkey approves the draft that he was shown, and nothing else; what proves nothing is not stored."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from musnad.core.crypto.errors import BadAssertion
from musnad.core.crypto.signing import Signature
from musnad.core.directory.errors import OfficerMayNot, RetiredKey, UnknownKey
from musnad.core.kernel.names import MessageId, OfficerName
from musnad.core.kernel.times import Instant
from musnad.core.messages import bodies
from musnad.exchange.admission import verify_message
from musnad.exchange.approving import approve_by_passkey, approve_with, challenge_of, to_be_signed
from musnad.exchange.composing import approve, read_draft, send
from musnad.exchange.errors import NotApproved, UnexpectedSignature, UnknownDraft, WrongOfficer
from tests.core.treaty.data import FULL, PRESERVE
from tests.directory_fixture import NOW
from tests.passkey_fixture import UP
from tests.passkey_world import KEYS, passkey_world
from tests.world import Node, World

CONTACT = "contact-24-7"
KEY = KEYS["QA/contact-24-7"]


@pytest.fixture
def world() -> World:
    return World(published=passkey_world())


@pytest.fixture
def qa(world: World) -> Node:
    return world["QA"]


def draft(qa: Node, **changes: object) -> MessageId:
    body = bodies.Request({**FULL[PRESERVE], **changes})
    return qa.draft(CONTACT, [qa.keys.authority(CONTACT).replace("QA", "VN")], body, measure=PRESERVE)  # type: ignore[list-item]


def challenge(qa: Node, name: MessageId) -> bytes:
    return challenge_of(read_draft(qa.ports, name))


def test_an_assertion_approves_and_the_other_party_admits_it(world: World, qa: Node) -> None:
    name, officer = draft(qa), qa.keys.officer(CONTACT)
    given = KEY.sign(challenge(qa, name))
    assert approve_by_passkey(qa.ports, name, officer, given).missing == ()
    again = approve_by_passkey(qa.ports, name, officer, KEY.sign(challenge(qa, name), count=2))
    assert [one.value for one in again.dsse.signatures] == [given.write()]
    assert send(qa.ports, name).id == name
    world.settle()
    entry = world["VN"].journal.entry(name)
    assert entry is not None


def test_who_approved_by_passkey_does_not_approve_again_by_key_file(qa: Node) -> None:
    """Two keys of one officer under one message: no peer would take it."""
    name, officer = draft(qa), qa.officer(CONTACT)
    approve_by_passkey(qa.ports, name, officer.name, KEY.sign(challenge(qa, name)))
    assert len(approve(qa.ports, name, officer).dsse.signatures) == 1
    signed = officer.key.sign(to_be_signed(read_draft(qa.ports, name)))
    assert len(approve_with(qa.ports, name, officer.name, signed).dsse.signatures) == 1
    assert send(qa.ports, name).id == name


def test_an_assertion_for_another_draft_approves_nothing(qa: Node) -> None:
    name, other = draft(qa), draft(qa, facts="Another matter.")
    with pytest.raises(BadAssertion) as refused:
        approve_by_passkey(qa.ports, name, qa.keys.officer(CONTACT), KEY.sign(challenge(qa, other)))
    assert refused.value.why == "made for another challenge"
    assert read_draft(qa.ports, name).dsse.signatures == ()
    with pytest.raises(NotApproved):
        send(qa.ports, name)


def test_of_several_passkeys_the_one_that_came_furthest_says_why(qa: Node) -> None:
    name, officer = draft(qa), qa.keys.officer(CONTACT)
    broken = replace(KEY.sign(challenge(qa, name)), signature=b"0")
    for given, why in (
        (broken, "the signature does not hold"),
        (KEY.sign(challenge(qa, name), flags=UP), "the user was not verified"),
        (KEYS["QA/central-authority"].sign(challenge(qa, name)), "the signature does not hold"),
    ):
        with pytest.raises(BadAssertion) as refused:
            approve_by_passkey(qa.ports, name, officer, given)
        assert refused.value.why == why
    assert read_draft(qa.ports, name).missing == (officer,)


def test_only_an_officer_whom_the_draft_names(qa: Node) -> None:
    name = draft(qa)
    for officer in (qa.keys.officer("central-authority"), OfficerName("QA/contact-24-7/nobody")):
        with pytest.raises(WrongOfficer):
            approve_by_passkey(qa.ports, name, officer, KEY.sign(challenge(qa, name)))
    with pytest.raises(UnknownDraft):
        approve_by_passkey(qa.ports, MessageId("0" * 64), qa.keys.officer(CONTACT), KEY.sign(bytes(32)))


def test_an_officer_without_a_passkey() -> None:
    qa = World(published=passkey_world(without="QA/contact-24-7"))["QA"]
    name = draft(qa)
    with pytest.raises(UnknownKey):
        approve_by_passkey(qa.ports, name, qa.keys.officer(CONTACT), KEY.sign(challenge(qa, name)))


def test_a_retired_passkey_approves_nothing_any_more() -> None:
    qa = World(published=passkey_world(until=NOW))["QA"]
    name = draft(qa)
    with pytest.raises(RetiredKey):
        approve_by_passkey(qa.ports, name, qa.keys.officer(CONTACT), KEY.sign(challenge(qa, name)))
    assert read_draft(qa.ports, name).dsse.signatures == ()


def test_the_roster_names_the_acts_of_a_passkey(world: World, qa: Node) -> None:
    directory = qa.ports.directories.current()
    officer = qa.keys.officer(CONTACT)
    assert directory.officer_key(officer, "send", KEY.passkey.ids, NOW) == KEY.passkey
    with pytest.raises(OfficerMayNot):
        directory.officer_key(officer, "judge", KEY.passkey.ids, NOW)  # type: ignore[arg-type]
    with pytest.raises(RetiredKey):
        directory.officer_key(officer, "send", KEY.passkey.ids, Instant(NOW - timedelta(days=9)))


def test_a_peer_refuses_a_forged_approval_and_one_too_many(world: World, qa: Node) -> None:
    """Its node may have sent anything: the gate of the other Party judges by the roster alone."""
    name, officer = draft(qa), qa.officer(CONTACT)
    approve_by_passkey(qa.ports, name, officer.name, KEY.sign(challenge(qa, name)))
    good = read_draft(qa.ports, name).dsse.signed_also_by(qa.ports.keys.signing(qa.authority(CONTACT)))
    directory = world["VN"].ports.directories.current()
    assert verify_message(good, good.write(), directory, NOW).id == name
    unverified = Signature(KEY.passkey.ids[0], KEY.sign(challenge(qa, name), flags=UP).write())
    with pytest.raises(BadAssertion):
        verify_message(replace(good, signatures=(unverified, *good.signatures[1:])), b"", directory, NOW)
    with pytest.raises(UnexpectedSignature):
        verify_message(good.signed_also_by(officer.key), b"", directory, NOW)
    with pytest.raises(UnknownKey):
        verify_message(replace(good, signatures=good.signatures[1:]), b"", directory, NOW)
