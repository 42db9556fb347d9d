"""Durable steps, announced: so that a test can end the process just before or just after each of them.

A step is announced ``before`` its bytes are made durable and ``after`` they are, before anything follows from it.
"""

from __future__ import annotations

from typing import Literal, Protocol

Moment = Literal["before", "after"]


class Steps(Protocol):
    """Hears of each durable step; what it raises ends the work there."""

    def reached(self, step: str, moment: Moment) -> None:
        """The work stands ``moment`` the durable step of this name."""


class NoSteps:
    """Listens to nothing: how a node runs."""

    def reached(self, step: str, moment: Moment) -> None:
        """Do nothing."""
