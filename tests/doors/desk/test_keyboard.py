"""By keys alone: a request is composed, an answer given; the focus is seen at every stop, and nothing holds it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from musnad.core.kernel.names import CaseRef
from musnad.exchange.composing import case_state, drafts
from musnad.people.powers import Role
from tests.doors.desk.every_page import Stage, a_browser, a_stage
from tests.doors.desk.seats import seat
from tests.doors.desk.story import CONTACT, PRESERVATION
from tests.doors.desk.test_answering import Told

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

STOP = """() => {
    const one = document.activeElement, style = getComputedStyle(one), box = one.getBoundingClientRect();
    return {
        here: one.id || one.name || one.getAttribute('href') || one.textContent.trim().slice(0, 40) || one.tagName,
        body: one === document.body,
        shown: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 && box.width > 1 && box.height > 1,
        ahead: box.bottom > 0 && box.top < innerHeight,
    };
}"""
"""Where the focus is, and whether a sighted person sees it there."""


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with a_stage(tmp_path_factory.mktemp("node")) as made:
        yield made


@pytest.fixture(scope="module")
def browser(stage: Stage) -> Iterator[Browser]:
    with a_browser() as found:
        yield found


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(locale="ar", viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    found = context.new_page()
    found.set_default_timeout(20_000)
    yield found
    context.close()


def tab_to(page: Page, selector: str, limit: int = 150) -> None:
    """Press Tab until the focus is on what is named; every stop on the way is one that is seen."""
    for _ in range(limit):
        page.keyboard.press("Tab")
        stop = page.evaluate(STOP)
        assert stop["body"] or (stop["shown"] and stop["ahead"]), stop
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"not reached: {selector}")


def enter(page: Page, selector: str) -> None:
    """To a link or a button, and in."""
    tab_to(page, selector)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def write(page: Page, selector: str, text: str) -> None:
    tab_to(page, selector)
    page.keyboard.insert_text(text)


def test_a_request_is_composed(stage: Stage, page: Page) -> None:
    before = len(drafts(stage.vn.ports))
    page.goto(stage.at("/"))
    enter(page, "nav a[href='/ask/']")
    enter(page, f"a[href*='/ask/{PRESERVATION}/']")
    tab_to(page, "#to")
    for _ in range(5):
        if page.locator("#to").input_value() == f"QA/{CONTACT}":
            break
        page.keyboard.press("ArrowDown")
    assert page.locator("#to").input_value() == f"QA/{CONTACT}"
    write(page, "[id='f.facts']", "حُوِّلت أموال من حسابات 14 ضحية.")
    tab_to(page, "details.several summary")
    page.keyboard.press("Enter")
    write(page, "#lines", "8.8.8.8:443 2026-10-03 10:00:00 Asia/Qatar")
    enter(page, "details.several button")
    tab_to(page, "input[name=sure]")
    page.keyboard.press("Space")
    assert page.locator("input[name=sure]").first.is_checked()
    enter(page, "button[value=send]")
    assert "/drafts/" in page.url
    assert len(drafts(stage.vn.ports)) == before + 1


def test_a_request_is_answered(stage: Stage, page: Page) -> None:
    told = Told()
    page.goto(stage.at("/", seat(Role.DUTY_OFFICER, party="QA", name="noor"), told.qa))
    enter(page, f".row-title[href='/case/{told.access}/']")
    enter(page, "a[href$='/answer/']")
    enter(page, "a[href*='/answer/refusal/']")
    tab_to(page, "input[name=grounds]")
    page.keyboard.press("Space")
    write(page, "[name=reasons]", "يمس مصلحة أساسية.")
    enter(page, "form.answer .choice-due")
    if not page.locator(".flash").count():
        enter(page, "form.answer .choice-due")  # what has to be seen was shown
    assert case_state(told.qa.ports, CaseRef(told.access)).requests[told.access].status == "refused"


@pytest.mark.parametrize("path", ["/", "/case/{whole}/", f"/ask/{PRESERVATION}/", "/duty/", "/register/can/"])
def test_the_focus_goes_round_the_page_and_out_again(stage: Stage, page: Page, path: str) -> None:
    page.goto(stage.at(path.format(whole=stage.story.whole)))
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    many = page.locator("a[href], button, input, select, textarea, summary, [tabindex='0']").count()
    for _ in range(many + 5):
        page.keyboard.press("Tab")
        stop = page.evaluate(STOP)
        if stop["body"] or stop["here"] == "#content":
            return
        assert stop["shown"], stop
        assert stop["ahead"], stop
    raise AssertionError("the focus never left the page")


CONTROLS = "link|button|textbox|searchbox|combobox|checkbox|radio"
ROLES = f"{CONTROLS}|heading|navigation|region|complementary|search"


@pytest.mark.parametrize("path", ["/", "/case/{asked}/", f"/ask/{PRESERVATION}/?to=QA/{CONTACT}"])
def test_a_screen_reader_hears_arabic(stage: Stage, page: Page, path: str) -> None:
    """Every control, heading and landmark has a name, and the name is Arabic where it is not a code of its own."""
    page.goto(stage.at(path.format(asked=stage.story.asked)))
    heard = page.locator("body").aria_snapshot()
    named = re.findall(rf'^\s*- (?:\'|")?({ROLES}) "((?:[^"\\]|\\.)*)"', heard, re.MULTILINE)
    assert len(named) > 20
    bare = re.findall(
        r"^\s*- (link|button|textbox|searchbox|combobox|checkbox|radio)(?: \[[^]]*\])*:?\s*$", heard, re.MULTILINE
    )
    assert bare == []
    foreign = [name for _, name in named if not re.search("[\u0620-\u064a]", name)]
    allowed = re.compile(r"English|…|[0-9a-f]{12}.*|[\w/.-]+/[\w/.-]+|UTC|Lan")
    assert [one for one in foreign if not allowed.fullmatch(one)] == []
