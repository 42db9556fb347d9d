"""Content at rest: AES-256-GCM under a key a case, the case keys under the node's storage key.

Every ciphertext is a fresh 96-bit nonce, then ciphertext and tag. Its additional data name the table, the row and the
columns beside it, so that neither bytes moved between rows nor a changed column go unseen.

Left to the caller: keeping the storage key, and forgetting a case's key when its time has come.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from musnad.core.crypto import aead
from musnad.core.crypto.errors import CannotDecrypt
from musnad.core.kernel.errors import BadForm
from musnad.core.kernel.ijson import write_canonical
from musnad.core.kernel.names import CaseRef, Entropy
from musnad.exchange.errors import JournalCorrupt

LABEL = "musnad/1 at rest"

Facts = dict[str, object]
"""The columns that a ciphertext is bound to."""


@dataclass(frozen=True, slots=True)
class RestKey:
    """One key for content at rest: the storage key, or a case's. It never shows itself."""

    key: bytes = field(repr=False)
    entropy: Entropy = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.key) != aead.KEY_OCTETS:
            raise BadForm("storage key", f"not {aead.KEY_OCTETS} octets")

    def close(self, table: str, row: str, plaintext: bytes, **facts: object) -> bytes:
        """``plaintext`` closed for this row of this table, beside these columns."""
        nonce = self.entropy(aead.NONCE_OCTETS)
        return nonce + aead.encrypt(self.key, nonce, plaintext, _bound(table, row, facts))

    def open(self, table: str, row: str, sealed: bytes, **facts: object) -> bytes:
        """What ``close`` closed; ``JournalCorrupt`` naming the row where bytes, columns or key are others."""
        nonce, rest = sealed[: aead.NONCE_OCTETS], sealed[aead.NONCE_OCTETS :]
        try:
            return aead.decrypt(self.key, nonce, rest, _bound(table, row, facts), what=table)
        except CannotDecrypt as error:
            raise JournalCorrupt(f"{table} {row}") from error

    def new_case_key(self, case: CaseRef) -> tuple[RestKey, bytes]:
        """A fresh key for a case, and the same under this storage key."""
        key = self.entropy(aead.KEY_OCTETS)
        return RestKey(key, self.entropy), self.close("case-key", case, key)

    def open_case_key(self, case: CaseRef, wrapped: bytes) -> RestKey:
        return RestKey(self.open("case-key", case, wrapped), self.entropy)


def _bound(table: str, row: str, facts: Facts) -> bytes:
    return write_canonical({"label": LABEL, "table": table, "row": row, "facts": facts})
