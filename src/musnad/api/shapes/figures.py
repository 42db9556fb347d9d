"""The shapes of the figures and of the report for the public. Codes and numbers alone: no case is named."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from musnad.api.shapes.forms import Moment, Name, OnDay, PartyName, Shape

Step = Literal["minutes-15", "hour", "hours-4", "day", "days-3", "week", "month", "quarter", "longer"]
Way = Literal["in", "out"]
Count = Annotated[int, Field(ge=0)]
Year = Annotated[int, Field(ge=1, le=9999, examples=[2026])]
Counts = dict[str, Count]


class FiguresAsked(BaseModel):
    """Which figures: of a year or of all, of one measure, of one partner; of real cases unless exercises are asked."""

    year: Year | None = None
    measure: Name | None = None
    partner: PartyName | None = None
    exercise: bool = False


class TimesShape(Shape):
    """Within which step half of them was done, and nine tenths; null where none was."""

    number: Count
    median: Step | None
    ninth_decile: Step | None


class SummaryShape(Shape):
    """One partner, or one measure."""

    name: str
    asked: Count
    acknowledged: TimesShape
    answered: TimesShape
    refused: Count
    unanswered: Count
    missed: Count


class BothTimesShape(Shape):
    acknowledged: TimesShape
    answered: TimesShape


class DirectionFiguresShape(Shape):
    """What was asked of this node's Party (``in``), or by it (``out``): each table as numbers by their codes."""

    direction: Way
    asked: Count
    unanswered: Count
    times: BothTimesShape
    by_partner: list[SummaryShape]
    by_measure: list[SummaryShape]
    month: Counts
    partner: Counts
    measure: Counts
    status: Counts
    ground: Counts
    acknowledged: Counts
    answered: Counts
    missed: Counts


class FigureRowShape(Shape):
    """One number by partner and measure. ``table`` is what is counted, ``value`` of what."""

    direction: Way
    table: str
    partner: PartyName
    measure: str
    value: str
    count: Count


class FiguresShape(Shape):
    """The figures as of a day."""

    year: int | None
    as_of: OnDay
    exercise: bool
    measure: str | None
    partner: str | None
    directions: list[DirectionFiguresShape]
    rows: list[FigureRowShape]


class PublicTableShape(Shape):
    """What is told of one table: a hidden number is null, and so is a total that is not told."""

    total: Count | None
    numbers: dict[str, Count | None]


class PublicDirectionShape(Shape):
    direction: Way
    partner: PublicTableShape
    measure: PublicTableShape
    progress: PublicTableShape
    acknowledged: PublicTableShape
    answered: PublicTableShape
    outcome: PublicTableShape
    ground: PublicTableShape


class PublishedShape(Shape):
    at: Moment
    by: str


class PublicReportShape(Shape):
    """The report of a year, as it was published."""

    year: int
    as_of: OnDay
    published: PublishedShape
    directions: list[PublicDirectionShape]
