"""The shapes of national law profiles and of what is asked before asking. What rests on a sample says so everywhere."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from musnad.api.shapes.forms import (
    Authority,
    DayIn,
    Given,
    Hex64,
    Name,
    OnDay,
    PageShape,
    PartyName,
    Shape,
    Sureness,
)

MAXIMUM = r"^([1-9][0-9]{0,4}[my]|life)$"


class PenaltyShape(Shape):
    number: int | None = None
    unit: Literal["months", "years", "life-or-heavier"]


class SourcedShape(Shape):
    source: str
    status: Sureness


class LanguagesShape(SourcedShape):
    accepted: list[str]


class DualShape(SourcedShape):
    policy: str
    measures: dict[str, str]
    provision: str


class TransferShape(SourcedShape):
    transfer: str
    conditions: list[str]
    provision: str


class BasisShape(SourcedShape):
    accepted: bool
    partners: list[PartyName]
    provision: str


class HomeOffenceShape(SourcedShape):
    covers: str
    provision: str
    maximum: PenaltyShape | None
    note: str


class HomePowerShape(SourcedShape):
    covers: str
    provision: str
    ordered_by: list[str]
    conditions: list[str]
    from_maximum: PenaltyShape | None
    note: str


class _SampleShape(Shape):
    sample: bool
    sample_notice: str | None = None


class ProfileShape(_SampleShape):
    """A State's law as of a day, each fact with its source; what it does not hold is not known."""

    state: PartyName
    as_of: OnDay
    digest: Hex64
    languages: LanguagesShape | None
    dual_criminality: DualShape | None
    data_protection: TransferShape | None
    bases: dict[str, BasisShape]
    offences: dict[str, HomeOffenceShape]
    powers: dict[str, HomePowerShape]


class ProfilePage(PageShape):
    items: list[ProfileShape]


class KeptProfile(ProfileShape):
    kept: bool


class RuleCited(Shape):
    rule: Name
    article: int | None
    paragraph: str | None
    numbering: str | None
    status: Sureness
    source: str


class GapLineShape(Shape):
    kind: Literal["offence", "power"]
    name: Name
    article: int
    asked_status: Sureness
    coverage: str
    serious: bool | None
    found: HomeOffenceShape | HomePowerShape | None


class GapShape(_SampleShape):
    """What a State's law has of what a treaty asks for: covered, partly, missing, or not known."""

    state: PartyName
    as_of: OnDay
    treaty: Name
    threshold: RuleCited | None
    counts: dict[str, int]
    lines: list[GapLineShape]


class OffenceMet(Shape):
    dual_criminality: str
    serious: str
    asker_maximum: PenaltyShape | None
    asked_maximum: PenaltyShape | None


class MeasureMet(Shape):
    powers: str
    policy: str | None


class PairShape(_SampleShape):
    """What one State can hope for when it asks another."""

    asker: PartyName
    asked: PartyName
    offences: dict[str, OffenceMet]
    measures: dict[str, MeasureMet]


class PairPage(PageShape):
    items: list[PairShape]


class ReadShape(_SampleShape):
    """The fact that a reason was found in: whose, where it was read, how sure it is."""

    origin: Annotated[str, Field(validation_alias="from")]
    state: str | None
    source: str
    status: Sureness | None
    as_of: OnDay | None


class ReasonShape(Shape):
    """One thing that was asked and found, with the rule and the facts that it rests on."""

    asked: str
    found: str
    weight: Literal["blocks", "warns", "only-if", "not-known", "note", "holds"]
    decides: bool
    says: str = Field(description="the reason as a sentence, in the language that was asked for")
    state: PartyName | None
    field: str | None
    facts: dict[str, Any]
    rule: RuleCited | None
    remedy: str | None = Field(description="what to do about a defect of form, in the language that was asked for")
    asked_for_by: RuleCited | None = Field(description="the rule that calls for the field whose form is wrong")
    read: list[ReadShape]


class _AnswerShape(_SampleShape):
    answer: Literal["yes", "no", "only-if", "not-known"]
    treaty: Name
    treaty_digest: Hex64
    as_of: OnDay
    reasons: list[ReasonShape]


class CanShape(_AnswerShape):
    """Whether one State can ask another, with every reason."""

    asker: PartyName
    asked: PartyName
    measure: Name
    offence: Name | None
    basis: Name


class PreflightShape(_AnswerShape):
    """What there is to say about a draft before it leaves; it is ready where nothing blocks."""

    ready: bool
    measure: Name | None
    author: Authority | None
    to: list[Authority]
    counts: dict[str, int]
    missing: list[Name] = Field(description="the fields that the measure requires and that the draft does not have")


class CanAsked(BaseModel):
    """May one State ask another for this measure?"""

    asker: PartyName
    asked: PartyName
    measure: Name
    offence: Name | None = None
    basis: Name | None = None
    maximum: Annotated[str, Field(pattern=MAXIMUM, examples=["5y"])] | None = None
    maximum_there: Annotated[str, Field(pattern=MAXIMUM, examples=["life"])] | None = None
    as_of: DayIn | None = None


class UnderTreaty(BaseModel):
    """The treaty that is looked at; the Convention without it."""

    treaty: Name = "un-convention-against-cybercrime"


class DraftGiven(Given):
    """A draft of any content, as for ``musnad check``: what is wrong with it is told, not refused."""

    draft: dict[str, Any] = Field(
        examples=[
            {
                "author": "QA/central-authority",
                "to": ["VN/central-authority"],
                "measure": "access-to-stored-data",
                "legal_basis": {"instrument": "un-convention-against-cybercrime", "note": ""},
                "language": "en",
                "fields": {"subject": "Investigation 17/2026"},
            }
        ]
    )
    as_of: DayIn | None = None


class ProfileGiven(Given):
    """A law profile as docs/law-profiles.md says, in TOML. ``check`` looks at it and keeps nothing."""

    file: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,94}\.toml$", examples=["qatar.toml"])]
    profile: Annotated[str, Field(min_length=1, max_length=900_000)]
    check: bool = False
