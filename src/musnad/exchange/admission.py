"""``admit``: the one way in for every message, foreign or own, and for every receipt.

It checks only what does not depend on the order of arrival: form, size, signatures, keys, recipients. Whether the case
allows the step is the fold's to say, later and for everyone alike; a step it forbids is journalled all the same.

An admission is one transaction: the entry, its leaf in the blind log, and its effects (receipts of a foreign message,
outbox rows of an own one, the delivery that a receipt ends). Nothing is answered before it is durable; admitting the
same thing again changes nothing and gives the same answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from musnad.core.crypto.dsse import Dsse, parse_dsse, sign
from musnad.core.directory.entry import Party
from musnad.core.directory.judge import Directory
from musnad.core.envelope.envelope import check_recipients, open_envelope, parse_envelope
from musnad.core.kernel.names import AuthorityId, CaseRef, MessageId, PartyCode, Slug, party_of
from musnad.core.kernel.times import Instant
from musnad.core.messages.errors import UnknownVersion
from musnad.core.messages.message import MESSAGE_TYPE, Frame, Message
from musnad.core.messages.receipt import RECEIPT_TYPE, DirectoryRef, Place, Receipt, write_receipt
from musnad.core.messages.schema import parse_frame, parse_message, parse_receipt
from musnad.core.messages.version import MUSNAD_1
from musnad.core.transparency.entry import SALT_OCTETS, blind_entry
from musnad.core.transparency.tree import completed_nodes, leaf_hash
from musnad.exchange.civil import civil_day
from musnad.exchange.directory_sets import obtain_set
from musnad.exchange.errors import NoRecipientHere, ReceiptRefused, UnexpectedSignature, UnknownReceipt
from musnad.exchange.evidence.errors import NoSuchExhibit
from musnad.exchange.journal import Entry, EntryKind, KeptExhibit, Transaction, place_of
from musnad.exchange.ports import Ports
from musnad.exchange.signed import message_in, receipt_in

CLOCK_TOLERANCE = timedelta(minutes=10)
RECEIPT_AHEAD = timedelta(hours=36)
"""How far a recipient's clock may run ahead of ours; a clock that is a day off still works."""


@dataclass(frozen=True, slots=True)
class Verified:
    """A message whose author's and officers' signatures hold under a directory set; what a decision may take."""

    id: MessageId
    signed: bytes
    message: Message | Frame
    directory: DirectoryRef

    @property
    def case(self) -> CaseRef:
        return self.message.case if self.message.case is not None else CaseRef(self.id)


@dataclass(frozen=True, slots=True)
class Admitted:
    """The durable outcome: where the thing stands in this node's log, and the receipts that go back."""

    id: MessageId
    place: Place
    receipts: tuple[bytes, ...]
    repeated: bool


def admit_envelope(ports: Ports, data: bytes, author_place: Place | None) -> Admitted:
    """Admit a foreign message as it came over the wire or by file.

    Raises:
        Malformed, Untrusted: who sent it must act; nothing was stored.
        Unavailable: this node cannot judge or store now; nothing was stored, the sender tries again.
    """
    envelope = parse_envelope(data)
    signed = open_envelope(envelope, ports.keys.unwrapping())
    dsse = parse_dsse(signed, payload_type=MESSAGE_TYPE, what="message")
    directory = ports.directories.current()
    verified = verify_message(dsse, signed, directory, ports.clock.now())
    check_recipients(envelope, verified.message.to, verified.id)
    here = [recipient for recipient in verified.message.to if recipient in ports.keys.hosted]
    if not here or verified.message.author in ports.keys.hosted:
        raise NoRecipientHere(verified.id)
    return _journal_foreign(ports, verified, here, directory, author_place)


def admit_own(ports: Ports, dsse: Dsse, draft: MessageId | None = None) -> Admitted:
    """Admit a message that an authority of this node signed, and queue it for every other Party it is said to.

    A Party that the directory does not list is not sent anything (``composing`` asks whether that is meant).
    ``draft`` is dropped in the same transaction. The checks are the ones that a peer will make.
    """
    signed = dsse.write()
    directory, now = ports.directories.current(), ports.clock.now()
    verified = verify_message(dsse, signed, directory, now)
    parties = sorted({party_of(one) for one in verified.message.to if directory.lists(party_of(one))} - {ports.party})
    for party in parties:
        directory.party(party)
    ports.steps.reached("message.admitted", "before")
    with ports.journal.begin() as transaction:
        known = transaction.entry(verified.id)
        if known is None:
            entry = _entry(ports, transaction, verified, "message", own=True, author_place=None, at=now)
            for party in parties:
                transaction.enqueue(verified.id, party, now)
            for kept in _offered(ports, verified):
                transaction.put_exhibit(kept)
            place, repeated = entry.place, False
        else:
            place, repeated = known.place, True
        if draft is not None:
            transaction.drop_draft(draft)
    ports.steps.reached("message.admitted", "after")
    return Admitted(verified.id, place, (), repeated)


