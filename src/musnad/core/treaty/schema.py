"""The form of one treaty file, as pydantic sees it; nothing past ``build.py`` knows these classes.

A file holds any of these tables. A rule in a file with ``[article]`` is a rule of that article and gives its paragraph
and the state of its numbering; a rule in a file without one is practice or our own design and gives neither. A file
with ``shared = true`` serves several treaties: what one of them does not use is left out of that one.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from musnad.core.treaty.values import (
    ApprovalAct,
    Certainty,
    CriminalityPolicy,
    FieldKind,
    Force,
    Numbering,
    Outcome,
    Stage,
    Unit,
    UseLimitName,
)

UNSEEN = "unseen_character"
"""The kind of the defect of a text that holds what no reader could see."""
_ARABIC = re.compile("[\u0621-\u064a]")
_LATIN = re.compile("[A-Za-z]")
_UNSEEN = re.compile("[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
"""Controls, marks without width, and everything that sets the direction of a text: a page sets it itself."""


def _arabic(text: str) -> str:
    if not _ARABIC.search(text):
        raise ValueError("no Arabic letter")
    return text


def _english(text: str) -> str:
    if not _LATIN.search(text) or _ARABIC.search(text):
        raise ValueError("not English")
    return text


def _seen(text: str) -> str:
    if _UNSEEN.search(text):
        raise PydanticCustomError(UNSEEN, "a character that is not seen, or that would show the text in another order")
    return text


Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$", max_length=64)]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Z]{1,2}[0-9]{1,3}$")]
Text = Annotated[str, StringConstraints(min_length=1, max_length=2000, strip_whitespace=False), AfterValidator(_seen)]
Paragraph = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,2}(?:\([a-z]{1,4}\)){0,2}$|^\([a-z]\)$")]
Sure = Annotated[Certainty, Field(strict=False)]


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Texts(_Form):
    """English and Arabic are due; the other official languages may follow."""

    en: Annotated[Text, AfterValidator(_english)]
    ar: Annotated[Text, AfterValidator(_arabic)]
    es: Text | None = None
    fr: Text | None = None
    ru: Text | None = None
    zh: Text | None = None


class ArticleForm(_Form):
    number: Annotated[int, Field(ge=1, le=200)]
    numbering: Annotated[Numbering, Field(strict=False)]
    title: Texts
    title_status: Sure


class InForceForm(_Form):
    value: bool
    status: Sure
    source: Code
    as_of: date
    rule: Name


class LifeForm(_Form):
    instruments: Name | None = None
    delay: Name | None = None
    later_party_delay: Name | None = None
    withdrawal_delay: Name | None = None


class TreatyForm(_Form):
    name: Name
    label: Texts
    adopted_on: date
    in_force: InForceForm
    life: LifeForm = LifeForm()


class QuantityForm(_Form):
    number: Annotated[int, Field(ge=1, le=3650)]
    unit: Unit


class RuleForm(_Form):
    paragraph: Paragraph | None = None
    numbering: Annotated[Numbering, Field(strict=False)] | None = None
    status: Sure
    source: Code
    parallel: list[Text] = []
    quantity: QuantityForm | None = None
    says: Texts
    note: Text | None = None


class NamedForm(_Form):
    label: Texts
    help: Texts | None = None


class IdentifierTypeForm(_Form):
    label: Texts
    form: Literal["text", "internet-address"]
    timed: bool = False


class OffenceForm(_Form):
    label: Texts
    article: Annotated[int, Field(ge=1, le=200)]
    status: Sure
    source: Code


class OffenceClassForm(_Form):
    label: Texts
    offences: list[Name] = []
    threshold: Name | None = None
    maxima_rule: Name | None = None


class GroundForm(_Form):
    label: Texts
    help: Texts
    rule: Name
    needs_reservation: bool = False
    not_for_offences: list[Name] = []


class ChoiceForm(_Form):
    label: Texts
    needs: dict[Name, Name] = {}


class FieldForm(_Form):
    kind: Annotated[FieldKind, Field(strict=False)]
    label: Texts
    help: Texts
    choices: dict[Name, ChoiceForm] = {}
    needs: dict[Name, Name] = {}


class FieldUseForm(_Form):
    rule: Name
    required: bool = False
    must_be: bool | None = None
    needs: dict[Name, Name] = {}
    unless: dict[Name, Name] = {}


class PartiesForm(_Form):
    roles: Annotated[list[Name], Field(min_length=1)]
    rule: Name


class OpeningForm(_Form):
    rule: Name
    classes: Annotated[dict[Name, Name], Field(min_length=1)]


class EventRuleForm(_Form):
    event: Name
    rule: Name


class LimitForm(_Form):
    rule: Name
    counted_from: EventRuleForm
    kept_until: EventRuleForm | None = None
    extension: Name | None = None
    suspended_by: EventRuleForm | None = None
    warn_days: list[Annotated[int, Field(ge=1, le=3650)]] = []


class DualCriminalityForm(_Form):
    policy: CriminalityPolicy
    rule: Name


class OpenCategoriesForm(_Form):
    allowed: Annotated[list[Name], Field(min_length=1)]
    rule: Name


class UseLimitForm(_Form):
    limit: UseLimitName
    force: Force
    rule: Name


class SharedApprovalForm(_Form):
    acts: Annotated[list[ApprovalAct], Field(min_length=1)]
    categories: list[Name] = []
    rule: Name


class PrecedingForm(_Form):
    step: Literal["consultation"]
    before: Literal["refusal", "postponement"]
    grounds: list[Name] = []
    rule: Name


class FollowUpForm(_Form):
    measure: Name
    force: Force
    rule: Name


class DutyForm(_Form):
    stage: Stage
    rule: Name


class PartForm(_Form):
    """What several measures share; a measure names its parts and adds to them."""

    askers: PartiesForm | None = None
    addressees: PartiesForm | None = None
    opened_by: OpeningForm | None = None
    dual_criminality: DualCriminalityForm | None = None
    data_categories: OpenCategoriesForm | None = None
    fields: dict[Name, FieldUseForm] = {}
    grounds: list[Name] = []
    grounds_rule: Name | None = None
    barred: dict[Name, Name] = {}
    precedes: list[PrecedingForm] = []
    duties: list[DutyForm] = []
    use_limits: list[UseLimitForm] = []
    approvals: list[SharedApprovalForm] = []


class MeasureForm(PartForm):
    label: Texts
    help: Texts
    outcome: Outcome
    rule: Name
    parts: list[Name] = []
    limits: dict[Name, LimitForm] = {}
    follow_ups: list[FollowUpForm] = []


class FileForm(_Form):
    """One file: every table is optional, nothing else may stand in it."""

    shared: Literal[True] | None = None
    article: ArticleForm | None = None
    treaty: TreatyForm | None = None
    sources: dict[Code, Text] = {}
    rules: dict[Name, RuleForm] = {}
    instruments: dict[Name, NamedForm] = {}
    roles: dict[Name, NamedForm] = {}
    events: dict[Name, NamedForm] = {}
    data_categories: dict[Name, NamedForm] = {}
    meanings: dict[Name, Name] = {}
    identifier_types: dict[Name, IdentifierTypeForm] = {}
    offences: dict[Name, OffenceForm] = {}
    offence_classes: dict[Name, OffenceClassForm] = {}
    grounds: dict[Name, GroundForm] = {}
    fields: dict[Name, FieldForm] = {}
    parts: dict[Name, PartForm] = {}
    measures: dict[Name, MeasureForm] = {}
