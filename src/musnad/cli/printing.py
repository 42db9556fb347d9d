"""Printing a request for whoever has no node: the PDF, and the signed file beside it."""

from __future__ import annotations

import argparse
from pathlib import Path

from musnad.adapters.files.durable import write_durably
from musnad.adapters.paper import set_in_type
from musnad.core.kernel.errors import BadForm
from musnad.core.kernel.names import MessageId
from musnad.exchange.paper import PAPER_LANGUAGES, read_paper
from musnad.exchange.ports import Ports
from musnad.language import LANGUAGES, isolate
from musnad.language import gettext as _


def add_print_options(command: argparse.ArgumentParser, flag: str = "--print") -> None:
    """``--print FILE.pdf`` (or ``flag``, which must then be given) and ``--languages``."""
    command.add_argument(
        flag,
        dest="print_to",
        required=flag != "--print",
        type=Path,
        metavar="FILE.pdf",
        help=_("also make the request as a paper form, with its signed file beside it"),
    )
    command.add_argument(
        "--languages",
        default=",".join(PAPER_LANGUAGES),
        help=_("the languages of the paper form, by commas"),
    )


def check_print_options(options: argparse.Namespace) -> None:
    """Refuse what could not be printed before anything is said: ``BadForm``."""
    if options.print_to is None:
        return
    _languages(options)
    if options.print_to.suffix.lower() != ".pdf":
        raise BadForm(str(options.print_to), "not a file name that ends in .pdf")
    if not options.print_to.absolute().parent.is_dir():
        raise BadForm(str(options.print_to), "no such folder")


def print_request(options: argparse.Namespace, ports: Ports, request: MessageId) -> dict[str, str]:
    """Write the files that ``--print`` asks for; which they are, by kind. Nothing where it was not given.

    Raises as ``read_paper`` and ``set_in_type``; what was said before stays said, and can be printed again.
    """
    if options.print_to is None:
        return {}
    target: Path = options.print_to
    beside = target.with_suffix(".json")
    paper, signed = read_paper(ports, request, _languages(options), file=beside.name)
    pages = set_in_type(paper, signed)
    try:
        if signed is not None:
            write_durably(beside, signed)
        write_durably(target, pages)
    except OSError as error:
        raise BadForm(str(target), "not writable") from error
    return {"pdf": str(target)} | ({"signed": str(beside)} if signed is not None else {})


def printed_lines(printed: dict[str, str]) -> list[str]:
    """What was written, for people."""
    if not printed:
        return []
    if "signed" not in printed:
        return [_("Printed as a draft, which nobody has signed: %(pdf)s") % {"pdf": isolate(printed["pdf"])}]
    return [
        _("Printed: %(pdf)s; the signed file: %(signed)s")
        % {"pdf": isolate(printed["pdf"]), "signed": isolate(printed["signed"])}
    ]


def _languages(options: argparse.Namespace) -> tuple[str, ...]:
    named = tuple(one.strip() for one in options.languages.split(",") if one.strip())
    for one in named:
        if one not in LANGUAGES:
            raise BadForm("--languages", one)
    if not named:
        raise BadForm("--languages", "none")
    return named
