"""``musnad``: parse the command line, speak the reader's language, run one command, turn an error into words.

Exit codes: 0 done, 1 failed by an error (its code is printed), 2 not understood, 3 see ``musnad verify``.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress

from musnad import __version__
from musnad.cli import (
    case_commands,
    demo_commands,
    directory_commands,
    dossier_commands,
    due_commands,
    enrolment_commands,
    evidence_commands,
    language_commands,
    law_commands,
    node_commands,
    paper_commands,
    people_commands,
    register_commands,
    statistics_commands,
    token_commands,
)
from musnad.cli.terminal import LANG_HELP, Terminal
from musnad.core.kernel.errors import MusnadError
from musnad.language import LANGUAGES, choose_language, speak_usage, use
from musnad.language import gettext as _
from musnad.language.outcome import exit_code

GROUPS = (
    demo_commands,
    directory_commands,
    node_commands,
    case_commands,
    due_commands,
    evidence_commands,
    paper_commands,
    dossier_commands,
    token_commands,
    people_commands,
    enrolment_commands,
    register_commands,
    law_commands,
    statistics_commands,
    language_commands,
)


def parser() -> argparse.ArgumentParser:
    """Every command with its help, in the current language."""
    top = argparse.ArgumentParser(
        prog="musnad", description=_("Cooperation requests and sealed evidence between States.")
    )
    version = f"musnad {__version__}"
    top.add_argument("--version", action="version", version=version, help=_("show program's version number and exit"))
    top.add_argument("--lang", choices=LANGUAGES, help=_(LANG_HELP))
    top.set_defaults(entry=main)  # for the demo, whose steps are commands
    commands = top.add_subparsers(dest="command", metavar=_("COMMAND"), required=True)
    for group in GROUPS:
        group.register(commands)
    commands.add_parser("verify", help=_("check a dossier offline, under an anchor obtained elsewhere"), add_help=False)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the process's exit code."""
    given = _command_first(sys.argv[1:] if arguments is None else arguments)
    with use(choose_language(_language(given), os.environ)):
        speak_usage()
        if given[:1] == ["verify"]:
            # The verifier is a program of its own, which needs none of this one.
            return subprocess.call([sys.executable, "-m", "musnad.verify.main", *given[1:]])  # noqa: S603
        options = parser().parse_args(given)
        terminal = Terminal(as_json=bool(getattr(options, "json", False)))
        try:
            return int(options.run(options, terminal) or 0)
        except BrokenPipeError:
            _leave_the_pipe()
            return 1
        except MusnadError as error:
            terminal.fail(error)
            return exit_code(error)
        except KeyboardInterrupt:
            terminal.line(_("Stopped. Nothing is lost: run the same command again to go on."))
            return 1


def _leave_the_pipe() -> None:
    """Whoever read our output has gone (``| head``): what is still buffered goes nowhere, and nothing is said of it."""
    with suppress(OSError, ValueError):  # a stream without a descriptor has nothing to be lost
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _command_first(given: Sequence[str]) -> list[str]:
    """``--lang ar COMMAND ...`` as ``COMMAND ... --lang ar``, which every command takes."""
    if given[:1] == ["--lang"] and len(given) > 2:
        return [*given[2:], *given[:2]]
    return list(given)


def _language(given: Sequence[str]) -> str | None:
    """What ``--lang`` says, wherever it stands: the language is needed before anything else is understood."""
    for place, argument in enumerate(given):
        if argument == "--lang" and place + 1 < len(given):
            return given[place + 1]
        if argument.startswith("--lang="):
            return argument.partition("=")[2]
    return None


if __name__ == "__main__":
    sys.exit(main())
