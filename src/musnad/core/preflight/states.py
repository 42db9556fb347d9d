"""Where the two States stand: the register's facts, whether the treaty is in force between them, and other bases.

Only the register of this very treaty says who is a Party. Where the question names another basis than the treaty, its
being in force is not asked; the asked State's law profile says whether that basis serves.
"""

from __future__ import annotations

from collections.abc import Iterator

from musnad.core.kernel.names import PartyCode, Slug
from musnad.core.preflight.values import FactValue, Found, Known, Question, Read, Reason, Topic, Weight, Word
from musnad.core.register.force import entry_into_force
from musnad.core.register.life import life_numbers
from musnad.core.register.standing import Standing, may_be_party, standing
from musnad.core.register.values import Record, Register
from musnad.core.treaty.values import Named

_BY_STATUS = {
    "party": Found.STATE_IS_PARTY,
    "deposited": Found.STATE_DEPOSITED,
    "signed": Found.STATE_SIGNED,
    "withdrawn": Found.STATE_WITHDREW,
    "none": Found.STATE_NOTHING_KNOWN,
}


def read_record(register: Register, record: Record) -> Read:
    """Where a fact of the register was read, its source codes spelt out."""
    fact = record.fact
    told = "; ".join(register.catalogue.sources.get(code, code) for code in fact.source.split())
    return Read("register", fact.party, told, fact.certainty, fact.as_of)


def on_states(known: Known, question: Question) -> Iterator[Reason]:
    """The topics STANDING, IN_FORCE, BASIS and OTHER_BASES."""
    on_treaty = question.basis == known.treaty.name
    found: list[Standing] = []
    register = known.register
    if register is None:
        note = Weight.NOT_KNOWN if on_treaty else Weight.NOTE
        facts: dict[str, FactValue] = {"treaty": Word(known.treaty.name, known.treaty.label)}
        yield Reason(Topic.STANDING, Found.REGISTER_OF_ANOTHER_TREATY, note, facts=facts)
    else:
        numbers = life_numbers(known.treaty.rules)
        for code in (question.asker, question.asked):
            if register.entry(code) is None:
                yield Reason(Topic.STANDING, Found.STATE_NOT_IN_REGISTER, Weight.NOT_KNOWN, state=code, decides=True)
                continue
            one = standing(register, code, known.day, numbers)
            found.append(one)
            yield _standing(register, one)
    in_force = None
    if on_treaty:
        in_force = _in_force_by_the_data(known) if register is None else _in_force(known, register, found)
        yield in_force
    else:
        yield Reason(Topic.IN_FORCE, Found.IN_FORCE_NOT_ASKED, Weight.NOTE, facts={"basis": _basis(known, question)})
        yield _on_basis(known, question, question.basis, Topic.BASIS)
    if in_force is not None and in_force.weight is not Weight.HOLDS:
        for name in other_bases(known):
            yield _on_basis(known, question, name, Topic.OTHER_BASES)


def other_bases(known: Known) -> tuple[Slug, ...]:
    """The legal bases that are no treaty of their own data: what is left where the treaty is not in force."""
    return tuple(name for name in known.treaty.instruments if name != known.treaty.name)


def is_force_known(known: Known) -> bool:
    """Whether the register says of this treaty that it is in force on the day, or that it is not."""
    if known.register is None:
        return False
    return entry_into_force(known.register, known.day, life_numbers(known.treaty.rules)).verdict != "not-known"


def _standing(register: Register, one: Standing) -> Reason:
    """What the register knows of a State; told as a bound where its lists end before the day."""
    status = one.status if one.is_known else one.at_most
    found = _BY_STATUS[status]
    facts: dict[str, FactValue] = {"day": one.day}
    if one.known_until:
        facts["known_until"] = min(record.fact.latest for record in one.known_until)
    weight = Weight.HOLDS if status == "party" else Weight.NOTE
    if status == "none" and one.is_bound:
        weight = Weight.NOT_KNOWN
    read = tuple(read_record(register, record) for record in one.facts)
    return Reason(Topic.STANDING, found, weight, state=one.state.code, facts=facts, read=read)


def _in_force(known: Known, register: Register, found: list[Standing]) -> Reason:
    """Between two Parties it is in force; otherwise only another basis is left.

    So it is where only later, unknown deposits could have brought it into force: what is not known to be in force is
    no basis, and the answer names the day up to which that is known.
    """
    numbers = life_numbers(known.treaty.rules)
    force = entry_into_force(register, known.day, numbers)
    read = tuple(read_record(register, one) for one in force.facts)
    facts: dict[str, FactValue] = {"day": known.day, "needed": force.needed, "counted": force.counted}
    if force.known_until is not None:
        facts["known_until"] = force.known_until.fact.latest
    unknown = any(not one.is_known for one in found)
    if force.verdict == "in-force":
        unknown = unknown or any(may_be_party(register, one, numbers) for one in found)
    open_days = force.verdict == "not-known" and force.turns_on_days
    if len(found) < 2 or unknown or open_days:
        code, weight = Found.IN_FORCE_NOT_KNOWN, Weight.NOT_KNOWN
    elif all(one.status == "party" for one in found):
        code, weight = Found.IN_FORCE_BETWEEN, Weight.HOLDS
    else:
        code, weight = Found.NOT_IN_FORCE_BETWEEN, Weight.ONLY_IF
    decides = weight is Weight.NOT_KNOWN
    return Reason(Topic.IN_FORCE, code, weight, facts=facts, rule=numbers.instruments, read=read, decides=decides)


def _in_force_by_the_data(known: Known) -> Reason:
    """What the treaty data itself says; between whom, it does not say."""
    standing_of = known.treaty.in_force
    code = Found.IN_FORCE_NOT_KNOWN if standing_of.value else Found.NOT_IN_FORCE_BY_DATA
    weight = Weight.NOT_KNOWN if standing_of.value else Weight.ONLY_IF
    source = known.treaty.sources.get(standing_of.source, standing_of.source)
    read = (Read("register", None, source, standing_of.certainty, standing_of.as_of),)
    facts: dict[str, FactValue] = {"day": known.day, "known_until": standing_of.as_of}
    return Reason(Topic.IN_FORCE, code, weight, facts=facts, rule=standing_of.rule, read=read)


def _basis(known: Known, question: Question) -> Word:
    return _word(known.treaty.instruments.get(question.basis), question.basis)


def _word(named: Named | None, code: str) -> Word:
    return Word(code, named.label if named else None)


def _on_basis(known: Known, question: Question, name: Slug, topic: Topic) -> Reason:
    """Whether the asked State's law helps on this basis; it weighs where it is the question's own."""
    asked: PartyCode = question.asked
    profile = known.profiles.get(asked)
    held = profile.bases.get(name) if profile is not None else None
    facts: dict[str, FactValue] = {"basis": _word(known.treaty.instruments.get(name), name)}
    own = topic is Topic.BASIS
    if held is None or profile is None:
        weight = Weight.NOT_KNOWN if own else Weight.NOTE
        return Reason(topic, Found.BASIS_NOT_KNOWN, weight, state=asked, facts=facts, decides=own)
    read = (Read("law", asked, held.read.source, held.read.certainty, profile.as_of, profile.sample),)
    facts["provision"] = held.provision
    if held.serves(question.asker):
        weight = Weight.HOLDS if own else Weight.NOTE
        return Reason(topic, Found.BASIS_ACCEPTED, weight, state=asked, facts=facts, read=read)
    weight = Weight.WARNS if own else Weight.NOTE
    return Reason(topic, Found.BASIS_NOT_ACCEPTED, weight, state=asked, facts=facts, read=read)
