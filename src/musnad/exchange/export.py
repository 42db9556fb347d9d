"""Export a case: gather what the journal holds, have both logs proven to cosigned heads, sign, and write the dossier.

Every step may be repeated after an interruption. The peer must be reachable (its tiles give the proofs in its log, its
witness cosigns ours), or the export says what is missing; nothing half-proven is ever written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from musnad.core.crypto.dsse import parse_dsse
from musnad.core.dossier.index import LogProofs
from musnad.core.kernel.names import AuthorityId, CaseRef, Digest, MessageId, PartyCode, SealId, party_of
from musnad.core.messages.bodies import Exported
from musnad.core.messages.message import MESSAGE_TYPE, Message
from musnad.core.messages.receipt import RECEIPT_TYPE, Place, Receipt
from musnad.core.messages.schema import parse_message, parse_receipt
from musnad.core.sealing.manifest import Manifest
from musnad.core.sealing.part import Place as PartPlace
from musnad.core.sealing.part import open_part
from musnad.exchange.composing import Intent, Officer, case_state, say
from musnad.exchange.dossier_writer import (
    DossierContent,
    ExhibitContent,
    LogContent,
    finish_dossier,
    prepare_dossier,
    prove_export,
    prove_places,
)
from musnad.exchange.errors import NotApproved, NotWitnessed, PeerUnreachable, UnknownCase
from musnad.exchange.evidence.opening import read_entries
from musnad.exchange.evidence.vault import Vault, read_range
from musnad.exchange.exhibits import read_kept_manifest
from musnad.exchange.journal import Entry, Head
from musnad.exchange.ports import Ports
from musnad.exchange.witnessing import is_cosigned_by, peer_head_covering, peer_reader, seek_cosignatures

Pause = Callable[[], None]
"""Waits a moment before the logs' heads are looked at again; raises to give up."""


@dataclass(frozen=True, slots=True)
class _Gathered:
    """The case's entries, parsed once."""

    messages: tuple[tuple[Entry, Message], ...]
    receipts: tuple[tuple[Entry, Receipt], ...]


def export_case(
    ports: Ports,
    case: CaseRef,
    exporter: AuthorityId,
    officer: Officer,
    sink: Path,
    *,
    with_content: bool,
    pause: Pause,
) -> MessageId:
    """Write the dossier of a case to ``sink``; returns the id of the signed ``exported`` message.

    Raises:
        UnknownCase, NotHosted, WrongOfficer: who exports what.
        NotWitnessed, PeerUnreachable: a proof is out of reach now; run again when the peer's node is up.
        ExportIncomplete: the journal does not hold all that a dossier needs; the error names it.
    """
    gathered = _gather(ports, case)
    opening = gathered.messages[0][1]
    content = DossierContent(
        case=case,
        exporter=exporter,
        directory=ports.directories.current().ref.snapshot,
        messages={entry.id: entry.signed for entry, _ in gathered.messages},
        receipts={entry.id: entry.signed for entry, _ in gathered.receipts},
        bundles=_bundles(ports, gathered),
        treaties={one.treaty: ports.treaties.bundle(one.treaty) for _, one in gathered.messages if one.treaty},
        logs=_logs(ports, case, gathered, pause),
        exhibits=_exhibits(ports, case, exporter, with_content=with_content),
    )
    prepared = prepare_dossier(content, sink)
    intent = Intent(
        author=exporter,
        to=(exporter,),
        body=Exported(prepared.payload_manifest, prepared.heads),
        language=opening.language,
        exercise=opening.exercise,
        case=case,
        approver=officer.name,
    )
    draft, admitted = say(ports, intent, officer)
    if admitted is None:
        raise NotApproved(draft.missing[0])
    entry = ports.journal.entry(admitted.id)
    if entry is None:
        raise UnknownCase(case)
    peers = _peers(ports, case)
    head = _own_head(ports, entry.place.index, peers, pause)
    size = content.logs[ports.party].proofs.size
    proof = prove_export(admitted.id, entry.place, size, head.size, ports.journal.tree_node)
    ports.steps.reached("dossier.written", "before")
    finish_dossier(prepared, sink, exported=entry.signed, note=head.note, proof=proof)
    ports.steps.reached("dossier.written", "after")
    return admitted.id


