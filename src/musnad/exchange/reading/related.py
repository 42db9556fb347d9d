"""Cases that have something to do with a case: the same identifier in both, or one that names the other's number.

What the reader may not know of is neither told nor counted: it is left out where it is looked for, so that nothing here
is any different for it. Identifiers and numbers are looked up in the search index, blinded; no other case is opened.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from musnad.core.case.state import CaseState
from musnad.core.kernel.names import CaseRef
from musnad.core.messages.bodies import Request
from musnad.core.treaty.values import FieldKind
from musnad.exchange.agenda import Wanted
from musnad.exchange.due import refresh
from musnad.exchange.filing import strings_of
from musnad.exchange.ports import Ports
from musnad.exchange.reading.inbox import rows_of
from musnad.exchange.reading.rows import InboxRow
from musnad.exchange.words import asked

SHOWN = 10
"""How many cases are shown, and how many are looked for by one identifier."""
IDENTIFIERS = 16
NUMBERS = 16
_SHORT = 12
_NUMBER = re.compile(rf"(?<![0-9a-f])[0-9a-f]{{{_SHORT},64}}(?![0-9a-f])")


@dataclass(frozen=True, slots=True)
class RelatedView:
    """A case, and what relates it: ``identifiers`` that both hold, whether this case names it, and it this case."""

    row: InboxRow
    identifiers: tuple[str, ...]
    named_here: bool
    names_this: bool


@dataclass
class _Why:
    identifiers: list[str] = field(default_factory=list)
    named_here: bool = False
    names_this: bool = False


def related_cases(ports: Ports, state: CaseState, hidden: frozenset[CaseRef] = frozenset()) -> tuple[RelatedView, ...]:
    """Up to ``SHOWN`` cases, the one that grew last first; none of the hidden ones."""
    refresh(ports)
    without = hidden | {state.case}
    found: dict[CaseRef, _Why] = {}
    fields = _identifier_fields(ports)
    for value in _identifiers(ports, state):
        for case in _held_by(ports, value, fields, without):
            found.setdefault(case, _Why()).identifiers.append(value)
    for case in _named(ports, state, without):
        found.setdefault(case, _Why()).named_here = True
    this = frozenset({f"#{state.case}", f"#{state.case[:_SHORT]}"})
    for hit in ports.agenda.find((this,), SHOWN, None, without):
        found.setdefault(hit.case, _Why()).names_this = True
    rows = sorted(rows_of(ports, tuple(found)), key=lambda one: one.last_at, reverse=True)[:SHOWN]
    return tuple(
        RelatedView(row, tuple(why.identifiers), why.named_here, why.names_this)
        for row in rows
        for why in (found[row.case],)
    )


def _identifier_fields(ports: Ports) -> frozenset[str]:
    """The fields that hold identifiers, by any of the treaty data at hand, as the index calls them."""
    return frozenset(
        f"field/{name}"
        for treaty in ports.treaties.known().values()
        for measure in treaty.measures.values()
        for name, one in measure.fields.items()
        if one.kind is FieldKind.IDENTIFIERS
    )


def _identifiers(ports: Ports, state: CaseState) -> tuple[str, ...]:
    """The identifiers that the case's requests name, each once."""
    found: dict[str, None] = {}
    treaties = ports.treaties.known()
    for request in state.requests.values():
        body, treaty = state.messages[request.id].body, treaties.get(request.treaty)
        measure = treaty.measures.get(request.measure) if treaty is not None else None
        if measure is None or not isinstance(body, Request):
            continue
        for name, value in body.fields.items():
            known = measure.fields.get(name)  # type: ignore[call-overload]  # a name as it came
            if known is not None and known.kind is FieldKind.IDENTIFIERS and isinstance(value, list):
                entries = (one.get("value") for one in value if isinstance(one, dict))
                found |= dict.fromkeys(one.strip() for one in entries if isinstance(one, str) and one.strip())
    return tuple(found)[:IDENTIFIERS]


def _held_by(ports: Ports, value: str, fields: frozenset[str], without: frozenset[CaseRef]) -> Iterator[CaseRef]:
    """The cases that hold the identifier itself: no other form of its words; a plain word only as an identifier."""
    groups: Wanted = [frozenset(one for one in group if one[0] in "#=") for group in asked(value)]
    if not groups or not all(groups):
        return
    plain = value.isalpha()
    for hit in ports.agenda.find(groups, SHOWN, None, without):
        if not plain or fields & set(hit.fields):
            yield hit.case


def _named(ports: Ports, state: CaseState, without: frozenset[CaseRef]) -> Iterator[CaseRef]:
    """The cases whose number, or its beginning, something that was said in this case names."""
    own = {*state.messages, *state.exhibits}
    numbers: dict[str, None] = {}
    for message in state.messages.values():
        for text in strings_of(message.body):
            numbers |= dict.fromkeys(one for one in _NUMBER.findall(text.casefold()) if one not in own)
    for number in tuple(numbers)[:NUMBERS]:
        meant = ports.agenda.begins_with(number, 2, without)
        if len(meant) == 1:
            yield meant[0]
