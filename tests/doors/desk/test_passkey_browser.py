"""Passkeys in a real browser: made on one's own page, used at the door; refused without their holder, or twice."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from musnad.adapters.files.sessions import sittings
from musnad.core.kernel.names import OfficerName
from musnad.desk.links import make_link
from musnad.people import codes, persons
from musnad.people.powers import Role
from tests.doors.desk.server import serving
from tests.doors.desk.test_browser import ARGUMENTS, Watch
from tests.doors.desk.test_signing_in import PASSWORD, REST, code_of
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]
PICTURES = os.environ.get("MUSNAD_SCREENSHOTS_OF_DOORS")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path="/usr/bin/chromium", headless=True, args=ARGUMENTS)
        yield found
        found.close()


@pytest.fixture
def desk(browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, Path, World]]:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright keeps a loop in this thread; the desk has its own
    world = World()
    with serving(world["VN"].ports, tmp_path, None) as address:
        officers = [OfficerName("VN/contact-24-7/lan")]
        persons.add(world["VN"].ports, "lan", "Lan", [Role.DUTY_OFFICER], officers, by=persons.TERMINAL)
        yield address.replace("127.0.0.1", "localhost"), tmp_path, world


def with_device(browser: Browser, *, verified: bool = True, language: str = "en", width: int = 1280) -> Page:
    page = browser.new_page(locale=language, viewport={"width": width, "height": 900})
    wire = page.context.new_cdp_session(page)
    wire.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    wire.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": {**options, "isUserVerified": verified, "automaticPresenceSimulation": True}},
    )
    return page


def picture(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


@pytest.mark.parametrize(("language", "width"), [("en", 1280), ("ar", 390)])
def test_a_passkey_is_made_and_opens_the_desk(
    browser: Browser, desk: tuple[str, Path, World], language: str, width: int
) -> None:
    address, folder, _ = desk
    page = with_device(browser, language=language, width=width)
    watch = Watch(page, address)
    page.goto(address + make_link(folder, os.urandom, "lan"))
    assert page.url == f"{address}/keys/"
    picture(page, f"keys-empty-{language}-{width}")
    page.locator("a[href='/keys/passkey/']").click()
    picture(page, f"new-passkey-{language}-{width}")
    page.locator("#key-name").fill("Telephone")
    page.locator("form[data-key] button").click()
    page.wait_for_url(f"{address}/keys/")
    assert page.locator("main").get_by_text("Telephone").first.is_visible()
    page.goto(f"{address}/keys/code/")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    picture(page, f"new-code-{language}-{width}")
    page.locator("form[action='/leave/'] button").click()
    assert sittings(folder, "lan") == ()
    assert [one for one in watch.errors if "403" not in one] == []  # Chromium tells of the closed door itself
    picture(page, f"closed-door-{language}-{width}")
    page.locator("form[data-key] button").click()
    page.locator("nav.areas").wait_for()
    (sitting,) = sittings(folder, "lan")
    assert sitting.way == "passkey"
    assert watch.foreign == []
    page.goto(f"{address}/keys/")
    picture(page, f"keys-{language}-{width}")
    page.close()


def test_an_answer_opens_once(browser: Browser, desk: tuple[str, Path, World]) -> None:
    address, folder, _ = desk
    page = with_device(browser)
    page.goto(address + make_link(folder, os.urandom, "lan"))
    page.goto(f"{address}/keys/passkey/")
    page.locator("#key-name").fill("Telephone")
    page.locator("form[data-key] button").click()
    page.wait_for_url(f"{address}/keys/")
    page.locator("form[action='/leave/'] button").click()
    with page.expect_request(lambda one: one.url.endswith("/sign-in/passkey/")) as sent:
        page.locator("form[data-key] button").click()
    page.locator("nav.areas").wait_for()
    body = sent.value.post_data or ""
    page.locator("form[action='/leave/'] button").click()
    status = page.evaluate(
        """async (body) => (await fetch("/sign-in/passkey/", {method: "POST", body,
            headers: {"Content-Type": "application/x-www-form-urlencoded"}})).status""",
        body,
    )
    assert status == 403
    assert sittings(folder, "lan") == ()
    page.close()


def test_a_device_that_did_not_verify_its_holder_makes_no_passkey(
    browser: Browser, desk: tuple[str, Path, World]
) -> None:
    address, folder, _ = desk
    page = with_device(browser, verified=False)
    page.goto(address + make_link(folder, os.urandom, "lan"))
    page.goto(f"{address}/keys/passkey/")
    page.locator("#key-name").fill("Telephone")
    page.locator("form[data-key] button").click()
    page.locator("[data-fault=stopped]").wait_for(state="visible")
    assert not persons.has_ways_in(persons.find("lan"))
    page.close()


def test_by_another_address_the_page_names_the_desks_own(browser: Browser, desk: tuple[str, Path, World]) -> None:
    address, folder, _ = desk
    page = with_device(browser)
    other = address.replace("localhost", "127.0.0.1")
    page.goto(other + make_link(folder, os.urandom, "lan"))
    page.goto(f"{other}/keys/passkey/")
    assert page.locator(f"main a[href='{address}']").is_visible()
    page.close()


def test_password_and_code_open_the_desk_without_javascript(browser: Browser, desk: tuple[str, Path, World]) -> None:
    address, folder, world = desk
    ports, secret = world["VN"].ports, codes.new_secret()
    codes.set_up(ports, persons.find("lan"), PASSWORD, secret, code_of(ports, secret, -1), REST)
    context = browser.new_context(java_script_enabled=False, locale="ar")
    page = context.new_page()
    page.goto(f"{address}/sign-in/")
    page.locator("#sign-in-name").fill("lan")
    page.locator("#sign-in-password").fill(PASSWORD)
    page.locator("#sign-in-code").fill("000000")
    page.locator("form[action='/sign-in/'] button:not([type])").click()
    assert page.locator("#failed").is_visible()
    picture(page, "sign-in-failed-ar")
    page.locator("#sign-in-name").fill("lan")
    page.locator("#sign-in-password").fill(PASSWORD)
    page.locator("#sign-in-code").fill(code_of(ports, secret))
    page.locator("form[action='/sign-in/'] button:not([type])").click()
    assert page.url == f"{address}/"
    assert len(sittings(folder, "lan")) == 1
    context.close()
