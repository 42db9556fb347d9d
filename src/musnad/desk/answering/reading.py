"""An answer as the other side will read it, before it is anything: in every language that a recipient takes.

Nothing is composed and nothing is stored; what the author wrote stays as written, and is marked so.
"""

from __future__ import annotations

from dataclasses import dataclass

from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.names import AuthorityId, SealId
from musnad.core.messages import bodies
from musnad.core.messages.message import Message
from musnad.core.treaty.values import Measure
from musnad.desk.answering.forms import Saying
from musnad.exchange.composing import Intent
from musnad.exchange.ports import Ports
from musnad.exchange.reading.form import Said, Value, tell, values_of
from musnad.exchange.reading.parts import body_parts, grounds_of
from musnad.exchange.reading.spoken import rule_note
from musnad.language import LANGUAGES, Speech, speak
from musnad.language.tongues import OWN_NAMES, direction_of, primary
from musnad.language.words import word

PREVIEW = "preview"
"""What the button of the form says that asks for it."""


@dataclass(frozen=True, slots=True)
class Row:
    """A member of what is said; ``note`` is what is told beside it: the rule of a ground, another language."""

    value: Value
    note: str


@dataclass(frozen=True, slots=True)
class Told:
    """One message: its kind in words, to which request, and its members."""

    title: str
    about: Said | None
    rows: tuple[Row, ...]
    seals: tuple[SealId, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What is said, in one language."""

    language: str
    direction: str
    name: str
    told: tuple[Told, ...]


def previews(what: Saying, *intents: Intent) -> tuple[Preview, ...]:
    """One for each language that a recipient takes and Musnad speaks; Arabic and English where none is known."""
    recipients = dict.fromkeys(to for one in intents for to in one.to)
    taken = [primary(one) for to in recipients for one in _languages(what.ports, to)]
    spoken = list(dict.fromkeys(one for one in taken if one in LANGUAGES)) or ["ar", "en"]
    found = []
    for language in spoken:
        say = speak(language)
        told = tuple(_told(what.ports, one, what.measure, say) for one in intents)
        found.append(Preview(language, direction_of(language), OWN_NAMES[language], told))
    return tuple(found)


def _told(ports: Ports, intent: Intent, measure: Measure | None, say: Speech) -> Told:
    message = Message(
        version="musnad/1",
        exercise=intent.exercise,
        language=intent.language,
        author=intent.author,
        to=intent.to,
        at=ports.clock.now(),
        body=intent.body,
        case=intent.case,
        answers=intent.answers,
    )
    values = values_of(body_parts(message, measure), intent.language, say)
    grounds: dict[str, str] = {}
    body = message.body.said if isinstance(message.body, bodies.Transcript) else message.body
    if isinstance(body, bodies.Refusal):
        grounds = {one.name: rule_note(one, say) for one in grounds_of(body.grounds, measure)}
    return Told(
        word("kind", message.kind, say),
        tell(measure.label, say) if measure is not None else None,
        tuple(Row(one, _note(one, grounds, say)) for one in values),
        tuple(one.seal for one in intent.exhibits),
    )


def _note(value: Value, grounds: dict[str, str], say: Speech) -> str:
    if value.part.name == "ground":
        return grounds.get(value.part.text, "")
    return value.said.note(say)


def _languages(ports: Ports, to: AuthorityId) -> tuple[str, ...]:
    try:
        return ports.directories.current().authority(to).languages
    except MusnadError:
        return ()
