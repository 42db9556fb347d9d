"""Officers of two desks in real browsers: each a person with a device for passkeys, who clicks and types.

What a page is asked for is a name in its reader's own language; nothing is found by its place in the document.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, expect

from musnad.node.configuration import read_configuration
from tests.processes.stand import Stand

PATIENCE_MS = 15_000
NEEDED = {"ar": ("مطلوب", "(مطلوب)"), "en": ("required", "(needed)")}
"""The word that stands beside the label of a field that is required; on some forms in brackets."""
ENROLLED_MS = 60_000


@dataclass
class Person:
    """One officer's browser at their desk."""

    name: str
    language: str
    address: str
    page: Page

    # --- hands ---

    def open(self, path: str = "/") -> None:
        self.page.goto(self.address + path)

    def press(self, name: str, *, inside: str = "", exact: bool = True) -> None:
        """A button or a link; ``inside`` is the name of the part of the page it stands in."""
        place = self.page.get_by_role("region", name=inside) if inside else self.page
        button, link = (place.get_by_role(role, name=name, exact=exact) for role in ("button", "link"))
        button.or_(link).first.click()

    def unfold(self, name: str) -> None:
        self.page.locator("summary").filter(has_text=name).first.click()

    def fill(self, label: str, text: str) -> None:
        self._field(label).fill(text)

    def choose(self, label: str, option: str) -> None:
        self._field(label).select_option(label=option)

    def tick(self, label: str) -> None:
        self.page.get_by_label(label, exact=True).check()

    def bring(self, label: str, path: Path) -> None:
        self._field(label).set_input_files(path)

    # --- eyes ---

    def reads(self, text: str, *, exact: bool = False) -> None:
        """What stands on the page, in its reader's language and direction."""
        html = self.page.locator("html")
        assert html.get_attribute("lang") == self.language
        assert html.get_attribute("dir") == ("rtl" if self.language == "ar" else "ltr")
        expect(self.page.locator("main").get_by_text(text, exact=exact).first).to_be_visible(timeout=PATIENCE_MS)

    def reads_when_it_comes(self, text: str) -> None:
        """The same, for what the other side says: the page is loaded again until it is there."""
        wanted = self.page.locator("main").get_by_text(text).filter(visible=True)
        until = time.monotonic() + PATIENCE_MS / 1000
        while not wanted.count() and time.monotonic() < until:
            self.page.wait_for_timeout(250)
            self.page.reload()
        expect(wanted.first).to_be_visible(timeout=1)

    def _field(self, label: str) -> Locator:
        found = self.page.get_by_label(label, exact=True)
        for mark in NEEDED[self.language]:
            found = found.or_(self.page.get_by_label(f"{label} {mark}", exact=True))
        return found


def seat(browser: Browser, stand: Stand, party: str, name: str, language: str, pseudonyms: tuple[str, ...]) -> Person:
    """A new person at a desk, let in by the terminal's link, with a device that asks its holder and is told yes."""
    node = stand.node(party)
    given = [part for one in pseudonyms for part in ("--officer", f"{party}/{one}")]
    roles = ("--role", "duty-officer", "--role", "lawyer", "--role", "examiner", "--role", "approver")
    made = stand.command("people", "add", name, "--node", str(node), *roles, *given)
    context = browser.new_context(locale=language, viewport={"width": 1280, "height": 900}, accept_downloads=True)
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    plug_in(page)
    page.goto(str(made["desk"]))
    return Person(name, language, read_configuration(node).desk.address, page)


def plug_in(page: Page) -> None:
    wire = page.context.new_cdp_session(page)
    wire.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    wire.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def enrol(person: Person, words: tuple[str, str, str, str, str]) -> None:
    """Make a passkey that opens the desk, and one for the roster of each authority; until the directory lists them."""
    add, name, make, make_for, listed = words
    person.press(add)
    person.fill(name, person.name)
    person.press(make)
    person.page.wait_for_url("**/keys/")
    person.open("/drafts/passkeys/")
    count = person.page.locator("form[data-passkey=make]").count()
    for place in range(count):
        person.page.get_by_role("button", name=make_for).nth(place).click()
        person.page.wait_for_load_state()
        expect(person.page.locator("#ways .enrolment")).not_to_have_count(place)
    expect(person.page.get_by_text(listed, exact=True)).to_have_count(count, timeout=ENROLLED_MS)
