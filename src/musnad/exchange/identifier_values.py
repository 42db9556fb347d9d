"""What an identifier is while somebody writes it: its members as typed, what it was read as, what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from musnad.core.kernel.ijson import JsonObject


class TroubleCode(StrEnum):
    """What is wrong with an identifier or odd about it; ``desk`` has the words."""

    EMPTY = "empty"
    TOO_LONG = "too-long"
    UNSEEN = "unseen"  # control characters
    TYPE_MISSING = "type-missing"
    NOT_AN_ADDRESS = "not-an-address"
    PORT_WRONG = "port-wrong"
    TIME_WRONG = "time-wrong"
    TIME_WITHOUT_ZONE = "time-without-zone"
    TIME_TWICE = "time-twice"  # when clocks go back
    TIME_NEVER = "time-never"  # when clocks go forward
    ZONE_UNKNOWN = "zone-unknown"
    ENDS_BEFORE_IT_BEGINS = "ends-before-it-begins"
    NOT_AN_EMAIL = "not-an-email"
    NOT_A_NUMBER = "not-a-number"
    NUMBER_WITHOUT_COUNTRY = "number-without-country"
    NOT_A_WEB_ADDRESS = "not-a-web-address"
    CHECKSUM_WRONG = "checksum-wrong"
    # odd, and sent all the same
    TIME_MISSING = "time-missing"
    NOT_PUBLIC = "not-public"
    NUMBER_UNUSUAL = "number-unusual"
    CHECKSUM_UNKNOWN = "checksum-unknown"
    DEVICE_CHECKSUM = "device-checksum"
    MARKS_REMOVED = "marks-removed"
    FORMULA = "formula"


ODD = frozenset(
    {
        TroubleCode.TIME_MISSING,
        TroubleCode.NOT_PUBLIC,
        TroubleCode.NUMBER_UNUSUAL,
        TroubleCode.CHECKSUM_UNKNOWN,
        TroubleCode.DEVICE_CHECKSUM,
        TroubleCode.MARKS_REMOVED,
        TroubleCode.FORMULA,
    }
)
"""What a person is told of, and what stops nothing."""


@dataclass(frozen=True, slots=True)
class Typed:
    """One identifier, member by member, as somebody typed it."""

    type: str = ""
    value: str = ""
    port: str = ""
    since: str = ""
    until: str = ""
    zone: str = ""
    guessed: bool = False
    """The type is our guess, and nobody has confirmed it."""


@dataclass(frozen=True, slots=True)
class Trouble:
    code: TroubleCode
    member: str = "value"

    @property
    def stops(self) -> bool:
        return self.code not in ODD


@dataclass(frozen=True, slots=True)
class Checked:
    """``entry`` is what a request would carry; None where something stops it."""

    typed: Typed
    entry: JsonObject | None
    troubles: tuple[Trouble, ...]


def confirmed(typed: Typed) -> Typed:
    """The same, its type confirmed by a person."""
    return replace(typed, guessed=False)
