"""The treaty data: which treaties, their rules with their status, and each measure's form."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Path, Query, Router

from musnad.api.caller import Caller, caller_of
from musnad.api.interface import reads
from musnad.api.shapes.forms import Name, Paging, page
from musnad.api.shapes.treaty import (
    MeasurePage,
    MeasureRow,
    MeasureShape,
    RulePage,
    TreatyPage,
    TreatyRule,
    TreatyShape,
)
from musnad.core.treaty.errors import NotInstalled
from musnad.core.treaty.values import Treaty

router = Router(tags=["treaty"])


@reads(router, "/treaties", "treaty:read", TreatyPage)
def treaties(request: HttpRequest, paging: Query[Paging]) -> TreatyPage:
    """Every treaty whose data this node has, in the version that it judges by now."""
    part = page(list(_installed(caller_of(request)).values()), paging)
    return TreatyPage(**{**part, "items": [_treaty(one) for one in part["items"]]})


@reads(router, "/treaties/{treaty}", "treaty:read", TreatyShape)
def treaty(request: HttpRequest, treaty: Path[Name]) -> TreatyShape:
    """One treaty: its measures, and the instruments that a request may be made under."""
    return _treaty(_find(caller_of(request), treaty))


@reads(router, "/treaties/{treaty}/measures", "treaty:read", MeasurePage)
def measures(request: HttpRequest, treaty: Path[Name], paging: Query[Paging]) -> MeasurePage:
    """The forms of cooperation that the treaty knows."""
    part = page(list(_find(caller_of(request), treaty).measures.values()), paging)
    return MeasurePage(**{**part, "items": [MeasureRow.model_validate(one) for one in part["items"]]})


@reads(router, "/treaties/{treaty}/measures/{measure}", "treaty:read", MeasureShape)
def measure(request: HttpRequest, treaty: Path[Name], measure: Path[Name]) -> MeasureShape:
    """One measure: its form in the language that was asked for, its periods, its grounds of refusal, what follows."""
    return MeasureShape.model_validate(_find(caller_of(request), treaty).measure(measure))


@reads(router, "/treaties/{treaty}/rules", "treaty:read", RulePage)
def rules(request: HttpRequest, treaty: Path[Name], paging: Query[Paging]) -> RulePage:
    """Every rule, with its reference and how sure it is."""
    part = page(list(_find(caller_of(request), treaty).rules.values()), paging)
    return RulePage(**{**part, "items": [TreatyRule.model_validate(one) for one in part["items"]]})


def _installed(caller: Caller) -> dict[str, Treaty]:
    """What is judged by now: of each treaty that is known here, its present version."""
    now = caller.ports.treaties.current
    found = {known.name for known in caller.ports.treaties.known().values()} | {now().name}
    return {str(name): now(name) for name in sorted(found) if now(name).name == name}


def _find(caller: Caller, name: str) -> Treaty:
    found = _installed(caller).get(name)
    if found is None:
        raise NotInstalled(name)
    return found


def _treaty(found: Treaty) -> TreatyShape:
    return TreatyShape.model_validate(
        {
            "name": found.name,
            "label": found.label,
            "digest": found.digest,
            "adopted_on": found.adopted_on,
            "in_force": found.in_force,
            "measures": list(found.measures),
            "instruments": list(found.instruments),
        }
    )
