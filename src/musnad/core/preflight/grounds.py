"""Which grounds of refusal are likely, ranked, and why: each sign is something that another topic has found.

A ground for which no sign is looked for, or of which none was found either way, is merely open. Nothing here says what
the other State will do; it says what its law, its reservations and the draft make easy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from musnad.core.kernel.names import PartyCode, Slug
from musnad.core.preflight.practice import SignName
from musnad.core.preflight.values import Found, Known, Reason, Topic, Weight, Word
from musnad.core.treaty.values import Ground, Measure

RANK = (
    Found.GROUND_LIKELY,
    Found.GROUND_POSSIBLE,
    Found.GROUND_NOT_KNOWN,
    Found.GROUND_OPEN,
    Found.GROUND_UNLIKELY,
    Found.GROUND_BARRED,
)
"""What was found of a ground, the likeliest first."""

_WEIGHT = {Found.GROUND_LIKELY: Weight.WARNS, Found.GROUND_NOT_KNOWN: Weight.NOT_KNOWN}


def on_grounds(
    known: Known, measure: Measure, state: PartyCode, offence: Slug | None, reasons: Sequence[Reason]
) -> Iterator[Reason]:
    """The topic GROUNDS for one asked State, from the reasons already found for it; the likeliest first."""
    ours = [one for one in reasons if one.state in (None, state)]
    found = [_judge(known, ground, state, offence, ours) for ground in measure.grounds.values()]
    found += [_reason(Found.GROUND_BARRED, known.treaty.grounds[name], state, None) for name in measure.barred]
    yield from sorted(found, key=lambda one: RANK.index(one.found))


def _judge(known: Known, ground: Ground, state: PartyCode, offence: Slug | None, reasons: Sequence[Reason]) -> Reason:
    if offence is not None and offence in ground.not_for_offences:
        return _reason(Found.GROUND_BARRED, ground, state, None)
    signs = known.practice.signs.get(ground.name, ())
    seen = [one for sign in signs for one in _SIGNS[sign](ground, reasons)]
    if not seen:
        return _reason(Found.GROUND_OPEN, ground, state, None)
    best, because = min(seen, key=lambda one: RANK.index(one[0]))
    return _reason(best, ground, state, because)


def _reason(found: Found, ground: Ground, state: PartyCode, because: Reason | None) -> Reason:
    facts = {"ground": Word(ground.name, ground.label)}
    weight = _WEIGHT.get(found, Weight.NOTE)
    read = because.read if because is not None else ()
    return Reason(Topic.GROUNDS, found, weight, state, facts, rule=ground.rule, read=read, because=because)


_Seen = Iterator[tuple[Found, Reason]]


def _by_code(table: Mapping[Found, Found]) -> Callable[[Ground, Sequence[Reason]], _Seen]:
    """A sign that is read off what one topic found."""

    def seen(_: Ground, reasons: Sequence[Reason]) -> _Seen:
        return ((table[one.found], one) for one in reasons if one.found in table)

    return seen


def _reserved(ground: Ground, reasons: Sequence[Reason]) -> _Seen:
    for one in reasons:
        if one.found is Found.RESERVED_GROUND:
            named = one.facts.get("ground")
            if isinstance(named, Word) and named.code == ground.name:
                yield Found.GROUND_LIKELY, one
        elif one.found is Found.RESERVATIONS_NOT_KNOWN:
            yield Found.GROUND_NOT_KNOWN, one
        elif one.topic is Topic.RESERVATIONS:
            yield Found.GROUND_UNLIKELY, one


def _defective(_: Ground, reasons: Sequence[Reason]) -> _Seen:
    for one in reasons:
        if one.found in (Found.FINDING, Found.NOT_IN_FORCE_BETWEEN, Found.NOT_IN_FORCE_BY_DATA):
            yield Found.GROUND_LIKELY, one
        elif one.found is Found.WEAK:
            yield Found.GROUND_POSSIBLE, one
        elif one.found is Found.FIELDS_IN_ORDER:
            yield Found.GROUND_UNLIKELY, one


_SIGNS: Mapping[SignName, Callable[[Ground, Sequence[Reason]], _Seen]] = {
    "no-offence-there": _by_code(
        {
            Found.DUAL_NOT_MET: Found.GROUND_LIKELY,
            Found.DUAL_PARTLY: Found.GROUND_POSSIBLE,
            Found.DUAL_NOT_KNOWN: Found.GROUND_NOT_KNOWN,
            Found.DUAL_MET: Found.GROUND_UNLIKELY,
            Found.DUAL_NOT_ASKED: Found.GROUND_UNLIKELY,
            Found.DUAL_NOT_ASKED_THERE: Found.GROUND_UNLIKELY,
        }
    ),
    "reservation-made": _reserved,
    "transfer-limited": _by_code(
        {
            Found.TRANSFER_RESTRICTED: Found.GROUND_LIKELY,
            Found.TRANSFER_WITH_CONDITION: Found.GROUND_POSSIBLE,
            Found.TRANSFER_NOT_KNOWN: Found.GROUND_NOT_KNOWN,
            Found.TRANSFER_FREE: Found.GROUND_UNLIKELY,
        }
    ),
    "no-power-there": _by_code(
        {
            Found.POWER_MISSING: Found.GROUND_LIKELY,
            Found.POWER_FROM_MAXIMUM_NOT_MET: Found.GROUND_LIKELY,
            Found.POWER_PARTLY: Found.GROUND_POSSIBLE,
            Found.POWER_NOT_KNOWN: Found.GROUND_NOT_KNOWN,
            Found.POWER_FROM_MAXIMUM_NOT_KNOWN: Found.GROUND_NOT_KNOWN,
            Found.POWER_THERE: Found.GROUND_UNLIKELY,
        }
    ),
    "request-defective": _defective,
    "penalty-low": _by_code(
        {
            Found.SERIOUS_BY_NEITHER: Found.GROUND_POSSIBLE,
            Found.SERIOUS_BY_BOTH: Found.GROUND_UNLIKELY,
        }
    ),
}