def _offered(ports: Ports, verified: Verified) -> Iterator[KeptExhibit]:
    """What an offer makes of the exhibits it names: from its admission on, they are served to whom they are wrapped."""
    message = verified.message
    for exhibit in message.exhibits if isinstance(message, Message) else ():
        kept = ports.journal.exhibit(exhibit.seal)
        if kept is None:
            raise NoSuchExhibit(exhibit.seal)
        holders = dict.fromkeys((*kept.holders, *(wrap.recipient for wrap in exhibit.wraps)))
        yield replace(kept, state="offered", case=verified.case, holders=tuple(holders))


def admit_receipt(ports: Ports, data: bytes, party: PartyCode) -> Receipt:
    """Admit a receipt for a message that this node sent; when every recipient of ``party`` has answered, the
    delivery is done, in the same transaction.

    1. It is for a message of ours, by a recipient of it, of that Party's log. 2. Its own leaf comes after the
    message's, its day is its time's, and its time has come. 3. The directory set that it names is at hand, or its giver
    serves it. 4. The recipient has given no other. Whether the log really holds those leaves is proven at export,
    against a cosigned head.

    Raises, the delivery staying open:
        UnknownReceipt: 1. ReceiptRefused: 2 and 4. What ``obtain_set`` raises: 3.
        BadSignature, UnknownKey, RetiredKey: the recipient's authority did not sign it.
    """
    dsse = parse_dsse(data, payload_type=RECEIPT_TYPE, what="receipt")
    receipt = parse_receipt(dsse.payload)
    directory, now = ports.directories.current(), ports.clock.now()
    dsse.verify(directory.signing_key(receipt.recipient, dsse.key_ids, now), what="receipt")
    sent = ports.journal.entry(receipt.message)
    if sent is None or not sent.own:
        raise UnknownReceipt(receipt.message, receipt.recipient)
    message = message_in(sent.signed)
    from_party = party_of(receipt.recipient) == party and receipt.recipient in message.to
    if not from_party or receipt.log != directory.party(party).log.name:
        raise UnknownReceipt(receipt.message, receipt.recipient)
    _check_receipt(receipt, directory.party(party), now)
    obtain_set(ports, receipt.directory.snapshot, directory.party(party), min(receipt.at, now))
    due = {recipient for recipient in message.to if party_of(recipient) == party}
    ports.steps.reached("receipt.admitted", "before")
    with ports.journal.begin() as transaction:
        answered = {_recipient_of(entry) for entry in transaction.receipts_of(receipt.message)}
        if transaction.entry(MessageId(dsse.id)) is None:
            if receipt.recipient in answered:
                raise ReceiptRefused(receipt.message, "a second one by the same recipient")
            index, salt = transaction.log_size(), ports.entropy(SALT_OCTETS)
            _append(
                transaction,
                Entry(
                    MessageId(dsse.id),
                    "receipt",
                    sent.case,
                    receipt.message,
                    False,
                    data,
                    place_of(index, salt),
                    now,
                    directory_ref(directory, party),
                ),
                salt,
            )
            answered.add(receipt.recipient)
        if due <= answered:
            transaction.delivered(receipt.message, party)
    ports.steps.reached("receipt.admitted", "after")
    return receipt


def _check_receipt(receipt: Receipt, party: Party, now: Instant) -> None:
    for holds, why in (
        (receipt.at - now <= RECEIPT_AHEAD, "of a time that has not come"),
        (receipt.own_place.index > receipt.place.index, "logged before its message"),
        (receipt.zone == party.time_zone, "in another time zone"),
        (abs(receipt.day - receipt.at.date()) <= timedelta(days=1), "its day is not its time's"),
    ):
        if not holds:
            raise ReceiptRefused(receipt.message, why)


