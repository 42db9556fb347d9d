"""A sealing that is given again, because the command died on its way: the exhibit that it made is taken up.

Only where an exhibit of the same order lies in the vault, offered to nobody yet, is the source read once more to see
that it is the one that was sealed; otherwise nothing is read, and it is sealed as any other.
"""

from __future__ import annotations

import hashlib

from musnad.core.kernel.names import CaseRef, SealId
from musnad.core.sealing.layout import PART_OCTETS
from musnad.core.sealing.manifest import Manifest
from musnad.exchange.composing import case_state
from musnad.exchange.evidence.ports import Source
from musnad.exchange.evidence.sealing import SealingOrder
from musnad.exchange.exhibits import read_kept_manifest
from musnad.exchange.ports import Ports


def sealed_before(ports: Ports, case: CaseRef, source: Source, order: SealingOrder) -> Manifest | None:
    """The manifest of the exhibit that this very order made of this very source for this case, if it was not offered.

    Args:
        source: read to its end if there may be such an exhibit; open it anew to seal it.
    Raises ``SourceUnreadable``, ``SourceChanged``.
    """
    kept = [read_kept_manifest(one) for one in ports.journal.exhibits() if one.state == "sealed"]
    candidates = [one for one in kept if _is_by(one, order, source) and ports.vault.holds(one.seal)]
    if not candidates:
        return None
    digest = hashlib.sha256()
    buffer = memoryview(bytearray(PART_OCTETS))
    while size := source.fill(buffer):
        digest.update(buffer[:size])
    same = (one for one in candidates if one.sha256 == digest.hexdigest())
    return next((one for one in same if not _is_of_another_case(ports, one.seal, case)), None)


def _is_of_another_case(ports: Ports, seal: SealId, case: CaseRef) -> bool:
    return any(seal in case_state(ports, row.case).exhibits for row in ports.journal.cases() if row.case != case)


def _is_by(manifest: Manifest, order: SealingOrder, source: Source) -> bool:
    given = (order.sealed_by, order.officer, order.under, order.exercise, order.description, order.device)
    made = (manifest.sealed_by, manifest.officer, manifest.under, manifest.exercise)
    name = order.name if order.name is not None else source.name
    return given == (*made, manifest.source.description, manifest.source.device) and name == manifest.name
