"""docs/protocol.md says what the code does: the order, every ground, every kind."""

from __future__ import annotations

import re
from pathlib import Path

from musnad.core.case.grounds import GROUNDS
from musnad.core.case.order import PRECEDENCE
from musnad.core.messages.bodies import KINDS

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "protocol.md").read_text("utf-8")
CASE = ROOT / "src" / "musnad" / "core" / "case"


def section(title: str) -> str:
    return re.split(r"\n##+ ", PAGE.partition(f"## {title}\n")[2])[0]


def test_the_order_on_the_page_is_the_order_in_the_code() -> None:
    told = re.search(r"applies next: (.*?)\.\s+What\s+discloses", section("Order"), re.DOTALL)
    assert told is not None
    assert tuple(re.split(r",\s+", told[1])) == PRECEDENCE


def test_the_grounds_on_the_page_are_those_in_the_code_in_their_order() -> None:
    rows = [row for row in section("Void steps").splitlines() if row.startswith("| `")]
    assert tuple(row.split("`")[1] for row in rows) == ("other-case", *GROUNDS)


def test_every_ground_that_the_code_gives_has_its_place() -> None:
    code = (CASE / "grounds.py").read_text("utf-8")
    custody = (CASE / "custody.py").read_text("utf-8").partition("def with_custody")[0]
    assert set(re.findall(r'yield "([a-z-]+)"', code + custody)) == set(GROUNDS)


def test_every_gap_is_on_the_page() -> None:
    gaps = re.findall(r'yield "([a-z-]+)"', (CASE / "custody.py").read_text("utf-8").partition("def _gaps")[2])
    assert gaps
    assert all(f"`{gap}`" in section("What the steps do") for gap in gaps)


def test_every_kind_is_on_the_page() -> None:
    assert set(re.findall(r"^\| `([a-z-]+)` \|", section("Kinds"), re.MULTILINE)) == set(KINDS)
