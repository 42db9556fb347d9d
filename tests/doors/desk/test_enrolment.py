"""A passkey's way into the roster: made at the desk, vouched for by two others, signed, published, used."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from django.test import Client

from musnad.cli.directory_commands import read_publication
from musnad.core.crypto.passkey import challenge_to, parse_passkey
from musnad.core.directory.enrolment import Enrolment, parse_enrolment, write_enrolment
from musnad.core.directory.errors import OfficerMayNot, UnknownKey
from musnad.core.directory.party_file import parse_party
from musnad.core.directory.role import sign_party
from musnad.core.kernel.b64 import write_b64
from musnad.core.kernel.names import OfficerName
from musnad.core.messages import bodies
from musnad.exchange.audit import read_notes
from musnad.exchange.composing import compose
from musnad.exchange.enrolling import EnrolmentNotApproved, OwnEnrolment, challenge
from musnad.exchange.errors import WrongOfficer
from musnad.exchange.reading.drafts import passkeys_of
from musnad.node.creating import write_publication
from musnad.node.roster import take_up
from musnad.people import enrolling
from musnad.people.seat import Seat
from tests.directory_fixture import NOW, make_set
from tests.doors.desk.seats import OFFICER, OVERSEER
from tests.doors.desk.server import desk_of
from tests.doors.desk.signing import answer_of, challenge_on, device, octets, registration_of, world_with
from tests.doors.desk.story import CENTRAL, CONTACT, FIELDS, PRESERVATION
from tests.passkey_fixture import base64url
from tests.people_database import people_tables
from tests.world import World

HERE = "http://localhost"
NEW, THIRD = device("new", HERE), device("third", HERE)
DUTY_1, DUTY_2, DUTY_3 = (OfficerName(f"VN/{CONTACT}/duty-{one}") for one in (1, 2, 3))
PAGE = "/drafts/passkeys/"


@dataclass
class Desk:
    world: World
    folder: Path

    def at(self, seat: Seat = OFFICER) -> Client:
        return Client(headers={"host": "localhost", "accept-language": "en"}) if seat else Client()

    def page(self) -> str:
        answer = self.at().get(PAGE)
        assert answer.status_code == 200
        return answer.content.decode()

    def make(self, officer: str = DUTY_1, **changed: object) -> tuple[int, str]:
        """Make a passkey as a browser would; the answer's status and text."""
        asked = challenge_on(self.page(), "make")
        given = {
            "officer": officer,
            "challenge": base64url(asked),
            "answer": registration_of(NEW, asked),
            "act": ["send", "release", "open", "export"],
            **changed,
        }
        answer = self.at().post(f"{PAGE}new/", given)
        return answer.status_code, answer.content.decode()

    @property
    def waiting(self) -> enrolling.Kept:
        [found] = enrolling.every(self.world["VN"].ports)
        return found

    def publish(self) -> None:
        """The Registrar takes what stands in the publish folder, and both nodes fetch it."""
        code, _key, targets, role = read_publication(self.folder / "publish")
        published = self.world.published
        qa = published["QA"]
        files = {"1.root.json": published.anchor} | make_set(
            {one: keys.role for one, keys in published.parties.items()},
            {code: role, "QA": sign_party(qa.party_json, version=2, now=NOW, key=qa.role)},
            {**targets, "parties/QA/party.json": qa.party_json},
            published.holders,
            published.online,
            version=2,
            role_version=2,
        )
        for node in self.world.nodes.values():
            node.ports.directories.files = files  # type: ignore[attr-defined]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    world = world_with({f"{CONTACT}/duty-3": THIRD})
    vn = world.published["VN"]
    (tmp_path / "publish").mkdir()
    (tmp_path / "keys").mkdir()
    seeds = {"ed25519": write_b64(vn.role.ed25519_seed), "ml-dsa-65": write_b64(vn.role.ml_dsa_65_seed)}
    (tmp_path / "keys" / "role.json").write_text(json.dumps(seeds))
    targets = {"parties/VN/party.json": vn.party_json}
    write_publication(tmp_path / "publish", vn.code, world.published.roles["VN"], targets, vn.role)
    with people_tables(tmp_path), desk_of(world["VN"].ports, tmp_path):
        yield Desk(world, tmp_path)


def seated(desk: Desk, *officers: OfficerName) -> Seat:
    return replace(OFFICER, person=2, name="other", officers=officers)


