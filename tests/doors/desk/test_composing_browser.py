"""The form in a real browser: it saves itself, says what is wrong as it is filled, fits, and is usable by all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.management import call_command
from playwright.sync_api import Browser, Page, sync_playwright

from musnad.records.databases import sqlite
from tests.core.treaty.data import PRESERVE
from tests.doors.desk.server import serving
from tests.doors.desk.story import published
from tests.doors.desk.test_browser import ARGUMENTS, Watch
from tests.records_settings import add_database
from tests.world import World

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser(desk: str) -> Iterator[Browser]:  # tables are made before a loop runs in this thread
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path="/usr/bin/chromium", headless=True, args=ARGUMENTS)
        yield found
        found.close()


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A desk whose tables are in a file, since each of the server's threads opens its own."""
    folder: Path = tmp_path_factory.mktemp("node")
    add_database("default", sqlite(folder / "desk.sqlite3"))
    call_command("migrate", verbosity=0)
    with (
        serving(World(published=published())["VN"].ports, folder) as address,
        patch("musnad.desk.composing.working.is_exercise", lambda: True),
    ):
        yield address
    add_database("default", sqlite(Path(":memory:")))
    call_command("migrate", verbosity=0)


@pytest.mark.timeout(180)
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_form_saves_itself_and_tells_what_is_wrong_as_it_is_filled(
    browser: Browser, desk: str, language: str, width: int, tmp_path: Path
) -> None:
    context = browser.new_context(locale=language, viewport={"width": width, "height": 900})
    page = context.new_page()
    watch = Watch(page, desk)
    page.goto(f"{desk}/ask/")
    assert page.locator("h1").count() == 1
    assert violations(page) == []
    page.goto(f"{desk}/ask/{PRESERVE}/?to=QA/contact-24-7")
    assert page.locator("input[name=revision]").input_value() == "0"
    before = page.locator("#findings").inner_text()
    page.fill('[id="f.necessity"]', "The provider deletes its records after thirty days.")
    page.wait_for_selector("input[name=revision][value='1']", state="attached", timeout=20_000)
    assert page.locator('[id="f.necessity"]').input_value().startswith("The provider")
    assert page.locator("#note-necessity").inner_text() == ""
    assert page.locator("#findings").inner_text() != before
    page.select_option('[id="f.confidential"]', "yes")
    page.wait_for_selector("input[name=revision][value='2']", state="attached", timeout=20_000)
    live = page.locator("#findings").inner_html()
    page.goto(f"{desk}/ask/{PRESERVE}/?draft={page.locator('input[name=draft]').input_value()}")
    assert page.locator("#findings").inner_html() == live
    assert page.locator('[id="f.necessity"]').input_value().startswith("The provider")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert violations(page) == []
    page.screenshot(path=tmp_path / "form.png", full_page=True)
    assert watch.foreign == []
    assert watch.errors == []
    context.close()


@pytest.mark.timeout(120)
def test_a_request_is_drafted_without_javascript(browser: Browser, desk: str) -> None:
    context = browser.new_context(locale="en", java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{desk}/ask/")
    page.get_by_role("link", name="Keep this account's data before it is deleted").click()
    page.get_by_label("Summary of the facts").fill("A ransom was asked.")
    page.locator(".several summary").click()
    page.locator("#lines").fill("8.8.8.8:443 2026-10-03 10:00:00 Asia/Qatar")
    page.get_by_role("button", name="Add these").click()
    assert page.locator('input[name="f.identifiers.value"]').first.input_value() == "8.8.8.8"
    page.locator("input[name=sure]").first.check()
    page.locator(".acts").get_by_role("button", name="Save").click()
    assert page.locator("input[name=sure]").count() == 0
    page.get_by_role("button", name="To approval and sending").click()
    assert page.locator(".refused a").first.get_attribute("href", timeout=5_000)
    context.close()


def violations(page: Page) -> list[str]:
    """Where the page does not keep WCAG 2.2 AA, as far as the accessibility checker sees."""
    rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
    found = Axe().run(page, options=rules).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in found]
