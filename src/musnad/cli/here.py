"""The node that a command speaks for, and the short names that people type."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from musnad.adapters.files.keys import read_officer
from musnad.core.kernel.names import (
    AuthorityId,
    CaseRef,
    MessageId,
    OfficerName,
    SealId,
    authority_of,
    parse_authority,
    parse_officer,
)
from musnad.exchange.composing import Officer
from musnad.exchange.errors import NotHosted, UnknownCase, UnknownDraft, UnknownMessage
from musnad.exchange.ports import Ports
from musnad.language import gettext as _
from musnad.node.assemble import Node, assemble
from musnad.node.errors import NotANode


def open_node(options: argparse.Namespace) -> Node:
    """The node named by ``--node`` or MUSNAD_NODE; ``NotANode`` where neither is given."""
    folder = options.node or os.environ.get("MUSNAD_NODE")
    if not folder:
        raise NotANode(".")
    return assemble(Path(folder).resolve())


def officer_of(options: argparse.Namespace) -> Officer | None:
    """The officer whose key file was given."""
    return read_officer(options.officer) if options.officer else None


def add_officer_options(command: argparse.ArgumentParser, *, approving: str | None = None) -> None:
    """``--officer`` and ``--approver``, each for as many officers as the measure asks for."""
    told = approving or _("an officer's key file: approve, and send once nobody is waited for; may be repeated")
    command.add_argument("--officer", action="append", type=Path, help=told)
    command.add_argument(
        "--approver", action="append", help=_("an officer who is to approve later, by pseudonym; may be repeated")
    )


def officers_of(options: argparse.Namespace) -> tuple[Officer, ...]:
    """The officers whose key files were given, each once."""
    read = (read_officer(path) for path in options.officer or ())
    return tuple({one.name: one for one in read}.values())


def approvers_of(options: argparse.Namespace, officers: Iterable[Officer]) -> tuple[OfficerName, ...]:
    """Who is to approve: the officers at hand, then those who are named to approve later; each once."""
    named = (*(one.name for one in officers), *(parse_officer(one) for one in options.approver or ()))
    return tuple(dict.fromkeys(named))


def author_of(options: argparse.Namespace, ports: Ports, officers: Sequence[Officer]) -> AuthorityId:
    """The authority that speaks: as named, else the first officer's own, else the node's only one or its central one.

    Raises ``NotHosted`` where none of these is one of this node's.
    """
    if options.author:
        return parse_authority(options.author)
    if officers:
        return authority_of(officers[0].name)
    hosted = sorted(ports.keys.hosted)
    central = [one for one in hosted if one.endswith("/central-authority")]
    if len(hosted) != 1 and len(central) != 1:
        raise NotHosted("--author")
    return (central or hosted)[0]


def find_case(ports: Ports, text: str) -> CaseRef:
    """A case by its reference or its first characters; ``UnknownCase`` unless exactly one fits."""
    found = ports.journal.find_case(text.lower())
    if len(found) != 1 or not text:
        raise UnknownCase(text)
    return found[0]


def find_message(ports: Ports, case: CaseRef, text: str) -> MessageId:
    """A message of the case by its id or its first characters; ``UnknownMessage`` unless exactly one fits."""
    return MessageId(_only(text, (entry.id for entry in ports.journal.case_entries(case)), UnknownMessage(text)))


def find_draft(ports: Ports, text: str) -> MessageId:
    """A draft by its id or its first characters; ``UnknownDraft`` unless exactly one fits."""
    return MessageId(_only(text, (draft.id for draft in ports.journal.drafts()), UnknownDraft(text)))


def find_seal(seals: Iterable[SealId], text: str) -> SealId:
    """An exhibit by its seal id or its first characters; ``UnknownMessage`` unless exactly one fits."""
    return SealId(_only(text, seals, UnknownMessage(text)))


def _only(text: str, names: Iterable[str], error: Exception) -> str:
    fits = {name for name in names if name.startswith(text.lower())}
    if len(fits) != 1 or not text:
        raise error
    return fits.pop()
