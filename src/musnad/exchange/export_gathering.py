"""What an export is made of: the case's entries, and the logs' cosigned heads with the proofs that lead to them.

The peers must be reachable (their tiles give the proofs in their logs, their witnesses cosign ours; of three Parties
they serve what they receipted of each other's messages). What another Party said without truth (a place in its log, a
message that never was, data that nobody has) is carried as said, or left out where it is no part of the case: it must
not stop the export.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import count

from musnad.core.dossier.index import Leaf, LogProofs
from musnad.core.kernel.names import (
    AuthorityId,
    CaseRef,
    Digest,
    MessageId,
    PartyCode,
    SealId,
    party_of,
)
from musnad.core.messages.bodies import Use
from musnad.core.messages.message import Frame, Message
from musnad.core.messages.receipt import Place, Receipt
from musnad.core.transparency.entry import blind_entry
from musnad.core.transparency.errors import BadProof, BadTile, OutOfTree
from musnad.core.transparency.tree import NodeReader, inclusion_proof, leaf_hash, verify_inclusion
from musnad.core.treaty.errors import UnknownTreaty
from musnad.exchange.composing import (
    case_state,
)
from musnad.exchange.conditions import check_use
from musnad.exchange.directory_sets import obtain_set
from musnad.exchange.dossier_writer import (
    LogContent,
    prove_places,
)
from musnad.exchange.errors import NotWitnessed, UnknownCase
from musnad.exchange.journal import Entry, Head, KeptExhibit
from musnad.exchange.ports import Ports
from musnad.exchange.receipts import ReceiptGathering, said_in
from musnad.exchange.signed import receipt_in
from musnad.exchange.witnessing import is_cosigned_by, peer_head_covering, peer_reader, seek_cosignatures

Pause = Callable[[], None]
"""Waits a moment before the logs' heads are looked at again; raises to give up."""
PATIENCE = 10
"""Pauses for a head that also covers where the other side says that its own messages stand; it may say anything."""


@dataclass(frozen=True, slots=True)
class HeldReceipt:
    """A receipt of the case. ``place`` is its leaf in this node's log; None where other Parties gave it each other."""

    id: MessageId
    signed: bytes
    receipt: Receipt
    place: Place | None


@dataclass(frozen=True, slots=True)
class Gathered:
    """The case's entries, parsed once; ``messages`` are those that the dossier holds."""

    opening: Message
    messages: tuple[tuple[Entry, Message | Frame], ...]
    receipts: tuple[HeldReceipt, ...]
    left_out: tuple[MessageId, ...]


def gather(ports: Ports, case: CaseRef) -> Gathered:
    entries = ports.journal.case_entries(case)
    found = [(entry, message) for entry in entries if (message := said_of(entry)) is not None]
    opening = next((message for entry, message in found if entry.id == MessageId(case)), None)
    if not isinstance(opening, Message):
        raise UnknownCase(case)
    found.sort(key=lambda pair: pair[1].case is not None)
    messages = tuple(pair for pair in found if pair[1].parties == opening.parties)
    held = {entry.id for entry, _ in messages}
    receipts = [_held(entry) for entry in entries if entry.kind == "receipt"]
    ours = [one for one in receipts if one.receipt.message in held]
    return Gathered(
        opening,
        messages,
        (*ours, *_given(ports, messages, ours)),
        tuple(entry.id for entry, _ in found if entry.id not in held),
    )


def _held(entry: Entry) -> HeldReceipt:
    receipt = receipt_in(entry.signed)
    return HeldReceipt(entry.id, entry.signed, receipt, entry.place)


def _given(
    ports: Ports, messages: Iterable[tuple[Entry, Message | Frame]], ours: Iterable[HeldReceipt]
) -> Iterator[HeldReceipt]:
    """What the other Parties receipted of each other's messages; nothing where the case has two Parties."""
    at_hand: dict[MessageId, set[AuthorityId]] = {}
    for held in ours:
        at_hand.setdefault(held.receipt.message, set()).add(held.receipt.recipient)
    gathering = ReceiptGathering(ports)
    for entry, message in messages:
        if not entry.own:
            for given in gathering.of(entry.id, message, frozenset(at_hand.get(entry.id, ()))):
                yield HeldReceipt(given.id, given.signed, given.receipt, None)


def said_of(entry: Entry, *, own_chain: bool = False) -> Message | Frame | None:
    """What an entry says in the case; None for a receipt, and for an earlier export unless it is what is meant."""
    if entry.kind not in {"message", "not-understood"}:
        return None
    message = said_in(entry.signed)  # it may be understood now, where an older version of this software received it
    return None if isinstance(message, Message) and message.own_chain and not own_chain else message


def bundles_of(ports: Ports, gathered: Gathered) -> dict[Digest, dict[str, bytes]]:
    directory = ports.directories.current()
    named = set()
    for held in gathered.receipts:
        named.add(held.receipt.directory.snapshot)
        giver = party_of(held.receipt.recipient)
        if giver != ports.party:
            obtain_set(ports, held.receipt.directory.snapshot, directory.party(giver), held.receipt.at)
    named.add(directory.ref.snapshot)
    return {one: dict(ports.directories.bundle(one)) for one in sorted(named)}


