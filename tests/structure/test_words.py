"""Every code that the case can give has its word."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

import musnad.core.case
from musnad.core.case.calendar import DayKind
from musnad.core.case.countdown import Ending, Remedy
from musnad.core.case.state import Status
from musnad.core.messages.bodies import (
    KINDS,
    Act,
    AtEnd,
    CallBackResult,
    Channel,
    CustodyEvent,
    Onward,
    Result,
    Use,
)
from musnad.core.register.checklist import Progress
from musnad.core.register.standing import Status as Standing
from musnad.core.register.values import FactKind
from musnad.core.treaty.findings import FindingCode
from musnad.core.treaty.values import Certainty, Numbering
from musnad.language import speak
from musnad.language.words import WORDS, Table, word

CASE = Path(musnad.core.case.__file__).parent
SOURCE = CASE.parent.parent
GAPS = {
    "digest-differs",
    "ended-otherwise",
    "nobody-holds-it",
    "origin-not-recorded",
    "times-run-backwards",
    "used-past-limit",
}


def _codes(*files: str, pattern: str) -> set[str]:
    return {code for file in files for code in re.findall(pattern, (CASE / file).read_text("utf-8"))}


def _expected() -> dict[Table, set[str]]:
    yielded = _codes("grounds.py", "custody.py", pattern=r'yield "([a-z-]+)"')
    return {
        "act": set(get_args(Act)),
        "certainty": set(Certainty),
        "day": set(get_args(DayKind)),
        "duty": _codes("duty.py", pattern=r'(?:_due\(|Duty\(Slug\()"([a-z-]+)"') | {"receive", "offer-evidence"},
        "ending": set(get_args(Ending)),
        "event": {*get_args(CustodyEvent), "offered"},
        "fact": set(FactKind),
        "finding": set(FindingCode),
        "gap": GAPS,
        "ground": yielded - GAPS,
        "kind": set(KINDS),
        "numbering": set(Numbering),
        "progress": set(get_args(Progress)),
        "remedy": set(get_args(Remedy)),
        "said": {one for said in (AtEnd, CallBackResult, Channel, Onward, Result, Use) for one in get_args(said)},
        "standing": set(get_args(Standing)),
        "status": set(get_args(Status)),
    }


@pytest.mark.parametrize("table", sorted(_expected()))
def test_every_code_has_its_word(table: Table) -> None:
    assert sorted(_expected()[table] - set(WORDS[table])) == []


def test_every_act_that_is_noted_of_the_house_has_its_word() -> None:
    calls = re.compile(r"\bnote\(\s*(?:house\.)?ports(?:\(\))?,\s*\"([a-z-]+)\"")
    noted = {act for file in SOURCE.rglob("*.py") for act in calls.findall(file.read_text("utf-8"))}
    assert len(noted) > 5
    assert sorted(noted - set(WORDS["record"])) == []


def test_an_unknown_code_is_said_as_it_is() -> None:
    assert word("kind", "telepathy", speak("en")) == "telepathy"
