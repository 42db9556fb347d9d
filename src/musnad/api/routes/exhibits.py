"""Exhibits: what there is, its custody, offering and fetching it. What an exhibit holds is not served here."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Body, Path, Query, Router
from ninja.responses import Status

from musnad.api.caller import Caller, caller_of
from musnad.api.interface import reads, writes
from musnad.api.routes.saying import ANSWERS, come_to, said
from musnad.api.shapes.exhibits import ExhibitPage, ExhibitShape, FetchShape, SignedManifest
from musnad.api.shapes.forms import Hex64, Paging, Seal, page
from musnad.api.shapes.saying import CustodyGiven, OfferGiven, SaidShape
from musnad.core.crypto.dsse import parse_dsse
from musnad.core.kernel.b64 import write_b64
from musnad.core.kernel.errors import BadForm
from musnad.core.kernel.ijson import parse_object
from musnad.core.kernel.names import AuthorityId, CaseRef, MessageId, OfficerName, PartyCode, SealId
from musnad.core.messages.bodies import Offer
from musnad.core.messages.edge import OfferEdge
from musnad.core.messages.schema import parse_body
from musnad.core.sealing.manifest import PAYLOAD_TYPE
from musnad.exchange.composing import Intent, case_state
from musnad.exchange.custody import prepare_account
from musnad.exchange.errors import UnknownMessage
from musnad.exchange.exhibits import kept_exhibit, offer_of, wrap_for
from musnad.exchange.reading import show_case, show_exhibit
from musnad.node.beside import FETCHING

router = Router(tags=["exhibits"])


@reads(router, "/cases/{case}/exhibits", "cases:read", ExhibitPage)
def exhibits(request: HttpRequest, case: Path[Hex64], paging: Query[Paging]) -> ExhibitPage:
    """The exhibits of a case with their custody."""
    caller = caller_of(request)
    part = page(list(show_case(caller.ports, caller.case(case)).exhibits), paging)
    return ExhibitPage(**{**part, "items": [ExhibitShape.model_validate(one) for one in part["items"]]})


@reads(router, "/cases/{case}/exhibits/{seal}", "cases:read", ExhibitShape)
def exhibit(request: HttpRequest, case: Path[Hex64], seal: Path[Seal]) -> ExhibitShape:
    """One exhibit: its manifest in short, who holds it, every line of custody, every gap."""
    caller = caller_of(request)
    return _exhibit(caller, caller.case(case), SealId(seal))


@reads(router, "/cases/{case}/exhibits/{seal}/manifest", "cases:read", SignedManifest)
def manifest(request: HttpRequest, case: Path[Hex64], seal: Path[Seal]) -> SignedManifest:
    """The manifest as its sealing authority signed it; there once the exhibit is sealed or fetched here."""
    caller = caller_of(request)
    _in_case(caller, caller.case(case), SealId(seal))
    dsse = parse_dsse(kept_exhibit(caller.ports, SealId(seal)).manifest, payload_type=PAYLOAD_TYPE, what="manifest")
    return SignedManifest(
        payload=write_b64(dsse.payload),
        payload_type=dsse.payload_type,
        signatures=[{"keyid": one.key_id, "sig": write_b64(one.value)} for one in dsse.signatures],
        manifest=parse_object(dsse.payload, what="manifest"),
    )


@writes(router, "/cases/{case}/exhibits/{seal}/fetch", "exhibits:write", (202, ExhibitShape))
def fetch_exhibit(request: HttpRequest, case: Path[Hex64], seal: Path[Seal]) -> Status[ExhibitShape]:
    """Begin to pull an offered exhibit; look at the exhibit to see how it stands. What has come is not pulled again."""
    caller = caller_of(request)
    ref, name = caller.case(case), SealId(seal)
    found = case_state(caller.ports, ref).exhibits.get(name)
    if found is None or found.offer is None:
        raise UnknownMessage(name)
    for_us = [one for one in found.offered_to if one in caller.ports.keys.hosted]
    if not set(for_us) & caller.grant.authorities:
        caller.speaks_for(for_us[0] if for_us else found.offered_to[0])
    FETCHING.start(caller.ports, ref, name)
    return Status(202, _exhibit(caller, ref, name))


@writes(router, "/cases/{case}/exhibits/{seal}/custody", "exhibits:write", *ANSWERS)
def tell_custody(
    request: HttpRequest, case: Path[Hex64], seal: Path[Seal], given: Body[CustodyGiven]
) -> Status[SaidShape]:
    """Record that an exhibit was copied or passed on, under its conditions, and tell the other side.

    To pass it on needs officers' approval; the answer then names who has yet to approve.
    """
    caller = caller_of(request)
    ref, author = caller.case(case), caller.speaks_for(given.author)
    if (given.event == "forwarded") != (given.to is not None):
        raise BadForm("to", "names the Party that an exhibit is passed on to, and stands only then")
    to = None if given.to is None else PartyCode(given.to)
    known = {one.id for one in caller.ports.journal.drafts()}
    draft = prepare_account(
        caller.ports,
        ref,
        SealId(seal),
        given.event,
        author,
        to=to,
        place=given.place,
        note=given.note,
        approvers=tuple(map(OfficerName, given.approvers or ())),
    )
    return come_to(caller, draft, known)


@writes(router, "/cases/{case}/offers", "exhibits:write", *ANSWERS)
def offer(request: HttpRequest, case: Path[Hex64], given: Body[OfferGiven]) -> Status[SaidShape]:
    """Offer exhibits that were sealed here, in answer to a request; an officer approves the release."""
    caller = caller_of(request)
    ref, author = caller.case(case), caller.speaks_for(given.author)
    seals = [caller.holds(SealId(one)) for one in dict.fromkeys(given.seals)]
    to = tuple(map(AuthorityId, given.to))
    members = given.model_dump(exclude_none=True, include=set(OfferEdge.model_fields))
    wanted = parse_body("offer", members)
    assert isinstance(wanted, Offer)
    intent = Intent(
        author=author,
        to=to,
        body=offer_of(caller.ports, seals, wanted.note, wanted.limits),
        language=given.language,
        exercise=caller.house.exercise,
        case=ref,
        answers=MessageId(given.answers),
        exhibits=tuple(wrap_for(caller.ports, one, to) for one in seals),
        approvers=tuple(map(OfficerName, given.approvers)),
    )
    return said(caller, intent)


def _in_case(caller: Caller, case: CaseRef, seal: SealId) -> None:
    if seal not in case_state(caller.ports, case).exhibits:
        raise UnknownMessage(seal)


def _exhibit(caller: Caller, case: CaseRef, seal: SealId) -> ExhibitShape:
    """The exhibit, and its fetch as it stood before it was read: what is said to have ended is seen ended."""
    standing = FETCHING.standing(seal, case)
    shape = ExhibitShape.model_validate(show_exhibit(caller.ports, case, seal))
    if standing is not None:
        shape.fetch = FetchShape(under_way=standing.under_way, error=standing.code)
    return shape
