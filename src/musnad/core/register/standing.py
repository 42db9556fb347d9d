"""Where a State stands on a day: nothing known, signed, instrument deposited, Party, or withdrawn.

Everything is taken twice, as early and as late as the facts allow. ``status`` is what is reached even if all happened
as late as it can have; ``at_most`` what is reached if all happened as early as it can have. Where the two agree the
answer is not a bound of its days. ``is_bound`` says that the register's lists end before the asked day (or, for a State
of which nothing is known, that a source counts more signatories than it names): more may have happened.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from musnad.core.kernel.names import PartyCode, Slug
from musnad.core.kernel.times import Day
from musnad.core.register.consistency import turns
from musnad.core.register.errors import NoSuchState
from musnad.core.register.force import after_end, completing_days, deposit_span, general_days
from musnad.core.register.life import LifeNumbers, after
from musnad.core.register.values import (
    DEPOSITED,
    DEPOSITS,
    SIGNATURES,
    Entry,
    FactKind,
    Record,
    Register,
    Span,
    State,
    weakest,
)
from musnad.core.treaty.values import Certainty, Rule

Status = Literal["none", "signed", "deposited", "party", "withdrawn"]


@dataclass(frozen=True, slots=True)
class Standing:
    """The answer for one State and one day.

    ``since`` is when ``status`` was reached; ``in_force_from`` the day (or span) from which the Convention is in force
    for the State, be it still to come; None while the count of instruments is not complete. ``certainty`` is None where
    no fact says anything. ``known_until`` are the lists, each up to its day, that the answer leans on.
    """

    state: State
    day: Day
    status: Status
    at_most: Status
    since: Span | None
    in_force_from: Span | None
    withdrawal_effective: Span | None
    facts: tuple[Record, ...]
    rules: tuple[Rule, ...]
    certainty: Certainty | None
    known_until: tuple[Record, ...]
    is_bound: bool

    @property
    def is_known(self) -> bool:
        """Whether the facts leave one status only; later facts may still be missing where ``is_bound``."""
        return self.status == self.at_most


def entry_of(register: Register, code: str) -> Entry:
    """The State's entry; ``NoSuchState``."""
    found = register.entry(PartyCode(code))
    if found is None:
        raise NoSuchState(code)
    return found


def standing(register: Register, code: str, day: Day, numbers: LifeNumbers) -> Standing:
    """Where the State stands on that day, as far as the register knows; ``NoSuchState`` for a code of none."""
    entry = entry_of(register, code)
    party = entry.state.code
    signatures = [one for one in entry.of(FactKind.SIGNATURE) if one.fact.span(register.floor).earliest <= day]
    joined = [one for one in turns(register, party) if deposit_span(register, one[0]).earliest <= day]
    facts: list[Record] = list(signatures)
    rules: list[Rule] = []
    force, gone = None, None
    if joined:
        deposit, withdrawal = joined[-1]
        facts.append(deposit)
        rules += [numbers.instruments, numbers.delay, numbers.later_party]
        force = _in_force_from(register, deposit, day, numbers)
        if withdrawal is not None and withdrawal.fact.span(register.floor).earliest <= day:
            facts.append(withdrawal)
            rules.append(numbers.withdrawal)
            received = withdrawal.fact.span(deposit_span(register, deposit).earliest)
            gone = Span(after(received.earliest, numbers.withdrawal), after(received.latest, numbers.withdrawal))
    steps: list[tuple[Status, Span]] = [("signed", one.fact.span(register.floor)) for one in signatures]
    if joined:
        steps.append(("deposited", deposit_span(register, joined[-1][0])))
    if force is not None:
        steps.append(("party", force))
    if gone is not None:
        steps.append(("withdrawn", gone))
    late = [(status, span) for status, span in steps if span.latest <= day]
    early = [status for status, span in steps if span.earliest <= day]
    lists = _lists(register)
    reached = late[-1] if late else None
    sure = _how_sure(reached[0] if reached else early[-1] if early else "none", facts, rules)
    return Standing(
        state=entry.state,
        day=day,
        status=reached[0] if reached else "none",
        at_most=early[-1] if early else "none",
        since=reached[1] if reached else None,
        in_force_from=force,
        withdrawal_effective=gone,
        facts=tuple(facts),
        rules=tuple(rules),
        certainty=sure,
        known_until=lists,
        is_bound=len(lists) < 2 or any(one.fact.latest < day for one in lists),
    )


def may_be_party(register: Register, found: Standing, numbers: LifeNumbers) -> bool:
    """Whether a State that is no Party as far as known could be one by an instrument that no list has.

    Asked where the treaty is in force; an instrument deposited the day after the lists end takes the later Parties'
    delay. The day on which a deposited instrument takes effect is known.
    """
    ends = register.complete_until(DEPOSITED)
    if found.status in ("deposited", "party") or ends is None:
        return False
    return after(after_end(ends), numbers.later_party) <= found.day


def told(register: Register, code: str, day: Day, *kinds: FactKind, about: Slug | None = None) -> tuple[Record, ...]:
    """The State's standing facts of these kinds that can have happened by that day; ``NoSuchState``."""
    found = entry_of(register, code).of(*kinds, about=about)
    return tuple(one for one in found if one.fact.span(register.floor).earliest <= day)


def _how_sure(status: Status, facts: list[Record], rules: list[Rule]) -> Certainty | None:
    """A status is as sure as the facts that it needs; that of a Party, or of one that left, as the rules too."""
    if status == "none":
        return None
    if status in ("party", "withdrawn"):
        return weakest(*(one.fact.certainty for one in facts), *(rule.certainty for rule in rules))
    kinds = {FactKind.SIGNATURE} if status == "signed" else DEPOSITS
    return weakest(*(one.fact.certainty for one in facts if one.fact.kind in kinds))


def _in_force_from(register: Register, deposit: Record, day: Day, numbers: LifeNumbers) -> Span | None:
    """The general day for who made the count complete or came before; for others the later of it and their own."""
    completed = completing_days(register, numbers, until=day)
    general = general_days(completed, numbers)
    if general is None or completed is None:
        return None
    own = deposit_span(register, deposit)
    ends = (
        (own.earliest, completed.earliest, general.earliest),
        (own.latest, completed.latest, general.latest),
    )
    found = [
        enters if deposited <= last else max(enters, after(deposited, numbers.later_party))
        for deposited, last, enters in ends
    ]
    return Span(min(found), max(found))


def _lists(register: Register) -> tuple[Record, ...]:
    found = (register.complete_until(SIGNATURES), register.complete_until(DEPOSITED))
    return tuple(one for one in found if one is not None)
