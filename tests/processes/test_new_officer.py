"""From a fresh ``make desk`` in Arabic: an emergency is answered and its data are given, every action counted.

What is asserted is how many actions it takes, and that hands and reading alone, by the keystroke-level model, answer
within two minutes; what the machine took is written down beside them and asserted nowhere
(``tests/.artifacts/new-officer-*.json``; docs/trial.md tells the method).
"""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from musnad.language import gettext, use
from tests.doors.desk.test_browser import browser as browser  # noqa: PLC0414  # the fixture
from tests.processes.keystrokes import Counted
from tests.processes.officers import plug_in

pytestmark = [pytest.mark.browser, pytest.mark.processes, pytest.mark.timeout(600)]

MUSNAD = [sys.executable, "-m", "musnad.cli.main"]
ARTIFACTS = Path(__file__).resolve().parents[1] / ".artifacts"
READY_SECONDS = 240
MOST_TO_ANSWER = 5
"""The link, the request, the choice, the sending: and one to spare."""
MOST_SECONDS_TO_ANSWER = 120
"""Of hands and reading, by the model: the same on every machine."""
MOST_TO_GIVE = 14
"""From there: the file, what it is, sealing, the offer, its approval, and, the first time, a passkey for it."""


@pytest.fixture
def practice(tmp_path: Path) -> Iterator[tuple[Path, dict[str, str]]]:
    """The stage's folder, and by Party the duty officer's link that the terminal printed."""
    small = tmp_path / "small.txt"
    small.write_text("An exercise.\n", "utf-8")
    out, said = tmp_path / "stage", tmp_path / "said"
    command = [*MUSNAD, "demo", "--serve", "--lang", "ar", "--evidence", str(small), "--out", str(out)]
    with said.open("wb") as sink:
        demo = subprocess.Popen(command, stdout=sink, stderr=subprocess.STDOUT)
    try:
        until = time.monotonic() + READY_SECONDS
        while "Ctrl-C" not in said.read_text("utf-8"):
            assert demo.poll() is None, said.read_text("utf-8")
            assert time.monotonic() < until, said.read_text("utf-8")
            time.sleep(0.2)
        yield out, links_in(said.read_text("utf-8"))
    finally:
        demo.send_signal(signal.SIGINT)
        demo.wait(60)


def links_in(said: str) -> dict[str, str]:
    """The first link under each Party's line."""
    found: dict[str, str] = {}
    party = ""
    for line in said.splitlines():
        if gate := re.search(r"(\b[A-Z]{2}\b).*https://127\.0\.0\.1", line):
            party = gate.group(1)
        if (link := re.search(r"http://localhost:\d+/enter/[\w-]+\?language=ar", line)) and party:
            found.setdefault(party, link.group())
    return found


def arabic(sentence: str) -> str:
    with use("ar"):
        return gettext(sentence)


def test_an_emergency_is_answered_and_its_data_are_given_in_few_actions(
    browser: Browser, practice: tuple[Path, dict[str, str]], tmp_path: Path
) -> None:
    stage, links = practice
    assert set(links) == {"VN", "QA"}
    page = browser.new_page(locale="en", viewport={"width": 1280, "height": 900})  # the link chooses the language
    page.set_default_timeout(30_000)
    plug_in(page)
    hands = Counted(page)

    case = answer(hands, links["QA"])
    hands.write(ARTIFACTS / "new-officer-answered.json")
    assert len(hands.actions) <= MOST_TO_ANSWER, [one.what for one in hands.actions]
    assert hands.modelled < MOST_SECONDS_TO_ANSWER, [(one.what, one.hand, one.read) for one in hands.actions]
    found = seen_by_the_asker(stage, case, "accepted")
    assert [one["kind"] for one in found["steps"]] == ["request", "acknowledgement", "acceptance"]

    answered = len(hands.actions)
    give(hands, tmp_path)
    hands.write(ARTIFACTS / "new-officer-given.json")
    assert len(hands.actions) - answered <= MOST_TO_GIVE, [one.what for one in hands.actions]
    found = seen_by_the_asker(stage, case, "accepted", steps=6)
    assert [one["kind"] for one in found["steps"]][3:] == ["custody", "custody", "offer"]
    assert len(found["exhibits"]) == 1
    page.close()


def answer(hands: Counted, link: str) -> str:
    """From the link to the acceptance; the case."""
    page = hands.page
    hands.open(link)
    assert page.locator("html").get_attribute("dir") == "rtl"
    first = page.locator("section").filter(has=page.locator("#section-now")).locator("li.row").first
    expect(first.locator(".is-minutes")).to_be_visible()
    expect(first.get_by_text("تمرين")).to_be_visible()
    hands.reads(page.locator("#section-now"), first)
    hands.press("الإقرار باستلام الطلب", kind="link")
    asked = page.locator(".asked")
    hands.reads(page.locator("h1"), page.locator(".case-who"), page.locator(".actions"), asked)
    expect(asked.get_by_text("امرأة في السادسة والعشرين", exact=False)).to_be_visible()
    hands.press(arabic("Accept at once"))
    hands.reads(page.locator("h1"), page.locator("form.answer"))
    hands.press("أرسل", kind="button")
    hands.reads(page.get_by_text(arabic("Your answer is sent and on its way.")))
    expect(page.locator(".case-who").get_by_text("قُبل")).to_be_visible()
    return page.url.rstrip("/").rpartition("/")[2]


def give(hands: Counted, folder: Path) -> None:
    """What was asked for, sealed and offered; the officer has no passkey yet, and the exercise approves one at once."""
    page = hands.page
    record = folder / "بيانات المشترك.txt"
    record.write_text("EXERCISE\nholder: (invented)\n", "utf-8")
    hands.reads(page.locator(".actions"))
    hands.press("اعرض الأدلة")
    hands.reads(page.locator("#upload label"))
    hands.bring("الملف", record)
    hands.type("ما هو، وأين جُمع", "بيانات المشترك، من مقدِّم الخدمة")
    hands.press("ارفع واختم")
    hands.waits(page.get_by_role("link", name="اعرضه"))
    hands.reads(page.locator("#progress"))
    hands.press("اعرضه")
    hands.reads(page.locator("form.answer legend, form.answer label"))
    hands.press("أرسل", kind="button")
    hands.reads(page.locator(".paper"), page.locator("#approvals ~ p"))
    hands.press(arabic("Enrol a passkey"))
    hands.reads(page.locator("section").filter(has=page.locator("#new")))
    hands.press("أنشئ مفتاح مرور باسم", then="gesture")
    onward = page.get_by_role("link", name=arabic("Go on to what waits for your signature"))
    hands.waits(onward)
    hands.press(arabic("Go on to what waits for your signature"))
    hands.reads(page.locator(".paper"))
    hands.press("وافق بمفتاح مرورك", then="gesture")
    hands.waits(page.get_by_text("تمت الموافقة والإرسال."))


def show(stage: Path, case: str) -> dict[str, list[dict[str, object]]]:
    command = [*MUSNAD, "show", case, "--node", str(stage / "vn"), "--json"]
    told = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, list[dict[str, object]]] = json.loads(told.stdout)
    return found


def seen_by_the_asker(stage: Path, case: str, status: str, steps: int = 0) -> dict[str, list[dict[str, object]]]:
    """The case as the other side's node has it, once the answer has come."""
    until = time.monotonic() + 60
    while True:
        found = show(stage, case)
        if found["requests"][0]["status"] == status and len(found["steps"]) >= steps:
            return found
        assert time.monotonic() < until, found
        time.sleep(0.3)