def test_made_vouched_for_signed_published_and_then_it_approves(desk: Desk, tmp_path: Path) -> None:
    vn, qa = desk.world["VN"], desk.world["QA"]
    assert desk.make()[0] == 302
    assert "0 of 2 officers approved" in desk.page()
    enrolling.approve_with_key(vn.ports, desk.waiting.id, vn.officer(CONTACT, "duty-2"))
    assert "1 of 2 officers approved" in desk.page()
    with desk_of(vn.ports, tmp_path, seated(desk, DUTY_3)):
        asked = challenge_on(desk.page())
        given = {"officer": DUTY_3, "answer": answer_of(THIRD.sign(asked))}
        assert desk.at().post(f"{PAGE}{desk.waiting.id}/approve/", given).status_code == 302
    assert "Signed, not yet in the directory" in desk.page()
    roster = desk.waiting.roster
    assert [one.record.about["roster"] for one in read_notes(vn.ports, 20) if one.record.act == "roster-signed"] == [
        roster
    ]
    assert passkeys_of(vn.ports, DUTY_1) == ()  # signed is not published
    desk.publish()
    assert "In the directory" in desk.page()
    [listed] = passkeys_of(vn.ports, DUTY_1)
    assert listed.ids == NEW.passkey.ids

    intent = vn.intent(CONTACT, [qa.authority(CONTACT)], bodies.Request(FIELDS), measure=PRESERVATION)
    draft = compose(vn.ports, replace(intent, approvers=(DUTY_1,))).id
    signed = answer_of(NEW.sign(challenge_on(desk.at().get(f"/drafts/{draft}/").content.decode())))
    answer = desk.at().post(f"/drafts/{draft}/approve/", {"officer": DUTY_1, "answer": signed})
    assert answer.headers["Location"] == f"/case/{draft}/"
    desk.world.settle()
    assert qa.journal.entry(draft) is not None


def test_everybody_else_stays_in_the_roster_and_the_version_is_the_next(desk: Desk) -> None:
    before = desk.world.published["VN"].party.authorities
    enrolled(desk)
    desk.publish()
    after = desk.world["VN"].ports.directories.current().party(desk.world["VN"].code).authorities
    for old, new in zip(before, after, strict=True):
        assert set(old.officers) <= set(new.officers)
        assert len(new.officers) - len(old.officers) == (1 if old.id.endswith(CONTACT) else 0)


def enrolled(desk: Desk) -> enrolling.Kept:
    assert desk.make()[0] == 302
    return vouched(desk)


def vouched(desk: Desk) -> enrolling.Kept:
    """Two others approve what waits, and the authority signs its roster."""
    vn = desk.world["VN"]
    [waits] = [one for one in enrolling.every(vn.ports) if one.progress == "waits"]
    enrolling.approve_with_key(vn.ports, waits.id, vn.officer(CONTACT, "duty-2"))
    enrolling.approve_with_passkey(vn.ports, waits.id, DUTY_3, THIRD.sign(challenge_to(challenge(waits.waits))))
    return take_up(desk.folder, vn.ports, waits.id, by="test")


def test_taken_up_again_it_is_not_signed_again(desk: Desk) -> None:
    kept = enrolled(desk)
    role = (desk.folder / "publish" / "role.json").read_bytes()
    assert take_up(desk.folder, desk.world["VN"].ports, kept.id, by="test").roster == kept.roster
    enrolling.EnrolmentRow.objects.filter(pk=kept.id).update(progress="waits", roster="")  # died before the mark
    assert take_up(desk.folder, desk.world["VN"].ports, kept.id, by="test").roster == kept.roster
    assert (desk.folder / "publish" / "role.json").read_bytes() == role


def test_a_key_ends_by_two_others_and_stays_listed_as_ended(desk: Desk) -> None:
    vn = desk.world["VN"]
    enrolled(desk)
    desk.publish()
    desk.world.clock.advance(minutes=5)
    key = NEW.passkey.ids[0]
    assert desk.at().post(f"{PAGE}end/", {"officer": DUTY_1, "key": key}).status_code == 302
    kept = next(one for one in enrolling.every(vn.ports) if one.enrolment.retired == key)
    with pytest.raises(EnrolmentNotApproved):
        take_up(desk.folder, vn.ports, kept.id, by="test")
    vouched(desk)
    _code, _key, targets, _role = read_publication(desk.folder / "publish")
    listed = [
        one
        for authority in parse_party(targets["parties/VN/party.json"]).authorities
        for one in authority.officers
        if key in one.key.key.ids
    ]
    assert [one.key.until for one in listed] == [vn.ports.clock.now()]


# --- attacks ----------------------------------------------------------------------------------------------------------


def test_nobody_vouches_for_himself_and_nobody_twice(desk: Desk) -> None:
    vn = desk.world["VN"]
    assert desk.make()[0] == 302
    with pytest.raises(OwnEnrolment):
        enrolling.approve_with_key(vn.ports, desk.waiting.id, vn.officer(CONTACT, "duty-1"))
    for _ in range(2):
        enrolling.approve_with_key(vn.ports, desk.waiting.id, vn.officer(CONTACT, "duty-2"))
    assert desk.waiting.waits.approved == (DUTY_2,)
    with pytest.raises(EnrolmentNotApproved):
        take_up(desk.folder, vn.ports, desk.waiting.id, by="test")
    assert desk.at().post(f"{PAGE}{desk.waiting.id}/sign/").status_code == 409


