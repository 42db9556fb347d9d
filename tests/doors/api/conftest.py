"""The interface of one node, asked by Django's own client; a test has its own small world or reads a shared story."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.doors.api.caller import Api, interface_of
from tests.doors.desk.story import Story, tell_story
from tests.world import World


@pytest.fixture(scope="session")
def story() -> Story:
    return tell_story()


@pytest.fixture
def qa(tmp_path: Path) -> Iterator[Api]:
    """The interface of QA's node in a fresh world."""
    with interface_of(World(), "QA", tmp_path) as api:
        yield api


@pytest.fixture
def vn(tmp_path: Path) -> Iterator[Api]:
    """The interface of VN's node in a fresh world."""
    with interface_of(World(), "VN", tmp_path) as api:
        yield api


@pytest.fixture
def told(story: Story, tmp_path: Path) -> Iterator[Api]:
    """The interface of VN's node in the story's world, which is only read."""
    with interface_of(story.world, "VN", tmp_path) as api:
        yield api
