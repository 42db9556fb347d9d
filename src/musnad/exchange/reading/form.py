"""A request as its reader sees it: labels and coded values in the reader's language, free text as it was written.

Pure: a message, the treaty data that it names and a speech in, lines out; desk, terminal, programming interface and
paper lay the same lines out. Rules kept here:

1. Fields stand in the order of the measure's form; then those that the data does not know, by name, as they are.
2. What the data names (labels, help, choices, categories, kinds of identifier, offences) is said in the reader's
   language, each for itself; where it lacks that language, in English, and the line says which language it has.
3. What the author wrote is never translated: it is marked as the original, with its language and its direction.
4. Identifiers, references and digits belong to no language and run left to right.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from musnad.core.kernel.ijson import JsonObject
from musnad.core.kernel.names import Slug
from musnad.core.messages import bodies
from musnad.core.messages.message import LegalBasis, Message
from musnad.core.treaty.values import Label, Treaty
from musnad.exchange.reading.parts import limit_parts, request_fields
from musnad.exchange.reading.pieces import FieldView, Part, RuleView
from musnad.language import Speech, current, embed, isolate, mark, penalty, write_date, write_time
from musnad.language.tongues import Direction, direction_of, direction_of_text, only_in, original_in, primary
from musnad.language.words import WORDS, word


@dataclass(frozen=True, slots=True)
class Said:
    """A text with the language that it is in; none for an identifier or a number."""

    text: str
    language: str | None
    direction: Direction
    original: bool = False
    """Whether it stands as the author wrote it."""

    def note(self, say: Speech) -> str:
        """What a reader of that speech must be told of its language; empty where it is the reader's own."""
        if self.language is None or primary(self.language) == say.language:
            return ""
        return original_in(self.language, say) if self.original else only_in(self.language, say)


@dataclass(frozen=True, slots=True)
class Value:
    """One piece of a field's value, what it is within the field, and the same as the view's part."""

    heading: Said | None
    said: Said
    part: Part


@dataclass(frozen=True, slots=True)
class Line:
    """A filled field. ``entries`` are the members of a list (identifiers, categories), or one for all else."""

    field: Slug
    label: Said
    help: Said | None
    entries: tuple[tuple[Value, ...], ...]
    known: bool
    """Whether the data at hand knows the field; what it does not is shown as it came."""
    required: bool
    rule: RuleView | None

    @property
    def values(self) -> tuple[Value, ...]:
        return tuple(value for entry in self.entries for value in entry)


@dataclass(frozen=True, slots=True)
class Force:
    """Whether the treaty is in force by whose data a request is made, as its data says on its day, in words.

    ``own_basis``: the request rests on this very treaty. Resting on another basis, it is made by the treaty's data all
    the same; the treaty's force then says nothing of the basis.
    """

    treaty: Said
    own_basis: bool
    told: str


@dataclass(frozen=True, slots=True)
class Form:
    """A whole request for one reader. ``in_force`` and ``force`` are None where the treaty data is not at hand."""

    written_in: str
    measure: Said
    help: Said | None
    basis: Said | None
    basis_note: Said | None
    in_force: bool | None
    force: Force | None
    lines: tuple[Line, ...]
    limits: tuple[Value, ...] = ()
    """The conditions of use, where information is given with the request."""


def request_form(message: Message, treaty: Treaty | None, speech: Speech | None = None) -> Form:
    """The form of a request under its treaty data (None: not at hand), for a reader of the speech.

    Raises ``TypeError`` where the message is no request.
    """
    if not isinstance(message.body, bodies.Request):
        raise TypeError(message.kind)
    say = speech or current()
    measure = treaty.measures.get(message.measure) if treaty is not None and message.measure is not None else None
    basis = message.legal_basis
    named = treaty.instruments.get(basis.instrument) if treaty is not None and basis is not None else None
    return Form(
        written_in=message.language,
        measure=tell(measure.label, say) if measure is not None else as_is(str(message.measure)),
        help=tell(measure.help, say) if measure is not None else None,
        basis=None if basis is None else tell(named.label, say) if named is not None else as_is(basis.instrument),
        basis_note=original(basis.note, message.language) if basis is not None and basis.note else None,
        in_force=treaty.in_force.value if treaty is not None else None,
        force=_force(treaty, basis, say) if treaty is not None else None,
        lines=form_lines(request_fields(message.body.fields, measure, treaty), message.language, say),
        limits=tuple(_value(part, message.language, say) for part in limit_parts(message.body.limits)),
    )


