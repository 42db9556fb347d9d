"""A log's cosigned head inside a dossier: signed by its log, cosigned by others of the case, and by nobody else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from musnad.core.directory.entry import Party
from musnad.core.dossier.errors import NoteLineUnknown
from musnad.core.kernel.errors import BadForm
from musnad.core.kernel.names import PartyCode
from musnad.core.kernel.times import Instant
from musnad.core.transparency.checkpoint import Checkpoint, open_checkpoint
from musnad.core.transparency.cosignature import cosignatures_of
from musnad.core.transparency.errors import BadNote
from musnad.core.transparency.keys import LogVerifyingKey, WitnessVerifyingKey


@dataclass(frozen=True, slots=True)
class OpenedNote:
    """A verified head, and the other Parties whose witness cosigned it, each with the time it states."""

    checkpoint: Checkpoint
    witnessed: tuple[tuple[PartyCode, Instant], ...]


def open_note(data: bytes, owner: Party, others: Sequence[Party]) -> OpenedNote:
    """Verify a head of ``owner``'s log and every line under it.

    A Party's witness never counts for its own log. Left to the caller: that somebody cosigned at all.

    Raises:
        BadNote, BadCheckpoint, OtherOrigin, NotSigned, BadSignature: as ``open_checkpoint`` and ``cosignatures_of``.
        NoteLineUnknown: a line is by nobody of the case, or is not written as it would be here.
    """
    log = LogVerifyingKey(owner.log.name, owner.log.ed25519, owner.log.ml_dsa_44)
    signed = open_checkpoint(data, log)
    if signed.raw != data:
        raise BadNote("not written canonically")
    known = {*log.classical.lines_of(signed.note), *log.quantum.lines_of(signed.note)}
    witnessed: list[tuple[PartyCode, Instant]] = []
    for party in others:
        witness = WitnessVerifyingKey(party.witness.name, party.witness.ed25519, party.witness.ml_dsa_44)
        found = cosignatures_of(signed, [witness])
        witnessed += [(party.code, one.at) for one in found]
        if found:
            known |= {*witness.classical.lines_of(signed.note), *witness.quantum.lines_of(signed.note)}
    for line in signed.note.signatures:
        if line not in known:
            raise NoteLineUnknown(line.name)
    if len(set(signed.note.signatures)) != len(signed.note.signatures):
        raise BadForm("note", "a line stands twice")
    return OpenedNote(signed.checkpoint, tuple(witnessed))
