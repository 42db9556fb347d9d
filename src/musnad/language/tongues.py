"""Languages themselves: what each is called, which way it runs, and how a text in another than the reader's is marked.

A message may be written in any language that its author names by a tag (RFC 5646); Musnad speaks ``LANGUAGES``. Only
the primary subtag decides (``ar-QA`` runs as ``ar``).
"""

from __future__ import annotations

import re
from typing import Literal

from musnad.language.speech import Speech, current, mark
from musnad.language.wording import isolate

Direction = Literal["ltr", "rtl"]

RIGHT_TO_LEFT = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})
OWN_NAMES = {
    "ar": "العربية",
    "en": "English",
    "es": "Español",
    "fr": "Français",
    "ru": "Русский",
    "zh": "中文",
}
"""What each language that Musnad speaks calls itself: said alike to every reader, so that its own finds it."""

_ORIGINAL = {
    "ar": mark("original, in Arabic"),
    "en": mark("original, in English"),
    "es": mark("original, in Spanish"),
    "fr": mark("original, in French"),
    "ru": mark("original, in Russian"),
    "zh": mark("original, in Chinese"),
}
_ONLY = {
    "ar": mark("only in Arabic"),
    "en": mark("only in English"),
    "es": mark("only in Spanish"),
    "fr": mark("only in French"),
    "ru": mark("only in Russian"),
    "zh": mark("only in Chinese"),
}
_LETTER = re.compile(r"[^\W\d_]")
_RIGHT_TO_LEFT_LETTER = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)


def primary(language: str) -> str:
    """The primary subtag: ``ar`` of ``ar-QA``."""
    return language.partition("-")[0].lower()


def direction_of(language: str) -> Direction:
    """Which way a language runs."""
    return "rtl" if primary(language) in RIGHT_TO_LEFT else "ltr"


def direction_of_text(text: str, language: str) -> Direction:
    """Which way a text runs: as its language does, unless not one of its letters does.

    So an Arabic sentence that begins with a Latin name runs as Arabic, and an e-mail address alone in it does not.
    """
    letters = _LETTER.findall(text)
    rightward = sum(1 for letter in letters if _RIGHT_TO_LEFT_LETTER.match(letter))
    if direction_of(language) == "rtl":
        return "rtl" if rightward or not letters else "ltr"
    return "rtl" if letters and rightward == len(letters) else "ltr"


def original_in(language: str, speech: Speech | None = None) -> str:
    """The mark of a text that stands as its author wrote it."""
    say = speech or current()
    known = _ORIGINAL.get(primary(language))
    if known is not None:
        return say.gettext(known)
    return say.gettext("original, in the language %(language)s") % {"language": isolate(language, say)}


def only_in(language: str, speech: Speech | None = None) -> str:
    """The mark of a text of the data that does not stand in the reader's language yet."""
    return (speech or current()).gettext(_ONLY[primary(language)])
