"""Before asking: a draft checked, whether one State can ask another, and what each State's law has."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from ninja import Body, Path, Query, Router

from musnad.api.caller import Caller, caller_of
from musnad.api.interface import reads, writes
from musnad.api.shapes.forms import AsOf, Hex64, Paging, PartyName, page
from musnad.api.shapes.law import (
    CanAsked,
    CanShape,
    DraftGiven,
    GapShape,
    KeptProfile,
    PairPage,
    PairShape,
    PreflightShape,
    ProfileGiven,
    ProfilePage,
    ProfileShape,
    UnderTreaty,
)
from musnad.core.kernel.ijson import write_canonical
from musnad.core.kernel.names import MessageId
from musnad.core.law.gap import gap_report
from musnad.core.law.meeting import matrix
from musnad.core.law.values import Penalty
from musnad.core.preflight.values import Reason
from musnad.core.treaty.errors import NotInstalled
from musnad.core.treaty.values import Treaty
from musnad.exchange.composing import read_draft
from musnad.exchange.preflight import can_ask, check_draft, check_stored, profile_of, sources_of
from musnad.exchange.reading.law import (
    can_members,
    gap_members,
    matrix_members,
    preflight_members,
    profile_members,
    reason_members,
)
from musnad.language.preflight_words import told

router = Router(tags=["law"])


@writes(router, "/check", "cases:read", (200, PreflightShape))
def check(request: HttpRequest, given: Body[DraftGiven]) -> PreflightShape:
    """Say what is missing, weak, declared and likely before a draft leaves. Nothing is stored."""
    caller = caller_of(request)
    size = len(write_canonical(given.draft))
    found = check_draft(sources_of(caller.ports), given.draft, caller.day(given.as_of), size_octets=size)
    return PreflightShape.model_validate(preflight_members(found) | {"reasons": _reasons(found.reasons)})


@reads(router, "/drafts/{draft}/check", "cases:read", PreflightShape)
def check_waiting(request: HttpRequest, draft: Path[Hex64], asked: Query[AsOf]) -> PreflightShape:
    """The same of a draft that waits here."""
    caller = caller_of(request)
    caller.owns(read_draft(caller.ports, MessageId(draft)))
    found = check_stored(caller.ports, MessageId(draft), caller.day(asked.as_of))
    return PreflightShape.model_validate(preflight_members(found) | {"reasons": _reasons(found.reasons)})


@reads(router, "/can", "law:read", CanShape)
def can(request: HttpRequest, asked: Query[CanAsked]) -> CanShape:
    """Whether one State can ask another for a measure, as of a day: yes, no, only if, or not known, with reasons."""
    caller = caller_of(request)
    found = can_ask(
        sources_of(caller.ports),
        asked.asker,
        asked.asked,
        asked.measure,
        asked.offence,
        caller.day(asked.as_of),
        basis=asked.basis,
        maxima=(_penalty(asked.maximum), _penalty(asked.maximum_there)),
    )
    return CanShape.model_validate(can_members(found) | {"reasons": _reasons(found.reasons)})


@reads(router, "/law/profiles", "law:read", ProfilePage)
def profiles(request: HttpRequest, paging: Query[Paging]) -> ProfilePage:
    """Every State's law profile at hand."""
    part = page(list(caller_of(request).ports.laws.profiles().values()), paging)
    return ProfilePage(
        **{**part, "items": [ProfileShape.model_validate(profile_members(one)) for one in part["items"]]}
    )


@reads(router, "/law/profiles/{state}", "law:read", ProfileShape)
def profile(request: HttpRequest, state: Path[PartyName]) -> ProfileShape:
    """One State's law profile, each fact with its source."""
    return ProfileShape.model_validate(profile_members(profile_of(sources_of(caller_of(request).ports), state)))


@reads(router, "/law/profiles/{state}/gap", "law:read", GapShape)
def gap(request: HttpRequest, state: Path[PartyName], under: Query[UnderTreaty]) -> GapShape:
    """A State's law held against what a treaty asks for."""
    ports = caller_of(request).ports
    found = profile_of(sources_of(ports), state)
    return GapShape.model_validate(
        gap_members(gap_report(_treaty(caller_of(request), under), ports.laws.data(), found))
    )


@reads(router, "/law/matrix", "law:read", PairPage)
def pairs(request: HttpRequest, under: Query[UnderTreaty], paging: Query[Paging]) -> PairPage:
    """Between which States dual criminality, the threshold and the powers meet: every ordered pair."""
    caller = caller_of(request)
    laws = caller.ports.laws
    part = page(matrix(_treaty(caller, under), laws.data(), laws.profiles().values()), paging)
    told_: Any = matrix_members(part["items"])["pairs"]
    return PairPage(**{**part, "items": [PairShape.model_validate(one) for one in told_]})


@writes(router, "/law/profiles", "law:write", (200, KeptProfile))
def keep_profile(request: HttpRequest, given: Body[ProfileGiven]) -> KeptProfile:
    """Check a law profile, whole, and keep it in the place of the State's earlier one."""
    laws = caller_of(request).ports.laws
    act = laws.check if given.check else laws.keep
    found = act(given.file, given.profile.encode("utf-8"))
    return KeptProfile.model_validate({**profile_members(found), "kept": not given.check})


def _reasons(reasons: Iterable[Reason]) -> list[dict[str, object]]:
    """Each reason with its sentence."""
    return [{**reason_members(one), "says": told(one)} for one in reasons]


def _treaty(caller: Caller, under: UnderTreaty) -> Treaty:
    found = caller.ports.treaties.current(under.treaty)
    if found.name != under.treaty:
        raise NotInstalled(under.treaty)
    return found


def _penalty(text: str | None) -> Penalty | None:
    """``5y``, ``18m`` or ``life``, whose form was checked."""
    if text is None:
        return None
    if text == "life":
        return Penalty("life-or-heavier")
    return Penalty("years" if text.endswith("y") else "months", int(text[:-1]))
