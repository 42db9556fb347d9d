"""The repository itself: locks, documents, sizes; nothing of any one machine in it."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from musnad.node.configuration import Configuration
from tools.errors_doc import load_errors

ROOT = Path(__file__).resolve().parents[2]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
LIMIT = 1 << 20
REQUIREMENT = re.compile(r"^([A-Za-z0-9][\w.-]*)==(\S+)(.*(?:\n    --hash=.*)*)", re.MULTILINE)


def committed() -> list[Path]:
    """Every file under version control that is there; all of src, docs and tests where there is no git."""
    told = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if told.returncode == 0 and told.stdout:
        paths = [ROOT / name for name in told.stdout.split("\0") if name]
    else:
        paths = [path for folder in ("src", "docs", "tests") for path in (ROOT / folder).rglob("*")]
    return [path for path in paths if path.is_file()]


def text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


# --- locks ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_a_lock_names_no_host_and_hashes_everything(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    assert "://" not in text
    assert not re.search(r"^\s*(?!--hash=)-", text, re.MULTILINE), "an option in a lock"
    requirements = REQUIREMENT.findall(text)
    assert requirements
    assert [name for name, _, rest in requirements if "--hash=sha256:" not in rest] == []


def test_every_locked_package_is_explained() -> None:
    page = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    explained = set(re.findall(r"`([A-Za-z0-9][\w.-]*)`", page))
    locked = {name for lock in LOCKS for name, _, _ in REQUIREMENT.findall(lock.read_text(encoding="utf-8"))}
    assert sorted(locked - explained) == []


def test_locks_agree_on_versions() -> None:
    versions: dict[str, set[str]] = {}
    for lock in LOCKS:
        for name, version, _ in REQUIREMENT.findall(lock.read_text(encoding="utf-8")):
            versions.setdefault(name, set()).add(version)
    assert {name: found for name, found in versions.items() if len(found) > 1} == {}


def test_the_verifier_needs_no_web() -> None:
    lock = (ROOT / "requirements" / "verify.txt").read_text(encoding="utf-8").lower()
    assert not re.search(r"^(django|granian|whitenoise|psycopg)", lock, re.MULTILINE)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert not any("django" in line.lower() for line in project["dependencies"])


# --- every file -------------------------------------------------------------------------------------------------------


def test_no_file_is_large() -> None:
    assert [str(path.relative_to(ROOT)) for path in committed() if path.stat().st_size > LIMIT] == []


def test_no_file_names_a_machine() -> None:
    """Absolute paths of somebody's folders, and hosts of somebody's mirrors, have no place here."""
    machine = re.compile(r"(?<![\w.}~-])/(?:work|root|home|Users)/\w|/opt/\w")
    found = [
        f"{path.relative_to(ROOT)}: {match.group(0)}"
        for path in committed()
        if path != Path(__file__).resolve()
        for match in machine.finditer(text_of(path))
    ]
    assert found == []


def test_modules_stay_small() -> None:
    """A module past this hides a second noun (style: half of ours are under 190 lines)."""
    source = ROOT / "src" / "musnad"
    long = {
        str(path.relative_to(source)): lines
        for path in source.rglob("*.py")
        if (lines := len(text_of(path).splitlines())) > 400
    }
    assert long == {}


def test_ci_calls_make_and_nothing_more() -> None:
    lines = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line.startswith("make")] == ["make check", "make test FAST_DONE=1"]


# --- documents --------------------------------------------------------------------------------------------------------

BLOCK = re.compile(r"(?:^```[^\n]*\n(.*?)^```)|((?:^(?: {4}|\t)[^\n]*\n?)+)", re.MULTILINE | re.DOTALL)
DOCUMENTS = [path for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")] if "adr" not in path.parts]


def commands(document: Path) -> list[str]:
    """The lines of a document's code blocks that a reader would type, without a prompt or a remark."""
    lines = [
        re.sub(r"^\$ ", "", line.strip())
        for fenced, indented in BLOCK.findall(document.read_text(encoding="utf-8"))
        for line in (fenced or indented).splitlines()
    ]
    tidy = [re.sub(r"\s+#.*$", "", line).removeprefix(".venv/bin/") for line in lines]
    return [line for line in tidy if re.match(r"(make|musnad|musnad-verify)\b", line)]


def test_both_readmes_give_the_same_commands() -> None:
    english, arabic = ROOT / "README.md", ROOT / "README.ar.md"
    assert commands(english)
    assert commands(english) == commands(arabic)


def test_every_make_target_in_the_documents_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    named = {
        (document.name, line.split()[1])
        for document in DOCUMENTS
        for line in commands(document)
        if re.match(r"make [a-z]+", line)
    }
    assert {pair for pair in named if pair[1] not in targets} == set()


@pytest.mark.timeout(300)  # a process for each command
def test_every_command_in_the_documents_has_help() -> None:
    named = {
        match.group(1)
        for document in DOCUMENTS
        for line in commands(document)
        if (match := re.match(r"musnad ((?:(?:directory|node) )?[a-z]+(?:-[a-z]+)*)", line))
    }
    musnad = Path(sys.executable).parent / "musnad"
    for words in sorted(named):
        told = subprocess.run(
            [str(musnad), *words.split(), "--help"], capture_output=True, text=True, timeout=60, check=False
        )
        assert told.returncode == 0, f"musnad {words}: {told.stderr[-300:]}"


def test_links_between_documents_lead_somewhere() -> None:
    dead = [
        f"{document.name}: {target}"
        for document in [*DOCUMENTS, *(ROOT / "docs" / "adr").glob("*.md")]
        for target in re.findall(r"\]\((?!\w+:)([^)#\s]+)", document.read_text(encoding="utf-8"))
        if not (document.parent / target).exists()
    ]
    assert dead == []


def test_documents_that_errors_send_to_are_there() -> None:
    sent = {(leaf.code, name) for leaf in load_errors() for name in re.findall(r"docs/[\w/-]+\.md", leaf.remedy)}
    assert {pair for pair in sent if not (ROOT / pair[1]).exists()} == set()


def test_every_setting_of_a_node_is_documented() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    settings = {
        f"{field.alias or name}.{inner}" if hasattr(field.annotation, "model_fields") else (field.alias or name)
        for name, field in Configuration.model_fields.items()
        for inner in getattr(field.annotation, "model_fields", {"": None})
    }
    assert {setting for setting in settings if f"`{setting}`" not in page} == set()
