"""Read what the pre-flight looks at beyond the treaty's own rules: ``data/practice.toml``.

The rules become ``Rule`` values of no article whose status is design, so that none of them can ever block.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from musnad.core.kernel.names import Slug
from musnad.core.preflight.errors import BadPractice
from musnad.core.treaty.link import label_of
from musnad.core.treaty.schema import Code, Name, Text, Texts
from musnad.core.treaty.values import Certainty, Rule

CheckKind = Literal[
    "text-at-least",
    "period-at-most",
    "period-past",
    "entries-at-most",
    "address-with-port",
    "address-window-at-most",
    "filled",
    "one-filled",
    "filled-unless-following",
    "day-ahead",
]
SignName = Literal[
    "no-offence-there",
    "reservation-made",
    "transfer-limited",
    "no-power-there",
    "request-defective",
    "penalty-low",
]
_NUMBERED = frozenset({"text-at-least", "period-at-most", "entries-at-most", "address-window-at-most"})


@dataclass(frozen=True, slots=True)
class Check:
    """One look at some fields of a draft, under a rule of practice."""

    kind: CheckKind
    fields: tuple[Slug, ...]
    rule: Rule


@dataclass(frozen=True, slots=True)
class Touches:
    """What a subject of the register bears on."""

    offences: frozenset[Slug] = frozenset()
    measures: frozenset[Slug] = frozenset()
    grounds: frozenset[Slug] = frozenset()


@dataclass(frozen=True, slots=True)
class Emergency:
    """The choice that marks an emergency, the treaty's rule of what one is, and the measure that it opens."""

    field: Slug
    choice: Slug
    rule: Slug
    measure: Slug


@dataclass(frozen=True, slots=True)
class Practice:
    """Everything that the file holds."""

    checks: tuple[Check, ...]
    subjects: Mapping[Slug, Touches]
    language_subject: Slug
    language_rule: Slug
    signs: Mapping[Slug, tuple[SignName, ...]]
    emergency: Emergency


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class _Quantity(_Form):
    number: Annotated[int, Field(ge=1, le=100_000)]
    unit: Literal["characters", "days", "entries", "hours"]


class _Rule(_Form):
    source: Code
    quantity: _Quantity | None = None
    says: Texts


class _Check(_Form):
    kind: CheckKind
    fields: Annotated[list[Name], Field(min_length=1)]


class _Subject(_Form):
    offences: list[Name] = []
    measures: list[Name] = []
    grounds: list[Name] = []


class _Languages(_Form):
    subject: Name
    rule: Name


class _Signs(_Form):
    signs: Annotated[list[SignName], Field(min_length=1)]


class _Emergency(_Form):
    field: Name
    choice: Name
    rule: Name
    measure: Name


class _File(_Form):
    sources: dict[Annotated[str, StringConstraints(pattern=r"^[A-Z]{1,2}[0-9]{1,3}$")], Text]
    rules: dict[Name, _Rule]
    checks: dict[Name, _Check]
    subjects: dict[Name, _Subject]
    languages: _Languages
    grounds: dict[Name, _Signs]
    emergency: _Emergency


def parse_practice(file: str, data: bytes) -> Practice:
    """What the file holds; ``BadPractice`` naming file and place, at the first thing that is wrong.

    In order: 1. TOML; 2. the form; 3. each rule's source; 4. a rule for each check and a check for each rule; 5. a
    number where the check compares with one.
    """
    try:
        form = _File.model_validate(tomllib.loads(data.decode("utf-8")))
    except ValidationError as error:
        defect = error.errors(include_url=False, include_input=False, include_context=False)[0]
        raise BadPractice(file, ".".join(str(part) for part in defect["loc"]), defect["msg"][:200]) from error
    except (ValueError, RecursionError) as error:
        raise BadPractice(file, "", str(error)[:200]) from error
    checks = []
    for name, check in form.checks.items():
        rule = form.rules.get(name)
        if rule is None:
            raise BadPractice(file, f"checks.{name}", "there is no rule of this name")
        if rule.source not in form.sources:
            raise BadPractice(file, f"rules.{name}.source", "no source of this name is described")
        if (check.kind in _NUMBERED) != (rule.quantity is not None):
            raise BadPractice(file, f"rules.{name}.quantity", f"does not fit a check of kind {check.kind}")
        fields = tuple(Slug(one) for one in check.fields)
        checks.append(Check(check.kind, fields, _rule(Slug(name), rule, form.sources[rule.source])))
    for name in form.rules:
        if name not in form.checks:
            raise BadPractice(file, f"rules.{name}", "no check uses it")
    return Practice(
        checks=tuple(checks),
        subjects=MappingProxyType({Slug(name): _touches(one) for name, one in form.subjects.items()}),
        language_subject=Slug(form.languages.subject),
        language_rule=Slug(form.languages.rule),
        signs=MappingProxyType({Slug(name): tuple(one.signs) for name, one in form.grounds.items()}),
        emergency=Emergency(*(Slug(one) for one in form.emergency.model_dump().values())),
    )


def _rule(name: Slug, form: _Rule, source: str) -> Rule:
    number = form.quantity.number if form.quantity else None
    return Rule(
        name=name,
        article=None,
        paragraph=None,
        numbering=None,
        certainty=Certainty.DESIGN,
        parallel=(),
        source=source,
        says=label_of(form.says, number),
        number=number,
        unit=None,
        note=None,
    )


def _touches(form: _Subject) -> Touches:
    return Touches(
        frozenset(Slug(one) for one in form.offences),
        frozenset(Slug(one) for one in form.measures),
        frozenset(Slug(one) for one in form.grounds),
    )
