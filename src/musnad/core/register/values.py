"""The register as values: every State and organisation that may join, and what is known of each.

A fact is one statement about one Party (or, where the Party is None, about the Convention's own life), with a day or
the span in which it happened, a source and how sure it is. Nothing is overwritten: a record keeps what was said, by
whom, and what replaced it. What no record says is not known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Literal

from musnad.core.kernel.ijson import write_canonical
from musnad.core.kernel.names import AuthorityId, Digest, OfficerName, PartyCode, Slug, digest_of
from musnad.core.kernel.times import Day, Instant, write_day
from musnad.core.treaty.values import Certainty, Label


class FactKind(StrEnum):
    """What a fact tells. The last three are about the Convention and of no Party."""

    SIGNATURE = "signature"
    RATIFICATION = "ratification"
    ACCEPTANCE = "acceptance"
    APPROVAL = "approval"
    ACCESSION = "accession"
    RESERVATION = "reservation"
    DECLARATION = "declaration"
    NOTIFICATION = "notification"
    WITHDRAWAL = "withdrawal"
    STEP = "step"
    """A task of the checklist that was done (or decided) without any of the other kinds."""
    NOTE = "note"
    LIST = "list"
    """Up to this day, the register's list about the subject is as complete as its source."""
    COUNT = "count"
    """A number that a source gives, some of which may be named by no other fact."""
    MILESTONE = "milestone"


DEPOSITS = frozenset({FactKind.RATIFICATION, FactKind.ACCEPTANCE, FactKind.APPROVAL, FactKind.ACCESSION})
GENERAL = frozenset({FactKind.LIST, FactKind.COUNT, FactKind.MILESTONE})
SUBJECTLESS = DEPOSITS | {FactKind.SIGNATURE, FactKind.WITHDRAWAL}

SIGNATURES, DEPOSITED, OPENING, CLOSING = Slug("signatures"), Slug("deposits"), Slug("opening"), Slug("closing")
"""Subjects that the computations ask for by name."""

StateKind = Literal["member", "observer", "other", "organisation"]
ValueForm = Literal["", "text", "number", "languages", "yes-no", "articles"]


@dataclass(frozen=True, slots=True)
class Span:
    """When something happened: some day from ``earliest`` to ``latest``, both inclusive; one day where they agree."""

    earliest: Day
    latest: Day

    @property
    def is_exact(self) -> bool:
        return self.earliest == self.latest


@dataclass(frozen=True)
class Fact:
    """One statement. ``day`` where it is known; else ``not_before`` and ``by`` bound it, as far as they are known."""

    party: PartyCode | None
    kind: FactKind
    about: Slug | None
    value: str
    day: Day | None
    not_before: Day | None
    by: Day | None
    certainty: Certainty
    source: str
    as_of: Day
    texts: Mapping[str, str]

    @property
    def latest(self) -> Day:
        """It had happened by this day: by ``as_of`` at the latest, since a source told of it then."""
        return self.day or self.by or self.as_of

    def span(self, floor: Day) -> Span:
        """When it happened; ``floor`` is the first day on which it can have, where nothing else is known."""
        return Span(self.day or self.not_before or min(floor, self.latest), self.latest)

    @property
    def is_exact(self) -> bool:
        return self.day is not None

    def members(self) -> dict[str, str]:
        """The fact as the columns of a row, without the column ``fact``."""
        return {
            "party": self.party or "",
            "kind": self.kind.value,
            "about": self.about or "",
            "value": self.value,
            "day": _day(self.day),
            "not_before": _day(self.not_before),
            "by": _day(self.by),
            "status": self.certainty.value,
            "source": self.source,
            "as_of": write_day(self.as_of),
            "en": self.texts.get("en", ""),
            "ar": self.texts.get("ar", ""),
        }

    @cached_property
    def digest(self) -> Digest:
        """SHA-256 of the canonical JSON of ``members``: what a correction refers to."""
        return digest_of(write_canonical(self.members()))