def verify_message(dsse: Dsse, signed: bytes, directory: Directory, at: Instant) -> Verified:
    """Check the author's two signatures, that every approval the message names was signed by that officer, and that
    nobody else signed: what a verifier will not accept later is not accepted now.

    A message of a newer version or unknown kind is verified by its author's signatures alone and kept as a ``Frame``.
    """
    message: Message | Frame
    try:
        message = parse_message(dsse.payload)
    except UnknownVersion:
        message = parse_frame(dsse.payload)
    author = directory.signing_key(message.author, dsse.key_ids, at)
    dsse.verify(author, what="message")
    if isinstance(message, Message):
        expected = set(author.ids)
        for approval in message.approvals:
            key = directory.officer_key(approval.officer, approval.act, dsse.key_ids, at)
            dsse.verify(key, what=f"approval by {approval.officer}")
            expected |= set(key.ids)
        if dsse.key_ids != expected:
            raise UnexpectedSignature(dsse.id)
    for recipient in message.to:
        if directory.lists(party_of(recipient)):
            directory.authority(recipient)
    return Verified(MessageId(dsse.id), signed, message, directory_ref(directory, party_of(message.author)))


def directory_ref(directory: Directory, party: PartyCode) -> DirectoryRef:
    """The reference to the set that the author's entry comes from, as receipts and entries carry it."""
    ref = directory.ref_of(party)
    return DirectoryRef(ref.snapshot, ref.version, ref.stale)


def _journal_foreign(
    ports: Ports, verified: Verified, here: list[AuthorityId], directory: Directory, author_place: Place | None
) -> Admitted:
    kind: EntryKind = "message" if isinstance(verified.message, Message) else "not-understood"
    now = ports.clock.now()
    ours = directory.party(ports.party)
    ports.steps.reached("message.admitted", "before")
    with ports.journal.begin() as transaction:
        known = transaction.entry(verified.id)
        if known is None:
            entry = _entry(ports, transaction, verified, kind, own=False, author_place=author_place, at=now)
            flags = _flags(verified, now)
            receipts = tuple(
                _receipt(ports, transaction, entry, recipient=recipient, ours=ours, flags=flags) for recipient in here
            )
        else:
            entry = known
            receipts = tuple(receipt.signed for receipt in transaction.receipts_of(verified.id) if receipt.own)
    ports.steps.reached("message.admitted", "after")
    return Admitted(verified.id, entry.place, receipts, known is not None)


def _entry(
    ports: Ports,
    transaction: Transaction,
    verified: Verified,
    kind: EntryKind,
    *,
    own: bool,
    author_place: Place | None,
    at: Instant,
) -> Entry:
    index, salt = transaction.log_size(), ports.entropy(SALT_OCTETS)
    entry = Entry(
        verified.id,
        kind,
        verified.case,
        verified.id,
        own,
        verified.signed,
        place_of(index, salt),
        at,
        verified.directory,
        author_place,
    )
    _append(transaction, entry, salt)
    return entry


def _receipt(
    ports: Ports,
    transaction: Transaction,
    entry: Entry,
    *,
    recipient: AuthorityId,
    ours: Party,
    flags: tuple[Slug, ...],
) -> bytes:
    index, salt = transaction.log_size(), ports.entropy(SALT_OCTETS)
    receipt = Receipt(
        version=MUSNAD_1.name,
        message=entry.id,
        recipient=recipient,
        log=ours.log.name,
        place=entry.place,
        own_place=place_of(index, salt),
        at=entry.at,
        day=civil_day(entry.at, ours.time_zone),
        zone=ours.time_zone,
        directory=entry.directory,
        flags=flags,
    )
    dsse = sign(write_receipt(receipt), RECEIPT_TYPE, [ports.keys.signing(recipient)])
    signed = dsse.write()
    _append(
        transaction,
        Entry(
            MessageId(dsse.id),
            "receipt",
            entry.case,
            entry.id,
            True,
            signed,
            receipt.own_place,
            entry.at,
            entry.directory,
        ),
        salt,
    )
    return signed


def _append(transaction: Transaction, entry: Entry, salt: bytes) -> None:
    leaf = leaf_hash(blind_entry(salt, entry.id))
    transaction.append(entry, completed_nodes(entry.place.index, leaf, transaction.tree_node))


def _flags(verified: Verified, now: Instant) -> tuple[Slug, ...]:
    flags = []
    if verified.directory.stale:
        flags.append(Slug("directory-stale"))
    if isinstance(verified.message, Frame):
        flags.append(Slug("not-understood"))
    elif abs(verified.message.at - now) > CLOCK_TOLERANCE:
        flags.append(Slug("clock-differs"))
    return tuple(flags)


def _recipient_of(entry: Entry) -> AuthorityId:
    return receipt_in(entry.signed).recipient
