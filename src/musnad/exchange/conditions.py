"""Conditions that travel with data, held against what somebody is about to do with them.

They bind whoever received an exhibit, not who gave it. Opening, exporting and passing on ask first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from musnad.core.case.limits import against_use
from musnad.core.case.state import CaseState, ExhibitState
from musnad.core.crypto.dsse import parse_dsse
from musnad.core.kernel.names import PartyCode, SealId, party_of
from musnad.core.messages.bodies import Use, UseLimits
from musnad.core.sealing.manifest import PAYLOAD_TYPE, Manifest
from musnad.core.sealing.schema import parse_manifest
from musnad.exchange.civil import civil_day
from musnad.exchange.composing import case_state
from musnad.exchange.errors import UseNotAllowed
from musnad.exchange.journal import KeptExhibit
from musnad.exchange.ports import Ports


def check_use(
    ports: Ports, state: CaseState, seal: SealId, use: Use | None = None, recipient: PartyCode | None = None
) -> None:
    """Raise ``UseNotAllowed`` where a condition under which this node received an exhibit forbids a use of it now.

    Args:
        use: None for what the exhibit was given for: opening, copying, exporting.
        recipient: whom it would be passed on to.
    """
    exhibit = state.exhibits.get(seal)
    if exhibit is None or not _is_received(ports, exhibit):
        return
    request = state.requests.get(exhibit.request) if exhibit.request is not None else None
    zone = ports.directories.current().party(ports.party).time_zone
    why = against_use(exhibit, request, use, recipient, civil_day(ports.clock.now(), zone))
    if why is not None:
        raise UseNotAllowed(seal, why)


def check_passing_on(ports: Ports, manifest: Manifest, parties: Iterable[PartyCode]) -> None:
    """``check_use`` of what is about to be offered: of this exhibit, and of any that was received with this content.

    Who gave it may have it back.
    """
    wanted = frozenset(parties)
    for state, exhibit in _same_content(ports, manifest):
        assert exhibit.offered_by is not None
        for party in sorted(wanted - {party_of(exhibit.offered_by)}):
            check_use(ports, state, exhibit.seal, "onward-transfer", party)


def inherited(ports: Ports, manifest: Manifest) -> tuple[UseLimits, ...]:
    """The conditions under which this content was received here: whoever passes it on passes them on, too."""
    found = [exhibit for _, exhibit in _same_content(ports, manifest) if _is_received(ports, exhibit)]
    return tuple(limit for exhibit in found for limit in exhibit.limits)


def _same_content(ports: Ports, manifest: Manifest) -> Iterator[tuple[CaseState, ExhibitState]]:
    """The exhibits that were offered in some case and hold what this manifest names."""
    for kept in ports.journal.exhibits():
        if kept.case is None or _sha256(kept) != manifest.sha256:
            continue
        state = case_state(ports, kept.case)
        exhibit = state.exhibits.get(kept.seal)
        if exhibit is not None and exhibit.offered_by is not None:
            yield state, exhibit


def _sha256(kept: KeptExhibit) -> str:
    return parse_manifest(parse_dsse(kept.manifest, payload_type=PAYLOAD_TYPE, what="manifest").payload).sha256


def _is_received(ports: Ports, exhibit: ExhibitState) -> bool:
    given_here = exhibit.offered_by is not None and party_of(exhibit.offered_by) == ports.party
    return not given_here and any(party_of(one) == ports.party for one in exhibit.offered_to)
