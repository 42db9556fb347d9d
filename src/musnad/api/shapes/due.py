"""The shapes of what is due: duties and countdowns, by both States' clocks and calendars."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from musnad.api.shapes.forms import Hex64, Moment, Name, Named, OnDay, Said, Seal, Shape, Sureness
from musnad.api.shapes.people import AuthorityShape, DirectoryShape, PartyShape, RuleShape


class CalendarDayShape(Shape):
    """A day as a State's calendar has it; ``name`` is the holiday's."""

    kind: Literal["working", "weekend", "holiday", "not-known"]
    name: Named


class ClockShape(Shape):
    """A last day by one State's clock and calendar; ``day`` and ``hour`` are the first moment that is too late."""

    party: PartyShape
    zone: str | None
    day: OnDay | None
    hour: str | None
    last_day: CalendarDayShape


class DutyShape(Shape):
    """What an authority has to do; ``standing`` duties need watching, not doing. Days are the owner's, in its zone."""

    code: Name
    owner: AuthorityShape
    ours: bool
    standing: bool
    last_day: OnDay | None
    days_left: int | None
    overdue: bool
    request: Hex64 | None
    measure: Said | None
    rule: RuleShape | None
    certainty: Sureness | None
    set_by: Literal["rule", "parties"] | None
    suspended_by: str | None
    seal: Seal | None
    working_days_left: int | None
    last_working_day: OnDay | None
    ends_at: Moment | None
    clocks: list[ClockShape]


class CountdownShape(Shape):
    """Something that ends by itself, such as data that will be deleted; ``level`` is the last warning that has come."""

    what: Name
    owner: AuthorityShape
    ours: bool
    keeper: PartyShape
    remedy: Name
    last_day: OnDay | None
    days_left: int | None
    since: Moment | None
    minutes_passed: int | None
    level: int | None
    kept: bool
    lapsed: bool
    request: Hex64
    seal: Seal | None
    measure: Said | None
    rule: RuleShape | None
    certainty: Sureness | None
    working_days_left: int | None
    ends_at: Moment | None
    clocks: list[ClockShape]


class DueShape(Shape):
    """One thing of one case: a duty, or a countdown that escalates; with neither, ``fault`` keeps the case unread."""

    case: Hex64
    fault: str | None
    exercise: bool
    others: list[PartyShape]
    duty: DutyShape | None
    countdown: CountdownShape | None


class DueAsked(BaseModel):
    """Which part of the list is asked for."""

    limit: int = Field(50, ge=1, le=200, description="the most items of one answer")
    after: str | None = Field(None, max_length=200, description="as an earlier part told it")


class DuePage(Shape):
    """A part of the list; ``after`` asks for the next part, null at the end."""

    party: PartyShape
    directory: DirectoryShape
    items: list[DueShape]
    after: str | None
