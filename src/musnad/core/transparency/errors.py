"""What can be wrong with a log, a note, a proof or a tile."""

from __future__ import annotations

from dataclasses import dataclass

from musnad.core.kernel.errors import Malformed, Unavailable, Untrusted


@dataclass(eq=False)
class BadNote(Malformed):
    """The bytes are not a signed note, a signature line or a verifier key (C2SP signed-note)."""

    code = "log.note-malformed"
    remedy = "Fetch the note again; if it repeats, tell the log's operator."
    why: str


@dataclass(eq=False)
class BadCheckpoint(Malformed):
    """The text of a note is not a checkpoint (C2SP tlog-checkpoint), or says what no tree can."""

    code = "log.checkpoint-malformed"
    remedy = "Fetch the checkpoint again; if it repeats, tell the log's operator."
    why: str


@dataclass(eq=False)
class BadTile(Malformed):
    """A tile, an entry bundle or the path of one is not of its form (C2SP tlog-tiles)."""

    code = "log.tile-malformed"
    remedy = "Fetch the tile again; if it repeats, tell the log's operator."
    why: str


@dataclass(eq=False)
class BadSubmission(Malformed):
    """The bytes are not what a witness takes or answers (C2SP tlog-witness)."""

    code = "log.submission-malformed"
    remedy = "Send it again as docs/protocol.md says."
    why: str


@dataclass(eq=False)
class OutOfTree(Malformed):
    """The index or size asked for is not in the tree."""

    code = "log.out-of-tree"
    remedy = "Ask for an index below the size of the newest checkpoint."
    what: str
    asked: int
    size: int


@dataclass(eq=False)
class BadProof(Untrusted):
    """A proof of inclusion or consistency does not lead to the root that it should."""

    code = "log.proof-invalid"
    remedy = "Keep the bytes, call the log's operator and its witnesses: the log may have been rewritten."
    what: str
    why: str


@dataclass(eq=False)
class OtherOrigin(Untrusted):
    """A checkpoint is of another log than the one that was asked for."""

    code = "log.origin-other"
    remedy = "Ask the log that the directory names."
    origin: str
    expected: str


@dataclass(eq=False)
class NotSigned(Untrusted):
    """A checkpoint lacks one of the two signature lines of its log."""

    code = "log.checkpoint-not-signed"
    remedy = "Fetch the checkpoint from the log itself; both of its lines must stand."
    origin: str
    line: str


@dataclass(eq=False)
class NotCosigned(Unavailable):
    """A checkpoint does not bear both lines of the witness that is asked for, at one time."""

    code = "log.checkpoint-not-cosigned"
    remedy = "Wait for the witness to cosign, then fetch the checkpoint again."
    origin: str
    witness: str


@dataclass(eq=False)
class NotASplit(Untrusted):
    """What was shown does not prove that a log signed two heads that cannot both be true."""

    code = "log.not-a-split"
    remedy = "Ask for both signed heads and the path between them; nobody is to be accused by less."
    why: str
