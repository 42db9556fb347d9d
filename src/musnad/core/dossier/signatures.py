"""Checks 3 and 4: who signed each message, and that every recipient said that it holds it.

A message is judged by the directory that each of its receipts names, at that receipt's time. The signatures themselves
are only listed here (``Signed``): whoever runs the checks may spread them over its processors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from musnad.core.crypto.dsse import Dsse
from musnad.core.crypto.passkey import OfficerKey
from musnad.core.crypto.signing import VerifyingKey
from musnad.core.directory.directory import Directory
from musnad.core.dossier import layout
from musnad.core.dossier.directories import Directories
from musnad.core.dossier.errors import OtherCase, ReceiptDiffers, ReceiptMissing, SignatureExtra
from musnad.core.dossier.facts import SignedFrame, SignedMessage, SignedReceipt
from musnad.core.dossier.finding import Finding
from musnad.core.dossier.reading import Reading
from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.names import AuthorityId, MessageId, party_of

Carried = SignedMessage | SignedFrame


@dataclass(frozen=True, slots=True)
class Signed:
    """One signature to verify (a hybrid one, or a passkey's), and where a defect is to be told."""

    check: str
    member: str
    dsse: Dsse
    key: OfficerKey

    def verify(self) -> Finding | None:
        try:
            self.dsse.verify(self.key, what=self.member)
        except MusnadError as error:
            return Finding(self.check, error, self.member)
        return None


Spread = Callable[[Callable[[Signed], Finding | None], Sequence[Signed]], Iterable[Finding | None]]
"""Applies a function to each, as ``map`` does; a door may give one that uses several threads."""


@dataclass
class Signatures:
    """What is to be verified, and the defects that show without it."""

    due: list[Signed] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def require(self, check: str, member: str, dsse: Dsse, keys: Iterable[OfficerKey], *, alone: bool = True) -> None:
        """Every key must have signed, and nobody else (``alone``)."""
        signers = tuple(dict.fromkeys(keys))
        self.due += [Signed(check, member, dsse, key) for key in signers]
        if alone and dsse.key_ids - {one for key in signers for one in key.ids}:
            self.findings.append(Finding(check, SignatureExtra(member), member))


def check_messages(reading: Reading, directories: Directories) -> Signatures:
    """1. the message is of this case, among all its Parties and nobody else; 2. each recipient's receipt fits it and is
    the only one; 3. author and approving officers signed (by passkey: this very payload, at an origin that the roster
    then listed, verified), by keys valid when it was received, and nobody else did (of a message that is not understood
    only the author is known); 4. each receipt is signed by its recipient alone.
    """
    found = Signatures()
    carried = reading.carried
    by_message: dict[MessageId, list[SignedReceipt]] = {}
    for receipt in reading.receipts.values():
        by_message.setdefault(receipt.receipt.message, []).append(receipt)
        if receipt.receipt.message not in carried:
            member = layout.receipt_member(receipt.id)
            found.findings.append(Finding("receipts", OtherCase(receipt.id), member))
    for one in carried.values():
        member = layout.message_member(one.id)
        if reading.state is not None and (
            one.message.case_under(one.id) != reading.state.case or one.message.parties != set(reading.state.parties)
        ):  # 1
            found.findings.append(Finding("messages", OtherCase(one.id), member))
        receipts = by_message.get(one.id, [])
        _check_receipts_of(found, one, receipts)  # 2
        keys: list[OfficerKey] = []
        for receipt in receipts:
            directory = directories.at(receipt.receipt.directory.snapshot, receipt.receipt.at)
            if directory is None:
                continue
            keys += _keys_of(found, one, receipt, directory)  # 3
            _check_receipt(found, reading, one, receipt, directory)  # 4
        if receipts:
            found.require("messages", member, one.dsse, keys, alone=isinstance(one, SignedMessage))
    return found


def stale_receipts(reading: Reading, directories: Directories) -> int:
    """How many receipts were given under an expired set, in its grace: by their own word, or as the set here says.

    The two may differ and both be honest: one snapshot has had many timestamps, and a set here holds one of them.
    """
    return sum(_is_stale(reading, directories, signed) for signed in reading.receipts.values())


def _is_stale(reading: Reading, directories: Directories, signed: SignedReceipt) -> bool:
    receipt, about = signed.receipt, reading.carried.get(signed.receipt.message)
    directory = directories.at(receipt.directory.snapshot, receipt.at)
    if receipt.directory.stale or directory is None or about is None:
        return receipt.directory.stale
    entry = directory.entries.get(about.message.author_party)
    return entry is not None and entry.ref.stale


def _check_receipts_of(found: Signatures, one: Carried, receipts: Sequence[SignedReceipt]) -> None:
    by_recipient: dict[AuthorityId, SignedReceipt] = {}
    for receipt in receipts:
        member = layout.receipt_member(receipt.id)
        recipient = receipt.receipt.recipient
        if recipient not in one.message.to:
            found.findings.append(Finding("receipts", ReceiptDiffers(receipt.id, "by a stranger"), member))
        if by_recipient.setdefault(recipient, receipt) is not receipt:
            found.findings.append(Finding("receipts", ReceiptDiffers(receipt.id, "a second one"), member))
    for recipient in one.message.to:
        if recipient not in by_recipient:
            member = layout.message_member(one.id)
            found.findings.append(Finding("receipts", ReceiptMissing(one.id, recipient), member))


def _keys_of(found: Signatures, one: Carried, receipt: SignedReceipt, directory: Directory) -> list[OfficerKey]:
    at, ids = receipt.receipt.at, one.dsse.key_ids
    keys: list[OfficerKey] = []
    try:
        keys.append(directory.signing_key(one.message.author, ids, at))
        if isinstance(one, SignedMessage):
            keys += [directory.officer_key(given.officer, given.act, ids, at) for given in one.message.approvals]
    except MusnadError as error:
        found.findings.append(Finding("messages", error, layout.message_member(one.id)))
    return keys


def _check_receipt(
    found: Signatures, reading: Reading, one: Carried, signed: SignedReceipt, directory: Directory
) -> None:
    receipt, member = signed.receipt, layout.receipt_member(signed.id)
    try:
        found.require("receipts", member, signed.dsse, [_key_of_recipient(reading, signed, directory)])
        party = directory.party(party_of(receipt.recipient))
        ref = directory.ref_of(one.message.author_party)
    except MusnadError as error:
        found.findings.append(Finding("receipts", error, member))
        return
    for holds, why in (
        (receipt.log == party.log.name, "of another log"),
        (receipt.own_place.index > receipt.place.index, "logged before its message"),
        (receipt.zone == party.time_zone, "in another time zone"),
        (abs(receipt.day - receipt.at.date()) <= timedelta(days=1), "its day is not its time's"),
        (
            (receipt.directory.snapshot, receipt.directory.version) == (ref.snapshot, ref.version),
            "its directory is another",
        ),
    ):
        if not holds:
            found.findings.append(Finding("receipts", ReceiptDiffers(signed.id, why), member))


def _key_of_recipient(reading: Reading, signed: SignedReceipt, directory: Directory) -> VerifyingKey:
    """By the set that the receipt names; where that set is too old to know its signer's newer key, by the index's."""
    receipt, ids = signed.receipt, signed.dsse.key_ids
    try:
        return directory.signing_key(receipt.recipient, ids, receipt.at)
    except MusnadError:
        if reading.directory is None:
            raise
        return reading.directory.signing_key(receipt.recipient, ids, receipt.at)
