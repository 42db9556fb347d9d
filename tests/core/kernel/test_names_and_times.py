"""Names, base64, instants and days: a string is the one form of its thing, or refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from musnad.core.kernel import names, times
from musnad.core.kernel.b64 import parse_b64, write_b64
from musnad.core.kernel.errors import BRANCHES, BadForm, MusnadError, NotJson, leaves


@pytest.mark.parametrize(
    ("parse", "good", "bad"),
    [
        (names.parse_digest, ["0" * 64, "af" * 32], ["", "0" * 63, "0" * 65, "A" * 64, "0" * 64 + "\n", "٠" * 64]),
        (names.parse_message_id, ["0" * 64], ["0" * 32]),
        (names.parse_seal_id, ["0" * 32], ["0" * 64, "G" * 32, ""]),
        (names.parse_party, ["VN", "QA", "INTERPOL", "A1B"], ["", "V", "vn", "V1", "1AB", "A" * 13, "VN\n", "VN/"]),
        (names.parse_slug, ["a", "contact-24-7", "9"], ["", "-a", "a-", "a--b", "A", "a_b", "a" * 65, "a\n", "ب"]),
        (names.parse_authority, ["VN/central-authority"], ["VN", "/a", "VN/", "VN/a/b", "vn/a", "VN/A"]),
        (names.parse_officer, ["VN/central-authority/falcon"], ["VN/falcon", "VN/a/", "VN/a/b/c", "/a/b", ""]),
        (times.parse_instant, ["2026-11-23T03:00:00Z"], [
            "2026-11-23T03:00:00+00:00", "2026-11-23T03:00:00.0Z", "2026-11-23 03:00:00Z", "2026-02-30T00:00:00Z",
            "2026-11-23T24:00:00Z", "2026-11-23T03:00:60Z", "٢٠٢٦-11-23T03:00:00Z", "0000-01-01T00:00:00Z", "",
        ]),
        (times.parse_day, ["2026-11-23", "2028-02-29"], ["2026-02-29", "20261123", "2026-11-23T", "2026-W01-1", ""]),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)  # fmt: skip
def test_a_string_is_the_thing_or_refused(parse: Callable[[str], object], good: list[str], bad: list[str]) -> None:
    for text in good:
        parse(text)
    for text in bad:
        with pytest.raises(BadForm):
            parse(text)


def test_an_officer_belongs_to_an_authority_and_that_to_a_party() -> None:
    officer = names.parse_officer("QA/central-authority/oryx")
    assert names.authority_of(officer) == "QA/central-authority"
    assert names.party_of(officer) == names.party_of(names.authority_of(officer)) == "QA"


def test_an_instant_is_utc_to_the_second() -> None:
    doha = timezone(timedelta(hours=3))
    assert times.write_instant(times.instant(datetime(2026, 11, 23, 6, 0, 0, 999, doha))) == "2026-11-23T03:00:00Z"
    assert times.parse_instant("2026-11-23T03:00:00Z") == datetime(2026, 11, 23, 3, tzinfo=UTC)
    assert times.write_day(date(2026, 1, 2)) == "2026-01-02"
    with pytest.raises(BadForm):
        times.instant(datetime(2026, 11, 23))  # noqa: DTZ001  # that it has no zone is the point


@pytest.mark.parametrize("text", ["AA", "AA=", "AB==", "A===", "AA==\n", "-_==", "é", " AA==", "AAA"])
def test_refuses_base64_that_is_not_the_one_form_of_its_bytes(text: str) -> None:
    with pytest.raises(BadForm):
        parse_b64(text, what="x")


def test_base64_of_a_size_is_of_that_size() -> None:
    assert parse_b64(write_b64(b"12345"), what="x", size_octets=5) == b"12345"
    with pytest.raises(BadForm):
        parse_b64("", what="x", size_octets=5)


def test_every_error_says_who_acts_and_what_to_do_under_a_code_of_its_own() -> None:
    for leaf in leaves():
        assert sum(issubclass(leaf, branch) for branch in BRANCHES) == 1
        assert leaf.who_acts
        assert leaf.remedy
    assert str(NotJson("x", "why")) == "form.not-ijson: what='x', why='why'"


def test_two_errors_cannot_share_a_code() -> None:
    with pytest.raises(TypeError):
        type("Another", (MusnadError,), {"code": "form.invalid"})
