"""Every test runs on one Django: the records alone, and a database that only those who ask for one open."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import DjangoDbBlocker

from musnad.language import use
from tests.records_settings import use_databases

use_databases()


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL server of this run's own."""
    from tests.postgres_fixture import postgres_server

    with postgres_server() as url:
        yield url


@pytest.fixture(scope="session", autouse=True)
def _databases_are_the_tests_own(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """pytest-django's own database is not used: each test that needs one opens its own."""
    with django_db_blocker.unblock():
        yield


@pytest.fixture(autouse=True)
def _each_test_begins_in_english() -> Iterator[None]:
    """A test that speaks another language leaves it to no other."""
    with use("en"):
        yield
