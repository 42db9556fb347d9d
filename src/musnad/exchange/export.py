"""Export a case: gather what the journal holds, have every log proven to cosigned heads, sign, and write the dossier.

Every step may be repeated after an interruption. The peers must be reachable (their tiles give the proofs in their
logs, their witnesses cosign ours; of three Parties they serve what they receipted of each other's messages), or the
export says what is missing; nothing that does not verify ever gets its name. What another
Party said without truth (a place in its log, a message that never was, data that nobody has) is carried as said, or
left out where it is no part of the case: it must not stop the export.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path

from musnad.core.dossier.index import Leaf, LogProofs
from musnad.core.kernel.names import AuthorityId, CaseRef, Digest, MessageId, PartyCode, SealId, party_of
from musnad.core.messages.bodies import Exported as ExportedBody
from musnad.core.messages.bodies import Use
from musnad.core.messages.message import Frame, Message
from musnad.core.messages.receipt import Place, Receipt
from musnad.core.sealing.manifest import Manifest
from musnad.core.sealing.part import Place as PartPlace
from musnad.core.sealing.part import open_part
from musnad.core.transparency.entry import blind_entry
from musnad.core.transparency.errors import BadProof, BadTile, OutOfTree
from musnad.core.transparency.tree import NodeReader, inclusion_proof, leaf_hash, verify_inclusion
from musnad.core.treaty.errors import UnknownTreaty
from musnad.exchange.composing import Intent, Officer, case_state, say
from musnad.exchange.conditions import check_use
from musnad.exchange.directory_sets import obtain_set
from musnad.exchange.dossier_writer import (
    DossierContent,
    ExhibitContent,
    LogContent,
    Prepared,
    discard,
    finish_dossier,
    prepare_dossier,
    prove_export,
    prove_places,
    publish_dossier,
)
from musnad.exchange.errors import NotApproved, NotWitnessed, UnknownCase
from musnad.exchange.evidence.opening import read_entries
from musnad.exchange.evidence.vault import Vault, read_range
from musnad.exchange.exhibits import read_kept_manifest
from musnad.exchange.journal import Entry, Head
from musnad.exchange.ports import Ports
from musnad.exchange.receipts import ReceiptGathering, said_in
from musnad.exchange.signed import receipt_in
from musnad.exchange.witnessing import is_cosigned_by, peer_head_covering, peer_reader, seek_cosignatures

Pause = Callable[[], None]
"""Waits a moment before the logs' heads are looked at again; raises to give up."""
PATIENCE = 10
"""Pauses for a head that also covers where the other side says that its own messages stand; it may say anything."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What became of an export: the signed ``exported`` message, and what the dossier does not hold."""

    message: MessageId
    left_out: tuple[MessageId, ...]
    """Messages by or to a Party that is not in the case, or that some Party of it was not told: no part of it."""
    unfetched: tuple[SealId, ...]
    """Exhibits that were offered to us and never fetched: the offer alone is in the dossier."""


@dataclass(frozen=True, slots=True)
class _Held:
    """A receipt of the case. ``place`` is its leaf in this node's log; None where other Parties gave it each other."""

    id: MessageId
    signed: bytes
    receipt: Receipt
    place: Place | None


@dataclass(frozen=True, slots=True)
class _Gathered:
    """The case's entries, parsed once; ``messages`` are those that the dossier holds."""

    opening: Message
    messages: tuple[tuple[Entry, Message | Frame], ...]
    receipts: tuple[_Held, ...]
    left_out: tuple[MessageId, ...]


