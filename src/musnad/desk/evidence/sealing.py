"""From an upload to an exhibit: sealed beside the request, told to the other side, and the upload forgotten.

Given again after a failure it goes on: an exhibit that was sealed is taken up, what was told is not told twice.
"""

from __future__ import annotations

from collections.abc import Callable

from musnad import __version__
from musnad.adapters.vault.spool import Spool, Upload
from musnad.core.kernel.names import AuthorityId, MessageId, OfficerName
from musnad.core.sealing.manifest import Tool
from musnad.desk.answering.choices import speaker
from musnad.exchange.composing import case_state
from musnad.exchange.evidence.errors import UploadDiffers, UploadGap
from musnad.exchange.evidence.ports import Report
from musnad.exchange.evidence.sealing import SealingOrder
from musnad.exchange.exhibits import discard_orphans, seal_into_vault, tell_sealed
from musnad.exchange.ports import Ports
from musnad.exchange.sealed_before import sealed_before
from musnad.node.beside import SEALING
from musnad.people.seat import Seat

WORDS = ("description", "device", "place", "note", "under", "sha256")
"""What may be said of a file; ``under`` is the request that it is sealed under, ``sha256`` what it is known to be."""


def begin_sealing(ports: Ports, spool: Spool, upload: Upload, seat: Seat) -> None:
    """Begin to seal a whole upload; ``UploadGap`` while it is not whole, ``FetchingTooMuch``."""
    if not upload.is_complete:
        raise UploadGap(upload.id, upload.offset)
    state = case_state(ports, upload.case)
    under = upload.words.get("under")
    request = state.requests.get(MessageId(under)) if under else None
    author = speaker(ports, seat, request)
    work = sealing_of(ports, spool, upload, author, seat.officer_of(author))
    SEALING.begin(upload.id, work, upload.case)


def sealing_of(
    ports: Ports, spool: Spool, upload: Upload, author: AuthorityId, officer: OfficerName | None
) -> Callable[[Report], str]:
    """The work; it comes to the seal id. Errors as ``seal_into_vault`` and ``tell_sealed``; the upload rests then."""
    state = case_state(ports, upload.case)
    words = upload.words
    under = words.get("under")
    order = SealingOrder(
        sealed_by=author,
        tool=Tool("musnad", __version__),
        description=words["description"],
        exercise=state.exercise,
        officer=officer,
        device=words.get("device"),
        under=MessageId(under) if under is not None and under in state.requests else None,
    )

    def work(report: Report) -> str:
        discard_orphans(ports)
        manifest = sealed_before(ports, upload.case, spool.source(upload.id), order)
        if manifest is None:
            _check_digest(spool, upload)
            manifest = seal_into_vault(ports, spool.source(upload.id), order, report).manifest
        tell_sealed(ports, upload.case, manifest, words.get("note"), None, place=words.get("place"))
        spool.drop(upload.id)
        return manifest.seal

    return work


def _check_digest(spool: Spool, upload: Upload) -> None:
    """Where its SHA-256 was named, what came is held against it before it is sealed."""
    named = upload.words.get("sha256", "").lower().replace(" ", "")
    if named and spool.digest(upload.id) != named:
        raise UploadDiffers(upload.id, 0)
