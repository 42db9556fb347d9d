"""The inbox: what needs us now by the law's clock, then what waits for others, what is open, what is closed.

On the first page each section shows its first cases and leads to a page of its own; none of them folds a case that did
not change. Administrators, who see no case, are led to what is theirs.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from musnad.core.kernel.names import CaseRef, MessageId, OfficerName, PartyCode, parse_party, parse_slug
from musnad.core.messages.message import Message
from musnad.core.treaty.values import Label
from musnad.desk import house
from musnad.desk.needs import needs
from musnad.exchange.composing import drafts
from musnad.exchange.ports import Ports
from musnad.exchange.reading.house import open_house
from musnad.exchange.reading.inbox import Only, partners, show_inbox, show_sections
from musnad.exchange.reading.rows import InboxRow, Section
from musnad.exchange.reading.values import PartyView
from musnad.language.house_words import why_it_waits
from musnad.people import knowing
from musnad.people.powers import Power
from musnad.people.seat import Seat

PAGE_ROWS = 50
FIRST_ROWS: dict[Section, int] = {"now": 25, "waiting": 10, "open": 10, "closed": 5}
SIDE_ROWS = 20


@dataclass(frozen=True, slots=True)
class Part:
    """A section on the page: its cases, how many there are beside, and where the next ones are."""

    name: Section
    rows: tuple[InboxRow, ...]
    count: int | None
    """None where a filter is on: then nothing is counted."""
    whole: str
    further: str


@dataclass(frozen=True, slots=True)
class WaitingDraft:
    id: MessageId
    kind: str
    missing: tuple[OfficerName, ...]


@dataclass(frozen=True, slots=True)
class WaitingDelivery:
    """``error`` is the code that its last try ended with, or empty; ``why`` says it in words."""

    case: CaseRef
    party: PartyView
    attempts: int
    error: str
    why: str


@require_safe
@needs(Power.SEE_CASES, Power.ADMINISTER)
def inbox(request: HttpRequest) -> HttpResponse:
    seat, ports = house.seat(request), house.ports()
    if not seat.may(Power.SEE_CASES):
        return redirect("/people/")
    hidden = house.hidden_from(seat)
    only, chosen = _filter(request, seat)
    section = request.GET.get("section", "")
    after = request.GET.get("after") or None
    sections = [section] if section in FIRST_ROWS else list(FIRST_ROWS)
    if len(sections) == 1:
        views = {sections[0]: show_inbox(ports, PAGE_ROWS, after, section=sections[0], hidden=hidden, only=only)}
    else:
        views = show_sections(ports, FIRST_ROWS, hidden, only)
    parts = []
    exercise = []
    for one, view in views.items():
        count = max(view.tally[one], len(view.rows)) if only.nothing else None
        whole = "?" + urlencode({"section": one, **chosen})
        further = "?" + urlencode({"section": one, "after": view.after, **chosen}) if view.after is not None else ""
        parts.append(Part(one, view.rows, count, whole, further))
        exercise += [row.exercise for row in view.rows if row.fault is None]
    known = open_house(ports)
    shown = {
        "parts": parts,
        "one": len(sections) == 1,
        "begun": after is not None,
        "empty": not any(part.rows for part in parts),
        "filtered": not only.nothing,
        "chosen": chosen,
        "section": section,
        "is_exercise": bool(exercise) and all(exercise),
        "partners": partners(known),
        "measures": _measures(ports),
        "drafts": _drafts(ports, seat, hidden) if len(sections) > 1 else (),
        "deliveries": _deliveries(ports, hidden) if len(sections) > 1 else (),
    }
    return render(request, "desk/inbox/inbox.html", shown)


def _filter(request: HttpRequest, seat: Seat) -> tuple[Only, dict[str, str]]:
    """What is asked for, and the same for a link; ``BadForm`` where it is none."""
    chosen = {name: value for name in ("with", "measure", "mine") if (value := request.GET.get(name, ""))}
    party: PartyCode | None = parse_party(chosen["with"]) if "with" in chosen else None
    measure = parse_slug(chosen["measure"], what="measure") if "measure" in chosen else None
    return Only(party, measure, frozenset(seat.authorities) if "mine" in chosen else None), chosen


def _measures(ports: Ports) -> tuple[tuple[str, Label], ...]:
    return tuple((name, one.label) for name, one in ports.treaties.current().measures.items())


def _drafts(ports: Ports, seat: Seat, hidden: frozenset[CaseRef]) -> tuple[WaitingDraft, ...]:
    found = [one for one in drafts(ports) if one.missing and _may_see(seat, one.message, hidden)]
    return tuple(WaitingDraft(one.id, one.message.kind, one.missing) for one in found[:SIDE_ROWS])


def _may_see(seat: Seat, message: Message, hidden: frozenset[CaseRef]) -> bool:
    if message.case is None:
        return knowing.may_see_new(seat, message.author, (one.officer for one in message.approvals))
    return message.case not in hidden


def _deliveries(ports: Ports, hidden: frozenset[CaseRef]) -> tuple[WaitingDelivery, ...]:
    found: list[WaitingDelivery] = []
    known = open_house(ports)
    for one in ports.journal.waiting():
        entry = ports.journal.entry(one.message)
        if entry is not None and entry.case not in hidden:
            why = why_it_waits(one.last_error)
            found.append(WaitingDelivery(entry.case, known.party(one.party), one.attempts, one.last_error, why))
        if len(found) == SIDE_ROWS:
            break
    return tuple(found)
