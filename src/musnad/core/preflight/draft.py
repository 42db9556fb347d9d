"""A draft request, read without ever refusing: what is wrong with it becomes a reason that blocks.

{"author": "QA/central-authority", "to": ["VN/central-authority"], "measure": "access-to-stored-data",
 "legal_basis": {"instrument": "reciprocity", "note": "..."}, "fields": {...}, "follows": "...", "language": "en"}
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeVar

from musnad.core.kernel.errors import BadForm
from musnad.core.kernel.ijson import PAYLOAD_LIMIT_OCTETS
from musnad.core.kernel.names import AuthorityId, PartyCode, Slug, parse_authority, parse_slug, party_of
from musnad.core.preflight.values import Found, Reason, Topic, Weight

MEMBERS = ("author", "to", "measure", "legal_basis", "fields", "follows", "language", "case", "exercise")
RECIPIENTS_LIMIT = 50
_TEXT_LIMIT = 200

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Draft:
    """What of a draft could be read; what could not is empty, and a reason says so."""

    author: AuthorityId | None
    to: tuple[AuthorityId, ...]
    measure: Slug | None
    basis: Slug | None
    fields: Mapping[str, object]
    follows: bool
    language: str | None
    size_octets: int

    @property
    def asker(self) -> PartyCode | None:
        return None if self.author is None else party_of(self.author)

    @property
    def asked(self) -> tuple[PartyCode, ...]:
        """The States that are asked, each once, in the draft's order."""
        return tuple(dict.fromkeys(party_of(one) for one in self.to))


def instrument_of(value: Mapping[str, object]) -> str:
    """The legal basis that a draft names; empty where it names none. What chooses the treaty data."""
    basis = value.get("legal_basis")
    named = basis.get("instrument") if isinstance(basis, Mapping) else basis
    return named if isinstance(named, str) else ""


def read_draft(value: Mapping[str, object], *, size_octets: int = 0) -> tuple[Draft, tuple[Reason, ...]]:
    """The draft, and everything that is wrong with its outer form."""
    reading = _Reading(value)
    author = reading.one("author", parse_authority)
    to = reading.many("to", parse_authority)
    measure = reading.one("measure", parse_slug)
    basis = reading.basis()
    fields = value.get("fields")
    if not isinstance(fields, Mapping) or not all(isinstance(name, str) for name in fields):
        reading.wrong("fields", missing="fields" not in value)
        fields = {}
    language = reading.text("language")
    follows, _ = reading.text("follows"), reading.text("case")
    if not isinstance(value.get("exercise", False), bool):
        reading.wrong("exercise")
    for name in value:
        if name not in MEMBERS:
            reading.found.append(_of_form(Found.DRAFT_MEMBER_UNKNOWN, str(name)[:64]))
    if size_octets > PAYLOAD_LIMIT_OCTETS:
        facts = {"size_octets": size_octets, "limit_octets": PAYLOAD_LIMIT_OCTETS}
        reading.found.append(Reason(Topic.DRAFT, Found.DRAFT_TOO_LARGE, Weight.BLOCKS, facts=facts))
    draft = Draft(
        author, to, measure, basis, MappingProxyType(dict(fields)), follows is not None, language, size_octets
    )
    return draft, tuple(reading.found)


class _Reading:
    """A draft's members, and what was found wrong with them so far."""

    def __init__(self, value: Mapping[str, object]) -> None:
        self._value = value
        self.found: list[Reason] = []

    def wrong(self, member: str, *, missing: bool = False) -> None:
        found = Found.DRAFT_MEMBER_MISSING if missing else Found.DRAFT_MEMBER_WRONG
        self.found.append(_of_form(found, member))

    def one(self, member: str, parse: Callable[[str], T]) -> T | None:
        """A name that is due."""
        if self._value.get(member) is None:
            self.wrong(member, missing=True)
            return None
        found = _parsed(self._value[member], parse)
        if found is None:
            self.wrong(member)
        return found

    def text(self, member: str) -> str | None:
        """A short text that may be left out."""
        value = self._value.get(member)
        if value is None:
            return None
        if not isinstance(value, str) or not 0 < len(value) <= _TEXT_LIMIT:
            self.wrong(member)
            return None
        return value

    def basis(self) -> Slug | None:
        """The instrument, alone or in an object with a note."""
        value = self._value.get("legal_basis")
        if value is None:
            self.wrong("legal_basis", missing=True)
            return None
        named = instrument_of(self._value)
        shape = isinstance(value, str) or (
            isinstance(value, Mapping)
            and set(value) <= {"instrument", "note"}
            and isinstance(value.get("note", ""), str)
        )
        found = _parsed(named, parse_slug) if shape else None
        if found is None:
            self.wrong("legal_basis")
        return found

    def many(self, member: str, parse: Callable[[str], AuthorityId]) -> tuple[AuthorityId, ...]:
        """One name or a list of them, none twice."""
        value = self._value.get(member)
        if value is None:
            self.wrong(member, missing=True)
            return ()
        listed = value if isinstance(value, list) else [value]
        found = []
        if not 0 < len(listed) <= RECIPIENTS_LIMIT:
            self.wrong(member)
            return ()
        for place, one in enumerate(listed):
            name = _parsed(one, parse)
            if name is None or name in found:
                self.wrong(f"{member}[{place}]" if isinstance(value, list) else member)
            else:
                found.append(name)
        return tuple(found)


def _parsed(value: object, parse: Callable[[str], T]) -> T | None:
    try:
        return parse(value) if isinstance(value, str) else None
    except BadForm:
        return None


def _of_form(found: Found, member: str) -> Reason:
    return Reason(Topic.DRAFT, found, Weight.BLOCKS, facts={"member": member})
