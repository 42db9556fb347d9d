"""Cosignatures: a witness's word that it saw this tree at this time, and nothing that contradicts it (C2SP
tlog-cosignature).

A witness signs two lines at one time, Ed25519 cosignature/v1 and ML-DSA-44. It counts only when both stand, verify
and state the same time: who breaks one scheme, or strips one line, gains nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from musnad.core.crypto.signing import sign_ed25519, sign_ml_dsa_44, verify_ed25519
from musnad.core.kernel.times import Instant
from musnad.core.transparency.checkpoint import (
    TIME_OCTETS,
    Checkpoint,
    SignedCheckpoint,
    cosigned_message,
    instant_of,
    posix_seconds,
    timestamped,
    verify_quantum_line,
)
from musnad.core.transparency.errors import BadNote, NotCosigned
from musnad.core.transparency.keys import WitnessSigningKey, WitnessVerifyingKey
from musnad.core.transparency.note import SIGNATURE_LIMIT, Note, SignatureLine, VerifierKey


@dataclass(frozen=True, slots=True)
class Cosignature:
    """A witness saw the checkpoint no later than ``at``, by its own clock."""

    name: str
    at: Instant


def cosign(signed: SignedCheckpoint, key: WitnessSigningKey, at: Instant) -> tuple[SignatureLine, SignatureLine]:
    """Both lines of a witness under ``signed``; only once ``witness.judge_submission`` said ``Cosign`` and it is kept.

    ``note.write_lines`` makes the answer of tlog-witness of them. Raises ``BadForm`` where ``at`` is no POSIX time.
    """
    tree, public, seconds = signed.checkpoint, key.public, posix_seconds(at)
    stamp = seconds.to_bytes(TIME_OCTETS, "big")
    classical = sign_ed25519(key.ed25519_seed, cosignature_v1_message(tree, seconds))
    quantum = sign_ml_dsa_44(key.ml_dsa_44_seed, cosigned_message(tree, key.name, seconds))
    return (
        SignatureLine(key.name, public.classical.key_id, stamp + classical),
        SignatureLine(key.name, public.quantum.key_id, stamp + quantum),
    )


def add_cosignatures(
    signed: SignedCheckpoint, lines: Iterable[SignatureLine], witness: WitnessVerifyingKey
) -> SignedCheckpoint:
    """``signed`` with those of ``lines`` that are by ``witness``; lines of anyone else are dropped.

    Raises:
        BadSignature: a line by the witness's key does not verify; nothing is added.
        BadNote: there would be more than ``SIGNATURE_LIMIT`` lines.
    """
    answer = Note(signed.note.text, tuple(lines))
    _times(signed.checkpoint, answer, witness)
    offered = (*witness.classical.lines_of(answer), *witness.quantum.lines_of(answer))
    added = tuple(line for line in dict.fromkeys(offered) if line not in signed.note.signatures)
    if len(signed.note.signatures) + len(added) > SIGNATURE_LIMIT:
        raise BadNote("too many signature lines")
    return replace(signed, note=replace(signed.note, signatures=signed.note.signatures + added))


def cosignatures_of(signed: SignedCheckpoint, witnesses: Iterable[WitnessVerifyingKey]) -> tuple[Cosignature, ...]:
    """The witnesses that cosigned with both lines at one time, the earliest such time each.

    Raises:
        BadSignature: a line by a key of ``witnesses`` does not verify; the note as a whole is not to be used.
    """
    found = []
    for witness in witnesses:
        at = min(_times(signed.checkpoint, signed.note, witness), default=None)
        if at is not None:
            found.append(Cosignature(witness.name, at))
    return tuple(found)


def verify_cosigned(signed: SignedCheckpoint, witness: WitnessVerifyingKey) -> Cosignature:
    """The cosignature of one witness.

    Raises:
        NotCosigned: the witness has not put both lines at one time. BadSignature: one does not verify.
    """
    for cosignature in cosignatures_of(signed, (witness,)):
        return cosignature
    raise NotCosigned(signed.checkpoint.origin, witness.name)


def cosignature_v1_message(tree: Checkpoint, seconds: int) -> bytes:
    """What an Ed25519 cosignature/v1 line signs."""
    return f"cosignature/v1\ntime {seconds}\n{tree.text}".encode()


def _times(tree: Checkpoint, note: Note, witness: WitnessVerifyingKey) -> frozenset[Instant]:
    """The times at which both keys of ``witness`` signed; every line by either is verified."""
    classical = {_classical(line, tree, witness.classical) for line in witness.classical.lines_of(note)}
    quantum = {verify_quantum_line(line, tree, witness.quantum) for line in witness.quantum.lines_of(note)}
    return frozenset(at for at in classical & quantum if at is not None)


def _classical(line: SignatureLine, tree: Checkpoint, key: VerifierKey) -> Instant | None:
    seconds, signature = timestamped(line, key)
    verify_ed25519(key.public, signature, cosignature_v1_message(tree, seconds), what=f"cosignature by {key.name}")
    return instant_of(seconds, key)
