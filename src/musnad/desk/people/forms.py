"""What the forms of this area offer and what they bring back."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest

from musnad.core.directory.errors import DirectoryExpired
from musnad.core.kernel.names import OfficerName, parse_officer
from musnad.exchange.ports import Ports
from musnad.language import gettext as _
from musnad.people.powers import Role


@dataclass(frozen=True, slots=True)
class Choice:
    """A box that can be ticked."""

    value: str
    shown: str
    hint: str
    ticked: bool


def role_words() -> dict[Role, tuple[str, str]]:
    """Each role's name and what it may do, in the reader's language."""
    return {
        Role.DUTY_OFFICER: (_("Duty officer"), _("sees cases, asks, answers, seals evidence, approves")),
        Role.LAWYER: (_("Lawyer"), _("sees cases, asks, answers, approves")),
        Role.EXAMINER: (_("Examiner"), _("sees cases, seals and opens evidence, approves")),
        Role.APPROVER: (_("Approver"), _("sees cases, approves, publishes a year's report")),
        Role.OVERSEER: (_("Overseer"), _("sees everything; alone, changes nothing")),
        Role.ADMINISTRATOR: (_("Administrator"), _("decides who may sit here; alone, sees no case")),
    }


def role_choices(ticked: frozenset[str]) -> list[Choice]:
    return [Choice(one.value, *said, one.value in ticked) for one, said in role_words().items()]


def officer_choices(ports: Ports, ticked: frozenset[str]) -> list[Choice]:
    """The pseudonyms of this node's rosters, and those that the person has though no roster lists them now."""
    listed: list[str] = []
    try:
        directory = ports.directories.current()
        for authority in sorted(ports.keys.hosted):
            listed += [str(one.name) for one in directory.authority(authority).officers]
    except DirectoryExpired:
        pass
    return [Choice(one, one, "", one in ticked) for one in dict.fromkeys([*listed, *sorted(ticked)])]


def given_roles(request: HttpRequest) -> frozenset[Role]:
    """The roles that were ticked; what is no role is no tick."""
    known = {one.value: one for one in Role}
    return frozenset(known[one] for one in request.POST.getlist("role") if one in known)


def given_officers(request: HttpRequest) -> tuple[OfficerName, ...]:
    """The pseudonyms that were ticked; ``BadForm``."""
    return tuple(parse_officer(one) for one in request.POST.getlist("officer"))
