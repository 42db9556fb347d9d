"""Passkeys for the roster: an officer makes one, two others approve it by signature, the authority signs the roster.

Until the directory lists it, it approves nothing: the pages say where each one stands.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import get_args

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from musnad.adapters.clock import system_entropy
from musnad.adapters.files.challenges import make_challenge, take_challenge
from musnad.core.crypto.errors import BadRegistration
from musnad.core.crypto.passkey import Passkey, parse_registration
from musnad.core.directory.enrolment import APPROVERS, Enrolment
from musnad.core.directory.entry import OfficerAct
from musnad.core.kernel.errors import BadForm, MusnadError
from musnad.core.kernel.names import KeyId, MessageId, OfficerName, authority_of, parse_digest
from musnad.core.kernel.times import Instant
from musnad.desk import house
from musnad.desk.approving import persons
from musnad.desk.approving.ceremony import (
    parse_assertion_form,
    parse_registration_form,
    parse_url64,
    write_url64,
)
from musnad.desk.approving.place import host_of, origin_of
from musnad.desk.entrance.coming import safe
from musnad.desk.needs import needs
from musnad.desk.remedies import remedy
from musnad.exchange.enrolling import UnknownEnrolment, challenge
from musnad.exchange.errors import WrongOfficer
from musnad.exchange.reading.drafts import entries_of, passkeys_of
from musnad.language import gettext as _
from musnad.language.outcome import http_status
from musnad.language.sentences import sentence
from musnad.node.configuration import read_configuration
from musnad.node.errors import NotANode
from musnad.node.roster import take_up
from musnad.people import enrolling
from musnad.people.enrolling import Kept
from musnad.people.powers import Power

ACTS = get_args(OfficerAct)


@dataclass(frozen=True, slots=True)
class OwnKey:
    """A passkey of one of the reader's pseudonyms, as today's roster lists it."""

    officer: OfficerName
    id: KeyId
    acts: tuple[str, ...]
    since: Instant
    relying_party: str


@dataclass(frozen=True, slots=True)
class Hand:
    """One of the reader's pseudonyms that may approve an enrolment, with the passkeys that may sign it here."""

    officer: OfficerName
    credentials: str
    relying_party: str


@dataclass(frozen=True, slots=True)
class Shown:
    """An enrolment on the page. ``listed``: the directory that this node uses has it."""

    kept: Kept
    digest: str
    challenge: str
    hands: tuple[Hand, ...]
    listed: bool
    mine: bool


@require_safe
@needs(Power.APPROVE, Power.OVERSEE)
def index(request: HttpRequest) -> HttpResponse:
    """The reader's own passkeys, what waits for approval, and the form that makes a new one.

    ``?officer=`` asks for one pseudonym alone; ``?next=`` is where whoever came for a passkey goes on with it.
    """
    return _page(request)


@require_POST
@needs(Power.APPROVE)
def begin(request: HttpRequest) -> HttpResponse:
    """Take the passkey that the reader's device just made; it waits for two other officers from now on."""
    ports, seat = house.ports(), house.seat(request)
    try:
        officer = _own(request)
        acts = tuple(one for one in ACTS if one in request.POST.getlist("act"))
        client_data, attestation = parse_registration_form(request.POST.get("answer", ""))
        asked = request.POST.get("challenge", "")
        if not take_challenge(house.folder(), asked, _purpose(officer)):
            raise BadRegistration("made for another challenge")
        own = house.address()
        made = parse_registration(client_data, attestation, _octets(asked), host_of(own), (own,))
        wish = Enrolment(authority_of(officer), officer, acts, ports.clock.now(), passkey=made)
        enrolling.begin(ports, wish, seat.person, by=seat.name)
    except MusnadError as error:
        return _page(request, error)
    messages.success(request, _("Made. Two other officers of the authority approve it now."))
    came_from = urlencode({one: request.POST[one] for one in ("officer", "next") if request.POST.get("next")})
    return redirect(f"{reverse('approving:passkeys')}{'?' if came_from else ''}{came_from}")