def export_case(
    ports: Ports,
    case: CaseRef,
    exporter: AuthorityId,
    officer: Officer,
    sink: Path,
    *,
    with_content: bool,
    pause: Pause,
    use: Use | None = None,
) -> Exported:
    """Write the dossier of a case to ``sink``, judged as any reader would before it has that name.

    Raises:
        UnknownCase, NotHosted, WrongOfficer: who exports what.
        NotWitnessed, PeerUnreachable, PeerBusy: a proof is out of reach now; run again when the peer's node is up.
        ExportIncomplete: what is at hand does not make a dossier that is proven; the error names the defect.
    """
    gathered = _gather(ports, case)
    exhibits, unfetched = _exhibits(ports, case, exporter, with_content=with_content, use=use)
    content = DossierContent(
        case=case,
        exporter=exporter,
        directory=ports.directories.current().ref.snapshot,
        messages={entry.id: entry.signed for entry, _ in gathered.messages},
        receipts={held.id: held.signed for held in gathered.receipts},
        bundles=_bundles(ports, gathered),
        treaties=_treaties(ports, gathered),
        logs=_logs(ports, case, gathered, pause),
        exhibits=exhibits,
    )
    prepared = prepare_dossier(content, sink)
    try:
        said = _say(ports, prepared, case, officer, gathered.opening)
        head = _own_head(ports, said.place.index, _peers(ports, case), pause)
        size = content.logs[ports.party].proofs.size
        proof = prove_export(said.id, said.place, size, head.size, ports.journal.tree_node)
        ports.steps.reached("dossier.written", "before")
        finish_dossier(prepared, exported=said.signed, note=head.note, proof=proof)
        publish_dossier(prepared, sink, ports.directories.current().root_fingerprint)
        ports.steps.reached("dossier.written", "after")
    except BaseException:
        discard(prepared)
        raise
    return Exported(said.id, gathered.left_out, unfetched)


def _say(ports: Ports, prepared: Prepared, case: CaseRef, officer: Officer, opening: Message) -> Entry:
    exporter = prepared.index.exporter
    intent = Intent(
        author=exporter,
        to=(exporter,),
        body=ExportedBody(prepared.payload_manifest, prepared.heads),
        language=opening.language,
        exercise=opening.exercise,
        case=case,
        approvers=(officer.name,),
    )
    draft, admitted = say(ports, intent, officer)
    if admitted is None:
        raise NotApproved(draft.missing[0])
    entry = ports.journal.entry(admitted.id)
    if entry is None:
        raise UnknownCase(case)
    return entry


def _gather(ports: Ports, case: CaseRef) -> _Gathered:
    entries = ports.journal.case_entries(case)
    found = [(entry, message) for entry in entries if (message := _message(entry)) is not None]
    opening = next((message for entry, message in found if entry.id == MessageId(case)), None)
    if not isinstance(opening, Message):
        raise UnknownCase(case)
    found.sort(key=lambda pair: pair[1].case is not None)
    messages = tuple(pair for pair in found if pair[1].parties == opening.parties)
    held = {entry.id for entry, _ in messages}
    receipts = [_held(entry) for entry in entries if entry.kind == "receipt"]
    ours = [one for one in receipts if one.receipt.message in held]
    return _Gathered(
        opening,
        messages,
        (*ours, *_given(ports, messages, ours)),
        tuple(entry.id for entry, _ in found if entry.id not in held),
    )


def _held(entry: Entry) -> _Held:
    receipt = receipt_in(entry.signed)
    return _Held(entry.id, entry.signed, receipt, entry.place)


def _given(ports: Ports, messages: Iterable[tuple[Entry, Message | Frame]], ours: Iterable[_Held]) -> Iterator[_Held]:
    """What the other Parties receipted of each other's messages; nothing where the case has two Parties."""
    at_hand: dict[MessageId, set[AuthorityId]] = {}
    for held in ours:
        at_hand.setdefault(held.receipt.message, set()).add(held.receipt.recipient)
    gathering = ReceiptGathering(ports)
    for entry, message in messages:
        if not entry.own:
            for given in gathering.of(entry.id, message, frozenset(at_hand.get(entry.id, ()))):
                yield _Held(given.id, given.signed, given.receipt, None)


def _message(entry: Entry) -> Message | Frame | None:
    """What an entry says in the case; None for a receipt, and for an earlier export."""
    if entry.kind == "receipt":
        return None
    message = said_in(entry.signed)  # it may be understood now, where an older version of this software received it
    return None if isinstance(message, Message) and message.own_chain else message


