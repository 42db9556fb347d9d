"""Apply changes to the register: all of them, or none. The only way in which a register comes to be.

A change adds a fact, replaces one that stands (named by its digest), or strikes one out. In order: 1. a change that
was applied already changes nothing; 2. the fact that it refers to is known and stands; 3. afterwards no State's facts
contradict one another (``consistency``). The old record stays, with what took its place, who said so and why.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from musnad.core.kernel.names import AuthorityId, Digest, PartyCode
from musnad.core.kernel.times import Instant
from musnad.core.register.consistency import check_entry, check_general
from musnad.core.register.errors import Replaced, UnknownFact
from musnad.core.register.rows import Row
from musnad.core.register.values import Catalogue, Entry, Fact, Record, Register, Replacement, Saying

STRUCK_OUT = "struck-out"


@dataclass(frozen=True, slots=True)
class Change:
    """``fact`` in the place of the one that ``replaces`` names; either may be missing, not both."""

    fact: Fact | None
    replaces: Digest | None
    reason: str
    said: Saying


def empty(catalogue: Catalogue) -> Register:
    """Every State of the catalogue, and nothing said of any."""
    entries = {code: Entry(state, ()) for code, state in catalogue.states.items()}
    return Register(catalogue, MappingProxyType(entries), (), (), MappingProxyType({}))


def changes_of(
    rows: Iterable[Row], register: Register, digest: Digest | None = None, at: Instant | None = None
) -> tuple[Change, ...]:
    """What these rows change: a row whose fact stands changes nothing; one that names another fact corrects it."""
    standing = {record.fact.digest for record in register.records() if record.replaced is None}
    found = []
    for row in rows:
        own = row.fact.digest
        if own in standing and row.stands_for in (None, own):
            continue
        replaces = None if row.stands_for == own else row.stands_for
        if replaces is not None and replaces not in standing and own in standing:
            continue  # applied already
        found.append(Change(row.fact, replaces, "", Saying(row.file, row.line, at=at, digest=digest)))
    return tuple(found)


def apply(
    register: Register, changes: Iterable[Change], *, digest: Digest | None = None, author: AuthorityId | None = None
) -> Register:
    """The register after these changes, in their order.

    Args:
        digest: of the load or update that they come from; one that was applied already changes nothing.
        author: of an update, whose last one this now is.
    Raises:
        UnknownFact, Replaced: the fact that a change refers to. Contradiction: of what stands afterwards.
    """
    if digest is not None and digest in register.applied:
        return register
    book = _Book(register)
    for change in changes:
        book.take(change)
    return book.closed(digest, author)


class _Book:
    """The records while changes are taken; nothing leaves it before all is checked."""

    def __init__(self, register: Register) -> None:
        self._register = register
        self._records: dict[PartyCode | None, list[Record]] = {
            code: list(entry.records) for code, entry in register.entries.items()
        }
        self._records[None] = list(register.general)
        self._standing: dict[Digest, PartyCode | None] = {}
        self._replaced: dict[Digest, Replacement] = {}
        for record in register.records():
            if record.replaced is None:
                self._standing[record.fact.digest] = record.fact.party
            else:
                self._replaced[record.fact.digest] = record.replaced
        self._touched: set[PartyCode | None] = set()

    def take(self, change: Change) -> None:
        new = change.fact.digest if change.fact else None
        if change.replaces is None:
            if new is None or new in self._standing:
                return
            if new in self._replaced:
                raise self._refused(change, new)
        elif change.replaces not in self._standing:
            raise self._refused(change, change.replaces)
        elif change.replaces != new:
            self._strike(change, change.replaces, new)
        if change.fact is not None and new is not None and new not in self._standing:
            record = Record(change.fact, change.said)
            self._records[change.fact.party].append(record)
            self._standing[new] = change.fact.party
            self._touched.add(change.fact.party)

    def closed(self, digest: Digest | None, author: AuthorityId | None) -> Register:
        before = self._register
        entries: Mapping[PartyCode, Entry] = MappingProxyType(
            {code: Entry(entry.state, tuple(self._records[code])) for code, entry in before.entries.items()}
        )
        applied = before.applied if digest is None else (*before.applied, digest)
        last_of = dict(before.last_of)
        if author is not None and digest is not None:
            last_of[author] = digest
        after = Register(before.catalogue, entries, tuple(self._records[None]), applied, MappingProxyType(last_of))
        if None in self._touched:
            check_general(after)
        for code in entries if None in self._touched else self._touched:
            if code is not None:
                check_entry(after, code)
        return after

    def _strike(self, change: Change, old: Digest, new: Digest | None) -> None:
        party = self._standing.pop(old)
        why = Replacement(new, change.said, change.reason)
        self._records[party] = [
            replace(one, replaced=why) if one.fact.digest == old and one.replaced is None else one
            for one in self._records[party]
        ]
        self._replaced[old] = why
        self._touched.add(party)

    def _refused(self, change: Change, fact: Digest) -> UnknownFact | Replaced:
        file, line = change.said.file, change.said.line
        found = self._replaced.get(fact)
        if found is None:
            return UnknownFact(file, line, fact)
        return Replaced(file, line, fact, found.fact or STRUCK_OUT)