def _gather(ports: Ports, case: CaseRef) -> _Gathered:
    entries = ports.journal.case_entries(case)
    messages = []
    for entry in entries:
        if entry.kind == "message":
            message = parse_message(parse_dsse(entry.signed, payload_type=MESSAGE_TYPE, what="message").payload)
            if not message.own_chain:
                messages.append((entry, message))
    if not messages:
        raise UnknownCase(case)
    messages.sort(key=lambda pair: pair[1].case is not None)
    receipts = [
        (entry, parse_receipt(parse_dsse(entry.signed, payload_type=RECEIPT_TYPE, what="receipt").payload))
        for entry in entries
        if entry.kind == "receipt"
    ]
    return _Gathered(tuple(messages), tuple(receipts))


def _bundles(ports: Ports, gathered: _Gathered) -> dict[Digest, dict[str, bytes]]:
    named = {receipt.directory.snapshot for _, receipt in gathered.receipts}
    named.add(ports.directories.current().ref.snapshot)
    return {one: dict(ports.directories.bundle(one)) for one in sorted(named)}


def _peers(ports: Ports, case: CaseRef) -> tuple[PartyCode, ...]:
    return tuple(party for party in case_state(ports, case).parties if party != ports.party)


def _logs(ports: Ports, case: CaseRef, gathered: _Gathered, pause: Pause) -> dict[PartyCode, LogContent]:
    own = [(entry.id, entry.place) for entry, _ in (*gathered.messages, *gathered.receipts)]
    peers = _peers(ports, case)
    head = _own_head(ports, max(place.index for _, place in own), peers, pause)
    logs = {ports.party: LogContent(head.note, prove_places(own, head.size, ports.journal.tree_node))}
    for party in peers:
        places = _peer_places(party, gathered)
        logs[party] = _peer_log(ports, party, places, pause)
    return logs


def _peer_places(party: PartyCode, gathered: _Gathered) -> list[tuple[MessageId, Place]]:
    """What of the case stands in a peer's log: what it wrote, what it receipted, and those receipts."""
    places = [
        (entry.id, entry.author_place)
        for entry, message in gathered.messages
        if message.author_party == party and entry.author_place is not None
    ]
    given = {receipt.message: receipt.place for _, receipt in gathered.receipts if party_of(receipt.recipient) == party}
    places += list(given.items())
    places += [
        (entry.id, receipt.own_place) for entry, receipt in gathered.receipts if party_of(receipt.recipient) == party
    ]
    return places


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


def _peer_log(ports: Ports, party: PartyCode, places: list[tuple[MessageId, Place]], pause: Pause) -> LogContent:
    index = max((place.index for _, place in places), default=-1)
    head = None
    while head is None:
        try:
            head = peer_head_covering(ports, party, index)
        except NotWitnessed:
            pause()
    peer = ports.directories.current().party(party)
    proofs: LogProofs = prove_places(places, head.size, peer_reader(ports, peer, head.size))
    return LogContent(head.note, proofs)


def _exhibits(
    ports: Ports, case: CaseRef, exporter: AuthorityId, *, with_content: bool
) -> dict[SealId, ExhibitContent]:
    found = {}
    for seal, exhibit in case_state(ports, case).exhibits.items():
        kept = ports.journal.exhibit(seal)
        if exhibit.offer is None:
            continue
        if kept is None:
            raise PeerUnreachable(str(exhibit.offered_by), f"exhibit {seal} was not fetched")
        opened = any(
            entry.event in {"opened", "sealed"} and party_of(entry.authority) == party_of(exporter)
            for entry in exhibit.custody
        )
        if not (with_content and opened and ports.vault.holds(seal)):
            found[seal] = ExhibitContent(kept.manifest)
            continue
        manifest = read_kept_manifest(kept)
        found[seal] = ExhibitContent(
            kept.manifest,
            manifest.size_octets,
            partial(_content, ports.vault, manifest, kept.key),
            b"".join(entry.leaves for entry in read_entries(ports.vault, manifest, kept.key)),
        )
    return found


def _content(vault: Vault, manifest: Manifest, key: bytes) -> Iterator[bytes]:
    """An exhibit's plaintext, part by part; a part that does not open ends the export."""
    layout = manifest.layout
    for number, entry in enumerate(read_entries(vault, manifest, key)):
        span = layout.part(number)
        sealed = read_range(vault, manifest.seal, "data", span.first, span.size_octets)
        place = PartPlace(manifest.seal, "data", number, layout.is_last(number))
        yield open_part(key, place, sealed + entry.tag)
