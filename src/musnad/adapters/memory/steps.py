"""Durable steps that fail on command: the process ends just before, or just after, one of them."""

from __future__ import annotations

from dataclasses import dataclass, field

from musnad.exchange.steps import Moment


class Killed(BaseException):
    """The process ended here; not an ``Exception``, so that nothing carries on after it."""


@dataclass(slots=True)
class FaultySteps:
    """``exchange.steps.Steps`` that remembers what it heard and is killed once at each planned moment."""

    planned: list[tuple[str, Moment]] = field(default_factory=list)
    heard: list[tuple[str, Moment]] = field(default_factory=list)

    def kill_at(self, step: str, moment: Moment) -> None:
        """Plan one end of the process, at the next time that the step comes to this moment."""
        self.planned.append((step, moment))

    def reached(self, step: str, moment: Moment) -> None:
        self.heard.append((step, moment))
        if (step, moment) in self.planned:
            self.planned.remove((step, moment))
            raise Killed(f"{moment} {step}")
