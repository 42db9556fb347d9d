"""The shapes of the treaty data: treaties, rules and measures, with labels in the language that was asked for."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field

from musnad.api.shapes.forms import Hex64, Name, OnDay, PageShape, Said, Shape, Sureness


def _sorted(value: object) -> object:
    return sorted(value) if isinstance(value, frozenset) else value


def _values(value: object) -> object:
    return list(value.values()) if hasattr(value, "values") else value


Names = Annotated[list[Name], BeforeValidator(_sorted)]


class TreatyRule(Shape):
    """One rule of law or practice: its reference, its number, and how sure it is. Only what is certain is law here."""

    name: Name
    article: int | None
    paragraph: str | None
    numbering: str | None
    certainty: Sureness
    source: str
    says: Said
    number: int | None
    unit: str | None
    note: str | None


class RulePage(PageShape):
    items: list[TreatyRule]


class InForceShape(Shape):
    """Whether the treaty is in force, as far as a source said on a day."""

    value: bool
    certainty: Sureness
    source: str
    as_of: OnDay


class TreatyShape(Shape):
    name: Name
    label: Said
    digest: Hex64 = Field(description="names this version of the data; each request names the one it was judged under")
    adopted_on: OnDay
    in_force: InForceShape
    measures: Names
    instruments: Names


class TreatyPage(PageShape):
    items: list[TreatyShape]


class ChoiceShape(Shape):
    name: Name
    label: Said


class FormField(Shape):
    """One field of a request's form; ``kind`` says what its value looks like (docs/treaty.md)."""

    name: Name
    kind: str
    required: bool
    label: Said
    help: Said
    choices: list[ChoiceShape]
    rule: TreatyRule


class SideShape(Shape):
    """Which roles of authorities may stand on one side of a measure."""

    roles: Names
    rule: TreatyRule


class LimitShape(Shape):
    """A period of at least so many days, from what, and when somebody is warned before its end."""

    name: Name
    at_least_days: int
    counted_from: Name
    warn_days: list[int]
    rule: TreatyRule


class GroundOpen(Shape):
    name: Name
    label: Said
    help: Said
    needs_reservation: bool
    rule: TreatyRule


class FollowShape(Shape):
    measure: Name
    force: str
    rule: TreatyRule


class DutyRule(Shape):
    stage: str
    rule: TreatyRule


class UseLimitShape(Shape):
    limit: str
    force: str
    rule: TreatyRule


class SharedApprovalShape(Shape):
    """How many officers sign before one of these acts; ``categories``: only for data of one of these, or of any."""

    acts: Names
    categories: Names
    officers: int
    rule: TreatyRule


class CriminalityShape(Shape):
    policy: str
    rule: TreatyRule


class CategoriesShape(Shape):
    allowed: Names
    rule: TreatyRule


class MeasureRow(Shape):
    name: Name
    label: Said
    help: Said
    outcome: str
    rule: TreatyRule


class MeasurePage(PageShape):
    items: list[MeasureRow]


class MeasureShape(MeasureRow):
    """A form of cooperation: who may ask whom, the form, the periods, the grounds of refusal, and what follows."""

    askers: SideShape
    addressees: SideShape
    dual_criminality: CriminalityShape | None
    data_categories: CategoriesShape | None
    fields: Annotated[list[FormField], BeforeValidator(_values)]
    limits: list[LimitShape]
    grounds: Annotated[list[GroundOpen], BeforeValidator(_values)]
    follow_ups: list[FollowShape]
    duties: list[DutyRule]
    use_limits: list[UseLimitShape]
    approvals: list[SharedApprovalShape] = Field(description="acts that one officer alone may not do")