def treaties_of(ports: Ports, gathered: Gathered) -> dict[Digest, bytes]:
    """What is at hand of the treaty data that requests name; another's request may name what nobody has."""
    found = {}
    for entry, message in gathered.messages:
        if isinstance(message, Message) and message.treaty is not None:
            try:
                found[message.treaty] = ports.treaties.bundle(message.treaty)
            except UnknownTreaty:
                if entry.own:
                    raise
    return found


def peers_of(ports: Ports, case: CaseRef) -> tuple[PartyCode, ...]:
    return tuple(party for party in case_state(ports, case).parties if party != ports.party)


def logs_of(ports: Ports, case: CaseRef, gathered: Gathered, pause: Pause) -> dict[PartyCode, LogContent]:
    own = [(entry.id, entry.place) for entry, _ in gathered.messages]
    own += [(held.id, held.place) for held in gathered.receipts if held.place is not None]
    peers = peers_of(ports, case)
    head = own_head(ports, max(place.index for _, place in own), peers, pause)
    logs = {ports.party: LogContent(head.note, prove_places(own, head.size, ports.journal.tree_node))}
    for party in peers:
        logs[party] = _peer_log(ports, party, tuple(one for one in peers if one != party), gathered, pause)
    return logs


def _receipted_places(party: PartyCode, gathered: Gathered) -> list[tuple[MessageId, Place]]:
    """Where a peer's receipts say that its log holds what it received, and those receipts."""
    given = [held for held in gathered.receipts if party_of(held.receipt.recipient) == party]
    places = dict.fromkeys((held.receipt.message, held.receipt.place) for held in given)
    return [*places, *((held.id, held.receipt.own_place) for held in given)]


def _stated_places(party: PartyCode, gathered: Gathered) -> list[tuple[MessageId, Place]]:
    """Where a peer says that its log holds what it wrote itself."""
    return [
        (entry.id, entry.author_place)
        for entry, message in gathered.messages
        if message.author_party == party and entry.author_place is not None
    ]


def own_head(ports: Ports, index: int, peers: tuple[PartyCode, ...], pause: Pause) -> Head:
    while True:
        head = seek_cosignatures(ports, peers)
        directory = ports.directories.current()
        ours = directory.party(ports.party)
        if (
            head is not None
            and head.size > index
            and all(is_cosigned_by(head, ours, directory.party(peer)) for peer in peers)
        ):
            return head
        pause()


def _peer_log(
    ports: Ports, party: PartyCode, others: tuple[PartyCode, ...], gathered: Gathered, pause: Pause
) -> LogContent:
    """The peer's head and every leaf of the case that is really there; a place that is not true proves nothing, and
    the judgement of the finished dossier says what must be there and is not."""
    receipted, stated = _receipted_places(party, gathered), _stated_places(party, gathered)
    head = _peer_head(ports, party, others, receipted, stated, pause)
    peer = ports.directories.current().party(party)
    read = peer_reader(ports, peer, head.size)
    leaves = [leaf for one, at in dict.fromkeys([*receipted, *stated]) if (leaf := _leaf(one, at, head, read))]
    return LogContent(head.note, LogProofs(head.size, tuple(leaves)))


def _peer_head(
    ports: Ports,
    party: PartyCode,
    others: tuple[PartyCode, ...],
    receipted: list[tuple[MessageId, Place]],
    stated: list[tuple[MessageId, Place]],
    pause: Pause,
) -> Head:
    due = max((at.index for _, at in receipted), default=-1)
    hoped = max((at.index for _, at in stated), default=-1)
    for patience in count():
        try:
            return peer_head_covering(ports, party, due if patience >= PATIENCE else max(due, hoped), others)
        except NotWitnessed:
            pause()
    raise AssertionError


def _leaf(one: MessageId, at: Place, head: Head, read: NodeReader) -> Leaf | None:
    try:
        path = inclusion_proof(at.index, head.size, read)
        hashed = leaf_hash(blind_entry(bytes.fromhex(at.salt), one))
        verify_inclusion(hashed, at.index, head.size, path, head.root)
    except (OutOfTree, BadTile, BadProof):
        return None
    return Leaf(one, at, path)


def exhibits_of(
    ports: Ports, case: CaseRef, exporter: AuthorityId, *, with_content: bool, use: Use | None
) -> tuple[tuple[tuple[KeptExhibit, bool], ...], tuple[SealId, ...]]:
    """The offered exhibits that this node has, each with whether its content is to go out; and those that it has not.

    ``UseNotAllowed`` where the content would go out past a condition on it.
    """
    found: list[tuple[KeptExhibit, bool]] = []
    unfetched = []
    state = case_state(ports, case)
    for seal, exhibit in state.exhibits.items():
        kept = ports.journal.exhibit(seal)
        if exhibit.offer is None:
            continue
        if kept is None:
            unfetched.append(seal)
            continue
        opened = any(
            entry.event in {"opened", "sealed"} and party_of(entry.authority) == party_of(exporter)
            for entry in exhibit.custody
        )
        whole = with_content and opened and ports.vault.holds(seal)
        if whole:
            check_use(ports, state, seal, use)
        found.append((kept, whole))
    return tuple(found), tuple(unfetched)
