"""Receipts that the other Parties of a case gave each other: served to who is in the message, asked for at an export.

A receipt goes from a recipient to the author of its message. Among three Parties, what B receipted of C's message is
therefore not in A's journal, and a dossier needs it. A asks for it when it exports: first the author, who got it, then
the recipient, who gave it. It proves itself, whoever serves it. It is not journalled: the dossier carries it, and the
next export asks again.

1. A gate serves a message's receipts to an authority that is its author or a recipient of it; to anybody else the
message does not exist. They are at most one for each recipient. 2. What is served is taken where it is for that
message, by a recipient of it whose receipt is not at hand, of that recipient's log, signed by its key of that time and
by nobody else. All else is passed over, as if it had not been served. Whether the log holds it is proven as ever.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from musnad.core.crypto.dsse import parse_dsse
from musnad.core.directory.directory import Directory
from musnad.core.dossier import layout
from musnad.core.dossier.errors import ExportIncomplete, ReceiptMissing
from musnad.core.kernel.errors import MusnadError, Unavailable
from musnad.core.kernel.names import AuthorityId, MessageId, PartyCode, party_of
from musnad.core.messages.errors import UnknownVersion
from musnad.core.messages.message import MESSAGE_TYPE, Frame, Message
from musnad.core.messages.receipt import RECEIPT_TYPE, Receipt
from musnad.core.messages.schema import parse_frame, parse_message, parse_receipt
from musnad.exchange.errors import PeerGarbage, PeerRefused
from musnad.exchange.ports import Ports


@dataclass(frozen=True, slots=True)
class GivenReceipt:
    """A receipt between two other Parties, verified: its id, its DSSE bytes as served, and what it says."""

    id: MessageId
    signed: bytes
    receipt: Receipt


def receipts_for(ports: Ports, message: MessageId, asker: AuthorityId) -> tuple[bytes, ...] | None:
    """1. The journalled receipts of a message; None where it is not here, or ``asker`` is not one of it."""
    entry = ports.journal.entry(message)
    if entry is None or entry.kind == "receipt":
        return None
    said = said_in(entry.signed)
    if asker not in {said.author, *said.to}:
        return None
    return tuple(receipt.signed for receipt in ports.journal.receipts_of(message))


def said_in(signed: bytes) -> Message | Frame:
    """What a journalled message says; a frame of one that is not understood."""
    payload = parse_dsse(signed, payload_type=MESSAGE_TYPE, what="message").payload
    try:
        return parse_message(payload)
    except UnknownVersion:
        return parse_frame(payload)


class ReceiptGathering:
    """One export's asking: a Party that does not answer is asked once."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self._silent: dict[PartyCode, Unavailable] = {}

    def of(
        self, message: MessageId, said: Message | Frame, at_hand: frozenset[AuthorityId]
    ) -> tuple[GivenReceipt, ...]:
        """The receipts of a message that are not at hand, from whoever has them.

        Raises:
            PeerUnreachable, PeerBusy: one is missing, and who may have it does not answer now.
            ExportIncomplete: one is missing, and those who should have it do not serve it.
        """
        wanted = {one for one in said.to if party_of(one) != self._ports.party} - at_hand
        found: dict[AuthorityId, GivenReceipt] = {}
        for holder in dict.fromkeys((said.author_party, *sorted(party_of(one) for one in wanted))):
            if holder != self._ports.party and not wanted <= found.keys():
                for given in self._served(holder, message, said):
                    if given.receipt.recipient in wanted:
                        found.setdefault(given.receipt.recipient, given)
        for lacking in sorted(wanted - found.keys()):
            for holder in (party_of(lacking), said.author_party):
                if holder in self._silent:
                    raise self._silent[holder]
            raise ExportIncomplete(ReceiptMissing.code, layout.message_member(message))
        return tuple(found[recipient] for recipient in sorted(found))

    def _served(self, holder: PartyCode, message: MessageId, said: Message | Frame) -> Iterator[GivenReceipt]:
        """2. What a Party serves, and holds."""
        if holder in self._silent:
            return
        directory = self._ports.directories.current()
        ours = {said.author, *said.to} & self._ports.keys.hosted
        asker = min(ours or self._ports.keys.hosted)
        served: Sequence[bytes] = ()
        try:
            served = self._ports.wire.receipts(directory.party(holder), asker, message)
        except Unavailable as silent:
            self._silent[holder] = silent
        except (PeerRefused, PeerGarbage):
            return
        for data in served:
            try:
                yield _verified(data, message, directory)
            except MusnadError:
                continue


def _verified(data: bytes, message: MessageId, directory: Directory) -> GivenReceipt:
    dsse = parse_dsse(data, payload_type=RECEIPT_TYPE, what="receipt")
    receipt = parse_receipt(dsse.payload)
    key = directory.signing_key(receipt.recipient, dsse.key_ids, receipt.at)
    dsse.verify(key, what="receipt")
    log = directory.party(party_of(receipt.recipient)).log.name
    if receipt.message != message or receipt.log != log or dsse.key_ids != set(key.ids):
        raise ReceiptMissing(message, receipt.recipient)
    return GivenReceipt(MessageId(dsse.id), data, receipt)
