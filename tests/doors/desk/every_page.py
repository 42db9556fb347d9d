"""A desk for walks over every page: one server, one browser, and whoever shall sit there before whatever node."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from threading import Event
from unittest.mock import patch

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from musnad.core.kernel.names import OfficerName
from musnad.exchange.ports import Ports
from musnad.people import persons
from musnad.people.powers import Role
from musnad.people.seat import Seat
from tests.doors.desk.seats import OFFICER
from tests.doors.desk.server import serving
from tests.doors.desk.story import CENTRAL, CONTACT, Story, published, tell_story
from tests.doors.desk.test_browser import ARGUMENTS
from tests.people_database import people_tables
from tests.world import Node, World

CHECKER = Axe().axe_script
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PICTURES = Path(os.environ.get("MUSNAD_SCREENSHOTS", "tests/.artifacts/desk"))
"""Where the pictures of a run are kept."""
LAN_AND_HUONG = ("lan", "Nguyễn Thị Lan"), ("huong", "هُوونغ تران")


@dataclass
class Stage:
    """Where the one desk of a walk stands now: before which node, and who sits there."""

    folder: Path
    story: Story
    ports: Ports
    seat: Seat | None = OFFICER
    address: str = ""
    go_on: Event = field(default_factory=Event)
    """What work that is shown under way waits for."""

    def at(self, path: str, seat: Seat | None = OFFICER, node: Node | None = None) -> str:
        """The address of a page, once that seat is there; without a node Viet Nam's, of the story."""
        self.ports, self.seat = (node or self.vn).ports, seat
        return self.address + path

    @property
    def vn(self) -> Node:
        return self.story.world["VN"]

    @cached_property
    def empty(self) -> World:
        """Nodes that have no case yet."""
        return World(published=published())


@contextmanager
def a_stage(folder: Path) -> Iterator[Stage]:
    """The desk, with tables of people in it."""
    with ExitStack() as around, people_tables(folder):
        around.enter_context(patch.dict(os.environ, {"DJANGO_ALLOW_ASYNC_UNSAFE": "1"}))  # Playwright keeps a loop
        story = tell_story()
        stage = Stage(folder, story, story.world["VN"].ports)
        for name, shown in LAN_AND_HUONG:
            persons.add(stage.ports, name, shown, [Role.DUTY_OFFICER], _listed(name), by=persons.TERMINAL)
        persons.add(stage.ports, "admin", "مديرة النظام", [Role.ADMINISTRATOR], (), by=persons.TERMINAL)
        address = around.enter_context(serving(stage.ports, folder))
        stage.address = address.replace("127.0.0.1", "localhost")
        around.enter_context(patch("musnad.desk.house.ports", lambda: stage.ports))
        around.enter_context(patch("musnad.desk.house.seat_of", lambda _: stage.seat))
        around.enter_context(patch("musnad.desk.composing.working.is_exercise", lambda: True))
        around.callback(stage.go_on.set)
        yield stage


def _listed(name: str) -> list[OfficerName]:
    number = 1 + [one for one, _ in LAN_AND_HUONG].index(name)
    return [OfficerName(f"VN/{one}/duty-{number}") for one in (CONTACT, CENTRAL)]


@contextmanager
def a_browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path="/usr/bin/chromium", headless=True, args=ARGUMENTS)
        yield found
        found.close()


def violations(page: Page, *rules: str) -> list[str]:
    """Where the page does not keep WCAG 2.2 AA and good practice, as far as the accessibility checker sees."""
    only = {"type": "rule", "values": list(rules)} if rules else {"type": "tag", "values": TAGS}
    options = {"runOnly": only, "resultTypes": ["violations"], "preload": False}
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(CHECKER)
    found = page.evaluate("options => axe.run(document, options).then(found => found.violations)", options)
    return [f"{one['id']}: {node['html'][:200]}" for one in found for node in one["nodes"]]


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


def press(selector: str, **typed: str) -> Callable[[Page], None]:
    """Fill a form and send it as it is, whatever the browser would say of it first."""

    def pressed(page: Page) -> None:
        for name, value in typed.items():
            box = page.locator(f"{selector} [name='{name}']").first
            box.evaluate("(it, value) => { if (it.type === 'date') it.type = 'text'; it.value = value }", value)
        page.locator(selector).first.evaluate("it => { it.noValidate = true; it.requestSubmit() }")

    return pressed
