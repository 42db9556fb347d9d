"""Every page of the desk, and the states that it is seen in: who sits where, at what address, after which press."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from unittest.mock import patch

from allauth.mfa.models import Authenticator
from django.utils import timezone
from playwright.sync_api import Page

from musnad.core.directory.enrolment import Enrolment
from musnad.core.kernel.names import AuthorityId, MessageId, OfficerName
from musnad.core.messages import bodies
from musnad.exchange.audit import note
from musnad.exchange.composing import compose
from musnad.node.doctor import Finding
from musnad.people import circles, enrolling, persons, proposals, recovery, watch
from musnad.people.models import Person, Proposal
from musnad.people.powers import Role
from musnad.people.seat import Seat
from musnad.records.at_rest import RestKey
from tests.doors.desk.every_page import Stage, press
from tests.doors.desk.seats import ADMINISTRATOR, OFFICER, OVERSEER, seat
from tests.doors.desk.signing import device, world_with
from tests.doors.desk.story import CONTACT, FIELDS, PRESERVATION
from tests.doors.desk.test_statistics import MANY
from tests.world import World


@dataclass(frozen=True)
class Scene:
    """One page in one state. ``covers`` is the name of its address; ``act`` leads on from the page that ``go`` opens.

    ``during`` holds what must be so while it is looked at.
    """

    name: str
    covers: str
    go: Callable[[Stage], str]
    status: int = 200
    act: Callable[[Page], None] | None = None
    during: Callable[[Stage], AbstractContextManager[object]] = lambda _: nullcontext()


def at(path: str, seat: Seat | None = OFFICER) -> Callable[[Stage], str]:
    """An address of the story's own node, its cases and exhibit named in braces."""

    def gone(stage: Stage) -> str:
        story = stage.story
        named = {one: getattr(story, one) for one in ("whole", "asked", "crossed", "refused", "waiting", "seal")}
        return stage.at(path.format(**named), seat)

    return gone


APPROVER = seat(Role.APPROVER)
LAN = seat(Role.DUTY_OFFICER, name="lan")
HUONG = replace(seat(Role.DUTY_OFFICER, name="huong"), person=2)


# --- coming in --------------------------------------------------------------------------------------------------------


@contextmanager
def ways_in(stage: Stage) -> Iterator[None]:
    """Two passkeys of Lan's, one of them used."""
    me = persons.find("lan")
    for name, used in (("هاتف المناوبة", timezone.now()), ("YubiKey 5C", None)):
        Authenticator.objects.create(
            user=me, type=Authenticator.Type.WEBAUTHN, last_used_at=used, data={"name": name, "credential": {}}
        )
    yield
    Authenticator.objects.all().delete()


CODE = "form[action='/sign-in/']"
ENTRANCE = (
    Scene("sign-in", "sign-in", at("/sign-in/", None)),
    Scene("sign-in-failed", "sign-in", at("/sign-in/", None), 403, press(CODE, name="lan", password="x", code="1")),
    Scene("link-used", "enter", at("/enter/used", None), 403),
    Scene("closed-door", "inbox", at("/", None), 403),
    Scene("keys-none", "keys", at("/keys/")),
    Scene("keys", "keys", at("/keys/"), during=ways_in),
    Scene("new-passkey", "new-passkey", at("/keys/passkey/")),
    Scene("new-code", "new-code", at("/keys/code/")),
    Scene("new-code-refused", "new-code", at("/keys/code/"), 400, press("main form", password="x", code="1")),
)


# --- inbox, cases, search ---------------------------------------------------------------------------------------------


def empty(stage: Stage) -> str:
    return stage.at("/", OFFICER, stage.empty["VN"])


@cache
def late() -> World:
    """A node whose directory is stale, or past its grace."""
    return World()


def stale(days: int) -> Callable[[Stage], str]:
    def gone(stage: Stage) -> str:
        world = World()
        world.clock.advance(days=days)
        return stage.at("/", OFFICER, world["VN"])

    return gone