@require_POST
@needs(Power.APPROVE)
def retire(request: HttpRequest) -> HttpResponse:
    """Begin to end a key of the reader's own; two other officers approve that, too."""
    ports, seat = house.ports(), house.seat(request)
    try:
        officer = _own(request)
        key = KeyId(parse_digest(request.POST.get("key", ""), what="key"))
        entry = next((one for one in entries_of(ports, officer) if key in one.key.key.ids), None)
        if entry is None:
            raise WrongOfficer(officer)
        wish = Enrolment(authority_of(officer), officer, entry.acts, ports.clock.now(), retired=key)
        enrolling.begin(ports, wish, seat.person, by=seat.name)
    except MusnadError as error:
        return _page(request, error)
    messages.success(request, _("Two other officers of the authority approve that the key ends."))
    return redirect("approving:passkeys")


@require_POST
@needs(Power.APPROVE)
def approve(request: HttpRequest, enrolment: MessageId) -> HttpResponse:
    """Take another officer's signature; once two have signed, the authority signs the roster."""
    ports, seat = house.ports(), house.seat(request)
    try:
        kept = enrolling.read(ports, enrolment)
        officer = _own(request)
        given = parse_assertion_form(request.POST.get("answer", ""))
        persons.check(seat, kept, officer)
        kept = enrolling.approve_with_passkey(ports, enrolment, officer, given)
        persons.note_approval(seat, kept, officer)
        if not kept.waits.lacking:
            take_up(house.folder(), ports, enrolment, by=seat.name)
    except MusnadError as error:
        return _page(request, error)
    if kept.waits.lacking:
        messages.success(request, _("Approved. One more officer has to."))
    else:
        messages.success(request, _("Approved, and the roster is signed. The Registrar publishes it."))
    return redirect("approving:passkeys")


@require_POST
@needs(Power.APPROVE)
def take(request: HttpRequest, enrolment: MessageId) -> HttpResponse:
    """Sign the roster with what two officers approved elsewhere, at a terminal perhaps."""
    ports, seat = house.ports(), house.seat(request)
    try:
        kept = enrolling.read(ports, enrolment)
        if kept.enrolment.authority not in seat.authorities:
            raise UnknownEnrolment(enrolment)
        take_up(house.folder(), ports, enrolment, by=seat.name)
    except MusnadError as error:
        return _page(request, error)
    messages.success(request, _("The roster is signed. The Registrar publishes it."))
    return redirect("approving:passkeys")


@require_POST
@needs(Power.APPROVE)
def withdraw(request: HttpRequest, enrolment: MessageId) -> HttpResponse:
    """Give up one of the reader's own that no roster has taken up."""
    ports, seat = house.ports(), house.seat(request)
    try:
        if enrolling.read(ports, enrolment).enrolment.officer not in seat.officers:
            raise UnknownEnrolment(enrolment)
        enrolling.withdraw(ports, enrolment, by=seat.name)
    except MusnadError as error:
        return _page(request, error)
    messages.info(request, _("It is given up; the passkey on the device can be deleted."))
    return redirect("approving:passkeys")


def _page(request: HttpRequest, error: MusnadError | None = None) -> HttpResponse:
    ports, seat = house.ports(), house.seat(request)
    own = house.address()
    may = seat.may(Power.APPROVE)
    wanted = request.GET.get("officer")
    makers = [one for one in seat.officers if wanted not in seat.officers or one == wanted] if may else []
    onward = request.GET.get("next")
    shown = [_shown(request, one) for one in enrolling.every(ports) if _is_about(request, one)]
    told = {
        "shown": shown,
        "unsettled": any(not one.listed for one in shown),
        "exercise": _is_exercise(),
        "own": [one for officer in seat.officers for one in _own_keys(officer)] if may else [],
        "makers": [_maker(officer) for officer in makers],
        "next": safe(onward) if onward else "",
        "acts": ACTS,
        "relying_party": host_of(own),
        "elsewhere": own if origin_of(request) != own else "",
        "asked": APPROVERS,
        "error": error,
    }
    if error is not None:
        told |= {"sentence": sentence(error), "remedy": remedy(error)}
    status = http_status(error) if error is not None else 200
    return render(request, "desk/approving/passkeys.html", told, status=status)


