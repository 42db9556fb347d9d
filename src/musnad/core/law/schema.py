"""The form of a law profile and of the shared law data, as pydantic sees them; nothing past ``reader.py`` knows these.

``LineText`` refuses controls and direction overrides: a statute's name is shown to the other State's officer.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from musnad.core.law.values import DualPolicy, PenaltyUnit, Transfer
from musnad.core.treaty.schema import Code, Name, Sure, Texts
from musnad.core.treaty.values import Numbering

_UNSEEN = re.compile("[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def _seen(text: str) -> str:
    if _UNSEEN.search(text) or not text.strip():
        raise ValueError("empty, or a character that is not seen")
    return text


LineText = Annotated[str, StringConstraints(min_length=1, max_length=500), AfterValidator(_seen)]
State = Annotated[str, StringConstraints(max_length=40)]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class PenaltyForm(_Form):
    unit: PenaltyUnit
    number: Annotated[int, Field(ge=1, le=12_000)] | None = None

    @model_validator(mode="after")
    def _number_fits(self) -> PenaltyForm:
        if (self.number is None) != (self.unit == "life-or-heavier"):
            raise ValueError("a number stands with months and years, and with nothing else")
        return self


class SourcedForm(_Form):
    source: Code
    status: Sure


class LawForm(SourcedForm):
    """A fact of the law: where it stands, or that it is missing, with a note."""

    statute: LineText | None = None
    provision: LineText | None = None
    covers: Literal["whole", "partly"] | None = None
    missing: bool = False
    note: LineText | None = None


class OffenceForm(LawForm):
    maximum: PenaltyForm | None = None


class PowerForm(LawForm):
    ordered_by: list[LineText] = []
    conditions: list[LineText] = []
    from_maximum: PenaltyForm | None = None


class LanguagesForm(SourcedForm):
    accepted: Annotated[list[Language], Field(min_length=1, max_length=40)]


class DualForm(SourcedForm):
    policy: DualPolicy
    measures: dict[Name, DualPolicy] = {}
    statute: LineText | None = None
    provision: LineText | None = None


class DataProtectionForm(SourcedForm):
    transfer: Transfer
    conditions: list[LineText] = []
    statute: LineText | None = None
    provision: LineText | None = None


class BasisForm(SourcedForm):
    accepted: bool
    partners: list[State] = []
    statute: LineText | None = None
    provision: LineText | None = None


class ProfileForm(_Form):
    state: State
    sample: bool = False
    as_of: date
    sources: dict[Code, LineText]
    languages: LanguagesForm | None = None
    dual_criminality: DualForm | None = None
    data_protection: DataProtectionForm | None = None
    bases: dict[Name, BasisForm] = {}
    offences: dict[Name, OffenceForm] = {}
    powers: dict[Name, PowerForm] = {}


class SharedPowerForm(_Form):
    article: Annotated[int, Field(ge=1, le=200)]
    numbering: Annotated[Numbering, Field(strict=False)]
    status: Sure
    source: Code
    label: Texts
    help: Texts


class NeedsForm(_Form):
    powers: Annotated[list[Name], Field(min_length=1)]
    enough: Literal["all", "any"] = "all"


class SharedForm(_Form):
    sources: dict[Code, LineText]
    powers: dict[Name, SharedPowerForm]
    measures: dict[Name, NeedsForm]
