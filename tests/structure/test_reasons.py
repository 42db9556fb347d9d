"""Why a form was refused is told in the reader's language: every reason that desk and people give is marked."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import musnad
from musnad.core.kernel.errors import BadForm
from musnad.language import speak
from musnad.language.sentences import sentence
from tools.catalogue import extract_all

SOURCE = Path(musnad.__file__).parent
FILES = sorted(file for area in ("desk", "people") for file in (SOURCE / area).rglob("*.py"))
PARSED = {file: ast.parse(file.read_text("utf-8")) for file in FILES}


def marked(node: ast.expr) -> str | None:
    """The sentence of ``mark("...")``."""
    match node:
        case ast.Call(func=ast.Name(id="mark"), args=[ast.Constant(value=str(said))]):
            return said
        case _:
            return None


def constants() -> dict[str, str]:
    """Every constant of these modules that holds a marked sentence."""
    found = {}
    for tree in PARSED.values():
        for node in tree.body:
            match node:
                case ast.Assign(targets=[ast.Name(id=name)], value=value) if (said := marked(value)) is not None:
                    found[name] = said
    return found


def reasons() -> Iterator[tuple[str, str | None]]:
    """Where a ``BadForm`` is made, and its reason; None where that is marked nowhere."""
    named = constants()
    for file, tree in PARSED.items():
        for node in ast.walk(tree):
            match node:
                case ast.Call(func=ast.Name(id="BadForm"), args=[_, why]):
                    place = f"{file.relative_to(SOURCE)}:{node.lineno}"
                    match why:
                        case ast.Name(id=name) | ast.Attribute(attr=name):
                            yield place, named.get(name)
                        case _:
                            yield place, marked(why)


FOUND = dict(reasons())


def test_every_reason_is_marked() -> None:
    assert len(FOUND) > 20
    assert [place for place, said in FOUND.items() if said is None] == []


def test_every_reason_is_of_the_catalogue() -> None:
    sentences = {text for text, _, _ in extract_all() if isinstance(text, str)}
    assert {said for said in FOUND.values() if said is not None} - sentences == set()


def test_a_reason_is_told_in_the_readers_language() -> None:
    """``test_nothing_is_untranslated_or_stale`` says that the catalogue has each of them."""
    arabic = speak("ar")
    told = sentence(BadForm("x", "This value is not of its form: %(what)s (%(why)s)."), arabic)
    assert arabic.gettext("This value is not of its form: %(what)s (%(why)s).") in told
