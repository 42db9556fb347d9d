"""The page of OWASP ASVS is whole and names what is there: every requirement once, no test or file that is not."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from musnad.desk.pace import PACES

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "asvs.md"
SECTIONS = {
    "1.1": "1-7", "1.2": "1-4", "1.4": "1 4 5", "1.5": "1-4", "1.6": "1-4", "1.7": "1-2", "1.8": "1-2", "1.9": "1-2",
    "1.10": "1", "1.11": "1-2", "1.12": "2", "1.14": "1-6",
    "2.1": "1-12", "2.2": "1-3", "2.3": "1-3", "2.4": "1-5", "2.5": "1-7", "2.6": "1-3", "2.7": "1-6", "2.8": "1-7",
    "2.9": "1-3", "2.10": "1-4",
    "3.1": "1", "3.2": "1-4", "3.3": "1-4", "3.4": "1-5", "3.5": "1-3", "3.7": "1",
    "4.1": "1-3 5", "4.2": "1-2", "4.3": "1-3",
    "5.1": "1-5", "5.2": "1-8", "5.3": "1-10", "5.4": "1-3", "5.5": "1-4",
    "6.1": "1-3", "6.2": "1-6", "6.3": "1-2", "6.4": "1-2",
    "7.1": "1-4", "7.2": "1-2", "7.3": "1 3 4", "7.4": "1-3",
    "8.1": "1-4", "8.2": "1-3", "8.3": "1-8",
    "9.1": "1-3", "9.2": "1-4",
    "10.2": "1-2", "10.3": "1-3",
    "11.1": "1-8",
    "12.1": "1-3", "12.2": "1", "12.3": "1-6", "12.4": "1-2", "12.5": "1-2", "12.6": "1",
    "13.1": "1 3-5", "13.2": "1-3 5 6", "13.3": "1-2", "13.4": "1-2",
    "14.1": "1-4", "14.2": "1-6", "14.3": "2-3", "14.4": "1-7", "14.5": "1-4",
}  # fmt: skip
"""What version 4.0.3 asks for at level 1 or 2; what it marks as deleted or asks for at level 3 alone is not there."""
STANDINGS = {"holds", "not applicable", "does not hold"}
ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
NAMED = re.compile(r"`([^`]+)`")
FILE = re.compile(r"^(?:src|docs|tests|tools)/[\w./-]+$|^[A-Z]+\.md$|^pyproject\.toml$")
PARAPHRASE_LIMIT = 120


def numbers() -> list[str]:
    found = []
    for section, members in SECTIONS.items():
        for part in members.split():
            first, _, last = part.partition("-")
            found += [f"{section}.{one}" for one in range(int(first), int(last or first) + 1)]
    return found


@cache
def rows() -> tuple[tuple[str, str, str, str], ...]:
    return tuple(ROW.findall(PAGE.read_text("utf-8")))


@cache
def names_of_tests() -> frozenset[str]:
    texts = (one.read_text("utf-8") for one in sorted((ROOT / "tests").rglob("*.py")))
    return frozenset(name for text in texts for name in re.findall(r"^ *def (test_\w+)\(", text, re.MULTILINE))


def missing(shown_by: str) -> list[str]:
    """What a line names and the tree lacks."""
    named = NAMED.findall(shown_by)
    tests = [one for one in named if one.startswith("test_") and one not in names_of_tests()]
    return tests + [one for one in named if FILE.match(one) and not (ROOT / one).exists()]


def shows(shown_by: str) -> bool:
    """Whether a line names a test or a file at all."""
    return any(one.startswith("test_") or FILE.match(one) for one in NAMED.findall(shown_by))


def test_every_requirement_of_levels_one_and_two_stands_there_once_and_in_order() -> None:
    assert len(numbers()) == 259
    assert [one[0] for one in rows()] == numbers()


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[0])
def test_each_line_says_how_it_stands_and_names_what_is_there(row: tuple[str, str, str, str]) -> None:
    _, short, standing, shown_by = row
    assert standing in STANDINGS
    assert len(short) <= PARAPHRASE_LIMIT
    assert missing(shown_by) == []
    assert len(shown_by) > 8
    if standing == "holds":
        assert shows(shown_by)


def test_what_is_not_there_is_seen() -> None:
    assert missing("`test_that_nobody_wrote`, `docs/nothing.md`") == ["test_that_nobody_wrote", "docs/nothing.md"]
    assert missing("`test_what_is_not_there_is_seen`, `docs/asvs.md`, `nosniff`") == []
    assert not shows("as 5.3.4, by `nosniff`")


def test_the_page_counts_its_lines() -> None:
    text, counted = PAGE.read_text("utf-8"), Counter(one[2] for one in rows())
    for standing in STANDINGS:
        assert f"\n| {standing} | {counted[standing]} |\n" in text
    assert f"\n| all | {len(rows())} |\n" in text


def test_the_page_tells_the_paces_as_they_are() -> None:
    (told,) = re.findall(r"\*\*How often\.\*\*(.*?)\n\n", PAGE.read_text("utf-8"), re.DOTALL)
    assert set(re.findall(r"\b\d+\b", told)) >= {str(one) for one in PACES.values()}
