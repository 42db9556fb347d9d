"""The log's heads: sign one, have the peers cosign it, cosign theirs, and make proofs from either log.

A head is signed only over what is durable, and never two that no consistency proof joins: the tree only grows, and its
nodes stand in the same transaction as the entries. What a peer's log showed is kept; a fork is kept as proof.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from musnad.core.directory.entry import Party
from musnad.core.directory.judge import Directory
from musnad.core.kernel.errors import Malformed, MusnadError, Untrusted
from musnad.core.kernel.names import PartyCode
from musnad.core.transparency.checkpoint import checkpoint, open_checkpoint, sign_checkpoint
from musnad.core.transparency.cosignature import add_cosignatures, cosign, cosignatures_of
from musnad.core.transparency.errors import BadProof, NotASplit
from musnad.core.transparency.keys import LogVerifyingKey
from musnad.core.transparency.note import parse_lines, write_lines
from musnad.core.transparency.split import Split, prove_split
from musnad.core.transparency.tiles import tile_reader
from musnad.core.transparency.tree import NodeReader, Proof, consistency_proof, inclusion_proof, root
from musnad.core.transparency.witness import (
    Conflict,
    Cosign,
    Fork,
    Submission,
    claimed_origin,
    judge_submission,
    parse_conflict,
    parse_submission,
)
from musnad.exchange.errors import NotWitnessed, PeerGarbage, PeerRefused, UnknownLog
from musnad.exchange.journal import Head
from musnad.exchange.log_keys import log_key, witness_key
from musnad.exchange.ports import Ports
from musnad.exchange.splits import keep_split


@dataclass(frozen=True, slots=True)
class Answer:
    """What the witness door says: an HTTP status and a body."""

    status: int
    body: bytes


def sign_head(ports: Ports) -> Head | None:
    """Sign the log's present size, if it grew since the last signed head; the newest head, or None for an empty log."""
    held, size = ports.journal.head(), ports.journal.log_size()
    if size == 0 or (held is not None and held.size == size):
        return held
    tree_root = root(size, ports.journal.tree_node)
    signed = sign_checkpoint(checkpoint(ports.keys.log.name, size, tree_root), ports.keys.log, ports.clock.now())
    head = Head(size, tree_root, signed.raw)
    ports.steps.reached("head.signed", "before")
    with ports.journal.begin() as transaction:
        transaction.put_head(head)
    ports.steps.reached("head.signed", "after")
    return head


def seek_cosignatures(ports: Ports, parties: Iterable[PartyCode] | None = None) -> Head | None:
    """Have every peer (or the named ones) cosign the newest head; what a peer cannot do now is left for later."""
    head = sign_head(ports)
    if head is None:
        return None
    directory = ports.directories.current()
    wanted = set(parties) if parties is not None else {one.code for one in directory.parties} - {ports.party}
    for party in sorted(wanted):
        if not is_cosigned_by(head, directory.party(ports.party), directory.party(party)):
            try:
                head = cosigned_by(ports, head, directory, party)
            except MusnadError:
                if parties is not None:
                    raise
    return head


def cosigned_by(ports: Ports, head: Head, directory: Directory, party: PartyCode) -> Head:
    """Ask one peer to cosign ``head``; the head with its lines, stored.

    Raises ``PeerUnreachable``, ``PeerRefused`` or ``PeerGarbage``.
    """
    peer, ours = directory.party(party), directory.party(ports.party)
    old = 0
    for _ in range(3):
        proof = consistency_proof(old, head.size, ports.journal.tree_node) if 0 < old < head.size else ()
        status, body = ports.wire.submit_checkpoint(peer, Submission(old, proof, head.note).write())
        if status == 409:
            old = parse_conflict(body).size
            if old > head.size:
                raise PeerGarbage(party, "a cosigned size past the log's own")
            continue
        if status != 200:
            raise PeerRefused(party, f"witness.{status}")
        witness = witness_key(peer.witness)
        signed = add_cosignatures(open_checkpoint(head.note, log_key(ours.log)), parse_lines(body), witness)
        if not cosignatures_of(signed, [witness]):
            raise PeerGarbage(party, "cosignature")
        return _keep_cosigned(ports, replace(head, note=signed.raw), ours, peer)
    raise PeerRefused(party, "witness.409")


def _keep_cosigned(ports: Ports, head: Head, ours: Party, peer: Party) -> Head:
    """Store a peer's lines beside those that another worker stored meanwhile."""
    witness, log = witness_key(peer.witness), log_key(ours.log)
    ports.steps.reached("head.cosigned", "before")
    with ports.journal.begin() as transaction:
        transaction.log_size()  # nobody else writes from here on
        held = ports.journal.head()
        if held is not None and held.size == head.size:
            lines = open_checkpoint(head.note, log).note.signatures
            merged = add_cosignatures(open_checkpoint(held.note, log), lines, witness)
            head = replace(held, note=merged.raw)
        transaction.put_head(head)
    ports.steps.reached("head.cosigned", "after")
    return head


