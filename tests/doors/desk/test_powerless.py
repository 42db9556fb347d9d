"""Who lacks a power changes nothing by what that power posts: the real forms of the desk, filled as their pages fill
them, given by every role that may not; then by one who may, to show that the forms were worth something.

The forms are found by walking the pages as somebody who has every power; addresses without a form on a page (scripts
post them) are given what their script would send.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.apps import apps
from django.test import Client
from django.urls import resolve

from musnad.core.kernel.names import AuthorityId, MessageId, OfficerName
from musnad.core.messages import bodies
from musnad.desk.links import make_link
from musnad.exchange.audit import read_notes
from musnad.exchange.composing import compose
from musnad.exchange.ports import Ports
from musnad.people import codes, persons, proposals, watch
from musnad.people.models import Person
from musnad.people.powers import Role, powers_of
from tests.doors.desk.server import desk_of
from tests.doors.desk.story import CONTACT, FIELDS, PRESERVATION, Story, tell_story
from tests.doors.desk.test_administration import NODE
from tests.doors.desk.test_powers import ALL, OPEN, OWN, address
from tests.doors.desk.test_powers import powers_of as asked_by
from tests.doors.desk.test_signing_in import PASSWORD, REST, code_of

pytestmark = pytest.mark.slow
WORKING = (Role.DUTY_OFFICER, Role.LAWYER, Role.EXAMINER, Role.APPROVER, Role.ADMINISTRATOR)
READS_BY_POST = {"search:search"}
"""What is asked by POST, so that words stand in no address, and changes nothing but the records."""
OF_ONESELF = OWN | {"end-own-sessions", "remove-key", "keys", "leave", "language"}
STARTS = (
    "/",
    "/ask/",
    "/duty/",
    "/drafts/",
    "/drafts/passkeys/",
    "/people/",
    "/administration/",
    "/search/",
    "/statistics/",
)
PAGES_LIMIT = 260
CHANGES = {
    "answering:answer", "composing:form", "composing:forget", "duty:acknowledge",
    "duty:cancel", "duty:give",
    "duty:offer", "duty:plan", "duty:take-over", "people:add", "people:circle", "people:end-session", "people:link",
    "people:decide", "people:lock", "people:powers", "people:recovery", "people:unlock", "approving:discard",
    "evidence:small", "evidence:begin",
}  # fmt: skip
"""Where at least one form that was found changes the house when it comes from somebody who may post it."""


@dataclass
class Form:
    """A form as its page has it, filled."""

    page: str
    action: str = ""
    method: str = "get"
    fields: dict[str, list[str]] = field(default_factory=dict)
    files: set[str] = field(default_factory=set)

    @property
    def name(self) -> str:
        found = resolve(urlsplit(self.action).path, "musnad.desk.urls")
        return found.view_name

    def data(self) -> dict[str, object]:
        from django.core.files.uploadedfile import SimpleUploadedFile

        given: dict[str, object] = dict(self.fields)
        return given | {one: SimpleUploadedFile("disk.img", b"evidence " * 40) for one in self.files}


class Reader(HTMLParser):
    """Forms and links of one page; what a person must fill is filled."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.page = page
        self.forms: list[Form] = []
        self.links: set[str] = set()
        self._form: Form | None = None
        self._select: str | None = None
        self._area: tuple[str, str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "a" and given.get("href", "").startswith("/"):
            self.links.add(given["href"])
        elif tag == "form":
            self._form = Form(self.page, given.get("action") or self.page, given.get("method", "get").lower())
            self.forms.append(self._form)
        elif self._form is None or (not name and tag != "option"):
            return
        elif tag == "input":
            self._input(self._form, name, given)
        elif tag == "button" and self._form.fields.get(name, ["preview"]) == ["preview"]:  # rather what is sent
            self._form.fields[name] = [given.get("value", "")]
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select is not None and given.get("value"):
            if self._select not in self._form.fields or "selected" in given:
                self._form.fields[self._select] = [given["value"]]
        elif tag == "textarea":
            self._area = (name, "")

    def _input(self, form: Form, name: str, given: Mapping[str, str]) -> None:
        kind = given.get("type", "text")
        if kind == "file":
            form.files.add(name)
        elif kind in {"checkbox", "radio"}:
            if kind == "checkbox" or name not in form.fields or "checked" in given:
                form.fields[name] = [given.get("value", "on")]
        else:
            filled = {"date": "2027-03-01", "datetime-local": "2027-03-01T08:00", "email": "a@b.example", "number": "1"}
            form.fields[name] = [given.get("value") or filled.get(kind, "words")]

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self._area = (self._area[0], self._area[1] + data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = None
        elif tag == "textarea" and self._area is not None and self._form is not None:
            self._form.fields[self._area[0]] = [self._area[1].strip() or "A sentence of some length."]
            self._area = None


@dataclass
class House:
    """The story's desk with people at it, and something of everything that can be posted to."""

    story: Story
    folder: Path
    draft: MessageId

    @property
    def ports(self) -> Ports:
        return self.story.world["VN"].ports

    def comes_in(self, name: str) -> Client:
        client = Client(SERVER_NAME="127.0.0.1", headers={"accept-language": "en"}, raise_request_exception=False)
        assert client.get(make_link(self.folder, os.urandom, name)).status_code == 302
        return client

    def looks(self) -> dict[str, str]:
        """Everything that may not change, by name, as digests: journal, drafts, vault, tables, files.

        Looks and refusals are noted, sessions and tries counted: that is the house's own doing.
        """
        ports = self.ports
        found: dict[str, str] = {f"entry {one.id}": one.kind for one in ports.journal.entries() if one.kind != "record"}
        notes = read_notes(ports, 2000)
        found |= {f"record {one.id}": one.record.act for one in notes if one.record.act not in LOOKS}
        found |= {f"draft {one.id}": digest(one.signed) for one in ports.journal.drafts()}
        found |= {f"enclosed {one}": "" for one, _ in ports.journal.enclosed()}
        found |= {f"exhibit {one.seal}": one.state for one in ports.journal.exhibits()}
        found |= {f"waits {one.message} {one.party}": "" for one in ports.journal.waiting()}
        found |= {f"vault {one}": "" for one in (*ports.vault.seals(), *ports.vault.drafts())}
        for model in apps.get_models():
            if model.__name__ in {"Tries", "Session"}:
                continue
            for row in model._default_manager.values():
                row.pop("last_login", None)
                found[f"{model.__name__} {row.get('id')}"] = digest(repr(sorted(row.items())).encode())
        for place in self.folder.rglob("*"):
            path = place.relative_to(self.folder)
            if place.is_file() and path.parts[0] != "run" and not path.name.startswith("people.sqlite3"):
                found[f"file {path}"] = digest(place.read_bytes())
        return found


LOOKS = {"looked", "searched", "refused", "too-often", "signed-in"}


def digest(octets: bytes) -> str:
    return hashlib.sha256(octets).hexdigest()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    story, folder = tell_story(), tmp_path_factory.mktemp("desk")
    vn, qa = story.world["VN"], story.world["QA"]
    (folder / "node.toml").write_text(NODE.format(1, 2))
    with desk_of(vn.ports, folder, None):
        here = AuthorityId(f"VN/{CONTACT}")
        officers = [OfficerName(f"VN/{one}/duty-1") for one in (CONTACT, "central-authority")]
        persons.add(vn.ports, "able", "Able", [*WORKING, Role.OVERSEER], officers, by=persons.TERMINAL)
        for role in Role:
            person = persons.add(vn.ports, role.value, role.value, [role], by=persons.TERMINAL)
            Person.objects.filter(pk=person.pk).update(
                officers=officers[:1]
            )  # as nobody would be let, to lack nothing else
        for name in ("minh", "huong"):
            person = persons.add(vn.ports, name, name.title(), [Role.LAWYER], by=persons.TERMINAL)
            Person.objects.filter(pk=person.pk).update(officers=[f"{here}/duty-2"])
        intent = vn.intent(CONTACT, [qa.authority(CONTACT)], bodies.Request(FIELDS), measure=PRESERVATION)
        draft = compose(vn.ports, replace(intent, approvers=(OfficerName(f"{here}/duty-2"),))).id
        made = House(story, folder, draft)
        asks = persons.find(Role.ADMINISTRATOR.value)
        proposals.ask_person(vn.ports, "newcomer", "Newcomer", [Role.LAWYER], (), by=asks)
        now, able = vn.ports.clock.now(), persons.find("able")
        watch.plan(here, able, now, now + timedelta(hours=8))
        watch.plan(here, able, now + timedelta(hours=8), now + timedelta(hours=16))
        other = watch.plan(AuthorityId("VN/central-authority"), persons.find("minh"), now, now + timedelta(hours=8))
        from musnad.desk import house as at_desk

        watch.offer(other, able, "", key=at_desk.rest_key())
        watch.begin_rings([(story.asked, "acknowledgement", 5, here)], now)
        made.comes_in("minh")
        secret = codes.new_secret()
        codes.set_up(vn.ports, persons.find("minh"), PASSWORD, secret, code_of(vn.ports, secret, -1), REST)
        persons.lock(vn.ports, folder, "huong", by=persons.TERMINAL)
        able_here = made.comes_in("able")
        form = Reader(f"/ask/{PRESERVATION}/")
        form.feed(able_here.get(form.page).content.decode())
        kept = next(one for one in form.forms if one.name == "composing:form")
        assert able_here.post(kept.action, kept.data()).status_code < 400
        yield made


@pytest.fixture(scope="module")
def forms(house: House) -> list[Form]:
    """Every form of every page that somebody with all powers can reach, each once an address and its fields."""
    client, rest, seen = house.comes_in("able"), list(STARTS), set(STARTS)
    story = house.story
    for case in (story.whole, story.asked, story.preserved, story.waiting, story.crossed):
        rest += [f"/case/{case}/", f"/case/{case}/answer/", f"/case/{case}/evidence/", f"/people/circle/{case}/"]
    rest += [f"/ask/{PRESERVATION}/"] + [f"/people/{one}/" for one in ("minh", "huong")] + [f"/drafts/{house.draft}/"]
    seen |= set(rest)
    found: dict[tuple[str, str], Form] = {}
    pages = 0
    while rest and pages < PAGES_LIMIT:
        page = rest.pop(0)
        answer = client.get(page)
        pages += 1
        if answer.status_code != 200 or "html" not in answer.headers.get("Content-Type", ""):
            continue
        reader = Reader(page)
        reader.feed(b"".join(answer).decode("utf-8", "replace"))
        for form in reader.forms:
            if form.method == "post":
                found.setdefault((urlsplit(form.action).path, ",".join(sorted(form.fields))), form)
        for link in sorted(reader.links):
            path = link.partition("#")[0]
            kind = re.sub(r"[0-9a-f]{32,64}", "*", path.partition("?")[0])
            if path not in seen and not path.startswith(("/register", "/static", "/enter")) and kind not in seen:
                seen |= {path, kind} if path.startswith("/statistics") else {path}
                rest.append(path)
    for form in found.values():
        if form.name == "duty:plan":
            form.fields["starts"] = ["2027-06-01T08:00"]  # by default it meets the shift that stands
    return list(found.values())


def scripted(house: House) -> dict[str, tuple[str, dict[str, object]]]:
    """Every address that is posted to without a form of its own on a page that was walked: real things in its route."""
    story = house.story
    found: dict[str, tuple[str, dict[str, object]]] = {}
    for name, (route, _) in ALL.items():
        if name in OPEN | OF_ONESELF:
            continue
        path = address(route, story)
        if name in {"approving:draft", "approving:approve", "approving:send", "approving:discard"}:
            path = path.replace(story.whole, house.draft)
        found[name] = (path, {"officer": f"VN/{CONTACT}/duty-1", "answer": "{}", "act": "open", "who": "all"})
    found["evidence:begin"] = (
        f"/case/{story.asked}/evidence/upload/",
        {"name": "disk.img", "size": "9", "description": "A disk", "author": f"VN/{CONTACT}"},
    )
    return found


def test_the_walk_finds_the_real_forms(forms: list[Form]) -> None:
    names = {one.name for one in forms}
    assert len(forms) > 40
    assert names >= {
        "answering:answer", "composing:form", "duty:plan", "duty:offer", "duty:take-over", "duty:give", "duty:cancel",
        "duty:acknowledge",
        "people:add", "people:powers", "people:lock", "people:link", "people:recovery", "people:circle",
        "people:decide", "administration:examine", "approving:discard", "evidence:small", "evidence:custody",
    }  # fmt: skip


@pytest.mark.parametrize("role", list(Role))
def test_what_a_role_has_no_power_for_changes_nothing(house: House, forms: list[Form], role: Role) -> None:
    """Every real form, by POST, and every other address by every method that changes: refused, all as before."""
    client, held = house.comes_in(role.value), powers_of([role])
    before = house.looks()
    refused = 0
    for form in forms:
        asked = asked_by(form.name)
        if form.name in OPEN | OF_ONESELF or (asked is not None and asked & held):
            continue
        answer = client.post(form.action, form.data())
        assert answer.status_code in {403, 404, 405}, (form.name, form.action, answer.status_code)
        refused += 1
    for name, (path, data) in scripted(house).items():
        if (asked_by(name) or frozenset()) & held and (role is not Role.OVERSEER or name in READS_BY_POST):
            continue
        for method in (client.post, client.put, client.patch, client.delete):
            assert method(path, data).status_code in {403, 404, 405}, name
            refused += 1
    assert refused > 60
    after = house.looks()
    assert {one for one in {*before, *after} if before.get(one) != after.get(one)} == set()


def test_an_overseer_posts_every_form_of_every_page_and_nothing_is_changed(house: House, forms: list[Form]) -> None:
    """Those of the pages that an overseer may open, too."""
    client, before = house.comes_in("overseer"), house.looks()
    answered = {}
    for form in forms:
        if form.name not in OPEN | OF_ONESELF:
            answered[form.name, form.action] = client.post(form.action, form.data()).status_code
    assert {name for (name, _), status in answered.items() if status not in {403, 404, 405}} <= READS_BY_POST
    assert house.looks() == before


def test_the_same_forms_change_the_house_when_they_come_from_somebody_who_may(house: House, forms: list[Form]) -> None:
    """The last test of this module, since it changes everything: else what is refused above were nothing."""
    client, changed, answered = house.comes_in("able"), set(), {}
    last = (
        "duty:offer", "duty:take-over", "duty:give", "duty:cancel", "people:lock", "people:unlock", "composing:forget",
        "approving:discard",
    )  # fmt: skip
    begun = Form("", scripted(house)["evidence:begin"][0], "post")
    begun.fields = {name: [str(value)] for name, value in scripted(house)["evidence:begin"][1].items()}
    order = {name: place for place, name in enumerate(last)}
    for form in sorted([begun, *forms], key=lambda one: order.get(one.name, -1)):
        if form.name in OPEN | OF_ONESELF | {"administration:examine"}:  # the doctor needs a node on a disk
            continue
        before = house.looks()
        if form.name in {"people:add", "people:powers"}:
            form.fields.pop("officer", None)  # every pseudonym is somebody's by now
        status = client.post(form.action, form.data()).status_code
        answered[form.action] = status
        if house.looks() != before:
            changed.add(form.name)
        assert status < 500, (form.name, form.action)
    assert CHANGES - changed == set(), {action: status for action, status in answered.items() if status >= 400}
