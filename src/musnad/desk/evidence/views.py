"""The evidence of a case on one page: what is here, what is on its way in, what may be done with each; and progress."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from musnad.adapters.vault.spool import CHUNK_OCTETS, SIZE_LIMIT_OCTETS
from musnad.core.case.judge import next_steps
from musnad.core.case.state import CaseState
from musnad.core.kernel.names import CaseRef, SealId, party_of
from musnad.desk import house
from musnad.desk.answering.choices import speaker
from musnad.desk.answering.fields import Field, Option, Trouble, chosen, said
from musnad.desk.evidence.giving import unplaced
from musnad.desk.evidence.uploads import PLAIN_LIMIT_OCTETS, spool
from musnad.desk.needs import needs
from musnad.desk.remedies import remedy
from musnad.exchange.composing import case_state
from musnad.exchange.errors import UnknownMessage
from musnad.exchange.ports import Ports
from musnad.exchange.reading import show_case
from musnad.exchange.reading.values import ExhibitView
from musnad.language import current, duration, mark
from musnad.language import gettext as _
from musnad.language.sentences import sentence
from musnad.node.beside import FETCHING, SEALING, Standing
from musnad.people.powers import Power


@dataclass(frozen=True, slots=True)
class Held:
    """An exhibit of the case, and what this node may do with it now."""

    view: ExhibitView
    may_offer: bool
    may_fetch: bool
    may_open: bool
    may_account: bool


@require_safe
@needs(Power.EVIDENCE, reads=(Power.OVERSEE,))
def everything(request: HttpRequest, ref: CaseRef) -> HttpResponse:
    """What is here, what is on its way in, and the form that brings more in."""
    ports, case = house.ports(), house.case_here(request, ref)
    state = case_state(ports, case)
    house.looked(request, case, "evidence")
    kept = spool()
    shown = {
        "ref": case,
        "exercise": state.exercise,
        "exhibits": [_held(ports, state, one) for one in show_case(ports, case).exhibits],
        "offers": [one.answers for one in next_steps(state, ports.party) if one.kind == "offer"],
        "unplaced": unplaced(ports, state),
        "uploads": [one for one in kept.all() if one.case == case],
        "fields": chosen(_fields(ports, state)),
        "chunk": CHUNK_OCTETS,
        "limit": SIZE_LIMIT_OCTETS,
        "plain_limit": PLAIN_LIMIT_OCTETS,
        "closed": state.closed,
        "command": f"musnad seal PATH --case {case[:12]} --note '...'",
    }
    return render(request, "desk/evidence/all.html", shown)


@require_safe
@needs(Power.EVIDENCE, reads=(Power.OVERSEE,))
def sealing(request: HttpRequest, ref: CaseRef, name: SealId) -> HttpResponse:
    """How a sealing stands; once it is over, the exhibit."""
    case = house.case_here(request, ref)
    standing = SEALING.standing(name, case)
    if standing is not None and standing.result:
        seal = SealId(standing.result)
        shown = next((one for one in show_case(house.ports(), case).exhibits if one.seal == seal), None)
        house.looked(request, case, "exhibit", seal=seal)
        return _progress(request, case, standing, {"sealed": shown, "done": True, "offer": _offering(case, seal)})
    if standing is None:
        return redirect("evidence:all", case)
    return _progress(request, case, standing, {"upload": name})


def _offering(case: CaseRef, seal: SealId) -> str:
    """Where the exhibit is offered: to the one request that may be given something, else where one chooses."""
    ports = house.ports()
    state = case_state(ports, case)
    open_requests = [one.answers for one in next_steps(state, ports.party) if one.kind == "offer"]
    if len(open_requests) != 1:
        return reverse("evidence:all", args=[case])
    return f"{reverse('evidence:offer', args=[case, open_requests[0]])}?seal={seal}"


@require_POST
@needs(Power.EVIDENCE)
def fetch(request: HttpRequest, ref: CaseRef, seal: SealId) -> HttpResponse:
    """Begin to pull an offered exhibit; what has come is not pulled again."""
    ports, case = house.ports(), house.case_here(request, ref)
    found = case_state(ports, case).exhibits.get(seal)
    if found is None or found.offer is None:
        raise UnknownMessage(seal)
    speaker(ports, house.seat(request), None)
    FETCHING.start(ports, case, seal)
    return redirect("evidence:fetching", case, seal)


@require_safe
@needs(Power.EVIDENCE, reads=(Power.OVERSEE,))
def fetching(request: HttpRequest, ref: CaseRef, seal: SealId) -> HttpResponse:
    """How a fetch stands."""
    case = house.case_here(request, ref)
    standing = FETCHING.standing(seal, case)
    if standing is None:
        return redirect("evidence:all", case)
    done = not standing.under_way and standing.code is None
    return _progress(request, case, standing, {"seal": seal, "done": done, "fetching": True})


def _progress(request: HttpRequest, case: CaseRef, standing: Standing, more: dict[str, object]) -> HttpResponse:
    error = standing.error
    trouble = Trouble(error.code, (sentence(error),), remedy(error)) if error is not None else None
    if standing.code is not None and trouble is None:
        trouble = Trouble(standing.code, (_("The work ended in an error of this node; its log tells more."),))
    left = "" if standing.seconds_left is None else duration(standing.seconds_left)
    shown = {"ref": case, "standing": standing, "trouble": trouble, "again": standing.under_way, "left": left, **more}
    fragment = request.headers.get("HX-Request") == "true"
    if not fragment:  # once a look, not once a second
        house.looked(request, case, "evidence")
    return render(request, "desk/evidence/_progress.html" if fragment else "desk/evidence/progress.html", shown)


def _held(ports: Ports, state: CaseState, view: ExhibitView) -> Held:
    ours = any(one.code == ports.party for one in view.holders)
    offered_to_us = any(party_of(one.id) == ports.party for one in view.offered_to)
    received = view.kept == "received"
    return Held(
        view,
        may_offer=view.kept == "sealed" and view.offer is None,
        may_fetch=offered_to_us and view.kept in {None, "receiving"},
        may_open=received and offered_to_us,
        may_account=(ours or offered_to_us) and view.seal in state.exhibits,
    )


def _fields(ports: Ports, state: CaseState) -> tuple[Field, ...]:
    """What is said of a file that is brought in."""
    treaties, language = ports.treaties.known(), current().language
    under = []
    for request in state.requests.values():
        treaty = treaties.get(request.treaty)
        measure = treaty.measures.get(request.measure) if treaty is not None else None
        label = measure.label.for_language(language) if measure is not None else request.measure
        under.append(Option(request.id, f"{label} · {request.id[:12]}"))
    fields = (
        Field("description", mark("What it is, and where it was collected"), "long", required=True),
        Field("device", mark("The device it was taken from"), "text"),
        Field("place", mark("Where it was collected"), "text"),
        Field("note", mark("A note for its custody"), "long"),
        Field("sha256", mark("Its SHA-256, if you know it"), "text", mark("It is held against what came.")),
    )
    newest = (under[-1].value,) if under else ()
    request_field = Field(
        "under", _("The request that it is sealed under"), "choice", options=tuple(under), values=newest
    )
    return (*(said(one) for one in fields), request_field)
