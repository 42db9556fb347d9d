"""What an officer sees before something binding is said: its last days by every clock, and what speaks against it.

A day that was not shown is never sent: the form carries what its reader saw, and is shown again where that is not what
would be said now.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from musnad.core.kernel.names import PartyCode, digest_of
from musnad.core.kernel.times import Day, write_day
from musnad.core.messages import bodies
from musnad.desk.answering.fields import told
from musnad.desk.answering.forms import Saying
from musnad.exchange.composing import Intent, foresee
from musnad.exchange.reading.duties import clocks
from musnad.exchange.reading.house import open_house
from musnad.exchange.reading.values import ClockView
from musnad.language import gettext as _
from musnad.language.words import word

SEEN = "seen"


@dataclass(frozen=True, slots=True)
class LastDay:
    """A last day, included, and when it is over for whom."""

    label: str
    day: Day
    clocks: tuple[ClockView, ...]


@dataclass(frozen=True, slots=True)
class Review:
    """``seen`` names exactly what is shown."""

    days: tuple[LastDay, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def seen(self) -> str:
        told_of = [*(f"{one.label} {write_day(one.day)}" for one in self.days), *self.warnings]
        return digest_of("\n".join(told_of).encode())[:32] if told_of else ""


def review_of(saying: Saying, intent: Intent) -> Review:
    """What there is to see before this is said; errors as ``compose``, nothing is stored."""
    warnings = foresee(saying.ports, intent)
    return Review(days_of(saying, intent.body), told(warnings))


def days_of(saying: Saying, body: bodies.Body) -> tuple[LastDay, ...]:
    """Every last day that the body names, by the clock of the Party that it binds and by the others'."""
    house, parties = open_house(saying.ports), saying.state.parties
    return tuple(LastDay(label, day, clocks(house, owner, parties, day)) for label, day, owner in _days(saying, body))


def _days(saying: Saying, body: bodies.Body) -> Iterator[tuple[str, Day, PartyCode]]:
    others = [one for one in saying.state.parties if one != saying.ours]
    match body:
        case bodies.Confirmation(preserved_until=until):
            yield word("member", "preserved-until"), until, saying.ours
        case bodies.Postponement(until=until) if until is not None:
            yield word("member", "until"), until, saying.ours
        case bodies.ExtensionRequest(until=until):
            asked = saying.request.asked_party if saying.request is not None else saying.ours
            yield _("New last day, included"), until, asked
        case bodies.Acceptance(limits=limits) | bodies.Consent(limits=limits) if limits is not None and limits.until:
            yield word("member", "limit-until"), limits.until, others[0] if others else saying.ours
