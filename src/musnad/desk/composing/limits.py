"""The conditions under which information is given where nothing is asked: inputs of the form, and what they come to."""

from __future__ import annotations

from typing import get_args

from musnad.core.kernel.times import parse_day
from musnad.core.messages.bodies import AtEnd, Onward, UseLimits
from musnad.core.treaty.values import Measure
from musnad.desk.composing.boxes import Input, Option
from musnad.desk.composing.sheet import Sheet
from musnad.desk.composing.values import DIGITS
from musnad.language.words import word

USUAL: Onward = "with-consent"
"""What is meant where nothing is chosen."""


def gives(measure: Measure) -> bool:
    """Whether the measure asks for nothing and gives information."""
    return measure.outcome == "notice"


def limit_inputs(sheet: Sheet) -> tuple[Input, ...]:
    onward, end = sheet.one("limit-onward") or USUAL, sheet.one("limit-at-end")
    held = Option("yes", "", sheet.one("limit-confidential") == "yes")
    passing = tuple(Option(one, word("said", one), one == onward) for one in get_args(Onward))
    ends = (Option("", "", not end), *(Option(one, word("said", one), one == end) for one in get_args(AtEnd)))
    return (
        Input("limit-onward", "limit-onward", "select", word("member", "onward"), onward, passing),
        Input(
            "limit-purpose", "limit-purpose", "text", word("member", "purpose"), sheet.one("limit-purpose"), limit=500
        ),
        Input("limit-until", "limit-until", "day", word("member", "limit-until"), sheet.one("limit-until"), ltr=True),
        Input("limit-at-end", "limit-at-end", "select", word("member", "at-end"), end, ends),
        Input("limit-confidential", "limit-confidential", "check", word("member", "confidential"), "", (held,)),
    )


def limits_of(sheet: Sheet, measure: Measure) -> UseLimits | None:
    """None for a measure that asks. Raises ``BadForm`` where the last day is no day; the rest the message refuses."""
    if not gives(measure):
        return None
    onward = next((one for one in get_args(Onward) if one == sheet.one("limit-onward")), USUAL)
    end: AtEnd | None = next((one for one in get_args(AtEnd) if one == sheet.one("limit-at-end")), None)
    day = sheet.one("limit-until").translate(DIGITS)
    until = parse_day(day, what="limit-until") if day else None
    return UseLimits(sheet.one("limit-confidential") == "yes", onward, sheet.one("limit-purpose") or None, until, end)
