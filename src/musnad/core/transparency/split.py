"""A split view: two heads that one log signed and that cannot both be true, and what proves it to anybody.

Two roots of one size prove it by themselves. Of two sizes, a *path* opens the larger tree at the smaller size: from
its hashes alone both roots follow (``tree.climb``). Where the larger root is the one that the log signed, the path is
what that tree holds, by the hash function; where the smaller root is then another than the log signed, no tree has
both. An honest log can never be shown to have split: its earlier trees are the beginnings of its later ones.

    {"format": "musnad-split/1", "heads": [base64 of a note, twice], "party": code, "path": [base64 of 32 octets]}

The smaller head stands first; of each note the log's own two lines. Spec: docs/protocol.md, "A split view".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field, StrictStr, ValidationError

from musnad.core.kernel.b64 import parse_b64, write_b64
from musnad.core.kernel.errors import BadForm, MusnadError
from musnad.core.kernel.ijson import JsonObject, parse_object, write_canonical
from musnad.core.kernel.names import PartyCode, parse_party
from musnad.core.transparency.checkpoint import Checkpoint, SignedCheckpoint, open_checkpoint
from musnad.core.transparency.errors import BadProof, NotASplit
from musnad.core.transparency.keys import LogVerifyingKey
from musnad.core.transparency.stamped import stamped_octets
from musnad.core.transparency.tree import HASH_OCTETS, PROOF_LIMIT, NodeReader, Proof, climb, climbing_steps

FORMAT = "musnad-split/1"
DOCUMENT_LIMIT_OCTETS = 64 * 1024


@dataclass(frozen=True, slots=True)
class Split:
    """Two verified heads of one log that contradict each other; only ``prove_split`` makes one."""

    older: SignedCheckpoint
    newer: SignedCheckpoint
    path: Proof


@dataclass(frozen=True, slots=True)
class SplitDocument:
    """A proof as it travels: a claim until ``prove`` has judged it."""

    party: PartyCode
    heads: tuple[bytes, bytes]
    path: Proof

    def members(self) -> JsonObject:
        return {
            "format": FORMAT,
            "heads": [write_b64(one) for one in self.heads],
            "party": self.party,
            "path": [write_b64(one) for one in self.path],
        }

    def write(self) -> bytes:
        return write_canonical(self.members())

    def prove(self, log: LogVerifyingKey) -> Split:
        """The split that these heads are of the log with this key.

        Raises ``NotASplit``, and as ``open_checkpoint`` where a head is not signed by that log.
        """
        return prove_split(open_checkpoint(self.heads[0], log), open_checkpoint(self.heads[1], log), self.path)


def prove_split(one: SignedCheckpoint, other: SignedCheckpoint, path: Sequence[bytes]) -> Split:
    """Two heads of one log as a proof of its split, the smaller first; ``NotASplit`` where they may both be true.

    Left to the caller: that both were opened under the key of one log.
    """
    older, newer = sorted((one, other), key=lambda signed: signed.checkpoint.size)
    before, after = older.checkpoint, newer.checkpoint
    if before.size == after.size:
        if path:
            raise NotASplit("a path where the sizes are the same")
        if before.root == after.root:
            raise NotASplit("the two heads agree")
        return Split(older, newer, ())
    if before.size == 0:  # the empty tree is the beginning of every other
        raise NotASplit("the two heads agree")
    if len(path) > PROOF_LIMIT + 1 or any(len(step) != HASH_OCTETS for step in path):
        raise NotASplit("the path does not lead to the larger tree")
    try:
        found = climb(before.size, after.size, path)
    except BadProof as error:
        raise NotASplit("the path does not lead to the larger tree") from error
    if found[1] != after.root:
        raise NotASplit("the path does not lead to the larger tree")
    if found[0] == before.root:
        raise NotASplit("the two heads agree")
    return Split(older, newer, tuple(path))


def path_between(one: Checkpoint, other: Checkpoint, read: NodeReader) -> Proof:
    """The path from the smaller tree's size to the larger's, by the nodes of the larger; empty where they are one size.

    Raises what ``read`` raises.
    """
    older, newer = sorted((one.size, other.size))
    return climbing_steps(older, newer, read) if 0 < older < newer else ()


def write_document(party: PartyCode, split: Split, log: LogVerifyingKey) -> SplitDocument:
    """A proven split as it travels: of the notes only what the log itself signed."""
    older, newer = (stamped_octets(one.raw, log) for one in (split.older, split.newer))
    return SplitDocument(party, (older, newer), split.path)


class _Edge(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    format: StrictStr = Field(pattern=f"^{FORMAT}$")
    heads: list[StrictStr] = Field(min_length=2, max_length=2)
    party: StrictStr
    path: list[StrictStr] = Field(max_length=PROOF_LIMIT + 1)


def parse_document(data: bytes) -> SplitDocument:
    """Read a proof as it travels; ``NotJson``, ``TooLarge`` or ``BadForm``. Nothing is verified."""
    return read_members(parse_object(data, what="split", limit_octets=DOCUMENT_LIMIT_OCTETS))


def read_members(told: JsonObject) -> SplitDocument:
    """The same from its members; ``BadForm``."""
    try:
        edge = _Edge.model_validate(told)
        first, second = (parse_b64(one, what="head") for one in edge.heads)
        path = tuple(parse_b64(one, what="hash", size_octets=HASH_OCTETS) for one in edge.path)
        return SplitDocument(parse_party(edge.party), (first, second), path)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False, include_context=False)[0]
        raise BadForm(".".join(("split", *map(str, found["loc"]))), found["msg"][:200]) from None
    except BadForm:
        raise
    except MusnadError as error:
        raise BadForm("split", error.code) from error
