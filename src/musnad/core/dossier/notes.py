"""A log's cosigned head inside a dossier: signed by its log, cosigned by others of the case, and by nobody else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from musnad.core.directory.entry import Party
from musnad.core.dossier.errors import NoteLineUnknown, NotWitnessed
from musnad.core.kernel.names import PartyCode
from musnad.core.kernel.times import Instant
from musnad.core.transparency.checkpoint import (
    TIME_OCTETS,
    Checkpoint,
    SignedCheckpoint,
    open_checkpoint,
    posix_seconds,
)
from musnad.core.transparency.cosignature import cosignatures_of
from musnad.core.transparency.errors import BadNote
from musnad.core.transparency.keys import LogVerifyingKey, WitnessVerifyingKey
from musnad.core.transparency.note import Note, SignatureLine


@dataclass(frozen=True, slots=True)
class OpenedNote:
    """A verified head, and the other Parties whose witness cosigned it, each with the time it states."""

    checkpoint: Checkpoint
    witnessed: tuple[tuple[PartyCode, Instant], ...]


def open_note(data: bytes, owner: Party, others: Sequence[Party]) -> OpenedNote:
    """Verify a head of ``owner``'s log and every line under it, written the one way that ``tidy_note`` writes it.

    A Party's witness never counts for its own log. Left to the caller: ``require_witnesses``.

    Raises:
        BadNote, BadCheckpoint, OtherOrigin, NotSigned, BadSignature: as ``open_checkpoint`` and ``cosignatures_of``.
        NoteLineUnknown: a line is by nobody of the case, stands twice, or out of order.
    """
    signed = open_checkpoint(data, _log_key(owner))
    due = _due_lines(signed, owner, others)
    for place, line in enumerate(signed.note.signatures):
        if place >= len(due) or line != due[place]:
            raise NoteLineUnknown(line.name)
    if signed.raw != data:
        raise BadNote("not written canonically")
    witnessed = [(party.code, one.at) for party in others for one in cosignatures_of(signed, [_witness_key(party)])]
    return OpenedNote(signed.checkpoint, tuple(witnessed))


def require_witnesses(note: OpenedNote, owner: Party, others: Sequence[Party]) -> None:
    """``NotWitnessed`` unless every other Party of the case cosigned the head.

    Whoever would show another history of that log must then have the help of them all; with two Parties, of the other.
    """
    seen = {party for party, _ in note.witnessed}
    lacking = sorted(party.code for party in others if party.code not in seen)
    if lacking:
        raise NotWitnessed(owner.code, ", ".join(lacking))


def tidy_note(data: bytes, owner: Party, others: Sequence[Party]) -> bytes:
    """The same head with only the lines that prove something: the log's two, and each other Party's earliest two.

    So that nobody without a key can reorder, repeat or add lines unseen. Errors as ``open_note``, without the last.
    """
    signed = open_checkpoint(data, _log_key(owner))
    return Note(signed.note.text, _due_lines(signed, owner, others)).write()


def _due_lines(signed: SignedCheckpoint, owner: Party, others: Sequence[Party]) -> tuple[SignatureLine, ...]:
    log, note = _log_key(owner), signed.note
    lines = [*log.classical.lines_of(note)[:1], *log.quantum.lines_of(note)[:1]]
    for party in sorted(others, key=lambda one: one.code):
        witness = _witness_key(party)
        for found in cosignatures_of(signed, [witness]):
            stamp = posix_seconds(found.at).to_bytes(TIME_OCTETS, "big")
            for key in (witness.classical, witness.quantum):
                lines += [line for line in key.lines_of(note) if line.value.startswith(stamp)][:1]
    return tuple(lines)


def _log_key(party: Party) -> LogVerifyingKey:
    return LogVerifyingKey(party.log.name, party.log.ed25519, party.log.ml_dsa_44)


def _witness_key(party: Party) -> WitnessVerifyingKey:
    return WitnessVerifyingKey(party.witness.name, party.witness.ed25519, party.witness.ml_dsa_44)
