"""The desk in a real browser: both languages, three widths, light and dark; nothing foreign, nothing too wide.

``MUSNAD_SCREENSHOTS=DIR`` keeps the pictures that the README shows.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

from musnad.desk.links import make_link
from tests.doors.desk.server import serving
from tests.doors.desk.story import Story

pytestmark = pytest.mark.browser

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--no-pings",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost",
]
PICTURE_LIMIT_OCTETS = 300_000


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path="/usr/bin/chromium", headless=True, args=ARGUMENTS)
        yield found
        found.close()


@pytest.fixture(scope="module")
def desk(story: Story, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    folder = tmp_path_factory.mktemp("node")
    with serving(story.world["VN"].ports, folder) as address:
        yield address, folder


def pages(story: Story) -> dict[str, str]:
    return {
        "inbox": "/",
        "case": f"/case/{story.whole}/",
        "void": f"/case/{story.crossed}/",
        "waiting": f"/case/{story.waiting}/",
        "exhibit": f"/case/{story.whole}/exhibit/{story.seal}/",
        "fault": f"/case/{'0' * 64}/",
    }


class Watch:
    """What a page asked for and complained of."""

    def __init__(self, page: Page, address: str) -> None:
        self.address = address
        self.foreign: list[str] = []
        self.errors: list[str] = []
        page.on("request", self._asked)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self._said)

    def _asked(self, request: Request) -> None:
        if not request.url.startswith(self.address):
            self.foreign.append(request.url)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.errors.append(message.text)


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (390, "dark"), (1280, "light"), (1280, "dark")])
@pytest.mark.parametrize("language", ["ar", "en"])
def test_pages_fit_and_stay_at_home(
    browser: Browser, desk: tuple[str, Path], story: Story, language: str, width: int, scheme: str, tmp_path: Path
) -> None:
    address, folder = desk
    context = browser.new_context(
        locale=language,
        viewport={"width": width, "height": 900},
        color_scheme=scheme,  # type: ignore[arg-type]
    )
    page = context.new_page()
    assert page.goto(address + make_link(folder, os.urandom)).ok  # type: ignore[union-attr]
    watch = Watch(page, address)
    for name, path in pages(story).items():
        answer = page.goto(address + path)
        assert answer is not None
        if name == "fault":
            assert answer.status == 404
            watch.errors.clear()  # Chromium tells of the 404 itself
        else:
            assert answer.status == 200
        for one in page.locator("details").all():
            one.evaluate("it => { it.open = true }")
        html = page.locator("html")
        assert (html.get_attribute("lang"), html.get_attribute("dir")) == (language, {"ar": "rtl"}.get(language, "ltr"))
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), name
        assert page.evaluate("[...document.images].every(one => one.complete && one.naturalWidth > 0)"), name
        assert page.locator("h1").count() == 1
        page.screenshot(path=tmp_path / f"{name}.png", full_page=True)
        assert (tmp_path / f"{name}.png").stat().st_size > 5_000
    assert watch.foreign == []
    assert watch.errors == []
    context.close()


@pytest.mark.timeout(120)
def test_outside_the_door(browser: Browser, desk: tuple[str, Path], tmp_path: Path) -> None:
    page = browser.new_page(locale="ar", viewport={"width": 320, "height": 700})
    with patch("musnad.desk.house.seat_of", lambda _: None):
        answer = page.goto(desk[0] + "/")
    assert answer is not None
    assert answer.status == 403
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page.screenshot(path=tmp_path / "door.png")
    page.close()


@pytest.mark.timeout(120)
def test_the_keyboard_alone_reads_a_case(browser: Browser, desk: tuple[str, Path], story: Story) -> None:
    """Skip link first, a visible focus, proofs that open by Enter, the language changed by its button."""
    address, folder = desk
    page = browser.new_page(locale="en", viewport={"width": 1280, "height": 900})
    page.goto(address + make_link(folder, os.urandom))
    page.goto(f"{address}/case/{story.whole}/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    page.locator(".trust summary").first.focus()
    page.keyboard.press("Enter")
    assert page.locator(".trust").first.evaluate("it => it.open")
    page.locator("button[name=language][value=ar]").click()
    assert page.locator("html").get_attribute("dir") == "rtl"
    assert page.url == f"{address}/case/{story.whole}/"
    assert not page.locator("button[name=language][value=ru]").is_visible()
    page.locator(".tongues summary").focus()
    page.keyboard.press("Enter")
    box = page.locator("button[name=language][value=ru]").bounding_box()
    assert box is not None
    assert 0 <= box["x"] <= 1280 - box["width"]
    page.locator("button[name=language][value=ru]").click()
    assert page.locator("html").get_attribute("lang") == "ru"
    assert page.locator("html").get_attribute("dir") == "ltr"
    page.close()


@pytest.mark.timeout(120)
@pytest.mark.parametrize("language", ["ar", "en"])
def test_takes_the_picture_for_the_readme(
    browser: Browser, desk: tuple[str, Path], story: Story, language: str, tmp_path: Path
) -> None:
    address, folder = desk
    page = browser.new_page(locale=language, viewport={"width": 1280, "height": 1000})
    page.goto(address + make_link(folder, os.urandom))
    page.goto(f"{address}/case/{story.whole}/")
    page.locator(".trust summary").first.click()
    place = Path(os.environ.get("MUSNAD_SCREENSHOTS", tmp_path)) / f"desk-case-{language}.png"
    page.screenshot(path=place)
    assert place.stat().st_size < PICTURE_LIMIT_OCTETS
    page.close()
