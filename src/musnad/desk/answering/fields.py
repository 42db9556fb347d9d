"""The fields of a form, and what was typed into them: nothing that was typed is lost, whatever is wrong."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from typing import Literal, TypeVar

from django.http import QueryDict

from musnad.core.kernel.errors import BadForm, MusnadError
from musnad.core.kernel.times import Day, Instant, parse_day, parse_instant
from musnad.core.messages.bodies import UseLimits
from musnad.core.messages.errors import BadMessage
from musnad.desk.remedies import remedy
from musnad.exchange.errors import StepRefused
from musnad.exchange.reading.pieces import RuleView
from musnad.language import LANGUAGES, current, isolate, mark
from musnad.language import gettext as _
from musnad.language.sentences import sentence
from musnad.language.tongues import OWN_NAMES
from musnad.language.words import WORDS, word

Kind = Literal["text", "long", "day", "moment", "choice", "tick", "ticks", "lines", "file"]
Chosen = TypeVar("Chosen", bound=str)
LONG_LIMIT = 16_384
"""How much the browser lets one type; the message schema has the last word."""


@dataclass(frozen=True, slots=True)
class Option:
    """One of several to choose; ``rule`` where the treaty data names one, ``chosen`` as it was typed."""

    value: str
    label: str
    help: str = ""
    rule: RuleView | None = None
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """One labelled field. ``values`` is what stands in it, ``error`` what is wrong with it, in words."""

    name: str
    label: str
    kind: Kind
    help: str = ""
    required: bool = False
    options: tuple[Option, ...] = ()
    values: tuple[str, ...] = ()
    error: str = ""

    @property
    def value(self) -> str:
        return self.values[0] if self.values else ""

    @property
    def lines(self) -> str:
        return "\n".join(self.values)


LANGUAGE = "language"


@dataclass
class Given:
    """What was typed, read field by field; every defect is noted beside its field, and reading goes on."""

    typed: QueryDict
    errors: dict[str, str] = field(default_factory=dict)

    def text(self, name: str) -> str | None:
        """What stands there without space around it; None where nothing does."""
        return self.typed.get(name, "").replace("\r\n", "\n").strip() or None

    def due(self, name: str) -> str:
        found = self.text(name)
        if found is None:
            self.errors[name] = _("This is needed.")
        return found or ""

    def many(self, name: str) -> tuple[str, ...]:
        return tuple(one for one in self.typed.getlist(name) if one)

    def lines(self, name: str) -> tuple[str, ...]:
        return tuple(one.strip() for one in (self.text(name) or "").split("\n") if one.strip())

    def ticked(self, name: str) -> bool:
        return bool(self.typed.get(name))

    def day(self, name: str) -> Day | None:
        found = self.text(name)
        try:
            return parse_day(found, what=name) if found is not None else None
        except BadForm:
            self.errors[name] = _("Write the day as year-month-day, such as 2026-11-23.")
            return None

    def moment(self, name: str) -> Instant | None:
        """A moment in UTC, as a browser's field or a person writes it: ``2026-11-23T08:30``."""
        found = self.text(name)
        if found is None:
            return None
        whole = found if found.endswith("Z") else found + (":00Z" if found.count(":") == 1 else "Z")
        try:
            return parse_instant(whole, what=name)
        except BadForm:
            self.errors[name] = _("Write the moment in UTC, such as 2026-11-23T08:30.")
            return None

    def one_of(self, name: str, options: Collection[Chosen]) -> Chosen | None:
        """The chosen one of these; None where nothing is chosen."""
        found = self.text(name)
        chosen = next((one for one in options if one == found), None)
        if found is not None and chosen is None:
            self.errors[name] = _("Choose one of those offered.")
        return chosen

    def due_one_of(self, name: str, options: Collection[Chosen]) -> Chosen | None:
        chosen = self.one_of(name, options)
        if chosen is None:
            self.errors.setdefault(name, _("Choose one of those offered."))
        return chosen

    def limits(self) -> UseLimits | None:
        """The conditions of use that were set; None where none was."""
        confidential, onward = self.ticked("confidential"), self.one_of("onward", ONWARD)
        purpose, until, at_end = self.text("purpose"), self.day("hold_until"), self.one_of("at_end", AT_END)
        if not any((confidential, onward, purpose, until, at_end)):
            return None
        if (until is None) != (at_end is None):
            wrong = "at_end" if at_end is None else "hold_until"
            self.errors.setdefault(wrong, _("A last day and what is done then stand together, or neither."))
        return UseLimits(confidential, onward or "with-consent", purpose, until, at_end)

    @property
    def language(self) -> str:
        found = self.typed.get(LANGUAGE, "")
        return found if found in LANGUAGES else current().language