@dataclass(frozen=True, slots=True)
class Saying:
    """Who said it, and where: a file and its line; for a signed update its author, officer, time and digest."""

    file: str
    line: int
    author: AuthorityId | None = None
    officer: OfficerName | None = None
    at: Instant | None = None
    digest: Digest | None = None

    @property
    def place(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Replacement:
    """What took a fact's place (nothing, where it was struck out), who said so, and why."""

    fact: Digest | None
    said: Saying
    reason: str


@dataclass(frozen=True, slots=True)
class Record:
    """A fact as it was said; ``replaced`` where it no longer stands."""

    fact: Fact
    said: Saying
    replaced: Replacement | None = None


@dataclass(frozen=True, slots=True)
class State:
    """A State or organisation that may join."""

    code: PartyCode
    kind: StateKind
    name: Label

    @property
    def is_organisation(self) -> bool:
        return self.kind == "organisation"


@dataclass(frozen=True, slots=True)
class Subject:
    """What a reservation, declaration, notification or note may be about, and the form of its value."""

    name: Slug
    label: Label
    kinds: frozenset[FactKind]
    value: ValueForm


@dataclass(frozen=True, slots=True)
class Task:
    """Something to do, to join or to be ready: when, where it is written, how sure that is, what shows it done."""

    name: Slug
    label: Label
    help: Label
    stage: Slug
    when: Slug
    duty: Literal["must", "may"]
    organisations_only: bool
    article: str
    certainty: Certainty
    source: str
    parallel: tuple[str, ...]
    done_by: frozenset[FactKind]
    subject: Slug | None
    also_about: frozenset[Slug]
    until: Slug | None
    since: Slug | None
    after: Slug | None
    instead_of: frozenset[Slug]
    every_years: int | None
    role: Slug | None


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What the facts are said in: States, subjects, tasks and the words for both, and where things were read."""

    states: Mapping[PartyCode, State]
    subjects: Mapping[Slug, Subject]
    tasks: tuple[Task, ...]
    stages: Mapping[Slug, Label]
    whens: Mapping[Slug, Label]
    sources: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Entry:
    """One State or organisation with all that was ever said of it here."""

    state: State
    records: tuple[Record, ...]

    @property
    def standing(self) -> tuple[Record, ...]:
        """The records that nothing has replaced."""
        return tuple(record for record in self.records if record.replaced is None)

    def of(self, *kinds: FactKind, about: Slug | None = None) -> tuple[Record, ...]:
        """The standing records of these kinds, and about this where it is given."""
        return tuple(
            record
            for record in self.standing
            if record.fact.kind in kinds and (about is None or record.fact.about == about)
        )


@dataclass(frozen=True, slots=True)
class Register:
    """Everything known, whole: made by ``change.apply`` alone. ``applied`` are the digests of loads and updates."""

    catalogue: Catalogue
    entries: Mapping[PartyCode, Entry]
    general: tuple[Record, ...]
    applied: tuple[Digest, ...]
    last_of: Mapping[AuthorityId, Digest]

    def entry(self, code: PartyCode) -> Entry | None:
        return self.entries.get(code)

    def records(self) -> Iterator[Record]:
        """Every record, those of no Party first."""
        yield from self.general
        for _, entry in sorted(self.entries.items()):
            yield from entry.records

    def said_generally(self, kind: FactKind, about: Slug) -> tuple[Record, ...]:
        """What stands about the Convention itself, newest day last."""
        found = [one for one in self.general if one.replaced is None and one.fact.kind is kind]
        return tuple(sorted((one for one in found if one.fact.about == about), key=lambda one: one.fact.latest))

    def milestone(self, about: Slug) -> Record | None:
        found = self.said_generally(FactKind.MILESTONE, about)
        return found[-1] if found else None

    @property
    def floor(self) -> Day:
        """The first day on which any State can have acted: the opening for signature, where it is known."""
        opening = self.milestone(OPENING)
        return opening.fact.latest if opening else date.min

    def complete_until(self, about: Slug) -> Record | None:
        """The list of signatures or deposits that reaches furthest; after its day more may have come."""
        found = self.said_generally(FactKind.LIST, about)
        return found[-1] if found else None


def _day(day: Day | None) -> str:
    return "" if day is None else write_day(day)


ORDER = (Certainty.CERTAIN, Certainty.REPORTED, Certainty.FROM_MEMORY, Certainty.DESIGN)


def weakest(*found: Certainty) -> Certainty:
    """What rests on all of these is as sure as the least sure of them."""
    return max(found, key=ORDER.index, default=Certainty.CERTAIN)
