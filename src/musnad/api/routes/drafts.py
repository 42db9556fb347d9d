"""Drafts: what waits for officers. An officer signs elsewhere; the signature is brought here, never the key."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Body, Path, Query, Router
from ninja.responses import Status

from musnad.api.caller import caller_of
from musnad.api.interface import reads, writes
from musnad.api.routes.saying import shape_of
from musnad.api.shapes.forms import Hex64, Paging, page
from musnad.api.shapes.saying import ApprovalGiven, DraftPage, DraftShape, DraftWhole, SaidShape
from musnad.core.crypto.signing import Signature
from musnad.core.kernel.b64 import parse_b64, write_b64
from musnad.core.kernel.ijson import parse_object
from musnad.core.kernel.names import KeyId, MessageId, OfficerName
from musnad.exchange.approving import approve_with, to_be_signed
from musnad.exchange.composing import Draft, drafts, read_draft
from musnad.exchange.custody import carry_out

router = Router(tags=["drafts"])


@reads(router, "/drafts", "cases:read", DraftPage)
def list_drafts(request: HttpRequest, paging: Query[Paging]) -> DraftPage:
    """The drafts of the token's authorities."""
    caller = caller_of(request)
    mine = [one for one in drafts(caller.ports) if one.message.author in caller.grant.authorities]
    part = page(mine, paging)
    return DraftPage(**{**part, "items": [_shape(one) for one in part["items"]]})


@reads(router, "/drafts/{draft}", "cases:read", DraftWhole)
def show_draft(request: HttpRequest, draft: Path[Hex64]) -> DraftWhole:
    """A draft, with the octets that its officers sign."""
    caller = caller_of(request)
    found = caller.owns(read_draft(caller.ports, MessageId(draft)))
    return DraftWhole(
        **_shape(found).model_dump(),
        payload_type=found.dsse.payload_type,
        payload=write_b64(found.dsse.payload),
        to_be_signed=write_b64(to_be_signed(found)),
        message=parse_object(found.dsse.payload, what="draft"),
    )


@writes(router, "/drafts/{draft}/approvals", "drafts:approve", (200, DraftShape))
def approve_draft(request: HttpRequest, draft: Path[Hex64], given: Body[ApprovalGiven]) -> DraftShape:
    """Bring an officer's signature over the draft; it is verified against today's roster and sends nothing."""
    caller = caller_of(request)
    found = caller.owns(read_draft(caller.ports, MessageId(draft)))
    signatures = tuple(Signature(KeyId(one.keyid), parse_b64(one.sig, what="sig")) for one in given.signatures)
    return _shape(approve_with(caller.ports, found.id, OfficerName(given.officer), signatures))


@writes(router, "/drafts/{draft}/send", "cases:write", (201, SaidShape))
def send_draft(request: HttpRequest, draft: Path[Hex64]) -> Status[SaidShape]:
    """Send a draft that every officer has approved."""
    caller = caller_of(request)
    found = caller.owns(read_draft(caller.ports, MessageId(draft)))
    admitted = carry_out(caller.ports, found.id)
    return Status(201, shape_of(found, admitted, repeated=admitted.repeated))


def _shape(draft: Draft) -> DraftShape:
    return DraftShape(
        id=draft.id,
        case=draft.message.case_under(draft.id),
        kind=draft.message.kind,
        author=draft.message.author,
        to=list(draft.message.to),
        missing=list(draft.missing),
    )
