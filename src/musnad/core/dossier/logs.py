"""Check 5: every message stands in its recipients' logs and the exporter's, and every receipt in its signer's.

The heads are opened by ``reading`` (signed by their log, cosigned by every other Party's witness); here each leaf is
led to its log's root. A receipt may also be shown in the log of the message's author: then its time cannot have been
replaced later by its signer alone. How many are so shown is told, and asked of none: the author alone knows where.

Where another Party's message stands in that Party's own log, that Party alone says; it may say nothing, or what is not
so, and must not spoil the case by it. So it is told how many are not shown there, and no more.
"""

from __future__ import annotations

from collections.abc import Iterator

from musnad.core.dossier import layout
from musnad.core.dossier.errors import BadIndex, NotInLog, ReceiptDiffers
from musnad.core.dossier.finding import Finding
from musnad.core.dossier.index import Leaf
from musnad.core.dossier.notes import OpenedNote
from musnad.core.dossier.reading import Reading
from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.names import MessageId, PartyCode, party_of
from musnad.core.messages.receipt import Place
from musnad.core.transparency.entry import blind_entry
from musnad.core.transparency.tree import leaf_hash, verify_inclusion

Needed = dict[MessageId, set[Place] | None]
"""By id, the places where it must stand; None where any one place will do."""


def check_logs(reading: Reading) -> list[Finding]:
    """Prove every leaf that is due, and refuse one that is not."""
    findings: list[Finding] = []
    for party, note in reading.notes.items():
        findings += _check_log(reading, party, note)
    return findings


def confirmed_receipts(reading: Reading) -> int:
    """How many receipts also stand in their message's author's log."""
    shown = {party: {leaf.id for leaf in proofs.leaves} for party, proofs in reading.proofs.items()}
    return sum(
        signed.id in shown.get(author, ())
        for signed in reading.receipts.values()
        if (author := _author_of(reading, signed.receipt.message)) is not None
        and author != party_of(signed.receipt.recipient)
    )


def unshown_messages(reading: Reading) -> int:
    """How many messages are not shown to stand in their own author's log."""
    shown = {party: {leaf.id for leaf in proofs.leaves} for party, proofs in reading.proofs.items()}
    return sum(one.id not in shown.get(one.message.author_party, ()) for one in reading.carried.values())


def verify_leaf(leaf: Leaf, note: OpenedNote) -> None:
    """Raise ``BadProof`` unless the leaf stands in the tree of the head."""
    hashed = leaf_hash(blind_entry(bytes.fromhex(leaf.place.salt), leaf.id))
    verify_inclusion(hashed, leaf.place.index, note.checkpoint.size, leaf.path, note.checkpoint.root)


def _check_log(reading: Reading, party: PartyCode, note: OpenedNote) -> Iterator[Finding]:
    member = layout.proofs_member(party)
    proofs = reading.proofs.get(party)
    if proofs is None:
        return
    if proofs.size != note.checkpoint.size:
        yield Finding("logs", BadIndex(member, "its size is not the head's"), member)
        return
    needed, allowed = _needed(reading, party)
    shown: dict[MessageId, set[Place]] = {}
    for leaf in proofs.leaves:
        try:
            verify_leaf(leaf, note)
        except MusnadError as error:
            yield Finding("logs", error, member)
            continue
        if leaf.place in shown.setdefault(leaf.id, set()):
            yield Finding("logs", BadIndex(member, "a leaf stands twice"), member)
        shown[leaf.id].add(leaf.place)
    for one, places in needed.items():
        found = shown.get(one, set())
        if not (places <= found if places is not None else found):
            yield Finding("logs", NotInLog(one, party), member)
        if len(found) > (len(places) if places is not None else 1):
            yield Finding("logs", BadIndex(member, f"more places than are due: {one}"), member)
    for one in shown.keys() - needed.keys():
        if one not in allowed or len(shown[one]) > 1:
            yield Finding("logs", BadIndex(member, f"a leaf that is not due: {one}"), member)
        elif min(place.index for place in shown[one]) <= allowed[one]:
            yield Finding("logs", ReceiptDiffers(one, "logged before its message"), member)


def _needed(reading: Reading, party: PartyCode) -> tuple[Needed, dict[MessageId, int]]:
    """What must stand in the Party's log; and what may, with the index that it must follow."""
    needed: Needed = {}
    allowed: dict[MessageId, int] = {}
    for one in reading.carried.values():
        if party == one.message.author_party != reading.exporter:
            allowed[one.id] = -1
        elif party in one.message.parties:
            needed[one.id] = None
    own = {leaf.id: leaf.place.index for leaf in reading.proofs[party].leaves}
    for signed in reading.receipts.values():
        receipt = signed.receipt
        if party_of(receipt.recipient) == party:
            places = needed.get(receipt.message) or set()
            needed[receipt.message] = places | {receipt.place}
            needed[signed.id] = {receipt.own_place}
        elif _author_of(reading, receipt.message) == party:
            allowed[signed.id] = own.get(receipt.message, -1)
    return needed, allowed


def _author_of(reading: Reading, message: MessageId) -> PartyCode | None:
    found = reading.carried.get(message)
    return None if found is None else found.message.author_party
