"""A node's secrets, held in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from musnad.core.crypto.signing import SigningKey
from musnad.core.crypto.wrapping import UnwrappingKey
from musnad.core.kernel.names import AuthorityId, PartyCode
from musnad.core.transparency.keys import LogSigningKey, WitnessSigningKey
from musnad.exchange.errors import NotHosted


@dataclass(frozen=True, slots=True)
class MemoryKeyRing:
    """``exchange.ports.KeyRing`` from values."""

    party: PartyCode
    log: LogSigningKey
    witness: WitnessSigningKey
    signing_keys: Mapping[AuthorityId, SigningKey] = field(repr=False)
    unwrapping_keys: Mapping[AuthorityId, Sequence[UnwrappingKey]] = field(repr=False)

    @property
    def hosted(self) -> frozenset[AuthorityId]:
        return frozenset(self.signing_keys)

    def signing(self, authority: AuthorityId) -> SigningKey:
        key = self.signing_keys.get(authority)
        if key is None:
            raise NotHosted(authority)
        return key

    def unwrapping(self) -> Mapping[AuthorityId, Sequence[UnwrappingKey]]:
        return self.unwrapping_keys
