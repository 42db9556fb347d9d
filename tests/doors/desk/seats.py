"""Who sits at a desk in tests that are not about people."""

from __future__ import annotations

from musnad.core.kernel.names import OfficerName
from musnad.people.powers import Role
from musnad.people.seat import Seat


def seat(*roles: Role, party: str = "VN", name: str = "lan") -> Seat:
    """A seat of both authorities of a Party of the story."""
    officers = tuple(OfficerName(f"{party}/{one}/duty-1") for one in ("contact-24-7", "central-authority"))
    return Seat(1, name, name.title(), frozenset(roles), officers)


def pseudonyms(name: str, party: str = "VN") -> list[OfficerName]:
    """One at each authority of a Party of the story, which nobody else has."""
    return [OfficerName(f"{party}/{one}/{name}") for one in ("contact-24-7", "central-authority")]


OFFICER = seat(Role.DUTY_OFFICER, Role.LAWYER)
EXAMINER = seat(Role.EXAMINER)
OVERSEER = seat(Role.OVERSEER)
ADMINISTRATOR = seat(Role.ADMINISTRATOR)
