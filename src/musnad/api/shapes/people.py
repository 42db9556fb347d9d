"""The shapes of who and by which rule: Parties, authorities, rules, what was verified, how the directory stands."""

from __future__ import annotations

from typing import Literal

from musnad.api.shapes.forms import Authority, Hex64, Name, Named, PartyName, Said, Shape, Sureness


class PartyShape(Shape):
    code: PartyName
    name: Named
    ours: bool


class AuthorityShape(Shape):
    id: Authority
    name: Named
    party: PartyShape


class RuleShape(Shape):
    """A rule of the treaty data: where it stands, and how sure its substance and its numbering are."""

    name: Name
    article: int | None
    paragraph: str | None
    numbering: str | None
    certainty: Sureness
    says: Said
    number: int | None


class CheckShape(Shape):
    """Something verified for this answer; ``code`` is the error's where it does not hold."""

    holds: bool
    code: str | None


class DirectoryShape(Shape):
    state: Literal["fresh", "stale", "expired"]
    version: int | None
    snapshot: Hex64 | None
