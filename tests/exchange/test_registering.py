"""Loading, correcting and accepting: what two nodes make of the register, and whom each trusts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from musnad.adapters.memory.reference import MemoryRegisters
from musnad.core.kernel.names import AuthorityId, Digest, PartyCode
from musnad.core.register.errors import AuthorNotTrusted, BadUpdate, NotATable, UpdateFromTheFuture, UpdateOutOfOrder
from musnad.core.register.values import FactKind
from musnad.exchange.errors import NotHosted
from musnad.exchange.registering import Corrected, accept, correct, load_table
from tests.core.register.data import BASE, row, table
from tests.world import Node, World

AUTHORITY = "central-authority"
LANGUAGES = table(row("QA", "notification", "2026-06-01", about="languages", value="ar en"))


def say(node: Node, lines: bytes | None = LANGUAGES, *struck: Digest) -> Corrected:
    rows = None if lines is None else (lines, "mine.csv")
    made = correct(node.ports, rows, struck, "Seen.", node.authority(AUTHORITY), node.officer(AUTHORITY))
    assert made is not None
    return made


def languages(node: Node) -> list[str]:
    entry = node.ports.register.current().entries[PartyCode("QA")]
    return [one.fact.value for one in entry.of(FactKind.NOTIFICATION)]


def test_a_table_is_loaded_once() -> None:
    node = World()["QA"]
    first = load_table(node.ports, LANGUAGES, "mine.csv")
    assert (first.changes, first.known) == (1, False)
    again = load_table(node.ports, LANGUAGES, "other.csv")
    assert (again.changes, again.known) == (0, True)
    assert languages(node) == ["ar en"]
    with pytest.raises(NotATable):
        load_table(node.ports, LANGUAGES, "mine.txt")


def test_a_correction_is_applied_here_and_accepted_where_its_author_is_trusted() -> None:
    world = World()
    qatar, vietnam = world["QA"], world["VN"]
    made = say(qatar)
    assert languages(qatar) == ["ar en"]
    with pytest.raises(AuthorNotTrusted):
        accept(vietnam.ports, made.signed)
    assert languages(vietnam) == []
    register = MemoryRegisters(BASE, frozenset({AuthorityId("QA/central-authority")}))
    vietnam.ports = replace(vietnam.ports, register=register)
    update, changed = accept(vietnam.ports, made.signed)
    assert (update.digest, changed.changes, changed.known) == (made.update.digest, 1, False)
    assert languages(vietnam) == ["ar en"]
    assert accept(vietnam.ports, made.signed)[1].known


def test_a_second_correction_follows_the_first() -> None:
    world = World()
    node = world["QA"]
    first = say(node)
    [fact] = first.register.entries[PartyCode("QA")].of(FactKind.NOTIFICATION)
    world.clock.advance(seconds=60)
    second = say(node, None, fact.fact.digest)
    assert second.update.previous == first.update.digest
    assert languages(node) == []
    node.ports = replace(node.ports, register=MemoryRegisters(BASE))
    with pytest.raises(UpdateOutOfOrder):
        accept(node.ports, second.signed)


def test_nothing_is_signed_where_nothing_changes() -> None:
    node = World()["QA"]
    say(node)
    rows = (LANGUAGES, "mine.csv")
    again = correct(node.ports, rows, (), "Seen.", node.authority(AUTHORITY), node.officer(AUTHORITY))
    assert again is None


def test_only_our_authorities_and_their_own_officers_correct() -> None:
    world = World()
    node, rows = world["QA"], (LANGUAGES, "mine.csv")
    with pytest.raises(NotHosted):
        correct(node.ports, rows, (), "", world["VN"].authority(AUTHORITY), node.officer(AUTHORITY))
    with pytest.raises(BadUpdate):
        correct(node.ports, rows, (), "", node.authority("contact-24-7"), node.officer(AUTHORITY))
    assert languages(node) == []


def test_an_update_made_by_a_clock_that_is_ahead_is_refused_elsewhere() -> None:
    world = World()
    node = world["QA"]
    world.clock.advance(seconds=3600)
    made = say(node)
    other = World()["QA"]
    assert other.ports.clock.now() == node.ports.clock.now() - timedelta(hours=1)
    with pytest.raises(UpdateFromTheFuture):
        accept(other.ports, made.signed)