@dataclass(frozen=True, slots=True)
class Maker:
    """What the form that makes a passkey asks the browser for, for one pseudonym."""

    officer: OfficerName
    challenge: str
    user: str
    held: str
    acts: tuple[str, ...]


def _maker(officer: OfficerName) -> Maker:
    """A fresh challenge, good once. The acts that the officer has already are offered; a new one is offered all."""
    held = passkeys_of(house.ports(), officer)
    listed = dict.fromkeys(act for one in entries_of(house.ports(), officer) for act in one.acts)
    return Maker(
        officer,
        make_challenge(house.folder(), system_entropy, _purpose(officer)),
        write_url64(hashlib.sha256(officer.encode()).digest()),
        _credentials(held),
        tuple(listed) or ACTS,
    )


def _shown(request: HttpRequest, kept: Kept) -> Shown:
    waits, seat = kept.waits, house.seat(request)
    origin = origin_of(request)
    able = seat.may(Power.APPROVE) and kept.progress == "waits"
    hands = []
    for officer in seat.officers:
        there = authority_of(officer) == kept.enrolment.authority and officer != kept.enrolment.officer
        if able and there and officer not in waits.approved and persons.is_another(seat, kept, officer):
            usable = tuple(one for one in passkeys_of(house.ports(), officer) if origin in one.origins)
            hands.append(Hand(officer, _credentials(usable), usable[0].relying_party if usable else ""))
    octets = challenge(waits)
    return Shown(
        kept,
        waits.id,
        write_url64(hashlib.sha256(octets).digest()),
        tuple(hands),
        _is_listed(kept),
        seat.may(Power.APPROVE) and kept.enrolment.officer in seat.officers,
    )


def _is_listed(kept: Kept) -> bool:
    """Whether today's directory says what the enrolment asked for."""
    known = any(kept.enrolment.key_id in one.key.key.ids for one in entries_of(house.ports(), kept.enrolment.officer))
    return known if kept.enrolment.passkey is not None else not known


def _own_keys(officer: OfficerName) -> list[OwnKey]:
    return [
        OwnKey(officer, one.key.key.ids[0], one.acts, one.key.since, one.key.key.relying_party)
        for one in entries_of(house.ports(), officer)
        if isinstance(one.key.key, Passkey)
    ]


def _is_about(request: HttpRequest, kept: Kept) -> bool:
    """Of an authority where the reader is an officer; overseers are shown all."""
    seat = house.seat(request)
    return seat.may(Power.OVERSEE) or kept.enrolment.authority in seat.authorities


def _own(request: HttpRequest) -> OfficerName:
    officer = OfficerName(request.POST.get("officer", ""))
    if officer not in house.seat(request).officers:
        raise WrongOfficer(officer)
    return officer


def _is_exercise() -> bool:
    """Whether officers and Registrar of an exercise are played here; without a node's file there is none."""
    try:
        return read_configuration(house.folder()).exercise
    except NotANode:
        return False


def _purpose(officer: OfficerName) -> str:
    return f"roster {officer}"


def _octets(challenge: str) -> bytes:
    try:
        return parse_url64(challenge, what="challenge")
    except BadForm as error:
        raise BadRegistration("made for another challenge") from error


def _credentials(passkeys: tuple[Passkey, ...]) -> str:
    return " ".join(write_url64(one.credential) for one in passkeys)
