"""What a journalled DSSE says: its message, or its receipt. Signatures were verified when it was admitted."""

from __future__ import annotations

from musnad.core.crypto.dsse import parse_dsse
from musnad.core.messages.message import MESSAGE_TYPE, Message
from musnad.core.messages.receipt import RECEIPT_TYPE, Receipt
from musnad.core.messages.schema import parse_message, parse_receipt


def message_in(signed: bytes) -> Message:
    """The message of a DSSE; errors as ``parse_dsse`` and ``parse_message``."""
    return parse_message(parse_dsse(signed, payload_type=MESSAGE_TYPE, what="message").payload)


def receipt_in(signed: bytes) -> Receipt:
    """The receipt of a DSSE; errors as ``parse_dsse`` and ``parse_receipt``."""
    return parse_receipt(parse_dsse(signed, payload_type=RECEIPT_TYPE, what="receipt").payload)
