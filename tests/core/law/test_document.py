"""docs/law-profiles.md: its example is a whole profile, its tables name every entry, its draft is one."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

from pydantic import BaseModel

from musnad.core.law import schema
from musnad.core.law.reader import parse_profile
from musnad.core.law.values import Extent
from musnad.core.preflight.checking import preflight
from musnad.core.preflight.practice import _File
from musnad.core.preflight.values import Found, Topic
from tests.core.law.data import DATA, KNOWN
from tests.core.preflight.data import KNOWN_NOW

TEXT = (Path(__file__).parents[3] / "docs" / "law-profiles.md").read_text("utf-8")


def block(language: str) -> str:
    found = re.search(rf"^```{language}\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
    assert found is not None
    return found[1]


def test_the_example_is_a_whole_profile() -> None:
    found = parse_profile("qatar.toml", block("toml").encode(), KNOWN)
    assert (found.state, found.sample, found.as_of) == ("QA", False, date(2026, 11, 1))
    extents = {one.extent for one in found.offences.values()} | {one.extent for one in found.powers.values()}
    assert extents == set(Extent)


def test_every_entry_stands_in_the_tables_and_in_the_example() -> None:
    forms: dict[str, type[BaseModel]] = {
        "languages": schema.LanguagesForm,
        "dual_criminality": schema.DualForm,
        "data_protection": schema.DataProtectionForm,
        "bases.NAME": schema.BasisForm,
        "offences.NAME": schema.OffenceForm,
        "powers.NAME": schema.PowerForm,
    }
    for table, form in forms.items():
        row = re.search(rf"^\| `\[{re.escape(table)}\]` \| ([^|]*) \|", TEXT, re.MULTILINE)
        assert row is not None, table
        assert set(re.findall(r"`(\w+)`", row[1])) == set(form.model_fields) - {"source", "status"}, table
        assert f"[{table.split('.')[0]}" in block("toml")
    for entry in schema.ProfileForm.model_fields:
        assert f"`{entry}`" in TEXT or f"`[{entry}" in TEXT, entry


def test_every_power_and_every_table_of_practice_is_named() -> None:
    assert all(f"`{name}`" in TEXT for name in DATA.powers)
    for table in set(_File.model_fields) - {"sources"}:
        assert re.search(rf"^\| `\[{table}(\.NAME)?\]` \|", TEXT, re.MULTILINE), table


def test_the_draft_is_one() -> None:
    found = preflight(KNOWN_NOW, json.loads(block("json")))
    assert found.ready
    assert not [one for one in found.reasons if one.topic is Topic.DRAFT]
    assert not [one for one in found.reasons if one.found is Found.MEASURE_UNKNOWN]


def test_every_command_named_is_one() -> None:
    from musnad.cli.main import parser

    help_text = parser().format_help()
    for command in set(re.findall(r"musnad (law|can|check)\b", TEXT)):
        assert f"  {command} " in help_text
