"""Split views: found wherever a head of a log is seen, kept with both signed heads, and told to every Party.

Heads are seen as a witness (``witnessing.answer_submission``), in the head that a Party serves, and in the heads that
other witnesses have cosigned, of others' logs and of this node's own (``watch_logs``). A split proves itself: whoever
is told of one believes nobody, and the accused's own node is told like every other.
"""

from __future__ import annotations

from collections.abc import Iterator, MutableSet
from dataclasses import dataclass
from functools import partial

from musnad.core.directory.directory import Directory
from musnad.core.directory.entry import Party
from musnad.core.dossier.split_file import write_split_file
from musnad.core.kernel.errors import Corrupt, MusnadError
from musnad.core.kernel.names import Digest, PartyCode, digest_of
from musnad.core.transparency.checkpoint import SignedCheckpoint, open_checkpoint
from musnad.core.transparency.errors import NotASplit
from musnad.core.transparency.split import (
    Split,
    SplitDocument,
    parse_document,
    path_between,
    prove_split,
    write_document,
)
from musnad.core.transparency.tiles import tile_reader
from musnad.core.transparency.tree import NodeReader
from musnad.exchange.audit import note
from musnad.exchange.errors import PeerGarbage, UnknownSplit
from musnad.exchange.journal import SeenFork
from musnad.exchange.log_keys import log_key
from musnad.exchange.ports import Ports

Told = MutableSet[tuple[PartyCode, Digest]]
"""Who was told of which proof since this process began; telling again is harmless."""


@dataclass(frozen=True, slots=True)
class KnownSplit:
    """A split that this node knows of, as it proves itself to anybody; ``own``: of this node's own log."""

    party: PartyCode
    own: bool
    split: Split
    document: SplitDocument
    seen: SeenFork


def keep_split(ports: Ports, party: PartyCode, split: Split) -> bool:
    """Keep a proven split for good, and a record of the house that it was seen; whether it is the first of that log."""
    with ports.journal.begin() as transaction:
        first = transaction.put_fork(party, split.older.raw, split.newer.raw, split.path, ports.clock.now())
    if first:
        tree, other = split.older.checkpoint, split.newer.checkpoint
        about = {"party": party, "log": tree.origin, "older": str(tree.size), "newer": str(other.size)}
        note(ports, "log-split", by=ports.party, about=about)
    return first


def known_splits(ports: Ports) -> tuple[KnownSplit, ...]:
    """Every split that this node has kept, by Party; one whose log's key the directory no longer lists is left out."""
    directory = ports.directories.current()
    return tuple(found for one in ports.journal.forks() if (found := _known(ports, directory, one)) is not None)


def _known(ports: Ports, directory: Directory, seen: SeenFork) -> KnownSplit | None:
    try:
        log = log_key(directory.party(seen.party).log)
        one, other = open_checkpoint(seen.held, log), open_checkpoint(seen.shown, log)
        split = prove_split(one, other, seen.path)
        return KnownSplit(seen.party, seen.party == ports.party, split, write_document(seen.party, split, log), seen)
    except Corrupt:
        raise
    except MusnadError:
        return None


def look_at_head(ports: Ports, party: PartyCode, shown: bytes) -> Split | None:
    """Compare a head of a Party's log, wherever it was seen, with the one that this node holds: the split, kept.

    Raises:
        The errors of ``open_checkpoint``: it is no head of that log. PeerUnreachable, PeerRefused: the log's node does
        not give the tiles that would show it now. PeerGarbage: its tiles do not make the tree that it signed.
    """
    peer = ports.directories.current().party(party)
    other = open_checkpoint(shown, log_key(peer.log))
    held = ports.journal.head() if party == ports.party else ports.journal.peer_head(party)
    if held is None:
        return None
    one = open_checkpoint(held.note, log_key(peer.log))
    if one.checkpoint == other.checkpoint:
        return None
    return _compare(ports, peer, one, other)


def _compare(ports: Ports, peer: Party, one: SignedCheckpoint, other: SignedCheckpoint) -> Split | None:
    size = max(one.checkpoint.size, other.checkpoint.size)
    if peer.code == ports.party and size > ports.journal.log_size():
        return None  # this node lost what it had logged: its next head of that size will show whether it split
    path = path_between(one.checkpoint, other.checkpoint, _nodes(ports, peer, size))
    try:
        split = prove_split(one, other, path)
    except NotASplit as error:
        if error.why != "the two heads agree":
            raise PeerGarbage(peer.code, "tiles") from error
        return None
    keep_split(ports, peer.code, split)
    return split


def _nodes(ports: Ports, peer: Party, size: int) -> NodeReader:
    if peer.code == ports.party:
        return ports.journal.tree_node
    return tile_reader(size, lambda tile: ports.wire.tile(peer, tile.path))


def watch_logs(ports: Ports) -> tuple[str, ...]:
    """Look at every head of every log that can be seen now; the codes of what kept this node from some of it.

    Each Party is asked for its own newest head, and for the heads that its witness has cosigned of every other's log.
    """
    directory = ports.directories.current()
    codes = []
    for source in directory.parties:
        if source.code != ports.party:
            for party, ask in _heads_at(ports, source, directory):
                try:
                    look_at_head(ports, party, ask())
                except Corrupt:
                    raise
                except MusnadError as error:
                    codes.append(error.code)
    return tuple(codes)


def _heads_at(ports: Ports, source: Party, directory: Directory) -> Iterator[tuple[PartyCode, partial[bytes]]]:
    yield source.code, partial(ports.wire.checkpoint, source)
    for party in directory.parties:
        if party.code != source.code:
            yield party.code, partial(ports.wire.witnessed, source, party.code)


def tell_splits(ports: Ports, told: Told) -> None:
    """Tell every other Party, the accused among them, of every split that this node knows; who is down, later."""
    for known in known_splits(ports):
        document = known.document.write()
        for party in ports.directories.current().parties:
            place = party.code, digest_of(document)
            if party.code != ports.party and place not in told:
                try:
                    ports.wire.tell_split(party, document)
                except Corrupt:
                    raise
                except MusnadError:
                    continue
                told.add(place)


def hear_of_split(ports: Ports, data: bytes) -> bool:
    """What another Party tells of a split, of any log: kept if it proves itself; whether it is the first of that log.

    Raises:
        NotJson, TooLarge, BadForm, UnknownParty; the errors of ``open_checkpoint``; NotASplit. Nothing is kept.
    """
    document = parse_document(data)
    party = ports.directories.current().party(document.party)
    split = document.prove(log_key(party.log))
    known = next((one for one in ports.journal.forks() if one.party == party.code), None)
    if known is not None:
        return False
    return keep_split(ports, party.code, split)


def export_split(ports: Ports, party: PartyCode) -> bytes:
    """The proof that a Party's log has split, as a file that anybody can check offline (``core.dossier.split_file``).

    Raises ``UnknownSplit`` where this node knows of none that the directory in use still bears out.
    """
    known = next((one for one in known_splits(ports) if one.party == party), None)
    if known is None:
        raise UnknownSplit(party)
    files = ports.directories.bundle(ports.directories.current().ref.snapshot)
    return write_split_file(known.document, files)
