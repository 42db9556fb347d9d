"""Make docs/errors.md from the error classes, or with --check say whether it is up to date.

Every module whose source defines an error (a class body with ``code`` and ``remedy``) is found and imported, so that
none is forgotten wherever it lives.
"""

from __future__ import annotations

import argparse
import ast
import importlib
import re
import sys
from dataclasses import fields
from pathlib import Path

from musnad.core.kernel.errors import BRANCHES, MusnadError, leaves
from musnad.language import outcome

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "errors.md"
_CODE = re.compile(r"^ +code = ", re.MULTILINE)

HEAD = """\
# Errors

Made from the classes by `make docs`; do not edit. Every error has a stable code. Programs compare the code, people
read the sentence that the doors make from the code and its facts, in Arabic or English.

## Exit codes

| exit | meaning |
| --- | --- |
{exits}

## Who must act

| branch | who acts | HTTP | meaning |
| --- | --- | --- | --- |
{branches}

A lawful refusal is not an error: it is a signed message with its grounds.

## Codes
"""


def defines_error(source: str) -> bool:
    """Whether a module's source has a class body that sets ``code`` and ``remedy``."""
    return bool(_CODE.search(source)) and any(
        {"code", "remedy"} <= {target.id for target in _assigned(node)}
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ClassDef)
    )


def _assigned(node: ast.ClassDef) -> list[ast.Name]:
    targets = [target for line in node.body if isinstance(line, ast.Assign) for target in line.targets]
    return [target for target in targets if isinstance(target, ast.Name)]


def load_errors() -> tuple[type[MusnadError], ...]:
    """Import every module of Musnad that defines an error and return all leaves, by code."""
    source = ROOT / "src"
    for path in sorted((source / "musnad").rglob("*.py")):
        if defines_error(path.read_text(encoding="utf-8")):
            importlib.import_module(".".join(path.relative_to(source).with_suffix("").parts))
    return tuple(leaf for leaf in leaves() if leaf.__module__.startswith("musnad."))


def meaning(error: type[MusnadError]) -> str:
    """The first line of the class's docstring."""
    return (error.__doc__ or "").strip().split("\n")[0]


def branch_of(leaf: type[MusnadError]) -> type[MusnadError]:
    """The branch that a leaf derives from."""
    return next(branch for branch in BRANCHES if issubclass(leaf, branch))


def _facts(leaf: type[MusnadError]) -> list[str]:
    return [field.name for field in fields(leaf)]


def document() -> str:
    """The whole page."""
    exits = "\n".join(f"| {code} | {text} |" for code, text in outcome.EXIT_MEANINGS.items())
    branches = "\n".join(
        f"| {branch.__name__} | {branch.who_acts} | {outcome.HTTP_BY_BRANCH[branch]} | {meaning(branch)} |"
        for branch in BRANCHES
    )
    parts = [HEAD.format(exits=exits, branches=branches)]
    leafs = load_errors()
    for branch in BRANCHES:
        rows = [leaf for leaf in leafs if branch_of(leaf) is branch]
        if not rows:
            continue
        parts.append(f"### {branch.__name__} ({branch.who_acts})\n")
        parts.append("| code | meaning | facts | HTTP | what to do |\n| --- | --- | --- | --- | --- |")
        for leaf in rows:
            facts = ", ".join(f"`{name}`" for name in _facts(leaf))
            parts.append(
                f"| `{leaf.code}` | {meaning(leaf)} | {facts} | {outcome.http_status_of(leaf)} | {leaf.remedy} |"
            )
        parts.append("")
    return "\n".join(parts).rstrip() + "\n"


def main() -> int:
    """Write the page, or compare it."""
    parser = argparse.ArgumentParser(description="Make docs/errors.md from the error classes.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if the page is not up to date")
    if parser.parse_args().check:
        if not TARGET.exists() or TARGET.read_text(encoding="utf-8") != document():
            print("docs/errors.md is not what the classes say; `make docs` makes it again", file=sys.stderr)
            return 1
        return 0
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(document(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
