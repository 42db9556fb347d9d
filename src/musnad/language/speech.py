"""Which language is spoken, and the catalogue behind it.

The current language is a context variable: a thread or task that sets it does not change its neighbours'. Nothing is
translated at import time; ``mark`` only says that a literal belongs to the catalogue.
"""

from __future__ import annotations

import gettext as gnu
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

LANGUAGES = ("ar", "en", "es", "fr", "ru", "zh")
DOMAIN = "django"
LOCALE_DIR = Path(__file__).parent / "locale"

_ASKED = ("LC_ALL", "LC_MESSAGES", "LANG")


@dataclass(frozen=True, slots=True)
class Speech:
    """One language and its catalogue. ``direction`` is what HTML's ``dir`` takes."""

    language: str
    direction: Literal["ltr", "rtl"]
    catalogue: gnu.NullTranslations

    def gettext(self, message: str) -> str:
        """The sentence in this language; a sentence that the catalogue lacks stays English."""
        return self.catalogue.gettext(message) if message else ""

    def ngettext(self, one: str, many: str, count: int) -> str:
        """The form for the count: two in English, six in Arabic."""
        return self.catalogue.ngettext(one, many, count)

    def pgettext(self, context: str, message: str) -> str:
        """A word that means different things in different places, told apart by ``context``."""
        return self.catalogue.pgettext(context, message)

    def npgettext(self, context: str, one: str, many: str, count: int) -> str:
        """``ngettext`` with a context."""
        return self.catalogue.npgettext(context, one, many, count)


@cache
def speak(language: str) -> Speech:
    """The speech of one of ``LANGUAGES``.

    Raises:
        LookupError: the language is none of them; doors ask ``choose_language`` first.
    """
    if language not in LANGUAGES:
        raise LookupError(language)
    catalogue = gnu.translation(DOMAIN, LOCALE_DIR, [language], fallback=True)
    return Speech(language, "rtl" if language == "ar" else "ltr", catalogue)


def choose_language(asked: str | None, environment: Mapping[str, str]) -> str:
    """The language asked for, else the locale's (LC_ALL, LC_MESSAGES, LANG: the first that is set), else English."""
    for wish in (asked, next((environment[name] for name in _ASKED if environment.get(name)), None)):
        if wish:
            language = wish.replace("-", "_").partition("_")[0].partition(".")[0].lower()
            if language in LANGUAGES:
                return language
    return "en"


_CURRENT: ContextVar[str] = ContextVar("musnad_language", default="en")


def current() -> Speech:
    """The speech of this thread or task; English until somebody said otherwise."""
    return speak(_CURRENT.get())


class use:  # noqa: N801  # reads as a verb: use("ar"), with use("ar"):
    """Speak this language from now on; as a context manager, until the block ends."""

    def __init__(self, language: str) -> None:
        self._before = _CURRENT.get()
        _CURRENT.set(speak(language).language)

    def __enter__(self) -> Speech:
        return current()

    def __exit__(self, *_: object) -> None:
        _CURRENT.set(self._before)


def mark(message: str) -> str:
    """Say that a literal is a sentence of the catalogue, to be translated where it is shown."""
    return message


def gettext(message: str) -> str:
    """The sentence in the current language."""
    return current().gettext(message)


def ngettext(one: str, many: str, count: int) -> str:
    """The form for the count in the current language."""
    return current().ngettext(one, many, count)


def pgettext(context: str, message: str) -> str:
    """The word in the current language, in the sense that ``context`` tells."""
    return current().pgettext(context, message)


def npgettext(context: str, one: str, many: str, count: int) -> str:
    """``ngettext`` with a context, in the current language."""
    return current().npgettext(context, one, many, count)
