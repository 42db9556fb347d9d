"""A real browser exports a case: asks, approves with its passkey, downloads; and the file proves itself offline.

``MUSNAD_SCREENSHOTS=DIR`` keeps pictures of the pages.
"""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from musnad.core.kernel.names import CaseRef
from musnad.core.messages import bodies
from musnad.verify.main import main as verify
from tests.doors.desk.server import serving
from tests.doors.desk.story import CONTACT, FIELDS, PRESERVATION
from tests.doors.desk.test_approving_in_browser import (
    _tables_beside_a_loop as _tables_beside_a_loop,  # noqa: PLC0414  # the fixture
)
from tests.doors.desk.test_approving_in_browser import authenticator, picture
from tests.doors.desk.test_approving_in_browser import page as page  # noqa: PLC0414  # the fixture
from tests.doors.desk.test_browser import browser as browser  # noqa: PLC0414  # the fixture
from tests.doors.desk.test_enrolment import DUTY_1, Desk, vouched
from tests.doors.desk.test_enrolment import desk as desk  # noqa: PLC0414  # the fixture

pytestmark = pytest.mark.browser


def test_asked_for_approved_downloaded_and_proven(desk: Desk, page: Page, tmp_path: Path) -> None:
    vn, qa = desk.world["VN"], desk.world["QA"]
    case = CaseRef(vn.say(CONTACT, [qa.authority(CONTACT)], bodies.Request(FIELDS), measure=PRESERVATION))
    desk.world.settle()
    with serving(vn.ports, desk.folder) as address:
        here = address.replace("127.0.0.1", "localhost")
        authenticator(page)
        page.goto(f"{here}/drafts/passkeys/")
        page.get_by_role("button", name=f"Make a passkey for {DUTY_1}").click()
        expect(page.get_by_text("0 of 2 officers approved")).to_be_visible()
        vouched(desk)
        desk.publish()

        page.goto(f"{here}/case/{case}/")
        page.get_by_role("link", name="Export the case").click()
        picture(page, "export-form")
        page.get_by_label("The exhibits").select_option("whole")
        page.get_by_role("button", name="Prepare the export").click()
        page.wait_for_url(f"{here}/drafts/**", timeout=90_000)
        page.get_by_role("button", name="Approve with your passkey").click()
        page.wait_for_url(f"{here}/case/{case}/export/")
        page.get_by_role("button", name="Make the dossier").click()
        expect(page.get_by_role("button", name="Download the dossier")).to_be_visible(timeout=90_000)
        picture(page, "export-made")
        with page.expect_download() as coming:
            page.get_by_role("button", name="Download the dossier").click()
        assert coming.value.suggested_filename == f"musnad-{case[:12]}.zip"
        sink = tmp_path / "dossier.zip"
        coming.value.save_as(sink)
    anchor = tmp_path / "root.json"
    anchor.write_bytes(desk.world.published.anchor)
    assert verify([str(sink), "--trust", str(anchor), "--lang", "ar"]) == 0
    with zipfile.ZipFile(sink) as opened:
        assert opened.testzip() is None
