"""A draft as each recipient will read it: in every language that a screen or paper there would show it in."""

from __future__ import annotations

from dataclasses import dataclass

from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.names import AuthorityId
from musnad.desk.composing.page import Page
from musnad.desk.composing.working import message_of
from musnad.exchange.reading.form import Form, request_form
from musnad.language import LANGUAGES, speak
from musnad.language.tongues import OWN_NAMES, direction_of, primary


@dataclass(frozen=True, slots=True)
class Reading:
    """``words`` are the page's own words in that language."""

    language: str
    direction: str
    name: str
    form: Form
    words: dict[str, str]


def readings(page: Page) -> tuple[Reading, ...]:
    """One for each language that a recipient takes and Musnad speaks; Arabic and English where none is known."""
    message = message_of(page)
    taken = [one for to in message.to for one in _languages(page, to)]
    spoken = list(dict.fromkeys(primary(one) for one in taken if primary(one) in LANGUAGES))
    found = []
    for language in spoken or ["ar", "en"]:
        say = speak(language)
        told = {
            "basis": say.gettext("Legal basis"),
            "limits": say.gettext("Conditions of use"),
            "asker": say.gettext("Asking authority"),
        }
        form = request_form(message, page.treaty, say)
        found.append(Reading(language, direction_of(language), OWN_NAMES[language], form, told))
    return tuple(found)


def _languages(page: Page, to: AuthorityId) -> tuple[str, ...]:
    try:
        return page.ports.directories.current().authority(to).languages
    except MusnadError:
        return ()
