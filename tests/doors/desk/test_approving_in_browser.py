"""A real browser with a virtual authenticator: make a passkey, see it into the directory, approve with it.

``MUSNAD_SCREENSHOTS=DIR`` keeps pictures of the pages.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from musnad.core.crypto.passkey import Passkey
from musnad.core.kernel.names import CaseRef, MessageId, digest_of
from musnad.core.messages import bodies
from musnad.exchange.composing import compose
from musnad.exchange.export import export_case
from musnad.exchange.reading import show_case
from musnad.exchange.reading.drafts import passkeys_of
from tests.doors.desk.server import serving
from tests.doors.desk.story import CONTACT, FIELDS, PRESERVATION
from tests.doors.desk.test_browser import browser as browser  # noqa: PLC0414  # the fixture
from tests.doors.desk.test_enrolment import DUTY_1, Desk, vouched
from tests.doors.desk.test_enrolment import desk as desk  # noqa: PLC0414  # the fixture
from tests.dossier_fixture import judge

pytestmark = pytest.mark.browser
PICTURES = os.environ.get("MUSNAD_SCREENSHOTS")


@pytest.fixture(autouse=True, scope="module")
def _tables_beside_a_loop() -> Iterator[None]:
    """The browser's driver keeps an event loop in this thread, which Django takes for a server's."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(locale="en", viewport={"width": 1280, "height": 900})
    found = context.new_page()
    found.set_default_timeout(20_000)
    yield found
    context.close()


def authenticator(page: Page, *, verified: bool = True) -> None:
    """A security key that is touched at once; its holder gives the PIN, or (not ``verified``) cannot."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "usb",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": verified,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def picture(page: Page, name: str) -> None:
    if not PICTURES:
        return
    for language in ("ar", "en"):
        address = page.url.partition("/drafts")[0]
        page.context.add_cookies([{"name": "musnad-language", "value": language, "url": address}])
        for width in (390, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            page.reload()
            page.screenshot(path=Path(PICTURES) / f"{name}-{language}-{width}.png", full_page=True)


def drafted(desk: Desk) -> MessageId:
    vn, qa = desk.world["VN"], desk.world["QA"]
    intent = vn.intent(CONTACT, [qa.authority(CONTACT)], bodies.Request(FIELDS), measure=PRESERVATION)
    return compose(vn.ports, replace(intent, approvers=(DUTY_1,))).id


def test_a_newcomer_makes_a_passkey_and_approves_with_it(desk: Desk, page: Page, tmp_path: Path) -> None:
    vn, qa = desk.world["VN"], desk.world["QA"]
    with serving(vn.ports, desk.folder) as address:
        here = address.replace("127.0.0.1", "localhost")
        authenticator(page)
        page.goto(f"{here}/drafts/passkeys/")
        page.get_by_role("button", name=f"Make a passkey for {DUTY_1}").click()
        expect(page.get_by_text("0 of 2 officers approved")).to_be_visible()
        picture(page, "passkeys")
        vouched(desk)
        page.reload()
        expect(page.get_by_text("Signed, not yet in the directory")).to_be_visible()
        desk.publish()
        page.reload()
        expect(page.get_by_text("In the directory", exact=True)).to_be_visible()

        draft = drafted(desk)
        page.goto(f"{here}/drafts/")
        picture(page, "drafts")
        page.goto(f"{here}/drafts/{draft}/")
        picture(page, "draft")
        page.get_by_role("button", name="Approve with your passkey").click()
        page.wait_for_url(f"{here}/case/{draft}/")
    desk.world.settle()
    [made] = passkeys_of(vn.ports, DUTY_1)
    assert isinstance(made, Passkey)
    assert made.ids[0] in qa.journal.entry(draft).signed.decode()  # type: ignore[union-attr]
    [step] = [one for one in show_case(qa.ports, draft).timeline if one.id == draft]  # type: ignore[arg-type]
    assert [(one.officer, one.check.holds) for one in step.trust.approvals] == [(DUTY_1, True)]
    proven(desk, CaseRef(draft), tmp_path / "dossier.zip")


def proven(desk: Desk, case: CaseRef, sink: Path) -> None:
    """The other side's dossier of the case, judged offline under the anchor alone."""
    qa = desk.world["QA"]

    def pause() -> None:
        desk.world.settle()

    officers = (qa.officer(CONTACT),)
    export_case(qa.ports, case, qa.authority(CONTACT), officers, sink, with_content=False, pause=pause)
    verdict = judge(sink, digest_of(desk.world.published.anchor))
    assert verdict.proven, verdict.findings


def test_a_holder_who_is_not_verified_is_told_in_words_and_nothing_is_signed(desk: Desk, page: Page) -> None:
    with serving(desk.world["VN"].ports, desk.folder) as address:
        authenticator(page, verified=False)
        page.goto(f"{address.replace('127.0.0.1', 'localhost')}/drafts/passkeys/")
        page.get_by_role("button", name=f"Make a passkey for {DUTY_1}").click()
        expect(page.locator("[data-fault=NotAllowedError]").first).to_be_visible()
        assert page.get_by_text("Nothing is on its way.").is_visible()


def test_at_a_bare_address_the_page_says_where_passkeys_are_made(desk: Desk, page: Page) -> None:
    with serving(desk.world["VN"].ports, desk.folder) as address:
        page.goto(f"{address}/drafts/passkeys/")
        expect(page.get_by_role("link", name=address.replace("127.0.0.1", "localhost"))).to_be_visible()
        assert page.locator("form[data-passkey]").count() == 0