def _force(treaty: Treaty, basis: LegalBasis | None, say: Speech) -> Force:
    known = treaty.in_force
    told = (
        say.gettext("In force, as known on %(day)s (%(certainty)s).")
        if known.value
        else say.gettext("Not in force as far as is known on %(day)s (%(certainty)s).")
    )
    facts = {"day": write_date(known.as_of, say), "certainty": word("certainty", known.certainty, say)}
    return Force(tell(treaty.label, say), basis is not None and basis.instrument == treaty.name, told % facts)


def form_lines(fields: tuple[FieldView, ...], written_in: str, speech: Speech | None = None) -> tuple[Line, ...]:
    """Fields already read (``request_fields``) as lines for a reader of the speech."""
    say = speech or current()
    return tuple(
        Line(
            one.name,
            tell(one.label, say) if one.label is not None else as_is(one.name),
            tell(one.help, say) if one.help is not None else None,
            tuple(_entries(one.parts, written_in, say)),
            one.label is not None,
            one.required,
            one.rule,
        )
        for one in fields
    )


def tell(label: Label, say: Speech) -> Said:
    """A text of the treaty data in the reader's language, else in English."""
    language = say.language if say.language in label.texts else "en"
    return Said(label.for_language(language), language, direction_of(language))


def original(text: str, language: str) -> Said:
    """What an author wrote."""
    return Said(text, language, direction_of_text(text, language), original=True)


def as_is(text: str) -> Said:
    """An identifier or a code."""
    return Said(text, None, "ltr")


def cite(rule: RuleView, speech: Speech | None = None) -> str:
    """The article and paragraph of a rule, or nothing for a rule of practice."""
    say = speech or current()
    if rule.article is None:
        return ""
    if rule.paragraph is None:
        return say.gettext("article %(article)s") % {"article": rule.article}
    return say.gettext("article %(article)s, paragraph %(paragraph)s") % {
        "article": rule.article,
        "paragraph": isolate(rule.paragraph, say),
    }


def in_words(form: Form, speech: Speech | None = None) -> Iterator[str]:
    """The form as lines of text, for a terminal: indented, every mark written out."""
    say = speech or current()
    yield _marked(form.measure, say)
    if form.basis is not None:
        yield "  " + say.gettext("Legal basis: %(basis)s") % {"basis": _marked(form.basis, say)}
    if form.force is not None and form.force.own_basis:
        yield "    " + form.force.told
    if form.basis_note is not None:
        yield "    " + _marked(form.basis_note, say)
    if form.force is not None and not form.force.own_basis:
        treaty = _marked(form.force.treaty, say)
        yield "  " + say.gettext("Treaty whose data the request is made by: %(treaty)s") % {"treaty": treaty}
        yield "    " + form.force.told
    for line in form.lines:
        label = _marked(line.label, say)
        if not line.known:
            label = say.gettext("%(field)s (a field that the treaty data at hand does not know)") % {"field": label}
        yield f"  {label}"
        for entry in line.entries:
            for place, value in enumerate(entry):
                yield from _indented(value, say, first=place == 0 and len(line.entries) > 1)
    if form.limits:
        yield "  " + say.gettext("Conditions of use")
    for value in form.limits:
        yield from _indented(value, say, first=False)


def values_of(parts: tuple[Part, ...], written_in: str, speech: Speech | None = None) -> tuple[Value, ...]:
    """Members of a message (``parts.body_parts``) for a reader of the speech, each with its heading."""
    say = speech or current()
    return tuple(_value(part, written_in, say) for part in parts)


