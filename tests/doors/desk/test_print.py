"""A case and an exhibit on paper: without navigation or buttons, nothing cut, nothing that needs a ground's colour."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.doors.desk.every_page import PICTURES, Stage, a_browser, a_stage

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

PAPER_WIDTH = 672
"""A4 less its margins, in CSS pixels: 210 mm at 96 to the inch, 16 mm at each side."""
CUT = """() => [...document.querySelectorAll('main *')].filter(one => {
    const style = getComputedStyle(one), box = one.getBoundingClientRect();
    if (!box.width || one.closest('.unseen, svg') || style.display === 'inline') return false;
    const hides = ['hidden', 'auto', 'scroll', 'clip'].some(how => [style.overflowX, style.overflowY].includes(how));
    return (hides && (one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1))
        || box.left < -1 || box.right > innerWidth + 1;
}).map(one => one.tagName + '.' + one.className)"""
"""What would be cut off or run out of the sheet."""
FAINT = """() => {
    const bright = colour => {
        const [r, g, b, a = 1] = colour.match(/[\\d.]+/g).map(Number);
        return a < 0.5 ? 1 : (0.2126 * r + 0.7152 * g + 0.0722 * b) / 255;
    };
    return [...document.querySelectorAll('main :is(p, dt, dd, h1, h2, h3, li, a, code, summary, .chip)')]
        .filter(one => one.offsetWidth && bright(getComputedStyle(one).color) > 0.5)
        .map(one => one.tagName + '.' + one.className);
}"""
"""Words too light to be read on white paper, whatever was behind them."""


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with a_stage(tmp_path_factory.mktemp("node")) as made:
        yield made


@pytest.fixture(scope="module")
def browser(stage: Stage) -> Iterator[Browser]:
    with a_browser() as found:
        yield found


def on_paper(browser: Browser, stage: Stage, path: str, language: str, scheme: str = "light") -> Page:
    page = browser.new_page(locale=language, viewport={"width": PAPER_WIDTH, "height": 950})
    page.goto(stage.at(path))
    page.emulate_media(media="print", color_scheme=scheme)  # type: ignore[arg-type]
    return page


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("name", ["case", "exhibit"])
def test_it_prints_whole(browser: Browser, stage: Stage, name: str, language: str) -> None:
    story = stage.story
    path = f"/case/{story.whole}/" + (f"exhibit/{story.seal}/" if name == "exhibit" else "")
    page = on_paper(browser, stage, path, language, "dark")  # whose paper is white all the same
    shown = page.locator("body :is(nav, form, button, .skip, .actions, .strip + .areas)").all()
    assert [one.evaluate("it => it.outerHTML.slice(0, 80)") for one in shown if one.is_visible()] == []
    assert page.locator("h1").is_visible()
    assert page.evaluate(CUT) == []
    assert page.evaluate(FAINT) == []
    for closed in page.locator("main details:not(.on-screen, .on-screen *) > :not(summary)").all():
        assert closed.is_visible()  # a folded part is part of the paper
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"print-{name}-{language}.png", full_page=True)
    paper = page.pdf(path=PICTURES / f"print-{name}-{language}.pdf", format="A4", print_background=False)
    assert paper.startswith(b"%PDF-")
    sheets = len(re.findall(rb"/Type\s*/Page\b", paper))
    assert sheets > (1 if name == "case" else 0)
    page.close()


def test_what_is_cut_or_faint_would_be_seen(browser: Browser, stage: Stage) -> None:
    page = on_paper(browser, stage, f"/case/{stage.story.whole}/", "en")
    page.evaluate("document.styleSheets[0].insertRule('main * { color: #ddd !important }', 0)")
    page.evaluate("document.styleSheets[0].insertRule('.step { overflow: hidden; max-block-size: 1rem }', 0)")
    assert page.evaluate(CUT) != []
    assert page.evaluate(FAINT) != []
    page.close()
