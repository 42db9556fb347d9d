"""The pieces of what was said: a part of a body, a filled field, a ground, and the rule that each stands on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from musnad.core.kernel.names import Slug
from musnad.core.kernel.times import Day, Instant
from musnad.core.treaty.values import Label

PartKind = Literal[
    "text",
    "code",
    "day",
    "moment",
    "label",
    "yes",
    "no",
    "months",
    "years",
    "life-or-heavier",
    "event",
    "seal",
    "said",
    "kind",
]
"""How a part is to be shown; ``code`` is an identifier, the three penalties carry a number or nothing."""


@dataclass(frozen=True, slots=True)
class RuleView:
    """A rule of the treaty data with its reference, and how sure its substance and its numbering are."""

    name: Slug
    article: int | None
    paragraph: str | None
    numbering: str | None
    certainty: str
    says: Label
    number: int | None


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of what was said. ``name`` says which member it is; None where the piece is all there is."""

    name: str | None
    kind: PartKind
    text: str = ""
    label: Label | None = None
    day: Day | None = None
    moment: Instant | None = None


@dataclass(frozen=True, slots=True)
class FieldView:
    """A filled field of a request; ``label``, ``help`` and ``rule`` are None where its treaty data is not at hand."""

    name: Slug
    label: Label | None
    help: Label | None
    parts: tuple[Part, ...]
    required: bool
    rule: RuleView | None


@dataclass(frozen=True, slots=True)
class GroundView:
    name: Slug
    label: Label | None
    rule: RuleView | None