FINDER = "main form[action='/search/']"
CASES = (
    Scene("inbox", "inbox", at("/")),
    Scene("inbox-empty", "inbox", empty),
    Scene("inbox-closed", "inbox", at("/?section=closed")),
    Scene("inbox-chosen", "inbox", at("/?with=QA&mine=1")),
    Scene("inbox-none-chosen", "inbox", at("/?with=EG")),
    Scene("inbox-overseer", "inbox", at("/", OVERSEER)),
    Scene("case", "case", at("/case/{whole}/")),
    Scene("case-asked", "case", at("/case/{asked}/")),
    Scene("case-crossed", "case", at("/case/{crossed}/")),
    Scene("case-refused", "case", at("/case/{refused}/")),
    Scene("case-waiting", "case", at("/case/{waiting}/")),
    Scene("case-overseer", "case", at("/case/{whole}/", OVERSEER)),
    Scene("exhibit", "exhibit", at("/case/{whole}/exhibit/{seal}/")),
    Scene("search", "search:search", at("/search/")),
    Scene("search-found", "search:search", at("/search/"), act=press(FINDER, words="قرص")),
    Scene("search-none", "search:search", at("/search/"), act=press(FINDER, words="nowhere")),
    Scene("fault", "case", at(f"/case/{'0' * 64}/"), 404),
    Scene("fault-no-page", "case", at("/nowhere/"), 404),
    Scene("fault-not-allowed", "people:index", at("/people/"), 403),
)


# --- asking -----------------------------------------------------------------------------------------------------------

SHEET = "#sheet"
ASK = f"/ask/{PRESERVATION}/?to=QA/contact-24-7"


def add_lines(page: Page) -> None:
    """Several identifiers, one of them wrong; saved."""
    page.locator("#lines").evaluate(
        "it => { it.value = '8.8.8.8:443 2026-10-03 10:00:00 Asia/Qatar\\nfalcon@mail.example.qa\\n999.1.1.1' }"
    )
    page.locator("#title").evaluate("it => { it.value = 'حسابات الضحايا' }")
    page.locator("details.several button").evaluate("it => it.click()")


def keep_template(page: Page) -> None:
    page.locator("#title").evaluate("it => { it.value = 'حفظ حساب بريد' }")
    page.locator("details.as-template button").evaluate("it => it.click()")


def send_as_it_is(page: Page) -> None:
    page.locator("button[name=act][value=send]").evaluate("it => it.click()")


def look_ahead(page: Page) -> None:
    page.locator("button[name=act][value=preview]").evaluate("it => it.click()")


ASKING = (
    Scene("ask", "composing:start", at("/ask/")),
    Scene("ask-form", "composing:form", at(ASK)),
    Scene("ask-form-saved", "composing:form", at(ASK), act=add_lines),
    Scene("ask-form-template", "composing:form", at(ASK), act=keep_template),
    Scene("ask-form-refused", "composing:form", at(f"/ask/{PRESERVATION}/"), 422, send_as_it_is),
    Scene("ask-preview", "composing:preview", at(ASK), act=look_ahead),
    Scene("ask-access", "composing:form", at("/ask/access-to-stored-data/?to=QA/central-authority")),
    Scene("ask-with-drafts", "composing:start", at("/ask/")),
)


# --- drafts and passkeys ----------------------------------------------------------------------------------------------


@cache
def signers(origin: str) -> tuple[World, MessageId, MessageId]:
    """Lan holds a passkey of this desk's; a draft waits for her, another for a colleague."""
    world = world_with({f"{CONTACT}/duty-1": device("lan", origin)})
    vn, qa = world["VN"], world["QA"]
    intent = vn.intent(CONTACT, [qa.authority(CONTACT)], bodies.Request(FIELDS), measure=PRESERVATION)
    mine, other = (
        compose(vn.ports, replace(intent, approvers=(OfficerName(f"VN/{CONTACT}/{one}"),))).id
        for one in ("duty-1", "duty-2")
    )
    return world, mine, other


def signing(path: str, seat: Seat = OFFICER) -> Callable[[Stage], str]:
    def gone(stage: Stage) -> str:
        world, mine, other = signers(stage.address)
        return stage.at(path.format(mine=mine, other=other), seat, world["VN"])

    return gone


@contextmanager
def enrolment_pending(stage: Stage) -> Iterator[None]:
    """Huong made a passkey, which waits for two others."""
    vn = signers(stage.address)[0]["VN"]
    made = device("huong", stage.address).passkey
    authority = AuthorityId(f"VN/{CONTACT}")
    wish = Enrolment(authority, OfficerName(f"{authority}/duty-2"), ("send",), vn.ports.clock.now(), passkey=made)
    enrolling.begin(vn.ports, wish, 2, by="huong")
    yield
    enrolling.EnrolmentRow.objects.all().delete()


APPROVING = (
    Scene("drafts-none", "approving:index", at("/drafts/")),
    Scene("drafts", "approving:index", signing("/drafts/")),
    Scene("drafts-inbox", "inbox", signing("/")),
    Scene("draft", "approving:draft", signing("/drafts/{mine}/")),
    Scene("draft-of-another", "approving:draft", signing("/drafts/{other}/")),
    Scene("draft-overseer", "approving:draft", signing("/drafts/{mine}/", OVERSEER)),
    Scene("passkeys-none", "approving:passkeys", at("/drafts/passkeys/")),
    Scene("passkeys", "approving:passkeys", signing("/drafts/passkeys/"), during=enrolment_pending),
)


