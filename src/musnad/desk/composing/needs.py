"""The words of ``needs.toml``: from what an officer needs to a measure, and the headings of a form. Data only."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from musnad.core.kernel.names import Slug
from musnad.core.treaty.values import Label


@dataclass(frozen=True, slots=True)
class Need:
    measure: Slug
    words: Label


@dataclass(frozen=True, slots=True)
class Section:
    label: Label
    needs: tuple[Need, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """A part of the form. A field of no group stands with the first that has room: what is asked."""

    name: str
    label: Label
    fields: frozenset[str]


@dataclass(frozen=True, slots=True)
class Words:
    sections: tuple[Section, ...]
    groups: tuple[Group, ...]


@cache
def words() -> Words:
    """The file, read once."""
    data = tomllib.loads((Path(__file__).parent / "needs.toml").read_text("utf-8"))
    sections = tuple(
        Section(Label(one["label"]), tuple(Need(Slug(need["measure"]), Label(need["words"])) for need in one["needs"]))
        for one in data["sections"]
    )
    groups = tuple(Group(one["name"], Label(one["label"]), frozenset(one["fields"])) for one in data["groups"])
    return Words(sections, groups)


def group_of(field: str) -> Group:
    """Under which heading a field stands."""
    known = words().groups
    return next((one for one in known if field in one.fields), known[1])
