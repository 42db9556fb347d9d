"""Checkpoints: what a log says its tree is, signed by both halves of its key (C2SP tlog-checkpoint).

The text is three lines: origin, size, base64 of the root. Extension lines, which the ML-DSA-44 line would not cover,
are refused. Under it stand the log's Ed25519 line (over the text) and its ML-DSA-44 line (over the
``cosigned_message`` of C2SP tlog-cosignature, with a time); lines of others are kept and ignored.

Left to the caller: never to sign two checkpoints that no consistency proof joins, and to judge the time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from musnad.core.crypto.errors import BadSignature
from musnad.core.crypto.signing import sign_ed25519, sign_ml_dsa_44, verify_ed25519, verify_ml_dsa_44
from musnad.core.kernel.b64 import parse_b64, write_b64
from musnad.core.kernel.errors import BadForm
from musnad.core.kernel.times import Instant, instant
from musnad.core.transparency.errors import BadCheckpoint, BadNote, NotSigned, OtherOrigin
from musnad.core.transparency.keys import LogSigningKey, LogVerifyingKey
from musnad.core.transparency.note import Note, SignatureLine, VerifierKey, check_name, parse_note
from musnad.core.transparency.tree import EMPTY_ROOT, HASH_OCTETS, SIZE_LIMIT

TIME_OCTETS = 8
_SUBTREE_LABEL = b"subtree/v1\n\0"
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The tree of one log at one size; by itself only a claim."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{write_b64(self.root)}\n"


@dataclass(frozen=True, slots=True)
class SignedCheckpoint:
    """A checkpoint whose log has signed it with both halves; only ``open_checkpoint`` and its kin make one.

    ``at`` is the log's own word, or ``None`` where it says no time: cosignatures bound time, it does not.
    """

    checkpoint: Checkpoint
    at: Instant | None
    note: Note

    @property
    def raw(self) -> bytes:
        """The note's bytes, as received."""
        return self.note.write()


def checkpoint(origin: str, size: int, root: bytes) -> Checkpoint:
    """A checkpoint from its parts; ``BadCheckpoint`` where they cannot be one of a tree."""
    try:
        check_name(origin)
    except BadNote as error:
        raise BadCheckpoint("the origin is not 1 to 255 octets without white space or plus sign") from error
    if not 0 <= size <= SIZE_LIMIT:
        raise BadCheckpoint("the size is not 0 to 2^63-1")
    if len(root) != HASH_OCTETS:
        raise BadCheckpoint("the root is not 32 octets")
    if size == 0 and root != EMPTY_ROOT:
        raise BadCheckpoint("the root of an empty tree is another")
    return Checkpoint(origin, size, root)


def parse_checkpoint(text: str) -> Checkpoint:
    """A checkpoint from a note's text; ``BadCheckpoint`` unless it is exactly the three lines."""
    lines = text.split("\n")
    if len(lines) != 4 or lines[3]:
        raise BadCheckpoint("not the three lines origin, size and root")
    origin, size, root = lines[:3]
    if not _SIZE.fullmatch(size):
        raise BadCheckpoint("the size is not a decimal number")
    try:
        return checkpoint(origin, int(size), parse_b64(root, what="root"))
    except BadForm as error:
        raise BadCheckpoint("the root is not canonical base64") from error


def sign_checkpoint(tree: Checkpoint, key: LogSigningKey, at: Instant) -> SignedCheckpoint:
    """Sign ``tree`` with both halves of its log's key; ``.raw`` is what is served.

    Raises:
        OtherOrigin: the key is of another log.
        BadCheckpoint: ``tree`` cannot be a checkpoint.
    """
    checkpoint(tree.origin, tree.size, tree.root)
    if tree.origin != key.name:
        raise OtherOrigin(tree.origin, key.name)
    public, seconds = key.public, posix_seconds(at)
    classical = sign_ed25519(key.ed25519_seed, tree.text.encode("utf-8"))
    quantum = sign_ml_dsa_44(key.ml_dsa_44_seed, cosigned_message(tree, key.name, seconds))
    lines = (
        SignatureLine(key.name, public.classical.key_id, classical),
        SignatureLine(key.name, public.quantum.key_id, seconds.to_bytes(TIME_OCTETS, "big") + quantum),
    )
    return SignedCheckpoint(tree, at, Note(tree.text, lines))


