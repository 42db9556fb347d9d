"""docs/register.md: its commands run or can be understood, and its tables are the software's own."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

import musnad.core.register.consistency as rules
from musnad.cli.main import parser
from musnad.core.register.rows import COLUMNS
from musnad.core.register.update import LEEWAY, UPDATE_TYPE
from musnad.core.register.values import FactKind
from tests.core.register.data import CATALOGUE
from tests.doors.cli.house import musnad

TEXT = (Path(__file__).resolve().parents[3] / "docs" / "register.md").read_text("utf-8")
SHELL = re.compile(r"^```sh( read)?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMANDS = [(bool(read), line) for read, block in SHELL.findall(TEXT) for line in block.splitlines()]


def rows_of(first: str) -> list[list[str]]:
    """The cells of the table whose first column has this head."""
    table = re.search(rf"^\| {re.escape(first)} \|.*\n\| ---.*\n((?:\|.*\n)+)", TEXT, re.MULTILINE)
    assert table
    return [[cell.strip().strip("`") for cell in line.split("|")[1:-1]] for line in table[1].splitlines()]


def test_there_are_commands_of_each_kind() -> None:
    assert {line.split()[2] for _, line in COMMANDS} == {
        "show", "force", "checklist", "export", "load", "correct", "accept",
    }  # fmt: skip


@pytest.mark.parametrize("line", [line for _, line in COMMANDS])
def test_every_command_is_understood(line: str) -> None:
    parser().parse_args(shlex.split(line)[1:])


def test_what_only_reads_runs_as_it_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MUSNAD_NODE", raising=False)
    for line in [line for read, line in COMMANDS if read]:
        ran = musnad(*shlex.split(line)[1:])
        assert (ran.code, ran.err) == (0, ""), line


def test_the_columns_are_the_ones_that_are_read() -> None:
    rows = rows_of("column")
    assert tuple(name for name, _ in rows) == COLUMNS
    assert set(re.findall(r"`([a-z-]+)`", re.search(r"^\| `kind` \| (.*) \|$", TEXT, re.MULTILINE)[1])) == set(FactKind)  # type: ignore[index]


def test_the_subjects_are_the_ones_of_the_data() -> None:
    told = {name: (set(kinds.split(", ")), value) for name, kinds, value in rows_of("subject")}
    assert told == {
        name: ({kind.value for kind in subject.kinds}, subject.value) for name, subject in CATALOGUE.subjects.items()
    }


def test_the_rules_of_contradiction_are_the_ones_that_are_checked() -> None:
    source = Path(str(rules.__file__)).read_text("utf-8")
    checked = set(re.findall(r'"((?:one|withdrawal|instrument|signature)-[a-z-]+)"', source))
    assert {name for name, _ in rows_of("rule of a contradiction")} == checked


def test_the_updates_type_members_and_leeway_are_told() -> None:
    assert UPDATE_TYPE in TEXT
    assert [name for name, _ in rows_of("member")] == ["version", "author", "officer", "at", "previous", "changes"]
    assert LEEWAY.total_seconds() == 300
    assert "five minutes" in TEXT
