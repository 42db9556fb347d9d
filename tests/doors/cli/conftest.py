"""One house for the whole module, a copy of it for who damages something."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

from tests.doors.cli.house import House, build


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker) -> House:
    with django_db_blocker.unblock():
        return build(tmp_path_factory.mktemp("house"))


@pytest.fixture
def house(built: House, tmp_path: Path) -> House:
    return built.copy(tmp_path / "house")
