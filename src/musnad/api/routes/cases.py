"""Reading: the inbox, the cases, one case, its steps and its folded state."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Path, Query, Router

from musnad.api.caller import Caller, caller_of
from musnad.api.interface import reads
from musnad.api.shapes.cases import CasePage, CaseRowShape, CaseShape, InboxShape, StepPage, StepShape, WaitingShape
from musnad.api.shapes.due import DueAsked, DuePage, DueShape
from musnad.api.shapes.forms import Hex64, Paging, page
from musnad.api.shapes.state import StateExhibit, StateRequest, StateShape
from musnad.core.case.limits import strictest
from musnad.core.case.state import CaseState, ExhibitState
from musnad.core.kernel.times import write_instant
from musnad.exchange.composing import case_state, drafts
from musnad.exchange.reading import InboxRow, all_rows, show_case
from musnad.exchange.reading.due import show_due

INBOX_LIMIT = 200
router = Router(tags=["cases"])


@reads(router, "/inbox", "cases:read", InboxShape)
def inbox(request: HttpRequest) -> InboxShape:
    """What needs this node now, with its drafts and the deliveries that are not done."""
    caller = caller_of(request)
    found = all_rows(caller.ports)
    rows = _seen(caller, found.rows)
    return InboxShape.model_validate(
        {
            "party": found.party,
            "directory": found.directory,
            "now": [row for row in rows if row.place == "now"][:INBOX_LIMIT],
            "open_cases": sum(row.place == "open" for row in rows),
            "closed_cases": sum(row.place == "closed" for row in rows),
            "drafts": [one.id for one in drafts(caller.ports) if one.message.author in caller.grant.authorities],
            "waiting": _waiting(caller)[:INBOX_LIMIT],
        }
    )


@reads(router, "/due", "cases:read", DuePage)
def due(request: HttpRequest, asked: Query[DueAsked]) -> DuePage:
    """What is due over all cases: what escalates first, then what has to be done by its last day."""
    caller = caller_of(request)
    found = show_due(caller.ports, asked.limit, asked.after)
    items = [DueShape.model_validate(line) for line in found.lines if caller.sees(line.case)]
    return DuePage.model_validate(
        {"party": found.party, "directory": found.directory, "items": items, "after": found.after}
    )


@reads(router, "/cases", "cases:read", CasePage)
def cases(request: HttpRequest, paging: Query[Paging]) -> CasePage:
    """Every case, what needs this node first."""
    caller = caller_of(request)
    rows = _seen(caller, all_rows(caller.ports).rows)
    part = page(rows, paging)
    return CasePage(**{**part, "items": [CaseRowShape.model_validate(row) for row in part["items"]]})


@reads(router, "/cases/{case}", "cases:read", CaseShape)
def case(request: HttpRequest, case: Path[Hex64]) -> CaseShape:
    """One case: its requests, duties, exhibits and heads, with labels in the language that was asked for."""
    caller = caller_of(request)
    return CaseShape.model_validate(show_case(caller.ports, caller.case(case)))


@reads(router, "/cases/{case}/timeline", "cases:read", StepPage)
def timeline(request: HttpRequest, case: Path[Hex64], paging: Query[Paging]) -> StepPage:
    """The steps of a case in the order of the fold, each verified again for this answer."""
    caller = caller_of(request)
    part = page(list(show_case(caller.ports, caller.case(case)).timeline), paging)
    return StepPage(**{**part, "items": [StepShape.model_validate(step) for step in part["items"]]})


@reads(router, "/cases/{case}/state", "cases:read", StateShape)
def state(request: HttpRequest, case: Path[Hex64]) -> StateShape:
    """The folded state, for programs: codes and ids alone."""
    caller = caller_of(request)
    return _state(case_state(caller.ports, caller.case(case)))


def _seen(caller: Caller, rows: tuple[InboxRow, ...]) -> list[InboxRow]:
    return [row for row in rows if caller.sees(row.case)]


def _waiting(caller: Caller) -> list[WaitingShape]:
    found = []
    for one in caller.ports.journal.waiting():
        entry = caller.ports.journal.entry(one.message)
        if entry is not None and caller.sees(entry.case):
            found.append(WaitingShape.model_validate(one))
    return found


def _state(state: CaseState) -> StateShape:
    voids = {void.id: void.ground for void in state.void}
    return StateShape.model_validate(
        {
            "case": state.case,
            "exercise": state.exercise,
            "closed": state.closed,
            "digest": state.digest(),
            "parties": list(state.parties),
            "heads": list(state.heads),
            "requests": [StateRequest.model_validate(one) for one in state.requests.values()],
            "steps": [
                {
                    "id": name,
                    "kind": message.kind,
                    "author": message.author,
                    "at": write_instant(message.at),
                    "void": voids.get(name),
                    "receipts": len(state.receipts.get(name, ())),
                }
                for name, message in state.messages.items()
            ],
            "waiting": [one.id for one in state.waiting],
            "takeovers": dict(state.takeovers),
            "contested": list(state.contested),
            "exhibits": [_exhibit(one) for one in state.exhibits.values()],
        }
    )


def _exhibit(exhibit: ExhibitState) -> StateExhibit:
    return StateExhibit.model_validate(
        {
            "seal": exhibit.seal,
            "offer": exhibit.offer,
            "offered_to": list(exhibit.offered_to),
            "limits": strictest(exhibit.limits),
            "custody": list(exhibit.custody),
            "gaps": list(exhibit.gaps),
        }
    )