def parts_in_words(
    parts: tuple[Part, ...], written_in: str, speech: Speech | None = None, *, note: str = ""
) -> Iterator[str]:
    """Members of a message (``parts.body_parts``) as lines of text, for a terminal; a note stands behind each value."""
    say = speech or current()
    for part in parts:
        yield from _indented(_value(part, written_in, say), say, first=False, note=note)


def _indented(value: Value, say: Speech, *, first: bool, note: str = "") -> Iterator[str]:
    text = _marked(value.said, say)
    if note:
        text = say.gettext("%(text)s (%(note)s)") % {"text": text, "note": note}
    if value.heading is not None:
        text = say.gettext("%(member)s: %(value)s") % {"member": value.heading.text, "value": text}
    lead = "    - " if first else "      "
    for row in text.split("\n"):
        yield f"{lead}{row}"
        lead = "      "


def _marked(said: Said, say: Speech) -> str:
    text = isolate(said.text, say) if said.language is None else embed(said.text, said.direction, say)
    note = said.note(say)
    return say.gettext("%(text)s (%(note)s)") % {"text": text, "note": note} if note else text


def form_object(form: Form) -> JsonObject:
    """The form for a program that shows it: every text with its language, direction, and whether it is the original."""
    return {
        "written_in": form.written_in,
        "measure": _object(form.measure),
        "help": form.help and _object(form.help),
        "basis": form.basis and _object(form.basis),
        "basis_note": form.basis_note and _object(form.basis_note),
        "in_force": form.in_force,
        "force": form.force
        and {"treaty": _object(form.force.treaty), "own_basis": form.force.own_basis, "told": form.force.told},
        "lines": [
            {
                "field": line.field,
                "known": line.known,
                "required": line.required,
                "label": _object(line.label),
                "help": line.help and _object(line.help),
                "rule": line.rule and {"name": line.rule.name, "certainty": line.rule.certainty},
                "entries": [[_value_object(value) for value in entry] for entry in line.entries],
            }
            for line in form.lines
        ],
        "limits": [_value_object(value) for value in form.limits],
    }


def _value_object(value: Value) -> JsonObject:
    heading = value.heading and value.heading.text
    return {"member": value.part.name, "heading": heading} | _object(value.said)


def _object(said: Said) -> JsonObject:
    return {"text": said.text, "language": said.language, "direction": said.direction, "original": said.original}


def _entries(parts: tuple[Part, ...], written_in: str, say: Speech) -> Iterator[tuple[Value, ...]]:
    """The members of a list apart: a new one begins where a name comes again, or where there are no names."""
    entry: list[Value] = []
    for part in parts:
        if entry and (part.name is None or any(one.part.name == part.name for one in entry)):
            yield tuple(entry)
            entry = []
        entry.append(_value(part, written_in, say))
    if entry:
        yield tuple(entry)


def _value(part: Part, written_in: str, say: Speech) -> Value:
    heading = _word(WORDS["member"].get(part.name), part.name, say) if part.name is not None else None
    return Value(heading, _said(part, written_in, say), part)


def _said(part: Part, written_in: str, say: Speech) -> Said:
    match part.kind:
        case "text":
            return original(part.text, written_in)
        case "label":
            return tell(part.label, say) if part.label is not None else as_is(part.text)
        case "yes":
            return _word(mark("Yes"), "", say)
        case "no":
            return _word(mark("No"), "", say)
        case "day" if part.day is not None:
            return _in(write_date(part.day, say), say)
        case "moment" if part.moment is not None:
            return _in(write_time(part.moment, say), say)
        case "months" | "years" | "life-or-heavier":
            return _in(penalty(part.kind, int(part.text or "0"), say), say)
        case "said" | "kind" | "event":
            return _word(WORDS[part.kind].get(part.text), part.text, say)
        case _:
            return as_is(part.text)


def _in(text: str, say: Speech) -> Said:
    return Said(text, say.language, say.direction)


def _word(known: str | None, code: str, say: Speech) -> Said:
    """A word of the catalogue: in English where the language's lacks it; a code without a word as it is."""
    if known is None:
        return as_is(code)
    text = say.gettext(known)
    language = say.language if text != known else "en"
    return Said(text, language, direction_of(language))