def test_one_person_is_not_two_of_the_officers(desk: Desk, tmp_path: Path) -> None:
    """Neither beside the one for whom it is, nor after a first approval, nor by the pseudonym of somebody who left."""
    vn = desk.world["VN"]
    assert desk.make()[0] == 302
    given = {"officer": DUTY_3, "answer": answer_of(THIRD.sign(challenge_to(challenge(desk.waiting.waits))))}
    path = f"{PAGE}{desk.waiting.id}/approve/"
    with desk_of(vn.ports, tmp_path, replace(OFFICER, officers=(DUTY_1, DUTY_3))):  # who made it
        assert 'data-passkey="use"' not in desk.page()
        answer = desk.at().post(path, given)
        assert (answer.status_code, "approval.same-person" in answer.content.decode()) == (403, True)
    enrolling.approve_with_key(vn.ports, desk.waiting.id, vn.officer(CONTACT, "duty-2"))
    with desk_of(vn.ports, tmp_path, seated(desk, DUTY_2, DUTY_3)):  # who is the one that approved, too
        assert desk.at().post(path, given).status_code == 403
    assert desk.waiting.waits.approved == (DUTY_2,)
    with desk_of(vn.ports, tmp_path, seated(desk, DUTY_3)):
        assert desk.at().post(path, given).status_code == 302
    assert desk.waiting.waits.approved == (DUTY_2, DUTY_3)


def test_nobody_grants_more_than_he_has(desk: Desk) -> None:
    vn = desk.world["VN"]
    assert desk.make()[0] == 302
    with pytest.raises((OfficerMayNot, UnknownKey)):
        enrolling.approve_with_key(vn.ports, desk.waiting.id, vn.officer(CONTACT, "clerk-1"))
    with pytest.raises((WrongOfficer, UnknownKey)):
        enrolling.approve_with_key(vn.ports, desk.waiting.id, vn.officer(CENTRAL, "duty-2"))
    assert desk.waiting.waits.approved == ()


def test_a_challenge_is_good_once_and_for_its_officer(desk: Desk) -> None:
    asked = base64url(challenge_on(desk.page(), "make"))
    answer = registration_of(NEW, octets(asked))
    central = f"VN/{CENTRAL}/duty-1"
    assert desk.make(central, challenge=asked, answer=answer)[0] == 403
    assert desk.make(challenge=asked, answer=answer)[0] == 403  # taken by the try before
    assert enrolling.every(desk.world["VN"].ports) == ()


def test_refuses_a_registration_made_elsewhere_or_for_somebody_else(desk: Desk) -> None:
    asked = challenge_on(desk.page(), "make")
    other = registration_of(device("new", "http://localhost:9999"), asked)
    assert desk.make(challenge=base64url(asked), answer=other)[0] == 403
    assert desk.make(answer=registration_of(NEW, bytes(32)))[0] == 403
    assert desk.make(OfficerName(f"VN/{CONTACT}/duty-2"))[0] == 403
    assert desk.make(act=[])[0] == 400
    assert desk.make(answer="{}")[0] == 400
    assert enrolling.every(desk.world["VN"].ports) == ()


def test_refuses_an_assertion_of_another_statement_or_of_no_officer(desk: Desk, tmp_path: Path) -> None:
    vn = desk.world["VN"]
    assert desk.make()[0] == 302
    with desk_of(vn.ports, tmp_path, seated(desk, DUTY_3)):
        asked = challenge_on(desk.page())
        for given in (THIRD.sign(bytes(32)), NEW.sign(asked), THIRD.sign(asked, flags=1)):
            answer = desk.at().post(
                f"{PAGE}{desk.waiting.id}/approve/", {"officer": DUTY_3, "answer": answer_of(given)}
            )
            assert answer.status_code == 403
    assert desk.waiting.waits.approved == ()


def test_an_overseer_sees_it_and_changes_nothing(desk: Desk, tmp_path: Path) -> None:
    assert desk.make()[0] == 302
    with desk_of(desk.world["VN"].ports, tmp_path, OVERSEER):
        shown = desk.at().get(PAGE)
        assert "0 of 2 officers approved" in shown.content.decode()
        assert b"data-passkey" not in shown.content
        for path in ("new/", "end/", f"{desk.waiting.id}/approve/", f"{desk.waiting.id}/withdraw/"):
            assert desk.at().post(f"{PAGE}{path}").status_code == 403


def test_given_up_it_is_gone(desk: Desk) -> None:
    assert desk.make()[0] == 302
    name = desk.waiting.id
    assert desk.at().post(f"{PAGE}{name}/withdraw/").status_code == 302
    assert enrolling.every(desk.world["VN"].ports) == ()
    assert desk.at().post(f"{PAGE}{name}/withdraw/").status_code == 404


def test_the_statement_reads_back_as_it_was_written() -> None:
    made = Enrolment(DUTY_1.rpartition("/")[0], DUTY_1, ("send",), NOW, passkey=NEW.passkey)  # type: ignore[arg-type]
    assert parse_enrolment(write_enrolment(made)) == made
    written = NEW.passkey.write()
    assert parse_passkey(**written) == NEW.passkey  # type: ignore[arg-type]
