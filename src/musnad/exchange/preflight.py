"""Pre-flight from the ports: one function for a draft, one for a question, whoever asks: terminal, desk or interface.

The treaty is chosen by the legal basis that the draft names; the register is that of the Convention, and of no other
treaty is it known here who is a Party. A node that has no directory yet answers all the same, and says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from musnad.core.directory.directory import Directory
from musnad.core.kernel.errors import BadForm, Unavailable
from musnad.core.kernel.ijson import PAYLOAD_LIMIT_OCTETS, JsonObject, parse_object
from musnad.core.kernel.names import MessageId, PartyCode, parse_party
from musnad.core.kernel.states import parse_state
from musnad.core.kernel.times import Day
from musnad.core.law.errors import NoProfile
from musnad.core.law.values import Penalty, Profile
from musnad.core.messages.bodies import Request
from musnad.core.messages.message import Message
from musnad.core.preflight.asking import ask, can
from musnad.core.preflight.checking import Preflight, preflight
from musnad.core.preflight.draft import instrument_of
from musnad.core.preflight.errors import FieldTooLarge
from musnad.core.preflight.oversize import crowded_field
from musnad.core.preflight.values import AuthorityFacts, Can, Known
from musnad.core.register.values import Register
from musnad.core.treaty.values import Treaty
from musnad.exchange.civil import known_zones
from musnad.exchange.composing import read_draft
from musnad.exchange.ports import Laws, Ports

DRAFT_LIMIT_OCTETS = 16 * 1024 * 1024
"""Larger than any message may be, so that a draft that is too large is told field by field."""


@dataclass(frozen=True, slots=True)
class Sources:
    """What a pre-flight is read from: a node's ports, or the package's own data, which have no directory."""

    treaty: Callable[[str], Treaty]
    laws: Laws
    register: Callable[[], Register]
    directory: Callable[[], Directory] | None = None


def sources_of(ports: Ports) -> Sources:
    return Sources(ports.treaties.current, ports.laws, ports.register.current, ports.directories.current)


def check_draft(sources: Sources, value: Mapping[str, object], day: Day, *, size_octets: int = 0) -> Preflight:
    """Everything to say about a draft before it leaves; it raises only what the ports raise."""
    return preflight(known_on(sources, instrument_of(value), day), value, size_octets=size_octets)


def check_file(sources: Sources, data: bytes, what: str, day: Day) -> Preflight:
    """The same of a draft's JSON, whole or cut off past the limit.

    Raises:
        FieldTooLarge: the draft is larger than is read, by this field. TooLarge: the same, by no one field.
        NotJson: it is no JSON.
    """
    _check_size(data, what, DRAFT_LIMIT_OCTETS, within=("fields",))
    value = parse_object(data, what=what, limit_octets=DRAFT_LIMIT_OCTETS)
    return check_draft(sources, value, day, size_octets=len(data))


def parse_fields(data: bytes, what: str) -> JsonObject:
    """A request's fields as a file of their own, no larger than a message; errors as ``check_file``."""
    _check_size(data, what, PAYLOAD_LIMIT_OCTETS, within=())
    return parse_object(data, what=what)


def _check_size(data: bytes, what: str, limit_octets: int, *, within: tuple[str, ...]) -> None:
    """Name the field that makes it too large, where it is one; what is too large otherwise is left to the parser."""
    if len(data) > limit_octets:
        crowded = crowded_field(data[: limit_octets + 1], within=within)
        if crowded is not None:
            raise FieldTooLarge(what, *crowded)


def check_stored(ports: Ports, draft: MessageId, day: Day) -> Preflight:
    """The same of a draft that this node holds.

    Raises:
        UnknownDraft: there is none (any more). BadForm: it asks for nothing.
    """
    found = read_draft(ports, draft)
    return check_draft(sources_of(ports), members_of(found.message), day, size_octets=len(found.dsse.payload))


def members_of(message: Message) -> JsonObject:
    """A request as the members of a draft; ``BadForm`` where the message asks for nothing."""
    if not isinstance(message.body, Request):
        raise BadForm("draft", f"a {message.body.kind} asks for no measure")
    basis = message.legal_basis
    found: JsonObject = {
        "author": message.author,
        "to": list(message.to),
        "fields": dict(message.body.fields),
        "language": message.language,
        "exercise": message.exercise,
    }
    if message.measure is not None:
        found["measure"] = message.measure
    if basis is not None:
        found["legal_basis"] = {"instrument": basis.instrument, "note": basis.note}
    if message.body.follows is not None:
        found["follows"] = message.body.follows
    return found


def can_ask(
    sources: Sources,
    asker: str,
    asked: str,
    measure: str,
    offence: str | None,
    day: Day,
    *,
    basis: str | None = None,
    maxima: tuple[Penalty | None, Penalty | None] = (None, None),
) -> Can:
    """Whether one State can ask another for the measure about the offence, on that day.

    Raises:
        UnknownState: a code that no State and no organisation of the register has.
        UnknownMeasure, UnknownOffence, UnknownBasis: a name that the treaty data does not hold.
    """
    known = known_on(sources, basis or "", day)
    states = (_party(sources, asker), _party(sources, asked))
    return can(known, ask(known.treaty, *states, measure, offence, basis=basis, maxima=maxima))


def can_ask_each(
    sources: Sources, state: str, measure: str, offence: str | None, day: Day, *, asks: bool = True
) -> tuple[Can, ...]:
    """The same between one State and each other one of the register, in the order of their codes.

    Args:
        asks: whether the State asks them; else it is asked.
    Raises: as ``can_ask``.
    """
    known, one = known_on(sources, "", day), _party(sources, state)
    pairs = ((one, other) if asks else (other, one) for other in sorted(sources.register().entries) if other != one)
    return tuple(can(known, ask(known.treaty, *pair, measure, offence)) for pair in pairs)


def profile_of(sources: Sources, state: str) -> Profile:
    """A State's law profile; ``UnknownState``, ``NoProfile``."""
    found = sources.laws.profiles().get(parse_state(state))
    if found is None:
        raise NoProfile(state)
    return found


def known_on(sources: Sources, instrument: str, day: Day) -> Known:
    """Everything at hand for a question under this instrument."""
    treaty = sources.treaty(instrument)
    registered = sources.treaty("").name == treaty.name
    return Known(
        treaty=treaty,
        register=sources.register() if registered else None,
        law=sources.laws.data(),
        profiles=sources.laws.profiles(),
        directory=_directory(sources.directory),
        practice=sources.laws.practice(),
        day=day,
        zones=known_zones(),
    )


def _directory(held: Callable[[], Directory] | None) -> Mapping[PartyCode, tuple[AuthorityFacts, ...]] | None:
    """Who may be asked, as the directory has it; ``None`` where no set of it can be used now."""
    if held is None:
        return None
    try:
        current = held()
    except Unavailable:
        return None
    return {
        code: tuple(AuthorityFacts(one.id, one.roles, one.measures, one.languages) for one in entry.party.authorities)
        for code, entry in current.entries.items()
        if not entry.expired
    }


def _party(sources: Sources, code: str) -> PartyCode:
    """A State, or an organisation that the register knows."""
    if code in sources.register().entries:
        return parse_party(code)
    return parse_state(code)
