"""The wire within one process: it calls the peer's use cases as the peer's gate would, and can be made to misbehave."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

from musnad.core.directory.entry import Party
from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.names import AuthorityId, Digest, MessageId, PartyCode, SealId
from musnad.core.messages.receipt import Place
from musnad.core.transparency.tiles import build_tile, parse_tile_path, write_bundle
from musnad.exchange.admission import admit_envelope
from musnad.exchange.errors import PeerGarbage, PeerRefused, PeerUnreachable
from musnad.exchange.evidence.ports import RangeReader, RangeStream
from musnad.exchange.evidence.vault import read_manifest, read_range
from musnad.exchange.exhibits import may_be_served
from musnad.exchange.ports import Ports
from musnad.exchange.receipts import receipts_for
from musnad.exchange.splits import hear_of_split
from musnad.exchange.witnessing import answer_submission

NOT_FOUND = "request.not-found"
PIECE_OCTETS = 64 * 1024

Peers = Callable[[PartyCode], Ports]
"""The peer's ports as they are now; it may have been started again since."""


@dataclass(slots=True)
class WireFaults:
    """What goes wrong on one node's side of the wire, until it is switched off again."""

    down: set[PartyCode] = field(default_factory=set)
    """These do not answer at all: nothing arrives."""
    garbage: set[PartyCode] = field(default_factory=set)
    """These answer something else."""
    drop_answers: int = 0
    """So many of the next things arrive, and their answers do not."""
    duplicate: bool = False
    """Everything delivered arrives twice."""
    cut_after_octets: int | None = None
    """Bodies of exhibits end after so many octets."""
    delivered: list[tuple[PartyCode, bytes]] = field(default_factory=list)
    """Every envelope that arrived, for a test to send again."""


class MemoryWire:
    """``exchange.ports.Wire`` between nodes of one process."""

    def __init__(self, peers: Peers, faults: WireFaults | None = None) -> None:
        self._peers = peers
        self.faults = faults or WireFaults()

    def deliver(self, party: Party, envelope: bytes, author_place: Place) -> tuple[bytes, ...]:
        with self._answering(party) as peer:
            self.faults.delivered.append((party.code, envelope))
            receipts = admit_envelope(peer, envelope, author_place).receipts
            if self.faults.duplicate:
                receipts = admit_envelope(peer, envelope, author_place).receipts
        return (b"garbage",) if party.code in self.faults.garbage else receipts

    def manifest(self, party: Party, asker: AuthorityId, seal: SealId) -> bytes:
        with self._answering(party) as peer:
            if not may_be_served(peer, seal, asker):
                raise PeerRefused(party.code, NOT_FOUND)
            answer = read_manifest(peer.vault, seal)
        return b"garbage" if party.code in self.faults.garbage else answer

    def exhibit(self, party: Party, asker: AuthorityId, seal: SealId) -> RangeReader:
        return _Ranges(self, party, asker, seal)

    def exhibit_range(
        self, party: Party, asker: AuthorityId, seal: SealId, member: Literal["data", "index"], first: int, length: int
    ) -> bytes:
        """The body of one answer to a range request."""
        with self._answering(party) as peer:
            if not may_be_served(peer, seal, asker):
                raise PeerRefused(party.code, NOT_FOUND)
            answer = read_range(peer.vault, seal, member, first, length)
        return bytes(length) if party.code in self.faults.garbage else answer[: self.faults.cut_after_octets]

    def tile(self, party: Party, path: str) -> bytes:
        with self._answering(party) as peer:
            wanted, journal = parse_tile_path(path), peer.journal
            if wanted.level is None:
                start = wanted.index * 256
                return write_bundle(journal.leaf_entries(start, start + wanted.width))
            return build_tile(wanted, journal.log_size(), journal.tree_node)

    def directory_set(self, party: Party, snapshot: Digest) -> Mapping[str, bytes]:
        with self._answering(party) as peer:
            if not peer.directories.holds(snapshot):
                raise PeerRefused(party.code, NOT_FOUND)
            files = dict(peer.directories.bundle(snapshot))
        return {"garbage": b""} if party.code in self.faults.garbage else files

    def receipts(self, party: Party, asker: AuthorityId, message: MessageId) -> tuple[bytes, ...]:
        with self._answering(party) as peer:
            found = receipts_for(peer, message, asker)
            if found is None:
                raise PeerRefused(party.code, NOT_FOUND)
        return (b"garbage",) if party.code in self.faults.garbage else found

    def checkpoint(self, party: Party) -> bytes:
        with self._answering(party) as peer:
            head = peer.journal.head()
            if head is None:
                raise PeerRefused(party.code, NOT_FOUND)
        return b"garbage" if party.code in self.faults.garbage else head.note

    def witnessed(self, party: Party, of: PartyCode) -> bytes:
        with self._answering(party) as peer:
            head = peer.journal.peer_head(of)
            if head is None:
                raise PeerRefused(party.code, NOT_FOUND)
        return b"garbage" if party.code in self.faults.garbage else head.note

    def tell_split(self, party: Party, proof: bytes) -> None:
        with self._answering(party) as peer:
            hear_of_split(peer, proof)

    def submit_checkpoint(self, party: Party, submission: bytes) -> tuple[int, bytes]:
        with self._answering(party) as peer:
            said = answer_submission(peer, submission)
        return (200, b"garbage\n") if party.code in self.faults.garbage else (said.status, said.body)

    @contextmanager
    def _answering(self, party: Party) -> Iterator[Ports]:
        """The peer's side; what it refuses becomes ``PeerRefused`` with its code, as over HTTP."""
        if party.code in self.faults.down:
            raise PeerUnreachable(party.code, "down")
        try:
            yield self._peers(party.code)
        except (PeerRefused, PeerUnreachable, PeerGarbage):
            raise
        except MusnadError as error:
            raise PeerRefused(party.code, error.code) from error
        if self.faults.drop_answers:
            self.faults.drop_answers -= 1
            raise PeerUnreachable(party.code, "the answer was lost")


@dataclass(frozen=True, slots=True)
class _Ranges:
    wire: MemoryWire
    party: Party
    asker: AuthorityId
    seal: SealId

    def open(self, member: Literal["data", "index"], first: int, length: int) -> RangeStream:
        return _Body(self.wire.exhibit_range(self.party, self.asker, self.seal, member, first, length))


class _Body:
    """``RangeStream`` over octets, in pieces."""

    def __init__(self, octets: bytes) -> None:
        self._octets = octets
        self._at = 0

    def readinto(self, buffer: memoryview, /) -> int:
        piece = self._octets[self._at : self._at + min(len(buffer), PIECE_OCTETS)]
        buffer[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def close(self) -> None:
        """Nothing to let go of."""
