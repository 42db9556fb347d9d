"""The shapes of what the node says of itself."""

from __future__ import annotations

from typing import Literal

from musnad.api.shapes.forms import Authority, OnDay, Shape
from musnad.api.shapes.people import DirectoryShape, PartyShape


class HealthShape(Shape):
    """That the interface answers; nothing of the node is told to who shows no token."""

    alive: Literal[True] = True


class TokenShape(Shape):
    """What the token that was shown may do."""

    name: str
    scopes: list[str]
    authorities: list[Authority]
    last_day: OnDay


class NodeShape(Shape):
    party: PartyShape
    authorities: list[Authority]
    exercise: bool
    directory: DirectoryShape
    token: TokenShape


class SplitShape(Shape):
    """A log that has signed two heads that cannot both be true; `own`: this node's own."""

    party: str
    own: bool
    sizes: list[int]
    roots: list[str]
    times: int
    proof: str


class SplitsShape(Shape):
    splits: list[SplitShape]
