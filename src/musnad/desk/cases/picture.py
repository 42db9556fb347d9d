"""A picture of custody: a lane for each Party, a mark for each entry in its order, a line where the exhibit moved.

Geometry only; the words beside the marks are the list's below the picture, which says the same. Marks run from the
page's starting edge, so that the picture reads as its language does.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from musnad.core.kernel.names import PartyCode
from musnad.exchange.reading.values import ExhibitView, PartyView

STEP, LANE, EDGE, NAMES = 56, 52, 28, 112
"""Pixels: between entries, between lanes, around everything, and for the lanes' names."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One entry, numbered as in the list below the picture."""

    number: int
    x: int
    y: int
    event: str
    gap: bool


@dataclass(frozen=True, slots=True)
class Move:
    """From one mark to the next; ``broken`` where the custody does not account for what lies between."""

    x1: int
    y1: int
    x2: int
    y2: int
    broken: bool


@dataclass(frozen=True, slots=True)
class Lane:
    party: PartyView
    y: int
    name_x: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Picture:
    width: int
    height: int
    lanes: tuple[Lane, ...]
    moves: tuple[Move, ...]
    marks: tuple[Mark, ...]


def custody_picture(exhibit: ExhibitView, *, rtl: bool) -> Picture | None:
    """The picture of an exhibit's custody; ``None`` where nothing is told of it yet."""
    entries = exhibit.custody
    if not entries:
        return None
    parties: dict[PartyCode, PartyView] = {}
    for entry in entries:
        parties.setdefault(entry.authority.party.code, entry.authority.party)
    width = NAMES + 2 * EDGE + STEP * len(entries)
    rows = {code: EDGE + LANE * place for place, code in enumerate(parties)}

    def along(offset: int) -> int:
        return width - offset if rtl else offset

    lanes = tuple(
        Lane(party, rows[code], along(EDGE // 2), along(NAMES + EDGE // 2), along(width - EDGE // 2))
        for code, party in parties.items()
    )
    marks = tuple(
        Mark(
            number,
            along(NAMES + EDGE + STEP * (number - 1)),
            rows[entry.authority.party.code],
            entry.event,
            bool(entry.gaps),
        )
        for number, entry in enumerate(entries, 1)
    )
    moves = tuple(Move(one.x, one.y, other.x, other.y, other.gap) for one, other in pairwise(marks))
    height = 2 * EDGE + LANE * (len(parties) - 1)
    return Picture(width, height, lanes, moves, marks)
