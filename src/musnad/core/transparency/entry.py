"""What the log holds of a message: a commitment that says nothing without its salt.

``entry = SHA-256(salt || message id)``, both 32 octets. Whoever holds a receipt has the salt and can show that the
message stands in the log; whoever reads the log learns neither the message nor whether two leaves are of one case.
"""

from __future__ import annotations

import hashlib

from musnad.core.kernel.errors import BadForm
from musnad.core.kernel.names import MessageId, parse_message_id

SALT_OCTETS = 32
ENTRY_OCTETS = 32


def blind_entry(salt: bytes, message_id: MessageId) -> bytes:
    """The 32 octets that enter the log for a message.

    Args:
        salt: 32 fresh random octets, never used for two entries.
    Raises:
        BadForm: the salt is not 32 octets, or the id is not 64 hexadecimal digits.
    """
    if len(salt) != SALT_OCTETS:
        raise BadForm("salt", f"{len(salt)} octets where {SALT_OCTETS} are due")
    return hashlib.sha256(salt + bytes.fromhex(parse_message_id(message_id))).digest()
