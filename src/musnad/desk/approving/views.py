"""Drafts that wait for an officer: read exactly what is signed, sign it by passkey, and it is on its way.

Sitting at the desk approves nothing: what counts is the signature of a passkey that the authority's roster lists for
the officer whom the draft names, and the core alone judges it.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from musnad.core.crypto.passkey import Passkey
from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.names import CaseRef, MessageId, OfficerName
from musnad.desk import house
from musnad.desk.approving import persons
from musnad.desk.approving.ceremony import parse_assertion_form, write_url64
from musnad.desk.approving.place import origin_of
from musnad.desk.cases.paper import PAPER_TONGUES, without_node
from musnad.desk.needs import needs
from musnad.desk.remedies import remedy
from musnad.exchange.approving import approve_by_passkey, challenge_of
from musnad.exchange.composing import Draft, read_draft, send
from musnad.exchange.discarding import discard as discard_draft
from musnad.exchange.errors import UnknownDraft, WrongOfficer
from musnad.exchange.reading.drafts import ApproverView, DraftLine, list_drafts, passkeys_of, show_draft
from musnad.language import gettext as _
from musnad.language.outcome import http_status
from musnad.language.sentences import sentence
from musnad.people import knowing
from musnad.people.powers import Power
from musnad.people.seat import Seat


@dataclass(frozen=True, slots=True)
class Signing:
    """One of the reader's own pseudonyms whom the draft waits for, and how he can sign here."""

    officer: OfficerName
    act: str
    passkeys: tuple[Passkey, ...]
    elsewhere: tuple[str, ...]
    """The addresses where his passkeys may be used, if this page's is none of them."""

    @property
    def credentials(self) -> str:
        return " ".join(write_url64(one.credential) for one in self.passkeys)

    @property
    def relying_party(self) -> str:
        return self.passkeys[0].relying_party if self.passkeys else ""


@require_safe
@needs(Power.APPROVE, Power.OVERSEE)
def index(request: HttpRequest) -> HttpResponse:
    """The drafts that wait: those for the reader to approve first."""
    seat = house.seat(request)
    hidden = house.hidden_from(seat)
    shown = [one for one in list_drafts(house.ports()) if _may_see(seat, one, hidden)]
    mine = [one for one in shown if set(one.missing) & set(seat.officers)]
    others = [one for one in shown if one not in mine]
    return render(request, "desk/approving/index.html", {"mine": mine, "others": others})


@require_safe
@needs(Power.APPROVE, Power.OVERSEE)
def draft(request: HttpRequest, draft: MessageId) -> HttpResponse:
    """Exactly what will be signed. What was sent meanwhile is shown where it stands: in its case."""
    entry = house.ports().journal.entry(draft)
    if entry is not None:
        return redirect("case", house.case_here(request, entry.case))
    return _page(request, draft_here(request, draft))


@require_POST
@needs(Power.APPROVE)
def approve(request: HttpRequest, draft: MessageId) -> HttpResponse:
    """Take an officer's passkey signature; once nobody is waited for, what was approved is sent."""
    found = draft_here(request, draft)
    try:
        officer = OfficerName(request.POST.get("officer", ""))
        if officer not in house.seat(request).officers:
            raise WrongOfficer(officer)
        signed = parse_assertion_form(request.POST.get("answer", ""))
        persons.check(house.seat(request), found, officer)
        approved = approve_by_passkey(house.ports(), draft, officer, signed)
        persons.note_approval(house.seat(request), approved, officer)
    except MusnadError as error:
        return _page(request, found, error)
    return _onward(request, approved)


@require_POST
@needs(Power.APPROVE)
def dispatch(request: HttpRequest, draft: MessageId) -> HttpResponse:
    """Send what everybody approved; for a draft that could not be sent when the last officer had signed."""
    found = draft_here(request, draft)
    if found.missing:
        return _page(request, found)
    return _onward(request, found)


@require_POST
@needs(Power.APPROVE)
def discard(request: HttpRequest, draft: MessageId) -> HttpResponse:
    """Give the draft up."""
    found, seat = draft_here(request, draft), house.seat(request)
    if found.message.author not in seat.authorities:
        raise WrongOfficer(seat.name)
    discard_draft(house.ports(), draft, by=seat.name)
    messages.info(request, _("The draft is given up; nothing of it was sent."))
    return redirect("approving:index")


def _onward(request: HttpRequest, approved: Draft) -> HttpResponse:
    ports, case = house.ports(), approved.message.case
    if approved.missing:
        messages.success(request, _("Approved. It waits for another officer."))
        return redirect("approving:draft", approved.id)
    if case is not None and not show_draft(ports, approved.id).sends_itself:
        messages.success(request, _("Approved. Go on where it was begun."))
        seat, exports = house.seat(request), approved.message.kind == "exported"
        return redirect("export" if exports and seat.powers & {Power.ANSWER, Power.EVIDENCE} else "case", case)
    try:
        admitted = send(ports, approved.id)
    except MusnadError as error:
        return _page(request, approved, error)
    messages.success(request, _("Approved and sent."))
    return redirect("case", approved.message.case_under(admitted.id))


def _page(request: HttpRequest, found: Draft, error: MusnadError | None = None) -> HttpResponse:
    ports, seat = house.ports(), house.seat(request)
    view = show_draft(ports, found.id)
    house.looked(request, found.message.case, "draft", draft=found.id)
    told = {
        "draft": view,
        "challenge": write_url64(challenge_of(found)),
        "signings": [_signing(request, one) for one in view.line.approvers if _is_mine(seat, found, one)],
        "may_discard": seat.may(Power.APPROVE) and found.message.author in seat.authorities,
        "may_approve": seat.may(Power.APPROVE),
        "on_paper": without_node(ports, found.message.to),
        "tongues_of_paper": PAPER_TONGUES,
        "error": error,
    }
    if error is not None:
        told |= {"sentence": sentence(error), "remedy": remedy(error)}
    status = http_status(error) if error is not None else 200
    return render(request, "desk/approving/draft.html", told, status=status)


def _signing(request: HttpRequest, waits: ApproverView) -> Signing:
    passkeys = passkeys_of(house.ports(), waits.officer, waits.act)
    here = origin_of(request)
    usable = tuple(one for one in passkeys if here in one.origins)
    elsewhere = () if usable else tuple(dict.fromkeys(origin for one in passkeys for origin in one.origins))
    return Signing(waits.officer, waits.act, usable, elsewhere)


def _is_mine(seat: Seat, found: Draft, waits: ApproverView) -> bool:
    mine = seat.may(Power.APPROVE) and not waits.signed and waits.officer in seat.officers
    return mine and persons.is_another(seat, found, waits.officer)


def _may_see(seat: Seat, line: DraftLine, hidden: frozenset[CaseRef]) -> bool:
    if line.case is None:
        return knowing.may_see_new(seat, line.author.id, (one.officer for one in line.approvers))
    return seat.may(Power.SEE_CASES) and line.case not in hidden


def draft_here(request: HttpRequest, draft: MessageId) -> Draft:
    """The draft, where the reader may see its case, or a new case's draft; else ``UnknownDraft``, for both alike."""
    found, seat = read_draft(house.ports(), draft), house.seat(request)
    case, author, named = found.message.case, found.message.author, (one.officer for one in found.message.approvals)
    if not (house.sees(seat, case) if case else knowing.may_see_new(seat, author, named)):
        raise UnknownDraft(draft)
    return found
