"""One story for all tests of the desk; they only read it."""

from __future__ import annotations

import pytest

from tests.doors.desk.story import Story, tell_story


@pytest.fixture(scope="session")
def story() -> Story:
    return tell_story()
