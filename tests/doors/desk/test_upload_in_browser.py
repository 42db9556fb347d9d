"""A large file brought in by a real browser, through a cut line, a pause and a reload, and sealed whole."""

from __future__ import annotations

import hashlib
import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, sync_playwright

from musnad.core.kernel.names import CaseRef, MessageId
from musnad.core.messages import bodies
from musnad.exchange.composing import case_state
from musnad.exchange.exhibits import kept_exhibit, read_kept_manifest
from musnad.people.powers import Role
from tests.doors.desk.seats import seat
from tests.doors.desk.server import serving
from tests.doors.desk.story import ACCESS, ACCESS_FIELDS, CENTRAL, CONTACT, FIELDS, PRESERVATION, published
from tests.doors.desk.test_browser import ARGUMENTS, Watch
from tests.world import World

pytestmark = pytest.mark.browser

SIZE = 40 * 1024 * 1024 + 17
"""Six chunks, the last a short one."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path="/usr/bin/chromium", headless=True, args=ARGUMENTS)
        yield found
        found.close()


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    path = tmp_path / "ledger.img"
    path.write_bytes(random.Random(17).randbytes(SIZE))
    return path


def accepted() -> tuple[World, CaseRef]:
    world = World(published=published())
    vn, qa = world["VN"], world["QA"]
    request = MessageId(vn.say(CENTRAL, [qa.authority(CENTRAL)], bodies.Request(ACCESS_FIELDS), measure=ACCESS))
    world.settle()
    qa.say(CENTRAL, [vn.authority(CENTRAL)], bodies.Acceptance(), case=CaseRef(request), answers=request)
    world.settle()
    return world, CaseRef(request)


def page_of(browser: Browser, language: str = "en", width: int = 1280) -> Page:
    context = browser.new_context(locale=language, viewport={"width": width, "height": 900}, color_scheme="light")
    return context.new_page()


def picture(page: Page, name: str) -> None:
    folder = os.environ.get("MUSNAD_SCREENSHOTS")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def test_an_upload_survives_a_cut_a_pause_and_a_reload(browser: Browser, ledger: Path, tmp_path: Path) -> None:
    world, case = accepted()
    put: list[str] = []

    def cut(route: Route) -> None:
        """The second chunk never arrives; from the fourth on the line holds back until the page was left."""
        if route.request.method != "PUT":
            route.continue_()
            return
        put.append(route.request.headers.get("content-range", ""))
        if len(put) == 2 or len(put) >= 5:
            route.abort("connectionreset")
        else:
            route.continue_()

    qa = world["QA"]
    with serving(qa.ports, tmp_path / "node", seat(Role.EXAMINER, party="QA", name="noor")) as address:
        page = page_of(browser)
        page.route(
            lambda url: "/evidence/upload/" in url, lambda r: cut(r) if r.request.method == "PUT" else r.continue_()
        )
        page.goto(f"{address}/case/{case}/evidence/")
        page.set_input_files("#file", ledger)
        page.fill("#field-description", "The image of the server, bag 17")
        page.click("text=Upload and seal")
        page.wait_for_selector("text=Trying again", timeout=20_000)
        page.wait_for_timeout(1500)
        page.click(".going-pause")
        assert "Nothing that came is lost" in page.inner_text(".going-said")

        again = page_of(browser)
        watch = Watch(again, address)
        again.goto(f"{address}/case/{case}/evidence/")
        assert "ledger.img" in again.inner_text("[data-upload]")
        other = tmp_path / "other.img"
        other.write_bytes(b"x")
        again.set_input_files(".js-again", other)
        assert "another file" in again.inner_text("[data-upload] .going-said")
        again.set_input_files(".js-again", ledger)
        again.wait_for_selector("#progress dl", timeout=60_000)
        assert hashlib.sha256(ledger.read_bytes()).hexdigest() in again.inner_text("main")
        assert watch.foreign == []
    (seal,) = case_state(qa.ports, case).exhibits
    manifest = read_kept_manifest(kept_exhibit(qa.ports, seal))
    assert (manifest.name, manifest.size_octets) == ("ledger.img", SIZE)
    assert put[0].startswith("bytes 0-")


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("width", [390, 1280])
def test_the_forms_fit_every_width(browser: Browser, tmp_path: Path, language: str, width: int) -> None:
    world, case = accepted()
    vn, qa = world["VN"], world["QA"]
    asked = vn.say(CONTACT, [qa.authority(CONTACT)], bodies.Request(FIELDS), measure=PRESERVATION)
    other = vn.say(CENTRAL, [qa.authority(CENTRAL)], bodies.Request(ACCESS_FIELDS | {"subject": "x"}), measure=ACCESS)
    world.settle()
    sits = seat(Role.DUTY_OFFICER, Role.LAWYER, party="QA", name="noor")
    with serving(qa.ports, tmp_path / "node", sits) as address:
        page = page_of(browser, language, width)
        watch = Watch(page, address)
        for name, path in {
            "case": f"/case/{asked}/",
            "choices": f"/case/{asked}/answer/",
            "fast": f"/case/{asked}/answer/accept-and-confirm/{asked}/",
            "refusal": f"/case/{other}/answer/refusal/{other}/",
            "acceptance": f"/case/{other}/answer/acceptance/{other}/",
            "evidence": f"/case/{case}/evidence/",
        }.items():
            page.goto(address + path)
            picture(page, f"answering-{name}-{language}-{width}")
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name
        assert watch.foreign == []
        assert watch.errors == []


def test_an_emergency_is_answered_by_three_presses(browser: Browser, tmp_path: Path) -> None:
    world = World(published=published())
    vn, qa = world["VN"], world["QA"]
    asked = MessageId(vn.say(CONTACT, [qa.authority(CONTACT)], bodies.Request(FIELDS), measure=PRESERVATION))
    world.settle()
    with serving(qa.ports, tmp_path / "node", seat(Role.DUTY_OFFICER, party="QA", name="noor")) as address:
        page = page_of(browser, "en")
        page.goto(f"{address}/case/{asked}/")
        page.click(".actions button.choice-due")
        page.wait_for_selector(".flash")
        page.click(".actions a.choice-due")
        page.click(".answer-send button")
        page.wait_for_selector(".flash")
    assert case_state(qa.ports, CaseRef(asked)).requests[asked].status == "fulfilled"
