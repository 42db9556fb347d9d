"""The shapes of the register of Parties: facts with day, source and status; what follows from them; what is a bound."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from musnad.api.shapes.forms import (
    Authority,
    Given,
    Hex64,
    Moment,
    Name,
    Named,
    OfficerId,
    OnDay,
    PageShape,
    PartyName,
    Shape,
    Sureness,
)


class SpanShape(Shape):
    """Some day from the one to the other, both included."""

    earliest: OnDay
    latest: OnDay


class SayingShape(Shape):
    """Who said it: an authority by its officer, or a file that was loaded."""

    file: str
    line: int
    author: Authority | None
    officer: OfficerId | None
    at: Moment | None
    digest: Hex64 | None


class ReplacedShape(Shape):
    by: Hex64 | None
    reason: str
    said: SayingShape


class FactShape(Shape):
    """One statement; without ``day`` the day was not seen, and ``not_before`` and ``by`` bound it as far as known."""

    digest: Hex64
    party: PartyName | None = None
    kind: str
    about: str | None = None
    value: str | None = None
    day: OnDay | None = None
    not_before: OnDay | None = None
    by: OnDay | None = None
    status: Sureness
    source: str
    as_of: OnDay
    en: str | None = None
    ar: str | None = None
    said: SayingShape
    replaced: ReplacedShape | None


class RuleRef(Shape):
    rule: Name
    number: int | None
    unit: str | None
    status: Sureness
    source: str
    article: int | None
    paragraph: str | None


class StandingShape(Shape):
    """Where a State stands on a day. ``at_most`` is what the facts do not exclude; ``is_bound`` that later facts may be
    missing."""

    party: PartyName
    kind: str
    name: Named
    day: OnDay
    status: str
    at_most: str
    since: SpanShape | None
    in_force_from: SpanShape | None
    withdrawal_effective: SpanShape | None
    certainty: Sureness | None
    is_bound: bool
    known_until: dict[str, OnDay]
    facts: list[FactShape]
    rules: list[RuleRef]


class StandingPage(PageShape):
    items: list[StandingShape]


class ForceShape(Shape):
    """Whether the Convention is in force on a day, what counts, and where the answer is only a bound."""

    day: OnDay
    verdict: str
    counted: int
    possible: int
    needed: int
    enters: SpanShape | None
    is_bound: bool
    known_until: OnDay | None
    certainty: Sureness
    facts: list[FactShape]
    uncounted: list[FactShape]
    inexact: list[Hex64]
    left: list[FactShape]
    counts: list[FactShape]
    rules: list[RuleRef]


class RegisteredShape(Shape):
    """Everything that was ever said of a State, and where it stands."""

    party: PartyName
    kind: str
    name: Named
    standing: StandingShape
    records: list[FactShape]
    sources: dict[str, str]


class TaskShape(Shape):
    """One thing to do, to join or to be ready: where it is written, how sure that is, what shows it done."""

    task: Name
    label: Annotated[Named, Field(validation_alias="labels")]
    help: Annotated[Named, Field(validation_alias="helps")]
    stage: Name
    when: Name
    duty: str
    article: str
    parallel: list[str]
    source: str
    status: Sureness
    progress: str
    first_day: OnDay | None
    last_day: OnDay | None
    certainty: Sureness
    facts: list[FactShape]
    hints: list[str]


class ChecklistShape(Shape):
    party: PartyName
    day: OnDay
    items: list[TaskShape]


class FactPage(PageShape):
    items: list[FactShape]


class TableGiven(Given):
    """A table of facts as docs/register.md says; its name ends with .csv or .json."""

    file: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,98}\.(csv|json)$", examples=["depositary.csv"])]
    table: Annotated[str, Field(min_length=1, max_length=900_000)]


class ChangedShape(Shape):
    """How many facts a load changed; none where it was here already."""

    changes: int
    known: bool


class UpdateShape(ChangedShape):
    update: Hex64
    author: Authority
    officer: OfficerId


class UpdateGiven(Given):
    """A signed update (DSSE), as ``musnad register correct --out`` writes it."""

    payload: Annotated[str, Field(min_length=1, max_length=900_000, description="base64")]
    payloadType: Annotated[str, Field(max_length=200)]  # noqa: N815 - DSSE's own name
    signatures: Annotated[list[dict[str, Any]], Field(min_length=1, max_length=32)]
