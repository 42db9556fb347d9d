"""Drafts at the desk: what is shown is what is signed, and only an officer's own passkey approves it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from musnad.core.kernel.names import CaseRef, MessageId, OfficerName
from musnad.core.kernel.times import Instant
from musnad.core.messages import bodies
from musnad.exchange.approving import challenge_of
from musnad.exchange.audit import read_notes
from musnad.exchange.composing import approve, compose, read_draft
from musnad.exchange.errors import UnknownDraft
from musnad.people.powers import Role
from musnad.people.seat import Seat
from tests.directory_fixture import NOW
from tests.doors.desk.seats import OFFICER, OVERSEER, seat
from tests.doors.desk.server import desk_of
from tests.doors.desk.signing import answer_of, challenge_on, device, world_with
from tests.doors.desk.story import CENTRAL, CONTACT, FIELDS, PRESERVATION
from tests.world import World

LAN, MAI = device("lan"), device("mai")
HELD = {f"{CONTACT}/duty-1": LAN, f"{CONTACT}/duty-2": MAI}
DUTY_1, DUTY_2 = (OfficerName(f"VN/{CONTACT}/{one}") for one in ("duty-1", "duty-2"))


@pytest.fixture
def world() -> World:
    return world_with(HELD)


@pytest.fixture
def browser(world: World, tmp_path: Path) -> Iterator[Client]:
    with desk_of(world["VN"].ports, tmp_path):
        yield browser_of()


def browser_of(**more: object) -> Client:
    return Client(headers={"host": "localhost:9080", "accept-language": "en"}, **more)  # type: ignore[arg-type]


def drafted(world: World, *approvers: OfficerName) -> MessageId:
    vn, qa = world["VN"], world["QA"]
    intent = vn.intent(CONTACT, [qa.authority(CONTACT)], bodies.Request(FIELDS), measure=PRESERVATION)
    return compose(vn.ports, replace(intent, approvers=approvers or (DUTY_1,))).id


def page(browser: Client, draft: MessageId, status: int = 200) -> str:
    answer = browser.get(f"/drafts/{draft}/")
    assert answer.status_code == status
    return answer.content.decode()


def approved(browser: Client, draft: MessageId, answer: str, officer: str = DUTY_1) -> tuple[int, str]:
    given = browser.post(f"/drafts/{draft}/approve/", {"officer": officer, "answer": answer})
    return given.status_code, given.headers.get("Location") or given.content.decode()


def is_untouched(world: World, draft: MessageId) -> bool:
    found = read_draft(world["VN"].ports, draft)
    return not found.dsse.signatures and world["VN"].journal.entry(draft) is None


# --- what is shown is what is signed ----------------------------------------------------------------------------------


def test_a_passkey_signs_the_page_s_challenge_and_the_request_is_on_its_way(world: World, browser: Client) -> None:
    draft = drafted(world)
    shown = page(browser, draft)
    challenge = challenge_on(shown)
    assert challenge == challenge_of(read_draft(world["VN"].ports, draft))
    assert approved(browser, draft, answer_of(LAN.sign(challenge))) == (302, f"/case/{draft}/")
    world.settle()
    assert world["QA"].journal.entry(draft) is not None  # the other side verified it, too
    assert LAN.passkey.ids[0] in world["QA"].journal.entry(draft).signed.decode()  # type: ignore[union-attr]


def test_the_page_shows_the_very_octets_and_their_digest(world: World, browser: Client) -> None:
    draft = drafted(world)
    payload = read_draft(world["VN"].ports, draft).dsse.payload
    assert hashlib.sha256(payload).hexdigest() == draft
    from html import unescape

    shown = unescape(page(browser, draft))
    assert payload.decode() in shown
    assert draft in shown


def test_the_page_tells_labels_in_the_reader_s_language_and_marks_what_the_author_wrote(
    world: World, browser: Client
) -> None:
    draft = drafted(world)
    arabic = browser.get(f"/drafts/{draft}/", headers={"accept-language": "ar"}).content.decode()
    english = page(browser, draft)
    measure = world["VN"].ports.treaties.current().measures[PRESERVATION].label  # type: ignore[index]
    assert measure.for_language("ar") in arabic
    assert measure.for_language("en") in english
    for shown in (arabic, english):
        assert "Cybercrime Unit, Hanoi Police" in shown
    assert 'lang="en"' in arabic.partition('class="fields"')[2]


def test_the_list_puts_what_waits_for_the_reader_first(world: World, browser: Client) -> None:
    mine = drafted(world)
    vn, qa = world["VN"], world["QA"]
    intent = vn.intent(CENTRAL, [qa.authority(CENTRAL)], bodies.Request(FIELDS), measure=PRESERVATION)
    other = compose(vn.ports, replace(intent, approvers=(OfficerName(f"VN/{CENTRAL}/duty-2"),))).id
    shown = browser.get("/drafts/").content.decode()
    assert shown.index(mine) < shown.index('id="others"') < shown.index(other)


def test_the_page_says_how_to_approve_at_a_terminal(world: World, browser: Client) -> None:
    draft = drafted(world)
    assert f"musnad approve {draft[:12]} --officer KEYFILE" in page(browser, draft)


# --- two officers -----------------------------------------------------------------------------------------------------


def test_of_two_officers_both_are_shown_and_both_must_sign(world: World, tmp_path: Path) -> None:
    vn = world["VN"]
    draft = drafted(world, DUTY_1, DUTY_2)
    second = replace(OFFICER, name="mai", officers=(DUTY_2,))
    challenge = challenge_of(read_draft(vn.ports, draft))
    with desk_of(vn.ports, tmp_path):
        browser = browser_of()
        before = page(browser, draft)
        assert before.count("has yet to approve") == 2
        assert approved(browser, draft, answer_of(LAN.sign(challenge))) == (302, f"/drafts/{draft}/")
        after = page(browser, draft)
        assert after.count("has yet to approve") == 1
        assert after.count("has approved") == 1
        assert 'data-passkey="use"' not in after  # nothing more of this reader
    assert vn.journal.entry(draft) is None
    with desk_of(vn.ports, tmp_path, second):
        assert approved(browser_of(), draft, answer_of(MAI.sign(challenge)), DUTY_2) == (302, f"/case/{draft}/")
    assert vn.journal.entry(draft) is not None


def test_a_key_file_at_a_terminal_and_a_passkey_at_the_desk_are_the_two(world: World, browser: Client) -> None:
    draft = drafted(world, DUTY_1, DUTY_2)
    approve(world["VN"].ports, draft, world["VN"].officer(CONTACT, "duty-2"))
    challenge = challenge_on(page(browser, draft))
    assert approved(browser, draft, answer_of(LAN.sign(challenge)))[0] == 302
    assert world["VN"].journal.entry(draft) is not None


# --- attacks ----------------------------------------------------------------------------------------------------------


def test_one_person_is_not_the_two_officers(world: World, tmp_path: Path) -> None:
    """Neither with both pseudonyms at once, nor with the one today and the other tomorrow."""
    vn = world["VN"]
    draft = drafted(world, DUTY_1, DUTY_2)
    challenge = challenge_of(read_draft(vn.ports, draft))
    with desk_of(vn.ports, tmp_path, replace(OFFICER, officers=(DUTY_1, DUTY_2))):
        browser = browser_of()
        assert approved(browser, draft, answer_of(LAN.sign(challenge)))[0] == 302
        assert 'data-passkey="use"' not in page(browser, draft)
        status, said = approved(browser, draft, answer_of(MAI.sign(challenge)), DUTY_2)
        assert (status, "approval.same-person" in said) == (403, True)
    with desk_of(vn.ports, tmp_path, replace(OFFICER, officers=(DUTY_2,))):  # given the other one meanwhile
        assert 'data-passkey="use"' not in page(browser_of(), draft)
        assert approved(browser_of(), draft, answer_of(MAI.sign(challenge)), DUTY_2)[0] == 403
    assert read_draft(vn.ports, draft).missing == (DUTY_2,)
    with desk_of(vn.ports, tmp_path, replace(OFFICER, person=2, name="mai", officers=(DUTY_2,))):
        assert approved(browser_of(), draft, answer_of(MAI.sign(challenge)), DUTY_2)[0] == 302
    assert vn.journal.entry(draft) is not None
    notes = [one.record for one in read_notes(vn.ports, 30) if one.record.act == "approved"]
    assert [(one.by, one.about["officer"]) for one in reversed(notes)] == [(OFFICER.name, DUTY_1), ("mai", DUTY_2)]


def test_sitting_at_the_desk_approves_nothing(world: World, browser: Client) -> None:
    draft = drafted(world)
    for answer in ("", "{}", "null", "[]", '{"authenticatorData":"","clientDataJSON":"","signature":""}'):
        assert approved(browser, draft, answer)[0] in {400, 403}
    assert browser.post(f"/drafts/{draft}/approve/", {"officer": DUTY_1, "code": "123456"}).status_code == 400
    browser.post(f"/drafts/{draft}/send/")
    assert is_untouched(world, draft)


@pytest.mark.parametrize(
    "changed",
    [
        {"origin": "http://localhost:9999"},
        {"origin": "https://evil.example"},
        {"type": "webauthn.create"},
        {"crossOrigin": True},
    ],
)
def test_refuses_an_assertion_made_elsewhere_or_for_something_else(
    world: World, browser: Client, changed: dict[str, object]
) -> None:
    draft = drafted(world)
    given = LAN.sign(challenge_on(page(browser, draft)), **changed)  # type: ignore[arg-type]
    status, said = approved(browser, draft, answer_of(given))
    assert status == 403
    assert "signature.passkey-invalid" in said
    assert is_untouched(world, draft)


@pytest.mark.parametrize("flags", [0, 1, 4])
def test_refuses_a_holder_who_was_not_verified(world: World, browser: Client, flags: int) -> None:
    draft = drafted(world)
    status, said = approved(browser, draft, answer_of(LAN.sign(challenge_on(page(browser, draft)), flags=flags)))
    assert status == 403
    assert "signature.passkey-invalid" in said
    assert is_untouched(world, draft)


def test_refuses_an_assertion_for_another_draft(world: World, browser: Client) -> None:
    first = drafted(world)
    world.clock.advance(hours=2)
    vn, qa = world["VN"], world["QA"]
    intent = vn.intent(CENTRAL, [qa.authority(CENTRAL)], bodies.Request(FIELDS), measure=PRESERVATION)
    second = compose(vn.ports, replace(intent, author=vn.authority(CONTACT), approvers=(DUTY_1,))).id
    assert first != second
    given = answer_of(LAN.sign(challenge_on(page(browser, first))))
    assert approved(browser, second, given)[0] == 403
    assert is_untouched(world, second)


def test_refuses_another_officer_s_passkey(world: World, browser: Client) -> None:
    draft = drafted(world)
    given = answer_of(MAI.sign(challenge_on(page(browser, draft))))
    assert approved(browser, draft, given)[0] == 403
    assert is_untouched(world, draft)


def test_refuses_a_passkey_of_nobody(world: World, browser: Client) -> None:
    draft = drafted(world)
    assert approved(browser, draft, answer_of(device("stranger").sign(challenge_on(page(browser, draft)))))[0] == 403
    assert is_untouched(world, draft)


def test_refuses_an_officer_whom_the_draft_does_not_name(world: World, tmp_path: Path) -> None:
    draft = drafted(world)
    challenge = challenge_of(read_draft(world["VN"].ports, draft))
    with desk_of(world["VN"].ports, tmp_path, replace(OFFICER, officers=(DUTY_2,))):
        browser = browser_of()
        assert 'data-passkey="use"' not in page(browser, draft)
        assert approved(browser, draft, answer_of(MAI.sign(challenge)), DUTY_2)[0] == 403
        assert approved(browser, draft, answer_of(LAN.sign(challenge)), DUTY_1)[0] == 403  # not this seat's officer
    assert is_untouched(world, draft)


def test_refuses_the_same_assertion_once_it_was_sent(world: World, browser: Client) -> None:
    draft = drafted(world)
    given = answer_of(LAN.sign(challenge_on(page(browser, draft))))
    assert approved(browser, draft, given)[0] == 302
    entries = len(world["VN"].journal.case_entries(CaseRef(draft)))
    assert approved(browser, draft, given)[0] == 404
    assert len(world["VN"].journal.case_entries(CaseRef(draft))) == entries
    assert browser.get(f"/drafts/{draft}/").headers["Location"] == f"/case/{draft}/"


def test_refuses_a_form_without_its_token(world: World, tmp_path: Path) -> None:
    draft = drafted(world)
    with desk_of(world["VN"].ports, tmp_path):
        browser = browser_of(enforce_csrf_checks=True)
        given = answer_of(LAN.sign(challenge_on(page(browser, draft))))
        assert approved(browser, draft, given)[0] == 403
    assert is_untouched(world, draft)


def test_refuses_a_retired_passkey_and_offers_it_no_more(tmp_path: Path) -> None:
    world = world_with(HELD, until=Instant(NOW + timedelta(hours=1)))
    draft = drafted(world)
    challenge = challenge_of(read_draft(world["VN"].ports, draft))
    world.clock.advance(hours=2)
    with desk_of(world["VN"].ports, tmp_path):
        browser = browser_of()
        assert 'data-passkey="use"' not in page(browser, draft)
        status, said = approved(browser, draft, answer_of(LAN.sign(challenge)))
        assert status == 403
        assert "retired" in said
    assert is_untouched(world, draft)


@pytest.mark.parametrize("sitter", [OVERSEER, seat(Role.ADMINISTRATOR)])
def test_who_may_not_approve_does_not(world: World, tmp_path: Path, sitter: Seat) -> None:
    draft = drafted(world)
    challenge = challenge_of(read_draft(world["VN"].ports, draft))
    with desk_of(world["VN"].ports, tmp_path, sitter):
        browser = browser_of()
        assert approved(browser, draft, answer_of(LAN.sign(challenge)))[0] == 403
        assert browser.post(f"/drafts/{draft}/discard/").status_code == 403
    assert is_untouched(world, draft)


def test_an_overseer_reads_it_and_an_administrator_does_not(world: World, tmp_path: Path) -> None:
    draft = drafted(world)
    for sitter, status in ((OVERSEER, 200), (seat(Role.ADMINISTRATOR), 403)):
        with desk_of(world["VN"].ports, tmp_path, sitter):
            shown = page(browser_of(), draft, status)
        assert "data-passkey" not in shown


# --- given up, elsewhere ----------------------------------------------------------------------------------------------


def test_a_draft_is_given_up_and_that_is_noted(world: World, browser: Client) -> None:
    draft = drafted(world)
    assert browser.post(f"/drafts/{draft}/discard/").headers["Location"] == "/drafts/"
    with pytest.raises(UnknownDraft):
        read_draft(world["VN"].ports, draft)
    noted = [one.record for one in read_notes(world["VN"].ports, 5) if one.record.act == "draft-discarded"]
    assert [one.about["draft"] for one in noted] == [draft]
    assert page(browser, draft, 404)


def test_every_look_at_a_draft_is_noted(world: World, browser: Client) -> None:
    draft = drafted(world)
    page(browser, draft)
    [first, *_] = read_notes(world["VN"].ports, 1)
    assert (first.record.act, first.record.about["draft"]) == ("looked", draft)


def test_a_page_at_another_address_names_the_desk_s_own(world: World, tmp_path: Path) -> None:
    draft = drafted(world)
    with desk_of(world["VN"].ports, tmp_path):
        shown = Client(SERVER_NAME="127.0.0.1", headers={"accept-language": "en"}).get(f"/drafts/{draft}/")
    assert f"http://localhost:9080/drafts/{draft}/" in shown.content.decode()
    assert "data-passkey" not in shown.content.decode()
