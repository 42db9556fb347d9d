"""Every small way in which a treaty's data can be other than it is: an entry taken away, a number or a name changed.

What is only shown (texts, titles, references to paragraphs and sources) is left alone: no program can tell whether it
is right, and docs/treaty.md hands that to lawyers.
"""

from __future__ import annotations

import copy
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, get_args

from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.names import Slug, digest_of
from musnad.core.treaty.build import build_treaty, gather_words
from musnad.core.treaty.link import Table
from musnad.core.treaty.measure import Words, build_measure
from musnad.core.treaty.reader import bundle
from musnad.core.treaty.schema import FileForm
from musnad.core.treaty.values import CriminalityPolicy, Force, Outcome, Stage, Unit, UseLimitName
from tests.core.treaty.answers import Lines, of_measure, of_treaty

Path = tuple[str | int, ...]

SHOWN = {"label", "help", "says", "title", "note", "parallel", "paragraph", "numbering", "source", "article", "shared"}
SHOWN |= {"title_status", "adopted_on", "as_of", "name"}
WORDS: dict[str, tuple[str, ...]] = {
    "status": ("certain", "reported", "from-memory-verify", "design"),
    "force": get_args(Force),
    "limit": get_args(UseLimitName),
    "outcome": get_args(Outcome),
    "policy": get_args(CriminalityPolicy),
    "stage": get_args(Stage),
    "unit": get_args(Unit),
    "kind": ("text", "long-text", "reference"),
    "before": ("refusal", "postponement"),
}
TABLES = (
    "rules",
    "instruments",
    "data_categories",
    "meanings",
    "identifier_types",
    "offences",
    "offence_classes",
    "roles",
    "events",
    "grounds",
    "fields",
    "parts",
    "measures",
    "treaty",
)


@dataclass(frozen=True)
class Mutant:
    """A file of the treaty with one thing changed."""

    file: str
    path: Path
    change: str
    data: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.file} {'.'.join(map(str, self.path))}: {self.change}"


class Data:
    """A treaty's files, read once."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.raw = {name: tomllib.loads(data.decode()) for name, data in files.items()}
        self.forms = {name: FileForm.model_validate(raw) for name, raw in self.raw.items()}
        self.digest = digest_of(bundle(files))
        self.treaty, _ = build_treaty(self.forms, self.digest)
        self.words = gather_words(self.forms)

    def notices(self, mutant: Mutant, expected: Mapping[str, Lines]) -> bool:
        """Whether the reader refuses the mutant, or some answer is other than expected."""
        try:
            form = FileForm.model_validate(mutant.data)
            return self._differs_in_a_measure(mutant, form, expected) or self._differs(mutant, form, expected)
        except (MusnadError, ValueError):
            return True

    def _differs_in_a_measure(self, mutant: Mutant, form: FileForm, expected: Mapping[str, Lines]) -> bool:
        """The quick way: whether a measure that is made of what was changed differs already; only that one is made."""
        kind, name = mutant.path[0], str(mutant.path[1])
        words = replace(self.words, used={}, made={} if kind == "fields" else self.words.made)
        touched = [one for one, measure in self.words.measures.values().items() if name in (one, *measure.parts)]
        changed: Any = getattr(form, str(kind))
        if name not in changed:
            return False
        if kind == "measures":
            words = replace(words, measures=_with(words.measures, name, changed[name]))
        elif kind == "parts":
            words = replace(words, parts=_with(words.parts, name, changed[name]))
        elif kind == "fields":
            words = replace(words, fields=_with(words.fields, name, changed[name]))
            touched = [one for one, measure in self.treaty.measures.items() if name in measure.fields]
        else:
            return False
        return any(self._made(one, words) != expected[one] for one in touched)

    def _made(self, name: str, words: Words) -> Lines:
        place, form = words.measures.entries[name]
        made = build_measure(Slug(name), place, form, words)
        return of_measure(replace(self.treaty, measures={**self.treaty.measures, made.name: made}), name)

    def _differs(self, mutant: Mutant, form: FileForm, expected: Mapping[str, Lines]) -> bool:
        treaty, _ = build_treaty({**self.forms, mutant.file: form}, self.digest)
        if treaty.measures.keys() != expected.keys() - {treaty.name}:
            return True
        return of_treaty(treaty) != expected[treaty.name] or any(
            of_measure(treaty, name) != expected[name] for name in treaty.measures
        )

    def mutants(self, *, shared: bool) -> Iterator[Mutant]:
        """All mutants of the treaty's own files, or of those that it shares."""
        for file, raw in sorted(self.raw.items()):
            if raw.get("shared", False) is shared:
                for table in TABLES:
                    for path, change, new in self._changes(raw.get(table, {}), (table,)):
                        yield Mutant(file, path, change, _changed(raw, path, new))

    def _changes(self, node: Any, path: Path) -> Iterator[tuple[Path, str, Any]]:
        items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
        for key, value in items:
            if key in SHOWN:
                continue
            here = (*path, key)
            yield here, "taken away", _GONE
            yield from ((here, f"{value} made {new}", new) for new in self._others(key, value))
            yield from self._changes(value, here)

    def _others(self, key: str | int, value: Any) -> Iterator[Any]:
        if isinstance(value, bool):
            yield not value
        elif isinstance(value, int):
            yield from (value - 1, value + 1)
        elif isinstance(value, str) and value in WORDS.get(str(key), ()):
            words = WORDS[str(key)]
            yield words[(words.index(value) + 1) % len(words)]
        elif isinstance(value, str) and value in self.treaty.rules:
            like = self.treaty.rules[value]  # type: ignore[index]
            yield next(
                (
                    name
                    for name, one in sorted(self.treaty.rules.items())
                    if name != value and one.unit == like.unit and one.certainty is like.certainty
                ),
                "names-requesting-authority",
            )


_GONE = object()


def _with(table: Table[Any], name: str, form: Any) -> Table[Any]:
    place, _ = table.entries[name]
    return replace(table, entries={**table.entries, name: (place, form)}, used=set())


def _changed(raw: dict[str, Any], path: Path, new: Any) -> dict[str, Any]:
    found = copy.copy(raw)
    node: Any = found
    for key in path[:-1]:
        node[key] = copy.copy(node[key])
        node = node[key]
    if new is _GONE:
        del node[path[-1]]
    else:
        node[path[-1]] = new
    return found
