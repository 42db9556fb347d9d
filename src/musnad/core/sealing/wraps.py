"""The exhibit key, closed for one recipient authority; wrapped anew, it passes an exhibit on without breaking its seal.

HPKE ``info`` is the canonical JSON of {"label": "musnad/1 exhibit key", "seal", "recipient", "key"}: a wrap moved to
another exhibit, recipient or key does not open.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from musnad.core.crypto.errors import CannotDecrypt
from musnad.core.crypto.wrapping import UnwrappingKey, WrappingKey
from musnad.core.kernel.ijson import write_canonical
from musnad.core.kernel.names import AuthorityId, KeyId, SealId
from musnad.core.sealing.part import KEY_OCTETS

LABEL = "musnad/1 exhibit key"


@dataclass(frozen=True, slots=True)
class ExhibitWrap:
    """The exhibit key for ``recipient``, openable by the secret of ``key``."""

    recipient: AuthorityId
    key: KeyId
    wrap: bytes = field(repr=False)


def wrap_info(seal: SealId, recipient: AuthorityId, key: KeyId) -> bytes:
    """What a wrap is bound to."""
    return write_canonical({"label": LABEL, "seal": seal, "recipient": recipient, "key": key})


def wrap_exhibit_key(exhibit_key: bytes, seal: SealId, recipient: AuthorityId, to: WrappingKey) -> ExhibitWrap:
    """Close the exhibit key for one recipient; ``BadKey`` where the recipient's key is not one."""
    key = to.id
    return ExhibitWrap(recipient, key, to.wrap(exhibit_key, info=wrap_info(seal, recipient, key)))


def unwrap_exhibit_key(wrap: ExhibitWrap, seal: SealId, secret: UnwrappingKey) -> bytes:
    """The exhibit key; ``CannotDecrypt`` where exhibit, recipient, key or bytes are not those that were wrapped."""
    opened = secret.unwrap(wrap.wrap, info=wrap_info(seal, wrap.recipient, wrap.key), what="exhibit key")
    if len(opened) != KEY_OCTETS:
        raise CannotDecrypt("exhibit key")
    return opened