def is_cosigned_by(head: Head, ours: Party, peer: Party) -> bool:
    """Whether the head carries both cosignature lines of the peer's witness."""
    signed = open_checkpoint(head.note, log_key(ours.log))
    return bool(cosignatures_of(signed, [witness_key(peer.witness)]))


def answer_submission(ports: Ports, body: bytes) -> Answer:
    """The witness's side of add-checkpoint: cosign a peer's head if it only grew, and keep it.

    Where the submission proves that the peer's log has split, the proof is kept before the answer is given.

    Raises ``UnknownLog`` for any but another Party's log, and what ``judge_submission`` raises; the gate maps codes to
    statuses.
    """
    submission = parse_submission(body)
    origin = claimed_origin(submission)
    directory = ports.directories.current()
    peer = next((one for one in directory.parties if one.log.name == origin), None)
    if peer is None or peer.code == ports.party:
        raise UnknownLog(origin)
    ports.steps.reached("peer-head.cosigned", "before")
    answer, split = Answer(409, b""), None
    with ports.journal.begin() as transaction:
        known = transaction.peer_head(peer.code)
        held = None if known is None else checkpoint(origin, known.size, known.root)
        verdict: Cosign | Conflict | Fork | BadProof
        try:
            verdict = judge_submission(submission, held, log_key(peer.log))
        except BadProof as error:
            verdict = error
        match verdict:
            case Conflict():
                answer = Answer(409, verdict.write())
            case Fork():
                split = _split_in(submission, known, log_key(peer.log))
                answer = Answer(409, verdict.write())
            case BadProof():
                split = _split_in(submission, known, log_key(peer.log))
            case Cosign():
                lines = cosign(verdict.signed, ports.keys.witness, ports.clock.now())
                tree = verdict.signed.checkpoint
                answer = Answer(200, write_lines(lines))
                kept = add_cosignatures(verdict.signed, lines, ports.keys.witness.public)
                transaction.put_peer_head(peer.code, Head(tree.size, tree.root, kept.raw))
    ports.steps.reached("peer-head.cosigned", "after")
    if split is not None:
        keep_split(ports, peer.code, split)
    if isinstance(verdict, BadProof):
        raise verdict
    return answer


def _split_in(submission: Submission, held: Head | None, log: LogVerifyingKey) -> Split | None:
    """The split that a submission proves by itself: another root of the size held, or a proof that opens the tree shown
    and not the one held. (Where the size held is a power of two no proof does; ``splits.watch_logs`` reads the tiles.)
    """
    if held is None:
        return None
    try:
        return prove_split(open_checkpoint(held.note, log), open_checkpoint(submission.note, log), submission.proof)
    except NotASplit:
        return None


def peer_reader(ports: Ports, peer: Party, size: int) -> NodeReader:
    """The nodes of a peer's log at ``size``, read from its tiles over the wire."""
    return tile_reader(size, lambda tile: ports.wire.tile(peer, tile.path))


def peer_head_covering(ports: Ports, party: PartyCode, index: int, others: Iterable[PartyCode] = ()) -> Head:
    """The peer's newest head that this node cosigned, if it covers leaf ``index``; else ``NotWitnessed``.

    Where it must be cosigned by ``others`` as well, it is the head that the peer serves now: it alone collects them.
    That it bears this node's own lines says that it follows from every head that this node has seen.
    """
    wanted = tuple(others)
    head = ports.journal.peer_head(party) if not wanted else _served_head(ports, party, wanted)
    if head is None or head.size <= index:
        raise NotWitnessed(party)
    return head


def _served_head(ports: Ports, party: PartyCode, others: tuple[PartyCode, ...]) -> Head | None:
    directory = ports.directories.current()
    peer = directory.party(party)
    try:
        signed = open_checkpoint(ports.wire.checkpoint(peer), log_key(peer.log))
        witnesses = [witness_key(directory.party(one).witness) for one in (ports.party, *others)]
        if not all(cosignatures_of(signed, [witness]) for witness in witnesses):
            return None
    except (Malformed, Untrusted):
        return None
    return Head(signed.checkpoint.size, signed.checkpoint.root, signed.raw)


def own_proof(ports: Ports, index: int, size: int) -> Proof:
    """The inclusion proof of a leaf of this node's log, in the tree of ``size``."""
    return inclusion_proof(index, size, ports.journal.tree_node)
