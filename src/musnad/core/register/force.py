"""Entry into force: how many instruments count on a day, how many are needed, and since when it is in force, if ever.

A deposit whose day is only bounded is taken twice: as early and as late as it can have been. What both agree on is
told; where they differ the answer is a span, and the records that make it one are named. Facts dated after the asked
day do not count. An organisation's instrument is not counted. Each State counts once, by its first deposit: the
treaty's words count instruments deposited, so a later withdrawal does not uncount one; ``left`` names such records.

After the day up to which the register's list of deposits is as complete as its source, more may have been deposited:
then ``is_bound`` says that the count is a lower bound. A no stays a no, as far as known, until instruments of the day
after could have brought the treaty into force; from then on the answer is not known.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from musnad.core.kernel.times import Day
from musnad.core.register.consistency import turns
from musnad.core.register.life import LifeNumbers, after
from musnad.core.register.values import DEPOSITED, SIGNATURES, FactKind, Record, Register, Span, weakest
from musnad.core.treaty.values import Certainty, Rule

Verdict = Literal["in-force", "not-in-force", "not-known"]


@dataclass(frozen=True, slots=True)
class EntryIntoForce:
    """The answer for one day.

    ``counted`` instruments were surely deposited by then, ``possible`` at most among the facts known. ``enters`` is the
    day of entry into force (or the span it falls in) where the facts of that day already make one, be it still to come.
    """

    day: Day
    verdict: Verdict
    needed: int
    counted: int
    possible: int
    enters: Span | None
    facts: tuple[Record, ...]
    uncounted: tuple[Record, ...]
    inexact: tuple[Record, ...]
    left: tuple[Record, ...]
    rules: tuple[Rule, ...]
    certainty: Certainty
    known_until: Record | None
    counts: tuple[Record, ...]

    @property
    def is_bound(self) -> bool:
        """Whether more may have been deposited than the register knows."""
        return self.known_until is None or self.known_until.fact.latest < self.day

    @property
    def turns_on_days(self) -> bool:
        """Whether the known deposits, each on its earliest day, would have brought it into force by then."""
        return self.enters is not None and self.enters.earliest <= self.day


def deposit_span(register: Register, record: Record) -> Span:
    """When an instrument was deposited: not before the State's signature, or the opening, where no day is known."""
    floor = register.floor
    if record.fact.party is not None and record.fact.kind is not FactKind.ACCESSION:
        signed = [one.fact.span(floor).earliest for one in register.entries[record.fact.party].of(FactKind.SIGNATURE)]
        floor = max([floor, *signed])
    return record.fact.span(floor)


def entry_into_force(register: Register, day: Day, numbers: LifeNumbers) -> EntryIntoForce:
    """Whether the Convention is in force on that day, as far as the register knows."""
    counted, uncounted, left = [], [], []
    for code, entry in sorted(register.entries.items()):
        for place, (deposit, withdrawal) in enumerate(turns(register, code)):
            if deposit_span(register, deposit).earliest > day:
                continue
            if entry.state.is_organisation:
                uncounted.append(deposit)
            elif place == 0:
                counted.append(deposit)
                if withdrawal is not None and withdrawal.fact.latest <= day:
                    left.append(withdrawal)
    spans = [deposit_span(register, one) for one in counted]
    sure = sum(span.latest <= day for span in spans)
    enters = general_days(completing_days(register, numbers, until=day), numbers)
    known_until = register.complete_until(DEPOSITED)
    return EntryIntoForce(
        day=day,
        verdict=_verdict(enters, _unseen_from(known_until, numbers.delay), day),
        needed=numbers.needed,
        counted=sure,
        possible=len(spans),
        enters=enters,
        facts=tuple(counted),
        uncounted=tuple(uncounted),
        inexact=tuple(one for one, span in zip(counted, spans, strict=True) if not span.is_exact),
        left=tuple(left),
        rules=(numbers.instruments, numbers.delay),
        certainty=weakest(
            numbers.instruments.certainty, numbers.delay.certainty, *(one.fact.certainty for one in counted)
        ),
        known_until=known_until,
        counts=_counts(register, day),
    )


def completing_days(register: Register, numbers: LifeNumbers, *, until: Day) -> Span | None:
    """When the instrument that completes the count was deposited, earliest and latest; None while too few are."""
    spans = _first_deposits(register, until)
    if len(spans) < numbers.needed:
        return None
    earliest = sorted(span.earliest for span in spans)[numbers.needed - 1]
    return Span(earliest, sorted(span.latest for span in spans)[numbers.needed - 1])


def general_days(completed: Span | None, numbers: LifeNumbers) -> Span | None:
    """The day of entry into force, earliest and latest, from that of the deposit that completes the count."""
    if completed is None:
        return None
    return Span(after(completed.earliest, numbers.delay), after(completed.latest, numbers.delay))


def _first_deposits(register: Register, until: Day) -> list[Span]:
    """When each State first deposited that can have done so ``until`` that day; an organisation does not count."""
    found = []
    for code, entry in register.entries.items():
        joined = () if entry.state.is_organisation else turns(register, code)
        if joined:
            span = deposit_span(register, joined[0][0])
            if span.earliest <= until:
                found.append(span)
    return found


def _unseen_from(known_until: Record | None, delay: Rule) -> Day | None:
    """The first day on which instruments that no list has could have taken effect; None where no list has an end."""
    return None if known_until is None else after(after_end(known_until), delay)


def after_end(known_until: Record) -> Day:
    """The day after the last of a list."""
    return min(known_until.fact.latest, Day.max - timedelta(days=1)) + timedelta(days=1)


def _verdict(enters: Span | None, unseen: Day | None, day: Day) -> Verdict:
    if enters is not None and enters.latest <= day:
        return "in-force"
    if enters is not None and enters.earliest <= day:
        return "not-known"
    return "not-known" if unseen is None or unseen <= day else "not-in-force"


def _counts(register: Register, day: Day) -> tuple[Record, ...]:
    return tuple(
        one
        for about in (SIGNATURES, DEPOSITED)
        for one in register.said_generally(FactKind.COUNT, about)
        if one.fact.span(register.floor).earliest <= day
    )
