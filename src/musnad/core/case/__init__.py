"""The case: messages in, its state out; what may happen next; what is due, from whom, until when."""

from musnad.core.case.duty import Duty, duties
from musnad.core.case.fold import fold
from musnad.core.case.judge import Accepted, NextStep, Refused, judge, next_steps
from musnad.core.case.state import (
    CaseState,
    CustodyEntry,
    ExhibitState,
    Extension,
    Gap,
    Remark,
    RequestState,
    Step,
    Void,
    Waiting,
)

__all__ = [
    "Accepted",
    "CaseState",
    "CustodyEntry",
    "Duty",
    "ExhibitState",
    "Extension",
    "Gap",
    "NextStep",
    "Refused",
    "Remark",
    "RequestState",
    "Step",
    "Void",
    "Waiting",
    "duties",
    "fold",
    "judge",
    "next_steps",
]
