"""Words as they are searched for: normalised, stemmed, identifiers kept whole. The same for what is indexed and asked.

1. NFKC; tatweel, vowel signs and direction marks are left out; digits of every script become ASCII. 2. A word is kept
as it is, Arabic letter forms (alef, hamza, ya, ta marbuta) and accents folded, and by its stem: Arabic script by the
Arabic stemmer, Latin by the English one and by that of the text's own language, Cyrillic by the Russian one. 3. What
looks like an identifier (an address, a file's name, a number with signs) is kept whole as well.

A form says what it is by its first characters: ``=`` a word, ``#`` an identifier, ``ar~`` a stem.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Protocol

import snowballstemmer

_STEMMERS = {"ar": "arabic", "en": "english", "fr": "french", "es": "spanish", "ru": "russian"}
_DROPPED = re.compile("[\u0640\u064b-\u065f\u0670\u06d6-\u06ed\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_LETTERS = str.maketrans("أإآٱىئؤةکی", "ااااييوهكي", "ء")
_CHUNK = re.compile(r"\S+")
_WORD = re.compile(r"[^\W_]+")
_EDGES = "\"'()[]{}<>«»“”‘’,;،؛؟?!…"
_SIGNS = frozenset("@.:/_-#%+=&~")
_TELEPHONE = re.compile(r"\+?[0-9][0-9 ()./-]{5,24}[0-9]")
_LONGEST = 256
_LONGEST_STEMMED = 40


class _Stemmer(Protocol):
    def stemWord(self, word: str) -> str: ...  # noqa: N802 - the library's own name


def normalise(text: str) -> str:
    """The text in one form of its letters and digits; words and signs stay where they are."""
    plain = _DROPPED.sub("", unicodedata.normalize("NFKC", text)).casefold()
    return "".join(str(unicodedata.decimal(one)) if one.isdecimal() else one for one in plain)


def forms(text: str, language: str = "") -> Iterator[str]:
    """Every form under which a text is found, some of them twice."""
    plain = normalise(text)
    for found in _CHUNK.finditer(plain):
        for chunk in _wholes(found[0]):
            yield f"#{chunk}"
        for word in _WORD.findall(found[0]):
            yield from _of_word(word[:_LONGEST], language.partition("-")[0])
    for found in _TELEPHONE.finditer(plain):
        yield f"#{_digits(found[0])}"


def asked(text: str) -> tuple[frozenset[str], ...]:
    """What was typed, as groups: every group must be found, by any of its forms."""
    plain = normalise(text)
    if _TELEPHONE.fullmatch(plain.strip()):
        return (frozenset({f"#{_digits(plain)}", f"#{plain.strip()}"}),)
    groups = []
    for found in _CHUNK.finditer(plain):
        chunk = found[0].strip(_EDGES).rstrip(".:")
        words = _WORD.findall(chunk)
        if len(words) == 1:
            groups.append(frozenset({f"#{chunk[:_LONGEST]}", *_of_word(words[0][:_LONGEST], "fr", "es")}))
        elif words:
            groups.append(frozenset({f"#{chunk[:_LONGEST]}"}))
    return tuple(dict.fromkeys(groups))


def _wholes(chunk: str) -> Iterator[str]:
    """A chunk that is more than a word: itself; of an address also its parts."""
    whole = chunk.strip(_EDGES).rstrip(".:")[:_LONGEST]
    if not (_SIGNS & set(whole) or any(one.isdigit() for one in whole)):
        return
    yield whole
    if whole.count("@") == 1:
        yield from (part for part in whole.split("@") if part)
    if "://" in whole:
        yield whole.partition("://")[2].partition("/")[0]


def _of_word(word: str, *languages: str) -> Iterator[str]:
    folded = _fold(word)
    if folded:
        yield f"={folded}"
    if len(word) > _LONGEST_STEMMED or not word.isalpha():
        return
    script = unicodedata.name(word[0], "").partition(" ")[0]
    spoken = {"ARABIC": ("ar",), "CYRILLIC": ("ru",), "LATIN": ("en", *languages)}.get(script, ())
    for language in dict.fromkeys(spoken):
        if language in _STEMMERS and (script == "LATIN") != (language in {"ar", "ru"}):
            yield f"{language}~{_stem(language, word)}"


def _fold(word: str) -> str:
    plain = "".join(one for one in unicodedata.normalize("NFD", word) if not unicodedata.combining(one))
    return plain.translate(_LETTERS)


@lru_cache(20_000)
def _stem(language: str, word: str) -> str:
    return _fold(_stemmer(language).stemWord(word))


@cache
def _stemmer(language: str) -> _Stemmer:
    found: _Stemmer = snowballstemmer.stemmer(_STEMMERS[language])
    return found


def _digits(text: str) -> str:
    return "".join(one for one in text if one.isdigit())