def open_checkpoint(data: bytes, log: LogVerifyingKey) -> SignedCheckpoint:
    """The checkpoint in a note, if the log ``log`` has signed it with both halves.

    1. The bytes are a note; 2. its text is a checkpoint; 3. of this log. 4. Every line by either key of the log
    verifies. 5. There is one of each.

    Raises:
        TooLarge, BadNote, BadCheckpoint: 1 and 2. OtherOrigin: 3. BadSignature: 4. NotSigned: 5.
    """
    note = parse_note(data)  # 1
    tree = parse_checkpoint(note.text)  # 2
    if tree.origin != log.name:  # 3
        raise OtherOrigin(tree.origin, log.name)
    what = f"checkpoint of {tree.origin}"
    classical, quantum = log.classical.lines_of(note), log.quantum.lines_of(note)
    for line in classical:  # 4
        verify_ed25519(log.ed25519, line.value, tree.text.encode("utf-8"), what=what)
    times = [verify_quantum_line(line, tree, log.quantum) for line in quantum]
    if not classical:  # 5
        raise NotSigned(tree.origin, "ed25519")
    if not times:
        raise NotSigned(tree.origin, "ml-dsa-44")
    return SignedCheckpoint(tree, times[0], note)


def cosigned_message(tree: Checkpoint, cosigner: str, seconds: int) -> bytes:
    """What an ML-DSA-44 line signs: the ``cosigned_message`` of C2SP tlog-cosignature, with ``start`` 0."""
    name, origin = cosigner.encode("utf-8"), tree.origin.encode("utf-8")
    return b"".join(
        (
            _SUBTREE_LABEL,
            bytes([len(name)]) + name,
            seconds.to_bytes(8, "big"),
            bytes([len(origin)]) + origin,
            (0).to_bytes(8, "big"),
            tree.size.to_bytes(8, "big"),
            tree.root,
        )
    )


def verify_quantum_line(line: SignatureLine, tree: Checkpoint, key: VerifierKey) -> Instant | None:
    """The time that an ML-DSA-44 line of ``key`` states, ``None`` for none; ``BadSignature`` unless it verifies."""
    seconds, signature = timestamped(line, key)
    message = cosigned_message(tree, key.name, seconds)
    verify_ml_dsa_44(key.public, signature, message, what=f"cosignature by {key.name}")
    return instant_of(seconds, key)


def timestamped(line: SignatureLine, key: VerifierKey) -> tuple[int, bytes]:
    """The seconds and the signature of a ``timestamped_signature``; ``BadSignature`` where they cannot be."""
    seconds = int.from_bytes(line.value[:TIME_OCTETS], "big")
    if len(line.value) <= TIME_OCTETS or seconds > SIZE_LIMIT:
        raise BadSignature(f"cosignature by {key.name}")
    return seconds, line.value[TIME_OCTETS:]


def instant_of(seconds: int, key: VerifierKey) -> Instant | None:
    """POSIX seconds as an instant, ``None`` for 0, which states no time; ``BadSignature`` past the year 9999."""
    if seconds == 0:
        return None
    try:
        return instant(datetime.fromtimestamp(seconds, UTC))
    except (OverflowError, ValueError, OSError) as error:
        raise BadSignature(f"cosignature by {key.name}") from error


def posix_seconds(at: Instant) -> int:
    """An instant as POSIX seconds; ``BadForm`` before or at the epoch, which would state no time."""
    seconds = int(at.timestamp())
    if seconds <= 0:
        raise BadForm("time", "not after 1970-01-01T00:00:00Z")
    return seconds
