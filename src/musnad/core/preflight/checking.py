"""Before a request leaves: everything to say about a draft, in sections.

In order: 1. the draft's outer form; 2. its fields, by the treaty's engine and by practice; 3. for each State that is
asked, everything that ``asking`` asks, its authority and language, and what it declared; 4. the grounds of refusal that
all this makes likely; 5. the limits on use that will travel with an answer; 6. what follows. Never raises on any JSON.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from musnad.core.kernel.names import PartyCode, Slug, party_of
from musnad.core.kernel.times import Day
from musnad.core.law.values import Penalty
from musnad.core.preflight.asking import on_substance
from musnad.core.preflight.draft import Draft, read_draft
from musnad.core.preflight.fields import on_fields
from musnad.core.preflight.grounds import on_grounds
from musnad.core.preflight.recipient import on_authority, on_language
from musnad.core.preflight.reservations import on_declared
from musnad.core.preflight.values import (
    Answer,
    FactValue,
    Found,
    Known,
    Question,
    Reason,
    Topic,
    Weight,
    Word,
    answer_of,
    in_order,
    samples_of,
)
from musnad.core.treaty.findings import FindingCode
from musnad.core.treaty.forms import check_form
from musnad.core.treaty.values import FieldKind, Measure, Treaty


@dataclass(frozen=True, slots=True)
class Preflight:
    """Everything found. ``measure`` is ``None`` where the treaty data holds none of that name."""

    draft: Draft
    measure: Measure | None
    answer: Answer
    reasons: tuple[Reason, ...]
    treaty: Treaty
    day: Day

    @property
    def ready(self) -> bool:
        """Whether nothing blocks."""
        return all(one.weight is not Weight.BLOCKS for one in self.reasons)

    @property
    def samples(self) -> tuple[PartyCode, ...]:
        return samples_of(self.reasons)

    @property
    def missing(self) -> tuple[Slug, ...]:
        """The fields that the measure requires and that the draft does not have."""
        code = FindingCode.FIELD_MISSING.value
        return tuple(one.field for one in self.reasons if one.field is not None and one.facts.get("finding") == code)

    def count(self, weight: Weight) -> int:
        return sum(one.weight is weight for one in self.reasons)


def preflight(known: Known, value: Mapping[str, object], *, size_octets: int = 0) -> Preflight:
    """What to say about the draft that these JSON members hold.

    Args:
        size_octets: how large the draft is as it would be sent, where the caller knows.
    """
    known = known.on_its_day()
    draft, wrong = read_draft(value, size_octets=size_octets)
    measure = known.treaty.measures.get(draft.measure) if draft.measure is not None else None
    reasons = list(wrong)
    if draft.measure is not None and measure is None:
        facts: dict[str, FactValue] = {
            "measure": str(draft.measure),
            "treaty": Word(known.treaty.name, known.treaty.label),
        }
        reasons.append(Reason(Topic.DRAFT, Found.MEASURE_UNKNOWN, Weight.BLOCKS, facts=facts))
    if measure is not None:
        reasons += on_fields(known, draft, measure)
        reasons += _on_emergency(known, draft, measure)
        for asked in draft.asked:
            reasons += _on_asked(known, draft, measure, asked, reasons)
        reasons += _on_afterwards(known, measure)
    found = in_order(_once(reasons))
    return Preflight(draft, measure, answer_of(found), found, known.treaty, known.day)


def question_of(known: Known, draft: Draft, measure: Measure, asked: PartyCode) -> Question | None:
    """The question that a draft puts to one State; ``None`` where the draft does not say who asks."""
    if draft.asker is None:
        return None
    kind: Slug | None = None
    own: Slug | None = None
    stated: tuple[Penalty | None, Penalty | None] = (None, None)
    for field in measure.fields.values():
        value = draft.fields.get(field.name)
        if (
            field.kind is FieldKind.OFFENCE
            and isinstance(value, Mapping)
            and not check_form(known.treaty, field, value)
        ):
            kind = Slug(str(value["class"]))
            own = Slug(str(value["name"])) if "name" in value else None
            stated = (_penalty(value.get("maximum")), _penalty(value.get("maximum-in-asked-state")))
    return Question(draft.asker, asked, measure.name, kind, own, draft.basis or known.treaty.name, stated)


def _on_asked(known: Known, draft: Draft, measure: Measure, asked: PartyCode, before: Iterable[Reason]) -> list[Reason]:
    question = question_of(known, draft, measure, asked)
    found: list[Reason] = []
    if question is not None:
        if question.asker == asked:
            found.append(Reason(Topic.STANDING, Found.SAME_STATE, Weight.BLOCKS, asked))
        found += on_substance(known, question, measure)
    if draft.author is not None:
        found.append(on_authority(known, party_of(draft.author), measure.askers, measure, draft.author))
    for named in draft.to:
        if party_of(named) == asked:
            found.append(on_authority(known, asked, measure.addressees, measure, named))
            found.append(on_language(known, asked, written_in=draft.language, named=named))
    found += on_declared(known, asked)
    offence = question.offence if question is not None else None
    found += on_grounds(known, measure, asked, offence, [*before, *found])
    return found


def _on_emergency(known: Known, draft: Draft, measure: Measure) -> Iterator[Reason]:
    """A draft that is marked an emergency: what one is, and the measure that it opens."""
    sign = known.practice.emergency
    if sign.field not in measure.fields or draft.fields.get(sign.field) != sign.choice:
        return
    rule = known.treaty.rules.get(sign.rule)
    yield Reason(Topic.EMERGENCY, Found.EMERGENCY_MARKED, Weight.NOTE, rule=rule)
    other = known.treaty.measures.get(sign.measure)
    if other is not None and other.name != measure.name:
        facts = {"measure": Word(other.name, other.label)}
        yield Reason(Topic.EMERGENCY, Found.EMERGENCY_HAS_MEASURE, Weight.NOTE, facts=facts, rule=other.rule)


def _on_afterwards(known: Known, measure: Measure) -> Iterator[Reason]:
    for limit in measure.use_limits:
        found = Found.LIMIT_MUST if limit.force == "must" else Found.LIMIT_MAY
        yield Reason(Topic.USE_LIMITS, found, Weight.NOTE, facts={"limit": limit.limit}, rule=limit.rule)
    if not measure.use_limits:
        yield Reason(Topic.USE_LIMITS, Found.NO_LIMIT, Weight.NOTE)
    for one in measure.follow_ups:
        found = Found.FOLLOWS_MUST if one.force == "must" else Found.FOLLOWS_MAY
        other = known.treaty.measures.get(one.measure)
        facts = {"measure": Word(one.measure, other.label if other is not None else None)}
        yield Reason(Topic.NEXT, found, Weight.NOTE, facts=facts, rule=one.rule)


def _once(reasons: Iterable[Reason]) -> Iterator[Reason]:
    """Each reason once: what is asked of several States finds the same of the asker each time."""
    seen: list[Reason] = []
    for one in reasons:
        if one not in seen:
            seen.append(one)
            yield one


def _penalty(value: object) -> Penalty | None:
    """A penalty whose form was checked."""
    if not isinstance(value, Mapping):
        return None
    number = value.get("number")
    return Penalty(value["unit"], number if isinstance(number, int) else None)
