"""The roster at a terminal: which passkeys wait, approve one with a key file, sign the roster, end a key.

Tables are imported only once the node is open: what reads the command line needs no database.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from musnad.adapters.files.keys import read_officer
from musnad.cli.here import open_node
from musnad.cli.rehearsing import rehearse
from musnad.cli.terminal import Commands, Terminal, add_command
from musnad.core.directory.enrolment import APPROVERS, Enrolment
from musnad.core.directory.errors import UnknownKey
from musnad.core.kernel.names import MessageId, authority_of, parse_officer
from musnad.exchange.enrolling import UnknownEnrolment
from musnad.exchange.ports import Ports
from musnad.language import gettext as _
from musnad.language import isolate

if TYPE_CHECKING:
    from musnad.people.enrolling import Kept

LOOK_SECONDS = 0.5
TERMINAL = "terminal"
"""Who is noted as having done what no officer signs: whoever sits at the node's own terminal."""


def register(commands: Commands) -> None:
    """Add the commands of this group."""
    top = commands.add_parser("roster", help=_("the officers' passkeys: list, approve, sign into the roster, end"))
    tools = top.add_subparsers(dest="tool", metavar=_("TOOL"), required=True)
    add_command(
        tools,
        "list",
        run_list,
        about=_("list the passkeys that were made for the roster, and who has approved each"),
        example="musnad roster list --node qa",
    )
    approving = add_command(
        tools,
        "approve",
        run_approve,
        about=_("approve by signature that a passkey of another officer enters the roster, or that a key ends"),
        example="musnad roster approve 3fa9 --node qa --officer falcon.key",
    )
    approving.add_argument("enrolment", help=_("its name, or enough of its beginning"))
    approving.add_argument("--officer", type=Path, required=True, help=_("an officer's key file"))
    publish = add_command(
        tools,
        "publish",
        run_publish,
        about=_("sign the roster with what two officers approved, and write the next entry for the Registrar"),
        example="musnad roster publish 3fa9 --node qa",
    )
    publish.add_argument("enrolment", help=_("its name, or enough of its beginning"))
    retire = add_command(
        tools,
        "retire",
        run_retire,
        about=_("begin to end an officer's key: two other officers approve it"),
        example="musnad roster retire QA/central-authority/falcon 77c0 --node qa",
    )
    retire.add_argument("officer", help=_("the officer, by pseudonym"))
    retire.add_argument("key", help=_("the key's id, or enough of its beginning"))
    rehearsing = add_command(
        tools,
        "rehearse",
        run_rehearse,
        about=_("in an exercise: play the other officers and the Registrar for every passkey that is made"),
        example="musnad roster rehearse --node qa --officers qa/officers --registrar registrar",
    )
    rehearsing.add_argument("--officers", type=Path, required=True, help=_("the folder of the officers' key files"))
    rehearsing.add_argument("--registrar", type=Path, required=True, help=_("the Registrar's folder"))


def run_list(options: argparse.Namespace, terminal: Terminal) -> int:
    """``musnad roster list``."""
    ports = open_node(options).ports
    from musnad.people import enrolling

    found = enrolling.every(ports)
    terminal.result({"enrolments": [_told(one) for one in found]}, *(_line(one) for one in found))
    return 0


def run_approve(options: argparse.Namespace, terminal: Terminal) -> int:
    """``musnad roster approve``."""
    ports = open_node(options).ports
    from musnad.people import enrolling

    kept = enrolling.approve_with_key(ports, _find(ports, options.enrolment), read_officer(options.officer))
    terminal.result(_told(kept), _line(kept))
    return 0


def run_publish(options: argparse.Namespace, terminal: Terminal) -> int:
    """``musnad roster publish``."""
    node = open_node(options)
    from musnad.node.roster import take_up

    kept = take_up(node.folder, node.ports, _find(node.ports, options.enrolment), by=TERMINAL)
    publication = node.folder / "publish"
    terminal.result(
        {**_told(kept), "publication": str(publication)},
        _line(kept),
        _("The Party's next entry for the Registrar: %(folder)s") % {"folder": isolate(publication)},
    )
    return 0


def run_retire(options: argparse.Namespace, terminal: Terminal) -> int:
    """``musnad roster retire``."""
    ports = open_node(options).ports
    from musnad.people import enrolling

    officer = parse_officer(options.officer)
    listed = ports.directories.current().authority(authority_of(officer)).officers
    found = [
        (one, key)
        for one in listed
        for key in one.key.key.ids[:1]
        if one.name == officer and any(own.startswith(options.key) for own in one.key.key.ids)
    ]
    if len(found) != 1:
        raise UnknownKey(officer)
    [(entry, key)] = found
    ended = Enrolment(authority_of(officer), officer, entry.acts, ports.clock.now(), retired=key)
    kept = enrolling.begin(ports, ended, 0, by=TERMINAL)
    terminal.result(_told(kept), _line(kept))
    return 0


def run_rehearse(options: argparse.Namespace, terminal: Terminal) -> int:
    """``musnad roster rehearse``: runs until it is stopped."""
    for enrolment in rehearse(open_node(options), options.officers, options.registrar, LOOK_SECONDS):
        terminal.line(_("%(id)s: in the directory of the exercise") % {"id": isolate(enrolment[:12])})
    return 0


def _find(ports: Ports, text: str) -> MessageId:
    from musnad.people import enrolling

    found = [one.id for one in enrolling.every(ports) if text and one.id.startswith(text)]
    if len(found) != 1:
        raise UnknownEnrolment(text)
    return found[0]


def _told(kept: Kept) -> dict[str, object]:
    return {
        "id": kept.id,
        "officer": kept.enrolment.officer,
        "acts": list(kept.enrolment.acts),
        "key": kept.enrolment.key_id,
        "ends": kept.enrolment.retired is not None,
        "progress": kept.progress,
        "approved": list(kept.waits.approved),
        "asked": APPROVERS,
        "roster": kept.roster,
    }


def _line(kept: Kept) -> str:
    facts = {
        "id": isolate(kept.id[:12]),
        "officer": isolate(kept.enrolment.officer),
        "approved": len(kept.waits.approved),
        "asked": APPROVERS,
    }
    if kept.progress == "signed":
        return _("%(id)s: %(officer)s; the roster is signed") % facts
    if kept.enrolment.retired is not None:
        return _("%(id)s: a key of %(officer)s is to end; %(approved)s of %(asked)s officers approved") % facts
    return _("%(id)s: a passkey of %(officer)s; %(approved)s of %(asked)s officers approved") % facts
