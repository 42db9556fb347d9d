"""What can go wrong at the desk itself."""

from __future__ import annotations

from dataclasses import dataclass

from musnad.core.kernel.errors import Forbidden, Unavailable


@dataclass(eq=False)
class NotAllowed(Forbidden):
    """The person at the desk has none of the powers that the page asks for."""

    code = "desk.not-allowed"
    remedy = "Ask an administrator of this node for a role that has it, or a colleague who holds it."
    power: str


@dataclass(eq=False)
class TooOften(Unavailable):
    """A person asked for something more often in a minute than the desk gives."""

    code = "desk.too-often"
    remedy = "Wait a minute, then go on; nothing is lost that was saved."
    what: str
    limit: int
