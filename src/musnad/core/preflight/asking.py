"""May A ask B for a measure about an offence, as of a day? The answer, with every reason.

In order: 1. the States: what the register knows of each, whether the treaty is in force between them, or whether the
other basis serves; 2. what the asked State reserved or declared that bears on it; 3. whether the measure is open for
the offence, and its seriousness; 4. both laws: the offence, dual criminality, powers, data protection; 5. an authority
and its languages. Nothing here guesses: ``values.answer_of`` says what follows from what.
"""

from __future__ import annotations

from collections.abc import Iterator

from musnad.core.kernel.names import PartyCode, Slug
from musnad.core.law.gap import offences_of
from musnad.core.law.values import Penalty
from musnad.core.preflight.errors import UnknownBasis, UnknownOffence
from musnad.core.preflight.laws import on_data_protection, on_dual_criminality, on_measure, on_offence, on_powers
from musnad.core.preflight.recipient import on_authority, on_language
from musnad.core.preflight.reservations import on_reservations
from musnad.core.preflight.states import on_states
from musnad.core.preflight.values import Can, Found, Known, Question, Reason, Topic, Weight, answer_of, in_order
from musnad.core.treaty.values import Measure, Rule, Treaty

TRANSFER_SIGN = "transfer-limited"


def can(known: Known, question: Question) -> Can:
    """The answer; ``UnknownMeasure`` where the treaty data holds no such measure."""
    known = known.on_its_day()
    reasons = in_order(on_question(known, question, known.treaty.measure(question.measure)))
    return Can(question, answer_of(reasons), reasons, known.treaty, known.day)


def ask(
    treaty: Treaty,
    asker: PartyCode,
    asked: PartyCode,
    measure: str,
    offence: str | None,
    *,
    basis: str | None = None,
    maxima: tuple[Penalty | None, Penalty | None] = (None, None),
) -> Question:
    """The question in the treaty's own words. ``offence`` is one of its offences, or one of its classes.

    Raises:
        UnknownMeasure, UnknownOffence, UnknownBasis: the treaty data holds no such thing.
    """
    name = treaty.measure(measure).name
    if basis is not None and basis not in treaty.instruments:
        raise UnknownBasis(basis[:64])
    kind, own = _named(treaty, offence)
    return Question(asker, asked, name, kind, own, Slug(basis or treaty.name), maxima)


def on_question(known: Known, question: Question, measure: Measure) -> Iterator[Reason]:
    """Every reason, in no order."""
    if question.asker == question.asked:
        yield Reason(Topic.STANDING, Found.SAME_STATE, Weight.BLOCKS, question.asked)
    yield from on_substance(known, question, measure)
    yield on_authority(known, question.asked, measure.addressees, measure)
    yield on_language(known, question.asked)


def on_substance(known: Known, question: Question, measure: Measure) -> Iterator[Reason]:
    """The reasons that do not hang on who speaks for the asked State."""
    yield from on_states(known, question)
    yield from on_reservations(known, question, measure)
    yield from on_measure(known, question, measure)
    yield from on_offence(known, question)
    yield from on_dual_criminality(known, question, measure)
    yield from on_powers(known, question, measure)
    rule = transfer_rule(known, measure)
    if rule is not None:
        yield from on_data_protection(known, question, rule)


def transfer_rule(known: Known, measure: Measure) -> Rule | None:
    """The rule of the ground of refusal that data-protection law makes likely, if the measure is open to one."""
    for name, signs in known.practice.signs.items():
        if TRANSFER_SIGN in signs and name in measure.grounds:
            return measure.grounds[name].rule
    return None


def _named(treaty: Treaty, offence: str | None) -> tuple[Slug | None, Slug | None]:
    if offence is None:
        return None, None
    if offence in treaty.offence_classes:
        return Slug(offence), None
    if offence not in offences_of(treaty):
        raise UnknownOffence(offence[:64])
    kind = next(name for name, one in treaty.offence_classes.items() if offence in one.offences)
    return kind, Slug(offence)
