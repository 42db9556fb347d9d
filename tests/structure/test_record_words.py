"""Every look that is noted, and every member of a record, is told in words."""

from __future__ import annotations

import re
from pathlib import Path

import musnad
from musnad.language import use
from musnad.language.record_words import LOOKED_AT, MEMBERS, about_word, looked_at_word

SOURCE = Path(musnad.__file__).parent


def _found(pattern: str) -> set[str]:
    calls = re.compile(pattern)
    return {name for file in SOURCE.rglob("*.py") for name in calls.findall(file.read_text("utf-8"))}


def test_every_look_has_its_word() -> None:
    looks = _found(r"\blooked\(\s*request,[^\"\n]*\"([a-z-]+)\"")
    assert len(looks) > 8
    assert sorted(looks - set(LOOKED_AT)) == []


def test_every_member_that_is_noted_has_its_word() -> None:
    noted = _found(r"about=\{\"([a-z-]+)\"") | _found(r"\blooked\(\s*request,[^\"\n]*\"[a-z-]+\", (\w+)=")
    assert len(noted) > 5
    assert sorted(noted - set(MEMBERS)) == []


def test_what_is_in_no_table_is_said_as_it_is() -> None:
    with use("en"):
        assert looked_at_word("telepathy") == "telepathy"
        assert about_word("seal") == "exhibit"
