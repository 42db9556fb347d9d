"""Who is to approve something about evidence: one's own pseudonym first, then colleagues whom the roster allows it."""

from __future__ import annotations

from musnad.core.kernel.names import AuthorityId, OfficerName
from musnad.core.messages.bodies import Act
from musnad.desk.answering.fields import Field, Given, Option
from musnad.exchange.ports import Ports
from musnad.language import gettext as _
from musnad.people.seat import Seat

NAME = "approvers"


def approvers_field(ports: Ports, seat: Seat, author: AuthorityId, act: Act, *, required: bool = True) -> Field:
    """The officers of the authority whom today's roster allows the act; one's own is chosen already."""
    allowed = _allowed(ports, author, act)
    own = seat.officer_of(author)
    return Field(
        NAME,
        _("Officers who are to approve it"),
        "ticks",
        _("You first; a colleague too where the rule of the measure asks for two."),
        required=required,
        options=tuple(Option(one, one) for one in sorted(allowed, key=lambda one: one != own)),
        values=(own,) if own in allowed and own is not None else (),
    )


def approvers_of(given: Given, ports: Ports, seat: Seat, author: AuthorityId, act: Act) -> tuple[OfficerName, ...]:
    """Those chosen, one's own first; an error beside the field where nobody was."""
    own, allowed = seat.officer_of(author), _allowed(ports, author, act)
    found = tuple(sorted((one for one in allowed if one in given.many(NAME)), key=lambda one: one != own))
    if not found:
        given.errors[NAME] = _("Choose one of those offered.")
    return found


def _allowed(ports: Ports, author: AuthorityId, act: Act) -> tuple[OfficerName, ...]:
    listed = ports.directories.current().authority(author).officers
    return tuple(dict.fromkeys(one.name for one in listed if act in one.acts))
