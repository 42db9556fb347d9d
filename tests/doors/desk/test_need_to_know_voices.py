"""Need to know, by authority: who is of none sees no case; a draft, a circle are for those whose authority has part."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from musnad.core.kernel.names import AuthorityId, CaseRef, OfficerName
from musnad.core.messages import bodies
from musnad.exchange.composing import compose
from musnad.exchange.parts import authorities_in
from musnad.exchange.ports import Ports
from musnad.people import circles, persons, watch
from musnad.people.errors import NoVoiceInCase
from musnad.people.powers import Role
from tests.doors.desk.server import desk_of
from tests.doors.desk.story import CENTRAL, CONTACT, FIELDS, PRESERVATION, Story, tell_story
from tests.doors.desk.test_powers import again, text_of

WORKING = [Role.DUTY_OFFICER, Role.LAWYER, Role.EXAMINER, Role.APPROVER]


@pytest.fixture(scope="module")
def story() -> Story:
    return tell_story()


@pytest.fixture
def ports(story: Story, tmp_path: Path) -> Iterator[Ports]:
    found = story.world["VN"].ports
    with desk_of(found, tmp_path, None):
        for name, at in (("contact", [CONTACT]), ("central", [CENTRAL]), ("stranger", [])):
            officers = [OfficerName(f"VN/{one}/{name}") for one in at]
            persons.add(found, name, name, WORKING, officers, by=persons.TERMINAL)
        persons.add(found, "chief", "Chief", [Role.OVERSEER], by=persons.TERMINAL)
        yield found


def test_who_is_of_no_authority_sees_no_case_and_no_draft(ports: Ports, story: Story, tmp_path: Path) -> None:
    stranger, chief, contact = (again(tmp_path, one) for one in ("stranger", "chief", "contact"))
    for path in ("/", "/duty/", "/drafts/", "/search/", "/statistics/", "/ask/"):
        text_of(stranger, path, 403)
    for case in (story.crossed, story.whole, CaseRef("0" * 64)):
        assert stranger.get(f"/case/{case}/").status_code == 403
        assert stranger.get(f"/case/{case}/evidence/").status_code == 403
        assert stranger.post(f"/people/circle/{case}/", {"who": "circle", "person": ["stranger"]}).status_code == 403
    text_of(stranger, "/keys/")
    text_of(chief, f"/case/{story.crossed}/")
    text_of(contact, f"/case/{story.crossed}/")


def test_a_new_cases_draft_is_for_its_authority_its_approver_and_oversight(
    ports: Ports, story: Story, tmp_path: Path
) -> None:
    vn, qa = story.world["VN"], story.world["QA"]
    persons.add(ports, "named", "N", [Role.APPROVER], [OfficerName(f"VN/{CONTACT}/duty-1")], by=persons.TERMINAL)
    intent = vn.intent(CONTACT, [qa.authority(CONTACT)], bodies.Request(FIELDS), measure=PRESERVATION)
    draft = compose(ports, intent)
    path = f"/drafts/{draft.id}/"
    seen = {}
    for name in ("contact", "central", "chief", "named"):
        client = again(tmp_path, name)
        seen[name] = client.get(path).status_code
        for page in ("/drafts/", "/"):
            assert (draft.id in text_of(client, page)) == (name != "central"), (name, page)
    assert seen == {"contact": 200, "central": 404, "chief": 200, "named": 200}


def test_only_a_voice_of_the_case_closes_it(ports: Ports, story: Story, tmp_path: Path) -> None:
    case = story.asked
    assert authorities_in(ports, case) == {f"VN/{CONTACT}", f"QA/{CONTACT}"}
    contact, central = again(tmp_path, "contact"), again(tmp_path, "central")
    path, alone = f"/people/circle/{case}/", {"who": "circle", "person": ["central"]}
    assert 'value="circle"' not in text_of(central, path)
    assert central.post(path, alone).status_code == 403
    with pytest.raises(NoVoiceInCase):
        circles.set_circle(ports, case, ["central"], by="central")
    assert circles.circle_of(case) == ()
    assert 'value="circle"' in text_of(contact, path)
    assert contact.post(path, {"who": "circle", "person": ["contact"]}).status_code == 302
    assert circles.circle_of(case) == ("contact",)


def test_who_closes_a_case_is_warned_while_it_rings(ports: Ports, story: Story, tmp_path: Path) -> None:
    contact, path = again(tmp_path, "contact"), f"/people/circle/{story.asked}/"
    now = ports.clock.now()
    watch.plan(AuthorityId(f"VN/{CONTACT}"), persons.find("contact"), now, now + timedelta(hours=8))
    assert "Something rings" not in text_of(contact, path)
    watch.begin_rings([(story.asked, "acknowledgement", 5, AuthorityId(f"VN/{CONTACT}"))], now)
    assert "Something rings" in text_of(contact, path)
    assert "Something rings" not in text_of(contact, f"/people/circle/{story.crossed}/")
