"""How much of the catalogue each language has, counted in the very files that a translator fills.

Reads the ``.po`` files that an installation carries, without any tool. All languages are counted against the same
sentences: every one that stands in any of the files. English is whole by nature: its sentences are the msgids. What is
filled is said only where the file is compiled as well (``is_spoken``).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
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
    """The sentences of the house that the language says itself; what it lacks is said in English.

    Raises ``LookupError`` for a language that is none of ``LANGUAGES``.
    """
    if language not in LANGUAGES:
        raise LookupError(language)
    return counts({one: catalogue_file(one).read_text(encoding="utf-8") for one in LANGUAGES})[language]


def counts(catalogues: Mapping[str, str]) -> dict[str, Count]:
    """Each language's count, from the text of every language's catalogue file."""
    read = {language: list(_entries(text)) for language, text in catalogues.items()}
    marked = {entry.key for entries in read.values() for entry in entries}
    filled = {language: {entry.key for entry in entries if entry.is_filled} for language, entries in read.items()}
    return {language: Count(len(marked if language == "en" else filled[language]), len(marked)) for language in read}


def is_spoken(language: str) -> bool:
    """Whether the language's catalogue is compiled here; where it is not, the house says everything in English."""
    return language == "en" or catalogue_file(language).with_suffix(".mo").is_file()


@dataclass
class _Entry:
    """One sentence of a catalogue file."""

    context: str = ""
    message: str = ""
    fuzzy: bool = False
    translations: list[str] = field(default_factory=list)

    @property
    def key(self) -> tuple[str, str]:
        return self.context, self.message

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
    if keyword == "msgctxt":
        entry.context += piece
    elif keyword == "msgid":
        entry.message += piece
    elif keyword.startswith("msgstr"):
        entry.translations[-1] += piece
