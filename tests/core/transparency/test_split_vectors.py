"""The published vectors of split logs and of time stamps hold for this implementation."""

from __future__ import annotations

import json
from typing import Any

import pytest

from musnad.core.crypto.stamp import StampAnchor
from musnad.core.kernel.b64 import parse_b64
from tests.stamp_vectors_once import SPLITS, STAMPS, judged, judged_split

STAMP_CASES: list[dict[str, Any]] = json.loads(STAMPS.read_text("utf-8"))
SPLIT_CASES: list[dict[str, Any]] = json.loads(SPLITS.read_text("utf-8"))


def test_the_files_hold_what_they_should() -> None:
    codes = {case["expect"].get("code", "") for case in STAMP_CASES}
    assert codes == {"", "stamp.invalid", "stamp.malformed", "stamp.not-granted"}
    assert [case["note"] for case in STAMP_CASES if "at" in case["expect"]] == ["a stamp"]
    assert sum("sizes" in case["expect"] for case in SPLIT_CASES) == 3
    assert {case["expect"].get("code", "") for case in SPLIT_CASES} == {"", "log.not-a-split"}


@pytest.mark.parametrize("case", STAMP_CASES, ids=[case["note"] for case in STAMP_CASES])
def test_a_stamp(case: dict[str, Any]) -> None:
    given = {name: parse_b64(text, what=name) for name, text in case["input"].items()}
    found = judged(given["octets"], given["request"], given["answer"], StampAnchor(given["anchor"]))
    assert found == case["expect"]


@pytest.mark.parametrize("case", SPLIT_CASES, ids=[case["note"] for case in SPLIT_CASES])
def test_a_split(case: dict[str, Any]) -> None:
    assert judged_split(parse_b64(case["input"]["document"], what="document")) == case["expect"]