# --- register, law, figures -------------------------------------------------------------------------------------------

ASKED_FOR = "asker=VN&asked=QA&measure=access-to-stored-data"


@contextmanager
def many_cases(stage: Stage) -> Iterator[None]:
    with patch.object(type(stage.vn.ports.agenda), "figures", lambda *_: MANY):
        yield


REFERENCE = (
    Scene("register", "reference:register", at("/register/?as_of=2026-11-23")),
    Scene("register-chosen", "reference:register", at("/register/?status=signed&sort=since")),
    Scene("register-wrong-day", "reference:register", at("/register/?as_of=tomorrow")),
    Scene("register-none", "reference:register", at("/register/?name=nowhere")),
    Scene("state", "reference:state", at("/register/QA/")),
    Scene("state-not-listed", "reference:state", at("/register/EG/")),
    Scene("fault-no-state", "reference:state", at("/register/XX/"), 400),
    Scene("can", "reference:can", at("/register/can/")),
    Scene("can-answered", "reference:can", at(f"/register/can/?{ASKED_FOR}")),
    Scene("can-incomplete", "reference:can", at("/register/can/?asker=VN")),
    Scene("who-unasked", "reference:who", at("/register/who/")),
    Scene("matrix", "reference:matrix", at("/register/law/")),
    Scene("matrix-compared", "reference:matrix", at("/register/law/?asker=VN&asked=QA")),
    Scene("gap", "reference:gap", at("/register/law/VN/")),
    Scene("who", "reference:who", at("/register/who/?state=VN&measure=access-to-stored-data&offence=illegal-access")),
    Scene("who-not-said", "reference:who", at("/register/who/?state=VN")),
    Scene("statistics-none", "statistics:figures", at("/statistics/")),
    Scene("statistics", "statistics:figures", at("/statistics/?exercise=1", OVERSEER)),
    Scene("statistics-many", "statistics:figures", at("/statistics/"), during=many_cases),
    Scene("public", "statistics:public", at("/statistics/public/", OVERSEER)),
    Scene("public-many", "statistics:public", at("/statistics/public/?year=2025"), during=many_cases),
    Scene("publish", "statistics:publish", at("/statistics/public/publish/?year=2025", APPROVER), during=many_cases),
    Scene(
        "publish-changed",
        "statistics:publish",
        at("/statistics/public/publish/?year=2025", APPROVER),
        409,
        press("main form", seen=""),
        many_cases,
    ),
)


# --- the watch, the people, the house ---------------------------------------------------------------------------------


@contextmanager
def on_watch(stage: Stage) -> Iterator[None]:
    """Lan has the watch, the next is planned, two things ring."""
    now, here = stage.vn.ports.clock.now(), AuthorityId(f"VN/{CONTACT}")
    lan, huong = persons.find("lan"), persons.find("huong")
    before = watch.plan(here, huong, now - timedelta(hours=8), now + timedelta(hours=8))
    with patch("musnad.desk.house.rest_key", lambda: KEY):
        watch.offer(before, lan, "قضية قطر: يُنتظر الرد قبل السادسة.\nCall the Doha desk at 05:30.", key=KEY)
        watch.take_over(before, lan, now)
        watch.plan(here, huong, now + timedelta(hours=8), now + timedelta(hours=16))
        watch.begin_rings(
            [(stage.story.asked, "acknowledgement", 5, None), (stage.story.whole, "acknowledgement", 5, None)], now
        )
        yield
    watch.Ring.objects.all().delete()
    watch.Shift.objects.all().delete()


@contextmanager
def unheard(stage: Stage) -> Iterator[None]:
    """Something rings in a case whose circle may not answer."""
    persons.add(stage.ports, "looker", "Looker", [Role.APPROVER], (), by=persons.TERMINAL)
    with on_watch(stage):
        circles.set_circle(stage.ports, stage.story.asked, ["looker"], by=persons.TERMINAL)
        yield
        circles.set_circle(stage.ports, stage.story.asked, [], by=persons.TERMINAL)
    Person.objects.filter(name="looker").delete()


KEY = RestKey(bytes(32), os.urandom)


@contextmanager
def offered_watch(stage: Stage) -> Iterator[None]:
    with on_watch(stage):
        held = watch.Shift.objects.get(person__name="lan")
        watch.offer(held, persons.find("huong"), "", key=KEY)
        yield


