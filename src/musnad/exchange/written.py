"""Duties, countdowns and what they are about, as members of an object and back: what the read tables hold, closed."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import cast

from musnad.core.case.countdown import Countdown
from musnad.core.case.duty import Duty
from musnad.core.kernel.ijson import JsonObject
from musnad.core.kernel.names import CaseRef, Digest, PartyCode, Slug
from musnad.core.kernel.times import Day, Instant, parse_day, parse_instant, write_day, write_instant

STANDING = frozenset({"keep-preserved"})
"""Duties that are kept by doing nothing wrong; they wait for nobody."""
_DAYS = frozenset({"last_day"})
_INSTANTS = frozenset({"since"})
_TUPLES = frozenset({"remedies", "warn", "parties"})


@dataclass(frozen=True, slots=True)
class About:
    """What a line is about, beside itself: enough to show it without the case."""

    case: CaseRef
    parties: tuple[PartyCode, ...]
    exercise: bool
    treaty: Digest | None = None
    measure: Slug | None = None


def write_part(value: About | Duty | Countdown) -> JsonObject:
    return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}


def read_part(kind: type[About | Duty | Countdown], members: JsonObject) -> About | Duty | Countdown:
    """What ``write_part`` wrote."""
    given: dict[str, object] = {}
    for name, value in members.items():
        if value is not None and name in _DAYS:
            given[name] = parse_day(cast("str", value))
        elif value is not None and name in _INSTANTS:
            given[name] = parse_instant(cast("str", value))
        elif name in _TUPLES:
            given[name] = tuple(cast("list[object]", value))
        else:
            given[name] = value
    return kind(**given)  # type: ignore[arg-type]  # what ``write_part`` wrote, under our own key


def _plain(value: object) -> object:
    if hasattr(value, "tzinfo"):
        return write_instant(cast("Instant", value))
    if isinstance(value, Day):
        return write_day(value)
    return list(value) if isinstance(value, tuple) else value
