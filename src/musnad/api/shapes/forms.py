"""The forms of names, times and texts in requests and answers.

What comes in is checked by its pattern here, and again by the core, which knows more. What goes out is made of the
node's values: a label in the language of the reader, a day and a moment as text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from musnad.core.kernel.times import write_day, write_instant
from musnad.core.messages.version import MUSNAD_1
from musnad.core.treaty.values import Label
from musnad.language import current

_PARTY = r"([A-Z]{2}|[A-Z][A-Z0-9]{2,11})"
_SLUG = r"[a-z0-9]+(-[a-z0-9]+)*"
CASE = "3f" * 32
SEAL = "77" * 16

Hex64 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", min_length=64, max_length=64, examples=[CASE])]
Seal = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$", min_length=32, max_length=32, examples=[SEAL])]
Name = Annotated[str, Field(pattern=rf"^{_SLUG}$", max_length=64, examples=["expedited-preservation"])]
PartyName = Annotated[str, Field(pattern=rf"^{_PARTY}$", max_length=12, examples=["QA"])]
Authority = Annotated[str, Field(pattern=rf"^{_PARTY}/{_SLUG}$", max_length=77, examples=["QA/central-authority"])]
OfficerId = Annotated[
    str, Field(pattern=rf"^{_PARTY}/{_SLUG}/{_SLUG}$", max_length=142, examples=["QA/central-authority/falcon"])
]
Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35, examples=["ar"])]
Text = Annotated[str, Field(min_length=1, max_length=MUSNAD_1.text_limit)]
Short = Annotated[str, Field(min_length=1, max_length=256)]
DayIn = Annotated[
    str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", json_schema_extra={"format": "date"}, examples=["2026-11-23"])
]
Recipients = Annotated[list[Authority], Field(min_length=1, max_length=MUSNAD_1.recipients_limit)]


def _label(value: object) -> object:
    return value.for_language(current().language) if isinstance(value, Label) else value


def _day(value: object) -> object:
    return write_day(value) if isinstance(value, date) else value


def _moment(value: object) -> object:
    return write_instant(value) if hasattr(value, "tzinfo") else value  # type: ignore[arg-type]  # only instants have one


def _names(value: object) -> object:
    """A name by languages in the reader's, else in English; None where there is none."""
    if isinstance(value, Mapping):
        return value.get(current().language) or value.get("en")
    return value


Said = Annotated[str, BeforeValidator(_label), Field(description="in the language that was asked for")]
OnDay = Annotated[str, BeforeValidator(_day), Field(json_schema_extra={"format": "date"})]
Moment = Annotated[str, BeforeValidator(_moment), Field(json_schema_extra={"format": "date-time"})]
Named = Annotated[
    str | None,
    BeforeValidator(_names),
    Field(validation_alias="names", description="in the language that was asked for"),
]


class Shape(BaseModel):
    """An answer: made from the attributes of a value; what is not named here is not told."""

    model_config = ConfigDict(extra="ignore", from_attributes=True, populate_by_name=True)


class Given(BaseModel):
    """A request: nothing unknown, nothing coerced."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Paging(BaseModel):
    """Which part of a list is asked for."""

    limit: int = Field(50, ge=1, le=200, description="the most items of one answer")
    offset: int = Field(0, ge=0, le=1_000_000, description="how many items to pass over")


class AsOf(BaseModel):
    """The day to answer for; today by the node's clock without it."""

    as_of: DayIn | None = None


class PageShape(Shape):
    """A part of a list; ``next`` is the offset of the next part, null at the end."""

    total: int
    next: int | None


def page(items: Sequence[Any], paging: Paging) -> dict[str, Any]:
    """The part of ``items`` that was asked for, with what ``PageShape`` tells of it."""
    end = paging.offset + paging.limit
    return {"items": items[paging.offset : end], "total": len(items), "next": end if end < len(items) else None}


Sureness = Literal["certain", "reported", "from-memory-verify", "design"]