@contextmanager
def lost_ways_in(stage: Stage) -> Iterator[None]:
    """Huong lost the telephone; another administrator opened the recovery."""
    Authenticator.objects.create(user=persons.find("huong"), type=Authenticator.Type.WEBAUTHN, data={"name": "x"})
    recovery.open_recovery(stage.vn.ports, "huong", by=persons.find("lan"))
    yield
    recovery.withdraw_recovery(stage.vn.ports, "huong", by=persons.find("lan"))
    Authenticator.objects.all().delete()


@contextmanager
def asked_for(stage: Stage) -> Iterator[None]:
    """Lan, an administrator for now, asked for a person and for powers; the other asked for a link."""
    ports, lan, admin = stage.vn.ports, persons.find("lan"), persons.find("admin")
    Person.objects.filter(pk=lan.pk).update(roles=["administrator", "duty-officer"])
    lan.refresh_from_db()
    proposals.ask_person(ports, "minh", "مينه لي", [Role.LAWYER, Role.EXAMINER], (), by=lan)
    proposals.ask_powers(ports, "huong", [Role.OVERSEER], persons.find("huong").seat.officers, by=lan)
    proposals.ask_link(ports, "huong", by=admin)
    yield
    Proposal.objects.all().delete()
    Person.objects.filter(name="minh").delete()
    Person.objects.filter(pk=lan.pk).update(roles=["duty-officer"])


@contextmanager
def locked(stage: Stage) -> Iterator[None]:
    persons.lock(stage.vn.ports, stage.folder, "huong", by="admin")
    yield
    persons.unlock(stage.vn.ports, "huong", by="admin")


@contextmanager
def examined(_: Stage) -> Iterator[None]:
    found = (Finding("digest", True, ""), Finding("forks", False, "log.forked"))
    with patch("musnad.desk.house.examined", lambda: found):
        yield


@contextmanager
def noted(stage: Stage) -> Iterator[None]:
    for number in range(60):
        note(stage.vn.ports, "looked", by="lan", case=stage.story.whole, about={"what": "case", "n": str(number)})
    yield


def confirm(page: Page) -> None:
    """Confirm the first of what waits."""
    page.locator("button[value='confirm']").first.click()


ADMIN = replace(ADMINISTRATOR, person=3, name="admin", shown="مديرة النظام")
PLAIN = "main form"
HOUSE = (
    Scene("duty-none", "duty:board", at("/duty/")),
    Scene("duty", "duty:board", at("/duty/"), during=on_watch),
    Scene("duty-offered", "duty:board", at("/duty/", HUONG), during=offered_watch),
    Scene("duty-overseer", "duty:board", at("/duty/", OVERSEER), during=on_watch),
    Scene("duty-nobody-hears", "duty:board", at("/duty/", LAN), during=unheard),
    Scene("state-nobody-hears", "administration:state", at("/administration/", ADMINISTRATOR), during=unheard),
    Scene("fault-duty-plan", "duty:board", at("/duty/"), 400, press("form[action='/duty/shifts/']", starts="")),
    Scene("people", "people:index", at("/people/", ADMIN), during=lost_ways_in),
    Scene("people-waiting", "people:index", at("/people/", ADMIN), during=asked_for),
    Scene("person-waiting", "people:person", at("/people/huong/", ADMIN), during=asked_for),
    Scene("people-add", "people:add", at("/people/add/", ADMIN)),
    Scene("people-add-refused", "people:add", at("/people/add/", ADMIN), 400, press(PLAIN, name="لان", shown="L")),
    Scene("person", "people:person", at("/people/huong/", ADMIN)),
    Scene("person-link-asked", "people:person", at("/people/huong/", ADMIN), 200, press("form[action$='/link/']")),
    Scene("person-link", "people:person", at("/people/", ADMIN), 200, confirm, during=asked_for),
    Scene("person-lost", "people:person", at("/people/huong/", ADMIN), during=lost_ways_in),
    Scene("person-locked", "people:person", at("/people/huong/", ADMIN), during=locked),
    Scene("person-oneself", "people:person", at("/people/lan/", replace(ADMIN, person=1))),
    Scene("circle", "people:circle", at("/people/circle/{whole}/")),
    Scene("circle-administrator", "people:circle", at("/people/circle/{whole}/", ADMIN)),
    Scene("fault-no-case", "people:find-case", at("/people/circle/?case=abc", ADMIN), 404),
    Scene("node", "administration:state", at("/administration/", ADMIN)),
    Scene("node-overseer", "administration:state", at("/administration/", OVERSEER)),
    Scene(
        "node-examined", "administration:examine", at("/administration/", ADMIN), 200,
        press("form[action='/administration/examination/']"), examined,
    ),
    Scene("records", "administration:records", at("/administration/records/", OVERSEER), during=noted),
    Scene("directory-stale", "inbox", stale(10)),
    Scene("directory-expired", "inbox", stale(200)),
)  # fmt: skip
