"""A seat: the person at the desk now, with what they may do. A value, made anew for every request."""

from __future__ import annotations

from dataclasses import dataclass

from musnad.core.kernel.names import AuthorityId, OfficerName, authority_of
from musnad.people.powers import OF_AN_AUTHORITY, Power, Role, powers_of


@dataclass(frozen=True, slots=True)
class Seat:
    """``person`` is the row's key, ``name`` what they sign in with, ``shown`` what colleagues call them.

    ``officers`` are the pseudonyms under which the roster of each of their authorities lists them.
    """

    person: int
    name: str
    shown: str
    roles: frozenset[Role]
    officers: tuple[OfficerName, ...] = ()

    @property
    def powers(self) -> frozenset[Power]:
        """What the roles give; of working in cases, nothing to who is listed at no authority."""
        given = powers_of(self.roles)
        if self.officers:
            return given
        return given - OF_AN_AUTHORITY | ({Power.SEE_CASES} if Power.OVERSEE in given else set())

    def may(self, power: Power) -> bool:
        return power in self.powers

    @property
    def authorities(self) -> tuple[AuthorityId, ...]:
        return tuple(dict.fromkeys(authority_of(one) for one in self.officers))

    def officer_of(self, authority: AuthorityId) -> OfficerName | None:
        """Their pseudonym at that authority; ``None`` where they are not of it."""
        return next((one for one in self.officers if authority_of(one) == authority), None)
