"""Reading: what a person sees of the journal, as frozen values of codes and facts; never a sentence, never a secret.

The desk and the terminal show the same values. Everything is derived each time from the journal, the fold and the
treaty data of each request; signatures and log places are checked again while reading, so that a page never repeats
an old verdict.
"""

from musnad.exchange.reading.cases import show_case, show_request
from musnad.exchange.reading.exhibits import show_exhibit
from musnad.exchange.reading.house import directory_state, own_party
from musnad.exchange.reading.inbox import all_rows, show_inbox
from musnad.exchange.reading.pieces import FieldView, GroundView, Part, RuleView
from musnad.exchange.reading.rows import InboxRow, InboxView
from musnad.exchange.reading.values import (
    AuthorityView,
    CaseView,
    Check,
    ClockView,
    CountdownView,
    CustodyView,
    DirectoryState,
    DutyView,
    ExhibitView,
    GapView,
    LogPlace,
    NoteView,
    PartyView,
    ReceiptView,
    RequestView,
    StepView,
    TrustView,
)

__all__ = [
    "all_rows",
    "AuthorityView",
    "CaseView",
    "Check",
    "ClockView",
    "CountdownView",
    "CustodyView",
    "DirectoryState",
    "DutyView",
    "ExhibitView",
    "FieldView",
    "GapView",
    "GroundView",
    "InboxRow",
    "InboxView",
    "LogPlace",
    "NoteView",
    "Part",
    "PartyView",
    "ReceiptView",
    "RequestView",
    "RuleView",
    "StepView",
    "TrustView",
    "directory_state",
    "own_party",
    "show_case",
    "show_exhibit",
    "show_inbox",
    "show_request",
]