def _bundles(ports: Ports, gathered: _Gathered) -> dict[Digest, dict[str, bytes]]:
    directory = ports.directories.current()
    named = set()
    for held in gathered.receipts:
        named.add(held.receipt.directory.snapshot)
        giver = party_of(held.receipt.recipient)
        if giver != ports.party:
            obtain_set(ports, held.receipt.directory.snapshot, directory.party(giver), held.receipt.at)
    named.add(directory.ref.snapshot)
    return {one: dict(ports.directories.bundle(one)) for one in sorted(named)}


def _treaties(ports: Ports, gathered: _Gathered) -> dict[Digest, bytes]:
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


def _peers(ports: Ports, case: CaseRef) -> tuple[PartyCode, ...]:
    return tuple(party for party in case_state(ports, case).parties if party != ports.party)


def _logs(ports: Ports, case: CaseRef, gathered: _Gathered, pause: Pause) -> dict[PartyCode, LogContent]:
    own = [(entry.id, entry.place) for entry, _ in gathered.messages]
    own += [(held.id, held.place) for held in gathered.receipts if held.place is not None]
    peers = _peers(ports, case)
    head = _own_head(ports, max(place.index for _, place in own), peers, pause)
    logs = {ports.party: LogContent(head.note, prove_places(own, head.size, ports.journal.tree_node))}
    for party in peers:
        logs[party] = _peer_log(ports, party, tuple(one for one in peers if one != party), gathered, pause)
    return logs


def _receipted_places(party: PartyCode, gathered: _Gathered) -> list[tuple[MessageId, Place]]:
    """Where a peer's receipts say that its log holds what it received, and those receipts."""
    given = [held for held in gathered.receipts if party_of(held.receipt.recipient) == party]
    places = dict.fromkeys((held.receipt.message, held.receipt.place) for held in given)
    return [*places, *((held.id, held.receipt.own_place) for held in given)]


def _stated_places(party: PartyCode, gathered: _Gathered) -> list[tuple[MessageId, Place]]:
    """Where a peer says that its log holds what it wrote itself."""
    return [
        (entry.id, entry.author_place)
        for entry, message in gathered.messages
        if message.author_party == party and entry.author_place is not None
    ]


def _own_head(ports: Ports, index: int, peers: tuple[PartyCode, ...], pause: Pause) -> Head:
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
    ports: Ports, party: PartyCode, others: tuple[PartyCode, ...], gathered: _Gathered, pause: Pause
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


def _exhibits(
    ports: Ports, case: CaseRef, exporter: AuthorityId, *, with_content: bool, use: Use | None
) -> tuple[dict[SealId, ExhibitContent], tuple[SealId, ...]]:
    """The offered exhibits that this node has, and those that it does not.

    ``UseNotAllowed`` where the content would go out past a condition on it.
    """
    found: dict[SealId, ExhibitContent] = {}
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
        if not (with_content and opened and ports.vault.holds(seal)):
            found[seal] = ExhibitContent(kept.manifest)
            continue
        check_use(ports, state, seal, use)
        manifest = read_kept_manifest(kept)
        found[seal] = ExhibitContent(
            kept.manifest,
            manifest.size_octets,
            partial(_content, ports.vault, manifest, kept.key),
            b"".join(entry.leaves for entry in read_entries(ports.vault, manifest, kept.key)),
        )
    return found, tuple(unfetched)


def _content(vault: Vault, manifest: Manifest, key: bytes) -> Iterator[bytes]:
    """An exhibit's plaintext, part by part; a part that does not open ends the export."""
    layout = manifest.layout
    for number, entry in enumerate(read_entries(vault, manifest, key)):
        span = layout.part(number)
        sealed = read_range(vault, manifest.seal, "data", span.first, span.size_octets)
        place = PartPlace(manifest.seal, "data", number, layout.is_last(number))
        yield open_part(key, place, sealed + entry.tag)
