"""What the register has of a State's reservations, declarations and notifications, and which of them touch a question.

One whose value lists provisions is compared with the references that the treaty data itself gives; what any other is
about, ``data/practice.toml`` says by its subject. That none was found is a note, not an assurance: the register does
not claim to hold them all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from musnad.core.kernel.names import PartyCode, Slug
from musnad.core.law.gap import offences_of
from musnad.core.preflight.states import read_record
from musnad.core.preflight.values import FactValue, Found, Known, Question, Reason, Topic, Weight, Word
from musnad.core.register.values import FactKind, Record, Register
from musnad.core.treaty.values import Ground, Label, Measure, Rule

KINDS = (FactKind.RESERVATION, FactKind.DECLARATION, FactKind.NOTIFICATION)


@dataclass(frozen=True, slots=True)
class Made:
    """A reservation or declaration that touches the question: the offence, the measure, or grounds of refusal."""

    record: Record
    offence: bool
    measure: bool
    grounds: frozenset[Slug]

    @property
    def touches(self) -> bool:
        return self.offence or self.measure or bool(self.grounds)


def made_by(known: Known, state: PartyCode, measure: Measure | None, offence: Slug | None) -> tuple[Made, ...]:
    """Everything that the State declared by the day, and what of it bears on the measure and the offence."""
    register = known.register
    entry = register.entry(state) if register is not None else None
    if register is None or entry is None:
        return ()
    return tuple(
        _made(known, register, record, measure, offence)
        for record in entry.of(*KINDS)
        if record.fact.span(register.floor).earliest <= known.day
    )


def on_reservations(known: Known, question: Question, measure: Measure) -> Iterator[Reason]:
    """The topic RESERVATIONS, for the State that is asked."""
    register, asked = known.register, question.asked
    if register is None:
        return
    if register.entry(asked) is None:
        yield Reason(Topic.RESERVATIONS, Found.RESERVATIONS_NOT_KNOWN, Weight.NOT_KNOWN, state=asked)
        return
    touching = [one for one in made_by(known, asked, measure, question.offence) if one.touches]
    for one in touching:
        read = (read_record(register, one.record),)
        facts = told(register, one.record)
        if one.offence and question.offence is not None:
            facts = {**facts, "offence": offence_word(known, question.offence)}
            yield Reason(Topic.RESERVATIONS, Found.RESERVED_OFFENCE, Weight.ONLY_IF, asked, facts, read=read)
        if one.measure:
            facts = {**facts, "measure": Word(measure.name, measure.label)}
            weight = Weight.ONLY_IF if one.record.fact.value != "yes" else Weight.HOLDS
            yield Reason(Topic.RESERVATIONS, Found.RESERVED_MEASURE, weight, asked, facts, read=read)
        for name in sorted(one.grounds):
            ground = measure.grounds[name]
            facts = {**facts, "ground": Word(name, ground.label)}
            yield Reason(
                Topic.RESERVATIONS, Found.RESERVED_GROUND, Weight.ONLY_IF, asked, facts, rule=ground.rule, read=read
            )
    if not touching:
        yield Reason(Topic.RESERVATIONS, Found.NOTHING_RESERVED, Weight.NOTE, state=asked)


def on_declared(known: Known, state: PartyCode) -> Iterator[Reason]:
    """The topic DECLARED: everything that the recipient has said to the depositary, whatever it bears on."""
    register = known.register
    for one in made_by(known, state, None, None):
        if register is not None:
            read = (read_record(register, one.record),)
            yield Reason(Topic.DECLARED, Found.DECLARED, Weight.NOTE, state, told(register, one.record), read=read)


def told(register: Register, record: Record) -> Mapping[str, FactValue]:
    """The facts of a sentence about a declaration: its kind, its subject, its value, its words."""
    fact = record.fact
    subject = register.catalogue.subjects.get(fact.about) if fact.about is not None else None
    about = Word(fact.about or fact.kind.value, subject.label if subject is not None else None)
    return {
        "kind": fact.kind.value,
        "subject": about,
        "value": fact.value,
        "text": Word(fact.texts.get("en", fact.value), _texts(record)),
    }


def offence_word(known: Known, offence: Slug) -> Word:
    found = offences_of(known.treaty).get(offence)
    return Word(offence, found.label if found is not None else None)


def _texts(record: Record) -> Label | None:
    texts = record.fact.texts
    return Label(texts) if "en" in texts else None


def _made(known: Known, register: Register, record: Record, measure: Measure | None, offence: Slug | None) -> Made:
    fact = record.fact
    subject = register.catalogue.subjects.get(fact.about) if fact.about is not None else None
    own = offences_of(known.treaty).get(offence) if offence is not None else None
    if subject is not None and subject.value == "articles":
        listed = fact.value.split()
        return Made(
            record,
            own is not None and any(_is_of(one, own.article, None) for one in listed),
            measure is not None and any(_names(one, measure.rule) for one in listed),
            frozenset(),
        )
    touches = known.practice.subjects.get(fact.about) if fact.about is not None else None
    if touches is None:
        return Made(record, offence=False, measure=False, grounds=frozenset())
    grounds = measure.grounds if measure is not None else {}
    return Made(
        record,
        own is not None and own.name in touches.offences,
        measure is not None and measure.name in touches.measures,
        frozenset(name for name, one in grounds.items() if name in touches.grounds and _serves(one, offence)),
    )


def _serves(ground: Ground, offence: Slug | None) -> bool:
    return offence is None or offence not in ground.not_for_offences


def _names(listed: str, rule: Rule) -> bool:
    return rule.article is not None and _is_of(listed, rule.article, rule.paragraph)


def _is_of(listed: str, article: int, paragraph: str | None) -> bool:
    """Whether a listed provision, an article or a paragraph of one, is this article or this paragraph of it."""
    number, _, rest = listed.partition("(")
    return number == str(article) and (not rest or paragraph is None or rest.startswith(f"{paragraph.split('(')[0]})"))
