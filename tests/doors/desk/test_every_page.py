"""Every page of the desk in a browser, in both languages, at three widths, light and dark: whole, usable, at home.

Pictures of each go to ``tests/.artifacts/desk``, or where ``MUSNAD_SCREENSHOTS`` says.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, Response
from playwright.sync_api import Error as PlaywrightError

from musnad.desk.links import make_link
from musnad.people.powers import Power
from tests.doors.desk.every_answer import ANSWERING, EVIDENCE
from tests.doors.desk.every_page import PICTURES, Stage, a_browser, a_stage, fits, violations
from tests.doors.desk.every_scene import APPROVING, ASKING, CASES, ENTRANCE, HOUSE, REFERENCE, Scene
from tests.doors.desk.test_browser import Watch
from tests.doors.desk.test_powers import ALL, address

pytestmark = [pytest.mark.browser, pytest.mark.timeout(1200)]

SCENES = (*ENTRANCE, *CASES, *ASKING, *ANSWERING, *EVIDENCE, *APPROVING, *REFERENCE, *HOUSE)
NO_PAGES = {
    "statistics:download": "a file",
    "statistics:public-download": "a file",
    "statistics:public-chart": "a picture as a file",
    "statistics:table": "a file",
    "paper": "a file",
    "paper-signed": "a file",
    "approving:paper": "a file",
    "awake": "nothing: that it is asked for keeps the session",
    "evidence:upload": "how far an upload is, as headers",
}
"""What answers a GET without being a page, and what it is."""
AREAS: dict[tuple[str, frozenset[Power]], list[str]] = {}
"""What each seat may go to, as the first of its pages says it."""
TELLS_ITSELF = "Failed to load resource"
"""Chromium's own word on a page whose status is an error."""


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with a_stage(tmp_path_factory.mktemp("node")) as made:
        yield made


@pytest.fixture(scope="module")
def browser(stage: Stage) -> Iterator[Browser]:  # tables are made before a loop runs in this thread
    with a_browser() as found:
        yield found


def test_no_page_is_forgotten(stage: Stage) -> None:
    """Whatever answers a GET with a page is walked through below, or stands in the list of what is none."""
    covered = {one.covers for one in SCENES}
    assert covered <= set(ALL)
    assert set(NO_PAGES) <= set(ALL)
    assert len({one.name for one in SCENES}) == len(SCENES)
    client = Client(SERVER_NAME="127.0.0.1", raise_request_exception=False)
    stage.at("/")
    answers = {
        name: client.get(address(route, stage.story)).status_code
        for name, (route, _) in ALL.items()
        if name not in covered | set(NO_PAGES)
    }
    assert {name: status for name, status in answers.items() if status != 405} == {}


def test_every_page_is_whole_and_usable_by_all(stage: Stage, browser: Browser) -> None:
    """In Arabic; English has a file of its own (``test_every_page_in_english``), so that both are walked at once."""
    walk(stage, browser, "ar")


def walk(stage: Stage, browser: Browser, language: str) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    context = browser.new_context(locale=language, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(20_000)
    stage.at("/", None)
    page.goto(stage.address + make_link(stage.folder, os.urandom, "lan"))
    watch = Watch(page, stage.address)
    only = os.environ.get("MUSNAD_SCENES", "").split()
    wrong: list[str] = []
    for scene in SCENES:
        if only and not any(scene.name.startswith(one) for one in only):
            continue
        with scene.during(stage):
            found = [*looked_at(scene, page, stage, language)]
        found += [f"asked {one}" for one in watch.foreign]
        found += [one for one in watch.errors if scene.status == 200 or TELLS_ITSELF not in one]
        watch.foreign.clear()
        watch.errors.clear()
        wrong += [f"{scene.name}: {one}" for one in found]
    context.close()
    assert wrong == [], "\n".join(wrong)


def opened(scene: Scene, page: Page, stage: Stage) -> Response | None:
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1280, "height": 900})
    answer = page.goto(scene.go(stage))
    if scene.act is None:
        return answer
    with page.expect_navigation() as found:
        scene.act(page)
    return found.value


def looked_at(scene: Scene, page: Page, stage: Stage, language: str) -> Iterator[str]:
    """What is wrong with the page."""
    try:
        answer = opened(scene, page, stage)
    except PlaywrightError as error:
        yield str(error).partition("\n")[0]
        return
    if answer is None or answer.status != scene.status:
        yield f"status {answer and answer.status}"
    html = page.locator("html")
    if (html.get_attribute("lang"), html.get_attribute("dir")) != (language, "rtl" if language == "ar" else "ltr"):
        yield "another language or direction"
    if (headings := page.locator("h1").count()) != 1:
        yield f"{headings} main headings"
    if stage.seat is not None:
        areas = page.locator("nav.areas a").all_inner_texts()
        if areas != AREAS.setdefault((language, stage.seat.powers), areas):
            yield f"other areas than elsewhere: {areas}"
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        picture(page, f"{scene.name.replace(':', '-')}-{language}-{width}")
        if not fits(page):
            yield f"wider than {width}"
    page.evaluate("document.querySelectorAll('details:not(.tongues)').forEach(one => { one.open = true })")
    for width in (320, 1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        if not fits(page):
            yield f"opened, wider than {width}"
        if width != 320:
            yield from (f"{width}: {one}" for one in violations(page))
    if language != "ar":  # colours speak no language
        return
    page.emulate_media(color_scheme="dark")
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        yield from (f"dark, {width}: {one}" for one in violations(page, "color-contrast"))
    if os.environ.get("MUSNAD_DARK_TOO"):
        picture(page, f"{scene.name.replace(':', '-')}-{language}-dark")


def picture(page: Page, name: str) -> None:
    page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)