ONWARD: tuple[Literal["free", "with-consent", "forbidden"], ...] = ("free", "with-consent", "forbidden")
AT_END: tuple[Literal["return", "destroy"], ...] = ("return", "destroy")

LIMIT_FIELDS = (
    Field("confidential", mark("The data are given in confidence"), "tick"),
    Field("onward", mark("Passing on to another State or body"), "choice"),
    Field("purpose", mark("The only purpose that the data may serve"), "long"),
    Field("hold_until", mark("The last day on which they may be held, included"), "day"),
    Field("at_end", mark("What is done with them then"), "choice"),
)
"""Conditions that travel with data, as a form asks for them."""


def words_of(table: str, codes: Iterable[str]) -> tuple[Option, ...]:
    return tuple(Option(code, word(table, code)) for code in codes)  # type: ignore[arg-type]  # a name of a table


def limit_fields() -> tuple[Field, ...]:
    """The same in the reader's language, with what may be chosen."""
    offered = {"onward": words_of("said", ONWARD), "at_end": words_of("said", AT_END)}
    return tuple(said(replace(one, options=offered.get(one.name, ()))) for one in LIMIT_FIELDS)


def language_field() -> Field:
    """Which language the free text is written in; the reader's own unless chosen."""
    options = tuple(Option(code, OWN_NAMES[code]) for code in LANGUAGES)
    return Field(
        LANGUAGE, _("The language that you write in"), "choice", options=options, values=(current().language,),
        required=True,
    )  # fmt: skip


def said(one: Field) -> Field:
    """The field with its label and help in the reader's language."""
    return replace(one, label=_(one.label), help=_(one.help) if one.help else "")


def filled(fields: Iterable[Field], typed: QueryDict, errors: dict[str, str]) -> tuple[Field, ...]:
    """The fields as they were typed, each with its error."""
    found = []
    for one in fields:
        values = tuple(typed.getlist(one.name))
        options = tuple(replace(option, chosen=option.value in values) for option in one.options)
        found.append(replace(one, values=values, options=options, error=errors.get(one.name, "")))
    return tuple(found)


def chosen(fields: Iterable[Field]) -> tuple[Field, ...]:
    """The fields as they begin, their own values chosen."""
    return tuple(
        replace(one, options=tuple(replace(option, chosen=option.value in one.values) for option in one.options))
        for one in fields
    )


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why it was not said: sentences for the top of the form, with the code; nothing was sent."""

    code: str
    sentences: tuple[str, ...]
    remedy: str = ""


def trouble_of(error: MusnadError, given: Given, names: Collection[str]) -> Trouble:
    """An error of composing in words; where it is about a field of the form, also beside that field."""
    if isinstance(error, BadMessage):
        name = error.member.split(".")[-1].split("[")[0]
        found = next((one for one in names if one == name), None)
        if found is not None:
            given.errors.setdefault(found, sentence(error))
    if isinstance(error, StepRefused):
        return Trouble(error.code, told(error.grounds.split(", ")))
    return Trouble(error.code, (sentence(error),), remedy(error))


def told(grounds: Iterable[str]) -> tuple[str, ...]:
    """Grounds and findings by their code, each with what it is about, as sentences."""
    found = []
    for one in grounds:
        code, _colon, about = one.partition(": ")
        table: Literal["ground", "finding"] = "ground" if code in WORDS["ground"] else "finding"
        found.append(f"{word(table, code)} {isolate(about)}" if about else word(table, code))
    return tuple(found)
