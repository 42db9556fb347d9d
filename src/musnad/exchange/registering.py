"""Changing the register of Parties: load a table, correct by a signed update, accept an update from elsewhere.

Every way ends in the port, which applies all of a change or nothing of it and keeps it. Whom to trust is this node's
to say: its own authorities, and those that its configuration names.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from musnad.core.kernel.names import AuthorityId, Digest
from musnad.core.register.change import changes_of
from musnad.core.register.load import parse_table, write_load
from musnad.core.register.rows import Row, check_sources
from musnad.core.register.update import Update, Wish, sign_update, verify_update
from musnad.core.register.values import Register
from musnad.exchange.composing import Officer
from musnad.exchange.errors import NotHosted
from musnad.exchange.ports import Ports


@dataclass(frozen=True, slots=True)
class Changed:
    """The register after a change, how many facts it changed, and whether it was here already."""

    register: Register
    changes: int
    known: bool


@dataclass(frozen=True, slots=True)
class Corrected:
    """What a correction made: the update as it is handed to others, and the register after it."""

    update: Update
    signed: bytes
    register: Register


def read_table(table: bytes, file: str, register: Register) -> tuple[Row, ...]:
    """The rows of a table that somebody hands in now, its source codes known; errors of ``parse_table``, ``BadRow``."""
    rows = parse_table(table, file, register.catalogue)
    check_sources(rows, register.catalogue)
    return rows


def load_table(ports: Ports, table: bytes, file: str) -> Changed:
    """Add and correct facts from a CSV or JSON table, by this node's operator; unsigned, and said so in the history.

    Raises:
        The errors of ``parse_table`` and of ``change.apply``; nothing was kept.
    """
    before = ports.register.current()
    changes = changes_of(read_table(table, file, before), before)
    if not changes:
        return Changed(before, 0, known=True)
    return Changed(ports.register.keep_load(write_load(table, file, ports.clock.now())), len(changes), known=False)


def correct(
    ports: Ports, table: tuple[bytes, str] | None, struck: Sequence[Digest], reason: str, author: AuthorityId,
    officer: Officer,
) -> Corrected | None:  # fmt: skip
    """Make a signed update from a table's rows and the facts to strike out, apply it and keep it.

    Args:
        table: its bytes and its file's name. author: one of this node's authorities.
    Returns:
        what was made; None where nothing would change.
    Raises:
        NotHosted: the author is not ours. BadUpdate: the officer is another's. Otherwise as ``accept``.
    """
    if author not in ports.keys.hosted:
        raise NotHosted(author)
    before = ports.register.current()
    rows = () if table is None else changes_of(read_table(*table, before), before)
    wishes = [Wish(one.fact, one.replaces, reason) for one in rows] + [Wish(None, one, reason) for one in struck]
    if not wishes:
        return None
    signed = sign_update(
        wishes,
        author=author,
        officer=officer.name,
        at=ports.clock.now(),
        previous=before.last_of.get(author),
        keys=(ports.keys.signing(author), officer.key),
    )
    update, changed = accept(ports, signed)
    return Corrected(update, signed, changed.register)


def accept(ports: Ports, signed: bytes) -> tuple[Update, Changed]:
    """Verify a signed update, apply it and keep it; one that was accepted before changes nothing.

    Raises:
        The errors of ``verify_update`` and ``apply_update``; nothing was kept.
    """
    before = ports.register.current()
    trusted = ports.keys.hosted | ports.register.trusted
    directory, now = ports.directories.current(), ports.clock.now()
    verified = verify_update(signed, before.catalogue, directory, trusted, now)
    after = ports.register.keep_update(verified)
    known = verified.update.digest in before.applied
    return verified.update, Changed(after, 0 if known else len(verified.update.changes), known)
