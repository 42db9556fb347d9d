"""Whether the interface answers, and whose node it is."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Router

from musnad.api.caller import caller_of
from musnad.api.interface import reads
from musnad.api.shapes.node import HealthShape, NodeShape, SplitShape, SplitsShape, TokenShape
from musnad.core.kernel.b64 import write_b64
from musnad.exchange.reading import directory_state, own_party
from musnad.exchange.splits import export_split, known_splits

router = Router(tags=["node"])


@router.get("/health", response=HealthShape)
def health(request: HttpRequest) -> HealthShape:  # noqa: ARG001 - the interface's own signature
    """Whether the interface answers. The only operation without a token."""
    return HealthShape()


@reads(router, "/node/splits", "cases:read", SplitsShape)
def splits(request: HttpRequest) -> SplitsShape:
    """The logs, this node's own perhaps among them, that have signed two heads that cannot both be true, with the
    proof of each as `musnad verify` takes it."""
    ports = caller_of(request).ports
    return SplitsShape(
        splits=[
            SplitShape(
                party=one.party,
                own=one.own,
                sizes=[one.split.older.checkpoint.size, one.split.newer.checkpoint.size],
                roots=[one.split.older.checkpoint.root.hex(), one.split.newer.checkpoint.root.hex()],
                times=one.seen.times,
                proof=write_b64(export_split(ports, one.party)),
            )
            for one in known_splits(ports)
        ]
    )


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
