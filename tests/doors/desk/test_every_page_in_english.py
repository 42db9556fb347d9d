"""Every page of the desk once more, in English; see ``test_every_page``."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.doors.desk.every_page import Stage
from tests.doors.desk.test_every_page import browser, stage, walk

__all__ = ["browser", "stage"]
pytestmark = [pytest.mark.browser, pytest.mark.timeout(1200)]


def test_every_page_is_whole_and_usable_by_all_in_english(stage: Stage, browser: Browser) -> None:
    walk(stage, browser, "en")
