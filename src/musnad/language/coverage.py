"""How much of the catalogue each language has, counted in the very files that a translator fills.

Reads the ``.po`` files that an installation carries, without any tool. English is whole by nature: its sentences are
the msgids.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from musnad.language.speech import DOMAIN, LANGUAGES, LOCALE_DIR

MUST_BE_WHOLE = ("ar", "en")
"""The languages in which nothing may be missing; the others wait for whoever fills them."""


@dataclass(frozen=True, slots=True)
class Count:
    """How many of how many are filled."""

    filled: int
    all: int

    @property
    def whole(self) -> bool:
        return self.filled == self.all

    def __add__(self, other: Count) -> Count:
        return Count(self.filled + other.filled, self.all + other.all)


def catalogue_file(language: str) -> Path:
    """Where the language's catalogue stands, to be handed to a translator."""
    return LOCALE_DIR / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def sentences(language: str) -> Count:
    """The sentences of the catalogue that the language says itself; what it lacks is said in English.

    Raises ``LookupError`` for a language that is none of ``LANGUAGES``.
    """
    if language not in LANGUAGES:
        raise LookupError(language)
    entries = list(_entries(catalogue_file(language).read_text(encoding="utf-8")))
    return Count(sum(1 for entry in entries if language == "en" or entry.is_filled), len(entries))


@dataclass
class _Entry:
    """One sentence of a catalogue file."""

    message: str = ""
    fuzzy: bool = False
    translations: list[str] = field(default_factory=list)

    @property
    def is_filled(self) -> bool:
        return not self.fuzzy and bool(self.translations) and all(text.strip() for text in self.translations)


def _entries(text: str) -> Iterator[_Entry]:
    """The entries of a catalogue file but its header; those that are no longer said (``#~``) are left out."""
    for block in text.split("\n\n"):
        entry, keyword = _Entry(), ""
        for line in block.splitlines():
            if line.startswith("#,"):
                entry.fuzzy = "fuzzy" in line
            elif line.startswith("#"):
                continue
            elif line.startswith('"'):
                _take(entry, keyword, line)
            elif " " in line:
                keyword, _, rest = line.partition(" ")
                if keyword.startswith("msgstr"):
                    entry.translations.append("")
                _take(entry, keyword, rest)
        if entry.message:
            yield entry


def _take(entry: _Entry, keyword: str, quoted: str) -> None:
    piece = str(ast.literal_eval(quoted))
    if keyword == "msgid":
        entry.message += piece
    elif keyword.startswith("msgstr"):
        entry.translations[-1] += piece
