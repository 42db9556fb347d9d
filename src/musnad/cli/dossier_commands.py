"""Export a case to one file that proves itself. (``verify`` is a program of its own, see ``musnad.verify``.)"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from pathlib import Path

from musnad.cli.case_commands import tell_outcome
from musnad.cli.conditions import add_use_option, conditions
from musnad.cli.here import add_officer_options, approvers_of, find_case, find_message, officers_of, open_node
from musnad.cli.terminal import Commands, Terminal, add_command
from musnad.core.kernel.errors import BadForm
from musnad.core.kernel.names import CaseRef, MessageId, authority_of
from musnad.exchange.composing import approve_by, case_state
from musnad.exchange.errors import NotWitnessed
from musnad.exchange.export import Exported, export_case, finish_export, prepare_export
from musnad.exchange.ports import Ports
from musnad.exchange.stamp_gathering import is_stamped
from musnad.language import gettext as _
from musnad.language import isolate, ngettext, number

PAUSE_SECONDS = 0.3


def register(commands: Commands) -> None:
    """Add the commands of this group."""
    export = add_command(
        commands,
        "export",
        run_export,
        about=_("export a case to one file that proves itself offline"),
        example="musnad export 3f2a --node vn --out dossier.zip --officer lotus.key",
    )
    export.add_argument("case", help=_("the case, by its first characters"))
    export.add_argument("--out", type=Path, required=True, help=_("the file to write"))
    add_officer_options(export)
    export.add_argument("--draft", help=_("write what was prepared before and is approved by now, by its draft"))
    export.add_argument("--without-content", action="store_true", help=_("exhibits by their manifests only"))
    add_use_option(export)
    export.add_argument(
        "--stamped",
        type=float,
        metavar=_("SECONDS"),
        help=_("wait up to so long for a time stamp over all of the case; it is exported in any case"),
    )
    export.add_argument("--wait", type=float, default=60, help=_("seconds to wait for the logs to be cosigned"))


def run_export(options: argparse.Namespace, terminal: Terminal) -> int:
    """``musnad export``."""
    ports, officers = open_node(options).ports, officers_of(options)
    approvers = approvers_of(options, officers)
    if bool(approvers) == bool(options.draft):
        raise BadForm("--officer", "stands, or --draft does")
    case = find_case(ports, options.case)
    until = time.monotonic() + options.wait

    def pause() -> None:
        if time.monotonic() > until:
            raise NotWitnessed(case)
        time.sleep(PAUSE_SECONDS)

    if options.stamped:
        _await_stamp(ports, case, time.monotonic() + options.stamped)
    if options.draft:
        exported = finish_export(ports, _prepared(ports, case, options.draft), options.out, pause=pause)
    elif len(approvers) > len(officers):
        content = not options.without_content
        author = authority_of(approvers[0])
        draft = prepare_export(ports, case, author, approvers, with_content=content, pause=pause, use=options.use)
        tell_outcome(terminal, approve_by(ports, draft, officers), None)
        return 0
    else:
        exported = export_case(
            ports,
            case,
            authority_of(approvers[0]),
            officers,
            options.out,
            with_content=not options.without_content,
            pause=pause,
            use=options.use,
        )
    size = options.out.stat().st_size
    terminal.result(
        {
            "case": case,
            "exported": exported.message,
            "out": str(options.out),
            "size_octets": size,
            "left_out": list(exported.left_out),
            "unfetched": list(exported.unfetched),
        },
        _("The dossier is written to %(path)s. Check it with: %(command)s")
        % {
            "path": isolate(options.out),
            "command": isolate(f"musnad verify {options.out} --trust ROOT.json"),
        },
        *_not_in_it(exported),
        *(
            _("Exhibit %(seal)s is in it under these conditions: %(conditions)s")
            % {"seal": isolate(one.seal[:12]), "conditions": told}
            for one in case_state(ports, case).exhibits.values()
            if not options.without_content
            for told in conditions(one.limits)
        ),
    )
    return 0


def _await_stamp(ports: Ports, case: CaseRef, until: float) -> None:
    """Until a stamp covers the case's last entry, or the time is over: the dossier holds what is stamped then."""
    while not is_stamped(ports, case) and time.monotonic() < until:
        time.sleep(PAUSE_SECONDS)


def _prepared(ports: Ports, case: CaseRef, text: str) -> MessageId:
    """The export by its draft's first characters, whether it was sent since or not."""
    drafted = [one.id for one in ports.journal.drafts() if one.id.startswith(text.lower())]
    return drafted[0] if len(drafted) == 1 else find_message(ports, case, text)


def _not_in_it(exported: Exported) -> Iterator[str]:
    if exported.left_out:
        yield ngettext(
            "Left out: %(count)s message that was not said among exactly the Parties of the case.",
            "Left out: %(count)s messages that were not said among exactly the Parties of the case.",
            len(exported.left_out),
        ) % {"count": number(len(exported.left_out))}
    for seal in exported.unfetched:
        yield _("Exhibit %(seal)s was offered and not fetched: only its offer is in the dossier.") % {
            "seal": isolate(seal)
        }
