"""Dossiers that were made at the desk: beside the request, closed at rest, given as a file, and soon forgotten.

A dossier holds evidence in plain. While it is written it stands in a folder that the node alone may read; as soon as it
is whole and proven it rests closed, chunk by chunk, like an upload, and its plain file is gone.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from musnad.adapters.vault import spool as spools
from musnad.adapters.vault.spool import Spool, Upload
from musnad.adapters.vault.storage import as_storage
from musnad.core.kernel.names import AuthorityId, CaseRef, MessageId, OfficerName
from musnad.core.messages.bodies import Use
from musnad.desk import house
from musnad.exchange.audit import note
from musnad.exchange.errors import NotWitnessed
from musnad.exchange.evidence.ports import Report
from musnad.exchange.export import finish_export, prepare_export
from musnad.exchange.ports import Ports
from musnad.node.beside import EXPORTING
from musnad.node.resting import DOSSIERS, MAKING

WAIT_SECONDS = 120.0
"""How long the cosignatures of the logs' heads are waited for."""
PAUSE_SECONDS = 0.3


def shelf() -> Spool:
    """Where this node's dossiers rest."""
    return Spool(house.folder() / DOSSIERS, house.rest_key(), house.ports().entropy)


def resting(case: CaseRef) -> dict[MessageId, Upload]:
    """The dossiers of a case that are whole, by their exports."""
    found = (one for one in shelf().all() if one.case == case and one.is_complete)
    return {MessageId(one.words["export"]): one for one in found}


def preparing(case: CaseRef, by: str) -> str:
    """What the preparing of an export is called while it is under way: each person's own."""
    return f"{case} {by}"


def begin_preparing(
    ports: Ports,
    case: CaseRef,
    author: AuthorityId,
    officers: tuple[OfficerName, ...],
    by: str,
    *,
    with_content: bool,
    use: Use | None,
) -> None:
    """Begin to gather the case and have its logs proven; it comes to the draft. ``FetchingTooMuch``."""

    def work(_: Report) -> str:
        draft = prepare_export(ports, case, author, officers, with_content=with_content, pause=_patience(case), use=use)
        about = {"draft": draft.id, "content": "whole" if with_content else "manifests"}
        note(ports, "export-prepared", by=by, case=case, about=about, authority=author)
        return draft.id

    EXPORTING.begin(preparing(case, by), work)


def begin_making(ports: Ports, case: CaseRef, export: MessageId, by: str) -> None:
    """Begin to write the dossier of an approved export, anew where one rests already. ``FetchingTooMuch``."""
    kept, folder = shelf(), house.folder() / MAKING

    def work(report: Report) -> str:
        with _plain(folder, export) as sink:
            finish_export(ports, export, sink, pause=_patience(case), report=report)
            before = [one.id for one in kept.all() if one.words.get("export") == export]
            made = _put_away(kept, case, export, sink, by)
        for one in before:
            kept.drop(one)
        about = {"message": export, "octets": str(made.size_octets)}
        note(ports, "dossier-made", by=by, case=case, about=about)
        return made.id

    EXPORTING.begin(export, work)


def chunks_of(kept: Spool, dossier: Upload) -> Iterator[bytes]:
    """What a dossier holds, a chunk at a time; ends short by ``DamagedUpload``."""
    return (kept.chunk(dossier, number) for number in range(dossier.chunks))


def _put_away(kept: Spool, case: CaseRef, export: MessageId, plain: Path, by: str) -> Upload:
    with as_storage("dossier"):
        size = plain.stat().st_size
    made = kept.begin(case, f"musnad-{case[:12]}.zip", size, by, {"export": export})
    with as_storage("dossier"), plain.open("rb") as stream:
        at = 0
        while octets := stream.read(spools.CHUNK_OCTETS):
            at = kept.put(made.id, at, octets)
    return kept.find(made.id)


@contextmanager
def _plain(folder: Path, export: MessageId) -> Iterator[Path]:
    """The path that a dossier is written to; nothing stands there, or beside it, before and after."""
    with as_storage("dossier"):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _clear(folder, lambda name: not _is_under_way(name))
    sink = folder / f"{export}.zip"
    try:
        with as_storage("dossier"):
            yield sink
    finally:
        _clear(folder, lambda name: name == export)


def _clear(folder: Path, unwanted: Callable[[str], bool]) -> None:
    for one in folder.iterdir():
        if unwanted(one.name.partition(".")[0]):
            with suppress(FileNotFoundError):
                one.unlink()


def _is_under_way(export: str) -> bool:
    standing = EXPORTING.standing(export)
    return standing is not None and standing.under_way


def _patience(case: CaseRef) -> Callable[[], None]:
    until = time.monotonic() + WAIT_SECONDS

    def pause() -> None:
        if time.monotonic() > until:
            raise NotWitnessed(case)
        time.sleep(PAUSE_SECONDS)

    return pause
