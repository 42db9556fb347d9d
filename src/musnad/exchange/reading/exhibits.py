"""One exhibit: what its manifest says, who held it, and what the custody does not account for."""

from __future__ import annotations

from musnad.core.case.limits import strictest
from musnad.core.case.state import CustodyEntry, ExhibitState
from musnad.core.crypto.dsse import Dsse, parse_dsse
from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.names import CaseRef, SealId
from musnad.core.sealing.manifest import PAYLOAD_TYPE, Manifest
from musnad.core.sealing.schema import parse_manifest
from musnad.exchange.evidence.errors import NoSuchExhibit
from musnad.exchange.ports import Ports
from musnad.exchange.reading.house import House, open_house
from musnad.exchange.reading.matter import Matter, read_matter
from musnad.exchange.reading.parts import limit_parts
from musnad.exchange.reading.values import Check, CustodyView, ExhibitView, GapView


def show_exhibit(ports: Ports, case: CaseRef, seal: SealId) -> ExhibitView:
    """An exhibit of the case.

    Raises:
        UnknownCase: the journal has nothing of the case. NoSuchExhibit: no step of it names the seal.
    """
    matter = read_matter(open_house(ports), case, ports.journal.waiting())
    found = matter.state.exhibits.get(seal)
    if found is None:
        raise NoSuchExhibit(seal)
    return exhibit_view(matter, found)


def exhibit_view(matter: Matter, exhibit: ExhibitState) -> ExhibitView:
    house = matter.house
    kept = house.ports.journal.exhibit(exhibit.seal)
    manifest, check = _manifest(house, exhibit, kept.manifest) if kept is not None else (None, None)
    request = matter.state.requests.get(exhibit.request) if exhibit.request is not None else None
    return ExhibitView(
        case=matter.case,
        seal=exhibit.seal,
        exercise=matter.state.exercise,
        manifest=manifest,
        manifest_digest=exhibit.manifest,
        manifest_check=check,
        sealed_by=house.authority(manifest.sealed_by) if manifest is not None else None,
        kept=kept.state if kept is not None else None,
        offer=exhibit.offer,
        request=exhibit.request,
        measure=matter.label(request),
        offered_by=house.authority(exhibit.offered_by) if exhibit.offered_by is not None else None,
        offered_to=tuple(house.authority(one) for one in exhibit.offered_to),
        holders=tuple(house.party(code) for code in exhibit.holders),
        custody=tuple(_line(matter, exhibit, entry) for entry in exhibit.custody),
        gaps=tuple(GapView(gap.code, gap.id) for gap in exhibit.gaps),
        limits=limit_parts(strictest(exhibit.limits)),
        conditions=request.conditions if request is not None else (),
    )


def _line(matter: Matter, exhibit: ExhibitState, entry: CustodyEntry) -> CustodyView:
    return CustodyView(
        entry.id,
        entry.event,
        matter.house.authority(entry.authority),
        entry.officer,
        entry.at,
        entry.place,
        entry.note,
        entry.sha256,
        matter.receipts_of(entry.id),
        tuple(GapView(gap.code, gap.id) for gap in exhibit.gaps if gap.id == entry.id),
    )


def _manifest(house: House, exhibit: ExhibitState, signed: bytes) -> tuple[Manifest | None, Check]:
    """The manifest that is kept, if it is the one that was offered and its sealing authority signed it."""
    try:
        dsse = parse_dsse(signed, payload_type=PAYLOAD_TYPE, what="manifest")
        manifest = parse_manifest(dsse.payload)
    except MusnadError as error:
        return None, Check(False, error.code)
    if exhibit.manifest is not None and dsse.id != exhibit.manifest:
        return manifest, Check(False, "dossier.exhibit-differs")
    return manifest, _sealed_by(house, manifest, dsse)


def _sealed_by(house: House, manifest: Manifest, dsse: Dsse) -> Check:
    if house.directory is None:
        return Check(False, "directory.expired")
    try:
        key = house.directory.signing_key(manifest.sealed_by, dsse.key_ids, manifest.sealed_at)
        dsse.verify(key, what="manifest")
    except MusnadError as error:
        return Check(False, error.code)
    return Check(True)
