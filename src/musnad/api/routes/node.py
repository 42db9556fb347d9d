"""Whether the interface answers, and whose node it is."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Router

from musnad.api.caller import caller_of
from musnad.api.interface import reads
from musnad.api.shapes.node import HealthShape, NodeShape, TokenShape
from musnad.exchange.reading import directory_state, own_party

router = Router(tags=["node"])


@router.get("/health", response=HealthShape)
def health(request: HttpRequest) -> HealthShape:  # noqa: ARG001 - the interface's own signature
    """Whether the interface answers. The only operation without a token."""
    return HealthShape()


@reads(router, "/node", "cases:read", NodeShape)
def node(request: HttpRequest) -> NodeShape:
    """Whose node this is, how its directory stands, and what the token may do."""
    caller = caller_of(request)
    ports, grant = caller.ports, caller.grant
    return NodeShape.model_validate(
        {
            "party": own_party(ports),
            "authorities": sorted(ports.keys.hosted),
            "exercise": caller.house.exercise,
            "directory": directory_state(ports),
            "token": TokenShape(
                name=grant.name,
                scopes=sorted(grant.scopes),
                authorities=sorted(grant.authorities),
                last_day=grant.last_day,  # type: ignore[arg-type]  # made text by its form
            ),
        }
    )
