"""Without JavaScript a desk is read, searched and drafted at; only signing needs it, and says so."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from musnad.exchange.composing import drafts
from musnad.people.powers import Role
from musnad.people.seat import Seat
from tests.doors.desk.every_answer import evidence
from tests.doors.desk.every_page import Stage, a_browser, a_stage, fits
from tests.doors.desk.every_scene import enrolment_pending, signing
from tests.doors.desk.seats import seat
from tests.doors.desk.story import CONTACT, PRESERVATION
from tests.doors.desk.test_answering import Told
from tests.world import Node

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with a_stage(tmp_path_factory.mktemp("node")) as made:
        yield made


@pytest.fixture(scope="module")
def browser(stage: Stage) -> Iterator[Browser]:
    with a_browser() as found:
        yield found


@pytest.fixture(params=["ar", "en"])
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = browser.new_context(
        locale=request.param, java_script_enabled=False, viewport={"width": 390, "height": 900}
    )
    yield context.new_page()
    context.close()


def officer(node: Node) -> Seat:
    return seat(Role.DUTY_OFFICER, party=node.code, name="noor")


def test_everything_is_read_and_searched(stage: Stage, page: Page) -> None:
    story = stage.story
    page.goto(stage.at("/"))
    page.locator(f".row-title[href='/case/{story.asked}/']").click()
    assert page.url.endswith(f"/case/{story.asked}/")
    page.goto(stage.at(f"/case/{story.whole}/"))
    assert page.locator(".timeline > li").count() > 10
    page.locator(".trust summary").first.click()
    assert page.locator(".trust .proofs").first.is_visible()
    page.locator(".exhibits a").first.click()
    assert page.locator("svg[role=img]").is_visible()
    assert page.locator(".custody > li").count() > 3
    page.goto(stage.at("/"))
    page.locator("#finder-words").fill("قرص")
    page.locator("main .finder button").click()
    assert page.locator(f".row-title[href='/case/{story.whole}/']").is_visible()
    page.goto(stage.at("/register/"))
    page.locator("select[name=status]").select_option("signed")
    page.locator(".reference-form button").click()
    assert "status=signed" in page.url
    assert page.locator("tbody tr").count() > 0
    page.goto(stage.at("/statistics/?exercise=1"))
    assert page.locator("table").first.is_visible()


def test_a_request_is_drafted_to_the_page_where_it_is_approved(stage: Stage, page: Page) -> None:
    before = len(drafts(stage.vn.ports))
    page.goto(stage.at("/ask/"))
    page.locator(f"a[href*='/ask/{PRESERVATION}/']").first.click()
    page.locator("[name=to]").first.select_option(f"QA/{CONTACT}")
    page.locator("[id='f.facts']").fill("حُوِّلت أموال من حسابات 14 ضحية.")
    page.locator("[id='f.necessity']").fill("يحذف مقدِّم الخدمة سجلاته بعد ثلاثين يومًا.")
    page.locator("details.several summary").click()
    page.locator("#lines").fill("falcon@mail.example.qa")
    page.locator("details.several button").click()
    assert page.locator("input[name='f.identifiers.value']").first.input_value() == "falcon@mail.example.qa"
    page.locator("button[name=act][value=preview]").click()
    assert page.locator("article.reading").count() >= 1
    page.go_back()
    page.reload()
    page.locator("input[name=sure]").first.check()  # that it is an e-mail address was guessed
    page.locator("button[name=act][value=send]").click()
    assert "/drafts/" in page.url
    assert page.locator(".approver").count() == 1
    assert fits(page)
    assert len(drafts(stage.vn.ports)) == before + 1


def test_a_question_is_asked_back_and_what_was_wrong_is_said_first(stage: Stage, page: Page) -> None:
    told = Told()
    text = "أيّ الحسابين هو المقصود؟"
    page.goto(stage.at(f"/case/{told.access}/", officer(told.qa), told.qa))
    page.locator("a[href$='/answer/']").click()
    page.locator(f"a[href$='/answer/question/{told.access}/']").click()
    page.locator("form.answer .choice-due").click()
    page.locator(".trouble a").first.click()
    assert page.locator(".field:has(#field-text) .field-error").is_visible()
    page.locator("#field-text").fill(text)
    page.locator("form.answer .choice-due").click()
    assert page.locator(".flash").is_visible()
    assert page.get_by_text(text).first.is_visible()


def test_evidence_is_offered_to_the_page_where_its_release_is_approved(stage: Stage, page: Page) -> None:
    world, case, _ = evidence.__wrapped__()
    qa = world["QA"]
    page.goto(stage.at(f"/case/{case}/evidence/", officer(qa), qa))
    page.locator("a[href*='/evidence/offer/']").first.click()
    for name in ("to", "approvers"):
        for box in page.locator(f"input[name='{name}']").all()[:2]:
            box.check()
    for _ in range(2):  # what has to be seen first is shown first
        if "/drafts/" not in page.url:
            page.locator("form.answer .choice-due").click()
    assert "/drafts/" in page.url
    assert page.locator(".approver").count() >= 1
    assert len(drafts(qa.ports)) == 1


def test_signing_says_that_it_needs_javascript(stage: Stage, page: Page) -> None:
    needed = re.compile("JavaScript|جافا سكريبت")
    page.goto(signing("/drafts/{mine}/")(stage))
    assert page.locator("form[data-passkey=use] button").is_visible()
    assert needed.search(page.locator("form[data-passkey=use]").inner_text())
    with enrolment_pending(stage):
        page.goto(signing("/drafts/passkeys/")(stage))
        assert page.locator("form[data-passkey]").count() > 1
        for form in page.locator("form[data-passkey]").all():
            assert needed.search(form.inner_text())
    page.goto(stage.at("/sign-in/", None))
    assert needed.search(page.locator("form[data-key]").inner_text())
    assert page.locator("form[action='/sign-in/'] button:not([type])").is_visible()
