"""What a witness is asked and how it decides: ``add-checkpoint`` of C2SP tlog-witness.

The decision is a value over what is held; the shell reads what is held, stores what is decided and only then answers,
all in one transaction, or two requests could roll a log back between them.

    Cosign   store ``signed`` as held, sign it with ``cosignature.cosign``, answer 200 with the lines
    Conflict answer 409 with the size held: the log asked from another one, and asks again
    Fork     answer 409, keep both notes and tell oversight: the log signed two trees of one size
    BadProof answer 422 and keep the note: the log may have been rewritten

An unknown origin (404) is seen before: the shell looks up the log's key by ``claimed_origin``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from musnad.core.kernel.b64 import parse_b64, write_b64
from musnad.core.kernel.errors import BadForm, TooLarge
from musnad.core.transparency.checkpoint import Checkpoint, SignedCheckpoint, open_checkpoint, parse_checkpoint
from musnad.core.transparency.errors import BadSubmission
from musnad.core.transparency.keys import LogVerifyingKey
from musnad.core.transparency.note import NOTE_LIMIT_OCTETS, parse_note
from musnad.core.transparency.tree import EMPTY_ROOT, HASH_OCTETS, PROOF_LIMIT, SIZE_LIMIT, Proof, verify_consistency

SUBMISSION_LIMIT_OCTETS = NOTE_LIMIT_OCTETS + 4096
CONFLICT_TYPE = "text/x.tlog.size"
_OLD = re.compile(rb"old (0|[1-9][0-9]{0,18})")
_SIZE = re.compile(rb"(0|[1-9][0-9]{0,18})\n")


@dataclass(frozen=True, slots=True)
class Submission:
    """The body of ``add-checkpoint``: the size that the witness last cosigned, the proof from it, and the note."""

    old_size: int
    proof: Proof
    note: bytes

    def write(self) -> bytes:
        proof = "".join(f"{write_b64(one)}\n" for one in self.proof)
        return f"old {self.old_size}\n{proof}\n".encode() + self.note


@dataclass(frozen=True, slots=True)
class Cosign:
    """The checkpoint follows from what is held; it becomes what is held."""

    signed: SignedCheckpoint


@dataclass(frozen=True, slots=True)
class Conflict:
    """The submission starts from another size than the one held."""

    size: int

    def write(self) -> bytes:
        """The body of the answer, of type ``CONFLICT_TYPE``."""
        return f"{self.size}\n".encode()


@dataclass(frozen=True, slots=True)
class Fork:
    """The log has signed another root at the size held: proof that it shows two trees."""

    held: Checkpoint
    shown: SignedCheckpoint

    def write(self) -> bytes:
        """The body of the answer, as a ``Conflict``'s."""
        return Conflict(self.held.size).write()


def parse_submission(data: bytes) -> Submission:
    """Parse the body of ``add-checkpoint``; the note in it is not yet opened.

    Raises:
        TooLarge: more than ``SUBMISSION_LIMIT_OCTETS``.
        BadSubmission: not an old size, at most 63 hashes, an empty line and a note.
    """
    if len(data) > SUBMISSION_LIMIT_OCTETS:
        raise TooLarge("submission", len(data), SUBMISSION_LIMIT_OCTETS)
    head, empty_line, note = data.partition(b"\n\n")
    first, *rest = head.split(b"\n")
    old = _OLD.fullmatch(first)
    if not empty_line or old is None or int(old[1]) > SIZE_LIMIT:
        raise BadSubmission("it does not begin with the old size, a proof and an empty line")
    if len(rest) > PROOF_LIMIT:
        raise BadSubmission("more than 63 hashes")
    try:
        proof = tuple(parse_b64(line.decode("ascii"), what="hash", size_octets=HASH_OCTETS) for line in rest)
    except (BadForm, UnicodeDecodeError) as error:
        raise BadSubmission("a line of the proof is not the base64 of a hash") from error
    return Submission(int(old[1]), proof, note)


def claimed_origin(submission: Submission) -> str:
    """The origin that the note claims, to look up the log's key by; nothing is verified.

    Raises ``TooLarge``, ``BadNote`` or ``BadCheckpoint``.
    """
    return parse_checkpoint(parse_note(submission.note).text).origin


def judge_submission(submission: Submission, held: Checkpoint | None, log: LogVerifyingKey) -> Cosign | Conflict | Fork:
    """Whether a witness that holds ``held`` of a log (``None``: it never cosigned one) cosigns the submission.

    1. The note is a checkpoint of the log, signed by both its halves. 2. The old size is not past its size. 3. The old
    size is the one held. 4. Where that is also the checkpoint's size, the roots are one. 5. The proof holds.

    Raises:
        TooLarge, BadNote, BadCheckpoint, OtherOrigin, BadSignature, NotSigned: 1 (403). BadSubmission: 2 (400).
        BadProof: 5 (422).
    """
    signed = open_checkpoint(submission.note, log)  # 1
    shown = signed.checkpoint
    if submission.old_size > shown.size:  # 2
        raise BadSubmission("the old size is past the checkpoint's")
    before = held or Checkpoint(shown.origin, 0, EMPTY_ROOT)
    if submission.old_size != before.size:  # 3
        return Conflict(before.size)
    if shown.size == before.size and shown.root != before.root:  # 4
        return Fork(before, signed)
    verify_consistency(before.size, shown.size, submission.proof, before.root, shown.root)  # 5
    return Cosign(signed)


def parse_conflict(data: bytes) -> Conflict:
    """The size that a witness answered with 409; ``BadSubmission`` unless it is a decimal number and a newline."""
    found = _SIZE.fullmatch(data)
    if found is None or int(found[1]) > SIZE_LIMIT:
        raise BadSubmission("not a size and a newline")
    return Conflict(int(found[1]))
